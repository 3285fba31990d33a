"""Scores of word vectors: analogies, similarity, and how sure they are."""

from glove_ada.evaluation.analogies import AccuracyScore, AnalogyResult, evaluate_analogies
from glove_ada.evaluation.bootstrap import Estimate
from glove_ada.evaluation.pairs import PairLayout
from glove_ada.evaluation.similarity import SimilarityResult, evaluate_similarity

__all__ = [
    "AccuracyScore",
    "AnalogyResult",
    "Estimate",
    "PairLayout",
    "SimilarityResult",
    "evaluate_analogies",
    "evaluate_similarity",
]
