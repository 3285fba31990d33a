"""Standard errors of answers, which `glove_ada.query --sure` computes in a process of its own.

It reads the text that the model was trained on: that takes seconds to minutes, and memory that a
page of vectors alone should not cost.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from glove_ada.explorer.maps.map_worker import package_environment


@dataclass
class SureQuery:
    """A query that is being answered with standard errors, in the background.

    Attributes
    ----------
    words : list of dict, or None
        When it is done: of each word `word`, `cosine`, `standard_error`, `low`, `high` (the 95 %
        interval) and `documents`.
    failure : str
        Why there will be no answer; empty if all is well.
    """

    path: str
    query: str
    topn: int
    words: list[dict[str, Any]] | None = None
    failure: str = ""
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)
    _stopped: bool = False

    def __post_init__(self) -> None:
        """Begin."""
        threading.Thread(target=self._work, daemon=True).start()

    def stop(self) -> None:
        """End the process."""
        self._stopped = True
        if self._process is not None:
            with suppress(OSError):
                self._process.kill()

    def _work(self) -> None:
        command = [sys.executable, "-m", "glove_ada.query", "--sure", "--json"]
        try:
            self._process = subprocess.Popen(
                [*command, "--topn", str(self.topn), "--", self.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="surrogateescape",
                env={**package_environment(), "PYTHONIOENCODING": "utf-8:surrogateescape"},
                start_new_session=True,  # a Ctrl-C is for the server, which ends this one
            )
            if self._stopped:
                self._process.kill()
            output, errors = self._process.communicate(" ".join(self.query.split("\n")) + "\n")
            if self._process.returncode == 0:
                self.words = json.loads(output)["words"]
                return
            last = (errors.strip().splitlines() or ["it was ended"])[-1]
            self.failure = last.removeprefix("error: ")
        except (OSError, ValueError, LookupError) as error:
            self.failure = f"standard errors could not be computed: {error}"


class StandardErrors:
    """The queries of one model, of which one at a time is worked on.

    Parameters
    ----------
    path : str
        The model's.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._queries: dict[tuple[str, int], SureQuery] = {}
        self._lock = threading.Lock()

    def record(self, query: str, topn: int) -> dict[str, Any]:
        """Tell how far a query is, which begins if it is new."""
        with self._lock:
            asked = self._queries.get((query, topn))
            if asked is None:
                self._stop_unfinished()
                asked = self._queries[query, topn] = SureQuery(self._path, query, topn)
            if asked.failure:
                del self._queries[query, topn]  # it may be asked again
        state = "failed" if asked.failure else "running" if asked.words is None else "done"
        return {"state": state, "words": asked.words, "note": asked.failure}

    def stop(self) -> None:
        """End what is being computed."""
        with self._lock:
            self._stop_unfinished()

    def _stop_unfinished(self) -> None:
        for key, query in list(self._queries.items()):
            if query.words is None:
                query.stop()
                del self._queries[key]
