"""Maps of the most frequent words of a model: at once by principal components, others in time."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.explorer.maps.kept_maps import read_kept_map, write_kept_map
from glove_ada.explorer.maps.map_worker import METHODS, MapWorker
from glove_ada.explorer.models.opened_model import OpenedModel
from glove_ada.vectors.cosine import ROWS_AT_ONCE, Matrix, unit_rows

Points = npt.NDArray[np.float32]

PCA = "pca"


def pca_of_many(vectors: Matrix, rows: npt.NDArray[np.intp]) -> Points:
    """Project rows, scaled to length 1, on their two first principal components.

    It is what `glove_ada.pictures.projection.pca_map` draws, by way of the covariances, so that no
    copy of the rows is needed. Each axis has the sign that makes its component of greatest
    magnitude positive: the picture is the same every time.

    Parameters
    ----------
    vectors : ndarray of float, shape (words, vector_size)
        May be memory-mapped.
    rows : ndarray of int, shape (shown,)

    Returns
    -------
    ndarray of float32, shape (shown, 2)
    """
    size = vectors.shape[1]
    pieces = [rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE)]
    total, squares = np.zeros(size), np.zeros((size, size))
    for piece in pieces:
        units = unit_rows(vectors[piece])
        total += units.sum(axis=0)
        squares += units.T @ units
    mean = total / len(rows)
    _, directions = np.linalg.eigh(squares / len(rows) - np.outer(mean, mean))
    axes = np.zeros((size, 2))
    for place in range(min(2, size)):
        axis = directions[:, -1 - place]
        axes[:, place] = axis * np.sign(axis[np.argmax(np.abs(axis))])
    points = [(unit_rows(vectors[piece]) - mean) @ axes for piece in pieces]
    return np.concatenate(points).astype(np.float32)


@dataclass
class MapState:
    """How far a map is.

    Attributes
    ----------
    state : {"absent", "running", "done", "failed"}
    done : float
        The share that is done, 0 to 1.
    note : str
        What is to be said to the user; may be empty.
    """

    state: str
    done: float = 0.0
    note: str = ""


@dataclass
class WordMaps:
    """The maps of one model, by method and number of words.

    Attributes
    ----------
    model : OpenedModel
    """

    model: OpenedModel
    _points: dict[tuple[str, int], Points] = field(default_factory=dict)
    _workers: dict[tuple[str, int], MapWorker] = field(default_factory=dict)
    _notes: dict[tuple[str, int], str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def rows(self, words: int) -> npt.NDArray[np.intp]:
        """Return the rows of the most frequent words, which a map shows."""
        return self.model.most_frequent(words)

    def points(self, method: str, words: int) -> Points | None:
        """Return the places of words, shape (words, 2); None if they are still to be computed."""
        key = method, min(words, len(self.model.vectors))
        with self._lock:
            if key not in self._points:
                if method == PCA:
                    self._points[key] = pca_of_many(self.model.vectors.vectors, self.rows(words))
                else:
                    self._take_up(key)
            return self._points.get(key)

    def state(self, method: str, words: int) -> MapState:
        """Tell how far a map is."""
        key = method, min(words, len(self.model.vectors))
        if self.points(method, words) is not None:
            return MapState("done", 1.0, self._notes.get(key, ""))
        worker = self._workers.get(key)
        if worker is None:
            return MapState("absent")
        if worker.failure:
            return MapState("failed", 0.0, worker.failure)
        return MapState("running", worker.share, worker.note)

    def start(self, method: str, words: int) -> None:
        """Begin to compute a map in a process of its own, unless that is under way or done."""
        key = method, min(words, len(self.model.vectors))
        if self.points(method, words) is not None:
            return
        with self._lock:
            worker = self._workers.get(key)
            if worker is None or worker.failure:
                units = unit_rows(self.model.vectors.vectors[self.rows(words)])
                self._workers[key] = MapWorker(method, units.astype(np.float32))

    def stop(self) -> None:
        """End all processes."""
        for worker in self._workers.values():
            worker.stop()

    def largest_kept(self, words: int) -> dict[str, Points]:
        """Return, by method, the places of at least so many words that are known already."""
        found: dict[str, Points] = {}
        sizes = sorted({words, *(size for _, size in self._points), *USUAL_SIZES})
        for method in METHODS:
            for size in sizes:
                if size >= words and (points := self.points(method, size)) is not None:
                    found[method] = points[:words]
                    break
        return found

    def _take_up(self, key: tuple[str, int]) -> None:
        """Take a map from its worker, which is then kept, or from the disk."""
        method, words = key
        worker = self._workers.get(key)
        if worker is None:
            kept = read_kept_map(self.model.path, self._digest(method, words), words)
            if kept is not None:
                self._points[key] = kept
        elif worker.points is not None:
            self._points[key] = worker.points
            digest = self._digest(method, words)
            self._notes[key] = write_kept_map(self.model.path, digest, worker.points)
            del self._workers[key]

    def _digest(self, method: str, words: int) -> str:
        """Name what a map depends on: the method with its settings, and the vectors."""
        digest = hashlib.sha256(f"{METHODS[method].settings} {words}\n".encode())
        rows = self.rows(words)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            piece: Any = self.model.vectors.vectors[rows[start : start + ROWS_AT_ONCE]]
            digest.update(np.ascontiguousarray(piece, dtype=np.float32).data)
        return digest.hexdigest()[:24]


USUAL_SIZES = (10_000, 20_000, 50_000, 100_000)
"""How many words a map may show, besides all."""
