"""Which format a file is in, told from its content, and which to write, told from its name."""

from __future__ import annotations

import os
from pathlib import Path

from glove_ada.errors import FormatError, OptionError
from glove_ada.formats import npz_file, numpy_folder, safetensors_folder
from glove_ada.formats.text_rows import is_text_row, parse_header, require_header
from glove_ada.system.gzip_files import LONGEST_ROW, open_stream, read_line, skip_mark
from glove_ada.system.temporary_files import sweep

GLOVE = "glove"
WORD2VEC = "word2vec"
WORD2VEC_BINARY = "word2vec-binary"
NUMPY = "numpy"
SAFETENSORS = "safetensors"
NPZ = "npz"

SUFFIXES = {
    ".txt": GLOVE,
    ".vec": WORD2VEC,
    ".bin": WORD2VEC_BINARY,
    ".npz": NPZ,
    "": NUMPY,
}

_ZIP = b"PK\x03\x04"
_PICKLE = "a pickle, which is never read: save it in word2vec's format where it was made"
#: Beginnings of files that people may hand over by mistake, and what to do instead.
_FOREIGN = {
    b"\x80\x02": _PICKLE,
    b"\x80\x03": _PICKLE,
    b"\x80\x04": _PICKLE,
    b"\x80\x05": _PICKLE,
    _ZIP: "a zip archive: unpack it first",
    b"\x93NUMPY": "a NumPy array without its words: name the folder that holds both",
}


def find_format(path: str | os.PathLike[str]) -> str:
    """Find the format of a file or folder from its content, whatever its name.

    Parameters
    ----------
    path : path

    Returns
    -------
    str
        One of the formats that `write_vectors` knows.

    Raises
    ------
    FormatError
        If it is none of them.
    """
    if not os.path.lexists(path):
        # A writer that was killed may have moved it away and not yet put the new one there.
        sweep(*os.path.split(os.path.abspath(path)))
    if Path(path).is_dir():
        return _find_folder_format(Path(path))
    with open_stream(path) as stream:
        beginning = stream.read(9)
        stream.seek(0)
        if beginning.startswith(_ZIP) and npz_file.is_npz(path):
            return NPZ
        for magic, advice in _FOREIGN.items():
            if beginning.startswith(magic):
                raise FormatError(f"{path} is {advice}")
        if beginning[4:] == b"\0\0\0\0{":
            raise FormatError(f"{path} is a safetensors file: name the folder that holds it")
        skip_mark(stream)
        first = read_line(stream, path)
        if parse_header(first) is None:
            return GLOVE
        _, vector_size = require_header(first, path)
        beginning = stream.readline(LONGEST_ROW)
        return WORD2VEC if _is_text(beginning, vector_size) else WORD2VEC_BINARY


def _find_folder_format(folder: Path) -> str:
    if (folder / numpy_folder.MARKER).is_file():
        return NUMPY
    if any(
        (place / safetensors_folder.MODEL).is_file()
        for place in (folder, folder / safetensors_folder.NESTED)
    ):
        return SAFETENSORS
    raise FormatError(
        f"{folder} is a folder with neither {numpy_folder.MARKER} nor {safetensors_folder.MODEL}: "
        "name a file or folder of vectors"
    )


def _is_text(beginning: bytes, vector_size: int) -> bool:
    """Tell a line of text, even a faulty one, from what a binary file has up to some newline."""
    line = beginning.rstrip(b"\r\n")
    return is_text_row(line, vector_size) or (line.isascii() and line.decode().isprintable())


def choose_format(path: str | os.PathLike[str]) -> str:
    """Choose the format to write from a name's suffix, `.gz` left aside, or the slash at its end.

    Parameters
    ----------
    path : path

    Returns
    -------
    str

    Raises
    ------
    OptionError
        If the suffix says nothing.
    """
    name = os.fspath(path)
    if name.endswith(("/", os.sep)):
        return NUMPY
    suffix = Path(name.removesuffix(".gz")).suffix
    if suffix not in SUFFIXES or (suffix == ".npz" and name.endswith(".gz")):
        raise OptionError(
            f"the suffix of {path} names no format: use .txt, .vec, .bin, .npz or none (a folder), "
            f"or name the format with --format"
        )
    return SUFFIXES[suffix]
