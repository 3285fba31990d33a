"""The trainer as Python users see it: a corpus in, word vectors and vectors of documents out."""

from glove_ada.model.fitting import AfterEpoch
from glove_ada.model.trainer import GloVe

__all__ = ["AfterEpoch", "GloVe"]
