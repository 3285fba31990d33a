"""The code of a recipe: its blocks in order, what each is to print, and what it needs.

A block marked `python` is run in the page's one namespace, a block marked `sh` line by line:
commands of glove_ada in this process, other programs of Python in one of their own. A block marked
`text` right behind another says what that prints. `<!-- needs: pandas>=2, keras -->` names what a
page needs, or, right before a block, the block: without it they are left out. `<!-- not run: why
-->` stands before a block that is never run.
"""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from glove_ada.__main__ import main

RECIPES = Path(__file__).parents[2] / "docs" / "recipes"
_BLOCK = re.compile(r"(?:^<!-- ([^>]*) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NEEDS = "needs: "


@dataclass
class Block:
    """A block of code, the line it begins at, and what it is to print, if that is told."""

    language: str
    code: str
    line: int
    printed: str | None = None


def missing_packages(comment):
    """List what a comment says is needed, and is not installed."""
    needed = comment.removeprefix(_NEEDS).split(", ") if comment.startswith(_NEEDS) else []
    return [requirement for requirement in needed if not _is_installed(Requirement(requirement))]


def _is_left_out(comment):
    return comment.startswith("not run: ") or bool(missing_packages(comment))


def comment_of_page(page):
    """Return the comment that stands by itself, if there is one."""
    found = re.search(r"^<!-- (.*) -->\n$", page, re.MULTILINE)
    return found[1] if found else ""


def _is_installed(requirement):
    try:
        return requirement.specifier.contains(version(requirement.name))
    except PackageNotFoundError:
        return False


def blocks_of(page):
    """List the blocks that are run here."""
    blocks, end = [], -1
    for match in _BLOCK.finditer(page):
        comment, language, code = match.groups(default="")
        if language == "text" and page[end : match.start()].strip() == "" and blocks:
            blocks[-1].printed = code
        elif language in ("python", "sh") and not _is_left_out(comment):
            blocks.append(Block(language, code, page.count("\n", 0, match.start(2)) + 2))
            end = match.end()
    return blocks


def run_block(block, namespace, name):
    """Run a block; return what it printed."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        if block.language == "python":
            # The line numbers of an error are those of the page.
            exec(compile("\n" * (block.line - 1) + block.code, name, "exec"), namespace)
        else:
            for line in block.code.replace("\\\n", " ").splitlines():
                _run_line(line)
    return printed.getvalue()


def _run_line(line):
    program, *arguments = shlex.split(line, comments=True) or [""]
    if program == "glove-ada":
        assert main(arguments) == 0, line
    elif program == "python":
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    else:
        assert not program, f"{line}: mark it as not run"
