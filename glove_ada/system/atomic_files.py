"""Files that are either the old one or the new one, whole, whatever happens meanwhile."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from glove_ada.errors import OptionError, OutputError
from glove_ada.system.interrupts import interrupts_held
from glove_ada.system.temporary_files import (
    OLD,
    FindForeign,
    create_temporary,
    is_work_folder,
    settle_old_folder,
    sweep,
    temporary_folder,
    temporary_name,
)


def check_writable(path: str | os.PathLike[str]) -> None:
    """Find out before long work whether `atomic_write` can write to a path.

    Parameters
    ----------
    path : path
        The file that is to be written or replaced.

    Raises
    ------
    OutputError
        If the path is empty, a directory, a device or a pipe, its directory is missing, either may
        not be written to, or the system does not allow such a name.
    """
    if not os.fspath(path):
        raise OutputError("the name of an output is empty: name a file to write to")
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = None
    except OSError as error:
        raise OutputError(f"{path} cannot be written to: {error.strerror}; name another") from error
    if mode is not None and stat.S_ISDIR(mode):
        raise OutputError(f"{path} is a directory: name a file to write to")
    if mode is not None and not stat.S_ISREG(mode):
        raise OutputError(f"{path} is not a regular file: name another file to write to")
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise OutputError(f"the directory of {path} does not exist: create it first")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise OutputError(f"the directory of {path} may not be written to")
    if mode is not None and not os.access(target, os.W_OK):
        raise OutputError(f"{path} may not be written to")


def check_apart(
    outputs: Iterable[str | os.PathLike[str]], inputs: Iterable[str | os.PathLike[str] | int]
) -> None:
    """Find out before the work whether an output would take the place of an input or another one.

    Parameters
    ----------
    outputs : iterable of path
    inputs : iterable of (path or int)
        Files and folders, or descriptors of open files.

    Raises
    ------
    OptionError
        If an output is an input by whatever name, lies in a folder that is an input, is a folder
        that holds an input, is written twice, or lies in a folder of unfinished work.
    """
    inputs = list(inputs)
    read = {_identity(path) for path in inputs}
    written = set()
    for path in outputs:
        target = Path(os.path.realpath(path))
        holds_input = target.is_dir() and any(
            Path(os.path.realpath(given)).is_relative_to(target)
            for given in inputs
            if not isinstance(given, int)
        )
        if holds_input or _identity(target) in read:
            raise OptionError(f"{path} is read from and would be overwritten; name another")
        if any(_identity(folder) in read for folder in target.parents):
            raise OptionError(f"{path} is in a folder that is read from; name another")
        work = next(filter(is_work_folder, (target, *target.parents)), None)
        if work is not None:
            raise OptionError(
                f"{path} is in {work}, where glove_ada keeps unfinished work; name another place"
            )
        if _identity(target) in written:
            raise OptionError(f"{path} would be written twice; name another for one of the outputs")
        written.add(_identity(target))


def _identity(path: str | os.PathLike[str] | int) -> object:
    """Return what is the same for all names of a file or folder."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return path if isinstance(path, int) else os.path.realpath(path)
    return status.st_dev, status.st_ino


@contextmanager
def atomic_write(
    path: str | os.PathLike[str], mode: str = "wb", *, lasting: bool = True
) -> Iterator[IO[Any]]:
    """Open a file that takes the place of `path` when the block ends well, and only then.

    The bytes go to a temporary file in the same directory and are forced to the disk, then the file
    is renamed, and its new name is forced to the disk. On any exception the temporary file is
    removed and what stood at `path` is untouched; what a writer that was killed left there is
    removed by the next. The permissions are those of
    the old file, or what the umask leaves of a new one.

    Parameters
    ----------
    path : path
        The file to write; a symbolic link is followed.
    mode : {"wb", "w"}
        Bytes, or text in UTF-8 (bytes decoded with `surrogateescape` come out as they were).
    lasting : bool
        Force it to the disk, so that it is there when the power has failed.

    Yields
    ------
    file object
        Open for writing.

    Raises
    ------
    OutputError
        If the file cannot be written: no space, no permission, no such directory.
    """
    check_writable(path)
    target = os.path.realpath(path)
    sweep(*os.path.split(target))
    temporary = temporary_name(target)
    try:
        with _open_like(target, temporary, mode) as file:
            yield file
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        os.replace(temporary, target)
        if lasting:
            sync_folder(os.path.dirname(target))
    except OSError as error:
        # An input that fails inside the block names its own file; a failing write names none.
        if error.filename not in (None, temporary):
            raise
        raise OutputError(f"{path} could not be written: {_reason(error)}") from error
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _open_like(target: str, temporary: str, mode: str) -> IO[Any]:
    """Create the temporary file with the target's permissions, or with those of a new file."""

    def create(name: str, flags: int) -> int:
        descriptor = create_temporary(name, flags)
        with suppress(FileNotFoundError):
            os.chmod(name, stat.S_IMODE(os.stat(target).st_mode))
        return descriptor

    if mode == "w":
        return open(
            temporary, mode, encoding="utf-8", errors="surrogateescape", newline="", opener=create
        )
    return open(temporary, mode, opener=create)


