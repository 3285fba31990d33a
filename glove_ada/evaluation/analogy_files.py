"""Sets of analogy questions: Google's, Microsoft's, and the directories of BATS."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Literal

from glove_ada.errors import FormatError
from glove_ada.evaluation.file_lines import numbered_lines
from glove_ada.system.sentences import kinds
from glove_ada.system.sentences.counted import counted
from glove_ada.system.sentences.kinds import check

Kind = Literal["semantic", "syntactic"]

_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Question:
    """Word `a` is to `b` as `c` is to which word? Each of `answers` is right."""

    a: str
    b: str
    c: str
    answers: tuple[str, ...]


@dataclass
class Section:
    """Questions about one relation.

    Attributes
    ----------
    name : str
        Name of the relation, or of the file if that has no sections.
    kind : "semantic", "syntactic" or None
        None if the file does not tell.
    questions : list of Question
        In the order of the file.
    """

    name: str
    kind: Kind | None
    questions: list[Question] = field(default_factory=list)


@dataclass
class AnalogySet:
    """All sections of a file or directory.

    Attributes
    ----------
    name : str
        Name of the file or directory.
    sections : list of Section
    notes : list of str
        What was odd about the lines, one sentence each.
    """

    name: str
    sections: list[Section]
    notes: list[str]


def read_analogies(path: str | PathLike[str]) -> AnalogySet:
    """Read analogy questions, whatever their format.

    - A file of four words a line, divided by blanks or tabs, perhaps under lines `: section`
      (Mikolov et al. 2013a, Google; 2013b, Microsoft). Sections whose names start with `gram`
      are syntactic, the others semantic.
    - A file of `word<TAB>answer1/answer2` lines: every pair makes a question with every other,
      and the first answer of a pair stands for it when it is the example.
    - A directory of such files (BATS, Gladkova et al. 2016): one section a file, syntactic where
      the name says morphology (I, D), semantic where it says semantics (E, L).

    Raises
    ------
    FormatError
        If there is nothing to read or no question in it.
    """
    check("the file of analogies", path, kinds.Path())
    path = Path(path)
    files = _texts_below(path) if os.path.isdir(path) else [path]
    if not files:
        raise FormatError(f"{path} is a directory without .txt files, so it holds no analogies")
    analogies = AnalogySet(path.name, [], [])
    for file in files:
        _read_file(file, analogies)
    if not any(section.questions for section in analogies.sections):
        hint = f"; {analogies.notes[0]}" if analogies.notes else ""
        raise FormatError(f"{path} holds no line of four words and no list of pairs{hint}")
    return analogies


def _texts_below(folder: Path) -> list[Path]:
    """List the .txt files in a folder and in those below it."""

    def fail(error: OSError) -> None:
        raise FormatError(f"{error.filename} cannot be read: {error.strerror}") from error

    return sorted(
        Path(parent, name)
        for parent, _, names in os.walk(folder, onerror=fail)
        for name in names
        if name.endswith(".txt")
    )


def _read_file(path: Path, analogies: AnalogySet) -> None:
    """Add the sections of one file."""
    lines = list(numbered_lines(path))
    if lines and all(len(line.split("\t")) == 2 for _, line in lines):
        analogies.sections.append(_every_pair_with_every_other(path, lines))
        return
    section = Section(path.stem, None)
    sections = [section]
    for number, line in lines:
        if line.startswith(":"):
            name = line[1:].strip(" \t")
            section = Section(name, "syntactic" if name.startswith("gram") else "semantic")
            sections.append(section)
            continue
        words = _BLANKS.split(line)
        if len(words) == 4:
            section.questions.append(Question(words[0], words[1], words[2], (words[3],)))
        else:
            analogies.notes.append(
                f"{path.name}, line {number}: {counted(len(words), 'word')} where a question has "
                f"four; left out"
            )
    # Lines above the first `: section` are a section only if there are any.
    analogies.sections += sections if sections[0].questions else sections[1:]


def _every_pair_with_every_other(path: Path, lines: list[tuple[int, str]]) -> Section:
    """Make the questions of one list of pairs (Gladkova et al. 2016, section 3)."""
    pairs = []
    for _, line in lines:
        word, answers = line.split("\t")
        pairs.append(
            (word.strip(" \t"), tuple(answer.strip(" \t") for answer in answers.split("/")))
        )
    questions = [
        Question(a, b[0], c, answers)
        for i, (a, b) in enumerate(pairs)
        for j, (c, answers) in enumerate(pairs)
        if i != j
    ]
    return Section(path.stem, _kind_of_pairs(path), questions)


def _kind_of_pairs(path: Path) -> Kind | None:
    """Tell from its names what a file of BATS is about."""
    if "morphology" in path.parent.name or re.match(r"[ID]\d\d", path.name):
        return "syntactic"
    if "semantics" in path.parent.name or re.match(r"[EL]\d\d", path.name):
        return "semantic"
    return None
