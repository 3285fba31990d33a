"""Words that a model lacks: what they meet, and the vectors that are made of it."""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pytest
from support import DATA

from glove_ada import WordVectors
from glove_ada.corpus.sources import open_corpus
from glove_ada.errors import FormatError, OptionError
from glove_ada.infer import main
from glove_ada.run.new_words.a_la_carte import ContextMeans
from glove_ada.run.new_words.expected_nonzeros import expect_nonzeros
from glove_ada.run.new_words.inference import METHODS, infer_vectors, learn_transform
from glove_ada.run.new_words.known_model import open_model
from glove_ada.run.new_words.new_text import read_new_text
from glove_ada.run.new_words.regression import multiply, regress
from glove_ada.run.new_words.solving import solve_words
from glove_ada.run.new_words.transform_files import read_transform, write_transform
from glove_ada.system.progress import Display
from glove_ada.train import main as train

SIZE = 20
LINES = (DATA / "sample.txt").read_text().splitlines()
WITH_VIOLIN = [line for line in LINES if "violin" in line.split()]
RENAMED = [re.sub(r"\bviolin\b", "glyzz", line) for line in WITH_VIOLIN[:40]]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    command = [str(DATA / "sample.txt"), "--vector-size", str(SIZE), "--quiet"]
    assert train([*command, "--save-file", str(folder / "model")]) == 0
    return folder / "model"


@pytest.fixture(scope="module")
def model(path):
    return open_model(str(path))


def read(model, workers, documents, **given):
    return read_new_text(model, open_corpus(documents), workers, **given)


def infer(model, workers, documents, **given):
    return infer_vectors(model, open_corpus(documents), workers, **given)


def test_what_a_new_word_meets(model, workers):
    documents = ["the glyzz of paris and the wuzz", "a glyzz", "nothing-known wuzz"]
    text = read(model, workers, documents, words=["glyzz"])
    assert (text.words, text.counts.tolist()) == (["glyzz"], [2])
    (met,) = text.contexts(model)
    words = model.vectors.index_to_key
    side, context = np.divmod(met.contexts, text.known)
    found = {
        (words[word], int(left)): count
        for word, left, count in zip(context, side, met.counts, strict=True)
    }
    # What is neither the model's nor new uses up no distance.
    expected = {("the", 1): 1, ("a", 1): 1, ("of", 0): 1, ("paris", 0): 1 / 2}
    expected |= {("and", 0): 1 / 3, ("the", 0): 1 / 4}
    assert found == pytest.approx(expected, abs=1e-5)


def test_other_new_words_change_nothing(model, workers):
    documents = [*RENAMED, "the glyzz wuzz glyzz of wuzz", "wuzz"]
    one, many = (
        read(model, workers, documents, words=words) for words in (["glyzz"], ["wuzz", "glyzz"])
    )
    (met,), (_, among) = one.contexts(model), many.contexts(model)
    np.testing.assert_array_equal(met.contexts, among.contexts)
    np.testing.assert_array_equal(met.counts, among.counts)


def test_words_of_the_model_meet_what_training_counted(model, workers):
    documents = LINES[:300]
    text = read(model, workers, [*documents, "glyzz"], words=["glyzz"])
    words = [model.vectors.get_index(word) for word in ("violin", "the", "paris")]
    counted = list(text.contexts_of_known(model, words, workers))
    for word, met in zip(words, counted, strict=True):
        own = model.vectors.index_to_key[word]
        renamed = read(model, workers, documents, words=[own])
        (alone,) = renamed.contexts(model)
        kept = met.contexts % text.known != word  # as new, it is no context
        if own != "the":  # which uses up the distance of others
            np.testing.assert_array_equal(alone.contexts, met.contexts[kept])
            np.testing.assert_array_equal(alone.counts, met.counts[kept])


def test_all_that_the_model_lacks_is_new(model, workers):
    documents = ["glyzz the wuzz", "glyzz of", "the nuzz glyzz"]
    assert read(model, workers, documents).words == ["glyzz", "nuzz", "wuzz"]
    text = read(model, workers, documents, min_count=2)
    assert (text.words, text.counts.tolist()) == (["glyzz"], [3])
    assert model.vectors.index_to_key[text.ids[1]] == "the"
    assert [place.tolist() for place in text.places] == [[1, 3, 6]]