@contextmanager
def atomic_write_folder(path: str | os.PathLike[str], find_foreign: FindForeign) -> Iterator[Path]:
    """Make a folder that takes the place of `path` when the block ends well, and only then.

    Its permissions are those of the old folder, or what the umask leaves of a new one.

    Parameters
    ----------
    path : path
        The folder to make. If there is one already, it is replaced if all that is in it is ours,
        also after the block.
    find_foreign : callable
        Is given a folder that is not empty, and names something in it that is not ours.

    Yields
    ------
    Path
        A temporary folder beside it, empty, to write the files to.

    Raises
    ------
    OutputError
        If the folder cannot be written, or something else stands there.
    """
    target = os.path.realpath(path)
    old_mode = check_folder_writable(path, find_foreign)
    temporary = temporary_name(target)
    try:
        with temporary_folder(temporary, 0o777 if old_mode is None else 0o700):
            yield Path(temporary)
            for entry in os.scandir(temporary):
                _sync(entry.path)
            if old_mode is not None:
                os.chmod(temporary, old_mode)
            sync_folder(temporary)
            if os.path.lexists(target):
                _replace_folder(path, temporary, find_foreign)
            else:
                os.rename(temporary, target)
            sync_folder(os.path.dirname(target))
    except OSError as error:
        if error.filename is not None and not str(error.filename).startswith(temporary):
            raise
        raise OutputError(f"{path} could not be written: {_reason(error)}") from error
    finally:
        with interrupts_held():  # a second Ctrl-C waits
            shutil.rmtree(temporary, ignore_errors=True)
            with suppress(OSError):
                settle_old_folder(f"{temporary}{OLD}", target, find_foreign)


def check_folder_writable(path: str | os.PathLike[str], find_foreign: FindForeign) -> int | None:
    """Find out before long work whether `atomic_write_folder` can write to a path.

    Parameters
    ----------
    path : path
        The folder that is to be made or replaced.
    find_foreign : callable
        As of `atomic_write_folder`.

    Returns
    -------
    int or None
        The permissions of the folder that is there.

    Raises
    ------
    OutputError
        If the folder cannot be written, or something else stands there.
    """
    if not os.fspath(path):
        raise OutputError("the name of an output is empty: name a folder to write to")
    target = os.path.realpath(path)
    if not os.path.isdir(os.path.dirname(target)):
        raise OutputError(f"the directory of {path} does not exist: create it first")
    if not os.access(os.path.dirname(target), os.W_OK | os.X_OK):
        raise OutputError(f"the directory of {path} may not be written to")
    try:
        sweep(*os.path.split(target), find_foreign)
        if os.path.lexists(target) and not os.path.isdir(target):
            raise OutputError(f"{path} exists and is no folder that glove_ada would replace")
        _refuse_foreign(path, target, find_foreign)
        return stat.S_IMODE(os.stat(target).st_mode) if os.path.isdir(target) else None
    except OSError as error:
        raise OutputError(f"{path} cannot be replaced: {error.strerror or error}") from error


def check_free(path: str | os.PathLike[str]) -> None:
    """Find out before long work whether there is anything at a path that would be lost.

    Raises
    ------
    OptionError
        If there is; the message names `--overwrite`.
    """
    try:
        lost = os.listdir(path) if os.path.isdir(path) else os.path.getsize(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(f"{path} cannot be written to: {error.strerror}; name another") from error
    if lost:
        raise OptionError(f"{path} is there: --overwrite replaces it, another name keeps it")


def _refuse_foreign(path: str | os.PathLike[str], folder: str, find_foreign: FindForeign) -> None:
    """Raise OutputError if the folder that stands at `path`, or stood there, is not all ours."""
    foreign = find_foreign(Path(folder)) if os.path.isdir(folder) and os.listdir(folder) else ""
    if foreign:
        raise OutputError(
            f"{path} is no folder that glove_ada would replace: {foreign} in it is not as "
            f"glove_ada wrote it; name another"
        )


def _replace_folder(
    path: str | os.PathLike[str], temporary: str, find_foreign: FindForeign
) -> None:
    """Let a folder take the place of the one at `path`, unless there is anything of others in it.

    That can only be told for good once nobody finds it under its name any more: until then somebody
    may put a file into it. While one of the two is named as an old folder, it is removed by nobody
    who has not looked into it, whenever the writer is killed.
    """
    target, old = os.path.realpath(path), f"{temporary}{OLD}"
    os.rename(temporary, old)
    exchanged = _exchange(old, target)
    if not exchanged:
        os.rename(old, temporary)
        os.rename(target, old)
    try:
        _refuse_foreign(path, old, find_foreign)
    except BaseException:
        if exchanged:
            _exchange(old, target)
        else:
            os.rename(old, target)
        raise
    if not exchanged:
        os.rename(temporary, target)


def _exchange(one: str, other: str) -> bool:
    """Let two folders take each other's place in one step; return whether that could be done.

    No reader, and nobody after a kill, then finds neither of them.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def _sync(path: str) -> None:
    """Force a file to the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: str) -> None:
    """Force the names in a folder to the disk, where the system can do that."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return  # Windows, or a folder that may be written to but not read
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def _reason(error: OSError) -> str:
    """Return what went wrong; NumPy only tells how many bytes were written."""
    return error.strerror or f"{error}; the disk may be full"
