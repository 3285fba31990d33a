"""The trainer: a corpus in, word vectors out."""

from __future__ import annotations

import os
from collections.abc import Sequence

from glove_ada.model.estimator import Estimator
from glove_ada.model.fitting import Fitting
from glove_ada.model.uncertainty import VectorUncertainty
from glove_ada.system.progress import Display


class GloVe(Fitting, VectorUncertainty, Estimator):
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
