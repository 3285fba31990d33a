"""Rows of decimal text to and from matrices of floats: the counterpart of `native/decimal.pyx`.

numba can neither print a float nor read one, so both go digit by digit here.
`native/headers/decimal.h` says where the method comes from.
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
from numba import objmode
from numba.core.errors import NumbaWarning

from glove_ada.kernels.decimal_scales import compute_scale
from glove_ada.kernels.definitions import (
    BIASED_EXPONENTS,
    NO_FAULT,
    NOT_A_NUMBER,
    NUMBER_BYTES,
    WRONG_FIELDS,
)
from glove_ada.kernels.numba_backend.compilation import kernel

# _python_float takes the GIL for a moment, as it must; all else runs without.
warnings.filterwarnings("ignore", "Code running in object mode", NumbaWarning)

_SCALES = [
    [compute_scale(biased, uneven=uneven) for biased in range(BIASED_EXPONENTS)]
    for uneven in (False, True)
]
_POWERS = np.array([[scale.power for scale in scales] for scales in _SCALES], np.uint64)
_SHIFTS = np.array([[scale.shift for scale in scales] for scales in _SCALES], np.uint64)
_EXPONENTS = np.array([[scale.exponent for scale in scales] for scales in _SCALES], np.int64)
_EXACT_POWERS = np.array([float(10**power) for power in range(23)])
_EXACT_INTEGERS = np.uint64(1 << 53)
_MISREAD = 0x15AE43FD
_MISREAD_DECIMAL = 70385307, -33

_SPACE, _NEWLINE, _RETURN, _POINT, _PLUS, _MINUS, _ZERO, _SMALL_E, _LARGE_E = (
    np.uint8(ord(character)) for character in " \n\r.+-0eE"
)
_INF, _NAN = (np.frombuffer(text, np.uint8) for text in (b"inf", b"nan"))
_LOWER, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_ODD_BITS, _ODD_SHIFT = np.uint64(0x7FFFFFFF), np.uint64(31)
_TEN = np.uint64(10)


def format_rows(words: bytes, matrix: npt.NDArray[np.float32], out: npt.NDArray[np.uint8]) -> int:
    """Write `word v1 ... vd` lines; return how many bytes."""
    if len(out) < len(words) + matrix.size * NUMBER_BYTES:
        raise ValueError("out is too small")
    if len(matrix) == 0:
        return 0
    if not words.endswith(b"\n"):
        raise ValueError("words must end with a newline")
    if words.count(b"\n") != len(matrix):
        raise ValueError("words must hold one line for each row of the matrix")
    length: int = _format_rows(np.frombuffer(words, np.uint8), matrix, matrix.view(np.uint32), out)
    return length


def parse_rows(
    text: bytes | bytearray | memoryview,
    matrix: npt.NDArray[np.floating],
    words: npt.NDArray[np.uint8],
) -> tuple[int, int, int]:
    """Read `word v1 ... vd` lines; return the rows, the bytes of the words, the fault."""
    buffer = np.frombuffer(text, np.uint8)
    if len(words) < len(buffer):
        raise ValueError("words is too small")
    if not len(buffer):
        return 0, 0, NO_FAULT
    if matrix.shape[1] == 0 or buffer[-1] != _NEWLINE:
        raise ValueError("the text must end with a newline and the matrix must have a column")
    row, length, fault, whole = _parse_rows(buffer, matrix, words)
    if fault == NO_FAULT and not whole:
        raise ValueError("the matrix has fewer rows than the text")
    return row, length, fault


# ---- writing ----


@kernel
def _format_rows(words, matrix, bits, out):
    word = to = 0
    for row in range(len(matrix)):
        while words[word] != _NEWLINE:
            out[to] = words[word]
            to += 1
            word += 1
        word += 1
        for column in range(matrix.shape[1]):
            out[to] = _SPACE
            to = _write(out, to + 1, np.int64(bits[row, column]))
        out[to] = _NEWLINE
        to += 1
    return to


@kernel
def _round_to_odd(power, significand):
    """Return significand * power / 2^63, the last bit 1 where anything was cut off."""
    low = (power & _LOWER) * significand
    product = (power >> _HALF) * significand + (low >> _HALF)
    return np.int64(product >> _ODD_SHIFT) | np.int64((product & _ODD_BITS) != np.uint64(0))


@kernel
def _shortest(bits):
    """Return digits and exponent of the shortest decimal of a positive finite float32."""
    if bits == _MISREAD:
        return _MISREAD_DECIMAL
    biased, fraction = bits >> 23, bits & 0x7FFFFF
    uneven = np.int64(fraction == 0 and biased > 1)
    significand = fraction | 0x800000 if biased else fraction
    power, shift = _POWERS[uneven, biased], _SHIFTS[uneven, biased]
    exponent = _EXPONENTS[uneven, biased]
    odd = significand & 1

    quarters = 4 * significand
    value = _round_to_odd(power, np.uint64(quarters) << shift)
    lower = _round_to_odd(power, np.uint64(quarters - 2 + uneven) << shift) + odd
    upper = _round_to_odd(power, np.uint64(quarters + 2) << shift) - odd

    units = value // 4
    tens = units // 10
    tens_below, tens_above = lower <= 40 * tens, 40 * tens + 40 <= upper
    if tens_below != tens_above:
        return tens + tens_above, exponent + 1
    below, above = lower <= 4 * units, 4 * units + 4 <= upper
    if below != above:
        return units + above, exponent
    middle = 4 * units + 2
    return units + (value > middle or (value == middle and units & 1 == 1)), exponent


@kernel
def _write(out, to, bits):
    """Write a float32 as Python would; return the end."""
    if bits >> 31:
        out[to] = _MINUS
        to += 1
    bits &= 0x7FFFFFFF
    if bits >= 0x7F800000:
        text = _INF if bits == 0x7F800000 else _NAN
        out[to : to + 3] = text
        return to + 3
    digits, exponent = _shortest(bits) if bits else (0, 0)
    while digits and digits % 10 == 0:
        digits //= 10
        exponent += 1
    count = 1
    bound = 10
    while bound <= digits:
        bound *= 10
        count += 1
    whole = count + exponent  # digits before the point

    if whole < -3 or whole > 16:
        return _write_scientific(out, to, digits, count, whole - 1)
    if whole <= 0:
        to = _put_zeros(out, _put_digits(out, to, 0, 1, 1), -whole)
        return _put_digits(out, to, digits, count, 0)
    if exponent >= 0:
        to = _put_zeros(out, _put_digits(out, to, digits, count, 0), exponent)
        out[to] = _POINT
        return _put_zeros(out, to + 1, 1)
    return _put_digits(out, to, digits, count, whole)


@kernel
def _put_digits(out, to, number, count, whole):
    """Write a number of `count` digits, a point behind the first `whole` ones if that is not 0."""
    end = to + count + (whole > 0)
    for place in range(end - 1, to - 1, -1):
        if whole > 0 and place == to + whole:
            out[place] = _POINT
        else:
            out[place] = 48 + number % 10
            number //= 10
    return end


@kernel
def _put_zeros(out, to, count):
    for place in range(to, to + count):
        out[place] = _ZERO
    return to + count


@kernel
def _write_scientific(out, to, digits, count, exponent):
    to = _put_digits(out, to, digits, count, 1 if count > 1 else 0)
    out[to] = _SMALL_E
    out[to + 1] = _MINUS if exponent < 0 else _PLUS
    return _put_digits(out, to + 2, abs(exponent), 2, 0)


# ---- reading ----


@kernel
def _parse_rows(text, matrix, words):
    """Return rows, bytes of the words, fault, and whether all of the text was read."""
    line = to = row = 0
    while line < len(text) and row < len(matrix):
        end = line
        while text[end] != _NEWLINE:
            end += 1
        fault, word_end = _parse_row(text, line, end, matrix[row])
        if fault != NO_FAULT:
            return row, to, fault, False
        for place in range(line, word_end):
            words[to] = text[place]
            to += 1
        words[to] = _NEWLINE
        to += 1
        line = end + 1
        row += 1
    return row, to, NO_FAULT, line == len(text)


@kernel
def _parse_row(text, line, end, values):
    """Return the row's fault and where its word ends: at the columns-th space from the right."""
    while end > line and (text[end - 1] == _SPACE or text[end - 1] == _RETURN):
        end -= 1

    # Nearly every word ends at the first space: try that before looking from the right.
    first = line
    while first < end and text[first] != _SPACE:
        first += 1
    if first == end:
        return WRONG_FIELDS, first
    fault = _parse_numbers(text, first, end, values)
    if fault == NO_FAULT:
        return fault, first

    space, spaces = end, 0
    while space > line and spaces < len(values):
        space -= 1
        spaces += text[space] == _SPACE
    if spaces != len(values):
        return WRONG_FIELDS, first
    if space == first:
        return fault, first
    fault = _parse_numbers(text, space, end, values)
    if fault != NO_FAULT:
        return fault, space

    # A word with a space in it whose last piece is a number: more likely a row that is too long.
    piece = space
    while text[piece - 1] != _SPACE:
        piece -= 1
    stop = _scan(text, piece)[0]
    return (WRONG_FIELDS if stop == space else NO_FAULT), space


