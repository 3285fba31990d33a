"""What Adam and its kin share: moving averages of the gradient and of its square."""

from __future__ import annotations


def moment_constants(beta1: float, beta2: float, eps: float) -> tuple[float, ...]:
    """Return the constants as `moments.h` names them, without the first.

    What an update adds is given besides what it keeps, as float32 rounds one of them badly.
    """
    return beta1, 1 - beta1, beta2, 1 - beta2, eps
