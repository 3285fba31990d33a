"""Finished stages before training, kept on the disk: the corpus as word ids, and the counts.

A stage is used again when the corpus and the options that shaped it are the same. An unfinished
one never has a file under its final name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.corpus.encoding import CorpusFacts, EncodedCorpus
from glove_ada.corpus.vocabulary import Vocabulary, vocabulary_digest
from glove_ada.errors import FormatError, GloveError
from glove_ada.kernels.definitions import BREAK
from glove_ada.run.kept.array_container import (
    Arrays,
    FileKind,
    read_arrays,
    read_description,
    write_arrays,
)
from glove_ada.run.kept.work_dir import WorkDir
from glove_ada.run.options import Options, names_that_shape
from glove_ada.run.options.kinds import Shapes
from glove_ada.system.spilled_array import UNLIMITED, DiskArray, pieces

ENCODED, COUNTS = "encoded", "counts"
"""Their names in a work directory."""

WORTH_KEEPING = 20.0
"""Seconds that a stage must have taken: others are done again sooner than a user would notice."""

KINDS = {
    ENCODED: FileKind("glove_ada encoded corpus", 1),
    COUNTS: FileKind("glove_ada counts", 1),
}
_ENCODING_OPTIONS = names_that_shape(Shapes.ENCODING)
_COUNTING_OPTIONS = names_that_shape(Shapes.COUNTING)


class KeptStages:
    """Writes and finds finished stages of one run.

    Parameters
    ----------
    directory : WorkDir
    options : Options
    given : Vocabulary or None
        A vocabulary that is used as it stands.
    ignore_old : bool
        Find nothing.
    keep_all : bool
        Keep stages that took no time, too, and mark them to stay after the run.
    going_on : bool
        The run resumes one that was cut: its stages are this run's own, marked or not.
    say : callable
        Is told what the user should know.

    Attributes
    ----------
    own : set of str
        Names of the stages that this run wrote, or that one before it left unasked and this one
        found: they are no longer needed when its result is written.
    """

    def __init__(
        self,
        directory: WorkDir,
        options: Options,
        given: Vocabulary | None,
        *,
        ignore_old: bool = False,
        keep_all: bool,
        going_on: bool = False,
        say: Callable[[str], None],
    ) -> None:
        self.directory, self.say = directory, say
        self.ignore_old, self.keep_all = ignore_old, keep_all
        self.going_on = going_on
        self.own: set[str] = set()
        values = asdict(options)
        encoding: dict[str, Any] = {name: values[name] for name in _ENCODING_OPTIONS}
        encoding["vocabulary"] = vocabulary_digest(given) if given is not None else None
        counting = {name: values[name] for name in _COUNTING_OPTIONS}
        self._shaped_by = {ENCODED: encoding, COUNTS: encoding | counting}

    def may_help(self) -> bool:
        """Return whether there is a stage with these options, of whatever corpus."""
        return any(self._corpus_of(name) for name in KINDS)

    def find_counts(
        self, digest: str, most_cells: int = UNLIMITED
    ) -> tuple[CorpusFacts, Vocabulary, Cooccurrence] | None:
        """Return the counts of a corpus if they have been kept; more cells stay on the disk."""
        with self._warned():
            self._find_own(digest)
            if self._corpus_of(COUNTS) == digest:
                facts, arrays = self._read(COUNTS, most_cells, ("columns", "counts"))
                with self._checked(COUNTS):
                    return _restore_counts(facts, arrays)
        return None

    def find_encoded(self, digest: str, most_ids: int = UNLIMITED) -> EncodedCorpus | None:
        """Return a corpus as word ids if it has been kept; more ids stay on the disk."""
        with self._warned():
            if self._corpus_of(ENCODED) == digest:
                facts, arrays = self._read(ENCODED, most_ids, ("ids",))
                with self._checked(ENCODED):
                    return _restore_encoded(facts, arrays)
        return None

    def _find_own(self, digest: str) -> None:
        """Note the stages of this corpus, unless --keep asked for them to stay."""
        for name, kind in KINDS.items():
            if self._corpus_of(name) == digest:
                facts = read_description(self.directory.file(name), kind).facts
                if self.going_on or not facts.get("keep", False):
                    self.own.add(name)

    def _read(self, name: str, most: int, long: tuple[str, ...]) -> tuple[dict[str, Any], Arrays]:
        """Read a stage, leaving its long arrays in the file if they have more items than that."""
        path = self.directory.file(name)
        shapes = [shape for _, shape in read_description(path, KINDS[name]).arrays.values()]
        fits = max(map(math.prod, shapes), default=0) <= most
        return read_arrays(path, KINDS[name], left=() if fits else long)

    def keep_encoded(self, encoded: EncodedCorpus, seconds: float) -> None:
        """Keep a corpus as word ids, which took so many seconds to make."""
        arrays: Arrays = {**_vocabulary_arrays(encoded.vocabulary), "ids": encoded.ids}
        self._keep(ENCODED, encoded, arrays, seconds)

    def keep_counts(
        self, encoded: EncodedCorpus, cooccurrence: Cooccurrence, seconds: float
    ) -> None:
        """Keep the counts of a corpus, which took so many seconds to make."""
        arrays: Arrays = {
            **_vocabulary_arrays(encoded.vocabulary),
            "row_starts": cooccurrence.row_starts,
            "columns": cooccurrence.columns,
            "counts": cooccurrence.counts,
        }
        self._keep(COUNTS, encoded, arrays, seconds)

    def _keep(self, name: str, facts: CorpusFacts, arrays: Arrays, seconds: float) -> None:
        if not self.keep_all and seconds < WORTH_KEEPING:
            return
        corpus = {fact: getattr(facts, fact) for fact in CorpusFacts.__dataclass_fields__}
        described = {
            "shaped_by": self._shaped_by[name],
            "corpus": corpus,
            "keep": self.keep_all,
        }
        try:
            write_arrays(self.directory.file(name), KINDS[name], described, arrays)
            self.directory.publish(name)
            self.own.add(name)
        except GloveError as error:
            # That is no reason to lose what was made.
            self.say(f"warning: the stage is not kept: {error}")

    def _corpus_of(self, name: str) -> str | None:
        """Return the digest of the corpus of a stage that was made with these options."""
        path = self.directory.file(name)
        with self._warned():
            if path.exists() and not self.ignore_old:
                facts = read_description(path, KINDS[name]).facts
                with self._checked(name):
                    if facts["shaped_by"] == self._shaped_by[name]:
                        return str(facts["corpus"]["digest"])
        return None

    @contextmanager
    def _warned(self) -> Iterator[None]:
        """Turn a file that is of no use into a warning: the stage is made again."""
        try:
            yield
        except FormatError as error:
            self.say(f"warning: {error}; it is not used")

    @contextmanager
    def _checked(self, name: str) -> Iterator[None]:
        """Turn errors that a false description causes into one sentence."""
        try:
            yield
        except (KeyError, TypeError, ValueError) as error:
            raise FormatError(f"{self.directory.file(name)} makes no sense") from error


def _vocabulary_arrays(vocabulary: Vocabulary) -> Arrays:
    words = np.frombuffer(b"\n".join(vocabulary.encoded), np.uint8)
    return {"words": words, "word_counts": vocabulary.counts}


def _restore_vocabulary(arrays: Arrays) -> Vocabulary:
    words, counts = _held(arrays, "words").tobytes().split(b"\n"), _held(arrays, "word_counts")
    _require(counts.dtype == np.int64 and counts.shape == (len(words),))
    return Vocabulary(words, counts)


def _restore_encoded(facts: Mapping[str, Any], arrays: Arrays) -> EncodedCorpus:
    """Make a corpus of a file's content; what the kernels rely on is checked."""
    vocabulary, ids = _restore_vocabulary(arrays), arrays["ids"]
    _require(ids.dtype == np.uint32 and len(ids.shape) == 1 and len(ids) >= 2)
    _require(ids[:1][0] == BREAK and ids[-1:][0] == BREAK)
    for piece in pieces(ids):
        _require(bool(((piece < len(vocabulary)) | (piece == BREAK)).all()))
    return EncodedCorpus(**facts["corpus"], ids=ids, vocabulary=vocabulary)


