"""A number with its standard error and its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

NORMAL_QUANTILE = 1.959963984540054  # of 97.5 %


@dataclass(frozen=True)
class Estimate:
    """What was found, and how sure it is.

    Attributes
    ----------
    value : float
    standard_error : float
        NaN if a word is in too few documents to tell.
    largest : float
        The magnitude that no such number exceeds, and no interval goes beyond: 1 for a cosine.
    """

    value: float
    standard_error: float
    largest: float = math.inf

    def __str__(self) -> str:
        """Show it with its standard error and interval."""
        if not self.known:
            return f"{self.value:.4f} (too few documents to tell how sure)"
        interval = f"[{self.low:.4f}, {self.high:.4f}]"
        return f"{self.value:.4f} +- {self.standard_error:.4f}  {interval}"

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return max(self.value - NORMAL_QUANTILE * self.standard_error, -self.largest)

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return min(self.value + NORMAL_QUANTILE * self.standard_error, self.largest)

    @property
    def known(self) -> bool:
        """Whether there is a standard error."""
        return not math.isnan(self.standard_error)
