"""Near spellings from words in one block, beside those from a list."""

from __future__ import annotations

import random

import pytest

from glove_ada.explorer.models.compact_words import CompactWords
from glove_ada.explorer.models.similar_spellings import similar_spellings
from glove_ada.vectors.spelling import nearest_spellings

ALPHABETS = {"latin": "abeoz'19", "cyrillic": "абеоя", "mixed": "abéłж水", "capitals": "aAéÉłŁжЖ"}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_the_same_words_are_found_as_in_a_list(alphabet):
    draw = random.Random(alphabet)
    letters = ALPHABETS[alphabet]
    made = ["".join(draw.choices(letters, k=draw.randint(1, 12))) for _ in range(1000)]
    words = list(dict.fromkeys([*made, "new\nline"]))
    compact, found = CompactWords(words), 0
    for _ in range(40):
        word = "".join(draw.choices(letters, k=draw.randint(1, 12)))
        near = similar_spellings(word, compact, folds=alphabet != "capitals", count=5)
        assert near == nearest_spellings(word, words, 5)
        found += bool(near)
    assert found > 10
