"""What a plan allows adds up to the cap, and what cannot fit is refused with figures."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glove_ada.cooccurrence.matrix import BLOCK_CELLS, CELL_BYTES, Cooccurrence
from glove_ada.corpus.encoding import EncodedCorpus
from glove_ada.corpus.vocabulary import Vocabulary
from glove_ada.errors import OptionError, OutputError
from glove_ada.kernels.definitions import NONZERO
from glove_ada.model import GloVe
from glove_ada.run import memory_plan
from glove_ada.run.memory_plan import SLACK, MemoryPlan
from glove_ada.system import spilled_array
from glove_ada.system.spilled_array import UNLIMITED
from glove_ada.training.parameters import RowLayout
from glove_ada.training.schedule import choose_groups
from glove_ada.vectors.spectrum import MOST_DIMENSIONS

BASE = 40_000_000


class FakeArray:
    """An array that has only a size."""

    def __init__(self, size, dtype):
        self.size, self.dtype = size, np.dtype(dtype)
        self.nbytes = size * self.dtype.itemsize

    def __len__(self):
        return self.size


def plan(memory, folder=".", threads=2, held=BASE, **options):
    return MemoryPlan(
        GloVe(**options).resolved_options(), threads, folder, memory, resident=lambda: held
    )


def corpus(words, ids):
    vocabulary = Vocabulary([b"w"] * words, np.ones(words, np.int64))
    facts = {"tokens": ids, "known_tokens": ids, "documents": 1, "types": words}
    array = FakeArray(ids, np.uint32)
    return EncodedCorpus(**facts, invalid_bytes=0, digest="", ids=array, vocabulary=vocabulary)


def matrix(words, cells):
    columns, counts = FakeArray(cells, np.uint32), FakeArray(cells, np.float64)
    return Cooccurrence(words, True, np.array([0, cells]), columns, counts)


def test_parameters_are_what_they_are():
    need = plan(4, vector_size=100, rule="adagrad").training_need(145_938)
    assert need.parameters == 3 * 145_938 * RowLayout(100).row_bytes
    one_side = plan(4, vector_size=100, rule="adagrad", symmetric=True).training_need(145_938)
    assert one_side.parameters == 2 * 145_938 * RowLayout(100).row_bytes
    assert need.total == need.parameters + need.vectors + need.scratch


@given(st.integers(1, 3_000_000), st.sampled_from([10, 50, 100, 300, 1000]), st.floats(0.05, 64))
def test_training_is_refused_exactly_below_what_is_named(words, vector_size, memory):
    try:
        plan(memory, vector_size=vector_size).check_training(words)
    except OptionError as error:
        refusal = str(error)
    else:
        return
    named = float(re.search(r"--memory ([\d.]+) or more.* --vector-size .* --min-c", refusal)[1])
    assert named > memory
    plan(named, vector_size=vector_size).check_training(words)


@pytest.mark.parametrize(
    "options",
    [
        {"vector_size": MOST_DIMENSIONS + 1},
        {"vector_size": MOST_DIMENSIONS // 2 + 1, "model": "both"},
    ],
)
def test_a_spectrum_that_would_take_too_long_is_refused_before_the_work(options):
    size = options["vector_size"] * (2 if "model" in options else 1)
    with pytest.raises(OptionError) as raised:
        plan(1000, **options).check_training(100_000)
    assert str(raised.value) == (
        f"flattening the spectrum of 100,000 words in {size:,} dimensions would take too long, as "
        "it does beyond 4,096: give --singular-power 1, which leaves it as it is, or a lower "
        "--vector-size"
    )
    plan(1000, **options, singular_power=1).check_training(100_000)
    plan(1000, **options).check_training(MOST_DIMENSIONS)
    plan(1000, **{**options, "vector_size": options["vector_size"] - 1}).check_training(100_000)


def assert_named_is_needed(stage, memory, held=BASE, **options):
    """Where a stage is refused: what the message names is accepted, and 0.02 less is not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory_plan, "check_space", lambda *_: None)
        try:
            stage(plan(memory, held=held, **options))
        except OptionError as error:
            named = float(re.search(r"--memory ([\d.]+)", str(error))[1])
        else:
            return
        assert named > memory
        stage(plan(named, held=held, **options))
        with pytest.raises(OptionError):
            stage(plan(named - 0.02, held=held, **options))


@given(st.integers(1, 64), st.floats(0.05, 4))
def test_encoding_is_refused_exactly_below_what_is_named(threads, memory):
    assert_named_is_needed(lambda made: made.encoding_room(None), memory, threads=threads)


