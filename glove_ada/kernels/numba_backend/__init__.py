"""The kernels in numba, for machines without a C compiler: the same bytes, a module for each one.

numba compiles a kernel when it is first called and keeps the result on disk. It cannot call the C
of `native/`, so each loop is written out once more. NumPy's own functions do not serve in place of
them: they hold the GIL, make arrays as long as the data, and add in an order of their own. Where a
function needs a further reason, it says so.
"""
