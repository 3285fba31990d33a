"""GloVe word vectors: text in, vectors out, the same bytes on every run.

from glove_ada import GloVe
model = GloVe(vector_size=100, seed=1).fit("corpus.txt")
model.vectors_.most_similar("frog")
"""

from __future__ import annotations

from glove_ada.system.version import __version__

TYPE_CHECKING = False  # as in typing, which takes long to import; commands start here
if TYPE_CHECKING:
    from typing import Any

    from glove_ada.model import GloVe
    from glove_ada.vectors.word_vectors import WordVectors
    from glove_ada.versions import show_versions

__all__ = ["GloVe", "WordVectors", "__version__", "show_versions"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: a reader needs no trainer."""
    if name == "GloVe":
        from glove_ada.model import GloVe

        return GloVe
    if name == "WordVectors":
        from glove_ada.vectors.word_vectors import WordVectors

        return WordVectors
    if name == "show_versions":
        from glove_ada.versions import show_versions

        return show_versions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
