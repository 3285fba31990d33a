"""How sure a model is, asked from Python."""

from __future__ import annotations

import numpy as np
import pytest
from commands.sure.small_model import answers

from glove_ada import GloVe, query
from glove_ada.vectors.word_vectors import WordVectors


def test_python_asks_for_the_text_that_it_cannot_read_again(here):
    from glove_ada.errors import NotFittedError, OptionError

    lines = (here / "one.txt").read_text().splitlines()
    model = GloVe(vector_size=6, window_size=3)
    with pytest.raises(NotFittedError, match="call fit first"):
        model.uncertainty(["the"])
    model.fit(iter(lines))
    with pytest.raises(OptionError, match="give it as corpus"):
        model.uncertainty(["the"])
    with pytest.raises(OptionError, match="the text is not the one"):
        model.uncertainty(["the"], lines[1:])
    sure = model.uncertainty(["the", "of"], lines)
    assert sure.covariance("the").shape == (6, 6)
    assert np.linalg.eigvalsh(sure.covariance("the")).min() > -1e-12
    from_file = GloVe(vector_size=6, window_size=3).fit(here / "one.txt").uncertainty(["the"])
    assert from_file.covariance("the").tobytes() == sure.covariance("the").tobytes()


def test_a_model_of_python_is_asked_in_files_once_its_report_is_beside_it(here):
    from glove_ada.model.uncertainty import measure_uncertainty
    from glove_ada.run.report import report_path, write_report

    (here / "verses.txt").write_text((here / "one.txt").read_text().replace("\n", "\n\n"))
    model = GloVe(vector_size=6, window_size=3, document="blank-line").fit("verses.txt")
    model.vectors_.save("fitted")
    write_report(report_path("fitted"), model.report_)
    in_files = measure_uncertainty("fitted", ["the"]).covariance("the")
    assert in_files.tobytes() == model.uncertainty(["the"]).covariance("the").tobytes()


def test_python_is_as_sure_of_a_model_in_files_as_the_command(here, capsys):
    from glove_ada.errors import FormatError, OptionError
    from glove_ada.model.uncertainty import measure_uncertainty

    assert query.main(["model", "--sure", "--json", "king queen"]) == 0
    told = answers(capsys)[0]["words"][0]
    found = measure_uncertainty("model", ["king", "queen"]).cosine("king", "queen")
    assert (found.value, found.standard_error) == (told["cosine"], told["standard_error"])
    texts = [here / "one.txt", here / "two.txt"]
    moved = measure_uncertainty(here / "model", ["king", "queen"], texts)
    assert moved.cosine("king", "queen") == found
    assert measure_uncertainty("model", "king").words == ["king"]
    with pytest.raises(OptionError, match="the text is not the one"):
        measure_uncertainty("model", ["king"], "one.txt")
    (here / "model.report.json").unlink()
    with pytest.raises(FormatError, match="put it beside the model"):
        measure_uncertainty("model", ["king"])
    WordVectors.load("model").save("plain.txt")
    with pytest.raises(OptionError, match="holds vectors alone"):
        measure_uncertainty("plain.txt", ["king"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "no words are given"),
        (3, "words are strings, not 3"),
        (None, "words are strings, not None"),
        ([0], "words are strings, not 0"),
        (b"king", "words are strings, not 107"),
        ([["king"]], r"words are strings, not \['king'\]"),
        (["king", "kinng"], "'kinng' is not among the .*nearest spellings: 'king'"),
    ],
)
def test_python_says_in_one_sentence_which_words_make_no_sense(here, words, sentence):
    from glove_ada.errors import GloveError
    from glove_ada.model.uncertainty import measure_uncertainty

    with pytest.raises(GloveError, match=sentence):
        measure_uncertainty("model", words, "nowhere.txt")  # which is not read before


@pytest.mark.parametrize("corpus", [3, b"one.txt", [3], [], iter([])])
def test_python_says_which_corpus_makes_no_sense(here, corpus):
    from glove_ada.errors import OptionError
    from glove_ada.model.uncertainty import measure_uncertainty

    with pytest.raises(OptionError, match="corpus is the path of the text, or several"):
        measure_uncertainty("model", ["king"], corpus)
