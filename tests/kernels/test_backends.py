"""The same bytes from every backend and every instruction set that the machine has."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys

import pytest
from support import DATA

SAMPLE = DATA / "sample.txt"
OPTIONS = (
    "--window-size 10 --vector-size 50 --epochs 25 --x-max 10 --alpha 0.75 --eta 0.2 "
    "--weight-decay 0.002 --initial-accumulator 1 --rule adagrad --polish 0"
)
ZEROS = (
    "--symmetric --zeros 1.2 --zero-count 0.01 --zero-weight 0.05 --bias-init log-sums "
    "--context-weight 0.5 --singular-power 0.75"
)
NO_ZEROS = "--zeros 0 --bias-init random"
BY_ROW = f"--rule adagrad-row {ZEROS}"
# SHA-256 of the vectors of the sample corpus.
WITH_ZEROS = "f9b885ec7576f88f3fa06f9f1813fb6473b22d2ee306a6a961a7974244147edf"
WITHOUT_ZEROS = "d4a6e684875a7444cb3236362a492c567c4c1d6a6d7b7351a1d7f24bddd650da"
ROW_WISE = "d7c05741b4b733e5dc45ebaea606a61a7da59f49415d0fc168d05b3f83bc38a7"
with_and_without_zeros = pytest.mark.parametrize(
    ("options", "digest"),
    [(ZEROS, WITH_ZEROS), (NO_ZEROS, WITHOUT_ZEROS), (BY_ROW, ROW_WISE)],
    ids=["zeros", "no zeros", "row-wise"],
)

COMPILED = importlib.util.find_spec("glove_ada.kernels.native.training") is not None
needs_compiled = pytest.mark.skipif(not COMPILED, reason="there are no compiled kernels")
needs_numba = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="numba is not installed"
)


def instruction_sets():
    if not COMPILED:
        return []
    from glove_ada.kernels.native.training import instruction_sets

    return instruction_sets()


def run(command, *arguments, **environment):
    variables = {name: value for name, value in os.environ.items() if "GLOVE_ADA" not in name}
    return subprocess.run(
        [sys.executable, *command, *map(str, arguments)],
        env={**variables, **environment},
        capture_output=True,
        text=True,
    )


def train(folder, *options, **environment):
    path = folder / "vectors.txt"
    done = run(
        ["-m", "glove_ada.train"], SAMPLE, "--save-file", path, *OPTIONS.split(), "--quiet",
        *options, **environment,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@needs_compiled
@pytest.mark.parametrize("name", instruction_sets())
@with_and_without_zeros
def test_every_instruction_set_gives_the_same_vectors(name, options, digest, tmp_path):
    assert train(tmp_path, *options.split(), GLOVE_ADA_ISA=name) == digest


@needs_numba
@with_and_without_zeros
def test_numba_gives_the_same_vectors(options, digest, tmp_path):
    assert train(tmp_path, *options.split(), "--backend", "numba") == digest


# Some lines of the sample by rules with a clock, and by one that is polished, for a few epochs.
OF_RULES = {
    "adagrad-row": "4b9ce14b9e7f3a4957806be62418b4d96738532827b6b5487fd49992fb9f619b",
    "adam": "17ca66a8b902d192c051f08b05cbadeece3f2a2d911a95cd4ccd09a79b870668",
    "adagrad-da": "8ab68c8c2bca4295b63bee2f919b6a75c6f1c9664f3f3ba7e01e18fa38ae77f3",
}
BY_RULE = (
    "--vector-size 20 --epochs 3 --window-size 10 --x-max 10 --alpha 0.75 --zeros 0 "
    "--bias-init random --weight-decay 0.002 --context-weight 1 --singular-power 1 "
)
OWN = {
    "adagrad-row": "--eta 0.2 --zeros 1.2 --zero-count 0.01 --polish 3",
    "adam": "--eta 0.002 --beta1 0.9 --beta2 0.999 --eps 1e-8",
    "adagrad-da": "--eta 0.2 --eps 0 --initial-accumulator 1 --l1 1e-3",
}
WAYS = {
    **{name: ([], {"GLOVE_ADA_ISA": name}) for name in instruction_sets()},
    **{f"{threads} threads": (["--threads", threads], {}) for threads in (1, 2, 3)},
}
if importlib.util.find_spec("numba"):
    WAYS["numba"] = (["--backend", "numba"], {})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("rule", OWN)
def test_rules_and_polish_give_the_same_vectors(rule, way, tmp_path):
    corpus, path = tmp_path / "lines.txt", tmp_path / "vectors.txt"
    corpus.write_bytes(b"".join(SAMPLE.read_bytes().splitlines(keepends=True)[:500]))
    options, environment = WAYS[way]
    done = run(
        ["-m", "glove_ada.train"], corpus, "--save-file", path, "--quiet", "--rule", rule,
        *BY_RULE.split(), *OWN[rule].split(), *options, **environment,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == OF_RULES[rule]


@needs_numba
def test_numba_by_the_environment(tmp_path):
    done = run(["-m", "glove_ada.versions"], GLOVE_ADA_BACKEND="numba")
    assert "backend:          numba" in done.stdout


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        pytest.param(
            {"GLOVE_ADA_ISA": "x86-64-v9"}, "'x86-64-v9'; this CPU takes", marks=needs_compiled
        ),
        ({"GLOVE_ADA_BACKEND": "fortran"}, "the backend is 'fortran'; it is one of"),
        pytest.param(
            {"GLOVE_ADA_BACKEND": "numba", "GLOVE_ADA_ISA": "x86-64"},
            "GLOVE_ADA_ISA chooses among the compiled kernels",
            marks=needs_numba,
        ),
    ],
)
@pytest.mark.parametrize("command", ["versions", "train corpus.txt"])
def test_an_impossible_choice_is_one_sentence(command, environment, message):
    done = run(["-m", *f"glove_ada.{command}".split()], **environment)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


WITHOUT = """
import sys, warnings
for module in {modules}:
    sys.modules[module] = None
