"""Every rule on one nonzero after the other, in the kernels' own order of float32 operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

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


ONE = np.float32(1)


def soft_threshold(x, threshold):
    """Return x, nearer to 0 by the threshold and no farther than to 0."""
    taken = np.where(x > threshold, threshold, x)
    return x - np.where(taken < -threshold, -threshold, taken)


def adagrad(value, states, gradient, rate, decay, l1, time, constants):
    """Add the squared gradient, then step."""
    states[0] += gradient * gradient
    return value - rate * gradient / (np.sqrt(states[0]) + constants[0])


def stanford(value, states, gradient, rate, decay, l1, time, constants):
    """Step, then add the squared gradient."""
    before = states[0].copy()
    states[0] += gradient * gradient
    return value - rate * gradient / np.sqrt(before)


def sgd(value, states, gradient, rate, decay, l1, time, constants):
    """Step by the gradient."""
    return value - rate * gradient


def momentum(value, states, gradient, rate, decay, l1, time, constants):
    """Step by a sum of gradients that fade."""
    states[0] = constants[0] * states[0] + gradient
    return value - rate * states[0]


def rmsprop(value, states, gradient, rate, decay, l1, time, constants):
    """Step by the root of the mean squared gradient."""
    rho, rest, eps = constants
    states[0] = rho * states[0] + rest * (gradient * gradient)
    return value - rate * gradient / (np.sqrt(states[0]) + eps)


def adadelta(value, states, gradient, rate, decay, l1, time, constants):
    """Step by the root mean square of the steps before."""
    rho, rest, eps = constants
    states[0] = rho * states[0] + rest * (gradient * gradient)
    step = gradient * (np.sqrt(states[1] + eps) / np.sqrt(states[0] + eps))
    states[1] = rho * states[1] + rest * (step * step)
    return value - rate * step


def tick_moments(clock, constants):
    """Keep what the weights of either average add up to."""
    clock[0] = constants[0] * clock[0] + constants[1]
    clock[1] = constants[2] * clock[1] + constants[3]
    return ONE / clock[0], ONE / np.sqrt(clock[1])


def adam(value, states, gradient, rate, decay, l1, time, constants):
    """Step by the mean gradient over the root of the mean square."""
    beta1, rest1, beta2, rest2, eps = constants
    states[0] = beta1 * states[0] + rest1 * gradient
    states[1] = beta2 * states[1] + rest2 * (gradient * gradient)
    return value - rate * (states[0] * time[0] / (np.sqrt(states[1]) * time[1] + eps))


def adamw(value, states, gradient, rate, decay, l1, time, constants):
    """Adam with a decay of its own."""
    step = adam(np.zeros_like(value), states, gradient, rate, decay, l1, time, constants)
    return value * (ONE - rate * decay) + step


def amsgrad(value, states, gradient, rate, decay, l1, time, constants):
    """Adam by the largest mean square."""
    adam(value, states, gradient, rate, decay, l1, time, constants)
    states[2] = np.maximum(states[2], states[1])
    root = np.sqrt(states[2]) * time[1] + constants[4]
    return value - rate * (states[0] * time[0] / root)


def tick_mean(clock, constants):
    """Keep what the weights of the average add up to."""
    clock[0] = constants[0] * clock[0] + constants[1]
    return (ONE / clock[0],)


def adamax(value, states, gradient, rate, decay, l1, time, constants):
    """Step by the mean gradient over the largest that fades."""
    beta1, rest1, beta2, eps = constants
    states[0] = beta1 * states[0] + rest1 * gradient
    states[1] = np.maximum(beta2 * states[1], np.abs(gradient) + eps)
    return value - rate * (states[0] * time[0] / states[1])


def adagrad_comid(value, states, gradient, rate, decay, l1, time, constants):
    """Step as AdaGrad, then threshold."""
    stepped = adagrad(value, states, gradient, rate, decay, l1, time, constants)
    return soft_threshold(stepped, rate * l1 / (np.sqrt(states[0]) + constants[0]))


def tick_updates(clock, constants):
    """Count."""
    clock[0] += ONE
    return (clock[0],)


def adagrad_da(value, states, gradient, rate, decay, l1, time, constants):
    """Threshold the sum of gradients; what has no rate stays."""
    states[0] += gradient * gradient
    states[1] -= rate * gradient
    total = soft_threshold(states[1], rate * (time[0] * l1))
    return np.where(rate > 0, total / (np.sqrt(states[0]) + constants[0]), value)


class ComponentRule(NamedTuple):
    """A rule that steps each component by itself."""

    step: Callable
    states: int
    tick: Callable | None = None
    decay_apart: bool = False


COMPONENT_RULES = {
    "adagrad": ComponentRule(adagrad, 1),
    "stanford": ComponentRule(stanford, 1),
    "sgd": ComponentRule(sgd, 0),
    "momentum": ComponentRule(momentum, 1),
    "rmsprop": ComponentRule(rmsprop, 1),
    "adadelta": ComponentRule(adadelta, 2),
    "adam": ComponentRule(adam, 2, tick_moments),
    "adamw": ComponentRule(adamw, 2, tick_moments, decay_apart=True),
    "amsgrad": ComponentRule(amsgrad, 3, tick_moments),
    "adamax": ComponentRule(adamax, 2, tick_mean),
    "adagrad_comid": ComponentRule(adagrad_comid, 1),
    "adagrad_da": ComponentRule(adagrad_da, 2, tick_updates),
}


def train_by_component(rule, nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Update rows and columns in place by a rule that steps each component by itself."""
    step, states, tick, decay_apart = COMPONENT_RULES[rule]
    slots, clip, constants = len(row_rate), constants[0], constants[1:]
    decay, l1 = decay[:slots], decay[slots:]
    costs = [0.0, 0.0]
    for row, column, log_count, weight in nonzeros.tolist():
        w, c = (
            side[place][: (1 + states) * slots].reshape(1 + states, slots)
            for side, place in ((rows, row), (columns, column))
        )
        w_time, c_time = (
            tick(side[place][(1 + states) * slots :], constants) if tick else ()
            for side, place in ((rows, row), (columns, column))
        )
        difference = dot(w[0], c[0]) - np.float32(log_count)
        g = np.float32(abs(weight)) * difference
        w_gradient, c_gradient = (np.clip(g * side[0], -clip, clip) for side in (c, w))
        if not decay_apart:
            w_gradient, c_gradient = w_gradient + decay * w[0], c_gradient + decay * c[0]
        w[0] = step(w[0], w[1:], w_gradient, row_rate, decay, l1, w_time, constants)
        c[0] = step(c[0], c[1:], c_gradient, column_rate, decay, l1, c_time, constants)
        costs[weight < 0] += 0.5 * float(g) * float(difference)
    return tuple(costs)


