"""What a folder of counts or of words says of itself: `description.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from glove_ada.corpus.large.parts import Part
from glove_ada.errors import FormatError, OptionError
from glove_ada.formats.numpy_folder import describe_files, find_other_file, parse_descriptions
from glove_ada.system.atomic_files import check_folder_writable, check_free
from glove_ada.system.version import ARITHMETIC_VERSION

DESCRIPTION = "description.json"
COUNTS, WORDS = "glove_ada counts", "glove_ada words"
"""The formats of folders."""

VERSION = 1
_LARGEST = 1 << 28
_MOST_NAMED = 5


@dataclass(frozen=True)
class CountedPart:
    """What was counted in one go: a part of a corpus, or all of it.

    Attributes
    ----------
    number, of : int
        Which of how many parts; 1 of 1 if the corpus was counted whole.
    corpus_bytes : int or None
        Size of all files of the corpus as they lie on the disk; None of what was no file.
    sha256 : str
        Of the part's text.
    tokens, documents, invalid_bytes : int
    """

    number: int
    of: int
    corpus_bytes: int | None
    sha256: str
    tokens: int
    documents: int
    invalid_bytes: int

    @property
    def name(self) -> str:
        """How a sentence names it."""
        return f"part {Part(self.number, self.of)}" if self.of > 1 else "the same text"

    @property
    def _order(self) -> tuple[Any, ...]:
        return self.corpus_bytes or 0, self.of, self.number, self.sha256


@dataclass(frozen=True)
class CountedFolder:
    """A folder and what it says of itself.

    Attributes
    ----------
    path : Path
    format : str
        COUNTS or WORDS.
    options : dict
        What shaped it.
    facts : dict
        What else is known.
    parts : tuple of CountedPart
        What it is the sum of.
    """

    path: Path
    format: str
    options: dict[str, Any]
    facts: dict[str, Any]
    parts: tuple[CountedPart, ...]

    def file(self, name: str) -> Path:
        """Return the path of a file in it."""
        return self.path / name


def check_counted_writable(path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Find out before long work whether a folder can be written.

    Raises
    ------
    OutputError
        If not.
    OptionError
        If there is one that is not to be replaced.
    """
    check_folder_writable(path, find_foreign)
    if not overwrite:
        check_free(path)


def find_foreign(folder: Path) -> str | None:
    """Name something in a folder that was not written as a part of one of ours."""
    try:
        files = parse_descriptions(_read(folder)["files"])
    except (FormatError, LookupError, TypeError, ValueError, AttributeError):
        others = (entry for entry in sorted(os.listdir(folder)) if entry != DESCRIPTION)
        return next(others, DESCRIPTION)
    return find_other_file(folder, DESCRIPTION, files)


def describe(
    folder: Path,
    format: str,
    options: dict[str, Any],
    facts: dict[str, Any],
    parts: Sequence[CountedPart],
) -> None:
    """Write the description of a folder whose other files are written."""
    description = {
        "format": format,
        "version": VERSION,
        "arithmetic": ARITHMETIC_VERSION,
        "options": options,
        "facts": facts,
        "parts": [asdict(part) for part in sorted(parts, key=lambda part: part._order)],
        "files": describe_files(folder),
    }
    text = json.dumps(description, indent=2) + "\n"
    (folder / DESCRIPTION).write_text(text, encoding="ascii")


