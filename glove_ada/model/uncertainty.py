"""How sure the vectors of a model are that was trained and saved before."""

from __future__ import annotations

import os
from collections.abc import Sequence

from glove_ada.run.uncertainty.model_files import open_with_text
from glove_ada.run.uncertainty.uncertainty import Uncertainty
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors

Path = str | os.PathLike[str]


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
        If the model lacks what standard errors need, or the text is another one.
    CorpusError
        If the text cannot be read.
    """
    if isinstance(corpus, (str, os.PathLike)):
        corpus = [corpus]
    paths = None if corpus is None else [os.fspath(name) for name in corpus]
    with Workers(threads) as workers:
        text = open_with_text(os.fspath(path), WordVectors.load(path), paths, workers)
        return text.uncertainty(words, workers)
