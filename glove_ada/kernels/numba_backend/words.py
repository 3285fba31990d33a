"""Split raw text into words: the counterpart of `native/headers/words.h`."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.definitions import (
    APOSTROPHE,
    AT,
    BETWEEN_DIGITS,
    BETWEEN_LETTERS,
    DIGIT,
    DOT,
    DOUBLE_QUOTE,
    EMOJI,
    FLAG,
    HASH,
    HEBREW,
    HYPHEN,
    INVALID,
    INVISIBLE,
    JOINER,
    LATER,
    LETTER,
    MARK,
    UNDERSCORE,
    WHITE,
)
from glove_ada.kernels.numba_backend.compilation import kernel

_NEWLINE, _SPACE, _APOSTROPHE, _HYPHEN = (ord(char) for char in "\n '-")
_HTTP, _HTTPS, _WWW = (
    np.frombuffer(start, np.uint8) for start in (b"http://", b"https://", b"www.")
)
_ENDS_NO_ADDRESS = np.zeros(256, np.bool_)
_ENDS_NO_ADDRESS[np.frombuffer(b".,;:!?'\")]}*_", np.uint8)] = True
_LESS, _GREATER, _QUOTE = (ord(char) for char in '<>"')


@kernel
def split_words(text, size, classes, words):
    """Write the words of `text[:size]`, with a space between two and the line ends."""
    at, written = 0, 0
    while at < size:
        if text[at] == _NEWLINE:
            words[written] = _NEWLINE
            written += 1
            at += 1
            continue
        kind, length = _character_at(text, size, classes, at)
        if kind in (WHITE, INVISIBLE):
            at += length
            continue
        if written and words[written - 1] != _NEWLINE:
            words[written] = _SPACE
            written += 1
        end = _end_of_address(text, size, classes, at)
        if end > at:
            written = _copy(text, at, end - at, words, written)
            at = end
            continue
        if kind in (AT, HASH) and _of_words(_character_at(text, size, classes, at + length)[0]):
            written = _copy(text, at, length, words, written)
            at += length
            kind, length = _character_at(text, size, classes, at)
        if _of_words(kind):
            at, written = _copy_word(text, size, classes, at, words, written)
        else:
            at, written = _copy_symbol(text, size, classes, at, words, written)
    return written


@kernel
def _is_tail(byte):
    return (byte & 0xC0) == 0x80


@kernel
def _code_point(text, at, room):
    """Return the code point at a place and its length; a byte that is not UTF-8 is INVALID."""
    a = np.int64(text[at])
    if a < 0x80:
        return a, 1
    b = np.int64(text[at + 1]) if room > 1 else 0
    if not _is_tail(b):
        return INVALID, 1
    if 0xC2 <= a < 0xE0:
        return (a & 0x1F) << 6 | (b & 0x3F), 2
    c = np.int64(text[at + 2]) if room > 2 else 0
    if not _is_tail(c):
        return INVALID, 1
    if 0xE0 <= a < 0xF0:
        code = (a & 0x0F) << 12 | (b & 0x3F) << 6 | (c & 0x3F)
        if code < 0x800 or 0xD800 <= code < 0xE000:
            return INVALID, 1
        return code, 3
    d = np.int64(text[at + 3]) if room > 3 else 0
    if not _is_tail(d) or not 0xF0 <= a < 0xF5:
        return INVALID, 1
    code = (a & 0x07) << 18 | (b & 0x3F) << 12 | (c & 0x3F) << 6 | (d & 0x3F)
    if code < 0x10000 or code > 0x10FFFF:
        return INVALID, 1
    return code, 4


@kernel
def _character_at(text, size, classes, at):
    """Return the class of the character at a place and its length, 0 at the end of the text."""
    if at >= size:
        return WHITE, 0
    code, length = _code_point(text, at, size - at)
    return np.int64(classes[code]), length


@kernel
def _of_words(kind):
    return LETTER <= kind <= UNDERSCORE


@kernel
def _is_letter(kind):
    return LETTER <= kind <= LATER


@kernel
def _joins(before, between, behind):
    """Return whether what stands between two characters of a word joins them."""
    if between in (APOSTROPHE, HYPHEN, AT):
        return True
    letters = _is_letter(before) and _is_letter(behind)
    digits = before == DIGIT and behind == DIGIT
    if between == DOT:
        return letters or digits
    if between == BETWEEN_LETTERS:
        return letters
    if between == BETWEEN_DIGITS:
        return digits
    return between == DOUBLE_QUOTE and before == HEBREW and behind == HEBREW


@kernel
def _copy(text, at, length, words, written):
    for i in range(length):
        words[written + i] = text[at + i]
    return written + length


@kernel
def _copy_marks(text, size, classes, at, words, written):
    """Copy the marks at a place without what is invisible; tell whether a joiner is the last."""
    joiner = False
    while True:
        kind, length = _character_at(text, size, classes, at)
        if length == 0 or kind not in (MARK, JOINER, INVISIBLE):
            return at, written, joiner
        if kind != INVISIBLE:
            written = _copy(text, at, length, words, written)
            joiner = kind == JOINER
        at += length


@kernel
def _copy_word(text, size, classes, at, words, written):
    """Copy a word that begins with a character of words; return its end."""
    kind, length = _character_at(text, size, classes, at)
    while True:
        written = _copy(text, at, length, words, written)
        at += length
        while at < size and text[at] < 0x80 and _of_words(classes[text[at]]):
            kind = np.int64(classes[text[at]])  # most words are of these alone
            words[written] = text[at]
            written += 1
            at += 1
        at, written, _ = _copy_marks(text, size, classes, at, words, written)
        next_kind, next_length = _character_at(text, size, classes, at)
        if not _of_words(next_kind):
            behind, behind_length = _character_at(text, size, classes, at + next_length)
            if not _of_words(behind) or not _joins(kind, next_kind, behind):
                return at, written
            if next_kind == APOSTROPHE:
                words[written] = _APOSTROPHE
                written += 1
            elif next_kind == HYPHEN:
                words[written] = _HYPHEN
                written += 1
            else:
                written = _copy(text, at, next_length, words, written)
            at += next_length
            next_kind, next_length = behind, behind_length
        kind, length = next_kind, next_length


@kernel
def _copy_symbol(text, size, classes, at, words, written):
    """Copy what is no word: one character with its marks, a flag, or a row of joined emoji."""
    kind, length = _character_at(text, size, classes, at)
    written = _copy(text, at, length, words, written)
    at += length
    if kind == FLAG:
        second, length = _character_at(text, size, classes, at)
        if second == FLAG:
            written = _copy(text, at, length, words, written)
            at += length
    at, written, joiner = _copy_marks(text, size, classes, at, words, written)
    while kind == EMOJI and joiner:
        kind, length = _character_at(text, size, classes, at)
        if kind == EMOJI:
            written = _copy(text, at, length, words, written)
            at, written, joiner = _copy_marks(text, size, classes, at + length, words, written)
    return at, written


@kernel
def _begins_with(text, size, at, letters):
    if size - at < len(letters):
        return False
    for i in range(len(letters)):
        byte = text[at + i]
        if 65 <= byte <= 90:
            byte |= 0x20
        if byte != letters[i]:
            return False
    return True


@kernel
def _end_of_address(text, size, classes, at):
    """Return the end of an address of the web at a place; the place itself if there is none."""
    if _begins_with(text, size, at, _HTTP):
        first = at + len(_HTTP)
    elif _begins_with(text, size, at, _HTTPS):
        first = at + len(_HTTPS)
    elif _begins_with(text, size, at, _WWW):
        first = at + len(_WWW)
    else:
        return at
    end = first
    while True:
        kind, length = _character_at(text, size, classes, end)
        if length == 0 or kind == WHITE:
            break
        byte = text[end]
        if byte in (_LESS, _GREATER, _QUOTE):
            break
        if byte >= 0x80 and not _of_words(kind) and kind != MARK:
            break
        end += length
    while end > first and _ENDS_NO_ADDRESS[text[end - 1]]:
        end -= 1
    return end if end > first else at
