"""Finished stages are used again when corpus and options are the same, and only then."""

from __future__ import annotations

import os
import shlex
import signal

import numpy as np
import pytest
from support import changed as changed_option

from glove_ada import GloVe, train
from glove_ada.corpus.sources import FileSource
from glove_ada.errors import OutputError
from glove_ada.kernels.definitions import BREAK
from glove_ada.run import counting_stages, stages
from glove_ada.run.kept import array_container, stage_cache
from glove_ada.run.kept.stage_cache import COUNTS, ENCODED, KINDS
from glove_ada.run.options import OPTIONS, names_that_shape
from glove_ada.run.options.kinds import Shapes
from glove_ada.system.interrupts import Interrupted
from glove_ada.system.progress import Display

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")


class Recorder(Display):
    def __init__(self):
        self.said = []

    def say(self, message):
        self.said.append(message)


@pytest.fixture
def work(tmp_path):
    return tmp_path / "work"


@pytest.fixture
def made(monkeypatch):
    """The stages that are not found, as they are made."""
    made = []

    def recorded(module, name):
        function = getattr(module, name)

        def record(*arguments, **options):
            made.append(name)
            return function(*arguments, **options)

        monkeypatch.setattr(module, name, record)

    recorded(counting_stages, "encode_corpus")
    recorded(counting_stages, "count_cooccurrences")
    return made


ENCODING, COUNTING = Shapes.ENCODING, Shapes.COUNTING
ENCODE, COUNT = "encode_corpus", "count_cooccurrences"


def fit(corpus, work, **options):
    """Train with everything kept; return what was learned, what was found and what was said."""
    display = Recorder()
    options = {"vector_size": 8, "window_size": 5, "epochs": 1, "keep": True, **options}
    trained = GloVe(work_dir=work, display=display, **options).fit(corpus)
    facts = trained.report_.facts
    found = [facts[section] for section in ("corpus", "vocabulary", "matrix")]
    return trained.vectors_.vectors.tobytes(), found, display.said


def changes(shapes):
    """Return for each option that shapes something what it may be changed to."""
    return [changed_option(OPTIONS[name]) for name in names_that_shape(shapes)]


@pytest.mark.parametrize(
    ("changed", "made_again"),
    [
        ({}, []),
        ({"vector_size": 4, "eta": 0.1, "seed": 2, "threads": 1, "epochs": 2}, []),
        *((changed, [COUNT]) for changed in changes(COUNTING)),
        *((changed, [ENCODE, COUNT]) for changed in changes(ENCODING)),
        ({"fresh": True}, [ENCODE, COUNT]),
    ],
)
def test_used_again_when_what_shaped_them_is_the_same(corpus, work, made, changed, made_again):
    fit(corpus, work)
    assert made == [ENCODE, COUNT]
    made.clear()
    again = fit(corpus, work, **changed)
    assert made == made_again
    assert again[:2] == fit(corpus, work.with_name("other"), **changed)[:2]


@pytest.mark.parametrize("changed", [{"window_size": 3}, {}, {"vector_size": 4, "epochs": 2}])
def test_a_run_without_keep_leaves_what_was_kept(corpus, work, made, changed):
    fit(corpus, work)
    before = {path.name: path.read_bytes() for path in work.iterdir()}
    fit(corpus, work, keep=False, **changed)
    after = {path.name: path.read_bytes() for path in work.iterdir()}
    del before["marker"], after["marker"]  # it tells the process, too
    assert sorted(after) == ["checkpoint", "counts", "encoded"]
    assert after == before


@pytest.mark.parametrize(
    ("before", "after"), [({"keep": False}, {}), ({"keep": True}, {"resume": True})]
)
def test_what_a_cut_run_left_goes_with_the_one_that_goes_on(
    corpus, work, made, monkeypatch, before, after
):
    """It kept its long stages, so that the next need not make them again."""
    monkeypatch.setattr(stage_cache, "WORTH_KEEPING", 0)

    def cut(*_, **__):
        raise OutputError("cut")

    with monkeypatch.context() as patch:
        patch.setattr(stages.Run, "build_tiles", cut)
        with pytest.raises(OutputError):
            fit(corpus, work, **before)
    assert sorted(path.name for path in work.iterdir()) == ["counts", "encoded", "marker"]
    made.clear()
    fit(corpus, work, keep=False, **after)
    assert made == []
    assert not work.exists()


