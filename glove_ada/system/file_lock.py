"""Locks on open files that are the system's own and end with the process, however that ends."""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt

    # Far behind the text of a lock file, which others may then still read.
    _LOCKED_BYTE = 1 << 30

    def lock(descriptor: int, *, wait: bool = False) -> None:
        """Lock an open file until it is closed.

        Raises
        ------
        BlockingIOError
            If it is locked already and `wait` is not set.
        OSError
            If the file system knows no locks.
        """
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
        finally:
            os.lseek(descriptor, place, os.SEEK_SET)

else:
    import fcntl

    def lock(descriptor: int, *, wait: bool = False) -> None:
        """Lock an open file or directory until it is closed.

        Raises
        ------
        BlockingIOError
            If it is locked already and `wait` is not set.
        OSError
            If the file system knows no locks.
        """
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
