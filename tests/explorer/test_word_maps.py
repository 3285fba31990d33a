"""Where words stand on a map, and maps that are kept."""

from __future__ import annotations

import os
import time

import numpy as np
import pytest

from glove_ada.explorer.maps import map_worker
from glove_ada.explorer.maps.kept_maps import kept_map_path, read_kept_map, write_kept_map
from glove_ada.explorer.maps.map_worker import MapWorker
from glove_ada.explorer.maps.word_maps import WordMaps, pca_of_many
from glove_ada.explorer.models.opened_model import open_model
from glove_ada.pictures.projection import pca_map
from glove_ada.vectors.word_vectors import WordVectors


def test_principal_components_are_those_of_the_pictures(matrix):
    rows = np.arange(0, len(matrix), 2)
    points, _ = pca_map(matrix[rows])
    assert pca_of_many(matrix, rows) == pytest.approx(points, abs=1e-5)


@pytest.mark.parametrize("shape", [(1, 5), (2, 5), (5, 1), (4, 3)])
def test_few_words_or_dimensions_have_a_map(shape):
    points = pca_of_many(np.ones(shape, dtype=np.float32), np.arange(shape[0]))
    assert points.shape == (shape[0], 2)
    assert np.isfinite(points).all()


@pytest.fixture
def maps(tmp_path, words, matrix):
    WordVectors(words, matrix).save(tmp_path / "v.txt")
    maps = WordMaps(open_model(str(tmp_path / "v.txt")))
    yield maps
    maps.stop()


def finish(maps, method="tsne", words=60):
    """Wait for a map, and say how it ended."""
    maps.start(method, words)
    for _ in range(3000):
        if (state := maps.state(method, words)).state in ("done", "failed"):
            return state
        time.sleep(0.02)
    raise AssertionError(state)


STUB = """
import sys, numpy
print("0.5 halfway", flush=True)
rows = numpy.load(sys.argv[2])
numpy.save(sys.argv[3], rows[:, :2] * 3)
"""


@pytest.fixture
def stub(monkeypatch, tmp_path):
    """Put a quick program in the place of the worker."""
    program = tmp_path / "stub.py"
    program.write_text(STUB)
    popen = map_worker.subprocess.Popen

    def start(command, **options):
        return popen([command[0], program, *command[3:]], **options)

    monkeypatch.setattr(map_worker.subprocess, "Popen", start)
    return program


def test_a_map_is_computed_kept_and_found_again(maps, stub, matrix):
    assert maps.state("tsne", 60).state == "absent"
    assert finish(maps).note == ""
    points = maps.points("tsne", 60)
    units = matrix[:60] / np.linalg.norm(matrix[:60], axis=1, keepdims=True)
    assert points == pytest.approx(3 * (units - units.mean(axis=0))[:, :2], abs=1e-5)
    again = WordMaps(open_model(maps.model.path))
    assert np.array_equal(again.points("tsne", 60), points)
    assert again.points("tsne", 61) is None
    assert again.points("umap", 60) is None
    assert list(again.largest_kept(50)) == ["tsne"] or again.largest_kept(60)
    (kept,) = [name for name in os.listdir(os.path.dirname(maps.model.path)) if ".map-" in name]
    assert kept.startswith(".v.txt.map-")


def test_other_vectors_have_other_maps(maps, stub, words, matrix):
    finish(maps)
    WordVectors(words, -matrix).save(maps.model.path)
    assert WordMaps(open_model(maps.model.path)).points("tsne", 60) is None


def test_a_worker_that_fails_says_why(maps, stub):
    stub.write_text("raise SystemExit('no luck')")
    assert finish(maps).note == "the map could not be computed: no luck"
    stub.write_text(STUB)
    assert finish(maps).state == "done"


def test_a_worker_ends_with_the_program(stub, matrix):
    stub.write_text("import time\nprint('0.25 slow', flush=True)\ntime.sleep(60)")
    worker = MapWorker("tsne", matrix)
    while worker.share != 0.25:
        time.sleep(0.01)
    worker.stop()
    assert worker._process.returncode is not None
    assert worker.points is None
    assert worker.failure == ""


def test_what_others_put_there_stays(tmp_path):
    vectors, points = str(tmp_path / "v.txt"), np.zeros((3, 2), dtype=np.float32)
    path = kept_map_path(vectors, "d")
    assert write_kept_map(vectors, "d", points) == ""
    assert read_kept_map(vectors, "d", 3).tolist() == points.tolist()
    assert read_kept_map(vectors, "d", 4) is None
    for content in (b"", b"a letter", b"\x93NUMPY\x01\x00", np.full((3, 2), np.nan).tobytes()):
        with open(path, "wb") as file:
            file.write(content)
        assert read_kept_map(vectors, "d", 3) is None
        assert "is there already" in write_kept_map(vectors, "d", points)
        with open(path, "rb") as file:
            assert file.read() == content


def test_a_map_that_cannot_be_kept_is_shown_all_the_same(maps, stub, monkeypatch):
    monkeypatch.setattr(
        "glove_ada.explorer.maps.kept_maps.kept_map_path", lambda *_: "/nowhere/at/all.npy"
    )
    assert "not kept for the next time" in finish(maps).note
    assert maps.points("tsne", 60) is not None


@pytest.mark.slow
@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_real_methods_give_the_same_picture_and_near_neighbours(tmp_path, method):
    pytest.importorskip(map_worker.METHODS[method].needs)
    centres = np.eye(8).repeat(40, axis=0)
    rows = (centres + np.random.default_rng(1).normal(size=(320, 8)) / 9).astype(np.float32)
    found = []
    for _ in range(2):
        worker = MapWorker(method, rows)
        worker._thread.join(timeout=300)
        assert worker.failure == ""
        found.append(worker.points)
    assert np.array_equal(*found)
    middles = found[0].reshape(8, 40, 2).mean(axis=1)
    nearest = np.linalg.norm(found[0][:, None] - middles, axis=2).argmin(axis=1)
    assert (nearest == np.arange(8).repeat(40)).mean() > 0.95
