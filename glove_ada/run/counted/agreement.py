"""Whether a training and the counts it is given go together."""

from __future__ import annotations

from dataclasses import replace

from glove_ada.cooccurrence.distance_weights import HARMONIC
from glove_ada.errors import OptionError
from glove_ada.run.counted.description import CountedFolder
from glove_ada.run.options import OPTIONS, Options, window_weights
from glove_ada.run.options.kinds import option_flag
from glove_ada.run.options.text_rules import OF_ALL_TEXT, OF_EACH_WORD


def counted_with(options: Options, folder: CountedFolder, directed: bool | None) -> Options:
    """Return the options of a training with those that a folder was counted with.

    Parameters
    ----------
    options : Options
    folder : CountedFolder
    directed : bool or None
        Whether the user wants sides told apart, or did not say.

    Raises
    ------
    OptionError
        If the user gave another value of one of them, or the sides are not as the training needs.
    """
    for name in OF_ALL_TEXT:
        if getattr(options, name):
            raise OptionError(
                f"{folder.path} was counted without {option_flag(name)}: leave it out, or train on "
                f"the corpus"
            )
    given, counted = _comparable(options), folder.options
    for name in given:
        default = HARMONIC if name == "window_weights" else OPTIONS[name].default
        if given[name] not in (counted[name], default):
            raise OptionError(
                f"{folder.path} was counted with {option_flag(name)} {counted[name]}, not "
                f"{given[name]}: leave it out, or count again"
            )
    if counted["symmetric"] and options.directed:
        if directed:
            raise OptionError(
                f"{folder.path} holds the same counts on both sides of a word, and --directed "
                f"needs those of one: count without --symmetric, or leave --directed out"
            )
        options = replace(options, directed=False, symmetric=True)
    if options.symmetric and not counted["symmetric"]:
        raise OptionError(
            f"{folder.path} tells the sides of a word apart, and this training does not: count "
            f"with --symmetric, or give --directed"
        )
    return replace(
        options,
        window_size=counted["window_size"],
        window_weights=counted["window_weights"],
        symmetric=counted["symmetric"],
        **{name: counted[name] for name in OF_EACH_WORD},
    )


def _comparable(options: Options) -> dict[str, object]:
    return {
        **{name: getattr(options, name) for name in OF_EACH_WORD},
        "window_size": options.window_size,
        "window_weights": window_weights(options),
    }
