# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Split raw text into words."""

from libc.stdint cimport int64_t, uint8_t

cdef extern from "words.h" nogil:
    int64_t write_words(const uint8_t *, int64_t, const uint8_t *, uint8_t *)


def split_words(const uint8_t[::1] text, int64_t size, const uint8_t[::1] classes,
                uint8_t[::1] words):
    """Write the words of `text[:size]`, with a space between two and the line ends."""
    cdef int64_t written
    with nogil:
        written = write_words(&text[0], size, &classes[0], &words[0])
    return written
