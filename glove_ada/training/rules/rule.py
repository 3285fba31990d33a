"""What a rule of training is: what stages and kernels have to know of it, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glove_ada.kernels.definitions import RULES
from glove_ada.training.parameters import RowLayout


@dataclass(frozen=True)
class UpdateRule:
    """A rule with its constants.

    Attributes
    ----------
    kernel : str
        Its name among `glove_ada.kernels.definitions.RULES`.
    vector_rate, bias_rate : float
        Learning rates.
    vector_accumulator, bias_accumulator : float
        Where what it keeps of a row starts.
    weight_decay : float
        Times the vector, added to its gradient; biases do not decay.
    constants : tuple of float
        What its kernel is told besides, in the order that its header names.
    states : int
        Floats of state for each parameter.
    kept : int
        Floats that it keeps of a row as a whole, in the row's last places; then the bias is the
        last of them, and the row has no 1.
    """

    kernel: str
    vector_rate: float
    bias_rate: float
    vector_accumulator: float
    bias_accumulator: float
    weight_decay: float
    constants: tuple[float, ...]
    states: int = 1
    kept: int = 0

    @property
    def number(self) -> int:
        """Its place among the kernels' rules."""
        return RULES.index(self.kernel)

    def layout(self, vector_size: int) -> RowLayout:
        """Return how it lays out a row."""
        return RowLayout(vector_size, self.states, self.kept)


@dataclass(frozen=True)
class Defaults:
    """The options that a rule has, and their defaults.

    Attributes
    ----------
    values : mapping from str
        Option and default; an option that is missing does not belong to the rule.
    without_zeros : mapping from str
        What is different where pairs that never meet are not learned from.
    """

    values: Mapping[str, Any]
    without_zeros: Mapping[str, Any] = field(default_factory=dict)