def adagrad_row(rate, accumulator, eps):
    """Return the rate by the row's own accumulator."""
    return rate / (np.sqrt(accumulator) + eps)


def adagrad_norm(rate, accumulator, eps):
    """Return the rate as it comes, by what all rows of a side have in common."""
    return rate


ROW_RULES = {"adagrad_row": adagrad_row, "adagrad_norm": adagrad_norm}


def train_by_row(rule, nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Update rows and columns in place by a rule that steps a row's vector as a whole."""
    rate_of = ROW_RULES[rule]
    eps, m, twice_m, m_squared, one_over_size = constants
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
            rates = (row_rate, column_rate)[side]
            vector_rate = rate_of(rates[0], accumulator, eps)
            keep, add = one - vector_rate * m, -(vector_rate * g)
            own[:-4] = (keep * vectors[side] + add * vectors[1 - side])[:-4]
            own[-4:-2] = accumulator, bias_accumulator
            own[-1] -= rate_of(rates[-1], bias_accumulator, eps) * g
        costs[weight < 0] += 0.5 * float(g) * float(difference)
    return tuple(costs)


def train_nonzeros(nonzeros, rows, columns, rule, **options):
    """Update rows and columns in place; return the costs of nonzeros and of zeros."""
    name = RULES[rule]
    if name in COMPONENT_RULES:
        return train_by_component(name, nonzeros, rows, columns, **options)
    return train_by_row(name, nonzeros, rows, columns, **options)


def cost(word, context, word_bias, context_bias, log_count, weight):
    """Return what a nonzero costs, in float64 (Pennington et al. 2014, equation 8), halved."""
    return 0.5 * weight * (word @ context + word_bias + context_bias - log_count) ** 2


class TileProgram:
    """Trains spans of tiles of an epoch in place by a rule, spread over the slots of a row."""

    def __init__(self, parameters, grouping, rule, epoch):
        self.parameters, self.grouping, self.rule = parameters, grouping, rule
        layout = parameters.layout
        rates = (rate / (1 + epoch * rule.eta_decay) for rate in (rule.vector_rate, rule.bias_rate))
        vector_rate, bias_rate = rates
        self.rates = [layout.mask(vector_rate, bias_rate, side) for side in (0, 1)]
        self.decay = np.append(layout.mask(rule.weight_decay, 0, 0), layout.mask(rule.l1, 0, 0))
        self.constants = np.array(rule.constants, np.float32)

    def train(self, nonzeros, row_side, rows, columns):
        """Train nonzeros whose rows are words (side 0) or contexts (side 1); return the costs."""
        starts, words = self.grouping.starts, self.parameters.words
        first = starts[rows]
        if row_side and self.parameters.directed:
            first += len(words)  # the rows of contexts to the left
        sides = words, self.parameters.contexts
        return train_nonzeros(
            nonzeros,
            sides[row_side][first:],
            sides[1 - row_side][starts[columns] :],
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
