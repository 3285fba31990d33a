"""GloVe word vectors: text in, vectors out, the same bytes on every run."""

from glove_ada._version import __version__

__all__ = ["__version__"]
