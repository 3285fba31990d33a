from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glove_ada.vectors.word_vectors import WordVectors


@pytest.fixture
def write(tmp_path):
    """Write a file of the given bytes or text and return its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def random_vectors(words: int, size: int, seed: int) -> WordVectors:
    """Make vectors in clusters, so that analogies have neighbours to be mistaken for."""
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(8, size))[random.integers(8, size=words)]
    matrix += 0.7 * random.normal(size=(words, size))
    return WordVectors([f"w{i}" for i in range(words)], matrix.astype(np.float32))


@pytest.fixture(scope="session")
def vectors() -> WordVectors:
    return random_vectors(6000, 24, seed=3)
