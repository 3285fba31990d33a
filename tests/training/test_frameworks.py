"""Updates of a few rows by our rules and by the frameworks' optimizers, real or as they write them.

Both sides get the same nonzeros one after the other: PyTorch computes the gradient of the cost by
itself, for the two rows alone, each of which is a tensor of its own. So its count of steps is that
of a row, as ours is; where a rule has no clock, a whole table of sparse gradients does as well.
"""

from __future__ import annotations

import os
from types import SimpleNamespace

import numpy as np
import pytest
from kernel_problems import random_nonzeros

from glove_ada import kernels
from glove_ada.training.parameters import aligned_zeros
from glove_ada.training.rules import DEFAULTS, make_rule
from glove_ada.training.tile_task import spread_rule

SIZE, ROWS = 5, (5, 7)
CLOSE = {"rtol": 2e-4, "atol": 2e-6}  # a hundred updates, each rounded to float32 in another order


class Problem:
    """A hundred nonzeros of a few rows, and what both sides start from."""

    def __init__(self):
        random = np.random.default_rng(0)
        self.nonzeros = random_nonzeros(random, 100)
        self.nonzeros["weight"] = np.abs(self.nonzeros["weight"])
        self.vectors = [random.normal(size=(rows, SIZE)).astype(np.float32) / 2 for rows in ROWS]
        self.biases = [random.normal(size=rows).astype(np.float32) / 2 for rows in ROWS]

    def train(self, name, epochs=1, **options):
        """Return vectors and biases of both sides after training by a rule of ours.

        Each epoch has its share of the nonzeros.
        """
        given = {"grad_clip": None, "weight_decay": 0.0, "eta_decay": 0.0, **options}
        rule = make_rule(name, SimpleNamespace(**{**DEFAULTS[name].values, **given}))
        layout = rule.layout(SIZE)
        sides = []
        for side, rows in enumerate(ROWS):
            parameters = aligned_zeros(rows, layout.row_floats)
            parameters[:, :SIZE] = self.vectors[side]
            parameters[:, layout.bias(side)] = self.biases[side]
            layout.start(
                parameters,
                side,
                vector_accumulator=rule.vector_accumulator,
                bias_accumulator=rule.bias_accumulator,
                dual_scale=rule.dual_scale,
            )
            sides.append(parameters)
        for epoch, nonzeros in enumerate(np.split(self.nonzeros, epochs)):
            told = spread_rule(rule, layout, epoch)
            kernels.train_nonzeros(
                nonzeros, 0, len(nonzeros), sides[0], 0, sides[1], 0, told.number,
                *told.rates, told.decay, told.constants,
            )  # fmt: skip
        vectors = [parameters[:, :SIZE] for parameters in sides]
        return vectors, [rows[:, layout.bias(side)] for side, rows in enumerate(sides)]

    def train_by_torch(self, optimizer, decay=0.0, clip=None, **options):
        """Return the same after training by an optimizer of PyTorch's."""
        torch = pytest.importorskip("torch")
        vectors, biases = (
            [[torch.tensor(row, requires_grad=True) for row in side] for side in sides]
            for sides in (self.vectors, self.biases)
        )
        groups = [
            {"params": [*vectors[0], *vectors[1]], "weight_decay": decay},
            {"params": [*biases[0], *biases[1]], "weight_decay": 0.0},
        ]
        stepper = optimizer(torch.optim)(groups, **options)
        for row, column, log_count, weight in self.nonzeros.tolist():
            stepper.zero_grad(set_to_none=True)  # rows without a gradient are left alone
            difference = vectors[0][row] @ vectors[1][column] - log_count
            difference = difference + biases[0][row] + biases[1][column]
            (weight / 2 * difference**2).backward()
            if clip:
                for group in groups:
                    torch.nn.utils.clip_grad_value_(group["params"], clip)
            stepper.step()
        return [
            [np.array([row.detach().numpy() for row in side]) for side in sides]
            for sides in (vectors, biases)
        ]

    def train_by_steps(self, step):
        """Return the same after training by `step(name, value, gradient)`, the new value."""
        vectors, biases = ([side.copy() for side in sides] for sides in (self.vectors, self.biases))
        for row, column, log_count, weight in self.nonzeros.tolist():
            places = row, column
            w, c = vectors[0][row].copy(), vectors[1][column].copy()
            g = np.float32(weight * (w @ c + biases[0][row] + biases[1][column] - log_count))
            for side, place in enumerate(places):
                for name, values, gradient in (
                    ("vector", vectors[side], g * (c, w)[side]),
                    ("bias", biases[side].reshape(-1, 1), np.array([g])),
                ):
                    values[place] = step((name, side, place), values[place], gradient)
        return vectors, biases


