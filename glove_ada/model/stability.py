"""How far neighbours and cosines depend on the documents at hand, and on the seed.

Antoniak and Mimno 2018, "Evaluating the stability of embedding-based word similarities", train on
bootstraps of the documents; Wendlandt, Kummerfeld and Mihalcea 2018, "Factors influencing the
surprising instability of word embeddings", measure how the nearest neighbours of two trainings
overlap. Both are done here, for bootstraps and, with all documents, for other seeds.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.corpus.encoding import EncodedCorpus
from glove_ada.corpus.sources import Corpus
from glove_ada.errors import OptionError
from glove_ada.model.resampling import Documents
from glove_ada.model.trainer import GloVe
from glove_ada.system.progress import Display
from glove_ada.system.sentences.kinds import Whole, check
from glove_ada.vectors.cosine import highest
from glove_ada.vectors.spelling import UnknownWordError
from glove_ada.vectors.word_index import list_of_words
from glove_ada.vectors.word_vectors import WordVectors

DOCUMENTS, SEEDS = "documents", "seeds"
VARIED = (DOCUMENTS, SEEDS)
"""What may differ from one training to the next."""

MOST_REPLICATES = 100_000
_INTERVAL = (2.5, 97.5)  # percent


@dataclass(frozen=True)
class Overlap:
    """How the neighbours of a word agree.

    Attributes
    ----------
    replicates : int
        Trainings in whose documents the word occurs.
    overlap : float or None
        The share of the nearest words that two of them have in common, the mean of all twos; None
        with fewer than two.
    neighbours : list of (str, int)
        Among the nearest words of how many trainings a word is, the most frequent first.
    """

    replicates: int
    overlap: float | None
    neighbours: list[tuple[str, int]]


@dataclass(frozen=True)
class Spread:
    """How the cosine of two words varies.

    Attributes
    ----------
    replicates : int
        Trainings in whose documents both words occur.
    mean, deviation : float or None
        Of the cosine; None with fewer than two.
    low, high : float or None
        Between which 95 % of the cosines lie.
    """

    replicates: int
    mean: float | None
    deviation: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class WordStability:
    """What was found of a word.

    Attributes
    ----------
    word : str
    count, documents : int
        How often it occurs, and in how many documents.
    by : dict
        By what varies: "documents", "seeds".
    """

    word: str
    count: int
    documents: int
    by: dict[str, Overlap]


@dataclass(frozen=True)
class PairStability:
    """What was found of two words.

    Attributes
    ----------
    first, second : str
    cosine : float
        As trained on all documents with the seed that was given.
    by : dict
        By what varies.
    """

    first: str
    second: str
    cosine: float
    by: dict[str, Spread]


@dataclass(frozen=True)
class Stability:
    """What was found.

    Attributes
    ----------
    replicates, topn, documents : int
        Trainings for each thing that varies, nearest words, documents of the corpus.
    words : list of WordStability
    pairs : list of PairStability
        Of all twos of the words.
    """

    replicates: int
    topn: int
    documents: int
    words: list[WordStability]
    pairs: list[PairStability]


def measure_stability(
    model: GloVe,
    corpus: Corpus,
    words: Sequence[str],
    *,
    replicates: int = 25,
    topn: int = 10,
    vary: Sequence[str] = VARIED,
    display: Display | None = None,
) -> Stability:
    """Train on bootstraps of the documents, and with other seeds.

    Parameters
    ----------
    model : GloVe
        With the options of all trainings; its own training is not touched. The vocabulary is that
        of the whole corpus in each of them.
    corpus : str, path-like, iterable of path-like, or iterable of documents
        Read once.
    words : str or sequence of str
    replicates : int
        Trainings for each thing that varies.
    topn : int
        Nearest words that are compared.
    vary : str or sequence of str
        "documents", "seeds", or both.
    display : Display, optional

    Returns
    -------
    Stability
        The same on every machine: what is drawn depends on the model's seed alone.

    Raises
    ------
    GloveError
        If an option makes no sense, a word is not in the vocabulary, the corpus has one document
        and documents are to vary, or a training fails.
    """
    words = [words] if isinstance(words, str) else list_of_words("words", words)
    vary = [vary] if isinstance(vary, str) or not isinstance(vary, Iterable) else list(vary)
    replicates = check("--replicates", replicates, Whole(2, MOST_REPLICATES))
    topn = check("--topn", topn, Whole(1))
    vary = _distinct(words, vary)
    display = display or Display()
    alone = dict.fromkeys(("work_dir", "checkpoint_every"))
    own = {**model.get_params(), **alone, "resume": False, "fresh": False, "keep": False}
    own |= {"verbose": False, "display": Display()}
    encoded = GloVe(**{**own, "display": display}).encode(corpus)
    ids = _ids_of(words, encoded)
    documents = Documents(encoded)
    if DOCUMENTS in vary and len(documents) < 2:
        raise OptionError(
            "a bootstrap draws documents and the corpus has one: give --document blank-line or "
            "file if its documents are not its lines, or --vary seeds"
        )
    trainings = _trainings(own, documents, replicates, vary)
    with display.stage("train", 1 + replicates * len(vary), "trainings") as stage:
        whole = _look(GloVe(**own).fit_encoded(encoded).vectors_, ids, topn, None)
        stage.advance(1)
        looks: dict[str, list[_Look]] = {varied: [] for varied in vary}
        for varied, trained, corpus_then, counts in trainings:
            looks[varied].append(
                _look(trained.fit_encoded(corpus_then).vectors_, ids, topn, counts)
            )
            stage.note(f"{varied}: {len(looks[varied])} of {replicates}")
            stage.advance(1)
    spelled = encoded.vocabulary.words
    return Stability(
        replicates,
        topn,
        len(documents),
        [
            WordStability(
                word,
                int(encoded.vocabulary.counts[number]),
                documents.with_word(number),
                {varied: _overlap(looks[varied], place, topn, spelled) for varied in vary},
            )
            for place, (word, number) in enumerate(zip(words, ids, strict=True))
        ],
        [
            PairStability(
                words[first],
                words[second],
                float(whole.cosines[first, second]),
                {varied: _spread(looks[varied], first, second) for varied in vary},
            )
            for first, second in itertools.combinations(range(len(words)), 2)
        ],
    )


@dataclass(frozen=True)
class _Look:
    """What is kept of one training: of each word whether it occurs, neighbours, and cosines."""

    occurs: npt.NDArray[np.bool_]
    nearest: list[list[int]]
    cosines: npt.NDArray[np.floating[Any]]


def _distinct(words: list[Any], vary: list[Any]) -> list[str]:
    """Return what varies, each once, after a check of both."""
    if not vary or not all(isinstance(each, str) and each in VARIED for each in vary):
        raise OptionError(f"what varies is {' or '.join(VARIED)}, or both, not {vary}")
    if any(not isinstance(word, str) for word in words):
        raise OptionError(f"words are strings, not {words!r}: give a word or several")
    if not words or len(set(words)) < len(words):
        raise OptionError("--words names one word or more, each once")
    return list(dict.fromkeys(vary))


def _ids_of(words: Sequence[str], encoded: EncodedCorpus) -> list[int]:
    spelled = encoded.vocabulary.words
    ids = {word: number for number, word in enumerate(spelled)}
    for word in words:
        if word not in ids:
            raise UnknownWordError(word, spelled)
    return [ids[word] for word in words]


def _trainings(
    own: dict[str, Any], documents: Documents, replicates: int, vary: Sequence[str]
) -> Iterator[tuple[str, GloVe, EncodedCorpus, npt.NDArray[np.int64] | None]]:
    """Yield what varies, a trainer, its corpus, and how often each word occurs there."""
    for varied, replicate in itertools.product(vary, range(1, replicates + 1)):
        if varied == DOCUMENTS:
            times = documents.draw(own["seed"], replicate)
            counts = documents.counts(times)
            yield varied, GloVe(**own), documents.resample(times), counts
        else:
            seed = (own["seed"] + replicate) % 2**64
            yield varied, GloVe(**{**own, "seed": seed}), documents.encoded, None


def _look(
    vectors: WordVectors, ids: list[int], topn: int, counts: npt.NDArray[np.int64] | None
) -> _Look:
    occurs = np.ones(len(vectors), np.bool_) if counts is None else counts > 0
    nearest, cosines = [], []
    for number in ids:
        similar = vectors.most_similar(number, topn=None)
        cosines.append(similar[ids])
        similar[~occurs] = -np.inf
        best = highest(similar, topn + 1).tolist()
        nearest.append([other for other in best if other != number and occurs[other]][:topn])
    return _Look(occurs[ids], nearest, np.array(cosines))


def _overlap(looks: list[_Look], place: int, topn: int, spelled: Sequence[str]) -> Overlap:
    nearest = [set(look.nearest[place]) for look in looks if look.occurs[place]]
    twos = itertools.combinations(nearest, 2)
    # Of a small vocabulary, fewer than topn words may occur in a bootstrap.
    shares = [len(a & b) / max(len(a), len(b)) for a, b in twos if a or b]
    found = Counter(itertools.chain.from_iterable(map(sorted, nearest)))
    frequent = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:topn]
    return Overlap(
        len(nearest),
        float(np.mean(shares)) if shares else None,
        [(spelled[number], times) for number, times in frequent],
    )


def _spread(looks: list[_Look], first: int, second: int) -> Spread:
    both = [look for look in looks if look.occurs[first] and look.occurs[second]]
    cosines = np.array([look.cosines[first, second] for look in both], np.float64)
    if len(cosines) < 2:
        return Spread(len(cosines), None, None, None, None)
    low, high = np.percentile(cosines, _INTERVAL).tolist()
    return Spread(len(cosines), float(cosines.mean()), float(cosines.std(ddof=1)), low, high)
