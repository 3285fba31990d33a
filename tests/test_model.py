"""The trainer from Python."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
from support import DATA

from glove_ada import GloVe, WordVectors
from glove_ada.errors import CorpusError, DivergenceError, FormatError, OptionError
from glove_ada.run.report import Report
from glove_ada.system.progress import Display
from glove_ada.vectors.spectrum import raise_singular_values

SMALL = {"vector_size": 6, "epochs": 2, "min_count": 1, "threads": 2}


def fit(corpus, **options):
    return GloVe(**{**SMALL, **options}).fit(corpus)


def test_fit_returns_itself_with_what_was_learned(corpus):
    trainer = GloVe(**SMALL)
    with pytest.warns(UserWarning, match="not UTF-8"):
        model = trainer.fit(corpus)
    assert model is trainer
    assert isinstance(model.vectors_, WordVectors)
    words = len(model.vocabulary_)
    assert model.vectors_.vectors.shape == (words, 6)
    assert model.vectors_.vectors.dtype == np.float32
    assert model.vectors_.index_to_key == model.vocabulary_.words
    assert model.vectors_.counts.tolist() == model.vocabulary_.counts.tolist()
    assert len(model.costs_) == 2
    assert model.options_.eta == 0.4
    assert model.report_.facts["vocabulary"]["words"] == words


@pytest.mark.filterwarnings("ignore:.*not UTF-8")
def test_after_epoch_may_end_the_training(corpus):
    """With the vectors of that epoch, as if no more had been asked for."""
    costs = []

    def enough(epoch, make_vectors, report):
        costs.append(model.costs_[-1])
        return epoch == 2

    model = GloVe(**SMALL | {"epochs": 9})
    model.fit(corpus, after_epoch=enough)
    two = fit(corpus)
    assert costs == model.costs_ == two.costs_
    assert model.vectors_.vectors.tobytes() == two.vectors_.vectors.tobytes()
    assert model.report_.facts["training"].pop("stopped_after") == 2
    assert model.report_.facts["training"] == two.report_.facts["training"]


def test_words_are_in_order_of_frequency():
    model = fit(["b a b c a b", "b a d c"])
    assert model.vectors_.index_to_key == ["b", "a", "c", "d"]
    assert model.vectors_.counts.tolist() == [4, 3, 2, 1]


def test_models_combine_the_two_sides():
    text = ["a b c d a c b d e f a b"] * 3
    by_name = {
        name: fit(text, symmetric=True, model=name, context_weight=0.5, singular_power=1).vectors_
        for name in ("sum", "word", "context", "both")
    }
    word, context = by_name["word"].vectors, by_name["context"].vectors
    assert not np.array_equal(word, context)
    assert np.array_equal(by_name["sum"].vectors, word + np.float32(0.5) * context)
    assert np.array_equal(by_name["both"].vectors, np.hstack((word, context)))
    for vectors in by_name.values():
        assert np.array_equal(vectors.word_vectors, word)
        assert np.array_equal(vectors.context_vectors, context)
        assert vectors.word_biases.shape == vectors.context_biases.shape == (len(word),)


@pytest.mark.parametrize("name", ["sum", "word", "context", "both"])
def test_every_model_s_spectrum_is_flattened(name):
    text = ["a b c d a c b d e f a b"] * 3
    plain = fit(text, model=name, singular_power=1).vectors_
    flat = fit(text, model=name, singular_power=0.5).vectors_
    wanted = plain.vectors.copy()
    raise_singular_values(wanted, 0.5)
    assert not np.array_equal(wanted, plain.vectors)
    assert np.array_equal(flat.vectors, wanted)
    for side in ("word_vectors", "context_vectors", "word_biases", "context_biases"):
        assert np.array_equal(getattr(flat, side), getattr(plain, side))


def test_without_zeros_the_two_sides_count_alike():
    vectors = fit(["a b c d a c b d e f a b"] * 3, zeros=0).vectors_
    assert np.array_equal(vectors.vectors, vectors.word_vectors + vectors.context_vectors)


def test_the_weight_decay_that_the_text_settles_is_told():
    text = ["a b c d a c b d e f a b"] * 3
    model = fit(text)
    settled = model.report_.facts["training"]["weight_decay"]
    assert settled == 0.01
    same = fit(text, weight_decay=settled)
    assert np.array_equal(model.vectors_.vectors, same.vectors_.vectors)
    other = fit(text, weight_decay=settled / 2)
    assert not np.array_equal(model.vectors_.vectors, other.vectors_.vectors)


def test_two_words_that_meet_once():
    model = fit(["a b"], symmetric=True, epochs=50, eta=0.5, weight_decay=0.0)
    word, context = model.vectors_.word_vectors, model.vectors_.context_vectors
    biases = model.vectors_.word_biases[:, None] + model.vectors_.context_biases
    fitted = word @ context.T + biases
    # log 1 = 0 for both cells.
    assert fitted[0, 1] == pytest.approx(0, abs=1e-3)
    assert fitted[1, 0] == pytest.approx(0, abs=1e-3)
    assert model.report_.facts["matrix"]["nonzeros"] == 2


@pytest.mark.parametrize("corpus", [["a a"], [["a", "a", "a"]]])
def test_one_word_only(corpus):
    model = fit(corpus)
    assert model.vectors_.index_to_key == ["a"]
    assert model.report_.facts["matrix"]["nonzeros"] == 2  # to the right of itself, and to the left
    assert np.isfinite(model.vectors_.vectors).all()


def test_a_document_shorter_than_the_window():
    model = fit(["a b c"], window_size=1_000)
    assert model.report_.facts["matrix"]["nonzeros"] == 6


@pytest.mark.parametrize("vector_size", [1, 14, 15, 1000])
def test_vector_sizes(vector_size):
    vectors = fit(["a b c d a b"], vector_size=vector_size).vectors_
    assert vectors.vectors.shape == (4, vector_size)
    assert np.isfinite(vectors.vectors).all()


@pytest.mark.parametrize("distance_weighting", [True, False])
@pytest.mark.parametrize("symmetric", [True, False])
def test_ways_of_counting(symmetric, distance_weighting):
    options = {"symmetric": symmetric, "distance_weighting": distance_weighting}
    model = fit(["a b c"], window_size=2, **options)
    assert model.report_.facts["matrix"]["nonzeros"] == (6 if symmetric else 3)
    assert model.report_.facts["options"]["symmetric"] is symmetric


def test_directed_contexts():
    text = ["a b c d a c b d e f a b"] * 3
    model = fit(text, context_weight=0.5, singular_power=1)
    vectors, facts = model.vectors_, model.report_.facts
    to_the_right = fit(text, symmetric=False)
    assert facts["matrix"]["nonzeros"] == 2 * to_the_right.report_.facts["matrix"]["nonzeros"]
    assert (facts["options"]["directed"], facts["options"]["symmetric"]) == (True, False)
    context = (vectors.context_vectors + vectors.left_context_vectors) / np.float32(2)
    assert not np.array_equal(vectors.context_vectors, vectors.left_context_vectors)
    assert np.array_equal(vectors.vectors, np.float32(0.5) * context + vectors.word_vectors)
    assert to_the_right.vectors_.left_context_vectors is None


def test_directed_contexts_learn_which_side_a_word_stands_on():
    model = fit(["a b"] * 9, epochs=100, eta=0.5, weight_decay=0.0, zero_count=0.1, polish=0)
    vectors = model.vectors_
    a, b = (vectors.index_to_key.index(word) for word in "ab")

    def learned(word, context, left):
        contexts = vectors.left_context_vectors if left else vectors.context_vectors
        biases = vectors.left_context_biases if left else vectors.context_biases
        product = vectors.word_vectors[word] @ contexts[context]
        return product + vectors.word_biases[word] + biases[context]

    for met in (learned(a, b, left=False), learned(b, a, left=True)):
        assert met == pytest.approx(np.log(9), abs=0.05)


def test_directed_unless_something_else_is_asked_for():
    directed = {"directed": True, "symmetric": False}
    assert sides() == sides(directed=True) == sides(directed=True, symmetric=False) == directed
    assert sides(symmetric=False) == {"directed": False, "symmetric": False}
    for asked in ({"symmetric": True}, {"directed": False}, {"zeros": 0}, {"rule": "stanford"}):
        assert sides(**asked) == {"directed": False, "symmetric": True}
    with pytest.raises(OptionError, match="--directed and --symmetric exclude each other"):
        sides(directed=True, symmetric=True)


def sides(**options):
    resolved = GloVe(**options).resolved_options()
    return {"directed": resolved.directed, "symmetric": resolved.symmetric}


def test_weights_of_distance_in_either_spelling():
    text = ["a b c d"] * 4
    spelled = [fit(text, window_size=3, window_weights=way) for way in ("1,.5,0", [1, 0.5, 0])]
    assert np.array_equal(*(model.vectors_.vectors for model in spelled))
    assert spelled[1].report_.facts["options"]["window_weights"] == "1.0,0.5,0.0"
    named = fit(text, window_size=3, window_weights="uniform")
    assert np.array_equal(
        named.vectors_.vectors, fit(text, window_size=3, distance_weighting=False).vectors_.vectors
    )


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"window_weights": "1,2"}, "--window-weights has 2 weights for a window of 15: give one"),
        ({"window_weights": [1, -1]}, r"--window-weights is \[1, -1\]; it takes power:P"),
        ({"window_weights": "0"}, "it takes power:P"),
        ({"window_weights": "linear", "distance_weighting": False}, "exclude each other"),
    ],
)
def test_weights_that_make_no_sense(options, fault):
    with pytest.raises(OptionError, match=fault):
        GloVe(**options).resolved_options()


def test_weighting_changes_the_vectors():
    ways = [fit(["a b c d"] * 4, distance_weighting=way).vectors_.vectors for way in (True, False)]
    assert not np.array_equal(*ways)


def test_lowercase_folds():
    assert fit(["Écol École ÉCOLE"], lowercase=True).vectors_.index_to_key == ["école", "écol"]


def test_max_vocab_keeps_the_most_frequent():
    assert fit(["a a a b b c"], max_vocab=2).vectors_.index_to_key == ["a", "b"]


def test_a_vocabulary_file_is_used_as_it_stands(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("c 3\nunseen 2\na 1\n")
    model = fit(["a b c a"], vocab_file=path, min_count=100)
    assert model.vectors_.index_to_key == ["c", "unseen", "a"]
    assert np.isfinite(model.vectors_.vectors).all()
    assert model.report_.facts["vocabulary"]["from_file"] is True


def test_a_bad_vocabulary_file_is_refused_before_the_corpus_is_read(tmp_path):
    def documents():
        raise AssertionError("the corpus was read")
        yield

    path = tmp_path / "vocab.txt"
    path.write_text("c 3\nbad\n")
    with pytest.raises(FormatError, match="line 2"):
        fit(documents(), vocab_file=path)


def test_bad_options_are_refused_before_the_corpus_is_read():
    def documents():
        raise AssertionError("the corpus was read")
        yield

    for options in ({"vector_size": 0}, {"threads": 0}, {"eta": -1.0}):
        with pytest.raises(OptionError):
            fit(documents(), **options)


def test_bytes_that_are_not_utf_8_are_carried_with_one_warning(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_bytes(b"caf\xe9 na\xefve \xff\xfe caf\xc3\xa9\n" * 3)
    with pytest.warns(UserWarning, match="12 bytes") as caught:
        model = GloVe(**SMALL).fit(path)
    assert len(caught) == 1
    assert caught[0].filename == __file__, "it points to who called fit"
    words = [word.encode("utf-8", "surrogateescape") for word in model.vectors_.index_to_key]
    assert words == sorted([b"caf\xe9", b"na\xefve", b"\xff\xfe", b"caf\xc3\xa9"])


def test_clean_text_gives_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(["über café"])


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        ([], "no token"),
        (["", " \t "], "no token"),
        ([[], []], "no token"),
        (["a", "b"], "stand together"),
        (iter(()), "no token"),
        (7, "int"),
    ],
)
def test_a_corpus_to_learn_nothing_from(corpus, message):
    with pytest.raises(CorpusError, match=message):
        fit(corpus)


def test_an_error_in_the_user_s_iterator_comes_through():
    def documents():
        yield "a b"
        raise KeyError("theirs")

    with pytest.raises(KeyError, match="theirs"):
        fit(documents())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("rule", ["adagrad", "stanford"])
def test_divergence_names_the_epoch_and_the_option(rule):
    with pytest.raises(DivergenceError, match=r"epoch \d+; .*--eta"):
        fit(["a b c d a b"] * 3, rule=rule, eta=1e18, epochs=20, grad_clip=1e30)


def test_a_decay_that_leaves_nothing_is_named():
    with pytest.raises(
        DivergenceError, match=r"all vectors became 0 in epoch \d+; .*--weight-decay"
    ):
        fit(["a b c d a b"] * 3, weight_decay=1, epochs=20)


def test_vectors_far_too_small_to_mean_anything_are_refused():
    """They are of 1e-12 here, which float32 still holds."""
    with pytest.raises(DivergenceError, match=r"all vectors became 0 in epoch 2; "):
        fit(DATA / "sample.txt", vector_size=100, min_count=5, weight_decay=0.2)


def test_a_strong_decay_that_leaves_something_is_not_refused():
    model = fit(DATA / "sample.txt", vector_size=100, min_count=5, weight_decay=0.05)
    assert np.abs(model.vectors_.vectors).max() > 1e-3


def test_a_display_sees_every_stage_in_its_unit():
    class Spy(Display):
        def __init__(self):
            self.stages, self.messages = [], []

        def say(self, message):
            self.messages.append(message)

        def stage(self, name, total, unit):
            self.stages.append((name, total, unit))
            return super().stage(name, total, unit)

    spy = Spy()
    fit(["a b c", "a b"], display=spy)
    assert spy.stages == [
        ("encode", None, "B"),
        ("count", 3, "rows"),
        ("tile", 3, "rows"),
        ("train", 12, "nonzeros"),
        ("polish", 21, "rows"),
        ("combine", 3, "words"),
    ]
    first, second = spy.messages
    assert first.startswith("found 2 documents, 5 tokens, 3 distinct words; ")
    assert first.endswith("3 words cover 100.0%")
    assert second.startswith("found 6 nonzeros; training takes ")


def test_verbose_shows_progress(capsys):
    fit(["a b c", "a b"], verbose=True)
    said = capsys.readouterr().err
    assert "train: epoch 1 of " in said
    fit(["a b c", "a b"])
    assert not capsys.readouterr().err
    spy = Display()
    spy.say = lambda message: print("mine", message)
    fit(["a b c", "a b"], verbose=True, display=spy)
    captured = capsys.readouterr()
    assert not captured.err
    assert captured.out.startswith("mine found")


def test_all_that_is_learned_shows_itself_in_a_line():
    model = fit(["a b c", "a b"], epochs=2)
    for thing in (model, model.vectors_, model.vocabulary_, model.report_):
        assert len(repr(thing)) < 100
        assert "\n" not in repr(thing)
    assert re.fullmatch(
        r"Report\(5 tokens, 2 epochs to a cost of \d\.\d{4}, \d+\.\d s\)", repr(model.report_)
    )
    assert re.fullmatch(r"Report\(0\.0 s\)", repr(Report()))
