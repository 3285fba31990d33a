"""Where a run writes its vectors: the file that is named, and numbered ones on the way."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from glove_ada.errors import OptionError, OutputError
from glove_ada.formats import write_vectors
from glove_ada.formats.detection import GLOVE, NPZ, NUMPY, WORD2VEC, WORD2VEC_BINARY, choose_format
from glove_ada.vectors.word_vectors import WordVectors

UNKNOWN_WORD = "<unk>"


@dataclass(frozen=True)
class VectorFiles:
    """The vectors of a run as files.

    Attributes
    ----------
    path : str
    format : str
    threads : int or None
    unknown_row : bool
        Whether a row for unknown words is asked for.
    """

    path: str
    format: str
    threads: int | None = None
    unknown_row: bool = False

    @classmethod
    def named(cls, path: str, format: str | None, *, header: bool, **others: Any) -> VectorFiles:
        """Find the format from what the user said.

        Raises
        ------
        OptionError
            If the suffix of the path says nothing, or the format has no header.
        """
        format = format or choose_format(path)
        if header and format not in (GLOVE, WORD2VEC, WORD2VEC_BINARY):
            raise OptionError(f"--write-header is of text, and {path} is of the format {format}")
        if header and format == GLOVE:
            format = WORD2VEC
        return cls(path.rstrip("/" + os.sep) or path, format, **others)

    @property
    def has_header(self) -> bool:
        """Whether the numbers of rows and dimensions come first."""
        return self.format in (WORD2VEC, WORD2VEC_BINARY)

    def numbered(self, every: int | None, epochs: int) -> dict[int, str]:
        """Return the epochs after which vectors are written, and where to: `vectors.007.txt`."""
        if not every:
            return {}
        packed = ".gz" if self.path.endswith(".gz") else ""
        stem, suffix = os.path.splitext(self.path.removesuffix(packed))
        due = range(every, epochs + 1, every)
        return {epoch: f"{stem}.{epoch:03}{suffix}{packed}" for epoch in due}

    def adds_row(self, vectors: WordVectors) -> bool:
        """Return whether a row for unknown words is added; one of the corpus stays as it is."""
        return self.unknown_row and UNKNOWN_WORD not in vectors

    def write(
        self,
        vectors: WordVectors,
        path: str | None = None,
        *,
        progress: Callable[[int], object] = lambda rows: None,
    ) -> None:
        """Write vectors to the path, or to a numbered one.

        Raises
        ------
        OutputError
        """
        if self.adds_row(vectors):
            if self.format not in (NPZ, NUMPY):  # the others hold no more; all would be copied
                vectors = WordVectors(vectors.index_to_key, vectors.vectors)
            vectors = vectors.with_unknown_word(UNKNOWN_WORD)
        write_vectors(
            path or self.path,
            vectors.to_table(),
            self.format,
            threads=self.threads,
            progress=progress,
        )

    def digest(self) -> str | dict[str, str]:
        """Return the SHA-256, in hexadecimal, of what was written; of a folder that of each file.

        Raises
        ------
        OutputError
            If it cannot be read again.
        """
        try:
            if not os.path.isdir(self.path):
                return _file_digest(self.path)
            names = sorted(os.listdir(self.path))
            return {name: _file_digest(os.path.join(self.path, name)) for name in names}
        except OSError as error:
            raise OutputError(
                f"{self.path} was written, but cannot be read again: {error.strerror or error}"
            ) from error


def _file_digest(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
