"""What the page may ask, and the answers, as JSON takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import GloveError, OptionError
from glove_ada.explorer.comparison import BackgroundComparison
from glove_ada.explorer.maps.map_worker import METHODS
from glove_ada.explorer.maps.word_maps import PCA, WordMaps
from glove_ada.explorer.models.opened_model import OpenedModel
from glove_ada.explorer.queries import answer_from, known_word
from glove_ada.explorer.standard_errors import StandardErrors
from glove_ada.explorer.word_colours import Partition, cluster_words, group_words
from glove_ada.system.memory import return_freed_memory
from glove_ada.vectors.query_notation import BLANKS

MOST_WORDS = 1000
"""That one answer may name."""


class Answers:
    """Answers what the page asks; any thread may ask.

    Parameters
    ----------
    models : sequence of OpenedModel
        None, one or two.
    words : int
        How many words a map shows at first.
    groups : mapping of str to str
        The group of each word that has one.
    reports : sequence of str
        Paths of reports of trainings.
    """

    def __init__(
        self,
        models: Sequence[OpenedModel],
        *,
        words: int,
        groups: Mapping[str, str],
        reports: Sequence[str],
    ) -> None:
        self.models, self.words = list(models), words
        self.groups, self.reports = groups, list(reports)
        self.maps = [WordMaps(model) for model in models]
        self._standard_errors = [StandardErrors(model.path) for model in models]
        self._comparing: BackgroundComparison | None = None
        self._questions: dict[str, Callable[..., Any]] = {
            "start": self.start,
            "map": self.map,
            "prepare_map": self.prepare_map,
            "colours": self.colours,
            "complete": self.complete,
            "ask": self.ask,
            "sure": self.sure,
            "compare": self.compare,
            "trainings": self.trainings,
        }

    def answer(self, name: str, question: Mapping[str, Any]) -> Any:
        """Answer a question of the page.

        Raises
        ------
        OptionError
            If there is no such question, or it makes no sense.
        UnknownWordError
            If it names a word that is not there.
        """
        ask = self._questions.get(name)
        if ask is None:
            raise OptionError(f"there is no question {name!r}")
        try:
            return ask(**question)
        except (TypeError, ValueError, IndexError) as error:
            raise OptionError(f"the question {name!r} makes no sense: {error}") from error

    def get_ready(self) -> None:
        """Compute ahead what the first answer would have to wait for."""
        for model in self.models:
            _ = model.vectors.norms
        self.release()

    def release(self) -> None:
        """Give back the memory that answers have taken."""
        for model in self.models:
            model.vectors.release()
        return_freed_memory()

    def stop(self) -> None:
        """End what is being computed."""
        for maps, errors in zip(self.maps, self._standard_errors, strict=True):
            maps.stop()
            errors.stop()

    def start(self) -> dict[str, Any]:
        """Tell what there is."""
        return {
            "models": [
                {
                    "name": model.name,
                    "words": len(model.vectors),
                    "dimensions": model.vectors.vector_size,
                    "counts": model.vectors.counts is not None,
                    "sure": model.has_both_sides,
                }
                for model in self.models
            ],
            "shown": self.words,
            "methods": [
                {"name": PCA, "title": "PCA", "missing": ""},
                *(
                    {
                        "name": name,
                        "title": method.title,
                        "missing": "" if method.installed else method.install,
                    }
                    for name, method in METHODS.items()
                ),
            ],
            "groups": bool(self.groups),
            "trainings": len(self.reports),
        }

    def map(self, model: int, words: int, method: str = PCA) -> dict[str, Any]:
        """Give the most frequent words with their places."""
        maps = self._maps(model, method)
        points = maps.points(method, _at_least(3, words))
        if points is None:
            raise OptionError(f"the map by {method} is not computed yet")
        rows = maps.rows(words)
        opened = maps.model
        in_order = bool(np.array_equal(rows, np.arange(len(rows))))
        compact = opened.vectors.words
        counts = opened.vectors.counts
        return {
            "words": compact[: len(rows)] if in_order else [compact[int(row)] for row in rows],
            "rows": None if in_order else rows.tolist(),
            "x": _rounded(points[:, 0]),
            "y": _rounded(points[:, 1]),
            "counts": None if counts is None else counts[rows].tolist(),
        }

    def prepare_map(self, model: int, words: int, method: str, begin: bool = True) -> Any:
        """Begin to compute a map unless that is under way; tell how far it is."""
        maps = self._maps(model, method)
        if begin:
            missing = method != PCA and not METHODS[method].installed
            if missing and maps.state(method, words).state == "absent":
                raise OptionError(
                    f"{METHODS[method].title} is not installed: "
                    f"pip install '{METHODS[method].install}'"
                )
            maps.start(method, _at_least(3, words))
        return vars(maps.state(method, words))

    def colours(self, model: int, words: int, by: str) -> dict[str, Any]:
        """Divide the words of a map into clusters or groups."""
        opened, rows = self.models[model], self.maps[model].rows(_at_least(3, words))
        if by == "group":
            partition = group_words(opened, self.groups, rows)
        elif by == "cluster":
            partition = cluster_words(opened, rows)
        else:
            raise OptionError(f"there is no colour by {by!r}")
        return _partition(partition)

    def complete(self, beginning: str, count: int = 10, model: int = 0) -> list[dict[str, Any]]:
        """Give words that begin so."""
        opened = self.models[model]
        rows = opened.complete(str(beginning), min(count, MOST_WORDS))
        return [known_word(opened, row) for row in rows]

    def ask(self, query: str, topn: int = 10) -> dict[str, Any]:
        """Answer a query in the notation of `glove_ada.query`, or pairs, from each model."""
        query = str(query).strip(BLANKS)
        if not query:
            raise OptionError("the query is empty: write a word")
        topn = _at_least(1, min(topn, MOST_WORDS))
        answers = [answer_from(model, query, topn) for model in self.models]
        return {"query": query, "answers": answers}

    def sure(self, query: str, model: int = 0, topn: int = 10) -> dict[str, Any]:
        """Begin to compute the standard errors of an answer, or tell how far that is."""
        if not self.models[model].has_both_sides:
            raise OptionError(
                f"{self.models[model].name} holds vectors alone, and standard errors need the "
                f"contexts and biases, too: train with a folder or .npz for --save-file"
            )
        topn = _at_least(1, min(topn, MOST_WORDS))
        return self._standard_errors[model].record(str(query).strip(BLANKS), topn)

    def compare(self, count: int = 100) -> dict[str, Any]:
        """Tell what is in one of two models only, and which words have other neighbours."""
        if len(self.models) != 2:
            raise OptionError("two models are needed to be compared")
        if self._comparing is None:
            self._comparing = BackgroundComparison(*self.models)
        return self._comparing.record(min(count, MOST_WORDS))

    def trainings(self) -> list[dict[str, Any]]:
        """Give costs and scores by epoch."""
        from glove_ada.explorer.training_curves import training_curves  # imports all of a run

        curves = []
        for path in self.reports:
            try:
                curves.append(training_curves(path))
            except GloveError as error:
                curves.append({"name": path, "state": "unreadable", "error": str(error)})
        return curves

    def _maps(self, model: int, method: str) -> WordMaps:
        if method != PCA and method not in METHODS:
            raise OptionError(f"there is no map by {method!r}")
        return self.maps[model]


def _partition(partition: Partition) -> dict[str, Any]:
    return {
        "names": partition.names,
        "part": partition.part.tolist(),
        "absent": partition.absent,
    }


def _rounded(coordinates: npt.NDArray[np.float32]) -> list[float]:
    """Round to five digits of the picture's extent, which is finer than any screen."""
    extent = float(np.abs(coordinates).max(initial=0)) or 1.0
    digits = max(0, 5 - int(np.floor(np.log10(extent))))
    values: list[float] = np.round(coordinates.astype(np.float64), digits).tolist()
    return values


def _at_least(least: int, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise OptionError(f"{value!r} is no whole number")
    return max(least, value)
