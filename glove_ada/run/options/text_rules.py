"""What options say of the text, in the words of the room that reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glove_ada.corpus.phrases.joining import SCORINGS, PhraseRules
from glove_ada.corpus.words.text_rules import TextRules
from glove_ada.errors import OptionError

if TYPE_CHECKING:
    from glove_ada.run.options import Options

PHRASE_THRESHOLDS = {"word2phrase": 10.0, "npmi": 0.5}
"""The default of each scoring; the first is gensim's."""


OF_EACH_WORD = (
    "tokenize",
    "strip_html",
    "lowercase",
    "normalize",
    "drop_punctuation",
    "drop_numbers",
    "stop_words",
)
"""Options of what becomes of a word wherever it stands, so that parts of a text may be counted."""

OF_ALL_TEXT = ("drop_duplicates", "phrases")
"""Options that look at all of a text at once."""


def text_rules(options: Options) -> TextRules:
    """Return what is done to the text and its words."""
    return TextRules(
        tokenize=options.tokenize,
        strip_html=options.strip_html,
        lowercase=options.lowercase,
        normalize=options.normalize,
        drop_punctuation=options.drop_punctuation,
        drop_numbers=options.drop_numbers,
        stop_words=tuple(options.stop_words or ()),
        drop_duplicates=options.drop_duplicates,
    )


def phrase_rules(options: Options) -> PhraseRules | None:
    """Return which pairs are phrases; None if none are joined."""
    scoring, threshold = options.phrase_scoring, options.phrase_threshold
    if not options.phrases or scoring is None or threshold is None:
        return None
    return PhraseRules(scoring, threshold, options.min_count)


def settle_phrases(values: dict[str, Any]) -> None:
    """Check what is said of phrases, and fill in how they are scored if there are any.

    Raises
    ------
    OptionError
        If it makes no sense.
    """
    scoring, threshold = values["phrase_scoring"], values["phrase_threshold"]
    if not values["phrases"]:
        if scoring is not None or threshold is not None:
            raise OptionError("--phrase-scoring and --phrase-threshold need --phrases")
        return
    scoring = values["phrase_scoring"] = scoring or SCORINGS[0]
    if threshold is None:
        threshold = values["phrase_threshold"] = PHRASE_THRESHOLDS[scoring]
    if scoring == "npmi" and threshold >= 1:
        raise OptionError(
            f"--phrase-threshold is {threshold:g}; with --phrase-scoring npmi it is below 1"
        )
    if scoring != "npmi" and threshold <= 0:
        raise OptionError(f"--phrase-threshold is {threshold:g}; with {scoring} it is above 0")
