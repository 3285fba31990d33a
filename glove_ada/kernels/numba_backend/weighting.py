"""f(x), the weight of a count in the cost: the counterpart of `native/headers/weighting.h`."""

from __future__ import annotations

from glove_ada.kernels.numba_backend.compilation import kernel
from glove_ada.kernels.numba_backend.elementary import exp


@kernel
def weight_of_count(count, log_count, x_max, log_x_max, alpha):
    """Return min(1, (x / x_max) ** alpha) of a count whose logarithm is known."""
    return exp(alpha * (log_count - log_x_max)) if count < x_max else 1.0
