"""What is said of an option: its kind, its defaults, and what depends on it."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from typing import Any

from glove_ada.cooccurrence.distance_weights import LINEAR, POWER, UNIFORM, distance_weights
from glove_ada.corpus.words.stop_words import LANGUAGES, stop_words
from glove_ada.errors import OptionError
from glove_ada.system.sentences.kinds import Kind, Name, Switch, check_given


class Shapes(Enum):
    """The first result that changes with an option; all that is made from it changes too.

    The keys of kept stages and of checkpoints follow from it.
    """

    INPUT = "the input"  # whose content is compared in place of its name
    ENCODING = "the word ids"
    COUNTING = "the counts"
    TRAINING = "the training"
    LENGTH = "how long training goes on"  # a longer one goes on from a shorter one
    VECTORS = "the vectors alone"
    NOTHING = "no vector"


class WindowWeights(Kind):
    """What a neighbour counts by its distance: a name, or a number for each distance."""

    annotation = "str | Sequence[float]"
    takes = "power:P, linear, uniform, or a weight for each distance: 1,.5,.25 for a window of 3"

    def accepts(self, value: Any) -> bool:
        """Return whether a value makes sense, for some window."""
        try:
            text = self.convert(value)
            named = text in (LINEAR, UNIFORM) or text.startswith(POWER)
            distance_weights(1 if named else text.count(",") + 1, text)
        except (TypeError, ValueError):
            return False
        return True

    def convert(self, value: Any) -> str:
        """Return it as it is written on the command line."""
        text = (
            value if isinstance(value, str) else ",".join(repr(float(weight)) for weight in value)
        )
        return text.replace(" ", "")


class StopWords(Kind):
    """Words, the name of a language whose words are known, or a file with a word a line."""

    annotation = "str | Sequence[str]"

    @property
    def takes(self) -> str:
        """What it takes, for a sentence."""
        return f"a file with a word a line, or one of {', '.join(LANGUAGES)}; in Python a list, too"

    def accepts(self, value: Any) -> bool:
        """Return whether a value makes sense."""
        if isinstance(value, (str, os.PathLike)):
            return True
        return isinstance(value, Collection) and all(isinstance(word, str) for word in value)

    def convert(self, value: Any) -> list[str]:
        """Return the words, sorted: which they are is compared, not where they came from."""
        words = stop_words(value) if isinstance(value, (str, os.PathLike)) else value
        return sorted(set(words))


class Address(Name):
    """The address of a scheduler, or how many processes are started here."""

    takes = "an address, or local:N"


class Paths(Kind):
    """One path or more."""

    annotation = "Sequence[str | os.PathLike[str]]"
    takes = "paths"


@dataclass(frozen=True)
class ByRule:
    """Defaults that differ from rule to rule; a rule that is not named lacks the option.

    Attributes
    ----------
    rules : mapping
        A rule's default.
    without_zeros : mapping
        That of training on nonzeros alone, for rules where it is another.
    """

    rules: Mapping[str, Any]
    without_zeros: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """All that is known of an option.

    Attributes
    ----------
    name : str
        As in Python; on the command line with dashes.
    kind : Kind
    default : object or ByRule
        None is a value, too: see `unset`.
    shapes : Shapes
        What depends on it. There is no default: a kept stage would be used silently by a run that
        should make its own.
    help : str
    unset : str
        What None stands for.
    aliases : tuple of str
        Other spellings on the command line.
    metavar : str, optional
        What stands for the value in the help.
    command_only : bool
        Whether only the command has it, and the class `GloVe` does not.
    """

    name: str
    kind: Kind
    default: Any
    shapes: Shapes
    help: str
    _: KW_ONLY
    unset: str = ""
    aliases: tuple[str, ...] = ()
    metavar: str | None = None
    command_only: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.shapes, Shapes):
            raise TypeError(f"{self.name} does not say what it shapes")

    @property
    def flag(self) -> str:
        """How it is written on the command line."""
        return option_flag(self.name)

    def belongs_to(self, rule: str) -> bool:
        """Return whether a rule has the option."""
        return not isinstance(self.default, ByRule) or rule in self.default.rules

    def default_for(self, rule: str, *, zeros: bool) -> Any:
        """Return the default of a rule, with or without zeros; None if it lacks the option."""
        if not isinstance(self.default, ByRule):
            return self.default
        default = self.default.rules.get(rule)
        return default if zeros else self.default.without_zeros.get(rule, default)

    def check(self, value: Any) -> Any:
        """Return a value as Python's own type; None passes.

        Raises
        ------
        OptionError
            If it makes no sense.
        """
        return check_given(self.flag, value, self.kind)

    def check_rule(self, rule: str) -> None:
        """Check that a rule has the option.

        Raises
        ------
        OptionError
            If it has not.
        """
        if not self.belongs_to(rule):
            rules = tuple(self.default.rules)
            raise OptionError(
                f"{self.flag} belongs to the rule{'s' * (len(rules) > 1)} {', '.join(rules)}; "
                f"leave it out with --rule {rule}"
            )

    def show(self, value: Any) -> str:
        """Return how a value is shown in help and documents."""
        if value is None:
            return self.unset
        if isinstance(self.kind, Switch):
            return "on" if value else "off"
        if isinstance(self.kind, Paths):
            return " ".join(value)
        return value if isinstance(value, str) else f"{value:g}"


def option_flag(name: str) -> str:
    """Return how an option is written on the command line."""
    return "--" + name.replace("_", "-")
