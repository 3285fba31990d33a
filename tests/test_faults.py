"""Real faults: a sentence, the right status, nothing half-written, and the next run works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest
from support import DATA

from glove_ada import GloVe, WordVectors
from glove_ada.corpus.sources import FileSource
from glove_ada.errors import CorpusError, OutputError
from glove_ada.train import main

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")

LIMITED = """
import resource, sys
from glove_ada.train import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(main(sys.argv[2:]))
"""

STUCK_DISK = """
import os, stat, sys, time
from glove_ada.train import main
def fsync(descriptor):
    status = os.fstat(descriptor)
    if status.st_size < 2000 or stat.S_ISDIR(status.st_mode):
        return
    print("half-written", flush=True)
    time.sleep(60)
os.fsync = fsync
sys.exit(main(sys.argv[1:]))
"""


SMALL = ["--vector-size", "8", "--threads", "1", "--overwrite"]


def train(directory, *arguments, limit=None):
    """Run the command, with no file longer than the limit; return its status and what it said."""
    start = ["-m", "glove_ada.train"] if limit is None else ["-c", LIMITED, str(limit)]
    command = [sys.executable, *start, *map(str, arguments), *SMALL]
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    ended = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stderr


@pytest.fixture
def here(tmp_path):
    """A directory with an older result in it."""
    directory = tmp_path / "here"
    directory.mkdir()
    (directory / "vectors.txt").write_text("old")
    return directory


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
@pytest.mark.parametrize("keep", [[], ["--keep"]])
def test_no_room_at_all(corpus, here, keep):
    status, said = train(here, corpus, "--checkpoint-minutes", "1e-9", *keep, limit=2000)
    assert status == 2
    assert "warning: no checkpoint: vectors.work/checkpoint could not be written: File too" in said
    assert ("warning: the stage is not kept" in said) == bool(keep)
    assert said.splitlines()[-1] == "error: vectors.txt could not be written: File too large"
    assert os.listdir(here) == ["vectors.txt"]
    assert (here / "vectors.txt").read_text() == "old"
    assert train(here, corpus)[0] == 0
    assert sorted(os.listdir(here)) == ["vectors.report.json", "vectors.txt"]


def test_the_work_directory_vanishes(corpus, here):
    uncut = GloVe(vector_size=8, epochs=3).fit(corpus).vectors_.vectors
    work = here / "work"
    model = GloVe(vector_size=8, epochs=3, work_dir=work, checkpoint_minutes=1e-9)
    model.fit(corpus, after_epoch=lambda *_: shutil.rmtree(work, ignore_errors=True))
    assert model.vectors_.vectors.tobytes() == uncut.tobytes()


def test_a_file_of_the_corpus_vanishes(corpus, here):
    (here / "first.txt").write_bytes(corpus.read_bytes())
    (here / "second.txt").write_bytes(corpus.read_bytes())
    source = FileSource([here / "first.txt", here / "second.txt"])
    (here / "second.txt").unlink()
    with pytest.raises(CorpusError, match=r"cannot read .*second.txt: No such file"):
        GloVe(vector_size=8, work_dir=here / "work").fit(source)
    assert not (here / "work").exists()


def test_a_corpus_that_grows_between_two_runs_is_not_resumed(corpus, here):
    """The digest tells, not the name, the size or the time."""
    status, _ = train(here, corpus, "--keep", "--epochs", "1")
    assert status == 0
    before, times = corpus.read_bytes(), os.stat(corpus)
    corpus.write_bytes(before.replace(b"the ", b"eht ", 1))
    os.utime(corpus, ns=(times.st_atime_ns, times.st_mtime_ns))
    status, said = train(here, corpus, "--resume", "--epochs", "2")
    assert status == 2
    assert "vectors.work/checkpoint is of a training on another corpus" in said
    corpus.write_bytes(before)
    assert train(here, corpus, "--resume", "--epochs", "2")[0] == 0


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL of POSIX")
@pytest.mark.parametrize("moment", [0.2, 0.5, 0.8])
def test_killed_and_resumed(here, moment):
    """The short version of scripts/kill_and_resume.py."""
    corpus = DATA / "sample.txt"
    command = [corpus, "--epochs", "6", "--window-size", "5"]
    start = time.perf_counter()
    assert train(here, *command, "--save-file", "uncut.txt")[0] == 0
    seconds = time.perf_counter() - start
    killed = [*command, "--checkpoint-minutes", "1e-9", "--resume"]
    kill_after(moment * seconds, here, killed)
    assert train(here, *killed)[0] == 0
    assert (here / "vectors.txt").read_bytes() == (here / "uncut.txt").read_bytes()
    assert not (here / "vectors.work").exists()


def kill_after(seconds, directory, arguments):
    command = [sys.executable, "-m", "glove_ada.train", *map(str, arguments), *SMALL, "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    process = subprocess.Popen(command, cwd=directory, env=environment)
    killer = threading.Timer(seconds, process.kill)
    killer.start()
    process.wait()
    killer.cancel()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL of POSIX")
@pytest.mark.parametrize(
    ("options", "unfinished"),
    [
        ([], "vectors.txt"),
        (["--checkpoint-minutes", "1e-9"], "vectors.work/checkpoint"),
        (["--keep"], "vectors.work/encoded"),
    ],
)
def test_killed_while_it_writes(corpus, here, options, unfinished):
    command = [sys.executable, "-c", STUCK_DISK, str(corpus), "--quiet", "--overwrite", *options]
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    with subprocess.Popen(command, cwd=here, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"half-written\n"
        process.kill()
    left = {str(path.relative_to(here)) for path in here.rglob("*") if path.is_file()}
    (temporary,) = left - {"vectors.txt", "vectors.work/marker", "vectors.work/progress"}
    assert temporary.startswith(f"{unfinished}.glove_ada-")
    assert (here / "vectors.txt").read_text() == "old"
    assert train(here, corpus)[0] == 0
    assert sorted(os.listdir(here)) == ["vectors.report.json", "vectors.txt"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the corpus holds no token"),
        (b" \n\t" * 100, "the corpus holds no token"),
        (b"a\nb\n" * 100, "no two words of the vocabulary stand together"),
        (b"a b c d", "no word occurs 5 times or more"),
        (b"x" * 9_000_000, "the corpus holds a token of over 8 MiB"),
        (b"the cat\0", "corpus.txt holds NUL bytes, as files that are no text do"),
        (b"\x1f\x8b\x08" + bytes(100), "corpus.txt is a damaged or truncated archive"),
    ],
    ids=["empty", "white space", "a token a line", "rare words", "a token of 9 MB", "NUL", "no gz"],
)
def test_what_holds_nothing_to_learn_from(here, monkeypatch, capsys, content, said):
    monkeypatch.chdir(here)
    (here / "corpus.txt").write_bytes(content)
    assert main(["corpus.txt", "--quiet", "--overwrite"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {said}")
    assert error.count("\n") == 1
    assert sorted(os.listdir(here)) == ["corpus.txt", "vectors.txt"]


@pytest.mark.parametrize(
    "content",
    [b"a " * 1000, b"bell\7byte \1 \x7f\x7f " * 100, b"\xff\xfe \x80 " * 100, b"a b" * 100_000],
    ids=["one word", "control characters", "no UTF-8", "a line"],
)
def test_what_is_odd_but_text(here, monkeypatch, content):
    monkeypatch.chdir(here)
    (here / "corpus.txt").write_bytes(content)
    options = ["--quiet", "--overwrite", "--epochs", "1", "--vector-size", "4"]
    assert main(["corpus.txt", *options]) == 0
    words = set(WordVectors.load("vectors.txt").index_to_key)
    counts = Counter(content.decode("utf-8", "surrogateescape").split())
    assert words == {word for word, count in counts.items() if count >= 5}


def mount(directory, *options):
    """Mount a file system in memory; skip the test where that is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(directory)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no file system may be mounted")


