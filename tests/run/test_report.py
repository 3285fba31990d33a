"""The report: enough to repeat a run, and what it took."""

from __future__ import annotations

import hashlib
import json
import platform
import time

import numpy as np
import pytest

import glove_ada
from glove_ada import GloVe, kernels
from glove_ada.run.report import Report, report_path, write_report
from glove_ada.system.version import ARITHMETIC_VERSION
from glove_ada.train import main

ARGUMENTS = ["--vector-size", "8", "--epochs", "3", "--seed", "5", "--window-size", "4"]


@pytest.mark.parametrize(
    ("vectors", "report"),
    [
        ("vectors.txt", "vectors.report.json"),
        ("a/b.c/out.txt", "a/b.c/out.report.json"),
        ("model.50d", "model.50d.report.json"),
        ("vectors", "vectors.report.json"),
        ("vectors.txt.gz", "vectors.txt.gz.report.json"),
    ],
)
def test_lies_beside_the_vectors(vectors, report):
    assert report_path(vectors) == report


def test_stages_are_timed_and_measured():
    report = Report()
    with report.stage("work"):
        block = np.ones(15_000_000)  # 120 MB
        time.sleep(0.1)
    del block
    with report.stage("rest"):
        time.sleep(0.05)
    work, rest = report.facts["stages"]
    assert (work["name"], rest["name"]) == ("work", "rest")
    assert 0.1 <= work["seconds"] < 5
    assert work["peak_memory_bytes"] > 120e6
    if platform.system() == "Linux":
        assert rest["peak_memory_bytes"] < work["peak_memory_bytes"] - 80e6


def test_sections_collect_facts(tmp_path):
    report = Report()
    report.add("corpus", tokens=3)
    report.add("corpus", documents=1)
    write_report(tmp_path / "report.json", report)
    facts = json.loads((tmp_path / "report.json").read_text())
    assert facts["corpus"] == {"tokens": 3, "documents": 1}
    assert facts == report.facts


@pytest.fixture
def run(corpus, tmp_path, monkeypatch):
    """Run the command on the small corpus; return its report and the vectors' bytes."""
    monkeypatch.chdir(tmp_path)
    assert main([str(corpus), *ARGUMENTS]) == 0
    report = json.loads((tmp_path / "vectors.report.json").read_text())
    return report, (tmp_path / "vectors.txt").read_bytes()


def test_holds_all_that_is_promised(run, corpus, text):
    report, vectors = run
    assert report["format"] == 1
    assert report["options"]["seed"] == 5
    assert set(report["options"]) == set(glove_ada.run.options.Options.__dataclass_fields__)
    assert report["versions"] == {
        "glove_ada": glove_ada.__version__,
        "arithmetic": ARITHMETIC_VERSION,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "backend": kernels.BACKEND,
        "instruction_set": kernels.INSTRUCTION_SET,
    }
    assert report["corpus"]["sha256"] == hashlib.sha256(text).hexdigest()
    assert report["corpus"]["paths"] == [str(corpus)]
    assert report["corpus"]["tokens"] == len(text.split())
    assert report["corpus"]["invalid_bytes"] == 6 * 6
    assert report["vocabulary"]["words"] == len(vectors.splitlines())
    assert report["matrix"]["nonzeros"] > report["matrix"]["stored_cells"] > 1000
    assert report["matrix"]["groups"] == 8
    assert len(report["training"]["costs"]) == 3
    names = [stage["name"] for stage in report["stages"]]
    before, after = ["encode", "count", "tile", "initialise", "train"], ["combine", "write"]
    assert names == [*before, "polish", *after]
    for stage in report["stages"]:
        assert stage["seconds"] >= 0
        assert stage["peak_memory_bytes"] > 1e6
    assert report["vectors"]["sha256"] == hashlib.sha256(vectors).hexdigest()


def test_its_options_repeat_the_run(run, tmp_path):
    report, vectors = run
    model = GloVe(**report["options"]).fit(report["corpus"]["paths"][0])
    model.vectors_.save(tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_bytes() == vectors
    assert model.costs_ == report["training"]["costs"]