def test_a_word_that_is_known_by_all_its_contexts_comes_out_as_it_was_trained(model, workers):
    words = ["violin", "dog", "paris", "the"]
    made = infer(model, workers, LINES, words=words, method="solved").vectors
    for word in words:
        own = model.vectors.get_vector(word, norm=True)
        assert made.get_vector(word, norm=True) @ own > 0.99, word


def test_how_many_words_a_context_is_expected_to_meet():
    """A text of words that stand anywhere at random, of which each meets what it is told to."""
    random = np.random.default_rng(1)
    chances = 1 / np.arange(1, 301)
    text = random.choice(300, 30_000, p=chances / chances.sum())
    counts = np.bincount(text, minlength=300)
    window, met = 4, np.zeros((300, 300), bool)
    for distance in range(1, window + 1):
        met[text[:-distance], text[distance:]] = True
    expected = expect_nonzeros(counts, window)
    of_alike = expected.reshape(12, 25).mean(axis=1), met.sum(axis=1).reshape(12, 25).mean(axis=1)
    np.testing.assert_allclose(*of_alike, rtol=0.05)
    huge = np.array([1 << 40, 1 << 30, 1])
    np.testing.assert_allclose(expect_nonzeros(huge, 15), [3, 2, 1], atol=0.1)


def test_a_solved_word_makes_its_cost_the_least(model, workers):
    """The normal equations written out in full, over all contexts."""
    text = read(model, workers, RENAMED, words=["glyzz"])
    (met,) = text.contexts(model)
    frozen = model.freeze(workers)
    counts = np.zeros(len(frozen.rows))
    counts[met.contexts] = met.counts
    weights = np.minimum(1, counts / frozen.x_max) ** frozen.alpha
    expected = frozen.zeros * len(met.contexts) * frozen.shares
    never = np.where(counts > 0, 0, expected)
    logs = np.log(np.where(counts > 0, counts, 1))
    targets = np.where(counts > 0, logs, frozen.log_zero_count)
    weights += frozen.zero_weight * never
    design = frozen.rows[:, : SIZE + 1].astype(float)
    matrix = (design * weights[:, None]).T @ design
    right = (weights * (targets - frozen.biases)) @ design
    decay = frozen.weight_decay * (len(met.contexts) + never.sum())
    anchor = np.linspace(-1, 1, SIZE)
    for strength in (0.0, 5.0):
        held = matrix + np.diag([decay + strength] * SIZE + [0])
        pulled = right + np.append(strength * anchor, 0)
        solved = solve_words(frozen, [met], workers, anchors=anchor[None], strength=strength)
        np.testing.assert_allclose(solved[0], np.linalg.solve(held, pulled)[:SIZE], rtol=1e-4)


def test_a_mean_is_that_of_the_neighbours_vectors(model, workers):
    text = read(model, workers, RENAMED, words=["glyzz"])
    (met,) = text.contexts(model)
    neighbours = model.vectors.vectors[met.contexts % text.known].astype(float)
    mean = met.counts @ neighbours / met.counts.sum()
    means = ContextMeans(model.vectors.vectors).of([met], workers)
    np.testing.assert_allclose(means[0], mean, atol=1e-5)


