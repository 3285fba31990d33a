"""What the headers share, for every `.pyx`."""

from libc.stdint cimport uint16_t, uint32_t

cdef extern from "definitions.h" nogil:
    const uint32_t BREAK
    int TEXT_SLACK
    int LANES
    int STRANDS
    int NUMBER_BYTES
    int BIASED_EXPONENTS
    int NO_FAULT
    int WRONG_FIELDS
    int NOT_A_NUMBER
    int OTHER
    int WHITE
    int INVISIBLE
    int MARK
    int JOINER
    int FLAG
    int EMOJI
    int LETTER
    int HEBREW
    int LATER
    int DIGIT
    int UNDERSCORE
    int APOSTROPHE
    int HYPHEN
    int AT
    int DOT
    int BETWEEN_LETTERS
    int BETWEEN_DIGITS
    int DOUBLE_QUOTE
    int HASH
    int INVALID

    ctypedef packed struct Nonzero:
        uint16_t row
        uint16_t column
        float log_count
        float weight
