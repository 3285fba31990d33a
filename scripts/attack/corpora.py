"""Hostile corpora, and harmless ones in another dress, whose vectors must be the same."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import math
import os
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from attack.case import Case, Kind
from attack.materials import SMALL_OPTIONS, digest
from attack.vector_files import Chooser, damage_bytes, replace_by_loop

VECTORS = "vectors.txt"
OUTPUTS = (VECTORS, "vectors.report.json")


def attack(case: Case) -> None:
    """Train on a corpus of one of both sorts."""
    if case.random.random() < 0.4:
        attack_same(case)
    else:
        attack_hostile(case)


def attack_same(case: Case) -> None:
    """Dress the small corpus up and train on it; the vectors must be those of the plain one."""
    chooser, text = case.random, case.materials.small.read_bytes()
    dress = chooser.choice(
        [in_parts, packed, with_carriage_returns, with_mark, through_pipe, in_standard_input]
    )
    case.tell(dress.__name__)
    with contextlib.ExitStack() as stack:
        names, stdin = dress(chooser, text, case.home, stack)
        case.own()
        more = chooser.choice([[], ["--threads", "3"], ["--memory", "0.5"], ["--keep"]])
        options = [*SMALL_OPTIONS, "--save-file", VECTORS, "--quiet", *more]
        outcome = case.run(
            "train", [*names, *options], asked_for=OUTPUTS,
            may_leave=["vectors.work"] if more == ["--keep"] else [], stdin=stdin, statuses=[0],
        )  # fmt: skip
    if outcome.status == 0 and digest(case.home / VECTORS) != case.materials.small_digest:
        case.fault("other vectors of the same corpus", outcome)


Dressed = tuple[list[str], "Path | str"]


def in_parts(chooser: Chooser, text: bytes, home: Path, _: contextlib.ExitStack) -> Dressed:
    """Cut the corpus into files, some packed, in folders."""
    lines = text.splitlines(keepends=True)
    cuts = sorted(chooser.sample(range(len(lines)), 3))
    names = []
    for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(lines)], strict=True)):
        folder = chooser.choice(["corpus", "corpus/inner", "corpus/a folder"]) + str(number)
        (home / folder).mkdir(parents=True, exist_ok=True)
        path = home / folder / chooser.choice(["a.txt", "ä b", "-", "nul", "x.gz"])
        path.write_bytes(chooser.choice(PACKERS)(b"".join(lines[start:end])))
        names.append(os.path.relpath(path, home))
    return names, "/dev/null"


def packed(chooser: Chooser, text: bytes, home: Path, _: contextlib.ExitStack) -> Dressed:
    """Pack it, perhaps in several pieces one after the other, under a misleading name."""
    pack, at = chooser.choice(PACKERS[1:]), chooser.randrange(len(text))
    name = chooser.choice(["corpus.txt", "corpus.gz", "corpus"])
    (home / name).write_bytes(pack(text[:at]) + pack(text[at:]))
    return [name], "/dev/null"


def with_carriage_returns(_: Chooser, text: bytes, home: Path, __: object) -> Dressed:
    """End lines as Windows does."""
    (home / "corpus.txt").write_bytes(text.replace(b"\n", b"\r\n"))
    return ["corpus.txt"], "/dev/null"


def with_mark(_: Chooser, text: bytes, home: Path, __: object) -> Dressed:
    """Begin with a byte order mark."""
    (home / "corpus.txt").write_bytes(b"\xef\xbb\xbf" + text)
    return ["corpus.txt"], "/dev/null"


def through_pipe(chooser: Chooser, text: bytes, home: Path, stack: contextlib.ExitStack) -> Dressed:
    """Send it through a named pipe, in odd pieces."""
    os.mkfifo(home / "pipe")
    pieces = in_pieces(chooser, chooser.choice(PACKERS)(text))
    stack.enter_context(fed(home / "pipe", pieces))
    return ["pipe"], "/dev/null"


def in_standard_input(chooser: Chooser, text: bytes, home: Path, _: object) -> Dressed:
    """Give it as standard input."""
    (home / "corpus.txt").write_bytes(chooser.choice(PACKERS)(text))
    return ["-"], home / "corpus.txt"


PACKERS: tuple[Callable[[bytes], bytes], ...] = (
    bytes,
    lambda data: gzip.compress(data, mtime=0),
    bz2.compress,
    lzma.compress,
)


def in_pieces(chooser: Chooser, data: bytes) -> list[bytes]:
    """Cut bytes into a few pieces, often with a single byte first."""
    cuts = sorted({1 if chooser.random() < 0.5 else 6, *chooser.choices(range(len(data)), k=4)})
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True) if b > a]


@contextlib.contextmanager
def fed(pipe: Path, pieces: list[bytes]) -> Iterator[None]:
    """Write pieces into a named pipe while the context lasts, slowly."""
    over = threading.Event()

    def feed() -> None:
        while not over.is_set():
            try:
                descriptor = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:  # nobody reads yet
                time.sleep(0.005)
                continue
            os.set_blocking(descriptor, True)
            with contextlib.suppress(BrokenPipeError), open(descriptor, "wb", buffering=0) as file:
                for piece in pieces:
                    rest = memoryview(piece)
                    while rest:
                        rest = rest[file.write(rest) or 0 :]
                    time.sleep(0.02)
            return

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def attack_hostile(case: Case) -> None:
    """Train on something that may be no corpus at all."""
    chooser, text = case.random, case.materials.small.read_bytes()
    make = chooser.choice(HOSTILE)
    case.tell(make.__name__)
    data = make(chooser, text)
    name = "corpus"
    place = case.home / name
    if chooser.random() < 0.4:
        name = "folder"
        (case.home / name / "inner").mkdir(parents=True)
        (case.home / name / "other.txt").write_bytes(text[:5000])
        place = case.home / name / chooser.choice(["a", "inner/z", "z.txt"])
        add = chooser.choice([add_nothing, add_nothing, add_pipe, add_loop, add_forbidden,
                              add_work, add_link_to_itself])  # fmt: skip
        case.tell(add.__name__)
        add(case, case.home / name)
    place.write_bytes(data)
    more = chooser.choice([[], ["--lowercase"], ["--max-vocab", "50"], ["--memory", "0.4"]])
    arguments = [name, *SMALL_OPTIONS, "--save-file", VECTORS, *more]
    outcome = case.run("train", arguments, asked_for=OUTPUTS)
    if outcome.status == 0:
        for what in wrong_vectors(case.home / VECTORS):
            case.fault(what, outcome)


def wrong_vectors(path: Path) -> list[str]:
    """Return what is wrong with a file of vectors that a training wrote."""
    try:
        rows = path.read_bytes().split(b"\n")[:-1]
    except OSError as error:
        return [f"status 0 without vectors: {error.strerror}"]
    faults = []
    if not rows:
        faults.append("status 0 with no vector")
    if any(b"\0" in row for row in rows):
        faults.append("NUL in a word, with status 0")
    if b"\xef\xbb\xbf" in rows[0]:
        faults.append("a byte order mark in a word, with status 0")
    numbers = [number for row in rows for number in row.split(b" ")[1:]]
    if not all(math.isfinite(float(number)) for number in numbers):
        faults.append("vectors that are not finite, with status 0")
    elif rows and max(abs(float(number)) for number in numbers) < 1e-20:
        faults.append("vectors that are all zero, with status 0")
    return faults


def damaged(chooser: Chooser, text: bytes) -> bytes:
    """Damage the text, perhaps packed."""
    return damage_bytes(chooser, chooser.choice(PACKERS)(text))


def truncated(chooser: Chooser, text: bytes) -> bytes:
    """Cut a packed corpus."""
    data = chooser.choice(PACKERS[1:])(text)
    return data[: chooser.randrange(1, len(data))]


def wide(chooser: Chooser, text: bytes) -> bytes:
    """Encode it as Windows once did."""
    how = chooser.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "latin-1"])
    return text.decode("utf-8", "replace").encode(how, "replace")


def with_nul(chooser: Chooser, text: bytes) -> bytes:
    """Put NUL bytes into it."""
    return text.replace(chooser.choice([b"e", b" ", b"\n", b"a "]), b"\0", 200)


def a_line(chooser: Chooser, text: bytes) -> bytes:
    """Make it one line, or one token."""
    between = chooser.choice([b" ", b"", b"\t", b"\r"])
    return between.join(text.split()) * chooser.choice([1, 20, 100])


def nothing(chooser: Chooser, _: bytes) -> bytes:
    """Make it empty, or as good as."""
    return chooser.choice(
        [b"", b"\n", b" \t\r\n" * 1000, b"a", b"a a", b"\0", b"a b " * 3, b"\xff" * 9, b"a " * 99]
    )


def archive(chooser: Chooser, text: bytes) -> bytes:
    """Put it into a tar file."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=chooser.choice(["w", "w:gz", "w:bz2"])) as file:
        entry = tarfile.TarInfo("corpus.txt")
        entry.size = len(text)
        file.addfile(entry, io.BytesIO(text))
    return stream.getvalue()


