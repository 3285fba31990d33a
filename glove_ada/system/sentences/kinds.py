"""What values an option or an argument takes, and the sentence where it is given another."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

from glove_ada.errors import OptionError

SMALLEST, LARGEST = 1e-18, 1e30  # what float32 and the reciprocal of a square can bear
_LONGEST_VALUE = 80  # characters of a sentence


class Kind:
    """What values an option takes."""

    annotation: ClassVar[str]
    """Its type in a signature."""

    @property
    def takes(self) -> str:
        """What it takes, for a sentence."""
        raise NotImplementedError

    def accepts(self, value: Any) -> bool:
        """Return whether a value makes sense."""
        return True

    def convert(self, value: Any) -> Any:
        """Return a value that makes sense as Python's own type."""
        return value


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number between two limits, if there are any; both are allowed."""

    least: float = -math.inf
    most: float = math.inf
    annotation = "int"

    @property
    def takes(self) -> str:
        """What it takes, for a sentence."""
        if self.least == -math.inf:
            return "a whole number"
        most = "or more" if self.most == math.inf else f"to {self.most:,}"
        return f"a whole number, {self.least} {most}"

    def accepts(self, value: Any) -> bool:
        """Return whether a value makes sense."""
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        return whole and self.least <= int(value) <= self.most

    def convert(self, value: Any) -> int:
        """Return a value that makes sense as Python's own type."""
        return int(value)


@dataclass(frozen=True)
class Number(Kind):
    """A real number between two limits, both allowed unless `below` excludes the upper one."""

    least: float = 0.0
    most: float = LARGEST
    below: bool = False
    annotation = "float"

    @property
    def takes(self) -> str:
        """What it takes, for a sentence."""
        if self.below:
            return f"a number, {self.least:g} or more and below {self.most:g}"
        return f"a number, {self.least:g} to {self.most:g}"

    def accepts(self, value: Any) -> bool:
        """Return whether a value makes sense."""
        real = isinstance(value, Real) and not isinstance(value, bool)
        if not real or (self.below and value == self.most):
            return False
        return bool(self.least <= value <= self.most)

    def convert(self, value: Any) -> float:
        """Return a value that makes sense as Python's own type."""
        return float(value)


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few names."""

    names: tuple[str, ...]
    annotation = "str"

    @property
    def takes(self) -> str:
        """What it takes, for a sentence."""
        return f"one of {', '.join(self.names)}"

    def accepts(self, value: Any) -> bool:
        """Return whether a value makes sense."""
        return isinstance(value, str) and value in self.names


class Switch(Kind):
    """On or off; 1 and 0 will do."""

    annotation = "bool"
    takes = "True or False"

    def accepts(self, value: Any) -> bool:
        """Return whether a value makes sense."""
        # NumPy's own is no whole number, and NumPy is not imported for this alone.
        of_numpy = str(getattr(value, "dtype", "")) == "bool" and value.shape == ()
        return (isinstance(value, Integral) or of_numpy) and value in (0, 1)

    def convert(self, value: Any) -> bool:
        """Return a value that makes sense as Python's own type."""
        return bool(value)


class Name(Kind):
    """Any string but the empty one."""

    annotation = "str"
    takes = "a name"

    def accepts(self, value: Any) -> bool:
        """Return whether a value makes sense."""
        return isinstance(value, str) and value != ""


class Path(Kind):
    """The path of a file or directory."""

    annotation = "str | os.PathLike[str]"
    takes = "a path"

    def accepts(self, value: Any) -> bool:
        """Return whether a value makes sense."""
        text = os.fspath(value) if isinstance(value, os.PathLike) else value
        return isinstance(text, str) and text != "" and "\0" not in text


def check(name: str, value: Any, kind: Kind) -> Any:
    """Return a value of an argument as Python's own type.

    Parameters
    ----------
    name : str
        Of the argument, or the flag if it is an option of a command, too.
    value : object
    kind : Kind

    Raises
    ------
    OptionError
        If it makes no sense.
    """
    if not kind.accepts(value):
        raise OptionError(f"{name} is {_shown(value)}; it takes {kind.takes}")
    return kind.convert(value)


def check_given(name: str, value: Any, kind: Kind) -> Any:
    """Return a value as `check` does, or None for None, which stands for what is not given."""
    return None if value is None else check(name, value, kind)


def _shown(value: Any) -> str:
    """Return a value in one line, however long it is."""
    shown = " ".join(repr(value).split())
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[: _LONGEST_VALUE - 3]}..."
