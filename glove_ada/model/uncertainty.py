"""How sure the vectors of a model are, one that was just trained or one in files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from glove_ada.corpus.sources import Corpus, FileSource, TextSource, open_corpus
from glove_ada.errors import NotFittedError, OptionError
from glove_ada.run.options import Options
from glove_ada.run.report import Report
from glove_ada.run.uncertainty.model_files import open_with_text
from glove_ada.run.uncertainty.trained_text import open_trained_text
from glove_ada.run.uncertainty.uncertainty import Uncertainty
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors

Path = str | os.PathLike[str]


class VectorUncertainty:
    """A trainer's vectors, and how sure they are, as its text tells when it is read once more."""

    document: str
    text_column: str | None
    threads: int | None
    options_: Options
    report_: Report
    vectors_: WordVectors
    _files: list[str]

    def uncertainty(
        self,
        words: Sequence[str],
        corpus: Corpus | None = None,
        progress: Callable[[int], object] = lambda words: None,
    ) -> Uncertainty:
        """Tell how sure the vectors of some words are: covariances, errors of cosines, draws.

        The text is read once more, and the contexts are held fixed; docs/uncertainty.md tells what
        that means. Covariances are made for the words asked for alone.

        Parameters
        ----------
        words : str or sequence of str
        corpus : str, path-like, iterable of path-like, or iterable of documents, optional
            The one given to `fit`, which must be given again unless it was made of files.
        progress : callable
            Is given numbers of words that add up to all.

        Returns
        -------
        Uncertainty

        Raises
        ------
        NotFittedError
            Before `fit`.
        UnknownWordError
            If a word is not in the vocabulary.
        OptionError
            If no words are given, or there is no text to read again, or it is another one.
        """
        if not hasattr(self, "vectors_"):
            raise NotFittedError("there are no vectors yet: call fit first")
        words = _known_words(words, self.vectors_)
        source = self._text_again(corpus)
        with Workers(self.threads) as workers:
            digest = self.report_.facts["corpus"]["sha256"]
            text = open_trained_text(self.vectors_, self.options_, source, workers, digest=digest)
            return text.uncertainty(words, workers, progress)

    def _text_again(self, corpus: Corpus | None) -> TextSource:
        """Return the text that the vectors were trained on, to be read again."""
        if "sha256" not in self.report_.facts.get("corpus", {}):
            raise OptionError(
                "the counts of a file do not say which documents they come from: standard errors "
                "need a model that was fitted on the text"
            )
        if corpus is not None:
            return open_corpus(corpus, document=self.document, text_column=self.text_column)
        if not self._files:
            raise OptionError("the text cannot be read again by itself: give it as corpus")
        return FileSource(self._files, document=self.document, text_column=self.text_column)


def measure_uncertainty(
    path: Path,
    words: Sequence[str],
    corpus: Path | Sequence[Path] | None = None,
    *,
    threads: int | None = None,
) -> Uncertainty:
    """Tell how sure the vectors of some words are, of a model in files; see `GloVe.uncertainty`.

    Parameters
    ----------
    path : path-like
        A folder or `.npz` that training wrote, its report beside it.
    words : str or sequence of str
    corpus : path-like or sequence of path-like, optional
        Where the text is now; by default where the report says it was.
    threads : int, optional
        They change no result (one for each CPU).

    Returns
    -------
    Uncertainty

    Raises
    ------
    FormatError
        If the model cannot be read, or there is no report of its training.
    UnknownWordError
        If a word is not in the vocabulary.
    OptionError
        If no words are given, the model lacks what standard errors need, or the text is another
        one.
    CorpusError
        If the text cannot be read.
    """
    paths = None if corpus is None else _paths(corpus)
    vectors = WordVectors.load(path)
    words = _known_words(words, vectors)
    with Workers(threads) as workers:
        text = open_with_text(os.fspath(path), vectors, paths, workers)
        return text.uncertainty(words, workers)


def _known_words(words: Sequence[str], vectors: WordVectors) -> list[str]:
    """Return the words, each once, after a check that they are some and known."""
    names = list(words) if isinstance(words, Iterable) and not isinstance(words, str) else [words]
    if not names:
        raise OptionError("no words are given: name one or more")
    for name in names:
        if not isinstance(name, str):
            raise OptionError(f"words are strings, not {name!r}: give a word or a list of words")
        vectors.get_index(name)  # before the text is read
    return list(dict.fromkeys(map(str, names)))


def _paths(corpus: Path | Sequence[Path]) -> list[str]:
    if isinstance(corpus, str | os.PathLike):
        return [os.fspath(corpus)]
    paths = list(corpus) if isinstance(corpus, Iterable) else []
    if not paths or not all(isinstance(path, str | os.PathLike) for path in paths):
        raise OptionError(
            "corpus is the path of the text, or several: leave it out if it is where it was"
        )
    return [os.fspath(path) for path in paths]