from glove_ada import kernels
from glove_ada.errors import OptionError
try:
    with warnings.catch_warnings(record=True) as caught:
        print(kernels.BACKEND)
    print(*(warning.message for warning in caught))
except OptionError as error:
    print(error)
"""


@needs_numba
def test_numba_steps_in_for_missing_kernels():
    done = run(["-c", WITHOUT.format(modules=["glove_ada.kernels.native.training"])])
    backend, warning = done.stdout.splitlines()
    assert backend == "numba"
    assert warning.startswith("there are no compiled kernels")


COMPILE = """
import numpy as np
from glove_ada.kernels.definitions import NONZERO
from glove_ada.kernels.numba_backend.rules.stanford import train
rows, rates = np.ones(32, np.float32), np.ones(16, np.float32)
train(np.zeros(1, NONZERO), rows, rows.copy(), rates, rates, rates, rates)
print(sum(train.stats.cache_misses.values()))
"""


@needs_numba
def test_what_numba_compiled_is_kept():
    run(["-c", COMPILE])
    assert run(["-c", COMPILE]).stdout == "0\n"


@needs_numba
def test_without_a_place_to_keep_what_numba_compiled(monkeypatch):
    from numba.core import caching

    from glove_ada.kernels.numba_backend.compilation import kernel

    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    with pytest.warns(UserWarning, match="NUMBA_CACHE_DIR"):
        double = kernel(lambda number: number * 2)
    assert double(4) == 8


def test_without_any_kernels():
    done = run(["-c", WITHOUT.format(modules=["glove_ada.kernels.native.training", "numba"])])
    assert done.stdout.startswith("there are neither compiled kernels")


def test_nothing_heavy_is_imported_before_it_is_needed():
    rare = {"csv", "gensim", "html", "numba", "pyarrow"}
    program = f"import sys, glove_ada.train; print(sorted(set(sys.modules) & {rare}))"
    assert run(["-c", program]).stdout == "[]\n"