class Watched:
    """Options that note which of them are read."""

    def __init__(self, options):
        self.options, self.read = options, set()

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(self.options, name)


@pytest.mark.parametrize(("stage", "shapes"), [("encode", ENCODING), ("count", COUNTING)])
def test_a_stage_reads_the_options_of_its_key_and_no_others(corpus, monkeypatch, stage, shapes):
    run_stage = getattr(stages.Run, stage)

    def watch(run, *arguments):
        nonlocal read
        options, run.options = run.options, Watched(run.options)
        result = run_stage(run, *arguments)
        read, run.options = run.options.read, options
        return result

    read = None
    monkeypatch.setattr(stages.Run, stage, watch)
    GloVe(vector_size=4, epochs=1).fit(corpus)
    assert read == set(names_that_shape(shapes))


def test_the_same_text_in_other_files_is_the_same_corpus(corpus, work, tmp_path, made):
    lines = corpus.read_bytes().splitlines(keepends=True)
    (tmp_path / "a").write_bytes(b"".join(lines[:99]))
    (tmp_path / "b").write_bytes(b"".join(lines[99:]))
    fit(corpus, work)
    made.clear()
    fit([tmp_path / "a", tmp_path / "b"], work)
    assert made == []


def test_another_corpus_is_another(corpus, work, made):
    fit(corpus, work)
    made.clear()
    with corpus.open("ab") as file:
        file.write(b"one line more\n")
    again = fit(corpus, work)
    assert made == [ENCODE, COUNT]
    assert again[:2] == fit(corpus, work.with_name("other"))[:2]


def test_a_given_vocabulary_is_part_of_it(corpus, work, tmp_path, made):
    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_bytes(b"the 3\nof 2\nand 1\n")
    fit(corpus, work)
    fit(corpus, work, vocab_file=vocabulary)
    made.clear()
    fit(corpus, work, vocab_file=vocabulary)
    assert made == []


def test_a_text_that_can_be_read_only_once_is_read_once(corpus, work, made):
    documents = [line.split() for line in corpus.read_bytes().decode("latin-1").split("\n")]
    first = fit(documents, work)
    assert fit(iter(documents), work)[:2] == first[:2]
    assert made == 2 * [ENCODE, COUNT]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
def test_a_pipe_can_be_read_only_once(tmp_path, corpus):
    os.mkfifo(tmp_path / "pipe")
    assert FileSource([corpus]).repeatable
    assert not FileSource([tmp_path / "pipe"]).repeatable
    assert not FileSource(["-"]).repeatable


@pytest.mark.parametrize("seconds", [0, 1000])
def test_only_what_took_long_is_kept_until_the_end(corpus, work, monkeypatch, seconds):
    monkeypatch.setattr(stage_cache, "WORTH_KEEPING", seconds)
    there = []

    def look(*_):
        there.extend(sorted(set(os.listdir(work)) - {"marker"}))

    GloVe(vector_size=4, epochs=1, work_dir=work).fit(corpus, after_epoch=look)
    assert there == ([] if seconds else [COUNTS, ENCODED])
    assert not work.exists()


def damage(path):
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])


def make_newer(path):
    path.write_bytes(path.read_bytes().replace(b" 1\n", b" 9\n", 1))


def make_with_other_arithmetic(path):
    facts, arrays = array_container.read_arrays(path, KINDS[path.name])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(array_container, "ARITHMETIC_VERSION", 0)
        array_container.write_arrays(path, KINDS[path.name], facts, arrays)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (damage, "is damaged"),
        (make_newer, "of version 9"),
        (make_with_other_arithmetic, "was made by a version of glove_ada whose arithmetic differs"),
    ],
)
def test_what_cannot_be_used_is_named_and_made_again(corpus, work, made, change, sentence):
    first = fit(corpus, work)
    change(work / COUNTS)
    change(work / ENCODED)
    made.clear()
    again = fit(corpus, work)
    assert made == [ENCODE, COUNT]
    assert again[:2] == first[:2]
    for name in (COUNTS, ENCODED):
        assert any(f"/{name} " in line and sentence in line for line in again[2])
    made.clear()
    fit(corpus, work)
    assert made == []


