"""What the commands that use vectors do to the standard streams."""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


def let_all_bytes_pass() -> None:
    """Read and print words whose bytes are not UTF-8 as they are."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="surrogateescape")


@contextmanager
def warnings_printed() -> Iterator[None]:
    """Print warnings as sentences, without the place in the program, when the block ends well."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        yield
    for warning in caught:
        print(f"warning: {warning.message}", file=sys.stderr)
