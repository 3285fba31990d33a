"""The page's own files, and the page in one file."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from importlib.resources import files

import numpy as np
import pytest
from support import DATA

from glove_ada.explorer.answers import Answers
from glove_ada.explorer.models.opened_model import open_models
from glove_ada.explorer.page_files import SCRIPTS, page_file, read_own
from glove_ada.explorer.saved_page import SAVED, save_page

PAGE = files("glove_ada.explorer") / "page"


def test_the_page_loads_its_scripts_in_their_order():
    loaded = re.findall(r'<script src="([^"]*)"', read_own("index.html").decode())
    assert tuple(loaded) == SCRIPTS


def test_nothing_comes_from_the_network():
    for name in ("index.html", "explore.css", *SAVED, *SCRIPTS):
        addresses = set(re.findall(rb"""(?:https?:)?//[\w.]+""", read_own(name)))
        assert addresses <= {b"http://www.w3.org"}, name  # the name of SVG


@pytest.mark.parametrize("name", [*SAVED, *SCRIPTS])
def test_scripts_never_write_markup(name):
    script = read_own(name).decode()
    assert script.startswith('"use strict";')
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script)


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
def test_scripts_are_javascript(tmp_path):
    whole = b"\n".join(read_own(name) for name in SCRIPTS)
    (tmp_path / "all.js").write_bytes(whole)
    (tmp_path / "saved.js").write_bytes(b"\n".join(map(read_own, SAVED)))
    for name in ("all.js", "saved.js"):
        subprocess.run(["node", "--check", tmp_path / name], check=True)


@pytest.fixture
def saved(folder, tmp_path):
    models = open_models([str(folder / "v"), str(folder / "other.txt")])
    answers = Answers(models, words=200, groups={"w3": "</script>"}, reports=[])
    save_page(tmp_path / "page.html", answers)
    return (tmp_path / "page.html").read_text(encoding="utf-8"), answers


def data_of(page):
    found = re.search(r"Explorer\.saved = (.*);</script>", page)
    return json.loads(found[1])


def test_a_saved_page_holds_all_that_it_needs(saved, words, matrix):
    page, _ = saved
    assert "src=" not in page
    assert "<link" not in page
    assert "default-src 'none'" in page
    data = data_of(page)
    model = data["models"][0]
    assert model["words"] == words[:200]
    whole = np.frombuffer(base64.b64decode(model["vectors"]), "<i2").reshape(200, 12)
    units = matrix[:200] / np.linalg.norm(matrix[:200], axis=1, keepdims=True)
    assert whole * model["scale"] == pytest.approx(units, abs=2e-5)
    assert data["compare"]["changed"][0]["word"] == "w5"
    assert data["start"]["models"][0]["of"] == len(words)
    assert [method["name"] for method in data["start"]["methods"]] == ["pca"]


def test_words_cannot_leave_the_data(saved):
    page, _ = saved
    scripts = len(SCRIPTS) + len(SAVED)
    assert page.count("<script>") == page.count("</script>") == scripts


