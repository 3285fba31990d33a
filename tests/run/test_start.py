"""Words that start from given vectors, and an anchor that holds them there."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from run.kept.checkpoint.cut_trainings import everything, fit_cut, options

from glove_ada import GloVe, WordVectors
from glove_ada.errors import FormatError, OptionError
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.train import main

SIZE = 8
pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_bytes(text)
    return path


@pytest.fixture(scope="module")
def given(corpus, tmp_path_factory):
    """Vectors of every other word of the corpus, and of one that it lacks."""
    words = GloVe(**options(epochs=1)).fit(corpus).vectors_.index_to_key[::2]
    random = np.random.default_rng(1)
    vectors = random.normal(size=(len(words) + 1, SIZE)).astype(np.float32)
    path = tmp_path_factory.mktemp("given") / "given.txt"
    WordVectors(["not-in-the-corpus", *words], vectors).save(path)
    return path


def words_like(model, given):
    """Return the vectors of words that were given, as learned and as given, and the others."""
    vectors, then = model.vectors_, WordVectors.load(given)
    known = [word for word in vectors.index_to_key if word in then]
    others = [word for word in vectors.index_to_key if word not in then]
    return [
        table.vectors_for_all(words).vectors
        for table, words in ((vectors, known), (then, known), (vectors, others))
    ]


def test_words_start_where_they_are_told_and_the_others_as_ever(corpus, given):
    """With a rate that moves nothing."""
    still = options(epochs=1, eta=1e-18, polish=0, model="word", singular_power=1.0)
    model = GloVe(**still, start_from=given).fit(corpus)
    learned, told, others = words_like(model, given)
    np.testing.assert_array_equal(learned, told)
    plain = GloVe(**still).fit(corpus)
    np.testing.assert_array_equal(others, words_like(plain, given)[2])
    for name in ("context_vectors", "left_context_vectors", "word_biases", "context_biases"):
        np.testing.assert_array_equal(getattr(model.vectors_, name), getattr(plain.vectors_, name))


@pytest.mark.parametrize("polish", [0, 3])
@pytest.mark.parametrize("kind", [{}, {"symmetric": True}])
def test_the_stronger_an_anchor_the_nearer_words_stay(corpus, given, kind, polish):
    distances = []
    for anchor in (None, 1, 100, 1e6):
        model = GloVe(**options(polish=polish, **kind), start_from=given, anchor=anchor).fit(corpus)
        learned, told, others = words_like(model, given)
        distances.append(np.linalg.norm(learned - told) / np.linalg.norm(told))
        assert np.linalg.norm(others) > 0.1
    assert distances[0] > 1.02 * distances[1] > 1.1 * distances[2] > distances[3]
    assert distances[3] < 1e-3


def test_what_comes_out_has_the_space_of_what_went_in(corpus, given):
    resolved = GloVe(start_from=given).resolved_options()
    assert (resolved.context_weight, resolved.singular_power) == (0.0, 1.0)
    resolved = GloVe(start_from=given, context_weight=0.5, singular_power=0.7).resolved_options()
    assert (resolved.context_weight, resolved.singular_power) == (0.5, 0.7)
    model = GloVe(**options(), start_from=given).fit(corpus)
    np.testing.assert_array_equal(model.vectors_.vectors, model.vectors_.word_vectors)


@pytest.mark.parametrize("rule", ["adagrad", "adagrad-da", "adam", "stanford"])
def test_every_rule_starts_from_them(corpus, given, rule):
    plain = GloVe(**options(rule=rule, epochs=1)).fit(corpus)
    model = GloVe(**options(rule=rule, epochs=1), start_from=given).fit(corpus)
    assert everything(model) != everything(plain)


@pytest.mark.parametrize("rounds", [5, 8 * 4])
def test_cut_and_resumed_with_any_threads(corpus, given, tmp_path, rounds):
    anchored = {"start_from": given, "anchor": 2.0}
    uncut = everything(GloVe(**options(threads=1, **anchored)).fit(corpus))
    work = tmp_path / "work"
    fit_cut(corpus, work, rounds, **anchored)
    other = tmp_path / "other.txt"
    other.write_bytes(given.read_bytes() + b"one-more 1 2 3 4 5 6 7 8\n")
    with pytest.raises(OptionError, match="on another file to start from"):
        GloVe(**options(work_dir=work, resume=True, start_from=other, anchor=2.0)).fit(corpus)
    with pytest.raises(OptionError, match=r"--anchor 2.0 \(now None\)"):
        GloVe(**options(work_dir=work, resume=True, start_from=given)).fit(corpus)
    resumed = GloVe(**options(work_dir=work, resume=True, threads=3, **anchored)).fit(corpus)
    assert everything(resumed) == uncut


def test_the_report_names_the_file_and_its_digest(corpus, given, tmp_path):
    model = GloVe(**options(epochs=1), start_from=given).fit(corpus)
    assert model.report_.facts["start"] == {
        "path": str(given),
        "sha256": hashlib.sha256(given.read_bytes()).hexdigest(),
        "words_with_vectors": (len(model.vectors_) + 1) // 2,
    }
    folder = tmp_path / "folder"
    WordVectors.load(given).save(folder)
    again = GloVe(**options(epochs=1), start_from=folder).fit(corpus)
    assert everything(again) == everything(model)
    assert again.report_.facts["start"]["sha256"] != model.report_.facts["start"]["sha256"]


def test_the_memory_of_an_anchor_is_planned_for():
    needs = [
        MemoryPlan(GloVe(start_from="v.txt", anchor=anchor).resolved_options(), 2, ".")
        .training_need(1000)
        .parameters
        for anchor in (None, 1.0)
    ]
    assert needs[1] - needs[0] == 1000 * 100 * 4


def test_files_that_cannot_be_started_from(corpus, given, tmp_path):
    with pytest.raises(OptionError, match=r"have 8 dimensions and --vector-size is 9: give --vec"):
        GloVe(**options(vector_size=9), start_from=given).fit(corpus)
    with pytest.raises(FormatError, match="No such file"):
        GloVe(**options(), start_from=tmp_path / "none.txt").fit(corpus)
    strangers = tmp_path / "strangers.txt"
    strangers.write_text("not-in-the-corpus 1 2 3 4 5 6 7 8\n")
    with pytest.raises(OptionError, match=r"has none of the corpus's .* words: give vectors of"):
        GloVe(**options(), start_from=strangers).fit(corpus)


def test_options_that_do_not_go_together():
    with pytest.raises(OptionError, match="--anchor holds words near the vectors of --start-from"):
        GloVe(anchor=0.1).resolved_options()
    with pytest.raises(OptionError, match=r"--anchor is 1e\+25; it takes a number, 0 to 1e\+18"):
        GloVe(anchor=1e25, start_from="v.txt").resolved_options()
    for given in (3, b"v.txt", ["v.txt"]):
        with pytest.raises(OptionError, match=r"--start-from is .*; it takes a path"):
            GloVe(start_from=given).resolved_options()
    with pytest.raises(OptionError, match="--anchor belongs to the rule adagrad-row"):
        GloVe(anchor=0.1, start_from="v.txt", rule="adam").resolved_options()


def test_the_command_tells_and_does_not_write_over_it(corpus, given, tmp_path, capsys):
    out = tmp_path / "out.txt"
    command = [str(corpus), "--vector-size", "8", "--epochs", "1", "--start-from", str(given)]
    assert main([*command, "--anchor", "0.1", "--save-file", str(out)]) == 0
    assert " words start from " in capsys.readouterr().err
    assert main([*command, "--save-file", str(given), "--overwrite"]) == 2
    assert "error: " in capsys.readouterr().err
