"""The trainer: a corpus in, word vectors out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial

from glove_ada.cooccurrence.reference_file import write_counts
from glove_ada.corpus.sources import Corpus, FileSource, open_corpus
from glove_ada.corpus.vocabulary import read_vocabulary
from glove_ada.errors import OptionError
from glove_ada.run.checkpoint import Training
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.run.options import TRAINER_OPTIONS, Options, resolve_options
from glove_ada.run.outputs import Output, check_outputs, is_counts
from glove_ada.run.report import Report
from glove_ada.run.session import KeptWork
from glove_ada.run.stages import Counts, Run
from glove_ada.run.work_dir import WorkDir
from glove_ada.system.progress import Display
from glove_ada.system.threads import Workers
from glove_ada.training.state import TrainingState
from glove_ada.vectors.word_vectors import WordVectors

AfterEpoch = Callable[[int, Callable[[], WordVectors], Report], bool | None]


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
    rule : str
        How updates are made: one of the names in `glove_ada.training.rules`. "adagrad-row" is
        AdaGrad with one accumulator for a row's vector, "adagrad" with one for each component,
        "stanford" the reference C program's rule.
    epochs : int, optional
        Passes over all nonzeros (10; without zeros 25; for other rules 20).
    x_max : float, optional
        Counts from here on have the full weight (5; without zeros 10; rule stanford: 100).
    alpha : float
        The weighting function's exponent: f(x) = min(1, x / x_max) ** alpha.
    eta : float, optional
        The learning rate (0.3; without zeros 0.2; rule stanford: 0.05).
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
        Where the sums of squared gradients start (0.1, without zeros 1).
    weight_decay : float, optional
        Times the vector, added to its gradient (0.005, without zeros 0.002).
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
        by chance, or near 0 (log-sums; rule stanford: random).
    polish : int, optional
        After the last epoch, with the contexts held fixed, each word's vector and bias are improved
        by so many steps of conjugate gradients towards those that make its cost the least, which
        takes out the noise that AdaGrad's last steps leave (3; without zeros and for other rules
        0).
    model : {"sum", "word", "context", "both"}
        What a word's vector is: word vector plus `context_weight` times context vector, one of
        them, or one behind the other.
    context_weight : float, optional
        For the model sum (0.1; without zeros 1).
    singular_power : float, optional
        The power that the singular values of the words' vectors are raised to, 0 to 1: below 1,
        directions in which words differ little count for more (0.6; without zeros 1).
    seed : int
        Of the initial values and the order of the rounds.
    threads : int, optional
        As many as there are CPUs by default.
    memory : float, optional
        The most memory that the process may take, in GB; what does not fit goes to the disk. By
        default three quarters of what is available. It changes no vector.
    work_dir : path-like, optional
        A directory, made if it is not there, for checkpoints, for finished stages that took long,
        and for what does not fit into memory; in one that is there already they have a folder of
        their own, `glove_ada.work`. Without one, nothing is kept, and the system's directory for
        temporary files takes the rest.
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
    display : Display, optional
        Where progress is shown; nowhere by default.

    Attributes
    ----------
    vectors_ : WordVectors
    vocabulary_ : Vocabulary
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
        window_size: int = 15,
        min_count: int = 5,
        max_vocab: int | None = None,
        vocab_file: str | os.PathLike[str] | None = None,
        symmetric: bool = True,
        distance_weighting: bool = True,
        lowercase: bool = False,
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
        polish: int | None = None,
        model: str = "sum",
        context_weight: float | None = None,
        singular_power: float | None = None,
        seed: int = 1,
        threads: int | None = None,
        memory: float | None = None,
        work_dir: str | os.PathLike[str] | None = None,
        checkpoint_minutes: float = 10,
        checkpoint_every: int | None = None,
        resume: bool = False,
        fresh: bool = False,
        keep: bool = False,
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
        self.polish = polish
        self.model = model
        self.context_weight = context_weight
        self.singular_power = singular_power
        self.seed = seed
        self.threads = threads
        self.memory = memory
        self.work_dir = work_dir
        self.checkpoint_minutes = checkpoint_minutes
        self.checkpoint_every = checkpoint_every
        self.resume = resume
        self.fresh = fresh
        self.keep = keep
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
        corpus: Corpus,
        *,
        save_cooccurrence: str | os.PathLike[str] | None = None,
        after_epoch: AfterEpoch | None = None,
        write: Callable[[GloVe], object] | None = None,
    ) -> GloVe:
        """Train on a corpus.

        Parameters
        ----------
        corpus : str, path-like, iterable of path-like, or iterable of documents
            A string is a path; several that are all paths of what exists are paths, too. A document
            is a string or a list of tokens.
        save_cooccurrence : path-like, optional
            Write the counts to this file, as the reference program's `cooccurrence.bin`.
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
        given = read_vocabulary(self.vocab_file) if self.vocab_file is not None else None
        source = open_corpus(corpus)
        counts_file = [] if save_cooccurrence is None else [os.fspath(save_cooccurrence)]
        files = source.files if isinstance(source, FileSource) else []
        check_outputs(
            [Output(path, is_counts) for path in counts_file],
            filter(None, [*files, self.vocab_file]),
            self.work_dir,
        )

        def count(run: Run) -> Counts:
            counts = run.count_corpus(source, given)
            if save_cooccurrence is not None:
                write_counts(save_cooccurrence, counts.cooccurrence)
            return counts

        return self._fit(count, after_epoch, write)

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
        self.options_ = self.resolved_options()
        if self.vocab_file is None:
            raise OptionError("--cooccurrence-file needs the --vocab-file it was counted with")
        vocabulary = read_vocabulary(self.vocab_file)
        return self._fit(lambda run: run.read_counts(path, vocabulary), after_epoch, write)

    def _fit(
        self,
        count: Callable[[Run], Counts],
        after_epoch: AfterEpoch | None,
        write: Callable[[GloVe], object] | None,
    ) -> GloVe:
        with self._new_run(scores=after_epoch is not None) as run:
            counts = count(run)
            corpus, self.vocabulary_ = counts.corpus, counts.vocabulary
            tiles = run.build_tiles(counts.cooccurrence)
            del counts  # the tiles hold all of them
            state = TrainingState(run.initial_parameters(tiles))
            training = Training(self.options_, corpus, self.vocabulary_, tiles, state)

            def on_epoch(state: TrainingState) -> bool | None:
                self._take_costs(state)
                if not after_epoch:
                    return False
                make_vectors = partial(run.vectors_on_the_way, training)
                return after_epoch(state.epochs, make_vectors, self.report_)

            run.train(training, on_epoch)
            self._take_costs(state)
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
        display, kept = self.display or Display(), None
        folder: str | os.PathLike[str] = tempfile.gettempdir()
        with ExitStack() as stack:
            if self.work_dir is not None:
                directory = stack.enter_context(WorkDir(self.work_dir))
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
            plan = MemoryPlan(self.options_, workers.threads, folder, self.memory, scores=scores)
            yield Run(self.options_, workers, display, self.report_, kept, plan)
