"""Vectors of some words with how sure they are, and standard errors of what is made of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from glove_ada.errors import OptionError
from glove_ada.run.uncertainty.estimates import Estimate
from glove_ada.run.uncertainty.frozen_contexts import Doubles
from glove_ada.run.uncertainty.influences import Influences
from glove_ada.system.sentences.kinds import LARGEST, Number, Whole, check
from glove_ada.training.randomness import random_bits
from glove_ada.vectors.spectrum import gram_matrix

LEAST_BLOCKS = 10
"""Of documents: fewer say too little of how documents differ."""

MOST_DRAWS = 1_000_000

_DRAWS = 21  # what random bits are for
_DRAWN_BITS = 36  # of a number that is multiplied by how often a block is drawn

Gradients = dict[int, Doubles]
"""Of a number, by the place of a word among all: shape (size,) each."""


@dataclass(frozen=True)
class Uncertainty:
    """Vectors of some words, and how each block of documents sways them.

    All is to first order in the blocks' influence (the delta method), the contexts held fixed. A
    block is a document, or neighbouring ones if there are more than a thousand.

    Attributes
    ----------
    words : list of str
    means : ndarray of float64, shape (words, size)
        The vectors themselves.
    influences : list of Influences
        Of each word: how its vector would change if a block were left out.
    blocks : int
        Of the text.
    """

    words: list[str]
    means: Doubles
    influences: list[Influences]
    blocks: int
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note the place of each word."""
        places = {word: place for place, word in enumerate(self.words)}
        object.__setattr__(self, "_places", places)

    def documents(self, word: str) -> int:
        """Return how many blocks of documents hold a word."""
        return len(self.influences[self._place(word)].blocks)

    @property
    def covariances(self) -> Doubles:
        """The covariance matrix of each word's vector, shape (words, size, size)."""
        return np.array([self.covariance(word) for word in self.words])

    def covariance(self, word: str) -> Doubles:
        """Return the covariance matrix of a word's vector, shape (size, size).

        It is NaN if the word is in too few documents.
        """
        place = self._place(word)
        changes = self.influences[place].changes
        size = self.means.shape[1]
        if not self._enough(place):
            return np.full((size, size), np.nan)
        total = np.cumsum(changes, axis=0)[-1]
        covariance = gram_matrix(changes) - np.outer(total, total) / self.blocks  # type: ignore[arg-type]
        return covariance * ((self.blocks - 1) / self.blocks)

    def cosine(self, a: str, b: str) -> Estimate:
        """Estimate the cosine of two words."""
        value, gradients = self._cosine(self._place(a), self._place(b))
        return self._estimate(value, gradients, 1)

    def difference(self, a: str, b: str, c: str, d: str) -> Estimate:
        """Estimate how much nearer a is to b than c to d: the difference of their cosines."""
        one, gradients = self._cosine(self._place(a), self._place(b))
        other, others = self._cosine(self._place(c), self._place(d))
        return self._estimate(one - other, _added(gradients, others, -1.0), 2)

    def sum_cosine(self, signs: Mapping[str, float], word: str) -> Estimate:
        """Estimate the cosine of a word with a sum of words of length 1, each times its sign."""
        if not isinstance(signs, Mapping) or not signs:
            raise OptionError("a sum needs at least a word: give signs by word, {'king': 1}")
        for sign in signs.values():
            check("a sign", sign, Number(-LARGEST))
        units = {self._place(term): sign for term, sign in signs.items()}
        total = np.cumsum([s * self._unit(place) for place, s in units.items()], axis=0)[-1]
        length, here = math.sqrt(_dot(total, total)), self._place(word)
        if not length:
            raise OptionError("the sum of these words is 0: it has no cosine with a word")
        direction, own = total / length, self._unit(here)
        value = _dot(direction, own)
        gradients: Gradients = {here: (direction - value * own) / self._length(here)}
        pull = (own - value * direction) / length
        for place, sign in units.items():
            unit = self._unit(place)
            along = sign * (pull - _dot(pull, unit) * unit) / self._length(place)
            gradients = _added(gradients, {place: along}, 1.0)
        return self._estimate(value, gradients, 1)

    def cosine_to(self, word: str, vector: Doubles) -> Estimate:
        """Estimate the cosine of a word with a vector that is certain, shape (size,)."""
        place = self._place(word)
        try:
            vector = np.asarray(vector, np.float64)
        except (TypeError, ValueError):
            vector = np.zeros(0)
        if vector.shape != self.means.shape[1:] or not np.isfinite(vector).all():
            raise OptionError(
                f"a vector to compare with has {self.means.shape[1]} finite numbers: give the one "
                f"of a word"
            )
        unit, direction = self._unit(place), vector / (math.sqrt(_dot(vector, vector)) or 1.0)
        value = _dot(unit, direction)
        gradients = {place: (direction - value * unit) / self._length(place)}
        return self._estimate(value, gradients, 1)

    def effect(
        self,
        targets: tuple[Sequence[str], Sequence[str]],
        attributes: tuple[Sequence[str], Sequence[str]],
    ) -> Estimate:
        """Estimate the effect size of a Word Embedding Association Test.

        Parameters
        ----------
        targets : two sequences of str
            Whose associations are compared: how much nearer are the first to the first attributes?
        attributes : two sequences of str

        Returns
        -------
        Estimate
            In standard deviations of the targets' associations, -2 to 2 if there are as many of
            either (Caliskan, Bryson and Narayanan 2017).

        Raises
        ------
        OptionError
            If a set is empty, or all targets are associated alike.
        """
        both = isinstance(targets, Sequence) and isinstance(attributes, Sequence)
        if not both or not len(targets) == len(attributes) == 2:
            raise OptionError("an effect is of two sets of targets and two of attributes")
        if not all(len(words) for words in (*targets, *attributes)):
            raise OptionError("an effect needs at least a word in each of its four sets")
        words = [*targets[0], *targets[1]]
        found = [self._association(self._place(word), attributes) for word in words]
        values = np.array([value for value, _ in found])
        one, other = (np.full(len(half), 1 / len(half)) for half in targets)
        shares = np.concatenate([one, -other])
        mean, distance = math.fsum(values) / len(values), _dot(shares, values)
        deviation = math.sqrt(_dot(values - mean, values - mean) / len(values))
        if not deviation:
            raise OptionError("all targets have the same associations: there is no effect to tell")
        weights = shares / deviation - distance * (values - mean) / (len(values) * deviation**3)
        gradients: Gradients = {}
        for weight, (_, own) in zip(weights.tolist(), found, strict=True):
            gradients = _added(gradients, own, weight)
        # All of one set alike, and all of the other: no distance is greater beside the deviation.
        largest = len(words) / math.sqrt(len(targets[0]) * len(targets[1]))
        return self._estimate(distance / deviation, gradients, largest)

    def draws(self, number: int, seed: int = 1) -> Doubles:
        """Draw all vectors again and again, as other documents would have made them.

        Blocks of documents are drawn with replacement, for all words the same; what that does to
        the vectors is taken to first order.

        Parameters
        ----------
        number : int
        seed : int

        Returns
        -------
        ndarray of float64, shape (number, words, size)
            Of a word in too few documents, NaN.

        Raises
        ------
        OptionError
            If the number is not at least 1, or the seed not 0 to 2^64 - 1.
        """
        number = check("number", number, Whole(1, MOST_DRAWS))
        seed = check("seed", seed, Whole(0, 2**64 - 1))
        drawn = np.empty((number, self.blocks))
        for row in range(number):
            bits = random_bits(seed, _DRAWS, row, np.arange(self.blocks))
            places = (bits % np.uint64(self.blocks)).astype(np.int64)
            drawn[row] = np.bincount(places, minlength=self.blocks)
        vectors = np.repeat(self.means[None], number, axis=0)
        for place, influences in enumerate(self.influences):
            if not self._enough(place):
                vectors[:, place] = np.nan
                continue
            # Products of whole numbers, which add up to the same in any order.
            _, exponent = np.frexp(np.abs(influences.changes).max())
            unit = np.ldexp(1.0, int(exponent) - _DRAWN_BITS)
            whole = np.rint(influences.changes / unit)
            vectors[:, place] -= (drawn[:, influences.blocks] - 1) @ whole * unit
        return vectors

    def _association(
        self, word: int, attributes: tuple[Sequence[str], Sequence[str]]
    ) -> tuple[float, Gradients]:
        """Return how much nearer a word is to the first attributes, and the gradients of that."""
        values, gradients = [], Gradients()
        for sign, words in zip((1.0, -1.0), attributes, strict=True):
            for attribute in words:
                cosine, own = self._cosine(word, self._place(attribute))
                values.append(sign * cosine / len(words))
                gradients = _added(gradients, own, sign / len(words))
        return math.fsum(values), gradients

    def _cosine(self, a: int, b: int) -> tuple[float, Gradients]:
        one, other = self._unit(a), self._unit(b)
        if a == b:
            return 1.0, {a: np.zeros_like(one)}
        value = _dot(one, other)
        return value, {
            a: (other - value * one) / self._length(a),
            b: (one - value * other) / self._length(b),
        }

    def _estimate(self, value: float, gradients: Gradients, largest: float) -> Estimate:
        """Return a number with its standard error, by the delta method."""
        if not all(map(self._enough, gradients)):
            return Estimate(value, math.nan, largest)
        sway = np.zeros(self.blocks)
        for place in sorted(gradients):
            influences = self.influences[place]
            products = influences.changes * gradients[place]
            sway[influences.blocks] += np.cumsum(products, axis=1)[:, -1]
        return Estimate(value, math.sqrt(jackknife_variance(sway)), largest)

    def _enough(self, place: int) -> bool:
        return len(self.influences[place].blocks) >= LEAST_BLOCKS

    def _unit(self, place: int) -> Doubles:
        unit: Doubles = self.means[place] / self._length(place)
        return unit

    def _length(self, place: int) -> float:
        return math.sqrt(_dot(self.means[place], self.means[place])) or 1.0

    def _place(self, word: str) -> int:
        if not isinstance(word, str) or word not in self._places:
            raise OptionError(f"{word!r} is not among the words that this was made for: name it")
        return self._places[word]


def jackknife_variance(sway: npt.NDArray[np.float64]) -> float:
    """Return the variance of a number, given what it changes by without each block."""
    blocks = len(sway)
    squares = _dot(sway, sway) - math.fsum(sway.tolist()) ** 2 / blocks
    return max(squares, 0.0) * (blocks - 1) / blocks


def _added(one: Gradients, other: Gradients, factor: float) -> Gradients:
    total = dict(one)
    for place, gradient in other.items():
        total[place] = total.get(place, 0.0) + factor * gradient
    return total


def _dot(one: Doubles, other: Doubles) -> float:
    return math.fsum((one * other).tolist())
