"""Real faults: a sentence, the right status, nothing half-written, and the next run works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time

import pytest
from support import DATA

from glove_ada import GloVe
from glove_ada.errors import CorpusError
from glove_ada.sources import FileSource

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")

LIMITED = """
import resource, sys
from glove_ada.train import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(main(sys.argv[2:]))
"""


def train(directory, *arguments, limit=None):
    """Run the command, with no file longer than the limit; return its status and what it said."""
    start = ["-m", "glove_ada.train"] if limit is None else ["-c", LIMITED, str(limit)]
    command = [sys.executable, *start, *map(str, arguments), "--vector-size", "8", "--threads", "1"]
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
    command = [sys.executable, "-m", "glove_ada.train", *map(str, arguments), "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    process = subprocess.Popen([*command, "--vector-size", "8"], cwd=directory, env=environment)
    killer = threading.Timer(seconds, process.kill)
    killer.start()
    process.wait()
    killer.cancel()
