"""Every option: its defaults, its limits, its help, and what depends on it.

The command's parser, the checks, the keys of kept stages and checkpoints and `docs/options.md`
follow from the descriptions here; `Options` and the signature of `GloVe` are held equal to them by
tests. To add an option, describe it here, add it to `Options` and `GloVe`, and use it. What only
some options together make wrong is in `resolution.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glove_ada.cooccurrence.distance_weights import HARMONIC, UNIFORM
from glove_ada.corpus.content.documents import DOCUMENTS
from glove_ada.corpus.phrases.joining import SCORINGS
from glove_ada.corpus.words.text_rules import NORMAL_FORMS
from glove_ada.formats import FORMATS
from glove_ada.kernels.backend import BACKENDS
from glove_ada.run.options.kinds import (
    Address,
    ByRule,
    Option,
    Paths,
    Shapes,
    StopWords,
    WindowWeights,
)
from glove_ada.system.sentences.kinds import SMALLEST, Choice, Name, Number, Path, Switch, Whole
from glove_ada.system.threads import MOST_THREADS
from glove_ada.training.rules import DEFAULTS

MODELS = ("sum", "word", "context", "both")
RULES = tuple(DEFAULTS)
DEFAULT_RULE = RULES[0]
BIAS_INITS = ("log-sums", "random")

MODES = {
    "": (DEFAULT_RULE, True),
    "--zeros 0": (DEFAULT_RULE, False),
    "--rule stanford": ("stanford", True),
}
"""Where defaults may differ: what is given for it; the rule, and whether zeros are drawn."""

_ABOVE_ZERO, _NOT_NEGATIVE, _SHARE = Number(SMALLEST), Number(), Number(0, 1, below=True)
_STRONGEST_ANCHOR = 1e18  # whose squares float32 can bear
_MOST_ZEROS = 100  # for each nonzero; more would fill the memory with one tile's


def _by_rule(name: str) -> ByRule:
    """Return the defaults of an option that the rules have, each its own."""
    return ByRule(
        {rule: own.values[name] for rule, own in DEFAULTS.items() if name in own.values},
        {
            rule: own.without_zeros[name]
            for rule, own in DEFAULTS.items()
            if name in own.without_zeros
        },
    )


# fmt: off
_TEXT_OPTIONS = (
    Option("document", Choice(DOCUMENTS), DOCUMENTS[0], Shapes.INPUT,
           "what a document is, beyond which no window reaches: a line, what stands between blank "
           "lines, or a file"),
    Option("text_column", Name(), None, Shapes.INPUT,
           "read this column of tables: .csv, .tsv, .jsonl, .parquet; a row is a document",
           metavar="NAME"),
    Option("tokenize", Switch(), False, Shapes.ENCODING,
           "tell words from punctuation in raw text"),
    Option("strip_html", Switch(), False, Shapes.ENCODING,
           "take off tags; &amp; and such become their characters"),
    Option("lowercase", Switch(), False, Shapes.ENCODING, "fold the text by Unicode"),
    Option("normalize", Choice(NORMAL_FORMS), None, Shapes.ENCODING, "Unicode's normal form",
           unset="as the text has it"),
    Option("drop_punctuation", Switch(), False, Shapes.ENCODING,
           "leave out what has no letter or digit, but for emoji"),
    Option("drop_numbers", Switch(), False, Shapes.ENCODING,
           "leave out what has digits and no letter"),
    Option("stop_words", StopWords(), None, Shapes.ENCODING, "leave out these words",
           metavar="FILE|LANGUAGE", unset="none"),
    Option("drop_duplicates", Switch(), False, Shapes.ENCODING,
           "leave out documents of the same words as an earlier one"),
)
_VOCABULARY_OPTIONS = (
    Option("min_count", Whole(1), 5, Shapes.ENCODING, "fewest occurrences of a word"),
    Option("max_vocab", Whole(1), None, Shapes.ENCODING, "most words, the most frequent ones",
           unset="no limit"),
    Option("vocab_file", Path(), None, Shapes.INPUT,
           "use this vocabulary ('word count' lines) as it stands"),
    Option("save_vocab", Path(), None, Shapes.NOTHING, "write the vocabulary to this file",
           command_only=True),
    Option("phrases", Switch(), False, Shapes.ENCODING,
           "join pairs of words that stand together more often than by chance: new_york"),
    Option("phrase_scoring", Choice(SCORINGS), None, Shapes.ENCODING,
           "word2phrase's score or normalised pointwise mutual information, as gensim has them",
           unset="word2phrase"),
    Option("phrase_threshold", Number(-1), None, Shapes.ENCODING, "a phrase's score is above it",
           unset="10; 0.5 with npmi"),
    Option("phrases_file", Path(), None, Shapes.NOTHING,
           "write phrases, counts and scores to this file", metavar="FILE", command_only=True),
)
_COUNTING_OPTIONS = (
    Option("window_size", Whole(1, 1_000_000), 15, Shapes.COUNTING,
           "farthest neighbour on each side"),
    Option("directed", Switch(), _by_rule("directed"), Shapes.TRAINING,
           "tell neighbours to the right of a word from those to its left, each a context of its "
           "own; off if --symmetric or --no-symmetric is given"),
    Option("symmetric", Switch(), _by_rule("symmetric"), Shapes.COUNTING,
           "if not directed, count neighbours on both sides, or only to the right"),
    Option("distance_weighting", Switch(), True, Shapes.COUNTING,
           "a neighbour at distance d counts 1/d, or 1"),
    Option("window_weights", WindowWeights(), None, Shapes.COUNTING,
           "what a neighbour counts by its distance d: power:P (1/d^P), linear, uniform, or a "
           "number for each distance, with commas", unset="power:1", metavar="WEIGHTS"),
    Option("save_cooccurrence", Path(), None, Shapes.NOTHING,
           "write the counts: .mtx Matrix Market, .npz SciPy's, else cooccurrence.bin",
           metavar="FILE", command_only=True),
    Option("cooccurrence_file", Path(), None, Shapes.INPUT,
           "the reference program's cooccurrence.bin in place of a corpus; needs --vocab-file",
           metavar="FILE", command_only=True),
    Option("counts", Path(), None, Shapes.INPUT,
           "a folder of glove_ada.count or glove_ada.merge in place of a corpus",
           metavar="DIR", command_only=True),
)
_TRAINING_OPTIONS = (
    Option("vector_size", Whole(1, 1_000_000), _by_rule("vector_size"),
           Shapes.TRAINING, "dimensions of the vectors"),
    Option("epochs", Whole(1),
           _by_rule("epochs"),
           Shapes.LENGTH, "passes over all nonzeros", aliases=("--iter",)),
    Option("rule", Choice(RULES), DEFAULT_RULE, Shapes.TRAINING,
           "how updates are made: AdaGrad and its kin, or the reference C program's rule"),
    Option("x_max", _ABOVE_ZERO,
           _by_rule("x_max"),
           Shapes.TRAINING, "counts from here on have full weight"),
    Option("alpha", _NOT_NEGATIVE, 0.75, Shapes.TRAINING, "exponent of the weight below x-max"),
    Option("eta", _ABOVE_ZERO,
           _by_rule("eta"),
           Shapes.TRAINING, "learning rate"),
    Option("eta_decay", _NOT_NEGATIVE, 0.0, Shapes.TRAINING,
           "epoch t, from 1, divides the learning rate by 1 + (t - 1) times this"),
    Option("momentum", _SHARE, _by_rule("momentum"), Shapes.TRAINING,
           "what an update keeps of the velocity"),
    Option("rho", _SHARE, _by_rule("rho"), Shapes.TRAINING,
           "what an update keeps of the mean squares"),
    Option("beta1", _SHARE, _by_rule("beta1"), Shapes.TRAINING,
           "what an update keeps of the mean gradient"),
    Option("beta2", _SHARE, _by_rule("beta2"), Shapes.TRAINING,
           "what an update keeps of the mean or largest square"),
    Option("eps", _NOT_NEGATIVE, _by_rule("eps"),
           Shapes.TRAINING, "added to the root that steps are divided by"),
    Option("initial_accumulator", _NOT_NEGATIVE,
           _by_rule("initial_accumulator"),
           Shapes.TRAINING, "where sums of squared gradients start"),
    Option("weight_decay", _NOT_NEGATIVE,
           _by_rule("weight_decay"),
           Shapes.TRAINING, "times the vector, added to its gradient",
           unset="0.0385 (vector size / tokens)^(1/6), at most 0.01"),
    Option("l1", _NOT_NEGATIVE, _by_rule("l1"),
           Shapes.TRAINING, "penalty of the vectors' magnitudes, which sets components to 0"),
    Option("grad_clip", _ABOVE_ZERO, _by_rule("grad_clip"),
           Shapes.TRAINING, "largest component of a gradient", unset="none"),
    Option("zeros", Number(0, _MOST_ZEROS), _by_rule("zeros"),
           Shapes.TRAINING, "pairs that never meet, drawn for each nonzero"),
    Option("zero_count", _ABOVE_ZERO, None, Shapes.TRAINING, "what such a pair counts for",
           unset="a sixth of the mean of all counts, zeros included"),
    Option("zero_weight", _ABOVE_ZERO, 0.05, Shapes.TRAINING, "its weight"),
    Option("bias_init", Choice(BIAS_INITS),
           _by_rule("bias_init"),
           Shapes.TRAINING, "start biases at the logarithms of row sums, or near 0"),
    Option("start_from", Path(), None, Shapes.INPUT,
           "vectors that words start from, in any format; unless they are given, --context-weight "
           "is then 0 and --singular-power 1",
           metavar="VECTORS"),
    Option("anchor", Number(0, _STRONGEST_ANCHOR), ByRule({DEFAULT_RULE: None}), Shapes.TRAINING,
           "with --start-from, pulls words towards these vectors: times the squared distance, "
           "added to the cost of a word", unset="none"),
    Option("polish", Whole(0, 1000), _by_rule("polish"), Shapes.VECTORS,
           "after the last epoch, steps of conjugate gradients that solve for the words, the "
           "contexts held fixed"),
    Option("alternations", Whole(0, 1000), _by_rule("alternations"), Shapes.VECTORS,
           "with --polish, how often the contexts are solved then, and the words after them"),
    Option("seed", Whole(0, 2**64 - 1), 1, Shapes.TRAINING, "of initial values and order"),
    Option("threads", Whole(1, MOST_THREADS), None, Shapes.NOTHING, "changes no result",
           unset="one for each CPU"),
    Option("memory", _ABOVE_ZERO, None, Shapes.NOTHING,
           "most memory of the process; what does not fit goes to the work directory, which "
           "changes no result", unset="three quarters of what is available", metavar="GB"),
    Option("cluster", Address(), None, Shapes.NOTHING,
           "train on the workers of a Dask scheduler, or on N processes that are started here; "
           "needs a work directory that all share; changes no result",
           unset="this process alone", metavar="ADDRESS"),
    Option("scheduler_file", Path(), None, Shapes.NOTHING,
           "the file that names the scheduler, in place of its address", metavar="FILE"),
    Option("backend", Choice(BACKENDS), None, Shapes.NOTHING, "changes no result",
           unset="compiled, or numba where there are no compiled kernels", command_only=True),
)
_GOING_ON_OPTIONS = (
    Option("checkpoint_minutes", _NOT_NEGATIVE, 10, Shapes.NOTHING,
           "between checkpoints; 0: none on the way"),
    Option("checkpoint_every", Whole(1), None, Shapes.NOTHING,
           "checkpoints and numbered vectors after every so many epochs, besides",
           metavar="EPOCHS"),
    Option("resume", Switch(), False, Shapes.NOTHING, "go on from the checkpoint, if there is one"),
    Option("fresh", Switch(), False, Shapes.NOTHING, "ignore what an earlier run has left"),
    Option("keep", Switch(), False, Shapes.NOTHING,
           "leave it for later runs: for more epochs, say"),
    Option("work_dir", Path(), None, Shapes.NOTHING, "where to make a folder for it; may be a URL",
           unset="beside the vectors", metavar="DIR"),
)
_SCORING_OPTIONS = (
    Option("evaluate_every", Whole(1), None, Shapes.NOTHING, "every N epochs",
           unset="after the last only", metavar="N", command_only=True),
    Option("analogies", Paths(), [], Shapes.NOTHING, "questions, or BATS directory",
           metavar="FILE", command_only=True),
    Option("similarity", Paths(), [], Shapes.NOTHING, "word pairs with scores",
           metavar="FILE", command_only=True),
)
_OUTPUT_OPTIONS = (
    Option("save_file", Path(), "vectors.txt", Shapes.NOTHING,
           "the vectors, in the format of the suffix: .txt, .vec, .bin, .npz, none for a folder; "
           "a report beside them", command_only=True),
    Option("format", Choice(FORMATS), None, Shapes.NOTHING, "their format, whatever the suffix",
           unset="that of the suffix", command_only=True),
    Option("overwrite", Switch(), False, Shapes.NOTHING,
           "replace files that are there, which otherwise are left alone", command_only=True),
    Option("model", Choice(MODELS), "sum", Shapes.VECTORS,
           "word plus weighted context vector, one of them, or both in a row"),
    Option("context_weight", _NOT_NEGATIVE,
           _by_rule("context_weight"),
           Shapes.VECTORS, "of the context vector in the sum"),
    Option("singular_power", Number(0, 1),
           _by_rule("singular_power"),
           Shapes.VECTORS,
           "power that the vectors' singular values are raised to: below 1, short directions "
           "count for more"),
    Option("write_header", Switch(), False, Shapes.NOTHING,
           "'rows vector-size' first: word2vec text", command_only=True),
    Option("unk", Switch(), False, Shapes.NOTHING,
           "add the last row of the reference program, `<unk>`: the mean of the 100 rarest words",
           command_only=True),
    Option("quiet", Switch(), False, Shapes.NOTHING, "show nothing but errors",
           command_only=True),
)
# fmt: on

GROUPS = {
    "text": _TEXT_OPTIONS,
    "vocabulary": _VOCABULARY_OPTIONS,
    "counting": _COUNTING_OPTIONS,
    "training": _TRAINING_OPTIONS,
    "going on after an interruption, to the same result": _GOING_ON_OPTIONS,
    "scores on the way, for the report": _SCORING_OPTIONS,
    "output": _OUTPUT_OPTIONS,
}
"""The options as the help and the documents group them."""

OPTIONS = {option.name: option for group in GROUPS.values() for option in group}
TRAINER_OPTIONS = {name: option for name, option in OPTIONS.items() if not option.command_only}


def names_that_shape(*what: Shapes) -> tuple[str, ...]:
    """Return the names of the options that one of these things depends on first."""
    return tuple(name for name, option in OPTIONS.items() if option.shapes in what)


def shown_defaults(option: Option) -> list[str]:
    """Return how the default of an option is shown for each of `MODES`."""
    return [
        option.show(option.default_for(rule, zeros=zeros))
        if option.belongs_to(rule)
        else "not used"
        for rule, zeros in MODES.values()
    ]


def own_defaults(rule: str) -> dict[str, str]:
    """Return how the defaults of a rule are shown, of those options that not every rule has.

    So are those that are not the default rule's.
    """
    shown = {}
    for name, option in OPTIONS.items():
        if isinstance(option.default, ByRule) and option.belongs_to(rule):
            text = option.show(option.default_for(rule, zeros=True))
            shared = set(option.default.rules) == set(RULES)
            if not shared or text != option.show(option.default_for(DEFAULT_RULE, zeros=True)):
                shown[name] = text
    return shown


@dataclass(frozen=True)
class Options:
    """Everything that shapes the result besides the input, with the rule's defaults filled in.

    The attributes are those of `GloVe`. Those that a rule does not know are None, and so are
    `zero_count` and `weight_decay` if the counts are to settle them.
    """

    vector_size: int
    window_size: int
    min_count: int
    max_vocab: int | None
    symmetric: bool
    directed: bool
    distance_weighting: bool
    window_weights: str | None
    tokenize: bool
    strip_html: bool
    lowercase: bool
    normalize: str | None
    drop_punctuation: bool
    drop_numbers: bool
    stop_words: str | Sequence[str] | None
    drop_duplicates: bool
    phrases: bool
    phrase_scoring: str | None
    phrase_threshold: float | None
    rule: str
    epochs: int
    x_max: float
    alpha: float
    eta: float
    eta_decay: float
    momentum: float | None
    rho: float | None
    beta1: float | None
    beta2: float | None
    eps: float | None
    initial_accumulator: float | None
    weight_decay: float | None
    l1: float | None
    grad_clip: float | None
    zeros: float
    zero_count: float | None
    zero_weight: float
    bias_init: str
    anchor: float | None
    polish: int
    alternations: int
    model: str
    context_weight: float
    singular_power: float
    seed: int


def window_weights(options: Options) -> str:
    """Return what a neighbour counts by its distance."""
    return options.window_weights or (HARMONIC if options.distance_weighting else UNIFORM)