@given(
    st.integers(1, 1_000_000),
    st.integers(10, 3_000_000_000),
    st.integers(1, 64),
    st.integers(1, 1000),
    st.floats(0.05, 16),
)
def test_counting_is_refused_exactly_below_what_is_named(words, ids, threads, window, memory):
    encoded = corpus(words, ids)
    assert_named_is_needed(
        lambda made: made.counting_room(encoded), memory, threads=threads, window_size=window
    )


@given(st.integers(1, 1_000_000), st.integers(1, 1_000_000_000), st.floats(0.05, 16))
def test_tiling_is_refused_exactly_below_what_is_named(words, cells, memory):
    held = BASE + cells * CELL_BYTES
    assert_named_is_needed(
        lambda made: made.tiling_room(matrix(words, cells)), memory, held=held, vector_size=20
    )


@given(
    st.integers(1, 1_000_000),
    st.integers(10, 3_000_000_000),
    st.integers(1, 32),
    st.integers(1, 1000),
    st.floats(0.1, 100),
)
def test_counting_fits_under_the_cap(words, ids, threads, window, memory):
    try:
        room = plan(memory, threads=threads, window_size=window).counting_room(corpus(words, ids))
    except OptionError as error:
        named = float(re.search(r"--memory ([\d.]+)", str(error))[1])
        assert named > memory
        return
    segment = min(ids, room.segment_ids)
    assert room.segments(ids) == -(-ids // segment)
    blocks = (3 * threads + 2) * room.block_cells * CELL_BYTES
    scratch = 9 * words * threads
    index = 8 * (segment + 2 * words * min(threads, 8))
    cells = room.cells * CELL_BYTES if room.segments(ids) == 1 else 0
    assert BASE + blocks + scratch + index + cells <= memory * 1e9 - SLACK
    assert words <= room.block_cells <= max(words, BLOCK_CELLS)


@given(st.integers(1000, 1_000_000), st.integers(1, 1_000_000_000), st.floats(0.1, 100))
def test_tiles_fit_under_the_cap(words, cells, memory):
    held = BASE + cells * CELL_BYTES
    made = plan(memory, held=held, vector_size=20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory_plan, "check_space", lambda *_: None)
        try:
            room = made.tiling_room(matrix(words, cells))
        except OptionError:
            return
    tiles = cells * NONZERO.itemsize
    left = memory * 1e9 - SLACK - BASE
    need = made.training_need(words).total
    if room.folder is None:
        assert tiles + max(cells * CELL_BYTES, need) <= left
    else:
        assert need + 4 * tiles // choose_groups(words) <= left
        assert cells * CELL_BYTES + room.batch_cells * NONZERO.itemsize <= left


def test_scores_on_the_way_take_memory_too():
    options = GloVe().resolved_options()
    without, with_scores = (
        MemoryPlan(options, 2, ".", 4, scores=scores).training_need(1000).total
        for scores in (False, True)
    )
    assert with_scores > without


def test_polishing_takes_memory_too():
    plain, polished = (plan(4, vector_size=1000, singular_power=1, polish=n) for n in (0, 3))
    need, more = (each.training_need(2000) for each in (plain, polished))
    assert more.vectors > need.vectors
    assert more.parameters == need.parameters


def test_a_cap_below_the_program_is_refused_at_once():
    with pytest.raises(OptionError, match=r"the cap is 50 MB: give --memory .* or fewer --threads"):
        plan(0.05).encoding_room(None)


def test_a_file_of_counts_that_cannot_be_sorted_is_refused():
    plan(4).check_counts_file(10**8)
    with pytest.raises(OptionError, match=r"sorting the counts takes 5.06 GB .* --memory 5.07"):
        plan(4).check_counts_file(10**9)


def test_a_disk_that_is_too_small_is_found_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(spilled_array.shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(OutputError, match=r"the corpus as word ids takes about .* on the disk"):
        plan(1, tmp_path).encoding_room(2 * 10**9)
    with pytest.raises(OutputError, match=r"tiles takes about .* on the disk"):
        plan(64, tmp_path, held=60 * 10**9).tiling_room(matrix(100_000, 5 * 10**9))


def test_without_a_cap_three_quarters_of_what_is_available(monkeypatch):
    monkeypatch.setattr(memory_plan, "available_bytes", lambda: 4_000_000)
    assert plan(None).cap == BASE + 3_000_000
    monkeypatch.setattr(memory_plan, "available_bytes", lambda: None)
    assert plan(None).cap == UNLIMITED


def test_where_the_system_tells_nothing_known_arrays_count():
    made = MemoryPlan(GloVe().resolved_options(), 2, ".", 4, resident=lambda: None)
    less = made.tiling_room(matrix(1000, 10**7)).batch_cells
    assert less < made.tiling_room(matrix(1000, 10**6)).batch_cells
