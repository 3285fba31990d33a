"""The page for users of R: its commands here, and its R code where R is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from docs.recipe_pages import RECIPES, blocks_of, run_block
from docs.test_recipes import lines
from support import DATA

PAGE = (RECIPES.parent / "r.md").read_text(encoding="utf-8")
R_BLOCK = re.compile(
    r"(?:^<!-- ([^>]*) -->\n)?^```r\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
MARK = "# ---- block ----"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder like a clone of the project, with what the page's commands leave."""
    shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    for block in blocks_of(PAGE):
        run_block(block, {}, "r.md")
    return tmp_path


def run_r(code, folder):
    environment = {"PATH": "/usr/bin:/bin", "RETICULATE_PYTHON": sys.executable, "LANG": "C.UTF-8"}
    return subprocess.run(
        ["Rscript", "-e", code],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )


def has_package(name):
    return run_r(f"library({name})", ".").returncode == 0


def test_files_are_as_r_reads_them(here):
    """Without R: a row a line, the same number of numbers in each, and as many words."""
    vectors = [line.split(" ") for line in (here / "vectors.txt").read_text().splitlines()]
    assert {len(row) for row in vectors} == {51}
    counted = (here / "words.txt").read_text().splitlines()
    assert [line.split(" ")[0] for line in counted] == [row[0] for row in vectors]
    transform = [line.split(" ") for line in (here / "transform.txt").read_text().splitlines()]
    assert [len(row) for row in transform] == [50] * 50
    with open(here / "counts.mtx") as file:
        assert file.readline() == "%%MatrixMarket matrix coordinate real symmetric\n"
        assert file.readline().split()[:2] == [str(len(vectors))] * 2


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_the_code_of_the_page(here):
    if not has_package("Matrix"):
        pytest.skip("needs R's package Matrix")
    code, expected = [], []
    for comment, block, printed in R_BLOCK.findall(PAGE):
        package = comment.removeprefix("needs R: ")
        if comment.startswith("not run") or (package and not has_package(package)):
            continue
        code.append(block + f"cat('{MARK}\\n')\n")
        expected.append(lines(printed))
    assert len(code) >= 3
    (here / "page.R").write_text("".join(code))
    ran = run_r("source('page.R', echo = FALSE, print.eval = TRUE)", here)
    assert ran.returncode == 0, ran.stderr
    found = [lines(part) for part in ran.stdout.split(MARK + "\n")]
    assert found[: len(expected)] == expected
