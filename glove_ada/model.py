"""The trainer: a corpus in, word vectors out."""

from __future__ import annotations

import math
import warnings
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from glove_ada.cooccurrence import Cooccurrence, count_cooccurrences
from glove_ada.encoding import EncodedCorpus, encode_corpus
from glove_ada.options import Options, check_values, resolve_options
from glove_ada.parameters import Floats, Parameters, RowLayout, initial_parameters
from glove_ada.progress import Display, Stage
from glove_ada.report import Report
from glove_ada.sources import Corpus, open_corpus
from glove_ada.threads import Workers
from glove_ada.tiles import NONZERO, TileGrid, build_tiles, choose_groups, deal_words
from glove_ada.training import UpdateRule, adagrad_rule, stanford_rule, train_epochs
from glove_ada.vectors import WordVectors
from glove_ada.vocabulary import Vocabulary, read_vocabulary

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator


class GloVe:
    """GloVe word vectors (Pennington, Socher and Manning 2014), trained with AdaGrad.

    The vectors are a function of the corpus, the options and the seed alone: the number of threads
    and the CPU change nothing.

    Parameters
    ----------
    vector_size : int, optional
        Dimensions of the vectors (100; rule stanford: 50).
    window_size : int
        The farthest neighbour on each side.
    min_count : int
        The fewest occurrences of a word.
    max_vocab : int, optional
        The most words, the most frequent ones.
    vocab_file : path-like, optional
        Use this vocabulary, `word count` lines, as it stands, in place of choosing one.
    symmetric : bool
        Count neighbours on both sides, or only those to the right of a word.
    distance_weighting : bool
        A neighbour at distance d counts 1/d, or else 1.
    lowercase : bool
        Fold the text by Unicode.
    rule : {"adagrad", "stanford"}
        AdaGrad that accumulates before it steps, or the reference C program's rule.
    epochs : int, optional
        Passes over all nonzeros (25).
    x_max : float, optional
        Counts from here on have the full weight (10; rule stanford: 100).
    alpha : float
        The weighting function's exponent: f(x) = min(1, x / x_max) ** alpha.
    eta : float, optional
        The learning rate (0.2; rule stanford: 0.05).
    eps : float, optional
        Added to the root of the sum of squared gradients (0; rule adagrad only).
    initial_accumulator : float, optional
        Where the sums of squared gradients start (1; rule adagrad only).
    weight_decay : float, optional
        Times the vector, added to its gradient (0.002; rule adagrad only).
    grad_clip : float, optional
        The largest component of a gradient (none; rule stanford: 100).
    model : {"sum", "word", "context", "both"}
        What a word's vector is: word plus context vector, one of them, or one behind the other.
    seed : int
        Of the initial values and the order of the rounds.
    threads : int, optional
        As many as there are CPUs by default.
    display : Display, optional
        Where progress is shown; nowhere by default.

    Attributes
    ----------
    vectors_ : WordVectors
    vocabulary_ : Vocabulary
    costs_ : list of float
        The mean cost of a nonzero in each epoch.
    options_ : Options
        With the defaults filled in.
    report_ : Report
        What is needed to repeat the run, and what it took.

    Examples
    --------
    >>> model = GloVe(vector_size=100, seed=1).fit("corpus.txt")  # doctest: +SKIP
    >>> model.vectors_.most_similar("frog")  # doctest: +SKIP
    """

    def __init__(
        self,
        *,
        vector_size: int | None = None,
        window_size: int = 15,
        min_count: int = 5,
        max_vocab: int | None = None,
        vocab_file: str | os.PathLike[str] | None = None,
        symmetric: bool = True,
        distance_weighting: bool = True,
        lowercase: bool = False,
        rule: str = "adagrad",
        epochs: int | None = None,
        x_max: float | None = None,
        alpha: float = 0.75,
        eta: float | None = None,
        eps: float | None = None,
        initial_accumulator: float | None = None,
        weight_decay: float | None = None,
        grad_clip: float | None = None,
        model: str = "sum",
        seed: int = 1,
        threads: int | None = None,
        display: Display | None = None,
    ) -> None:
        self.vector_size = vector_size
        self.window_size = window_size
        self.min_count = min_count
        self.max_vocab = max_vocab
        self.vocab_file = vocab_file
        self.symmetric = symmetric
        self.distance_weighting = distance_weighting
        self.lowercase = lowercase
        self.rule = rule
        self.epochs = epochs
        self.x_max = x_max
        self.alpha = alpha
        self.eta = eta
        self.eps = eps
        self.initial_accumulator = initial_accumulator
        self.weight_decay = weight_decay
        self.grad_clip = grad_clip
        self.model = model
        self.seed = seed
        self.threads = threads
        self.display = display

    def resolved_options(self) -> Options:
        """Return the options with the rule's defaults, checked.

        Raises
        ------
        OptionError
            If a value makes no sense.
        """
        check_values({"threads": self.threads})
        names = Options.__dataclass_fields__
        return resolve_options(**{name: getattr(self, name) for name in names})

    def fit(self, corpus: Corpus) -> GloVe:
        """Train on a corpus.

        Parameters
        ----------
        corpus : str, path-like, list of path-like, or iterable of documents
            A string is a path. A document is a string or a list of tokens.

        Returns
        -------
        self

        Raises
        ------
        GloveError
            If an option makes no sense, the corpus cannot be read or holds nothing to learn from,
            or the training diverges.
        """
        self.options_ = options = self.resolved_options()
        given = read_vocabulary(self.vocab_file) if self.vocab_file is not None else None
        self.report_ = Report()
        self.report_.add("options", **asdict(options))
        with Workers(self.threads) as workers:
            run = _Run(options, workers, self.display or Display(), self.report_)
            encoded = run.encode(corpus, given)
            self.vocabulary_ = encoded.vocabulary
            cooccurrence = run.count(encoded)
            del encoded  # the word ids are done with
            tiles = run.build_tiles(cooccurrence)
            del cooccurrence  # the tiles hold all of it
            parameters, self.costs_ = run.train(tiles)
        self.vectors_ = _word_vectors(parameters, self.vocabulary_, options.model)
        return self


