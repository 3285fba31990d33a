"""Logarithm and exponential that are the same on every machine."""

cdef extern from "elementary.h" nogil:
    double natural_log(double)
    double natural_exp(double)


def log(double x):
    """Return the natural logarithm of a normal number above 0."""
    return natural_log(x)


def exp(double y):
    """Return e to the power y, for y below 700; 0 for y below -700."""
    return natural_exp(y)
