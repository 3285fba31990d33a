"""The trainer: a corpus in, word vectors out."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, replace
from functools import partial
from typing import Any, cast

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.matrix_files import check_matrix_writable, write_matrix
from glove_ada.corpus.encoding import EncodedCorpus
from glove_ada.corpus.sources import Corpus, FileSource, open_corpus
from glove_ada.corpus.vocabulary import read_vocabulary
from glove_ada.errors import OptionError
from glove_ada.model.documents import DocumentVectors
from glove_ada.model.estimator import Estimator
from glove_ada.model.uncertainty import VectorUncertainty
from glove_ada.run.cluster.connection import Cluster, connected, local_workers
from glove_ada.run.cluster.stages import ClusterRun
from glove_ada.run.counted.agreement import counted_with
from glove_ada.run.counted.description import COUNTS, open_counted
from glove_ada.run.counting_stages import Counts
from glove_ada.run.kept.remote_work_dir import open_work_dir
from glove_ada.run.kept.session import KeptWork
from glove_ada.run.memory_plan import GIGABYTE, MemoryPlan
from glove_ada.run.options import TRAINER_OPTIONS, Options
from glove_ada.run.options.resolution import resolve_options
from glove_ada.run.outputs import Output, check_outputs, is_counts
from glove_ada.run.report import Report
from glove_ada.run.stages import Run
from glove_ada.run.start import check_start
from glove_ada.system.progress import Display, choose_display
from glove_ada.system.sentences.kinds import Path, check, check_given
from glove_ada.system.threads import Workers
from glove_ada.training.state import TrainingState
from glove_ada.vectors.word_vectors import WordVectors

AfterEpoch = Callable[[int, Callable[[], WordVectors], Report], bool | None]


class GloVe(DocumentVectors, VectorUncertainty, Estimator):
    """GloVe word vectors (Pennington, Socher and Manning 2014), trained with AdaGrad.

    The vectors are a function of the corpus, the options and the seed alone: the number of threads
    and the CPU change nothing. It is an estimator of scikit-learn's kind: `fit` learns the vectors
    of words, and `transform` returns those of documents.

    Parameters
    ----------
    vector_size : int, optional
        Dimensions of the vectors (100; rule stanford: 50).
    document : {"line", "blank-line", "file"}
        What a document is in files, beyond which no window reaches.
    text_column : str, optional
        Read this column of tables: .csv, .tsv, .jsonl, .parquet. A row is a document.
    tokenize : bool
        Tell words from punctuation in raw text; else words are what stands between spaces.
    strip_html : bool
        Take off tags; `&amp;` and such become their characters.
    lowercase : bool
        Fold the text by Unicode.
    normalize : {"NFC", "NFKC"}, optional
        Unicode's normal form.
    drop_punctuation : bool
        Leave out what has no letter or digit, but for emoji.
    drop_numbers : bool
        Leave out what has digits and no letter.
    stop_words : str, path-like or collection of str, optional
        Leave out these words: a language's ("english"), those in a file with a word a line, or a
        list's.
    drop_duplicates : bool
        Leave out documents of the same words as an earlier one.
    window_size : int
        The farthest neighbour on each side.
    min_count : int
        The fewest occurrences of a word.
    max_vocab : int, optional
        The most words, the most frequent ones.
    vocab_file : path-like, optional
        Use this vocabulary, `word count` lines, as it stands, in place of choosing one.
    directed : bool, optional
        Tell what stands to the right of a word from what stands to its left: each word is then a
        context twice, with a vector for either (true; without zeros, for the rule stanford and
        where `symmetric` is given, false).
    symmetric : bool, optional
        If not directed, count neighbours on both sides, or only those to the right of a word.
    distance_weighting : bool
        A neighbour at distance d counts 1/d, or else 1.
    window_weights : str or sequence of float, optional
        What a neighbour at distance d counts, in place of that: "power:P" (1/d^P), "linear",
        "uniform", or a number for each distance.
    phrases : bool
        Join pairs of words that stand together more often than by chance: "new_york".
    phrase_scoring : {"word2phrase", "npmi"}, optional
        Score pairs as word2phrase does, or by normalised pointwise mutual information; both as
        gensim's Phrases has them (word2phrase).
    phrase_threshold : float, optional
        A phrase's score is above it (10; npmi: 0.5).
    rule : str
        How updates are made: one of the names in `glove_ada.training.rules`. "adagrad-row" is
        AdaGrad with one accumulator for a row's vector, "adagrad" with one for each component,
        "stanford" the reference C program's rule.
    epochs : int, optional
        Passes over all nonzeros (3; without zeros 25; for other rules 20).
    x_max : float, optional
        Counts from here on have the full weight (5; without zeros 10; rule stanford: 100).
    alpha : float
        The weighting function's exponent: f(x) = min(1, x / x_max) ** alpha.
    eta : float, optional
        The learning rate (0.4; without zeros 0.2; other rules have their own).
    eta_decay : float
        How fast it falls: in epoch t, from 1, it is eta / (1 + (t - 1) * eta_decay).
    momentum : float, optional
        What an update keeps of a row's velocity, 0 or more and below 1; this and the next options
        are those of some rules only, and the defaults of each rule's own stand in
        `docs/options.md`.
    rho : float, optional
        What an update keeps of the mean squares, 0 or more and below 1.
    beta1 : float, optional
        What an update keeps of the mean gradient, 0 or more and below 1.
    beta2 : float, optional
        What an update keeps of the mean or largest square, 0 or more and below 1.
    eps : float, optional
        Added to the root that steps are divided by (0).
    initial_accumulator : float, optional
        Where the sums of squared gradients start (1; for most other rules 0.1).
    weight_decay : float, optional
        Times the vector, added to its gradient (0.0385 (vector_size / tokens)**(1/6), at
        most 0.01; without zeros 0.002, for most other rules 0.005).
    l1 : float, optional
        The penalty of the vectors' magnitudes, which sets components to 0.
    grad_clip : float, optional
        The largest component of a gradient (none; rule stanford: 100).
    zeros : float, optional
        Pairs of words that never meet, drawn afresh in each epoch and learned from besides: draws
        for each nonzero, of which those that do meet are dropped (1.3; rule stanford: 0).
    zero_count : float, optional
        What such a pair counts for in place of x (a sixth of the mean of all counts, zeros
        included, to one digit).
    zero_weight : float
        Its weight in place of f(x).
    bias_init : {"log-sums", "random"}, optional
        Where biases start: at what the sums of the rows say, so that they explain words that meet
        by chance, or near 0 (random; for other rules but stanford, log-sums).
    start_from : path-like, optional
        Vectors that words start from, in any format; words that are not in it, contexts and biases
        start as ever. Unless they are given, `context_weight` is then 0 and `singular_power` 1, so
        that what comes out has the space of what went in.
    anchor : float, optional
        Pulls words towards these vectors: each one's squared distance, times this, is added to the
        cost (none).
    polish : int, optional
        After the last epoch, with the contexts held fixed, each word's vector and bias are improved
        by so many steps of conjugate gradients towards those that make its cost the least, which
        takes out the noise that AdaGrad's last steps leave (2; without zeros and for other rules
        0).
    alternations : int, optional
        If polished, how often the contexts are solved then, the words held fixed, and the words
        again: alternating least squares (2; without zeros and for other rules 0).
    model : {"sum", "word", "context", "both"}
        What a word's vector is: word vector plus `context_weight` times context vector, one of
        them, or one behind the other. Of directed contexts it is the mean of the two.
    context_weight : float, optional
        For the model sum (0.1; without zeros 1).
    singular_power : float, optional
        The power that the singular values of the words' vectors are raised to, 0 to 1: below 1,
        directions in which words differ little count for more (0.63; for most other rules 0.6;
        without zeros 1).
    seed : int
        Of the initial values and the order of the rounds.
    threads : int, optional
        As many as there are CPUs by default.
    memory : float, optional
        The most memory that the process may take, in GB; what does not fit goes to the disk. By
        default three quarters of what is available. It changes no vector.
    cluster : str, optional
        Train on the workers of the Dask scheduler at this address, or with "local:N" on N
        processes that are started here; `threads` are each worker's. It changes no result. Other
        than local workers need a `work_dir` that all share.
    scheduler_file : path-like, optional
        In place of an address, the file that the scheduler has written.
    work_dir : path-like, optional
        A directory, made if it is not there, for checkpoints, for finished stages that took long,
        and for what does not fit into memory; in one that is there already they have a folder of
        their own, `glove_ada.work`. It may be a URL that fsspec can write to: what does not fit
        into memory then goes to the system's directory for temporary files. So it does without a
        work directory, and nothing is kept.
    checkpoint_minutes : float
        Training time between two checkpoints; with 0, only a training that is cut or whose result
        cannot be written leaves one.
    checkpoint_every : int, optional
        Epochs between two checkpoints, besides.
    resume : bool
        Go on from the checkpoint in `work_dir`, if there is one. The vectors are the same, to the
        bit, as if the training had never been cut. It may have more epochs than at first.
    fresh : bool
        Ignore what is in `work_dir`; it goes when something newer takes its place.
    keep : bool
        Leave finished stages and the last checkpoint in `work_dir`: runs on the same corpus use
        the vocabulary and counts again, and `resume` adds epochs.
    sif : float or None
        In `transform`, a word of share p among all words counts for sif / (sif + p) (Arora, Liang
        and Ma 2017); None lets all count for 1.
    verbose : bool
        Show progress: bars in a notebook or at a terminal, else lines on standard error.
    display : Display, optional
        Where progress is shown, in place of that.

    Attributes
    ----------
    vectors_ : WordVectors
    vocabulary_ : Vocabulary
    phrases_ : list of (str, int, float)
        The phrases that were joined, how often each stood in the text, and its score, the highest
        first.
    costs_ : list of float
        The mean cost of a nonzero in each epoch, so far while it is trained.
    zero_costs_ : list of float
        The mean cost of a sampled zero in each epoch; 0 without them.
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
        document: str = "line",
        text_column: str | None = None,
        tokenize: bool = False,
        strip_html: bool = False,
        lowercase: bool = False,
        normalize: str | None = None,
        drop_punctuation: bool = False,
        drop_numbers: bool = False,
        stop_words: str | Sequence[str] | None = None,
        drop_duplicates: bool = False,
        window_size: int = 15,
        min_count: int = 5,
        max_vocab: int | None = None,
        vocab_file: str | os.PathLike[str] | None = None,
        directed: bool | None = None,
        symmetric: bool | None = None,
        distance_weighting: bool = True,
        window_weights: str | Sequence[float] | None = None,
        phrases: bool = False,
        phrase_scoring: str | None = None,
        phrase_threshold: float | None = None,
        rule: str = "adagrad-row",
        epochs: int | None = None,
        x_max: float | None = None,
        alpha: float = 0.75,
        eta: float | None = None,
        eta_decay: float = 0.0,
        momentum: float | None = None,
        rho: float | None = None,
        beta1: float | None = None,
        beta2: float | None = None,
        eps: float | None = None,
        initial_accumulator: float | None = None,
        weight_decay: float | None = None,
        l1: float | None = None,
        grad_clip: float | None = None,
        zeros: float | None = None,
        zero_count: float | None = None,
        zero_weight: float = 0.05,
        bias_init: str | None = None,
        start_from: str | os.PathLike[str] | None = None,
        anchor: float | None = None,
        polish: int | None = None,
        alternations: int | None = None,
        model: str = "sum",
        context_weight: float | None = None,
        singular_power: float | None = None,
        seed: int = 1,
        threads: int | None = None,
        memory: float | None = None,
        cluster: str | None = None,
        scheduler_file: str | os.PathLike[str] | None = None,
        work_dir: str | os.PathLike[str] | None = None,
        checkpoint_minutes: float = 10,
        checkpoint_every: int | None = None,
        resume: bool = False,
        fresh: bool = False,
        keep: bool = False,
        sif: float | None = 1e-3,
        verbose: bool = False,
        display: Display | None = None,
    ) -> None:
        self.vector_size = vector_size
        self.document = document
        self.text_column = text_column
        self.tokenize = tokenize
        self.strip_html = strip_html
        self.lowercase = lowercase
        self.normalize = normalize
        self.drop_punctuation = drop_punctuation
        self.drop_numbers = drop_numbers
        self.stop_words = stop_words
        self.drop_duplicates = drop_duplicates
        self.window_size = window_size
        self.min_count = min_count
        self.max_vocab = max_vocab
        self.vocab_file = vocab_file
        self.directed = directed
        self.symmetric = symmetric
        self.distance_weighting = distance_weighting
        self.window_weights = window_weights
        self.phrases = phrases
        self.phrase_scoring = phrase_scoring
        self.phrase_threshold = phrase_threshold
        self.rule = rule
        self.epochs = epochs
        self.x_max = x_max
        self.alpha = alpha
        self.eta = eta
        self.eta_decay = eta_decay
        self.momentum = momentum
        self.rho = rho
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps
        self.initial_accumulator = initial_accumulator
        self.weight_decay = weight_decay
        self.l1 = l1
        self.grad_clip = grad_clip
        self.zeros = zeros
        self.zero_count = zero_count
        self.zero_weight = zero_weight
        self.bias_init = bias_init
        self.start_from = start_from
        self.anchor = anchor
        self.polish = polish
        self.alternations = alternations
        self.model = model
        self.context_weight = context_weight
        self.singular_power = singular_power
        self.seed = seed
        self.threads = threads
        self.memory = memory
        self.cluster = cluster
        self.scheduler_file = scheduler_file
        self.work_dir = work_dir
        self.checkpoint_minutes = checkpoint_minutes
        self.checkpoint_every = checkpoint_every
        self.resume = resume
        self.fresh = fresh
        self.keep = keep
        self.sif = sif
        self.verbose = verbose
        self.display = display

    def resolved_options(self) -> Options:
        """Return the options with the rule's defaults, checked.

        Raises
        ------
        OptionError
            If a value makes no sense.
        """
        return resolve_options(**{name: getattr(self, name) for name in TRAINER_OPTIONS})

    def fit(
        self,
        X: Corpus,  # noqa: N803
        y: object = None,
        *,
        save_cooccurrence: str | os.PathLike[str] | None = None,
        after_epoch: AfterEpoch | None = None,
        write: Callable[[GloVe], object] | None = None,
    ) -> GloVe:
        """Train on a corpus.

        Parameters
        ----------
        X : str, path-like, iterable of path-like, or iterable of documents
            The corpus. A string is a path; several that are all paths of what exists are paths,
            too. A document is a string or a list of tokens.
        y : object
            Of no use; scikit-learn's pipelines give it.
        save_cooccurrence : path-like, optional
            Write the counts to this file: `.mtx` is Matrix Market, `.npz` SciPy's, anything else
            the reference program's `cooccurrence.bin`.
        after_epoch : callable, optional
            Is given the epoch from 1, a function that makes the vectors as they are then, and
            the report. If it returns true, the training ends there, well, with these vectors.
        write : callable, optional
            Is given the trained model to write it out. If that fails, a checkpoint is left in
            `work_dir`.

        Returns
        -------
        self

        Raises
        ------
        GloveError
            If an option makes no sense, the corpus cannot be read or holds nothing to learn from,
            the training diverges, or `work_dir` cannot be used or does not go with the run.
        Interrupted
            After Ctrl-C or SIGTERM during training, with a checkpoint left in `work_dir`. It is a
            KeyboardInterrupt.
        """
        self.options_ = self.resolved_options()
        self.check_sif()
        given = read_vocabulary(self.vocab_file) if self.vocab_file is not None else None
        source = open_corpus(X, document=self.document, text_column=self.text_column)
        check_given("save_cooccurrence", save_cooccurrence, Path())
        counts_file = [] if save_cooccurrence is None else [os.fspath(save_cooccurrence)]
        files = source.files if isinstance(source, FileSource) else []
        self._files = files if source.repeatable else []
        if isinstance(source, FileSource) and source is not X:  # or its owner has told
            for line in source.left_out.tell():
                warnings.warn(line, stacklevel=2)
        check_outputs(
            [Output(path, is_counts, check=check_matrix_writable) for path in counts_file],
            filter(None, [*files, self.vocab_file, self.start_from]),
            self.work_dir,
            overwrite=True,
        )

        def count(run: Run) -> Counts:
            if isinstance(source, FileSource):  # so that the text is found again
                of_text = {"document": source.document, "text_column": source.text_column}
                run.report.add("corpus", paths=source.paths, **of_text)
            if save_cooccurrence is None:
                return run.count_corpus(source, given)
            counts = run.count_whole(source, given)
            write_matrix(save_cooccurrence, cast("Cooccurrence", counts.cooccurrence))
            return counts

        return self._fit(count, after_epoch, write)

    def fit_transform(self, X: Corpus, y: object = None, **fit: Any) -> Any:  # noqa: N803
        """Train on documents and return their vectors; see `fit` and `transform`."""
        documents: Any = list(X) if isinstance(X, Iterator) else X  # which is read only once
        return self.fit(documents, y, **fit).transform(documents)

    def fit_cooccurrence(
        self,
        path: str | os.PathLike[str],
        *,
        after_epoch: AfterEpoch | None = None,
        write: Callable[[GloVe], object] | None = None,
    ) -> GloVe:
        """Train on the reference program's `cooccurrence.bin`, in place of counting.

        Parameters
        ----------
        path : path-like
            Shuffled or not; `vocab_file` is the vocabulary that it was counted with.
        after_epoch, write : callable, optional
            As for `fit`.

        Returns
        -------
        self

        Raises
        ------
        GloveError
            If an option makes no sense, a file cannot be read or does not go with the other, or
            the training diverges.
        """
        check("path", path, Path())
        self.options_ = self.resolved_options()
        if self.directed is None:  # few such files tell sides apart
            self.options_ = replace(self.options_, directed=False, symmetric=True)
        if self.vocab_file is None:
            raise OptionError("--cooccurrence-file needs the --vocab-file it was counted with")
        vocabulary = read_vocabulary(self.vocab_file)
        return self._fit(lambda run: run.read_counts(path, vocabulary), after_epoch, write)

    def fit_counts(
        self,
        folder: str | os.PathLike[str],
        *,
        after_epoch: AfterEpoch | None = None,
        write: Callable[[GloVe], object] | None = None,
    ) -> GloVe:
        """Train on a folder of counts of `glove_ada.count` or `glove_ada.merge`.

        Parameters
        ----------
        folder : path-like
            Its vocabulary, and the options it was counted with, hold for the training, too.
        after_epoch, write : callable, optional
            As for `fit`.

        Returns
        -------
        self

        Raises
        ------
        GloveError
            If an option makes no sense or is not what the folder was counted with, the folder
            cannot be read, or the training diverges.
        """
        counted = open_counted(check("folder", folder, Path()), COUNTS)
        if self.vocab_file is not None:
            raise OptionError("the counts have a vocabulary: leave --vocab-file out")
        self.options_ = counted_with(self.resolved_options(), counted, self.directed)
        return self._fit(lambda run: run.load_counts(counted), after_epoch, write)

    def count(self, corpus: Corpus) -> Cooccurrence:
        """Count a corpus as `fit` does, and go no further; `vocabulary_` and `report_` are set.

        Unless `directed` or `symmetric` is given, neighbours on both sides are counted as one.

        Parameters
        ----------
        corpus : str, path-like, iterable of path-like, or iterable of documents
            As for `fit`.

        Returns
        -------
        Cooccurrence
            Its `to_scipy()` is the matrix, with a row for each word of `vocabulary_`.

        Raises
        ------
        GloveError
            If an option makes no sense, or the corpus cannot be read or holds nothing to count.
        """
        self.options_ = self.resolved_options()
        if self.directed is None and self.symmetric is None:
            self.options_ = replace(self.options_, directed=False, symmetric=True)
        given = read_vocabulary(self.vocab_file) if self.vocab_file is not None else None
        with self._new_run(scores=False) as run:
            source = open_corpus(corpus, document=self.document, text_column=self.text_column)
            counts = run.count_whole(source, given)
        self.vocabulary_ = counts.vocabulary
        return cast("Cooccurrence", counts.cooccurrence)

    def encode(self, corpus: Corpus) -> EncodedCorpus:
        """Turn a corpus into word ids, for `fit_encoded`; all else is as for `fit`."""
        self.options_ = self.resolved_options()
        given = read_vocabulary(self.vocab_file) if self.vocab_file is not None else None
        with self._new_run(scores=False) as run:
            source = open_corpus(corpus, document=self.document, text_column=self.text_column)
            return run.encode_for_later(source, given)

    def fit_encoded(self, encoded: EncodedCorpus) -> GloVe:
        """Train on a corpus that is encoded.

        Parameters
        ----------
        encoded : EncodedCorpus
            What `encode` has returned, or some of its documents.

        Returns
        -------
        self

        Raises
        ------
        GloveError
            As for `fit`.
        """
        self.options_ = self.resolved_options()
        return self._fit(lambda run: run.count_encoded(encoded), None, None)

    def _fit(
        self,
        count: Callable[[Run], Counts],
        after_epoch: AfterEpoch | None,
        write: Callable[[GloVe], object] | None,
    ) -> GloVe:
        if self.start_from is not None:
            check_start(self.start_from, self.options_.vector_size)
        with self._new_run(scores=after_epoch is not None) as run:
            counts = count(run)
            corpus, self.vocabulary_ = counts.corpus, counts.vocabulary
            self.phrases_ = counts.phrases
            tiles = run.build_tiles(counts.cooccurrence)
            del counts  # the tiles hold all of them
            rule = run.make_rule(self.vocabulary_)
            training = run.begin_training(self.start_from, corpus, self.vocabulary_, tiles, rule)

            def on_epoch(state: TrainingState) -> bool | None:
                self._take_costs(state)
                if not after_epoch:
                    return False
                make_vectors = partial(run.vectors_on_the_way, training)
                return after_epoch(state.epochs, make_vectors, self.report_)

            run.train(training, rule, on_epoch)
            self._take_costs(training.state)
            with run.until_written():
                self.vectors_ = run.combine(training, run.polish(training))
                if write:
                    write(self)
        return self

    def _take_costs(self, state: TrainingState) -> None:
        self.costs_ = [cost.nonzeros for cost in state.costs]
        self.zero_costs_ = [cost.negatives for cost in state.costs]

    @contextmanager
    def _new_run(self, *, scores: bool) -> Iterator[Run]:
        self.report_ = Report()
        self.report_.add("options", **asdict(self.options_))
        display, kept = self.display or choose_display(quiet=not self.verbose), None
        folder: str | os.PathLike[str] = tempfile.gettempdir()
        with ExitStack() as stack:
            if self.work_dir is not None:
                directory = stack.enter_context(open_work_dir(self.work_dir))
                folder = directory.path
                kept = KeptWork(
                    directory,
                    self.options_,
                    display,
                    checkpoint_minutes=self.checkpoint_minutes,
                    checkpoint_every=self.checkpoint_every,
                    resume=self.resume,
                    fresh=self.fresh,
                    keep=self.keep,
                )
                stack.callback(kept.end)
            workers = stack.enter_context(Workers(self.threads))
            far = self.cluster is not None or self.scheduler_file is not None
            plan = MemoryPlan(
                self.options_, workers.threads, folder, self.memory, scores=scores, elsewhere=far
            )
            given = self.options_, workers, display, self.report_, kept, plan
            if far:
                shared = kept.directory.place if kept else folder
                cluster = stack.enter_context(self._connected(shared, display, plan))
                yield ClusterRun(cluster, *given)
            else:
                yield Run(*given)

    def _connected(
        self, folder: str | os.PathLike[str], display: Display, plan: MemoryPlan
    ) -> AbstractContextManager[Cluster]:
        local = self.cluster is not None and local_workers(self.cluster)
        if self.work_dir is None and not local:
            raise OptionError("--cluster needs a --work-dir that all workers share")
        return connected(
            self.cluster,
            self.scheduler_file,
            folder,
            threads=self.threads,
            memory=plan.cap / GIGABYTE,
            say=display.say,
        )