class _Run:
    """The stages of one run, each shown and recorded."""

    def __init__(
        self,
        options: Options,
        workers: Workers,
        display: Display,
        report: Report,
    ) -> None:
        self.options, self.workers = options, workers
        self.display, self.report = display, report

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Stage]:
        with self.report.stage(name), self.display.stage(name, total, unit) as stage:
            yield stage

    def encode(self, corpus: Corpus, given: Vocabulary | None) -> EncodedCorpus:
        source = open_corpus(corpus)
        with self.stage("encode", source.size, "B") as stage:
            encoded = encode_corpus(
                source,
                self.workers,
                min_count=self.options.min_count,
                max_vocab=self.options.max_vocab,
                vocabulary=given,
                lowercase=self.options.lowercase,
                progress=stage.advance,
            )
        if encoded.invalid_bytes:
            warnings.warn(
                f"{encoded.invalid_bytes:,} bytes of the corpus are not UTF-8; they were carried "
                f"through as they are",
                stacklevel=3,
            )
        self.display.say(
            f"found {encoded.documents:,} documents, {encoded.tokens:,} tokens, "
            f"{encoded.types:,} distinct words; the vocabulary's {len(encoded.vocabulary):,} words "
            f"cover {encoded.known_tokens / encoded.tokens:.1%}"
        )
        self.report.add(
            "corpus",
            sha256=encoded.digest,
            documents=encoded.documents,
            tokens=encoded.tokens,
            distinct_words=encoded.types,
            invalid_bytes=encoded.invalid_bytes,
        )
        self.report.add(
            "vocabulary",
            words=len(encoded.vocabulary),
            tokens=encoded.known_tokens,
            from_file=given is not None,
        )
        return encoded

    def count(self, encoded: EncodedCorpus) -> Cooccurrence:
        with self.stage("count", len(encoded.vocabulary), "rows") as stage:
            cooccurrence = count_cooccurrences(
                encoded,
                self.workers,
                window_size=self.options.window_size,
                symmetric=self.options.symmetric,
                distance_weighting=self.options.distance_weighting,
                progress=stage.advance,
            )
        stored, rows = len(cooccurrence.columns), 2 * cooccurrence.words
        parameters = rows * RowLayout(self.options.vector_size).row_bytes
        self.display.say(
            f"found {cooccurrence.nonzeros:,} nonzeros; training takes "
            f"{_megabytes(stored * NONZERO.itemsize + parameters)} of memory: "
            f"{_megabytes(stored * NONZERO.itemsize)} for them, {_megabytes(parameters)} for "
            f"parameters and accumulators"
        )
        self.report.add("matrix", nonzeros=cooccurrence.nonzeros, stored_cells=stored)
        return cooccurrence

    def build_tiles(self, cooccurrence: Cooccurrence) -> TileGrid:
        groups = choose_groups(cooccurrence.words)
        with self.stage("tile", cooccurrence.words, "rows") as stage:
            tiles = build_tiles(
                cooccurrence,
                deal_words(cooccurrence.words, groups),
                self.workers,
                x_max=self.options.x_max,
                alpha=self.options.alpha,
                progress=stage.advance,
            )
        self.report.add("matrix", groups=groups)
        return tiles

    def train(self, tiles: TileGrid) -> tuple[Parameters, list[float]]:
        options, costs = self.options, []
        rule = _update_rule(options)
        total = tiles.nonzeros_per_epoch * options.epochs
        with self.stage("train", total, "nonzeros") as stage:
            parameters = initial_parameters(
                RowLayout(options.vector_size),
                tiles.grouping,
                self.workers,
                seed=options.seed,
                vector_accumulator=rule.vector_accumulator,
                bias_accumulator=rule.bias_accumulator,
            )
            for cost in train_epochs(
                parameters,
                tiles,
                rule,
                self.workers,
                epochs=options.epochs,
                seed=options.seed,
                progress=stage.advance,
            ):
                costs.append(cost)
                stage.note(f"epoch {len(costs)} of {options.epochs}, cost {cost:.6f}")
        self.report.add("training", costs=costs)
        return parameters, costs


def _update_rule(options: Options) -> UpdateRule:
    grad_clip = math.inf if options.grad_clip is None else options.grad_clip
    if options.rule == "stanford":
        return stanford_rule(eta=options.eta, grad_clip=grad_clip)
    assert options.eps is not None
    assert options.initial_accumulator is not None
    assert options.weight_decay is not None
    return adagrad_rule(
        eta=options.eta,
        eps=options.eps,
        initial_accumulator=options.initial_accumulator,
        weight_decay=options.weight_decay,
        grad_clip=grad_clip,
    )


def _word_vectors(parameters: Parameters, vocabulary: Vocabulary, model: str) -> WordVectors:
    word, context = parameters.vectors(0), parameters.vectors(1)
    return WordVectors(
        vocabulary.decoded(),
        _combine(word, context, model),
        counts=vocabulary.counts,
        word_vectors=word,
        context_vectors=context,
        word_biases=parameters.biases(0),
        context_biases=parameters.biases(1),
    )


def _combine(word: Floats, context: Floats, model: str) -> Floats:
    if model == "sum":
        return word + context
    if model == "both":
        return np.hstack((word, context))
    return word if model == "word" else context


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size < 1e9 else f"{size / 1e9:,.2f} GB"