def bomb(chooser: Chooser, _: bytes) -> bytes:
    """Pack a long run of one byte."""
    return chooser.choice(PACKERS[1:])(chooser.choice([b"\0", b" ", b"a", b"a "]) * 30_000_000)


def noise(chooser: Chooser, _: bytes) -> bytes:
    """Draw bytes."""
    return chooser.randbytes(chooser.choice([10, 1000, 100_000]))


HOSTILE = (damaged, damaged, truncated, wide, with_nul, a_line, nothing, archive, bomb, noise)


def add_nothing(case: Case, folder: Path) -> None:
    """Leave the folder as it is."""


def add_pipe(case: Case, folder: Path) -> None:
    """Put a pipe that nobody writes to into the corpus."""
    os.mkfifo(folder / "pipe")


def add_loop(case: Case, folder: Path) -> None:
    """Put a link that leads to itself there."""
    (folder / "loop").touch()
    replace_by_loop(folder / "loop")


def add_link_to_itself(case: Case, folder: Path) -> None:
    """Put a link to the folder into the folder."""
    (folder / "again").symlink_to(".")


def add_forbidden(case: Case, folder: Path) -> None:
    """Put something there that may not be read."""
    (folder / "private").mkdir()
    (folder / "private" / "diary").write_text("dear diary " * 100)
    (folder / "private").chmod(0)


def add_work(case: Case, folder: Path) -> None:
    """Put what is no corpus there: the user's own, with names that the program uses."""
    case.materials.copy_thesis(folder, "vectors.work")


KIND = Kind(
    "corpora",
    "a hostile corpus is refused in a sentence or gives finite vectors; the same text in another "
    "dress gives the same bytes",
    attack,
)
