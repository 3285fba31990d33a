"""Vectors to the Hugging Face Hub and back. Needs the extra `hub`.

What is pushed is the folder that model2vec and sentence-transformers load, the same vectors as
word2vec text for gensim and spaCy, the report of the training, and a model card made from it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from glove_ada.errors import FormatError, GloveError, OptionError, OutputError
from glove_ada.exports.model_card import MARK, WORD2VEC_FILE, write_card
from glove_ada.formats import VectorTable, write_vectors
from glove_ada.formats.detection import SAFETENSORS, WORD2VEC
from glove_ada.formats.safetensors_folder import CONFIG, MODEL, NESTED, TOKENIZER
from glove_ada.system.sentences.counted import counted
from glove_ada.system.sentences.kinds import Name, Switch, check, check_given

CARD = "README.md"
REPORT = "report.json"


def push_table(
    table: VectorTable,
    repo_id: str,
    *,
    report: Mapping[str, Any] | str | os.PathLike[str] | None,
    private: bool,
    token: str | None,
) -> str:
    """Push vectors to a repository of the Hub, which is made if it is not there.

    A model card that somebody else wrote stays as it is.

    Parameters
    ----------
    table : VectorTable
    repo_id : str
        `user/name`.
    report : mapping or path, optional
        Of the training; what it tells of the directories of this machine is left out.
    private : bool
        Whether a repository that is made is seen by its owner alone.
    token : str, optional
        The one of `hf auth login` by default.

    Returns
    -------
    str
        The commit's address.

    Raises
    ------
    OptionError
        If a package is missing, the report is not that of these vectors, or an argument makes no
        sense.
    FormatError
        If the report is none.
    OutputError
        If the Hub does not take the vectors.
    """
    check("private", private, Switch())
    library = _import_huggingface_hub()
    facts = None if report is None else _read_report(report)
    if facts is not None:
        _check_report(facts, table)
    api = library.HfApi(token=token)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "vectors"
        write_vectors(folder, table, SAFETENSORS)
        write_vectors(folder / WORD2VEC_FILE, table, WORD2VEC)
        if facts is not None:
            text = json.dumps(_without_directories(facts), indent=2)
            (folder / REPORT).write_text(text + "\n", encoding="utf-8")
        with _explained(f"{repo_id} could not be pushed to", OutputError):
            api.create_repo(repo_id, private=private, exist_ok=True)
            if _may_write_card(library, repo_id, token):
                (folder / CARD).write_text(write_card(repo_id, table, facts), encoding="utf-8")
            commit = api.upload_folder(
                repo_id=repo_id, folder_path=folder, commit_message="Word vectors of glove_ada"
            )
    return str(commit.commit_url)


def fetch_vectors(
    repo_id: str, *, filename: str | None, revision: str | None, token: str | None
) -> Path:
    """Bring vectors from the Hub to this machine's cache, unless they are there.

    Parameters
    ----------
    repo_id : str
        `user/name`.
    filename : str, optional
        A file of vectors in any format; by default the repository is the folder of a model2vec or
        StaticEmbedding model.
    revision : str, optional
        A branch, tag or commit.
    token : str, optional
        The one of `hf auth login` by default.

    Returns
    -------
    Path
        A folder or file that `read_vectors` reads.

    Raises
    ------
    OptionError
        If a package is missing, or an argument makes no sense.
    FormatError
        If there is no such repository, revision or file, or it cannot be fetched.
    """
    check_given("filename", filename, Name())
    check_given("revision", revision, Name())
    library = _import_huggingface_hub()
    place = {"revision": revision, "token": token}
    with _explained(f"{repo_id} could not be fetched from", FormatError):
        if filename is not None:
            return Path(library.hf_hub_download(repo_id, filename, **place))
        model = [MODEL, TOKENIZER, CONFIG]
        files = [*model, *(f"{NESTED}/{name}" for name in model)]
        folder = Path(library.snapshot_download(repo_id, allow_patterns=files, **place))
    if not (folder / MODEL).exists() and not (folder / NESTED / MODEL).exists():
        raise FormatError(
            f"{repo_id} on the Hub holds no {MODEL}: name its file of vectors with filename="
        )
    return folder


def _read_report(report: Mapping[str, Any] | str | os.PathLike[str]) -> dict[str, Any]:
    if isinstance(report, Mapping):
        facts: Any = dict(report)
    else:
        try:
            facts = json.loads(Path(report).read_bytes())
        except OSError as error:
            raise FormatError(f"{report} cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise FormatError(f"{report} is not JSON: name the .report.json of a run") from error
    if not isinstance(facts, dict) or "vector_size" not in facts.get("options", {}):
        name = "what was given" if isinstance(report, Mapping) else report
        raise FormatError(f"{name} is no report of a run: give report_.facts or its .report.json")
    return facts


def _check_report(facts: dict[str, Any], table: VectorTable) -> None:
    """Refuse the report of other vectors; those of the most frequent words alone are its own."""
    rows, vector_size = table.vectors.shape
    words, options = facts.get("vocabulary", {}).get("words", rows), facts["options"]
    numbers = options["vector_size"] * (2 if options.get("model") == "both" else 1)
    if rows > words or vector_size != numbers:
        raise OptionError(
            f"the report is of {counted(words, 'word')} with {counted(numbers, 'number')} each, "
            f"and these are {rows:,} with {vector_size}: give the report that was written with them"
        )


def _without_directories(facts: dict[str, Any]) -> dict[str, Any]:
    """Copy a report without what is nobody's business: where files lie on this machine."""
    published = {name: value for name, value in facts.items() if name != "outputs"}
    if "paths" in facts.get("corpus", {}):
        names = [os.path.basename(path) for path in facts["corpus"]["paths"]]
        published["corpus"] = facts["corpus"] | {"paths": names}
    if "path" in facts.get("vectors", {}):
        name = os.path.basename(facts["vectors"]["path"])
        published["vectors"] = facts["vectors"] | {"path": name}
    return published


def _may_write_card(library: Any, repo_id: str, token: str | None) -> bool:
    """Tell whether a repository has no card, or one that was written here."""
    try:
        card = library.hf_hub_download(repo_id, CARD, token=token)
    except library.errors.EntryNotFoundError:
        return True
    return MARK in Path(card).read_text(encoding="utf-8", errors="replace")


@contextmanager
def _explained(what: str, kind: type[GloveError]) -> Iterator[None]:
    """Tell in one sentence what the Hub or the way to it has against something."""
    from huggingface_hub import errors

    try:
        yield
    except GloveError:
        raise
    except errors.HFValidationError as error:
        raise kind(f"{what} the Hub: a repository is named user/name") from error
    except errors.RepositoryNotFoundError as error:
        raise kind(
            f"{what} the Hub: there is no such repository, or none that you may see; check its "
            f"name, or log in with: hf auth login"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise kind(f"{what} the Hub: there is no such revision; name another") from error
    except errors.EntryNotFoundError as error:
        if not isinstance(error, errors.LocalEntryNotFoundError):
            raise kind(f"{what} the Hub: there is no such file; name another") from error
        raise kind(_not_reached(what, error.__cause__ or error)) from error
    except Exception as error:  # its libraries for HTTP have errors of several families
        raise kind(_not_reached(what, error)) from error


def _not_reached(what: str, error: BaseException) -> str:
    reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
    return f"{what} the Hub: {reason}; check the connection, and that you have run: hf auth login"


def _import_huggingface_hub() -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.errors
    except ImportError:
        raise OptionError(
            "the Hub needs the package huggingface_hub: pip install 'glove-ada[hub]'"
        ) from None
    return huggingface_hub