PROBLEM = Problem()


def assert_close(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        for side, (mine, yours) in enumerate(zip(one, other, strict=True)):
            np.testing.assert_allclose(mine, yours, **CLOSE, err_msg=str(side))
    assert np.abs(ours[0][0] - PROBLEM.vectors[0]).max() > 0.01


TORCH = {
    # eps outside the root; both add before they step.
    "adagrad": (
        "Adagrad",
        {"eta": 0.2, "eps": 1e-10, "initial_accumulator": 0.1},
        {"lr": 0.2, "eps": 1e-10, "initial_accumulator_value": 0.1},
    ),
    "adagrad from 0": (
        "Adagrad",
        {"eta": 0.05, "eps": 1e-3, "initial_accumulator": 0.0},
        {"lr": 0.05, "eps": 1e-3},
    ),
    # No penalty, no difference.
    "adagrad-comid": (
        "Adagrad",
        {"eta": 0.2, "eps": 1e-10, "initial_accumulator": 0.1, "l1": 0.0},
        {"lr": 0.2, "eps": 1e-10, "initial_accumulator_value": 0.1},
    ),
    "sgd": ("SGD", {"eta": 0.05}, {"lr": 0.05}),
    # No dampening, not Nesterov's.
    "momentum": ("SGD", {"eta": 0.02, "momentum": 0.8}, {"lr": 0.02, "momentum": 0.8}),
    # eps outside the root, the average from 0; their alpha is our rho.
    "rmsprop": (
        "RMSprop",
        {"eta": 0.02, "rho": 0.9, "eps": 1e-5},
        {"lr": 0.02, "alpha": 0.9, "eps": 1e-5},
    ),
    # eps inside both roots.
    "adadelta": (
        "Adadelta",
        {"eta": 1.0, "rho": 0.9, "eps": 1e-3},
        {"lr": 1.0, "rho": 0.9, "eps": 1e-3},
    ),
    # eps outside the corrected root.
    "adam": (
        "Adam",
        {"eta": 0.02, "beta1": 0.9, "beta2": 0.99, "eps": 1e-4},
        {"lr": 0.02, "betas": (0.9, 0.99), "eps": 1e-4},
    ),
    "adam by its defaults": (
        "Adam",
        {"eta": 0.02, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": 0.02},
    ),
    "adamw": (
        "AdamW",
        {"eta": 0.02, "beta1": 0.8, "beta2": 0.99, "eps": 1e-4},
        {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-4},
    ),
    # The largest mean square before its correction.
    "amsgrad": (
        "Adam",
        {"eta": 0.02, "beta1": 0.9, "beta2": 0.9, "eps": 1e-4},
        {"lr": 0.02, "betas": (0.9, 0.9), "eps": 1e-4, "amsgrad": True},
    ),
    # eps added to the gradient's magnitude.
    "adamax": (
        "Adamax",
        {"eta": 0.02, "beta1": 0.9, "beta2": 0.9, "eps": 1e-4},
        {"lr": 0.02, "betas": (0.9, 0.9), "eps": 1e-4},
    ),
}


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("case", TORCH)
def test_pytorch(case, decay):
    optimizer, ours, theirs = TORCH[case]
    name = case.split()[0]
    assert_close(
        PROBLEM.train(name, weight_decay=decay, **ours),
        PROBLEM.train_by_torch(lambda optim: getattr(optim, optimizer), decay, **theirs),
    )


def test_pytorch_s_clipping():
    """Each component by itself, before the decay is added."""
    assert_close(
        PROBLEM.train("adagrad", eta=0.2, eps=1e-10, weight_decay=0.1, grad_clip=0.05),
        PROBLEM.train_by_torch(
            lambda optim: optim.Adagrad, 0.1, 0.05, lr=0.2, initial_accumulator_value=0.1
        ),
    )


@pytest.mark.parametrize("eta_decay", [0.1, 2.0])
def test_pytorch_s_lr_decay(eta_decay):
    """It counts a tensor's steps, --eta-decay epochs: here, each row has one step an epoch."""
    problem, epochs, each = Problem(), 20, min(ROWS)
    random = np.random.default_rng(1)
    for side in ("row", "column"):
        places = [random.permutation(each) for _ in range(epochs)]
        problem.nonzeros[side] = np.concatenate(places)
    assert_close(
        problem.train(
            "adagrad", epochs, eta=0.2, eps=1e-10, initial_accumulator=0.1, eta_decay=eta_decay
        ),
        problem.train_by_torch(
            lambda optim: optim.Adagrad, lr=0.2, initial_accumulator_value=0.1, lr_decay=eta_decay
        ),
    )


@pytest.mark.parametrize("name", ["Adagrad", "SparseAdam"])
def test_pytorch_s_sparse_tables(name):
    """One table a side with sparse gradients, as `torch.nn.Embedding(sparse=True)` has them.

    Adagrad has no time. SparseAdam counts the steps of the whole table: with betas whose powers
    have vanished for both, it is ours.
    """
    torch = pytest.importorskip("torch")
    tables = [
        torch.tensor(np.column_stack([vectors, biases]), requires_grad=True)
        for vectors, biases in zip(PROBLEM.vectors, PROBLEM.biases, strict=True)
    ]
    if name == "Adagrad":
        ours = PROBLEM.train("adagrad", eta=0.2, eps=1e-10, initial_accumulator=0.1)
        stepper = torch.optim.Adagrad(tables, lr=0.2, initial_accumulator_value=0.1)
    else:
        ours = PROBLEM.train("adam", eta=0.02, beta1=0.0, beta2=0.0, eps=0.1)
        stepper = torch.optim.SparseAdam(tables, lr=0.02, betas=(0.0, 0.0), eps=0.1)
    for row, column, log_count, weight in PROBLEM.nonzeros.tolist():
        stepper.zero_grad()
        word, context = (
            torch.nn.functional.embedding(torch.tensor([place]), table, sparse=True)[0]
            for table, place in zip(tables, (row, column), strict=True)
        )
        difference = word[:SIZE] @ context[:SIZE] + word[SIZE] + context[SIZE] - log_count
        (weight / 2 * difference**2).backward()
        stepper.step()
    theirs = [table.detach().numpy() for table in tables]
    assert_close(ours, ([t[:, :SIZE] for t in theirs], [t[:, SIZE] for t in theirs]))


def epsilon_inside(eta, start, epsilon):
    """AdaGrad as Keras and Optax write it: `x -= eta * g / sqrt(accumulator + epsilon)`."""
    sums = {}

    def step(name, value, gradient):
        sums[name] = sums.get(name, start) + np.square(gradient, dtype=float)
        return value - eta * gradient / np.sqrt(sums[name] + epsilon)

    return step


def row_wise(eta, start, epsilon, decay):
    """AdaGrad of embedding tables as FBGEMM and TorchRec write it, one sum for each row."""
    sums = {}

    def step(name, value, gradient):
        if name[0] == "vector":
            gradient = gradient + decay * value
        sums[name] = sums.get(name, start) + np.mean(np.square(gradient, dtype=float))
        return value - eta * gradient / (np.sqrt(sums[name]) + epsilon)

    return step


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_row_wise_adagrad(decay):
    assert_close(
        PROBLEM.train(
            "adagrad-row",
            vector_size=SIZE,
            eta=0.2,
            eps=1e-3,
            initial_accumulator=0.1,
            weight_decay=decay,
        ),
        PROBLEM.train_by_steps(row_wise(0.2, 0.1, 1e-3, decay)),
    )


def keras_adagrad(eta, start, epsilon):
    """The real one, with a variable and an optimizer for each row."""
    pytest.importorskip("jax")
    os.environ.setdefault("KERAS_BACKEND", "jax")  # Optax brings it; TensorFlow may not be there
    keras = pytest.importorskip("keras")
    rows = {}

    def step(name, value, gradient):
        if name not in rows:
            optimizer = keras.optimizers.Adagrad(
                eta, initial_accumulator_value=start, epsilon=epsilon
            )
            rows[name] = optimizer, keras.Variable(value)
        optimizer, variable = rows[name]
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        return keras.ops.convert_to_numpy(variable.value)

    return step


def optax_adagrad(eta, start, epsilon):
    """The real one, with a state for each row."""
    optax = pytest.importorskip("optax")
    optimizer = optax.adagrad(eta, initial_accumulator_value=start, eps=epsilon)
    states = {}

    def step(name, value, gradient):
        if name not in states:
            states[name] = optimizer.init(value)
        change, states[name] = optimizer.update(gradient, states[name])
        return optax.apply_updates(value, change)

    return step


@pytest.mark.parametrize("adagrad", [epsilon_inside, keras_adagrad, optax_adagrad])
@pytest.mark.parametrize("epsilon", [1e-7, 0.01])
def test_epsilon_inside_the_root(adagrad, epsilon):
    """An accumulator that starts higher by epsilon, and no --eps, is the same.

    So it is for Keras 3 (keras/src/optimizers/adagrad.py) and Optax (`scale_by_rss` in
    optax/_src/transform.py), whose accumulators start at 0.1 and whose epsilon is 1e-7.
    """
    assert_close(
        PROBLEM.train("adagrad", eta=0.05, eps=0.0, initial_accumulator=0.1 + epsilon),
        PROBLEM.train_by_steps(adagrad(0.05, 0.1, epsilon)),
    )
