"""The options that were given, checked one by one and together, with defaults filled in."""

from __future__ import annotations

from typing import Any

from glove_ada.cooccurrence.distance_weights import distance_weights
from glove_ada.errors import OptionError
from glove_ada.run.options import OPTIONS, Options
from glove_ada.run.options.text_rules import settle_phrases


def resolve_options(**given: Any) -> Options:
    """Check the values of all options of `GloVe` and fill in the rule's defaults for None.

    Raises
    ------
    OptionError
        If a value makes no sense, belongs to another rule, or excludes another.
    """
    values = {name: OPTIONS[name].check(value) for name, value in given.items()}
    rule = values["rule"] or OPTIONS["rule"].default
    zeros = values["zeros"]
    if zeros is None:
        zeros = OPTIONS["zeros"].default_for(rule, zeros=True)
    _settle_sides(values)
    _settle_start(values)
    turns = values["alternations"]
    for name, value in values.items():
        if value is None:
            values[name] = OPTIONS[name].default_for(rule, zeros=zeros != 0)
        else:
            OPTIONS[name].check_rule(rule)
    if not values["polish"]:
        if turns:
            raise OptionError(
                "--alternations solves with the steps of --polish, which are 0; give some"
            )
        values["alternations"] = 0
    _check_together(values)
    settle_phrases(values)
    return Options(**{name: values[name] for name in Options.__dataclass_fields__})


def _settle_sides(values: dict[str, Any]) -> None:
    """Settle how two options go together of which either may be given."""
    directed, symmetric = values["directed"], values["symmetric"]
    if directed and symmetric:
        raise OptionError(
            "--directed and --symmetric exclude each other: contexts are told apart by their side, "
            "or they are not; give one of them"
        )
    if directed is not None and symmetric is None:
        values["symmetric"] = not directed
    elif directed is None and symmetric is not None:
        values["directed"] = False


def _settle_start(values: dict[str, Any]) -> None:
    """Settle what follows from vectors to start from: a result that is like them."""
    if values["start_from"] is not None:
        for name, default in (("context_weight", 0.0), ("singular_power", 1.0)):
            if values[name] is None:
                values[name] = default


def _check_together(values: dict[str, Any]) -> None:
    """Check what only some values together make wrong."""
    if values["resume"] and values["fresh"]:
        raise OptionError("--resume and --fresh exclude each other; give one of them")
    if values["anchor"] is not None and values["start_from"] is None:
        raise OptionError("--anchor holds words near the vectors of --start-from; give some")
    kept = values["resume"] or values["keep"] or values["checkpoint_every"]
    if kept and values["work_dir"] is None:
        raise OptionError("--resume, --keep and --checkpoint-every need a --work-dir")
    if values["cluster"] is not None and values["scheduler_file"] is not None:
        raise OptionError("--cluster and --scheduler-file exclude each other; give one of them")
    if values["polish"] and (values["l1"] or values["rule"] == "adamw"):
        other = "--l1 does not belong; give --l1 0"
        if not values["l1"]:
            other = "the decay of adamw does not belong; give --polish 0"
        raise OptionError(f"--polish solves least squares problems, to which {other}")
    _check_window_weights(values)
    _check_first_step(values["eps"], values["initial_accumulator"])


def _check_window_weights(values: dict[str, Any]) -> None:
    """Check that the weights of distances go with the window."""
    weights = values["window_weights"]
    if weights is None:
        return
    if not values["distance_weighting"]:
        raise OptionError(
            "--no-distance-weighting and --window-weights exclude each other; give one of them"
        )
    try:
        distance_weights(values["window_size"], weights)
    except ValueError as error:
        raise OptionError(
            f"--window-weights {error}: give one for each distance, or another --window-size"
        ) from None


def _check_first_step(eps: float | None, first: float | None) -> None:
    """Check that a rule that divides by a root has something to divide by at first."""
    if first == 0 and eps is None:
        raise OptionError(
            "--initial-accumulator is 0, so that the first step would divide by 0; give more"
        )
    if first == 0 and eps == 0:
        raise OptionError(
            "--initial-accumulator and --eps are both 0, so that the first step would divide by 0; "
            "give one of them"
        )
    if first is None and eps == 0:
        raise OptionError("--eps is 0, so that the first step might divide by 0; give more")
