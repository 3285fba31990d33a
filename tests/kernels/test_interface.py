"""The interface, both backends, the build and the headers tell the same of every kernel."""

from __future__ import annotations

import inspect
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from glove_ada.kernels import definitions, interface

FOLDER = Path(interface.__file__).parent
NATIVE, NUMBA = "native", "numba_backend"
needs_compiled = pytest.mark.skipif(
    find_spec("glove_ada.kernels.native.training") is None, reason="there are no compiled kernels"
)
needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed")
every_backend = pytest.mark.parametrize(
    "backend",
    [pytest.param(NATIVE, marks=needs_compiled), pytest.param(NUMBA, marks=needs_numba)],
)
# Besides kernels: what there is, and for the one that trains which instruction set is to be used.
THERE_IS, INSTRUCTION_SET = ("instruction_sets", "rules"), "instruction_set"


def public_functions(module):
    """Return the functions that a module defines, by name."""
    return {
        name: function
        for name, function in vars(module).items()
        if callable(function)
        and not inspect.isclass(function)
        and not name.startswith("_")
        and getattr(function, "__module__", None) == module.__name__
    }


@every_backend
@pytest.mark.parametrize("module", sorted(set(interface.MODULES.values())))
def test_a_module_offers_the_kernels_that_are_named_for_it(backend, module):
    functions = public_functions(import_module(f"glove_ada.kernels.{backend}.{module}"))
    for name in THERE_IS:
        functions.pop(name, None)
    assert functions.keys() == {
        kernel for kernel, place in interface.MODULES.items() if place == module
    }
    for kernel, function in functions.items():
        parameters = list(inspect.signature(function).parameters)
        if backend == NATIVE and parameters[-1] == INSTRUCTION_SET:
            parameters.pop()
        assert parameters == list(inspect.signature(getattr(interface, kernel)).parameters), kernel


@pytest.mark.skipif(not list(FOLDER.glob("native/*.pyx")), reason="the sources are not installed")
def test_every_source_is_a_module_of_the_interface():
    """`setup.py` builds every .pyx."""
    sources = {source.stem for source in FOLDER.glob("native/*.pyx")}
    assert sources == {*interface.MODULES.values(), "definitions"}


@needs_compiled
def test_headers_and_python_define_the_same():
    native = import_module("glove_ada.kernels.native.definitions")
    ours = {name: value for name, value in vars(definitions).items() if name.isupper()}
    assert ours.pop("NONZERO").itemsize == native.NONZERO_BYTES
    rules = import_module("glove_ada.kernels.native.training").rules()
    assert ours.pop("RULES") == tuple(rules)
    assert ours == native.DEFINED
