from __future__ import annotations

import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from support import DATA

from glove_ada import explore
from glove_ada.vectors.word_vectors import WordVectors


@pytest.fixture
def vectors(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = [f"w{number}" for number in range(40)]
    WordVectors(words, np.random.default_rng(1).normal(size=(40, 5)).astype("f4")).save("v.txt")
    return "v.txt"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "there is nothing to see"),
        (["a", "b", "c"], "two models fit side by side, not 3"),
        (["absent.txt"], "absent.txt"),
        (["v.txt", "--port", "70000"], "--port is 0 to 65535, not 70000"),
        (["v.txt", "--groups", "absent.tsv"], "absent.tsv cannot be read"),
        (["v.txt", "--export", "page.txt"], "page.txt is no page"),
        (["--report", "v.report.json", "--export", "page.html"], "--export writes a page of vec"),
        (["v.txt", "--report", "v.txt"], "v.txt is not a report of a training"),
        (["empty.txt"], "empty.txt"),
    ],
)
def test_mistakes_are_one_sentence(vectors, capsys, arguments, said):
    Path("empty.txt").touch()
    assert explore.main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert said in error
    assert error.count("\n") == 1


def test_export_writes_a_page(vectors, capsys):
    assert explore.main([vectors, "--export", "page.html"]) == 0
    assert capsys.readouterr().out == "wrote page.html\n"
    assert "Explorer.saved = " in Path("page.html").read_text(encoding="utf-8")


def test_export_leaves_its_inputs_alone(vectors, capsys):
    os.rename("v.txt", "v.html")
    before = Path("v.html").read_bytes()
    assert explore.main(["v.html", "--export", "v.html"]) == 2
    assert "would be overwritten" in capsys.readouterr().err
    assert Path("v.html").read_bytes() == before


def own_memory(process):
    """Bytes that a process shares with no file."""
    status = Path(f"/proc/{process}/status").read_text()
    return 1024 * int(re.search(r"RssAnon:\s+(\d+)", status)[1])


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc keeps memory")
def test_what_an_answer_took_is_given_back(vectors):
    words = [f"w{number}" for number in range(50_000)]
    matrix = np.random.default_rng(1).normal(size=(len(words), 50)).astype("f4")
    WordVectors(words, matrix).save("large.txt")
    options = ["large.txt", "--no-browser", "--port", "0"]
    command = [sys.executable, "-m", "glove_ada.explore", *options]
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        before = own_memory(process.pid)
        for name, question in (("map", {"model": 0, "words": 50_000}), ("ask", {"query": "w1"})):
            body = json.dumps(question).encode()
            headers = {"Content-Type": "application/json"}
            with urllib.request.urlopen(
                urllib.request.Request(f"{url}api/{name}", body, headers)
            ) as answer:
                assert answer.read(1) == b"{"
        deadline = time.monotonic() + 10
        while (more := own_memory(process.pid) - before) > 5e6 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.terminate()
    assert more < 5e6


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_serves_until_it_is_ended(vectors, number, status):
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    command = [sys.executable, "-m", "glove_ada.explore", vectors, "--no-browser", "--port", "0"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        url = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{20,}/", url)
        with urllib.request.urlopen(url) as page:
            assert page.status == 200
        process.send_signal(number)
        assert process.wait(timeout=20) == status
        assert process.stderr.read() == "interrupted\n"
