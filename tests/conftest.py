"""What many tests need: threads, a small corpus, and the commands run in this process."""

from __future__ import annotations

import importlib.util
import os

import pytest
from hypothesis import settings
from support import DATA

from glove_ada.system.threads import Workers

if importlib.util.find_spec("glove_ada.kernels.native.training") is None:
    # The commands' tests read what is shown; that numba runs for want of a compiler has its own.
    os.environ.setdefault("GLOVE_ADA_BACKEND", "numba")

# How long an example takes is the machine's affair, and numba compiles in the first one.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(scope="session")
def workers():
    with Workers(2) as workers:
        yield workers


@pytest.fixture(scope="session")
def text():
    """A few hundred documents, with bytes that need care among them."""
    lines = (DATA / "sample.txt").read_bytes().splitlines(keepends=True)[:250]
    odd = [
        b"caf\xc3\xa9 na\xc3\xafve \xe2\x82\xac caf\xc3\xa9\r\n",
        b"no\xc2\xa0break next\xc2\x85line line\xe2\x80\xa8separator bell\x07byte\n",
        b"not\xff\xfeutf8 \xe9t\xe9 not\xff\xfeutf8\n",
        b"tabs\tand  spaces \t\n",
        b"\n",
        b" \n",
    ]
    return b"".join(lines[:100] + 6 * odd + lines[100:])


@pytest.fixture
def corpus(tmp_path, text):
    """A file of the small corpus."""
    path = tmp_path / "corpus.txt"
    path.write_bytes(text)
    return path
