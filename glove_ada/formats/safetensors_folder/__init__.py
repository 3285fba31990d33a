"""The folder that model2vec and sentence-transformers' StaticEmbedding load.

`model.safetensors` holds the matrix, `tokenizer.json` the words as a WordLevel tokenizer of Hugging
Face's tokenizers library, `config.json` and `modules.json` tell the two libraries what they see.
Needs the extra `safetensors`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError, OptionError, OutputError
from glove_ada.formats.numpy_folder import describe_files, find_other_file, parse_descriptions
from glove_ada.formats.safetensors_folder.tokenizer import describe_tokenizer
from glove_ada.formats.table import VectorTable, check_finite, check_table
from glove_ada.formats.table_builder import select_rows
from glove_ada.system.atomic_files import atomic_write_folder, check_folder_writable
from glove_ada.system.sentences.counted import counted

MODEL = "model.safetensors"
TOKENIZER = "tokenizer.json"
CONFIG = "config.json"
#: Where sentence-transformers itself saves a StaticEmbedding within the folder of a model.
NESTED = "0_StaticEmbedding"
#: Names of the matrix: model2vec's, sentence-transformers'.
TENSORS = ("embeddings", "embedding.weight")
#: In config.json, the files that were written with it.
WRITTEN = "written_by_glove_ada"
UNKNOWN_WORDS = ("<unk>", "[UNK]", "<UNK>")


def write_safetensors_folder(path: str | os.PathLike[str], table: VectorTable) -> None:
    """Write a model that model2vec and sentence-transformers can load.

    The tokenizer finds the table's words in plain text (`describe_tokenizer`). It needs a word for
    unknown ones: `<unk>` or `[UNK]` of the table, or else a row of zeros is added, which
    `read_safetensors_folder` leaves out again.

    Parameters
    ----------
    path : path
        A folder, made or replaced whole; one that holds anything that was not written so, or has
        been changed since, is left alone.
    table : VectorTable

    Raises
    ------
    OutputError
        If the folder cannot be written, a value is not finite, or a word is not UTF-8.
    OptionError
        If the package safetensors is not installed.
    """
    safetensors_numpy = _import_safetensors("safetensors.numpy")
    check_table(table)
    check_finite(table.words, table.vectors)
    words, vectors = table.words, np.ascontiguousarray(table.vectors)
    unknown = next((word for word in UNKNOWN_WORDS if word in words), None)
    if unknown is None:
        words = [*words, UNKNOWN_WORDS[1]]
        vectors = np.vstack([vectors, np.zeros_like(vectors[:1])])
    modules = [
        {"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}
    ]
    with atomic_write_folder(path, _find_foreign) as folder:
        tokenizer = describe_tokenizer(words, unknown or UNKNOWN_WORDS[1], UNKNOWN_WORDS)
        _write_json(folder / TOKENIZER, tokenizer)
        _write_json(folder / "modules.json", modules)
        # Not save_file, which lets nobody but the owner read it, and has errors of its own.
        (folder / MODEL).write_bytes(safetensors_numpy.save({TENSORS[0]: vectors}))
        config = _config(vectors.shape[1], unknown is None, describe_files(folder))
        _write_json(folder / CONFIG, config)


def check_safetensors_folder(path: str | os.PathLike[str]) -> None:
    """Find out before long work whether `write_safetensors_folder` can write to a path.

    Raises
    ------
    OutputError, OptionError
        If it cannot.
    """
    _import_safetensors("safetensors.numpy")
    check_folder_writable(path, _find_foreign)


def read_safetensors_folder(
    path: str | os.PathLike[str],
    *,
    limit: int | None = None,
    dtype: npt.DTypeLike | None = None,
    keep: Collection[str] | None = None,
) -> VectorTable:
    """Read the tokens and vectors of a model2vec or StaticEmbedding model.

    Parameters
    ----------
    path : path
        The model's folder.
    limit : int, optional
        Read that many rows at most.
    dtype : {float16, float32, float64}, optional
        Of the matrix; by default the file's.
    keep : collection of str, optional
        Take these tokens only.

    Returns
    -------
    VectorTable

    Raises
    ------
    FormatError
        If a file is missing or damaged, or tokens and rows do not match.
    OptionError
        If the package safetensors is not installed.
    """
    folder = Path(path)
    config = _read_json(folder / CONFIG) if (folder / CONFIG).exists() else {}
    if not (folder / MODEL).is_file() and (folder / NESTED).is_dir():
        folder = folder / NESTED
    words = _words_of_tokenizer(folder / TOKENIZER)
    vectors, rows = _read_matrix(folder / MODEL, limit)
    if len(words) != rows:
        raise FormatError(
            f"{folder} has {counted(len(words), 'token')} for {counted(rows, 'vector')}"
        )
    if config.get("unknown_word_added") is True:
        words.pop()
    vectors = vectors[: len(words)]
    table = VectorTable(words[: len(vectors)], vectors)
    return select_rows(path, table, limit=limit, dtype=dtype, keep=keep)


def _config(hidden_dim: int, unknown_word_added: bool, files: dict[str, Any]) -> dict[str, Any]:
    """Describe a model; other programs pass over what the last key says of the other files."""
    return {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "hidden_dim": hidden_dim,
        "normalize": False,
        "unknown_word_added": unknown_word_added,
        WRITTEN: files,
    }


def _find_foreign(folder: Path) -> str | None:
    """Name something in a folder that `write_safetensors_folder` did not write."""
    try:
        config = _read_json(folder / CONFIG)
        files = parse_descriptions(config[WRITTEN])
        ours = _config(config["hidden_dim"], config["unknown_word_added"], config[WRITTEN])
        if config != ours:
            return CONFIG
    except (FormatError, AttributeError, KeyError, OverflowError, TypeError, ValueError):
        others = (entry for entry in sorted(os.listdir(folder)) if entry != CONFIG)
        return next(others, CONFIG)
    return find_other_file(folder, CONFIG, files)


def _write_json(path: Path, content: object) -> None:
    try:
        data = json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise OutputError(
            f"a word holds {error.object[error.start]!r}, a byte that is not UTF-8, which a "
            "tokenizer cannot hold: write another format"
        ) from None
    path.write_bytes(data)


def _read_json(path: Path) -> dict[str, Any]:
    if path.exists() and not path.is_file():
        raise FormatError(f"{path} is not a regular file")
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise FormatError(f"{path} is not a JSON object")
    return content


def _words_of_tokenizer(path: Path) -> list[str]:
    """List the tokens by their ids; Unigram keeps a list of pairs, the other models a mapping."""
    content = _read_json(path)
    try:
        vocabulary = content["model"]["vocab"]
        if isinstance(vocabulary, list):
            vocabulary = {token: row for row, (token, _score) in enumerate(vocabulary)}
        tokens = {row: token for token, row in vocabulary.items()}
        tokens.update((added["id"], added["content"]) for added in content["added_tokens"])
        words = [tokens[row] for row in range(len(tokens))]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(f"{path} does not list its tokens by rows") from error
    if not all(isinstance(word, str) for word in words):
        raise FormatError(f"{path} has tokens that are no text")
    return words


def _read_matrix(path: Path, limit: int | None) -> tuple[npt.NDArray[Any], int]:
    """Read the first rows of the matrix, and tell how many there are."""
    safetensors = _import_safetensors("safetensors")
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            name = next((name for name in TENSORS if name in file.keys()), None)  # noqa: SIM118
            if name is None or "mapping" in file.keys():  # noqa: SIM118
                raise FormatError(f"{path} holds no matrix with one row for each token")
            matrix = file.get_slice(name)
            shape = matrix.get_shape()
            if len(shape) != 2 or matrix.get_dtype() not in ("F16", "F32", "F64"):
                raise FormatError(f"{path} has a tensor {matrix.get_dtype()} of shape {shape}")
            vectors: npt.NDArray[Any] = matrix[:limit]
            return vectors, shape[0]
    except (safetensors.SafetensorError, OSError) as error:
        raise FormatError(f"{path} cannot be read: {error}") from error


def _import_safetensors(name: str) -> ModuleType:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise OptionError(
            "this format needs the package safetensors: pip install 'glove-ada[safetensors]'"
        ) from None