@pytest.fixture
def disk(here):
    """An empty directory; whatever is mounted there goes at the end."""
    (here / "disk").mkdir()
    yield here / "disk"
    while os.path.ismount(here / "disk"):
        subprocess.run(["umount", "--lazy", str(here / "disk")], check=True)


@pytest.mark.slow
def test_a_full_disk(corpus, here, disk):
    """The result comes as soon as there is room; what training learned is not lost."""
    assert train(here, corpus, "--save-file", "uncut.txt")[0] == 0
    mount(disk, "size=20k")
    (disk / "vectors.txt").write_text("old")
    command = [corpus, "--save-file", "disk/vectors.txt", "--work-dir", "work"]
    status, said = train(here, *command)
    assert status == 2
    assert said.splitlines()[-1].startswith(
        "error: disk/vectors.txt could not be written: No space"
    )
    assert os.listdir(disk) == ["vectors.txt"]
    assert (disk / "vectors.txt").read_text() == "old"
    subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)
    assert train(here, *command, "--resume")[0] == 0
    assert (disk / "vectors.txt").read_bytes() == (here / "uncut.txt").read_bytes()


@pytest.mark.slow
def test_a_work_directory_that_turns_read_only(corpus, disk):
    uncut = GloVe(vector_size=8, epochs=4).fit(corpus).vectors_.vectors

    def turn_read_only(epoch, *_):
        if epoch == 2:
            mount(disk, "ro")

    options = {"vector_size": 8, "epochs": 4, "work_dir": disk, "checkpoint_minutes": 1e-9}
    learned = GloVe(**options).fit(corpus, after_epoch=turn_read_only).vectors_.vectors
    assert learned.tobytes() == uncut.tobytes()
    with pytest.raises(OutputError, match="disk may not be written to; give another"):
        GloVe(**options, resume=True).fit(corpus)
    subprocess.run(["umount", "--lazy", str(disk)], check=True)
    learned = GloVe(**options, resume=True).fit(corpus).vectors_.vectors
    assert learned.tobytes() == uncut.tobytes()
