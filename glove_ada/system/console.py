"""The one door of the commands: their standard streams, and what each error becomes there."""

from __future__ import annotations

import argparse
import codecs
import io
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, TextIO, cast

from glove_ada.errors import GloveError, OptionError, OutputError
from glove_ada.system.interrupts import Interrupted, interrupts_raised

MISTAKE = 2
READER_LEFT = 141
"""What a shell says of a program that the reader of its pipe has left: 128 and SIGPIPE."""

SHOWN = "glove_ada.shown"
"""What to do with characters that a stream cannot encode: bytes of words that are not UTF-8 leave
as they came, others as escapes."""


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors are one sentence, as all errors of the commands."""

    def error(self, message: str) -> NoReturn:
        """Raise the error, with the option that is spelled most like one that there is not.

        Raises
        ------
        OptionError
        """
        unknown = re.match(r"unrecognized arguments: (--[^ =]+)", message)
        if unknown:
            import difflib  # for this alone

            known = [flag for flag in self._option_string_actions if flag.startswith("--")]
            near = difflib.get_close_matches(unknown[1].replace("_", "-"), known, 1)
            hint = f"; the nearest is {near[0]}" if near else ""
            message = f"there is no option {unknown[1]}{hint}"
        raise OptionError(f"{message}; {self.prog} --help lists what there is")


def run_command(work: Callable[[], int | None]) -> int:
    """Do a command's work and return its exit status; whatever goes wrong becomes one sentence.

    ======  =====================================================================================
    status  meaning
    ======  =====================================================================================
    0       done
    2       a mistake of the user's, an error of the system's, too little memory
    130     Ctrl-C (143: SIGTERM)
    141     nobody reads the output any more, as under `| head -1`; nothing is said
    ======  =====================================================================================

    What goes to standard error may be lost (it may be closed, full, or a pipe without a reader):
    that is no reason to end. What goes to standard output may not.

    Parameters
    ----------
    work : callable
        Returns the status; None stands for 0.
    """
    with _safe_streams(), warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        say_warnings(tell)
        try:
            with interrupts_raised():
                return _flushed(work)
        except _ReaderLeftError:
            return READER_LEFT
        except GloveError as error:
            tell(f"error: {error}")
        except MemoryError:
            tell("error: the memory is not enough; free some, or take fewer words or smaller files")
        except OSError as error:
            what = "a file or stream" if error.filename is None else error.filename
            tell(f"error: {what} cannot be used: {error.strerror or error}")
        except KeyboardInterrupt as interrupt:
            interrupted = Interrupted.by(interrupt)
            tell(f"interrupted: {interrupted.advice}" if interrupted.advice else "interrupted")
            return interrupted.exit_status
        return MISTAKE


def tell(message: str) -> None:
    """Write a line to standard error."""
    print(message, file=sys.stderr, flush=True)


def say_warnings(say: Callable[[str], None]) -> None:
    """Give each warning from now on to `say`, once: a sentence without the place in the program."""
    said = set()

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        if str(message) not in said:
            said.add(str(message))
            say(f"warning: {message}")

    warnings.showwarning = show


def _flushed(work: Callable[[], int | None]) -> int:
    try:
        return work() or 0
    finally:
        sys.stdout.flush()


class _ReaderLeftError(Exception):
    """Nobody reads the standard output any more."""


class _Output:
    """Standard output: where it cannot be written to, that is an error of its own kind."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        if self._stream is None:
            raise OutputError("the standard output is closed")
        with self._explained():
            return self._stream.write(text)

    def flush(self) -> None:
        if self._stream is not None:
            with self._explained():
                self._stream.flush()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            _discard_rest(self._stream)
            if isinstance(error, BrokenPipeError):
                raise _ReaderLeftError from None
            raise OutputError(
                f"the standard output cannot be written to: {error.strerror or error}"
            ) from error


class _Messages:
    """Standard error: what cannot be written is lost, and nothing else happens."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        # UnicodeError and writing to what is closed are ValueErrors.
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


@contextmanager
def _safe_streams() -> Iterator[None]:
    """Put the two classes above in the place of the streams while the context lasts."""
    _occupy_closed_descriptors()
    _let_all_bytes_pass()
    output, messages = sys.stdout, sys.stderr
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = cast(TextIO, _Output(output))
        sys.stderr = cast(TextIO, _Messages(messages or nowhere))
        try:
            yield
        finally:
            sys.stdout, sys.stderr = output, messages
    try:
        if messages is not None:
            messages.flush()
    except (OSError, ValueError):
        _discard_rest(messages)


def _occupy_closed_descriptors() -> None:
    """Keep files from getting the numbers of standard streams, to which the system would write."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)


def _let_all_bytes_pass() -> None:
    """Read and print words whose bytes are not UTF-8 as they are."""
    streams = (sys.stdin, "surrogateescape"), (sys.stdout, SHOWN), (sys.stderr, SHOWN)
    for stream, errors in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def _discard_rest(stream: TextIO | None) -> None:
    """Let what a stream could not write go nowhere, or Python would complain of it at its end."""
    # Streams in memory have no descriptor.
    with suppress(OSError, ValueError, AttributeError):
        descriptor = cast(TextIO, stream).fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)


def _show(error: UnicodeError) -> tuple[str | bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    character = error.object[error.start]
    if "\udc80" <= character <= "\udcff":
        return bytes([ord(character) - 0xDC00]), error.start + 1
    return character.encode("ascii", "backslashreplace"), error.start + 1


codecs.register_error(SHOWN, _show)
