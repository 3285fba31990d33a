"""Under a memory cap every stage goes to the disk, and every byte of the result is the same."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import signal
import subprocess
import sys
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_problems import (
    DOCUMENTS,
    PLAIN,
    build,
    each_kind,
    encode,
    random_documents,
    random_matrix,
    start,
)
from support import DATA

from glove_ada import GloVe
from glove_ada.cooccurrence import matrix as matrix_module
from glove_ada.cooccurrence import segments
from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.segments import CountingRoom, count_cooccurrences
from glove_ada.corpus import numbering
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.numbering import EncodingRoom
from glove_ada.corpus.sources import FileSource
from glove_ada.errors import CorpusError, OptionError
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.system.interrupts import Interrupted
from glove_ada.system.spilled_array import DiskArray, on_disk
from glove_ada.train import main
from glove_ada.training.loop import train_epochs
from glove_ada.training.rules.adagrad import adagrad_rule
from glove_ada.training.schedule import tiles_of_round
from glove_ada.training.state import TrainingState
from glove_ada.training.tile_reader import read_rounds
from glove_ada.training.tiling import TilingRoom

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")
SMALL = {"vector_size": 8, "window_size": 5, "epochs": 2, "threads": 2}


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    return path


@pytest.fixture
def everything_on_disk(monkeypatch):
    patch_plans(monkeypatch)


def patch_plans(monkeypatch):
    """Make plans that leave hardly anything in memory."""
    monkeypatch.setattr(
        MemoryPlan, "encoding_room", lambda self, _: EncodingRoom(folder=self.folder, ids=7)
    )
    monkeypatch.setattr(
        MemoryPlan, "counting_room", lambda self, _: CountingRoom(3000, 100, 500, self.folder)
    )
    monkeypatch.setattr(MemoryPlan, "tiling_room", lambda self, _: TilingRoom(2000, self.folder))
    monkeypatch.setattr(MemoryPlan, "most_ids", lambda self: 0)
    monkeypatch.setattr(MemoryPlan, "most_cells", lambda self: 0)


def same(matrix, other):
    return all(
        getattr(matrix, name)[:].tobytes() == getattr(other, name)[:].tobytes()
        for name in ("row_starts", "columns", "counts")
    )


def on_the_disk(matrix, folder):
    """Return a matrix whose cells are on the disk."""
    columns = DiskArray.temporary(np.uint32, folder)
    counts = DiskArray.temporary(np.float64, folder)
    columns.append(matrix.columns)
    counts.append(matrix.counts)
    return Cooccurrence(matrix.words, matrix.symmetric, matrix.row_starts, columns, counts)


def test_ids_are_the_same_on_the_disk(workers, corpus, folder, monkeypatch):
    monkeypatch.setattr(numbering, "BLOCK_BYTES", 5000)
    whole = encode_corpus(FileSource([corpus]), workers)
    for ids in (0, 100, len(whole.ids), 10 * len(whole.ids)):
        room = EncodingRoom(ids=ids, folder=folder)
        encoded = encode_corpus(FileSource([corpus]), workers, room=room)
        assert on_disk(encoded.ids) == (ids < 10 * len(whole.ids))
        assert encoded.ids[:].tobytes() == whole.ids.tobytes()
        assert encoded.known_tokens == whole.known_tokens


def test_too_many_distinct_words_are_refused(workers, corpus):
    with pytest.raises(OptionError, match=r"distinct words take 0 MB or more .* --memory or --min"):
        encode_corpus(FileSource([corpus]), workers, room=EncodingRoom(table_bytes=300_000))


@pytest.mark.parametrize("symmetric", [True, False])
@given(
    documents=DOCUMENTS,
    window_size=st.integers(1, 15),
    segment=st.integers(1, 40),
    cells=st.integers(0, 60),
    ids=st.sampled_from([0, 1 << 40]),
)
def test_segments_count_what_the_whole_counts(
    workers, tmp_path_factory, documents, window_size, segment, cells, ids, symmetric
):
    folder = tmp_path_factory.getbasetemp()
    options = {"window_size": window_size, "symmetric": symmetric}
    try:
        encoded = encode(documents, workers, room=EncodingRoom(ids=ids, folder=folder))
        whole = count_cooccurrences(encode(documents, workers), workers, **options)
    except CorpusError:
        return
    room = CountingRoom(segment, cells, 5, folder)
    assert same(count_cooccurrences(encoded, workers, room=room, **options), whole)


def test_segments_of_one_long_line(workers, folder):
    line = [list(itertools.chain(*random_documents(5)))]
    whole = count_cooccurrences(encode(line, workers), workers)
    for segment in (17, 1000, 10**6):
        steps = []
        room = CountingRoom(segment, 0, 1000, folder)
        encoded = encode(line, workers, room=EncodingRoom(ids=0, folder=folder))
        matrix = count_cooccurrences(encoded, workers, room=room, progress=steps.append)
        assert matrix.on_disk
        assert sum(steps) == matrix.words * room.passes(len(encoded.ids))
        assert same(matrix, whole)
        assert matrix.nonzeros == whole.nonzeros
        assert matrix.row_sums().tobytes() == whole.row_sums().tobytes()


def test_counts_that_will_not_fit_on_the_disk_are_refused(workers, folder, monkeypatch):
    checked = []
    monkeypatch.setattr(segments, "check_space", lambda *arguments: checked.append(arguments))
    encoded = encode(random_documents(6), workers)
    cells = len(count_cooccurrences(encoded, workers).columns)
    assert not checked
    for room, copies in (
        (CountingRoom(folder=folder), 0),
        (CountingRoom(cells=cells // 2, block_cells=500, folder=folder), 1),
        (CountingRoom(len(encoded.ids) // 3, 0, 500, folder), 2),
    ):
        checked.clear()
        count_cooccurrences(encoded, workers, room=room)
        assert len(checked) == (copies > 0)
        if copies:
            assert 0.5 * copies * 12 * cells < checked[0][1] < 4 * copies * 12 * cells


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("cells_on_disk", [True, False])
@pytest.mark.parametrize("batch", [1, 1000, 10**9])
def test_tiles_are_the_same_on_the_disk(workers, folder, symmetric, cells_on_disk, batch):
    matrix = random_matrix(101, symmetric)
    grid = build(matrix, 8, workers)
    given = on_the_disk(matrix, folder) if cells_on_disk else matrix
    for room in (TilingRoom(batch, folder), TilingRoom(batch)):
        steps = []
        with mock.patch.object(matrix_module, "BLOCK_CELLS", 400):
            other = build(given, 8, workers, room=room, progress=steps.append)
        assert other.on_disk == (room.folder is not None)
        assert other.nonzeros[:].tobytes() == grid.nonzeros.tobytes()
        assert other.starts.tobytes() == grid.starts.tobytes()
        assert other.diagonal_starts.tobytes() == grid.diagonal_starts.tobytes()
        assert other.row_sums.tobytes() == grid.row_sums.tobytes()
        assert other.nonzeros_per_epoch == grid.nonzeros_per_epoch
        assert sum(steps) == 101


@each_kind
def test_rounds_are_the_same_from_the_disk(workers, folder, symmetric, directed):
    matrix = random_matrix(60, symmetric)
    grid, other = (
        build(matrix, 4, workers, directed=directed, room=TilingRoom(50, where))
        for where in (None, folder)
    )
    rounds = [tiles_of_round(4, shift) for shift in (3, 0, 2, 1, 1, 0)]
    read = read_rounds(grid, rounds), read_rounds(other, rounds)
    for mine, others in zip(*read, strict=True):
        assert mine.keys() == others.keys()
        for tile, nonzeros in mine.items():
            assert others[tile].stored.tobytes() == nonzeros.stored.tobytes()
            assert others[tile].mirrored.tobytes() == nonzeros.mirrored.tobytes()
    assert list(read_rounds(other, [])) == []


def test_training_from_the_disk(workers, folder):
    matrix, rule = random_matrix(60, True), adagrad_rule(**PLAIN)
    trained = []
    for where in (None, folder):
        grid = build(matrix, 4, workers, room=TilingRoom(50, where))
        parameters = start(grid, rule, workers)
        state = TrainingState(parameters)
        train_epochs(state, grid, rule, workers, epochs=3, seed=1)
        trained.append((state.costs, parameters.words.tobytes(), parameters.contexts.tobytes()))
    assert trained[0] == trained[1]


def test_a_training_that_is_given_up_ends_its_reader(workers, folder):
    grid = build(random_matrix(60, True), 4, workers, room=TilingRoom(50, folder))
    ahead = read_rounds(grid, itertools.repeat(tiles_of_round(4, 0)))
    next(ahead)
    ahead.close()


def digest(corpus, path, *arguments):
    """Train by the command; return the digest of the vectors."""
    options = [f"--{name.replace('_', '-')}={value}" for name, value in SMALL.items()]
    save = ["--save-file", path, "--quiet", "--overwrite"]
    assert main([str(part) for part in (corpus, *options, *save, *arguments)]) == 0
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "option",
    ["--directed", "--symmetric", "--rule=adagrad", "--rule=adam", "--rule=adagrad-da"],
)
def test_the_whole_run_on_the_disk(corpus, tmp_path, request, option):
    out = tmp_path / "out"
    out.mkdir()
    uncapped = digest(corpus, out / "vectors.txt", option)
    counts = (out / "counts.bin", out / "capped.bin")
    digest(corpus, out / "vectors.txt", option, "--save-cooccurrence", counts[0])
    request.getfixturevalue("everything_on_disk")
    assert digest(corpus, out / "vectors.txt", option, "--threads", 3) == uncapped
    digest(corpus, out / "vectors.txt", option, "--save-cooccurrence", counts[1])
    assert counts[0].read_bytes() == counts[1].read_bytes()
    left = {"capped.bin", "counts.bin", "vectors.report.json", "vectors.txt"}
    assert set(os.listdir(out)) == left, "nothing else is left"


def test_the_report_tells_where_things_were(corpus, everything_on_disk):
    report = GloVe(**SMALL).fit(corpus).report_.facts["memory"]
    assert report.pop("cap_bytes") > 0
    assert report.pop("segments") > 1
    assert report == {"ids": "disk", "counts": "disk", "tiles": "disk"}


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("capped_first", [True, False])
def test_a_cut_run_goes_on_with_and_without_a_cap(
    corpus, tmp_path, request, capped_first, directed
):
    small = {**SMALL, "directed": directed}
    uncut = GloVe(**small).fit(corpus).vectors_.vectors.tobytes()
    options = {**small, "work_dir": tmp_path / "work", "checkpoint_minutes": 1e-9, "keep": True}

    def cut(*_):
        raise Interrupted(signal.SIGTERM)

    with pytest.MonkeyPatch.context() as patch:
        if capped_first:
            patch_plans(patch)
        with pytest.raises(Interrupted):
            GloVe(**options).fit(corpus, after_epoch=cut)
    if not capped_first:
        request.getfixturevalue("everything_on_disk")
    model = GloVe(**options, resume=True).fit(corpus)
    assert model.vectors_.vectors.tobytes() == uncut
    assert "resumed_after" in model.report_.facts["training"]
    assert "encode" not in [stage["name"] for stage in model.report_.facts["stages"]]
    os.unlink(tmp_path / "work" / "counts")
    again = GloVe(**options, fresh=False).fit(corpus)
    assert again.vectors_.vectors.tobytes() == uncut, "from the kept word ids"


LIMITED = """
import resource, sys
from glove_ada.corpus.numbering import EncodingRoom
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.train import main
MemoryPlan.encoding_room = lambda self, _: EncodingRoom(ids=7, folder=self.folder)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_full_disk_is_one_sentence(corpus, tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, corpus, "--save-file", tmp_path / "vectors.txt"],
        env={**os.environ, "PYTHONPATH": str(DATA.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith(
        "error: a temporary file in the work directory could not be written: File too large"
    )
    assert os.listdir(tmp_path) == ["corpus.txt"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="sizes of processes differ")
def test_the_memory_that_is_named_is_enough_and_less_is_not(tmp_path):
    def train(memory):
        command = [sys.executable, "-m", "glove_ada.train", DATA / "sample.txt", "--quiet"]
        command += ["--threads", "2", "--epochs", "1", "--vector-size", "10"]
        ended = subprocess.run(
            [*command, "--memory", memory, "--save-file", tmp_path / "vectors.txt", "--overwrite"],
            capture_output=True,
            text=True,
            check=False,
        )
        return ended.returncode, ended.stderr

    status, error = train("0.05")
    assert status == 2
    named = float(re.search(r"--memory ([\d.]+) or more", error)[1])
    assert train(f"{named:.2f}") == (0, "")
    assert train(f"{named - 0.02:.2f}")[0] == 2


@pytest.mark.parametrize("memory", [0, -1, float("nan"), "much"])
def test_a_cap_that_makes_no_sense_is_refused(corpus, memory):
    with pytest.raises(OptionError, match="--memory is"):
        GloVe(memory=memory).fit(corpus)


def test_a_cap_that_is_too_small_is_refused_at_once(corpus, tmp_path, capsys):
    path = tmp_path / "vectors.txt"
    assert main([str(corpus), "--memory", "0.01", "--save-file", str(path)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("error: encoding the corpus takes")
    assert os.listdir(tmp_path) == ["corpus.txt"]