def _restore_counts(
    facts: Mapping[str, Any], arrays: Arrays
) -> tuple[CorpusFacts, Vocabulary, Cooccurrence]:
    """Make counts of a file's content; what the kernels rely on is checked."""
    vocabulary = _restore_vocabulary(arrays)
    words = len(vocabulary)
    row_starts, columns, counts = _held(arrays, "row_starts"), arrays["columns"], arrays["counts"]
    _require(row_starts.dtype == np.int64 and row_starts.shape == (words + 1,))
    _require(columns.dtype == np.uint32 and counts.dtype == np.float64)
    _require(columns.shape == counts.shape == (row_starts[-1],))
    _require(row_starts[0] == 0 and bool((np.diff(row_starts) >= 0).all()))
    for piece in pieces(columns):
        _require(bool((piece < words).all()))
    for piece in pieces(counts):
        _require(bool((piece > 0).all()))
    symmetric = bool(facts["shaped_by"]["symmetric"])
    cooccurrence = Cooccurrence(words, symmetric, row_starts, columns, counts)
    return CorpusFacts(**facts["corpus"]), vocabulary, cooccurrence


def _held(arrays: Arrays, name: str) -> npt.NDArray[Any]:
    """Return an array that is in memory."""
    array = arrays[name]
    assert not isinstance(array, DiskArray)
    return array


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError
