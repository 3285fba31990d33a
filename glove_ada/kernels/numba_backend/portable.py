"""What numba cannot say of memory and bits: the counterpart of `native/headers/portable.h`."""

from __future__ import annotations

import sys

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

_BYTE = ir.IntType(8)
_WRITE, _KEEP, _DATA = 1, 3, 1  # what LLVM's prefetch is told


def address(context, builder, array_type, array, index):
    """Emit the address of `array[index]`; unlike numba's own it minds no index below 0."""
    data = context.make_array(array_type)(context, builder, array).data
    return cgutils.gep(builder, data, index)


@intrinsic
def load_8_bytes(typing, text, at):
    """Return `text[at:at + 8]` as a number whose lowest byte comes first in memory."""

    def emit(context, builder, signature, arguments):
        start = address(context, builder, signature.args[0], *arguments)
        number = builder.load(builder.bitcast(start, ir.IntType(64).as_pointer()), align=1)
        return builder.bswap(number) if sys.byteorder == "big" else number

    return types.uint64(text, types.int64), emit


@intrinsic
def trailing_zeros(typing, number):
    """Return how many zero bits stand below the lowest set one; `number` is not 0."""

    def emit(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return types.int64(types.uint64), emit


@intrinsic
def prefetch_write(typing, array, index):
    """Fetch the cache line of `array[index]`, which will be written."""

    def emit(context, builder, signature, arguments):
        start = address(context, builder, signature.args[0], *arguments)
        pointer = builder.bitcast(start, _BYTE.as_pointer())
        flag = ir.IntType(32)
        prefetch = builder.module.declare_intrinsic(
            "llvm.prefetch",
            [pointer.type],
            ir.FunctionType(ir.VoidType(), [pointer.type, flag, flag, flag]),
        )
        builder.call(prefetch, [pointer, flag(_WRITE), flag(_KEEP), flag(_DATA)])
        return context.get_dummy_value()

    return types.void(array, types.int64), emit
