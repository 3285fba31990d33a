"""The recipes of the documentation do what they say, to the digit where they show output.

All begin in a folder like a clone of the project, with the files that the page names as the
reader's own, and after the first recipe, with the vectors that it ends with.
"""

from __future__ import annotations

import shutil

import pytest
from docs.readers_files import READERS_FILES
from docs.recipe_pages import RECIPES, blocks_of, comment_of_page, missing_packages, run_block
from support import DATA

FIRST = "first-vectors"
PAGES = sorted(path.stem for path in RECIPES.glob("*.md"))


def read(name):
    return (RECIPES / f"{name}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def first_vectors(tmp_path_factory):
    """What the first recipe's training leaves: all others begin with it."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(DATA, folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_block(blocks_of(read(FIRST))[0], {}, FIRST)
    return folder


@pytest.mark.parametrize("name", PAGES)
def test_a_recipe(name, first_vectors, tmp_path, monkeypatch):
    page = read(name)
    if missing := missing_packages(comment_of_page(page)):
        pytest.skip(f"needs {', '.join(missing)}")
    shutil.copytree(first_vectors, tmp_path, dirs_exist_ok=True)
    if name == FIRST:
        for path in tmp_path.glob("vectors*"):
            path.unlink()
    READERS_FILES.get(name, lambda folder: None)(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    namespace = {"__name__": "__main__"}
    for block in blocks_of(page):
        printed = run_block(block, namespace, f"{name}.md")
        if block.printed is not None:
            assert lines(printed) == lines(block.printed), f"{name}.md, line {block.line}"


def lines(text):
    return [line.rstrip() for line in text.splitlines()]


PAGE = """\
```python
print(1)
```

```text
1
```

<!-- not run: there is no such thing -->
```sh
no-such-program
```

```text
what it prints
```

<!-- needs: no-such-package -->
```python
import no_such_package
```
"""


def test_what_is_run_of_a_page():
    (block,) = blocks_of(PAGE)
    assert (block.language, block.code, block.line) == ("python", "print(1)\n", 2)
    assert run_block(block, {}, "page") == block.printed == "1\n"
    assert missing_packages("needs: numpy, pytest<2, no-such-package") == [
        "pytest<2",
        "no-such-package",
    ]


def test_every_page_has_something_to_compare():
    """But those whose whole content needs what no test has."""
    compared = {name for name in PAGES if any(block.printed for block in blocks_of(read(name)))}
    assert set(PAGES) - compared == {"how-much-text", "hub"}
