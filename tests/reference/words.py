"""Raw text to words, by the rules of docs/text.md, character by character."""

from __future__ import annotations

import re

from glove_ada.corpus.words.character_classes import character_classes
from glove_ada.kernels import definitions

WORD = {"LETTER", "HEBREW", "LATER", "DIGIT", "UNDERSCORE"}
LETTERS = {"LETTER", "HEBREW", "LATER"}
MARKS = {"MARK", "JOINER", "INVISIBLE"}
OTHERS = {"OTHER", "WHITE", "FLAG", "EMOJI", "HASH"}
JOINING = {"APOSTROPHE", "HYPHEN", "AT", "DOT"}
JOINING_SOME = {"BETWEEN_LETTERS", "BETWEEN_DIGITS", "DOUBLE_QUOTE"}
NAMES = WORD | MARKS | OTHERS | JOINING | JOINING_SOME
CLASS_NAMES = {getattr(definitions, name): name for name in NAMES}
ADDRESS = re.compile(r"(?:http://|https://|www\.)", re.IGNORECASE | re.ASCII)


def class_of(char):
    code = ord(char)
    return CLASS_NAMES[character_classes()[-1 if 0xD800 <= code < 0xE000 else code]]


def joins(before, between, behind):
    letters, digits = {before, behind} <= LETTERS, before == behind == "DIGIT"
    return {
        "APOSTROPHE": True,
        "HYPHEN": True,
        "AT": True,
        "DOT": letters or digits,
        "BETWEEN_LETTERS": letters,
        "BETWEEN_DIGITS": digits,
        "DOUBLE_QUOTE": before == behind == "HEBREW",
    }.get(between, False)


def split_line(line):
    """Return the words of a line."""
    line = line.replace("\n", " ")
    names = [class_of(char) for char in line] + ["END"] * 3
    words, at = [], 0

    def take_marks(at):
        word = ""
        while names[at] in MARKS:
            word += line[at] if names[at] != "INVISIBLE" else ""
            at += 1
        return word, at

    while at < len(line):
        if names[at] in ("WHITE", "INVISIBLE"):
            at += 1
            continue
        if address := ADDRESS.match(line, at):
            end = address.end()
            while end < len(line) and names[end] != "WHITE" and line[end] not in '<>"':
                if ord(line[end]) >= 0x80 and names[end] not in WORD | {"MARK"}:
                    break
                end += 1
            found = line[address.end() : end].rstrip(".,;:!?'\")]}*_")
            if found:
                words.append(address[0] + found)
                at = address.end() + len(found)
                continue
        word = ""
        if names[at] in ("AT", "HASH") and names[at + 1] in WORD:
            word, at = line[at], at + 1
        first = names[at]
        word, at = word + line[at], at + 1
        if first == "FLAG" and names[at] == "FLAG":
            word, at = word + line[at], at + 1
        marks, at = take_marks(at)
        word += marks
        if first in WORD:
            before = first
            while True:
                if names[at] in WORD:
                    between = ""
                elif names[at + 1] in WORD and joins(before, names[at], names[at + 1]):
                    between = {"APOSTROPHE": "'", "HYPHEN": "-"}.get(names[at], line[at])
                    at += 1
                else:
                    break
                before = names[at]
                marks, end = take_marks(at + 1)
                word, at = word + between + line[at] + marks, end
        while first == "EMOJI" and class_of(word[-1]) == "JOINER" and names[at] == "EMOJI":
            marks, end = take_marks(at + 1)
            word, at = word + line[at] + marks, end
        words.append(word)
    return words
