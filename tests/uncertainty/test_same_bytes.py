"""Covariances, rows of groups and p have the same bytes on every machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest
from support import DATA

from glove_ada import kernels

PROGRAM = """
import hashlib, sys
from glove_ada import GloVe
from glove_ada.run.groups.changes import compare_groups
from glove_ada.run.groups.group_rows import rows_by_group
from glove_ada.run.groups.grouped_text import open_groups
from glove_ada.run.groups.sources import Group, LinesInMemory
from glove_ada.system.threads import Workers

threads, lines = int(sys.argv[1]), open(sys.argv[2], "rb").read().splitlines()[:120]
model = GloVe(vector_size=6, window_size=4, epochs=1, min_count=20, threads=threads)
model.fit([line.decode() for line in lines])
words = model.vectors_.index_to_key[:6]
sure = model.uncertainty(words, [line.decode() for line in lines])
digest = hashlib.sha256(sure.covariances.tobytes() + sure.draws(5).tobytes())
digest.update(repr([sure.cosine(words[0], word) for word in words]).encode())
halves = [Group(name, LinesInMemory(lines[first::2])) for first, name in enumerate("ab")]
with Workers(threads) as workers:
    text = open_groups(model.vectors_, model.options_, halves, workers)
    for row in sum(rows_by_group(text, words, workers), []):
        digest.update(row.vector.tobytes() + row.influences.changes.tobytes())
    changes = compare_groups(text, words[:2], 0, 1, workers, permutations=30, seed=1)
    digest.update(repr(changes).encode())
print(digest.hexdigest())
"""


def digest_with(threads=2, **environment):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(threads), str(DATA / "sample.txt")],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


WAYS = {"8 threads": (8, {}), "1 thread": (1, {})}
if kernels.BACKEND == "compiled":
    WAYS |= {name: (2, {"GLOVE_ADA_ISA": name}) for name in kernels.INSTRUCTION_SETS[:-1]}


@pytest.fixture(scope="module")
def digest():
    return digest_with()


@pytest.mark.parametrize(("threads", "environment"), WAYS.values(), ids=WAYS)
def test_one_digest(digest, threads, environment):
    assert len(digest) == hashlib.sha256().digest_size * 2
    assert digest_with(threads, **environment) == digest


@pytest.mark.slow
def test_one_digest_with_numba(digest):
    pytest.importorskip("numba")
    assert digest_with(2, GLOVE_ADA_BACKEND="numba") == digest
