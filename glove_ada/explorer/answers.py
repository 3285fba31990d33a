"""What the page may ask, and the answers, as JSON takes them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import GloveError, OptionError
from glove_ada.explorer.comparison import ChangedWord, changed_words, words_in_one_only
from glove_ada.explorer.map_worker import METHODS
from glove_ada.explorer.opened_model import OpenedModel
from glove_ada.explorer.word_colours import Partition, cluster_words, group_words
from glove_ada.explorer.word_maps import PCA, WordMaps
from glove_ada.vectors.cosine import unit_rows
from glove_ada.vectors.query_notation import BLANKS, answer_query
from glove_ada.vectors.spelling import UnknownWordError, nearest_spellings

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
        self._comparing: _Comparison | None = None
        self._questions: dict[str, Callable[..., Any]] = {
            "start": self.start,
            "map": self.map,
            "prepare_map": self.prepare_map,
            "colours": self.colours,
            "complete": self.complete,
            "ask": self.ask,
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

    def stop(self) -> None:
        """End what is being computed."""
        for maps in self.maps:
            maps.stop()

    def start(self) -> dict[str, Any]:
        """Tell what there is."""
        return {
            "models": [
                {
                    "name": model.name,
                    "words": len(model.vectors),
                    "dimensions": model.vectors.vector_size,
                    "counts": model.vectors.counts is not None,
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
        opened, rows = self.models[model], self.maps[model].rows(words)
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
        return [_known_word(opened, row) for row in rows]

    def ask(self, query: str, topn: int = 10) -> dict[str, Any]:
        """Answer a query in the notation of `glove_ada.query`, or pairs, from each model."""
        query = str(query).strip(BLANKS)
        if not query:
            raise OptionError("the query is empty: write a word")
        topn = _at_least(1, min(topn, MOST_WORDS))
        pairs = _pairs(query)
        results = []
        for model in self.models:
            known = all(word in model.vectors for word in query.split())
            try:
                if pairs and not known:
                    results.append(_answer_pairs(model, pairs))
                else:
                    results.append(_answer(model, query, topn))
            except UnknownWordError as error:
                results.append(_unknown(model, query, str(error.word)))
            except GloveError as error:
                results.append({"error": str(error), "instead": []})
        return {"query": query, "answers": results}

    def compare(self, count: int = 100) -> dict[str, Any]:
        """Tell what is in one of two models only, and which words have other neighbours."""
        if len(self.models) != 2:
            raise OptionError("two models are needed to be compared")
        if self._comparing is None:
            self._comparing = _Comparison(*self.models)
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


class _Comparison:
    """Two models, compared in a thread."""

    def __init__(self, first: OpenedModel, second: OpenedModel) -> None:
        self._models, self._share = (first, second), 0.0
        self._only: list[list[int]] = [[], []]
        self._changed: list[ChangedWord] | None = None
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        first, second = self._models

        def progress(share: float) -> None:
            self._share = share

        self._only = [
            words_in_one_only(first, second, MOST_WORDS),
            words_in_one_only(second, first, MOST_WORDS),
        ]
        self._changed = changed_words(first, second, progress)

    def record(self, count: int) -> dict[str, Any]:
        return {
            "done": self._changed is not None,
            "share": self._share,
            "only": [
                [_known_word(model, row) for row in rows[:count]]
                for model, rows in zip(self._models, self._only, strict=True)
            ],
            "changed": [each._asdict() for each in (self._changed or [])[:count]],
        }


def _answer(model: OpenedModel, query: str, topn: int) -> dict[str, Any]:
    found = answer_query(model.vectors, query, topn=topn, folds=model.folds)
    asked = found.query.lower() if model.folds else found.query
    compact = model.vectors.words
    parts = [asked, *asked.replace(",", " ").split()]
    rows = [row for part in dict.fromkeys(parts) if (row := compact.row(part)) >= 0]
    return {
        "kind": found.kind,
        "asked": [_known_word(model, row) for row in rows],
        "words": [
            {**_known_word(model, compact.row(word)), "cosine": round(cosine, 6)}
            for word, cosine in found.words
        ],
    }


def _unknown(model: OpenedModel, query: str, word: str) -> dict[str, Any]:
    """Say that a word is unknown, and what could be asked instead."""
    spaced = " ".join(re.split("([+-])", word))
    if all(part in ("+", "-") or part in model.vectors for part in spaced.split()):
        instead = [query.replace(word, spaced)]  # king-man+woman
    else:
        near = nearest_spellings(word, model.vectors.words)
        place = query.lower().find(word.lower())
        before, after = query[:place], query[place + len(word) :]
        instead = [f"{before}{each}{after}" for each in near]
    return {
        "error": f"{word!r} is not among the {len(model.vectors):,} words",
        "instead": instead,
    }


def _pairs(query: str) -> list[tuple[str, str]]:
    """Divide `man:woman king:queen`; empty if a query is nothing of the kind."""
    pairs = []
    for term in query.replace(",", " ").split():
        first, colon, second = term.partition(":")
        if not (colon and first and second) or ":" in second:
            return []
        pairs.append((first, second))
    return pairs


def _answer_pairs(model: OpenedModel, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Project pairs on the plane of their differences; tell how parallel each is to the others."""
    from glove_ada.pictures.pair_arrows import project_pairs  # for this alone

    if len(pairs) < 2:
        raise OptionError("arrows need two pairs or more: man:woman king:queen")
    rows = np.array(
        [
            [model.vectors.get_index(word.lower() if model.folds else word) for word in pair]
            for pair in pairs
        ]
    )
    matrix = model.vectors.vectors
    starts, ends, shares = project_pairs(matrix[rows[:, 0]], matrix[rows[:, 1]])
    differences = unit_rows(unit_rows(matrix[rows[:, 1]]) - unit_rows(matrix[rows[:, 0]]))
    others = differences.sum(axis=0) - differences
    parallel = np.einsum("ij,ij->i", differences, unit_rows(others))
    return {
        "kind": "pairs",
        "asked": [_known_word(model, int(row)) for row in dict.fromkeys(rows.ravel().tolist())],
        "pairs": [
            {
                "from": {**_known_word(model, int(first)), "place": start.tolist()},
                "to": {**_known_word(model, int(second)), "place": end.tolist()},
                "cosine": float(cosine),
            }
            for (first, second), start, end, cosine in zip(
                rows, starts, ends, parallel, strict=True
            )
        ],
        "share": float(shares[0]),
    }


def _known_word(model: OpenedModel, row: int) -> dict[str, Any]:
    return {"word": model.vectors.index_to_key[row], "row": row, "count": model.count(row)}


def _partition(partition: Partition) -> dict[str, Any]:
    return {"names": partition.names, "part": partition.part.tolist()}


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
