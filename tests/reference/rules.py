"""Every rule on one nonzero after the other, in the kernels' own order of float32 operations."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.definitions import RULES

LANES = 16


def dot(a, b):
    """Return the dot product in 16 lanes, which a fixed tree sums."""
    lanes = np.zeros(LANES, np.float32)
    for start in range(0, len(a), LANES):
        lanes += a[start : start + LANES] * b[start : start + LANES]
    while len(lanes) > 1:
        lanes = lanes[: len(lanes) // 2] + lanes[len(lanes) // 2 :]
    return lanes[0]


def adagrad(value, states, gradient, rate, constants):
    """Add the squared gradient, then step."""
    states[0] += gradient * gradient
    return value - rate * gradient / (np.sqrt(states[0]) + constants[0])


def stanford(value, states, gradient, rate, constants):
    """Step, then add the squared gradient."""
    before = states[0].copy()
    states[0] += gradient * gradient
    return value - rate * gradient / np.sqrt(before)


COMPONENT_RULES = {"adagrad": (adagrad, 1), "stanford": (stanford, 1)}


def train_by_component(rule, nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Update rows and columns in place by a rule that steps each component by itself."""
    step, states = COMPONENT_RULES[rule]
    slots, clip = len(row_rate), constants[0]
    costs = [0.0, 0.0]
    for row, column, log_count, weight in nonzeros.tolist():
        w, c = (
            side[place].reshape(1 + states, slots)
            for side, place in ((rows, row), (columns, column))
        )
        difference = dot(w[0], c[0]) - np.float32(log_count)
        g = np.float32(abs(weight)) * difference
        w_gradient = np.clip(g * c[0], -clip, clip) + decay * w[0]
        c_gradient = np.clip(g * w[0], -clip, clip) + decay * c[0]
        w[0] = step(w[0], w[1:], w_gradient, row_rate, constants[1:])
        c[0] = step(c[0], c[1:], c_gradient, column_rate, constants[1:])
        costs[weight < 0] += 0.5 * float(g) * float(difference)
    return tuple(costs)


def train_by_row(nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Update rows and columns in place by row-wise AdaGrad."""
    rate, bias_rate, eps, m, twice_m, m_squared, one_over_size = constants[:7]
    one, zero = np.float32(1), np.float32(0)
    costs = [0.0, 0.0]
    for row, column, log_count, weight in nonzeros.tolist():
        sides = rows[row], columns[column]
        vectors = [np.append(side[:-4], np.zeros(4, np.float32)) for side in sides]
        product = dot(*vectors)
        squares = [dot(vector, vector) for vector in vectors]
        difference = product + (sides[0][-1] + sides[1][-1]) - np.float32(log_count)
        g = np.float32(abs(weight)) * difference
        g_squared, across = g * g, g * twice_m * product
        for side, own in enumerate(sides):
            mean = g_squared * squares[1 - side] + (across + m_squared * squares[side])
            accumulator = own[-4] + max(mean * one_over_size, zero)
            bias_accumulator = own[-3] + g_squared
            vector_rate = rate / (np.sqrt(accumulator) + eps)
            keep, add = one - vector_rate * m, -(vector_rate * g)
            own[:-4] = (keep * vectors[side] + add * vectors[1 - side])[:-4]
            own[-4:-2] = accumulator, bias_accumulator
            own[-1] -= bias_rate / (np.sqrt(bias_accumulator) + eps) * g
        costs[weight < 0] += 0.5 * float(g) * float(difference)
    return tuple(costs)


def train_nonzeros(nonzeros, rows, columns, rule, **options):
    """Update rows and columns in place; return the costs of nonzeros and of zeros."""
    name = RULES[rule]
    if name in COMPONENT_RULES:
        return train_by_component(name, nonzeros, rows, columns, **options)
    return train_by_row(nonzeros, rows, columns, **options)


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
        self.constants = np.array(rule.constants, np.float32)

    def train(self, nonzeros, row_side, rows, columns):
        """Train nonzeros whose rows are words (side 0) or contexts (side 1); return the costs."""
        return train_nonzeros(
            nonzeros,
            self.sides[row_side][self.starts[rows] :],
            self.sides[1 - row_side][self.starts[columns] :],
            self.rule.number,
            row_rate=self.rates[row_side],
            column_rate=self.rates[1 - row_side],
            decay=self.decay,
            constants=self.constants,
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
