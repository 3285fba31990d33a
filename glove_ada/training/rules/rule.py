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
        Learning rates of the first epoch.
    weight_decay : float
        Times the vector, added to its gradient; biases do not decay.
    constants : tuple of float
        What its kernel is told besides, in the order that its header names.
    vector_accumulator, bias_accumulator : float
        Where what it keeps of a row first starts.
    l1 : float
        The penalty of the sum of a vector's magnitudes; biases have none.
    states : int
        Floats of state for each parameter. All but the first start at 0.
    dual_scale : float
        Unless it is 0, the second state starts at so many times the parameter.
    clock : bool
        Whether it counts the updates of each row.
    kept : int
        Floats that it keeps of a row as a whole, in the row's last places; then the bias is the
        last of them, and the row has no 1.
    shares_accumulators : bool
        Whether a side's rows share the mean of their accumulators: the rates of a round are divided
        by its root, as it is when the round begins.
    eta_decay : float
        How fast the learning rates fall from epoch to epoch.
    """

    kernel: str
    vector_rate: float
    bias_rate: float
    weight_decay: float
    constants: tuple[float, ...]
    vector_accumulator: float = 0.0
    bias_accumulator: float = 0.0
    l1: float = 0.0
    states: int = 1
    dual_scale: float = 0.0
    clock: bool = False
    kept: int = 0
    shares_accumulators: bool = False
    eta_decay: float = 0.0

    @property
    def number(self) -> int:
        """Its place among the kernels' rules."""
        return RULES.index(self.kernel)

    def rates(self, epoch: int) -> tuple[float, float]:
        """Return the learning rates of vectors and biases in an epoch, from 0 on.

        They fall as 1 / (1 + epoch * eta_decay), as with PyTorch's `lr_decay`, which counts steps:
        to count those of a row, each row would need a clock.
        """
        slower = 1 + epoch * self.eta_decay
        return self.vector_rate / slower, self.bias_rate / slower

    def layout(self, vector_size: int) -> RowLayout:
        """Return how it lays out a row."""
        return RowLayout(vector_size, self.states, self.kept, self.clock)


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

    def but(self, *without: str, **values: Any) -> Defaults:
        """Return these defaults without some options, and with others in their place."""
        gone = {*without, *values}
        return Defaults(
            {k: v for k, v in self.values.items() if k not in without} | values,
            {k: v for k, v in self.without_zeros.items() if k not in gone},
        )
