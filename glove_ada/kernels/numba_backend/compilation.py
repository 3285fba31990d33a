"""How the kernels are compiled: once, when first called, for this CPU."""

from __future__ import annotations

from typing import Any

import numba

# The promise of equal bytes rests on this: without fastmath LLVM neither reorders sums nor fuses a
# multiplication with an addition. numpy's error model divides by zero as C does; Python's would
# add a branch to every division. What was compiled is kept beside the source, or where numba's
# NUMBA_CACHE_DIR says.
kernel: Any = numba.njit(nogil=True, cache=True, error_model="numpy", fastmath=False)
