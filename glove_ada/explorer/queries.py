"""A query of the page's field, answered by one model."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from glove_ada.errors import GloveError, OptionError
from glove_ada.explorer.opened_model import OpenedModel
from glove_ada.vectors.cosine import unit_rows
from glove_ada.vectors.query_notation import BLANKS, answer_query
from glove_ada.vectors.spelling import UnknownWordError, nearest_spellings


def answer_from(model: OpenedModel, query: str, topn: int) -> dict[str, Any]:
    """Answer a query in the notation of `glove_ada.query`, or pairs, `man:woman king:queen`.

    Returns
    -------
    dict
        `kind`, `asked` (the words of the query) and `words` with their cosines, or `pairs` with
        their places; or else `error`, a sentence, and `instead`, what could be asked.
    """
    pairs = _split_pairs(query)
    try:
        if pairs and not all(term in model.vectors for term in _terms(query)):
            return _answer_pairs(model, pairs)
        return _answer(model, query, topn)
    except UnknownWordError as error:
        return _unknown_word(model, query, str(error.word))
    except GloveError as error:
        return {"error": str(error), "instead": []}


def known_word(model: OpenedModel, row: int) -> dict[str, Any]:
    """Tell of a word what the page shows of any."""
    return {"word": model.vectors.index_to_key[row], "row": row, "count": model.count(row)}


def _terms(query: str) -> list[str]:
    return [term for term in re.split(f"[{BLANKS},]", query) if term]


def _answer(model: OpenedModel, query: str, topn: int) -> dict[str, Any]:
    found = answer_query(model.vectors, query, topn=topn, folds=model.folds)
    asked = found.query.lower() if model.folds else found.query
    compact = model.vectors.words
    parts = [asked, *_terms(asked)]
    rows = [row for part in dict.fromkeys(parts) if (row := compact.row(part)) >= 0]
    return {
        "kind": found.kind,
        "asked": [known_word(model, row) for row in rows],
        "words": [
            {**known_word(model, compact.row(word)), "cosine": round(cosine, 6)}
            for word, cosine in found.words
        ],
    }


def _unknown_word(model: OpenedModel, query: str, word: str) -> dict[str, Any]:
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


def _split_pairs(query: str) -> list[tuple[str, str]]:
    """Divide `man:woman king:queen`; empty if a query is nothing of the kind."""
    pairs = []
    for term in _terms(query):
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
        "asked": [known_word(model, int(row)) for row in dict.fromkeys(rows.ravel().tolist())],
        "pairs": [
            {
                "from": {**known_word(model, int(first)), "place": start.tolist()},
                "to": {**known_word(model, int(second)), "place": end.tolist()},
                "cosine": float(cosine),
            }
            for (first, second), start, end, cosine in zip(
                rows, starts, ends, parallel, strict=True
            )
        ],
        "share": float(shares[0]),
    }
