"""Words solved after the last epoch: the same bytes in every way, and no training lost."""

from __future__ import annotations

import itertools
import signal

import numpy as np
import pytest

from glove_ada import GloVe
from glove_ada.errors import OptionError
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.system.interrupts import Interrupted
from glove_ada.training.least_squares import alternation
from glove_ada.training.parameters import RowLayout
from glove_ada.training.tiling import TilingRoom

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")
STEPS = 3


def options(**changed):
    small = {"vector_size": 8, "window_size": 5, "epochs": 2, "threads": 2, "polish": STEPS}
    return {**small, **changed}


def learned(model):
    vectors = model.vectors_
    arrays = (
        vectors.vectors,
        vectors.word_vectors,
        vectors.word_biases,
        vectors.context_vectors,
        vectors.left_context_vectors,
        vectors.left_context_biases,
    )
    return [array.tobytes() for array in arrays]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_bytes(text)
    return path


@pytest.fixture(scope="module")
def polished(corpus):
    return GloVe(**options()).fit(corpus)


def test_only_the_words_change_without_turns(corpus, polished):
    plain = GloVe(**options(polish=0)).fit(corpus)
    once = GloVe(**options(alternations=0)).fit(corpus)
    assert polished.costs_ == once.costs_ == plain.costs_
    then, now = plain.vectors_, once.vectors_
    assert now.context_vectors.tobytes() == then.context_vectors.tobytes()
    assert now.context_biases.tobytes() == then.context_biases.tobytes()
    for name in ("vectors", "word_vectors", "word_biases"):
        assert (getattr(now, name) != getattr(then, name)).mean() > 0.9
    shown = [stage["name"] for stage in polished.report_.facts["stages"]]
    assert shown[-3:] == ["train", "polish", "combine"]
    assert "polish" not in [stage["name"] for stage in plain.report_.facts["stages"]]


def test_rows_go_beyond_their_solutions_but_for_the_first_turn_and_the_last():
    told = [(turn.side, turn.reach) for turn in alternation.turns_of(2)]
    assert told == [(0, 1), (1, 1.5), (0, 1.5), (1, 1.5), (0, 1)]
    assert [turn.reach for turn in alternation.turns_of(0)] == [1]


@pytest.mark.parametrize("side", [0, 1])
def test_a_turn_moves_vectors_and_biases(side):
    layout = RowLayout(3, states=0)
    start, improved = np.random.default_rng(1).normal(size=(2, 5, layout.slots)).astype(np.float32)
    for reach in (1.0, 1.5):
        rows = start.copy()
        alternation.Turn(side, reach).move(rows, improved, layout)
        of_words = [*range(3), layout.bias(0)]
        here = [*range(3), layout.bias(side)]
        wanted = start[:, here] + reach * (improved[:, of_words] - start[:, here])
        np.testing.assert_allclose(rows[:, here], wanted, rtol=1e-5, atol=1e-6)
        others = np.setdiff1d(np.arange(layout.slots), here)
        assert (rows[:, others] == start[:, others]).all()
        assert reach > 1 or (rows[:, here] == improved[:, of_words]).all()


@pytest.mark.parametrize("changed", [{}, {"symmetric": True}, {"symmetric": False}])
def test_turns_lead_to_where_neither_side_changes(corpus, changed):
    """Alternating least squares: a turn changes both sides, and less than the one before."""
    turns = [
        GloVe(**options(alternations=number, polish=8, **changed)).fit(corpus).vectors_
        for number in (0, 1, 4, 5)
    ]
    for side in ("word_vectors", "context_vectors"):
        first, last = (
            np.linalg.norm(getattr(turns[b], side) - getattr(turns[a], side))
            for a, b in ((0, 1), (2, 3))
        )
        assert first > 0.01 * np.linalg.norm(getattr(turns[0], side))
        assert last < 0.7 * first


