"""The model card of vectors on the Hugging Face Hub, made from the report of their training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from glove_ada.formats.table import VectorTable
from glove_ada.system.sentences.counted import counted

#: In every card that is made here; a card without it is somebody else's.
MARK = "<!-- made by glove_ada from the report of the training -->"
WORD2VEC_FILE = "vectors.vec.gz"

_CARD = """\
---
library_name: model2vec
pipeline_tag: feature-extraction
tags:
- glove
- word-vectors
- static-embeddings
- model2vec
- sentence-transformers
---
{mark}

# {name}

[GloVe](https://aclanthology.org/D14-1162/) vectors of {words}, {vector_size}.

## Loading them

glove_ada, and by `to_gensim()`, `to_torch()` and `to_pandas()` gensim, PyTorch and pandas:

```python
from glove_ada import WordVectors

vectors = WordVectors.from_pretrained("{repo_id}")
```

gensim, without glove_ada:

```python
from gensim.models import KeyedVectors
from huggingface_hub import hf_hub_download

vectors = KeyedVectors.load_word2vec_format(hf_hub_download("{repo_id}", "{file}"))
```

spaCy, as a pipeline with vectors in the folder `with_vectors`:

```sh
hf download {repo_id} {file} --local-dir .
python -m spacy init vectors en {file} with_vectors
```

sentence-transformers, for means of the words of a text; `StaticModel.from_pretrained("{repo_id}")`
of model2vec does the same:

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("{repo_id}")
```
"""


def write_card(repo_id: str, table: VectorTable, facts: dict[str, Any] | None) -> str:
    """Write the card: how vectors are loaded, and what the report tells of them.

    Parameters
    ----------
    repo_id : str
        `user/name`.
    table : VectorTable
    facts : dict, optional
        The report of their training; without it the card says how to load them alone.

    Returns
    -------
    str
        Markdown with the Hub's head.
    """
    rows, size = table.vectors.shape
    card = _CARD.format(
        mark=MARK,
        name=repo_id.split("/")[-1],
        words=counted(rows, "word"),
        vector_size=counted(size, "dimension"),
        repo_id=repo_id,
        file=WORD2VEC_FILE,
    )
    if facts is None:
        return card
    parts = [_corpus(facts), _scores(facts), _options(facts)]
    return "\n".join([card, *filter(None, parts)])


def _corpus(facts: dict[str, Any]) -> str:
    rows = {
        "documents": facts.get("corpus", {}).get("documents"),
        "tokens": facts.get("corpus", {}).get("tokens"),
        "distinct words": facts.get("corpus", {}).get("distinct_words"),
        "words with vectors": facts.get("vocabulary", {}).get("words"),
        "pairs of words that meet": facts.get("matrix", {}).get("nonzeros"),
        "SHA-256 of the text": facts.get("corpus", {}).get("sha256"),
    }
    lines = [f"| {name} | {_shown(value)} |" for name, value in rows.items() if value is not None]
    return "\n".join(["## The text", "", "| | |", "| --- | ---: |", *lines, ""])


def _scores(facts: dict[str, Any]) -> str:
    """List the last scores of the training, with their 95 % bootstrap intervals."""
    scores = facts.get("scores") or []
    if not scores:
        return ""
    lines = [*_analogy_rows(scores[-1]["analogies"]), *_similarity_rows(scores[-1]["similarity"])]
    return "\n".join(
        [
            "## Scores",
            "",
            "With 95 % bootstrap intervals over the questions; those with unknown words are left "
            "out.",
            "",
            "| set | known | score | interval |",
            "| --- | --- | --- | --- |",
            *lines,
            "",
        ]
    )


def _analogy_rows(analogies: list[dict[str, Any]]) -> Iterator[str]:
    for result in analogies:
        total = result["total"]
        accuracy = total["accuracy"].get("1", total["accuracy"].get(1))
        if accuracy is not None:
            value, low, high = (f"{100 * accuracy[part]:.1f} %" for part in _PARTS)
            known = f"{total['known']:,} of {total['questions']:,}"
            yield f"| {result['name']}, analogies | {known} | {value} | {low} to {high} |"


def _similarity_rows(similarity: list[dict[str, Any]]) -> Iterator[str]:
    for result in similarity:
        spearman = result["spearman"]
        if spearman is not None:
            value, low, high = (f"{spearman[part]:.3f}" for part in _PARTS)
            known = f"{result['known']:,} of {result['pairs']:,}"
            yield f"| {result['name']}, Spearman | {known} | {value} | {low} to {high} |"


_PARTS = ("value", "low", "high")


def _options(facts: dict[str, Any]) -> str:
    options = {name: value for name, value in facts["options"].items() if value is not None}
    arguments = ",\n".join(f"    {name}={value!r}" for name, value in options.items())
    version = facts.get("versions", {}).get("glove_ada", "")
    digest = facts.get("vectors", {}).get("sha256")
    same = f" (as GloVe text, SHA-256 `{digest}`)" if digest else ""
    return "\n".join(
        [
            "## The training",
            "",
            f"The same text gives the same vectors{same} on any machine with glove_ada {version} "
            "and these options:",
            "",
            "```python",
            "from glove_ada import GloVe",
            "",
            f"model = GloVe(\n{arguments},\n).fit(text)",
            "```",
            "",
        ]
    )


def _shown(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"`{value}`"
