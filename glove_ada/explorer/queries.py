"""A query of the page's field, answered by one model."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from glove_ada.errors import GloveError, OptionError
from glove_ada.explorer.models.opened_model import OpenedModel
from glove_ada.explorer.models.similar_spellings import similar_spellings
from glove_ada.system.sentences.counted import counted
from glove_ada.vectors.cosine import unit_rows
from glove_ada.vectors.query_notation import BLANKS, answer_query, parse_query
from glove_ada.vectors.spelling import LONGEST, UnknownWordError

_DASHES = dict.fromkeys(map(ord, "\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}"), "-")
"""What a sum that was copied from a paper may have for its minus."""
_SIGNS = {"+", "-"}
FEWEST_LETTERS, SHORTEST_PART = 2, 4
"""Of a spelling with `*`, and of a part of a compound that is offered."""
_ANALOGY_IN_WORDS = re.compile(r"(\S+) is to (\S+) as (\S+) is to\b", re.IGNORECASE)


def answer_from(model: OpenedModel, query: str, topn: int) -> dict[str, Any]:
    """Answer a query in the notation of `glove_ada.query`, or one of the page's own.

    Those are pairs, `man:woman king:queen`, spellings, `*ness`, and `cat dog - cat fish`, which is
    the notation of `glove_ada.query --sure`.

    Returns
    -------
    dict
        `kind`, `asked` (the words of the query) and `words` with their cosines, or `pairs` with
        their places; or else `error`, a sentence, and `instead`, what could be asked.
    """
    pairs = _split_pairs(":".join(part.strip(BLANKS) for part in query.split(":")))
    try:
        if pairs and not all(term in model.vectors for term in _terms(query)):
            return _answer_pairs(model, pairs)
        terms = query.split()
        if len(terms) == 1 and "*" in query and query not in model.vectors:
            return _answer_spelling(model, query, topn)
        if len(terms) == 5 and terms[2] == "-" and not _SIGNS & {*terms[:2], *terms[3:]}:
            return _answer_difference(model, [*terms[:2], *terms[3:]])
        return _answer(model, query, topn)
    except UnknownWordError as error:
        return _unknown_word(model, query, str(error.word))
    except GloveError as error:
        return {"error": str(error), "instead": _understood_otherwise(model, query)}


def known_word(model: OpenedModel, row: int) -> dict[str, Any]:
    """Tell of a word what the page shows of any."""
    return {"word": model.vectors.index_to_key[row], "row": row, "count": model.count(row)}


def _terms(query: str) -> list[str]:
    return [term for term in re.split(f"[{BLANKS},]", query) if term]


def _answer(model: OpenedModel, query: str, topn: int) -> dict[str, Any]:
    found = answer_query(model.vectors, query, topn=topn, folds=model.folds)
    _, plus, minus = parse_query(query, folds=model.folds)
    compact = model.vectors.words
    # In the order of the query; signs and commas may be words, too, but were not asked for.
    asked = found.query.lower() if model.folds else found.query
    terms = [term for term in (asked, *_terms(asked)) if term in {*plus, *minus}]
    rows = [compact.row(term) for term in dict.fromkeys(terms)]
    return {
        "kind": found.kind,
        "asked": [known_word(model, row) for row in rows],
        "words": [
            {**known_word(model, compact.row(word)), "cosine": round(cosine, 6)}
            for word, cosine in found.words
        ],
    }


def _answer_difference(model: OpenedModel, words: list[str]) -> dict[str, Any]:
    """Tell how much nearer a word is to a second than a third to a fourth, as `query --sure`."""
    rows = [model.vectors.get_index(word.lower() if model.folds else word) for word in words]
    first, second = (model.vectors.similarity(*pair) for pair in (rows[:2], rows[2:]))
    name = " ".join([*words[:2], "-", *words[2:]])
    return {
        "kind": "difference",
        "asked": [known_word(model, row) for row in dict.fromkeys(rows)],
        "words": [{"word": name, "cosine": round(first - second, 6)}],
        "cosines": [first, second],
    }


def _answer_spelling(model: OpenedModel, pattern: str, topn: int) -> dict[str, Any]:
    """List the words that are spelled so, where `*` is any letters: `*ness`, `un*able`."""
    if len(pattern.replace("*", "")) < FEWEST_LETTERS:
        raise OptionError(f"{pattern!r} leaves too much open: write {FEWEST_LETTERS} letters")
    rows = model.spelled(pattern)
    found = [{**known_word(model, row), "cosine": None} for row in rows[:topn]]
    if not found:
        raise OptionError(
            f"no word of {len(model.vectors):,} is spelled {pattern!r}: leave more open"
        )
    return {"kind": "spelling", "asked": [], "words": found, "total": len(rows)}


def _unknown_word(model: OpenedModel, query: str, word: str) -> dict[str, Any]:
    """Say that a word is unknown, and what could be asked instead."""
    instead = _taken_apart(model, word)
    if not instead:
        near = similar_spellings(word, model.vectors.words, folds=model.folds)
        instead = near or _known_parts(model, word)
    place = query.lower().find(word.lower())
    before, after = query[:place], query[place + len(word) :]
    error = f"{word!r} is not among the {counted(len(model.vectors), 'word')}"
    return {
        "error": error if instead else f"{error}: try another form of it, or a part with *",
        "instead": [f"{before}{each}{after}" for each in instead],
    }


def _taken_apart(model: OpenedModel, word: str) -> list[str]:
    """Write a sum or a list without blanks, `king-man+woman`, as what it means."""
    word = word.translate(_DASHES)
    if word[0] == "-" and len(word) > FEWEST_LETTERS:
        return [f"*{word[1:]}"]  # a suffix, as grammars write it
    signed = [part for part in re.split("([+-])", word) if part]
    if signed[-1] not in _SIGNS and all(part in _SIGNS or part in model.vectors for part in signed):
        return [" ".join(signed)]
    listed = [part for part in word.split(",") if part]
    if len(listed) > 1 and all(part in model.vectors for part in listed):
        return [(" " if len(listed) == 2 else ", ").join(listed)]
    return []


def _known_parts(model: OpenedModel, word: str) -> list[str]:
    """Find the longest known words that a compound begins and ends with."""
    word = word[:LONGEST].lower() if model.folds else word[:LONGEST]
    lengths = range(len(word) - 1, SHORTEST_PART - 1, -1)
    found = [
        next((part for part in parts if part in model.vectors), None)
        for parts in ((word[:length] for length in lengths), (word[-length:] for length in lengths))
    ]
    return [part for part in dict.fromkeys(found) if part is not None]


def _understood_otherwise(model: OpenedModel, query: str) -> list[str]:
    """Write what is no query as those that may be meant, if all of its words are known."""
    if sentence := _ANALOGY_IN_WORDS.match(query):
        return [" ".join(sentence.groups())]
    dashed = query.translate(_DASHES)
    words = _terms(dashed.replace(":", " "))
    known = [(word.lower() if model.folds else word) in model.vectors for word in words]
    if any(word in _SIGNS for word in words):
        return [dashed] if dashed != query else []
    if not all(known) or len(words) in (1, 3):
        return []
    if len(words) == 2:
        return [" ".join(words)]
    in_commas = ", ".join(words)
    if len(words) % 2:
        return [in_commas]
    return [" ".join(map(":".join, zip(words[::2], words[1::2], strict=True))), in_commas]


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
