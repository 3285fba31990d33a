"""AdaGrad on one nonzero after the other, in the kernel's own order of float32 operations."""

from __future__ import annotations

import numpy as np

LANES = 16


def dot(a, b):
    """Return the dot product in 16 lanes, which a fixed tree sums."""
    lanes = np.zeros(LANES, np.float32)
    for start in range(0, len(a), LANES):
        lanes += a[start : start + LANES] * b[start : start + LANES]
    while len(lanes) > 1:
        lanes = lanes[: len(lanes) // 2] + lanes[len(lanes) // 2 :]
    return lanes[0]


def step(half_row, sums, gradient, rate, eps, step_first):
    """Step against a gradient and add its square to the sums, in either order; in place."""
    total = sums + gradient * gradient
    scale = np.sqrt(sums if step_first else total) + eps
    sums[:] = total
    half_row -= rate * gradient / scale


def train_nonzeros(
    nonzeros, rows, columns, row_rate, column_rate, decay, eps, grad_clip, step_first
):
    """Update rows and columns in place; return the costs of nonzeros and of zeros."""
    half = len(row_rate)
    eps, clip = np.float32(eps), np.float32(grad_clip)
    costs = [0.0, 0.0]
    for row, column, log_count, weight in nonzeros.tolist():
        w, w_sums = rows[row, :half], rows[row, half:]
        c, c_sums = columns[column, :half], columns[column, half:]
        difference = dot(w, c) - np.float32(log_count)
        g = np.float32(abs(weight)) * difference
        w_gradient = np.clip(g * c, -clip, clip) + decay * w
        c_gradient = np.clip(g * w, -clip, clip) + decay * c
        step(w, w_sums, w_gradient, row_rate, eps, step_first)
        step(c, c_sums, c_gradient, column_rate, eps, step_first)
        costs[weight < 0] += 0.5 * float(g) * float(difference)
    return tuple(costs)


def cost(word, context, word_bias, context_bias, log_count, weight):
    """Return what a nonzero costs, in float64 (Pennington et al. 2014, equation 8), halved."""
    return 0.5 * weight * (word @ context + word_bias + context_bias - log_count) ** 2


class TileProgram:
    """Trains spans of tiles in place by a rule, spread over the slots of a row."""

    def __init__(self, parameters, grouping, rule):
        self.sides, self.starts, self.rule = (
            (parameters.words, parameters.contexts),
            grouping.starts,
            rule,
        )
        layout = parameters.layout
        self.rates = [layout.mask(rule.vector_rate, rule.bias_rate, side) for side in (0, 1)]
        self.decay = layout.mask(rule.weight_decay, 0, 0)

    def train(self, nonzeros, row_side, rows, columns):
        """Train nonzeros whose rows are words (side 0) or contexts (side 1); return the costs."""
        return train_nonzeros(
            nonzeros,
            self.sides[row_side][self.starts[rows] :],
            self.sides[1 - row_side][self.starts[columns] :],
            self.rates[row_side],
            self.rates[1 - row_side],
            self.decay,
            self.rule.eps,
            self.rule.grad_clip,
            self.rule.step_first,
        )


class StanfordTrainer:
    """The reference C program's rule in float64, with the names of its formulas.

    The gradient is multiplied by eta at once, its squares are summed from 1, and each step divides
    by the root of the sum as it was before. Biases leave eta out.
    """

    def __init__(self, words, contexts, word_biases, context_biases, eta, grad_clip):
        self.vectors = [words.astype(float), contexts.astype(float)]
        self.biases = [word_biases.astype(float), context_biases.astype(float)]
        self.vector_squares = [np.ones_like(vectors) for vectors in self.vectors]
        self.bias_squares = [np.ones_like(biases) for biases in self.biases]
        self.eta, self.grad_clip = eta, grad_clip

    def train(self, word, context, log_count, weight):
        """Update by one nonzero; return its cost."""
        places = word, context
        w, c = (vectors[place] for vectors, place in zip(self.vectors, places, strict=True))
        biases = sum(biases[place] for biases, place in zip(self.biases, places, strict=True))
        difference = w @ c + biases - log_count
        g = weight * difference
        gradients = g * c, g * w
        for side, place in enumerate(places):
            scaled = np.clip(gradients[side], -self.grad_clip, self.grad_clip) * self.eta
            self.vectors[side][place] -= scaled / np.sqrt(self.vector_squares[side][place])
            self.vector_squares[side][place] += scaled**2
            self.biases[side][place] -= g / np.sqrt(self.bias_squares[side][place])
            self.bias_squares[side][place] += g**2
        return 0.5 * g * difference