def open_counted(path: str | os.PathLike[str], format: str | None = None) -> CountedFolder:
    """Read what a folder says of itself.

    Parameters
    ----------
    path : path
    format : str, optional
        What it has to hold; by default either.

    Raises
    ------
    FormatError
        If it is no such folder, or of a newer version or another arithmetic.
    """
    folder = Path(path)
    description = _read(folder)
    try:
        parts = tuple(CountedPart(**part) for part in description["parts"])
        found = CountedFolder(
            folder, description["format"], description["options"], description["facts"], parts
        )
        version, arithmetic = int(description["version"]), description["arithmetic"]
    except (LookupError, TypeError, ValueError) as error:
        raise FormatError(
            f"{folder / DESCRIPTION} does not describe counts or words of glove_ada"
        ) from error
    if version > VERSION:
        raise FormatError(
            f"{folder} is of version {version} of the format, this program knows {VERSION}: "
            f"update glove_ada"
        )
    if arithmetic != ARITHMETIC_VERSION:
        raise FormatError(
            f"{folder} was made by a version of glove_ada whose arithmetic differs: count again"
        )
    if format not in (None, found.format):
        raise FormatError(
            f"{folder} holds {'words alone' if found.format == WORDS else 'counts'}, and "
            f"{'counts' if format == COUNTS else 'words'} are needed: give a folder that "
            f"glove_ada.count wrote {'without' if format == COUNTS else 'with'} --words-only"
        )
    return found


def _read(folder: Path) -> Any:
    try:
        with open(folder / DESCRIPTION, "rb") as file:
            description = json.loads(file.read(_LARGEST))
        if description["format"] not in (COUNTS, WORDS):
            raise ValueError("another format")
    except OSError as error:
        raise FormatError(
            f"{folder} holds no counts ({DESCRIPTION}: {error.strerror}): give a folder that "
            f"glove_ada.count or glove_ada.merge wrote"
        ) from error
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise FormatError(
            f"{folder / DESCRIPTION} does not describe counts or words of glove_ada"
        ) from error
    return description


def check_together(folders: Sequence[CountedFolder]) -> None:
    """Check that folders may be added up.

    Raises
    ------
    OptionError
        If they are of different formats or were counted with different options, or some text is
        in two of them.
    """
    first = folders[0]
    for other in folders[1:]:
        if other.format != first.format:
            raise OptionError(
                f"{first.path} and {other.path} cannot be added up: one holds counts and one words "
                f"alone"
            )
        if other.options.get("vocabulary") != first.options.get("vocabulary"):
            raise OptionError(
                f"{first.path} and {other.path} cannot be added up: they have different "
                f"vocabularies; count all parts with the same --vocab-file"
            )
        if other.options != first.options:
            name = next(
                name
                for name in sorted(first.options.keys() | other.options.keys())
                if first.options.get(name) != other.options.get(name)
            )
            raise OptionError(
                f"{first.path} and {other.path} cannot be added up: their {name} differs "
                f"({first.options.get(name)} and {other.options.get(name)}); count one of them "
                f"again"
            )
    _check_apart(folders)


def _check_apart(folders: Sequence[CountedFolder]) -> None:
    seen: dict[CountedPart, Path] = {}
    cut: dict[int, tuple[CountedPart, Path]] = {}
    for folder in folders:
        for part in folder.parts:
            if part in seen:
                raise OptionError(
                    f"{seen[part]} and {folder.path} both hold {part.name} (SHA-256 "
                    f"{part.sha256[:12]}...): leave one of them out"
                )
            seen[part] = folder.path
            if part.corpus_bytes is None:
                continue
            other, path = cut.setdefault(part.corpus_bytes, (part, folder.path))
            if other.of != part.of:
                raise OptionError(
                    f"{path} and {folder.path} hold parts of one corpus of "
                    f"{part.corpus_bytes:,} bytes, cut into {other.of} and into {part.of}: take "
                    f"the parts of one cut alone"
                )


def missing_parts(parts: Sequence[CountedPart]) -> str:
    """Name the parts that were cut from the same corpora and are not there; "" if none is."""
    there: dict[tuple[int | None, int], set[int]] = {}
    for part in parts:
        there.setdefault((part.corpus_bytes, part.of), set()).add(part.number)
    missing = [
        str(Part(number, of))
        for (_, of), numbers in sorted(there.items(), key=str)
        for number in range(1, of + 1)
        if number not in numbers
    ]
    more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
    return ", ".join(missing[:_MOST_NAMED]) + more