def test_turns_want_steps():
    with pytest.raises(OptionError, match="--alternations solves with the steps of --polish"):
        GloVe(polish=0, alternations=1).resolved_options()
    assert GloVe(polish=0).resolved_options().alternations == 0


def test_vectors_on_the_way_are_those_of_a_shorter_training(corpus, polished):
    on_the_way = []

    def after_epoch(epoch, make_vectors, report):
        on_the_way.append(make_vectors())

    GloVe(**options(epochs=3)).fit(corpus, after_epoch=after_epoch)
    assert on_the_way[1].vectors.tobytes() == polished.vectors_.vectors.tobytes()


@pytest.mark.parametrize("words", [1, 2, 3, 9])
def test_few_words(words):
    """Fewer than there are groups."""
    text = [[f"w{number}" for number in range(words)] * 3] * 5
    vectors = GloVe(**options(min_count=1)).fit(text).vectors_
    assert len(vectors) == words
    assert np.isfinite(vectors.vectors).all()


@pytest.mark.parametrize("threads", [1, 3, 8])
def test_any_threads(corpus, polished, threads):
    assert learned(GloVe(**options(threads=threads)).fit(corpus)) == learned(polished)


def test_from_the_disk(corpus, polished, monkeypatch):
    monkeypatch.setattr(MemoryPlan, "tiling_room", lambda self, _: TilingRoom(2000, self.folder))
    capped = GloVe(**options()).fit(corpus)
    assert capped.report_.facts["memory"]["tiles"] == "disk"
    assert learned(capped) == learned(polished)


def test_resumed_before_it(corpus, polished, tmp_path):
    given = options(work_dir=tmp_path / "work", checkpoint_minutes=1e-9)

    def cut(*_):
        raise Interrupted(signal.SIGTERM)

    with pytest.raises(Interrupted):
        GloVe(**given).fit(corpus, after_epoch=cut)
    assert learned(GloVe(**given, resume=True).fit(corpus)) == learned(polished)


def test_resumed_within_it(corpus, polished, tmp_path, monkeypatch):
    given = options(work_dir=tmp_path / "work")

    def cut(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(alternation, "improve_rows", cut)
        with pytest.raises(KeyboardInterrupt):
            GloVe(**given).fit(corpus)
    again = GloVe(**given, resume=True).fit(corpus)
    assert learned(again) == learned(polished)
    assert again.report_.facts["training"]["resumed_after"] == {"epochs": 2, "rounds": 0}


@pytest.mark.parametrize("steps", [0, 1])
def test_a_training_goes_on_from_what_was_not_polished(corpus, polished, tmp_path, steps):
    work = tmp_path / "work"
    GloVe(**options(work_dir=work, keep=True, epochs=1, polish=steps)).fit(corpus)
    assert learned(GloVe(**options(work_dir=work, resume=True)).fit(corpus)) == learned(polished)


@pytest.mark.parametrize(
    "changed",
    [
        {"rule": "stanford"},
        {"rule": "adagrad-row"},
        {"rule": "adam"},
        {"rule": "momentum"},
        {"zeros": 0},
        {"symmetric": False},
    ],
)
def test_whatever_was_trained_each_step_changes_less(corpus, changed):
    vectors = [
        GloVe(**options(polish=steps, alternations=0, **changed)).fit(corpus).vectors_.word_vectors
        for steps in (0, 2, 6, 7)
    ]
    changes = [np.linalg.norm(now - then) for then, now in itertools.pairwise(vectors)]
    assert changes[0] > 0.01 * np.linalg.norm(vectors[0])
    assert changes[2] < 0.2 * changes[0]


def test_a_penalty_that_is_no_square_is_refused():
    with pytest.raises(OptionError, match="--polish solves least squares problems, to which --l1"):
        GloVe(rule="adagrad-da", l1=0.1, polish=1).resolved_options()
    with pytest.raises(OptionError, match="to which the decay of adamw does not belong"):
        GloVe(rule="adamw", polish=1).resolved_options()
    GloVe(rule="adagrad-da", l1=0, polish=1).resolved_options()
