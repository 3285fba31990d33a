"""The versions, alone in their file so that the build can read it without importing the package."""

__version__ = "0.1.0"

ARITHMETIC_VERSION = 4
"""Raised by one with every change that gives other counts or vectors for the same corpus, options
and seed. A training goes on only from what was made with the same arithmetic."""
