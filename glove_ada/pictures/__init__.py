"""Pictures of word vectors and of their training, drawn into the caller's Axes.

They need matplotlib (extra `plot`). Text is placed in the Axes as it is when the function is
called, so give the figure its final size first.
"""

from glove_ada.pictures.cost_curves import plot_costs
from glove_ada.pictures.pair_arrows import plot_pairs
from glove_ada.pictures.word_map import plot_words

__all__ = ["plot_costs", "plot_pairs", "plot_words"]
