# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Rows of decimal text to and from matrices of floats: the inner loops of every text format."""

from cython cimport floating
from libc.math cimport isfinite
from libc.stdint cimport int32_t, uint8_t, uint64_t
from libc.string cimport memchr, memcpy

from glove_ada.kernels.decimal_scales import compute_scale
from glove_ada.kernels.native.definitions cimport (
    BIASED_EXPONENTS,
    NO_FAULT,
    NOT_A_NUMBER,
    NUMBER_BYTES,
    WRONG_FIELDS,
)

cdef extern from "decimal.h" nogil:
    ctypedef struct decimal_number:
        uint64_t digits
        int32_t exponent
        bint negative

    ctypedef struct decimal_scale:
        uint64_t power
        int32_t shift
        int32_t exponent

    decimal_scale *decimal_scales[2]

    uint8_t *decimal_write(uint8_t *out, float value)
    const uint8_t *decimal_scan(const uint8_t *text, decimal_number *number)
    bint decimal_fast_double(decimal_number number, double *value)
    bint decimal_fast_float(decimal_number number, float *value)


def _fill_scales():
    """Give decimal_shortest its powers of ten."""
    for uneven in range(2):
        for biased in range(BIASED_EXPONENTS):
            scale = compute_scale(biased, uneven=bool(uneven))
            decimal_scales[uneven][biased].power = scale.power
            decimal_scales[uneven][biased].shift = scale.shift
            decimal_scales[uneven][biased].exponent = scale.exponent


_fill_scales()


def format_rows(const uint8_t[::1] words, const float[:, ::1] matrix, uint8_t[::1] out):
    """Write `word v1 ... vd` lines."""
    cdef Py_ssize_t rows = matrix.shape[0], columns = matrix.shape[1], row, column
    cdef const uint8_t *word
    cdef const uint8_t *words_end
    cdef const uint8_t *end
    cdef uint8_t *to
    if out.shape[0] < words.shape[0] + rows * columns * NUMBER_BYTES:
        raise ValueError("out is too small")
    if rows == 0:
        return 0
    if words.shape[0] == 0 or words[words.shape[0] - 1] != c"\n":
        raise ValueError("words must end with a newline")
    word = &words[0]
    words_end = word + words.shape[0]
    to = &out[0]
    with nogil:
        for row in range(rows):
            if word == words_end:
                break
            end = <const uint8_t *>memchr(word, c"\n", words_end - word)
            memcpy(to, word, end - word)
            to += end - word
            word = end + 1
            for column in range(columns):
                to[0] = c" "
                to = decimal_write(to + 1, matrix[row, column])
            to[0] = c"\n"
            to += 1
        else:
            row = rows
    if row != rows or word != words_end:
        raise ValueError("words must hold one line for each row of the matrix")
    return to - &out[0]


def parse_rows(const uint8_t[::1] text, floating[:, ::1] matrix, uint8_t[::1] words):
    """Read `word v1 ... vd` lines."""
    cdef Py_ssize_t columns = matrix.shape[1], row = 0
    cdef const uint8_t *line
    cdef const uint8_t *text_end
    cdef const uint8_t *end
    cdef const uint8_t *word_end
    cdef uint8_t *to
    cdef int fault = NO_FAULT
    if words.shape[0] < text.shape[0]:
        raise ValueError("words is too small")
    if text.shape[0] == 0:
        return 0, 0, NO_FAULT
    if columns == 0 or text[text.shape[0] - 1] != c"\n":
        raise ValueError("the text must end with a newline and the matrix must have a column")
    line = &text[0]
    text_end = line + text.shape[0]
    to = &words[0]
    with nogil:
        while line != text_end and row < matrix.shape[0]:
            end = <const uint8_t *>memchr(line, c"\n", text_end - line)
            fault = _parse_row(line, end, columns, &matrix[row, 0], &word_end)
            if fault != NO_FAULT:
                break
            memcpy(to, line, word_end - line)
            to += word_end - line
            to[0] = c"\n"
            to += 1
            line = end + 1
            row += 1
    if fault == NO_FAULT and line != text_end:
        raise ValueError("the matrix has fewer rows than the text")
    return row, to - &words[0], fault


cdef int _parse_row(const uint8_t *line, const uint8_t *end, Py_ssize_t columns,
                    floating *values, const uint8_t **word_end) except -1 nogil:
    """Read one row; the word ends at the columns-th space from the right."""
    cdef const uint8_t *space
    cdef Py_ssize_t spaces = 0
    cdef int fault
    cdef decimal_number number
    while end != line and ((end - 1)[0] == c" " or (end - 1)[0] == c"\r"):
        end -= 1

    # Nearly every word ends at the first space: try that before looking from the right.
    space = <const uint8_t *>memchr(line, c" ", end - line)
    if space == NULL:
        return WRONG_FIELDS
    word_end[0] = space
    fault = _parse_numbers(space, end, columns, values)
    if fault == NO_FAULT:
        return fault

    space = end
    while space != line:
        space -= 1
        if space[0] == c" ":
            spaces += 1
            if spaces == columns:
                break
    if spaces != columns:
        return WRONG_FIELDS
    if space == word_end[0]:
        return fault
    word_end[0] = space
    fault = _parse_numbers(space, end, columns, values)
    if fault != NO_FAULT:
        return fault

    # A word with a space in it whose last piece is a number: more likely a row that is too long.
    end = space
    while (space - 1)[0] != c" ":
        space -= 1
    return WRONG_FIELDS if decimal_scan(space, &number) == end else NO_FAULT


cdef int _parse_numbers(const uint8_t *space, const uint8_t *end, Py_ssize_t columns,
                        floating *values) except -1 nogil:
    """Read as many numbers as there are columns, each behind one space, up to the end exactly."""
    cdef Py_ssize_t column
    cdef const uint8_t *start
    cdef const uint8_t *stop = space
    cdef decimal_number number
    cdef bint known
    for column in range(columns):
        if stop == end:
            return WRONG_FIELDS
        if stop[0] != c" ":
            return NOT_A_NUMBER
        start = stop + 1
        stop = decimal_scan(start, &number)
        if stop == NULL:
            return NOT_A_NUMBER
        if floating is float:
            known = decimal_fast_float(number, &values[column])
        else:
            known = decimal_fast_double(number, &values[column])
        if not known:
            values[column] = <floating>_python_float(start, stop - start)
        if not isfinite(values[column]):
            return NOT_A_NUMBER
    if stop != end:
        return WRONG_FIELDS if stop[0] == c" " else NOT_A_NUMBER
    return NO_FAULT


cdef double _python_float(const uint8_t *text, Py_ssize_t length) except? -1.0 with gil:
    """Let Python round the rare number that the fast path cannot."""
    return float((<const char *>text)[:length])
