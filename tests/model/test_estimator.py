"""`GloVe` as scikit-learn's estimators are: its own checks, and a pipeline that is searched."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys

import numpy as np
import pytest
from support import DATA

from glove_ada import GloVe
from glove_ada.errors import OptionError

SMALL = {"vector_size": 4, "epochs": 1, "min_count": 1, "threads": 1}
TEXTS = ["red round apple", "green sour apple", "fast red car", "slow green car"] * 10
FRUIT = np.array([1, 1, 0, 0] * 10)


def test_parameters_are_got_and_set():
    model = GloVe(vector_size=7, sif=None)
    params = model.get_params()
    assert list(params) == list(inspect.signature(GloVe).parameters)
    assert params["vector_size"] == 7
    assert model.get_params(deep=False) == params
    assert model.set_params(vector_size=8, seed=3) is model
    assert (model.vector_size, model.seed) == (8, 3)
    with pytest.raises(OptionError, match="no parameter 'vectorsize': vector_size, "):
        model.set_params(vectorsize=8)


@pytest.mark.parametrize(
    ("params", "shown"),
    [
        ({}, "GloVe()"),
        ({"vector_size": 50, "rule": "adagrad", "sif": None}, None),
        ({"symmetric": False, "eta": np.float64(0.5)}, None),
    ],
)
def test_it_shows_in_a_line_what_is_not_the_default(params, shown):
    given = ", ".join(f"{name}={value!r}" for name, value in params.items())
    assert repr(GloVe(**params)) == (shown or f"GloVe({given})")


def test_scikit_learn_is_not_imported():
    program = (
        "import sys; from glove_ada import GloVe\n"
        "m = GloVe(vector_size=4, min_count=1); repr(m); m.get_params()\n"
        "m.fit_transform(['a b c', 'b c']); assert 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=DATA.parent)


def test_a_trained_model_goes_through_pickle():
    model = GloVe(**SMALL).fit(TEXTS)
    again = pickle.loads(pickle.dumps(model))
    assert again.transform(TEXTS).tobytes() == model.transform(TEXTS).tobytes()
    assert repr(again) == repr(model)


def test_clone():
    base = pytest.importorskip("sklearn.base")
    model = GloVe(**SMALL).fit(TEXTS)
    other = base.clone(model)
    assert other.get_params() == model.get_params()
    assert not hasattr(other, "vectors_")


def test_a_pipeline_that_is_searched():
    pytest.importorskip("sklearn")
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.utils.validation import check_is_fitted

    pipeline = make_pipeline(GloVe(**{**SMALL, "epochs": 3}), LogisticRegression())
    grid = {"glove__vector_size": [2, 6], "glove__sif": [1e-3, None]}
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise")
    search.fit(TEXTS, FRUIT)
    check_is_fitted(search.best_estimator_)
    assert search.best_score_ > 0.9
    assert set(search.best_params_) == set(grid)
    assert search.predict(["sour apple"]) == [1]
    size = search.best_params_["glove__vector_size"]
    names = search.best_estimator_[:-1].get_feature_names_out()
    assert names.tolist() == [f"glove{n}" for n in range(size)]
    assert "GloVe" in repr(search)
    assert "GloVe" in search._repr_html_()


def test_a_column_of_text_beside_others():
    pandas = pytest.importorskip("pandas")
    compose = pytest.importorskip("sklearn.compose")
    frame = pandas.DataFrame({"text": TEXTS, "length": [len(text) for text in TEXTS]})
    columns = compose.make_column_transformer((GloVe(**SMALL), "text"), ("passthrough", ["length"]))
    assert columns.fit_transform(frame).shape == (40, 5)


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_output_may_be_a_table(kind):
    package = pytest.importorskip(kind)
    model = GloVe(**SMALL).fit(TEXTS)
    expected = model.transform(TEXTS)
    assert model.set_output(transform=kind) is model
    found = model.set_output().transform(TEXTS)
    assert isinstance(found, package.DataFrame)
    assert list(found.columns) == model.get_feature_names_out().tolist()
    assert found.to_numpy().tobytes() == expected.tobytes()
    again = model.set_output(transform="default").transform(TEXTS)
    assert again.tobytes() == expected.tobytes()
    with pytest.raises(OptionError, match="transform is 'numpy'"):
        model.set_output(transform="numpy")


def test_a_table_keeps_the_index():
    pandas = pytest.importorskip("pandas")
    base = pytest.importorskip("sklearn.base")
    series = pandas.Series(TEXTS, index=range(100, 140))
    model = base.clone(GloVe(**SMALL).set_output(transform="pandas"))
    assert model.fit_transform(series).index.tolist() == series.index.tolist()


def test_scikit_learn_s_own_checks():
    """Those that need no numbers for input."""
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    with pytest.warns(match="Can't test estimator GloVe"):  # with numbers, that is
        checks.check_estimator(GloVe(**SMALL))


def words_of(numbers):
    """Turn rows of numbers into documents."""
    return [[*(f"w{round(float(number))}" for number in row), "a", "b"] for row in numbers]


class OnNumbers(GloVe):
    """Takes numbers for words, since nearly all checks know nothing else."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.one_d_array = True, False
        tags.input_tags.string = False
        return tags

    def fit(self, X, y=None):  # noqa: N803
        from sklearn.utils.validation import validate_data

        return super().fit(words_of(validate_data(self, X)), y)

    def transform(self, X):  # noqa: N803
        from sklearn.utils.validation import validate_data

        fitted = hasattr(self, "vectors_")
        return super().transform(words_of(validate_data(self, X, reset=False)) if fitted else X)


#: What the check is about that does not apply; `docs/scikit-learn.md` lists these, too.
DO_NOT_APPLY = {"check_array_api_input": "arrays of other libraries than NumPy"}


@pytest.mark.filterwarnings("ignore")
def test_the_other_checks_on_numbers_for_words():
    pytest.importorskip("sklearn", minversion="1.6")
    from sklearn.utils.estimator_checks import check_estimator

    done = check_estimator(OnNumbers(**SMALL), on_skip=None)
    skipped = {check["check_name"] for check in done if check["status"] != "passed"}
    assert skipped == set(DO_NOT_APPLY)
    assert len(done) > 35
    page = (DATA.parent / "docs" / "scikit-learn.md").read_text()
    assert all(f"`{name}`" in page for name in DO_NOT_APPLY)


def test_the_page_s_own_example(capsys, tmp_path, monkeypatch):
    pytest.importorskip("sklearn")
    page = (DATA.parent / "docs" / "scikit-learn.md").read_text()
    monkeypatch.chdir(tmp_path)
    exec(page.split("```python\n")[1].split("```")[0], {})
    assert capsys.readouterr().out == "['fruit']\n"
