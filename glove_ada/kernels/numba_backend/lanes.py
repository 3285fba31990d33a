"""Sixteen floats side by side as a type of numba's: the counterpart of `native/headers/lanes.h`.

numba would have to find out by itself that a loop may run in lanes, and does not where it cannot
exclude that two arrays overlap. So the lanes are LLVM's own vectors, which it splits to the CPU's
width, and their arithmetic is IEEE's, without any flag that lets LLVM change it.
"""

from __future__ import annotations

import operator

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, models, overload, register_model

from glove_ada.kernels.definitions import LANES
from glove_ada.kernels.numba_backend.portable import address

_VECTOR = ir.VectorType(ir.FloatType(), LANES)
_FLOAT_BYTES = 4


class Lanes(types.Type):
    """Sixteen float32."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


lanes_type = Lanes()


@register_model(Lanes)
class LanesModel(models.PrimitiveModel):
    """One LLVM vector."""

    def __init__(self, manager, numba_type):
        super().__init__(manager, numba_type, _VECTOR)


@intrinsic
def load(typing, array, index):
    """Return `array[index:index + 16]`."""

    def emit(context, builder, signature, arguments):
        start = address(context, builder, signature.args[0], *arguments)
        return builder.load(builder.bitcast(start, _VECTOR.as_pointer()), align=_FLOAT_BYTES)

    return lanes_type(array, types.int64), emit


@intrinsic
def store(typing, array, index, lanes):
    """Set `array[index:index + 16]`."""

    def emit(context, builder, signature, arguments):
        start = address(context, builder, signature.args[0], *arguments[:2])
        target = builder.bitcast(start, _VECTOR.as_pointer())
        builder.store(arguments[2], target, align=_FLOAT_BYTES)
        return context.get_dummy_value()

    return types.void(array, types.int64, lanes), emit


@intrinsic
def splat(typing, number):
    """Return lanes that all hold a float32."""

    def emit(context, builder, signature, arguments):
        return _splat(builder, arguments[0])

    return lanes_type(types.float32), emit


@intrinsic
def square_root(typing, lanes):
    """Return the roots, correctly rounded."""

    def emit(context, builder, signature, arguments):
        kind = ir.FunctionType(_VECTOR, [_VECTOR])
        root = cgutils.get_or_insert_function(builder.module, kind, f"llvm.sqrt.v{LANES}f32")
        return builder.call(root, arguments)

    return lanes_type(lanes), emit


@intrinsic
def at_most(typing, lanes, limit):
    """Return the lanes, none larger than the limit in magnitude."""

    def emit(context, builder, signature, arguments):
        x, limit = arguments
        high, low = _splat(builder, limit), _splat(builder, builder.fneg(limit))
        x = builder.select(builder.fcmp_ordered(">", x, high), high, x)
        return builder.select(builder.fcmp_ordered("<", x, low), low, x)

    return lanes_type(lanes, types.float32), emit


@intrinsic
def magnitude(typing, lanes):
    """Return the lanes without their signs."""

    def emit(context, builder, signature, arguments):
        kind = ir.FunctionType(_VECTOR, [_VECTOR])
        fabs = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fabs.v{LANES}f32")
        return builder.call(fabs, arguments)

    return lanes_type(lanes), emit


@intrinsic
def larger(typing, x, y):
    """Return the larger of two numbers in each lane."""

    def emit(context, builder, signature, arguments):
        x, y = arguments
        return builder.select(builder.fcmp_ordered(">", x, y), x, y)

    return lanes_type(x, y), emit


@intrinsic
def if_positive(typing, condition, x, y):
    """Return x where the condition is above 0, else y."""

    def emit(context, builder, signature, arguments):
        condition, x, y = arguments
        zeros = ir.Constant(_VECTOR, [0.0] * LANES)
        return builder.select(builder.fcmp_ordered(">", condition, zeros), x, y)

    return lanes_type(condition, x, y), emit


@intrinsic
def soft_threshold(typing, x, threshold):
    """Return x, nearer to 0 by the threshold and no farther than to 0."""

    def emit(context, builder, signature, arguments):
        x, high = arguments
        low = builder.fneg(high)
        taken = builder.select(builder.fcmp_ordered(">", x, high), high, x)
        taken = builder.select(builder.fcmp_ordered("<", taken, low), low, taken)
        return builder.fsub(x, taken)

    return lanes_type(x, threshold), emit


@intrinsic
def without_quarter(typing, lanes):
    """Return the lanes with zeros in place of the last four."""

    def emit(context, builder, signature, arguments):
        zeros = ir.Constant(_VECTOR, [0.0] * LANES)
        places = [*range(LANES - 4), *range(2 * LANES - 4, 2 * LANES)]
        mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), places)
        return builder.shuffle_vector(arguments[0], zeros, mask)

    return lanes_type(lanes), emit


@intrinsic
def sum_lanes(typing, lanes):
    """Return the sum: lane i and i + 8, then i and i + 4, then i and i + 2, then the last two."""

    def emit(context, builder, signature, arguments):
        x = arguments[0]
        for width in (8, 4, 2, 1):
            low, high = range(width), range(width, 2 * width)
            x = builder.fadd(_pick(builder, x, low), _pick(builder, x, high))
        return builder.extract_element(x, ir.IntType(32)(0))

    return types.float32(lanes), emit


def _splat(builder, number):
    vector = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(vector, number, ir.IntType(32)(0))
    return _pick(builder, first, [0] * LANES)


def _pick(builder, x, places):
    """Emit the lanes at some places, side by side."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(places)), list(places))
    return builder.shuffle_vector(x, ir.Constant(x.type, ir.Undefined), mask)


def _define(operation, instruction):
    """Let an operator of Python's work on lanes, as one LLVM instruction."""

    @intrinsic
    def combine(typing, x, y):
        def emit(context, builder, signature, arguments):
            return getattr(builder, instruction)(*arguments)

        return lanes_type(x, y), emit

    @overload(operation)
    def of_lanes(x, y):
        if isinstance(x, Lanes) and isinstance(y, Lanes):
            return lambda x, y: combine(x, y)
        return None


_define(operator.add, "fadd")
_define(operator.sub, "fsub")
_define(operator.mul, "fmul")
_define(operator.truediv, "fdiv")
