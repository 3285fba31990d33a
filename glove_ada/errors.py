"""What can go wrong through no fault of the program's: one sentence for the user each time."""

from __future__ import annotations


class GloveError(Exception):
    """A user's mistake or the world's: the message is one sentence with what, where and what to do.

    Commands print it and exit with status 2; no traceback is shown.
    """


class CorpusError(GloveError):
    """The text to train on cannot be read or holds nothing to learn from."""


class OptionError(GloveError, ValueError):
    """An option has a value that makes no sense."""


class NotFittedError(GloveError, ValueError, AttributeError):
    """Something learned is asked for before `fit`; scikit-learn has one of this name and kind."""


class FormatError(GloveError, ValueError):
    """A file is not what its format says it should be."""


class OutputError(GloveError):
    """A result cannot be written where it should go."""


class DivergenceError(GloveError, ArithmeticError):
    """The cost or a parameter stopped being finite, or all vectors became 0."""