@kernel
def _parse_numbers(text, space, end, values):
    """Read as many numbers as there are values, each behind one space, up to the end exactly."""
    stop = space
    for column in range(len(values)):
        if stop == end:
            return WRONG_FIELDS
        if text[stop] != _SPACE:
            return NOT_A_NUMBER
        start = stop + 1
        stop, digits, count, exponent = _scan(text, start)
        if stop < 0:
            return NOT_A_NUMBER
        known, value = False, 0.0
        if count <= 19 and abs(exponent) <= 22:  # 10^19 is below 2^64
            value = _scaled(digits, exponent)
            if text[start] == _MINUS:
                value = -value
            known = digits <= _EXACT_INTEGERS or _settled(value, values)
        if not known:
            value = _python_float(text[start:stop])
        values[column] = value
        if not np.isfinite(values[column]):
            return NOT_A_NUMBER
    if stop != end:
        return WRONG_FIELDS if text[stop] == _SPACE else NOT_A_NUMBER
    return NO_FAULT


@kernel
def _is_digit(byte):
    return 48 <= byte <= 57


@kernel
def _scan_digits(text, at, digits):
    while _is_digit(text[at]):
        digits = digits * _TEN + np.uint64(text[at] - 48)
        at += 1
    return at, digits


@kernel
def _scan(text, at):
    """Read [+-]digits[.digits][e[+-]digits].

    Returns its end, or -1 where no number stands, the digits as a number (which holds them all
    if they are at most 19), how many they are, and the exponent.
    """
    if text[at] == _MINUS or text[at] == _PLUS:
        at += 1
    start, exponent = at, 0
    at, digits = _scan_digits(text, at, np.uint64(0))
    count = at - start
    if text[at] == _POINT:
        start = at + 1
        at, digits = _scan_digits(text, start, digits)
        count += at - start
        exponent = start - at
    if count == 0:
        return -1, digits, count, exponent
    if text[at] == _SMALL_E or text[at] == _LARGE_E:
        at += 1
        negative = text[at] == _MINUS
        if negative or text[at] == _PLUS:
            at += 1
        if not _is_digit(text[at]):
            return -1, digits, count, exponent
        written = 0
        while _is_digit(text[at]):
            if written < 100000:
                written = 10 * written + np.int64(text[at]) - 48
            at += 1
        exponent += -written if negative else written
    return at, digits, count, exponent


@kernel
def _scaled(digits, exponent):
    if exponent < 0:
        return np.float64(digits) / _EXACT_POWERS[-exponent]
    return np.float64(digits) * _EXACT_POWERS[exponent]


@kernel
def _settled(value, values):
    """Whether two roundings of at most 2^-53 each leave no doubt about the float32."""
    slack = value * 2.0**-51
    return values.itemsize == 4 and np.float32(value - slack) == np.float32(value + slack)


@kernel
def _python_float(text):
    """Let Python round the rare number that the fast path cannot."""
    with objmode(value="float64"):
        value = float(text.tobytes())
    return value  # noqa: RET504 - what the block makes cannot be returned from it