def test_the_transform_is_the_regression(workers):
    random = np.random.default_rng(1)
    features = random.normal(size=(50, 3)).astype(np.float32)
    targets = random.normal(size=(50, 4)).astype(np.float32)
    weights = random.random(50)
    found = regress(features, targets, weights, workers)
    roots = np.sqrt(weights)[:, None]
    expected = np.linalg.lstsq(roots * features, roots * targets)[0]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(multiply(features, found), features @ found, atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_word_under_another_name_is_found_where_it_was(model, workers, method):
    documents = [*LINES[:2000], *RENAMED]
    made = infer(model, workers, documents, words=["glyzz"], method=method).vectors
    assert made.index_to_key == ["glyzz"]
    assert made.counts.tolist() == [" ".join(RENAMED).split().count("glyzz")]
    near = [word for word, _ in model.vectors.similar_by_vector(made["glyzz"], topn=8)]
    assert {"violin", "cello"} <= set(near), near


@pytest.mark.parametrize("method", METHODS)
def test_the_same_for_any_threads(model, workers, method):
    from glove_ada.system.threads import Workers

    documents = [*LINES[:1500], *RENAMED, "wuzz the nuzz"]
    made = infer(model, workers, documents, method=method).vectors
    with Workers(1) as alone:
        again = infer(model, alone, documents, method=method).vectors
    assert again.vectors.tobytes() == made.vectors.tobytes()


def test_a_word_that_meets_nothing(model, workers):
    with pytest.warns(
        UserWarning,
        match="1 new word has no word of the model beside it, so that its vector is zeros: glyzz",
    ):
        made = infer(model, workers, [*LINES[:1500], "glyzz"], words=["glyzz"]).vectors
    assert not made["glyzz"].any()


@pytest.mark.parametrize("suffix", [".npy", ".txt"])
def test_a_transform_is_read_as_it_was_written(model, workers, tmp_path, suffix):
    text = read(model, workers, [*LINES[:1500], "glyzz"])
    means = ContextMeans(model.vectors.vectors)
    transform, learned_from = learn_transform(model, text, means, workers, Display())
    assert 1000 < learned_from < len(model.vectors)
    write_transform(tmp_path / f"a{suffix}", transform)
    np.testing.assert_array_equal(read_transform(tmp_path / f"a{suffix}"), transform)


def test_the_command(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "renamed.txt").write_text("\n".join(RENAMED))
    sample, model = str(DATA / "sample.txt"), str(path)
    saved = ["--save-file", "a.txt", "--save-transform", "a.npy"]
    assert main([model, sample, "renamed.txt", "--words", "glyzz", *saved]) == 0
    assert "found 1 new word, " in capsys.readouterr().err
    again = [
        model,
        "renamed.txt",
        "--words",
        "glyzz",
        "--transform",
        "a.npy",
        "--save-file",
        "b.txt",
        "--quiet",
    ]
    assert main(again) == 0
    one, other = (WordVectors.load(name) for name in ("a.txt", "b.txt"))
    np.testing.assert_array_equal(one.vectors, other.vectors)
    assert main(again) == 2
    assert "b.txt" in capsys.readouterr().err


def test_a_model_of_vectors_alone_has_a_la_carte(path, model, workers, tmp_path):
    model.vectors.save(tmp_path / "v.txt")
    shutil.copy(f"{path}.report.json", tmp_path / "v.report.json")
    plain = open_model(str(tmp_path / "v.txt"))
    documents = [*LINES[:1500], *RENAMED]
    with pytest.raises(OptionError, match="holds vectors alone, and words are solved against"):
        infer(plain, workers, documents)
    made, whole = (
        infer(which, workers, documents, method="a-la-carte").vectors for which in (plain, model)
    )
    np.testing.assert_array_equal(made.vectors, whole.vectors)


def test_what_cannot_be_made_is_refused(model, workers):
    with pytest.raises(OptionError, match="the text does not have the word 'glyzz': leave it out"):
        infer(model, workers, LINES[:9], words=["glyzz"])
    with pytest.raises(OptionError, match=r"has no word that .* lacks: name some with --words"):
        infer(model, workers, ["the of and"])
    with pytest.raises(OptionError, match="lacks and that occurs 3 times: name some"):
        infer(model, workers, ["the glyzz of and"], min_count=3)
    with pytest.raises(OptionError, match="has 3 of the model's words, and 20 dimensions want 80"):
        infer(model, workers, ["the glyzz of and"])
    with pytest.raises(OptionError, match="the transform is of shape 3 x 3 and the model's"):
        infer(model, workers, ["the glyzz of"], transform=np.eye(3))


def test_files_that_are_none_are_refused(path, tmp_path, capsys):
    model, text = str(path), str(DATA / "sample.txt")
    (tmp_path / "a.npy").write_bytes(b"no array")
    (tmp_path / "b.txt").write_text("1 2\n3 x\n")
    for name in ("a.npy", "b.txt", "none.npy", "a.csv"):
        with pytest.raises((FormatError, OptionError)):
            read_transform(tmp_path / name)
    assert main([model, text, "--method", "solved", "--transform", "a.npy"]) == 2
    assert "--method solved has no transform" in capsys.readouterr().err
    shutil.copytree(path, tmp_path / "copy")
    assert main([str(tmp_path / "copy"), text, "--words", "dog"]) == 2
    assert "copy.report.json cannot be read" in capsys.readouterr().err
    facts = json.loads((path.parent / "model.report.json").read_text())
    facts["options"]["phrases"] = True
    (tmp_path / "copy.report.json").write_text(json.dumps(facts))
    assert main([str(tmp_path / "copy"), text, "--words", "dog"]) == 2
    assert "was trained with --phrases" in capsys.readouterr().err
