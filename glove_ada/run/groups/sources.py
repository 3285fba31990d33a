"""Which documents belong to which group: by path, by the first field of a line, by a column."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from glove_ada.corpus.decompression import PACKED_NAMES
from glove_ada.corpus.sources import FileSource, TextSource
from glove_ada.errors import CorpusError, OptionError

FIRST_FIELD = "first-field"
"""The name for what stands in front of a line's first tab."""

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Group:
    """A group of documents.

    Attributes
    ----------
    name : str
    source : TextSource
        May be read more than once.
    """

    name: str
    source: TextSource


class LinesInMemory(TextSource):
    """Documents, each a line."""

    repeatable = True

    def __init__(self, lines: Sequence[bytes]) -> None:
        self.lines = lines
        self.size = sum(map(len, lines)) + len(lines)

    def chunks(self) -> Iterator[bytes]:
        """Yield the documents, one a line."""
        self.position = first = size = 0
        for number, line in enumerate(self.lines, start=1):
            size += len(line) + 1
            if size >= _CHUNK_BYTES or number == len(self.lines):
                self.position += size
                yield b"\n".join(self.lines[first:number]) + b"\n"
                first, size = number, 0


class LabelledLines(FileSource):
    """Files of which each line begins with its group, whatever their names say."""

    def _refuse_tables(self) -> None:
        """Take a table, .tsv by its name, for what it is here."""


class AllGroups(TextSource):
    """The documents of all groups, one group behind the other."""

    repeatable = True

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.size = sum(group.source.size or 0 for group in groups)

    def chunks(self) -> Iterator[bytes]:
        """Yield the documents, one a line."""
        self.position = finished = 0
        for group in self.groups:
            for chunk in group.source.chunks():
                self.position = finished + group.source.position
                yield chunk
            self.position = finished = finished + (group.source.size or 0)


def find_groups(
    paths: Sequence[str],
    *,
    group_by: str | None = None,
    document: str = "line",
    text_column: str | None = None,
) -> list[Group]:
    """Find the groups of a corpus.

    Parameters
    ----------
    paths : sequence of str
        Files and directories: each is a group, or, if there is one directory alone, each file and
        directory in it.
    group_by : str, optional
        `FIRST_FIELD`: a line is a document, and what stands in front of its first tab is its
        group. With `text_column`, the column that names the group.
    document : {"line", "blank-line", "file"}
        What ends a document, where groups are paths.
    text_column : str, optional
        Read this column of tables.

    Returns
    -------
    list of Group
        By path in the order given, and otherwise by name.

    Raises
    ------
    CorpusError
        If a path cannot be read, or a line has no group.
    OptionError
        If `group_by` makes no sense, or there are fewer than two groups.
    """
    if group_by is None:
        groups = _by_path(paths, document, text_column)
    elif text_column is not None:
        labels = _lines(FileSource(paths, text_column=group_by))
        texts = _lines(FileSource(paths, text_column=text_column))
        groups = _by_label(zip_longest(labels, texts, fillvalue=b""))
    elif group_by == FIRST_FIELD:
        groups = _by_label(_labelled(_lines(LabelledLines(paths))))
    else:
        raise OptionError(
            f"--group-by is {FIRST_FIELD}, or a column of a table of which --text-column names the "
            f"text, not {group_by}"
        )
    if len(groups) < 2:
        raise OptionError(
            f"there is one group alone, {groups[0].name}: give two files or directories, or "
            f"--group-by"
        )
    return groups


def _by_path(paths: Sequence[str], document: str, text_column: str | None) -> list[Group]:
    if len(paths) == 1 and os.path.isdir(paths[0]):
        names = sorted(name for name in os.listdir(paths[0]) if not name.startswith("."))
        if not names:
            raise CorpusError(
                f"{paths[0]} is an empty directory: put a file or directory for each group into it"
            )
        paths = [os.path.join(paths[0], name) for name in names]
    resolved = [os.path.realpath(path) for path in paths]
    twice = [path for path, real in zip(paths, resolved, strict=True) if resolved.count(real) > 1]
    if twice:
        raise OptionError(f"{twice[0]} is given as two groups: give each group once")
    sources = [FileSource([path], document=document, text_column=text_column) for path in paths]
    names = [_name_of(path) for path in paths]
    distinct = names if len(set(names)) == len(names) else paths
    for path, source in zip(paths, sources, strict=True):
        if not source.repeatable:
            raise CorpusError(f"{path} can be read only once: write it to a file")
    return [Group(name, source) for name, source in zip(distinct, sources, strict=True)]


def _name_of(path: str) -> str:
    """Return what a group is called: the path's last part, of a file without its suffixes."""
    name = os.path.basename(os.path.normpath(path))
    if os.path.isdir(path):
        return name
    bare, suffix = os.path.splitext(name)
    return os.path.splitext(bare)[0] if suffix in (*PACKED_NAMES, ".zip") else bare


def _by_label(labelled: Iterable[tuple[bytes, bytes]]) -> list[Group]:
    lines: dict[bytes, list[bytes]] = {}
    for label, text in labelled:
        if not label.strip():
            if text.strip():
                raise CorpusError(
                    f"the document that begins {_shown(text)} has no group: name it, or leave the "
                    f"document out"
                )
            continue
        lines.setdefault(label.strip(), []).append(text)
    if not lines:
        raise CorpusError("the corpus holds no document; give a text with lines")
    return [
        Group(label.decode("utf-8", "surrogateescape"), LinesInMemory(lines[label]))
        for label in sorted(lines)
    ]


def _labelled(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for number, line in enumerate(lines, start=1):
        label, tab, text = line.partition(b"\t")
        if not tab and line.strip():
            raise CorpusError(
                f"line {number} of the corpus, {_shown(line)}, has no tab: put its group and a tab "
                f"in front of each line"
            )
        yield label, text


def _lines(source: TextSource) -> Iterator[bytes]:
    left = b""
    for chunk in source.chunks():
        *lines, left = (left + chunk).split(b"\n")
        yield from lines
    if left:
        yield left


def _shown(line: bytes) -> str:
    return repr(line[:40].decode("utf-8", "replace"))
