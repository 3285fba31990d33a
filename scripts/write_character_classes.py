"""Write the classes of characters that words are told by, with Python 3.10's Unicode 13.0.

    python3.10 scripts/write_character_classes.py > glove_ada/corpus/words/unicode-13.0.txt

The version stays, so that a text has the same words for ever: characters that came later count as
letters. It is the version of the oldest Python that the program runs on, so that every Python knows
how these characters are lowercased and normalised; Unicode promises that this does not change.
"""

import sys
import unicodedata
from itertools import groupby

VERSION = "13.0.0"
NAMED = {
    "apostrophe": "'\u2019\uff07",
    "double-quote": '"',
    "dot": ".\u2024\ufe52\uff0e",
    "between-letters": "\u00b7\u0387\u055f\u05f4\u2027",
    "between-digits": ",;\u037e\u0589\u060c\u060d\u066c\u07f8\u2044\ufe10\ufe14\ufe50\ufe54"
    "\uff0c\uff1b",
    "hyphen": "-\u2010\u2011\u058a",
    "at": "@\uff20",
    "hash": "#\uff03",
    "joiner": "\u200d",
    "white": "\u200b",
    "mark": "\u200c",
    "letter": "\u05f3",
}
CLASS_OF = {char: name for name, chars in NAMED.items() for char in chars}
INVISIBLE = [(0xAD, 0xAD), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF)]
HEBREW = [(0x5D0, 0x5F2), (0xFB1D, 0xFB4F)]
EMOJI = [(0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FAFF)]
LETTERS_IN_FRAMES = [(0x2E80, 0x33FF), (0xA490, 0xA4C6)]  # and radicals: symbols by category
BY_CATEGORY = {"Nd": "digit", "Pc": "underscore", "Nl": "letter", "No": "letter", "Cf": "mark"}
BY_GROUP = {"L": "letter", "M": "mark", "Z": "white", "P": "other", "S": "other", "N": "letter"}


def main() -> None:
    """Print a line `first last class` for each run of characters of one class."""
    if unicodedata.unidata_version != VERSION:
        sys.exit(f"this takes a Python with Unicode {VERSION}: Python 3.10")
    print(f"# Classes of characters, Unicode {VERSION}: scripts/write_character_classes.py.")
    for name, run in groupby(range(sys.maxunicode + 1), character_class):
        code_points = list(run)
        print(f"{code_points[0]:04X} {code_points[-1]:04X} {name}")


def character_class(code: int) -> str:
    """Return the class of a character."""
    char, category = chr(code), unicodedata.category(chr(code))
    if char in CLASS_OF:
        return CLASS_OF[char]
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "flag"
    if 0x1F3FB <= code <= 0x1F3FF:  # colours of skin
        return "mark"
    if within(code, INVISIBLE):
        return "invisible"
    if category in ("So", "Cn") and within(code, EMOJI):
        return "emoji"
    if category == "Cn":
        return "later"
    if category[0] == "L" and within(code, HEBREW):
        return "hebrew"
    if category == "So" and within(code, LETTERS_IN_FRAMES):
        return "letter"
    if category == "Cc":
        return "white"
    return BY_CATEGORY.get(category) or BY_GROUP.get(category[0], "other")


def within(code: int, ranges: list[tuple[int, int]]) -> bool:
    """Return whether a code point is in one of some ranges."""
    return any(first <= code <= last for first, last in ranges)


if __name__ == "__main__":
    main()
