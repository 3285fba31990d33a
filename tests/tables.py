"""Tables that every format's tests write and read."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from glove_ada.formats import VectorTable

#: What real files hold and careless readers split, strip or drop.
AWKWARD_WORDS = [
    "the",
    "new\u00a0york",
    "next\u0085line",
    "line\u2028separator",
    "\u3000",
    "\ufeffbom",
    "tab\there",
    "\U0001f438",
    "a\rb",
    "1.5",
    "nan",
    '"quoted"',
    "\x00",
]
INVALID_UTF8 = [b"caf\xe9".decode("utf-8", "surrogateescape"), "\udcff\udcc2"]

FLOATS = st.one_of(
    st.floats(width=32, allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1e-45, -1.1754942e-38, 3.4028235e38, 0.1, 1.0, 1e-5]),
)


def table_of(words, vector_size=5, dtype=np.float32):
    rng = np.random.default_rng(len(words))
    return VectorTable(list(words), rng.normal(size=(len(words), vector_size)).astype(dtype))


@st.composite
def tables(draw, without=b"\n"):
    """Draw tables whose words hold any bytes but those of `without`."""
    allowed = [byte for byte in range(256) if byte not in without]
    word = st.one_of(
        st.lists(st.sampled_from(allowed), max_size=6).map(bytes),
        st.text(max_size=4).map(lambda text: text.encode().translate(None, without)),
        st.sampled_from([word.encode() for word in AWKWARD_WORDS]),
    ).map(lambda word: word.decode("utf-8", "surrogateescape"))
    words = draw(st.lists(word, min_size=1, max_size=8, unique=True))
    vector_size = draw(st.integers(1, 6))
    size = len(words) * vector_size
    numbers = draw(st.lists(FLOATS, min_size=size, max_size=size))
    return VectorTable(words, np.array(numbers, dtype=np.float32).reshape(-1, vector_size))


def assert_same(table, other):
    """To the bit: -0.0 is not 0.0."""
    assert table.words == other.words
    assert table.vectors.dtype == other.vectors.dtype
    assert table.vectors.shape == other.vectors.shape
    assert table.vectors.tobytes() == other.vectors.tobytes()
