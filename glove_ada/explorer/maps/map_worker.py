"""Maps by UMAP and t-SNE, computed in a process of their own, which tells how far it is.

Run as `python -m glove_ada.explorer.maps.map_worker METHOD INPUT OUTPUT`, it reads rows and writes
points as `.npy`; each line of its standard output is the share that is done.
"""

from __future__ import annotations

import importlib.util
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float32]
Rows = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Method:
    """A way to draw a map that takes long.

    Attributes
    ----------
    title : str
    needs : str
        The module that it needs.
    install : str
        What pip installs it from.
    settings : str
        What the picture depends on besides the vectors.
    """

    title: str
    needs: str
    install: str
    settings: str

    @property
    def installed(self) -> bool:
        """Whether it can be used."""
        return importlib.util.find_spec(self.needs) is not None


METHODS = {
    "umap": Method(
        "UMAP", "umap", "glove-ada[explore]", "umap neighbours 15 distance 0.1 cosine seed 1"
    ),
    "tsne": Method(
        "t-SNE", "sklearn", "glove-ada[explore]", "t-SNE perplexity 30 Barnes-Hut start PCA seed 1"
    ),
}


class MapWorker:
    """A process at work on a map.

    Parameters
    ----------
    method : {"umap", "tsne"}
    rows : ndarray of float32, shape (words, vector_size)
        Vectors of length 1.

    Attributes
    ----------
    share : float
        What is done, 0 to 1.
    note : str
        What it is at.
    points : ndarray of float32, shape (words, 2), or None
        The map, when it is done.
    failure : str
        Why there will be none; empty if all is well.
    """

    def __init__(self, method: str, rows: Rows) -> None:
        self.share, self.note, self.failure = 0.0, "starting", ""
        self.points: Points | None = None
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._work, args=(method, rows), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the process."""
        self._stopped = True
        if self._process is not None:
            with suppress(OSError):
                self._process.kill()
        self._thread.join(timeout=10)

    def _work(self, method: str, rows: Rows) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="glove_ada-map-") as folder:
                self._run(method, rows, folder)
        except (OSError, ValueError) as error:
            self.failure = f"the map could not be computed: {error}"

    def _run(self, method: str, rows: Rows, folder: str) -> None:
        given, made = os.path.join(folder, "rows.npy"), os.path.join(folder, "points.npy")
        np.save(given, rows)
        command = [sys.executable, "-m", __name__, method, given, made]
        with open(
            os.path.join(folder, "errors"), "w+", encoding="utf-8", errors="replace"
        ) as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=package_environment(),
                start_new_session=True,  # a Ctrl-C is for the server, which ends this one
            )
            if self._stopped:
                self._process.kill()
            assert self._process.stdout is not None
            with self._process.stdout as lines:
                for line in lines:
                    share, _, self.note = line.strip().partition(" ")
                    with suppress(ValueError):
                        self.share = float(share)
            if self._process.wait() == 0:
                points = np.load(made, allow_pickle=False).astype(np.float32)
                self.points = points - points.mean(axis=0)
            elif not self._stopped:
                errors.seek(0)
                last = (errors.read().strip().splitlines() or ["it was ended"])[-1]
                self.failure = f"the map could not be computed: {last}"


def package_environment() -> dict[str, str]:
    """Return an environment in which this package is found, wherever the user is."""
    home = Path(__file__).resolve().parents[3]
    paths = [os.fspath(home), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def umap_points(rows: Rows, report: Callable[[float, str], None]) -> Points:
    """Arrange rows by UMAP (McInnes, Healy and Melville 2018), with a fixed seed.

    Parameters
    ----------
    rows : ndarray of float32, shape (words, vector_size)
    report : callable
        Is told the share that is done, and what is being done.
    """
    report(0.02, "loading umap")
    import umap

    report(0.05, "finding neighbours")
    stream = _TqdmReader(lambda share: report(0.3 + 0.7 * share, "arranging"))
    model = umap.UMAP(
        n_neighbors=min(15, len(rows) - 1),
        metric="cosine",
        random_state=1,
        n_jobs=1,
        init="pca",
        verbose=True,
        tqdm_kwds={"file": stream, "disable": False, "mininterval": 0.5},
    )
    return np.asarray(model.fit_transform(rows), dtype=np.float32)


def tsne_points(rows: Rows, report: Callable[[float, str], None]) -> Points:
    """Arrange rows by t-SNE (van der Maaten 2014, with the tree of Barnes and Hut).

    Parameters
    ----------
    rows : ndarray of float32, shape (words, vector_size)
    report : callable
        Is told the share that is done, and what is being done.
    """
    report(0.02, "loading scikit-learn")
    from sklearn.manifold import TSNE

    report(0.05, "finding neighbours")
    model = TSNE(
        perplexity=min(30.0, (len(rows) - 1) / 3), init="pca", random_state=1, n_jobs=1, verbose=2
    )
    steps = re.compile(r"Iteration (\d+)")

    def read(line: str) -> None:
        if found := steps.search(line):
            report(0.2 + 0.8 * int(found[1]) / 1000, "arranging")

    output, sys.stdout = sys.stdout, _LineReader(read)
    try:
        return np.asarray(model.fit_transform(rows), dtype=np.float32)
    finally:
        sys.stdout = output


class _LineReader(io.TextIOBase):
    """A stream whose lines go to a function."""

    def __init__(self, read: Callable[[str], None]) -> None:
        self._read, self._rest = read, ""

    def write(self, text: str) -> int:
        *lines, self._rest = re.split("[\r\n]", self._rest + text)
        for line in lines:
            self._read(line)
        return len(text)


class _TqdmReader(_LineReader):
    """A stream that is told by tqdm how many steps are done, `60/500`."""

    def __init__(self, report: Callable[[float], None]) -> None:
        super().__init__(self._find_share)
        self._report = report

    def _find_share(self, line: str) -> None:
        if found := re.search(r"(\d+)/(\d+)", line):
            self._report(int(found[1]) / max(int(found[2]), 1))

    def write(self, text: str) -> int:
        return super().write(f"{text}\n")


def main(arguments: list[str]) -> int:
    """Compute a map; a Ctrl-C is left to who has started this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    method, given, made = arguments
    output = sys.stdout

    def report(share: float, what: str) -> None:
        print(f"{share:.3f} {what}", file=output, flush=True)

    rows: Any = np.load(given, allow_pickle=False)
    compute = umap_points if method == "umap" else tsne_points
    np.save(made, compute(rows, report))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
