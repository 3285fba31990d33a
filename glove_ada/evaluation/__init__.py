"""Scores of word vectors: analogies, similarity, and how sure they are.

Questions are read from files as messy as they come (`analogy_files`, `pair_files`), answered
(`ranking`, `analogies`, `similarity`), and told with coverage and `bootstrap` intervals; two models
are compared on the same questions (`comparison`). `reporting` lays it all out.
"""

from glove_ada.evaluation.analogies import AccuracyScore, AnalogyResult, evaluate_analogies
from glove_ada.evaluation.bootstrap import Difference, Estimate
from glove_ada.evaluation.comparison import (
    AccuracyDifference,
    SimilarityDifference,
    compare_analogies,
    compare_similarity,
)
from glove_ada.evaluation.pair_files import PairLayout
from glove_ada.evaluation.reporting import as_record
from glove_ada.evaluation.similarity import SimilarityResult, evaluate_similarity

__all__ = [
    "AccuracyDifference",
    "AccuracyScore",
    "AnalogyResult",
    "Difference",
    "Estimate",
    "PairLayout",
    "SimilarityDifference",
    "SimilarityResult",
    "as_record",
    "compare_analogies",
    "compare_similarity",
    "evaluate_analogies",
    "evaluate_similarity",
]