def asked_of_page(page, queries, folder):
    """What the scripts of a saved page answer, in Node.js."""
    program = f"""const Explorer = {{ saved: {json.dumps(data_of(page))} }};
    {"".join(read_own(name).decode() for name in SAVED)}
    const queries = {json.dumps(queries)};
    Promise.all(queries.map((query) => Explorer.asking.ask("ask", {{ query, topn: 5 }})))
      .then((found) => console.log(JSON.stringify(found)));"""
    (folder / "ask.js").write_text(program)
    run = subprocess.run(["node", folder / "ask.js"], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
def test_a_saved_page_answers_as_the_server_does(saved, tmp_path):
    page, answers = saved
    queries = ["w5", "w1 w2", "w1 w2 w3", "w9 - w8 + w7", "w1, w2, w3, w4", "W7", "- w1 + w2"]
    for query, found in zip(queries, asked_of_page(page, queries, tmp_path), strict=True):
        for mine, theirs in zip(found["answers"], answers.ask(query, 300)["answers"], strict=True):
            assert mine["kind"] == theirs["kind"]
            known = {each["word"]: each["cosine"] for each in theirs["words"]}
            # The page has the first 200 words only.
            within = [each for each in theirs["words"] if each["row"] < 200][: len(mine["words"])]
            assert [each["word"] for each in mine["words"]] == [each["word"] for each in within]
            for each in mine["words"]:
                assert each["cosine"] == pytest.approx(known[each["word"]], abs=2e-4)


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
@pytest.mark.parametrize(
    "query", ["w1:w2 w3:w4 w5:w6", "W1:w2, w2:w3", "w1 : w2 w3 :w4", "w9:w10 w9:w11"]
)
def test_a_saved_page_draws_the_arrows_of_the_server(saved, tmp_path, query):
    page, answers = saved
    (found,) = asked_of_page(page, [query], tmp_path)
    for mine, theirs in zip(found["answers"], answers.ask(query)["answers"], strict=True):
        assert mine["kind"] == theirs["kind"] == "pairs"
        assert mine["asked"] == theirs["asked"]
        assert mine["share"] == pytest.approx(theirs["share"], abs=1e-3)
        for arrow, other in zip(mine["pairs"], theirs["pairs"], strict=True):
            assert arrow["cosine"] == pytest.approx(other["cosine"], abs=1e-3)
            for end in ("from", "to"):
                assert arrow[end]["word"] == other[end]["word"]
                assert arrow[end]["place"] == pytest.approx(other[end]["place"], abs=2e-3)


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
def test_a_saved_page_knows_spellings_and_differences(saved, tmp_path):
    page, answers = saved
    found, odd, difference = asked_of_page(page, ["W*9", "(*+", "w1 w2 - w3 w4"], tmp_path)
    mine, theirs = found["answers"][0], answers.ask("w*9", 5)["answers"][0]
    assert mine["words"] == theirs["words"]
    assert mine["total"] == len([row for row in range(200) if row % 10 == 9])
    assert "is spelled '(*+'" in odd["answers"][0]["error"]
    mine, theirs = difference["answers"][0], answers.ask("w1 w2 - w3 w4")["answers"][0]
    assert mine["kind"] == theirs["kind"] == "difference"
    assert mine["asked"] == theirs["asked"]
    assert mine["words"][0]["word"] == theirs["words"][0]["word"]
    assert mine["words"][0]["cosine"] == pytest.approx(theirs["words"][0]["cosine"], abs=4e-4)


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
def test_one_pair_alone_is_no_picture_in_a_saved_page_either(saved, tmp_path):
    page, answers = saved
    (found,) = asked_of_page(page, ["w1:w2"], tmp_path)
    assert found["answers"][0]["error"] == answers.ask("w1:w2")["answers"][0]["error"]


def computed(folder, names, expression):
    """What scripts of the page compute, in Node.js."""
    page = "globalThis.document = {documentElement: {dataset: {theme: 'light'}}};"
    scripts = "".join(read_own(name).decode() for name in names)
    shown = f"console.log(JSON.stringify({expression}));"
    (folder / "compute.js").write_text(f"{page}{scripts}{shown}")
    command = ["node", folder / "compute.js"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
@pytest.mark.parametrize(
    ("part", "order"),
    [("[-1, 0, -1, 1]", [2, 0, 3, 1]), ("[0, 1, 0, 1]", [3, 2, 1, 0]), ("null", [3, 2, 1, 0])],
)
def test_frequent_words_and_groups_are_painted_last(tmp_path, part, order):
    names = ["words.js", "map/colours.js"]
    data = "{x: [0, 0, 0, 0], counts: null}"
    colours = f"{{part: {part}, names: ['a', 'b']}}"
    paint = f"Explorer.colours.paintOf({data}, {colours}, null).order"
    assert computed(tmp_path, names, paint) == order


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
@pytest.mark.parametrize(("force", "named"), [("true", 4), ("false", 1)])
def test_labels_that_must_be_seen_find_room_beside_their_points(tmp_path, force, named):
    names = ["words.js", "map/labels.js"]
    places = (100, 115, 140, 120)
    candidates = ", ".join(f"{{text: '', x: {x}, y: 50, force: {force}}}" for x in places)
    place = f"Explorer.labels.place([{candidates}], 300, 100, () => 40, 13, 9)"
    boxes = computed(tmp_path, names, place)
    assert len(boxes) == named
    assert len({(box["left"], box["baseline"]) for box in boxes}) == named


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
def test_a_saved_picture_tells_what_its_colours_mean(tmp_path):
    entries = ", ".join(f"{{text: '{text}', colour: '#123456'}}" for text in "abcde")
    key = f"Explorer.saving.keyBelow([{entries}], 200, 100, () => 40)"
    laid = computed(tmp_path, ["words.js", "map/saving.js"], key)
    places = [(each["x"], each["y"]) for each in laid["entries"]]
    assert len(set(places)) == 5
    assert all(x + 10 + 40 < 200 and 100 < y < laid["height"] for x, y in places)
    empty = "Explorer.saving.keyBelow([], 200, 100, () => 40)"
    assert computed(tmp_path, ["words.js", "map/saving.js"], empty)["height"] == 100


def test_plotly_is_optional(monkeypatch):
    monkeypatch.setattr("glove_ada.explorer.page_files.find_spec", lambda name: None)
    assert page_file("plotly.js") is None


@pytest.mark.filterwarnings("ignore")  # what setuptools thinks of other parts of the file
def test_a_wheel_holds_the_page(monkeypatch):
    pyprojecttoml = pytest.importorskip("setuptools.config.pyprojecttoml")
    from setuptools import Distribution

    monkeypatch.chdir(DATA.parent)
    built = pyprojecttoml.apply_configuration(Distribution(), "pyproject.toml")
    command = built.get_command_obj("build_py")
    command.ensure_finalized()
    packed = {name for *_, names in command.data_files for name in names}
    assert packed >= {f"page/{name}" for name in ("index.html", "explore.css", *SAVED, *SCRIPTS)}
