"""Decimal text against Python's and NumPy's own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glove_ada.kernels import format_rows, parse_rows
from glove_ada.kernels.definitions import NO_FAULT, NOT_A_NUMBER, NUMBER_BYTES, WRONG_FIELDS


def write(values):
    column = np.asarray(values, dtype=np.float32).reshape(-1, 1)
    out = np.empty(len(column) * (NUMBER_BYTES + 2), dtype=np.uint8)
    length = format_rows(b"a\n" * len(column), column, out)
    return [line[2:] for line in out[:length].tobytes().decode().splitlines()]


def read(text, columns=1, dtype=np.float32):
    matrix = np.empty((text.count(b"\n"), columns), dtype=dtype)
    words = np.empty(len(text), dtype=np.uint8)
    rows, length, fault = parse_rows(text, matrix, words)
    return matrix[:rows], words[:length].tobytes(), fault


MISREAD = 0x15AE43FD


def shortest(value):
    """The digits of NumPy's float32 in Python's layout, but for the one that Python misreads."""
    if abs(value) == by_bits(MISREAD):
        return "-7.0385307e-26" if value < 0 else "7.0385307e-26"
    return repr(float(str(value)))


def by_bits(bits):
    return np.asarray(bits, dtype=np.uint32).view(np.float32)


def exponent_edges():
    powers = np.arange(0, 255, dtype=np.uint32) << 23
    return by_bits(np.concatenate([powers, powers + 1, powers[1:] - 1, np.arange(200)]))


@pytest.mark.parametrize(
    "values",
    [
        exponent_edges(),
        10.0 ** np.arange(-45, 39),
        np.arange(-300, 300) / 100,
        np.arange(1, 20000, 7) * 1e5,
        [0.0, -0.0, 16777216.0, 33554432.0, 9.999999e-5, 1e-4, 9.999999e15, 1e16, 3.4028235e38],
    ],
    ids=["exponents", "powers of ten", "two decimals", "whole numbers", "corners"],
)
def test_writes_the_shortest_that_reads_back(values):
    with np.errstate(over="ignore", under="ignore"):
        values = np.asarray(values, dtype=np.float32)
    written = write(values)
    assert written == [shortest(value) for value in values]
    matrix, _, fault = read("".join(f"a {text}\n" for text in written).encode())
    assert fault == NO_FAULT
    assert np.array_equal(matrix[:, 0].view(np.uint32), values.view(np.uint32))


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=200))
def test_any_finite_float_goes_round(bits):
    values = by_bits(bits)
    values = values[np.isfinite(values)]
    written = write(values)
    assert written == [shortest(value) for value in values]
    matrix, _, _ = read("".join(f"a {text}\n" for text in written).encode())
    assert np.array_equal(matrix[:, 0].view(np.uint32), values.view(np.uint32))


def test_what_is_not_finite_has_pythons_names():
    assert write([np.inf, -np.inf, np.nan]) == ["inf", "-inf", "nan"]


def test_the_float_whose_shortest_decimal_python_misreads():
    value = by_bits([MISREAD])
    assert np.float32(float(str(value[0]))) != value[0]
    assert np.float32(float(write(value)[0])) == value[0]
    assert write(-value) == ["-7.0385307e-26"]


@pytest.mark.slow
def test_every_positive_float_goes_round(request):
    if request.config.option.markexpr != "slow":
        pytest.skip("takes minutes: ask for it with -m slow")
    count = 1 << 22
    words = b"a\n" * count
    text = np.empty(count * (NUMBER_BYTES + 2), dtype=np.uint8)
    read_words = np.empty_like(text)
    matrix = np.empty((count, 1), dtype=np.float32)
    for start in range(0, 0x7F800000, count):
        values = by_bits(np.arange(start, start + count)).reshape(-1, 1)
        length = format_rows(words, values, text)
        assert parse_rows(text[:length], matrix, read_words)[2] == NO_FAULT
        assert matrix.tobytes() == values.tobytes(), hex(start)


def test_longest_number_fits_its_room():
    written = write([-1234567890000000.0, -1.2345679e-38, -1.2345679e-4])
    assert max(map(len, written)) == NUMBER_BYTES - 1


NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.from_regex(r"\A[+-]?([0-9]{1,25}\.?[0-9]{0,25}|\.[0-9]{1,25})([eE][+-]?[0-9]{1,3})?\Z"),
)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(text=NUMBERS)
def test_reads_as_python_does(dtype, text):
    with np.errstate(over="ignore"):
        expected = np.asarray(float(text)).astype(dtype)
    matrix, _, fault = read(b"a " + text.encode() + b"\n", dtype=dtype)
    if math.isfinite(expected):
        assert fault == NO_FAULT
        assert matrix.tobytes() == expected.tobytes()
    else:
        assert fault == NOT_A_NUMBER


@pytest.mark.parametrize("distance", [-1, 0, 1])
def test_more_digits_than_a_double_near_the_middle_of_two_floats(distance):
    digits = (2**24 + 1) * 10**11 + distance
    text = f"{digits}e-11"
    matrix, _, _ = read(b"a " + text.encode() + b"\n")
    assert matrix[0, 0] == np.float32(float(text))


NO_NUMBERS = [
    "x",
    ".",
    "-",
    "+",
    "1e",
    "1e+",
    "--1",
    "1.2.3",
    "1_0",
    "0x10",
    "nan",
    "inf",
    "1e39",
    "1,5",
]


@pytest.mark.parametrize("text", ["", *NO_NUMBERS])
def test_refuses_what_is_no_finite_number(text):
    assert read(f"a 1 {text} 2\n".encode(), columns=3)[2] == NOT_A_NUMBER


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b"a 1 2", b"a"),
        (b" 1 2", b""),
        (b"  1 2", b" "),
        (b". . . 1 2", b". . ."),
        (b"at a@b.de 1 2", b"at a@b.de"),
        (b"1 1 2", b"1"),
        (b"a 1 2 ", b"a"),
        (b"a 1 2\r", b"a"),
        (b"\xff\x00\t\xc2\xa0 1 2", b"\xff\x00\t\xc2\xa0"),
    ],
)
def test_words_end_where_the_numbers_begin(line, word):
    matrix, words, fault = read(line + b"\n", columns=2)
    assert (words, fault) == (word + b"\n", NO_FAULT)
    assert matrix.tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"a 1 2", WRONG_FIELDS),
        (b"a", WRONG_FIELDS),
        (b"", WRONG_FIELDS),
        (b"a 1 2 3 4", WRONG_FIELDS),
        (b"a b 1 2 3 4", WRONG_FIELDS),
        (b"a 1 x 3", NOT_A_NUMBER),
        (b"a 1 2 3x", NOT_A_NUMBER),
        (b"a 1  2 3", NOT_A_NUMBER),
        (b"a\t1 2 3", WRONG_FIELDS),
    ],
)
def test_faults_name_row_and_kind(line, kind):
    matrix, words, fault = read(b"one 1 2 3\n" + line + b"\ntwo 1 2 3\n", columns=3)
    assert (len(matrix), words, fault) == (1, b"one\n", kind)


def test_buffers_are_checked():
    matrix = np.zeros((1, 2), dtype=np.float32)
    words = np.zeros(20, dtype=np.uint8)
    with pytest.raises(ValueError, match="newline"):
        parse_rows(b"a 1 2", matrix, words)
    with pytest.raises(ValueError, match="fewer rows"):
        parse_rows(b"a 1 2\nb 1 2\n", matrix, words)
    with pytest.raises(ValueError, match="too small"):
        parse_rows(b"a 1 2\n", matrix, words[:3])
    with pytest.raises(ValueError, match="too small"):
        format_rows(b"a\n", matrix, words)
    room = np.zeros(100, dtype=np.uint8)
    for encoded in (b"a", b"", b"a\nb\n"):
        with pytest.raises(ValueError, match="words must"):
            format_rows(encoded, matrix, room)