def rewrite(path, change):
    """Change a kept stage, with a checksum that fits."""
    facts, arrays = array_container.read_arrays(path, KINDS[path.name])
    change(facts, arrays)
    array_container.write_arrays(path, KINDS[path.name], facts, arrays)


LIES = {
    "a column outside": (COUNTS, lambda facts, arrays: arrays["columns"].fill(1 << 31)),
    "a count of zero": (COUNTS, lambda facts, arrays: arrays["counts"].fill(0)),
    "a count that is none": (COUNTS, lambda facts, arrays: arrays["counts"].fill(np.nan)),
    "rows that overlap": (COUNTS, lambda facts, arrays: arrays["row_starts"][1:-1].fill(1 << 40)),
    "rows too few": (
        COUNTS,
        lambda facts, arrays: arrays.update(row_starts=arrays["row_starts"][1:]),
    ),
    "no rows": (COUNTS, lambda facts, arrays: arrays.pop("row_starts")),
    "an unknown fact": (COUNTS, lambda facts, arrays: facts["corpus"].update(more=1)),
    "no facts": (COUNTS, lambda facts, arrays: facts.clear()),
    "an id outside": (ENCODED, lambda facts, arrays: arrays["ids"][1:-1].fill(BREAK - 1)),
    "an open end": (ENCODED, lambda facts, arrays: arrays["ids"][-1:].fill(0)),
    "no ids": (ENCODED, lambda facts, arrays: arrays.update(ids=arrays["ids"][:0])),
    "other numbers": (
        ENCODED,
        lambda facts, arrays: arrays.update(ids=arrays["ids"].astype(np.int64)),
    ),
    "words too few": (ENCODED, lambda facts, arrays: arrays.update(words=arrays["words"][:2])),
}


@pytest.mark.parametrize("lie", LIES)
def test_nothing_is_believed_unseen(corpus, work, made, lie):
    first = fit(corpus, work)
    name, change = LIES[lie]
    rewrite(work / name, change)
    if name == ENCODED:
        (work / COUNTS).unlink()
    made.clear()
    again = fit(corpus, work)
    assert made == ([COUNT] if name == COUNTS else [ENCODE, COUNT])
    assert again[:2] == first[:2]
    assert any(f"{name} makes no sense; it is not used" in line for line in again[2])


def test_a_full_disk_is_a_warning(corpus, work, monkeypatch):
    first = fit(corpus, work)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("glove_ada.system.atomic_files.os.fsync", full)
    other = fit(corpus, work.with_name("other"))
    assert other[:2] == first[:2]
    assert sum("warning: the stage is not kept" in line for line in other[2]) == 2


def test_an_interruption_while_counting_tells_the_way_on(corpus, work, monkeypatch, capsys, made):
    """The finished stage before it is used when the run goes on."""

    def interrupt(*_, **options):
        raise Interrupted(signal.SIGINT)

    command = [str(corpus), "--vector-size", "4", "--epochs", "1", "--work-dir", str(work)]
    monkeypatch.chdir(corpus.parent)
    monkeypatch.setattr(stage_cache, "WORTH_KEEPING", 0)
    with monkeypatch.context() as patch:
        patch.setattr(counting_stages, COUNT, interrupt)
        assert train.main([*command, "--fresh"]) == 130
    way_on = shlex.join(["python", "-m", "glove_ada.train", *command, "--resume"])
    assert capsys.readouterr().err.splitlines()[-1] == f"interrupted: go on with: {way_on}"
    assert made == [ENCODE]
    assert train.main(shlex.split(way_on)[3:]) == 0
    assert made == [ENCODE, COUNT]
    assert not work.exists()
