"""The kernels' tests run on every backend."""

from __future__ import annotations

from hypothesis import settings

# numba compiles a kernel in the first example that calls it.
settings.register_profile("kernels", deadline=None)
settings.load_profile("kernels")
