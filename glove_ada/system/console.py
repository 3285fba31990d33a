"""The one door of the commands: their standard streams, and what each error becomes there."""

from __future__ import annotations

import argparse
import codecs
import io
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
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
    """A parser that takes options anywhere, and whose errors are one sentence."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse options first, wherever they stand, and then the arguments without a name."""
        given = list(sys.argv[1:] if args is None else args)
        return super().parse_known_args(self._arranged(given), namespace)

    def _arranged(self, arguments: list[str]) -> list[str]:
        """Put options in front of the arguments without a name, or what is to be drawn first."""
        unnamed = self._get_positional_actions()
        inner = next((a.choices for a in unnamed if a.nargs == argparse.PARSER), None)
        if inner is not None:
            first = next((argument for argument in arguments if argument in inner), None)
            if first is not None:
                arguments.remove(first)
                arguments.insert(0, first)
            return arguments
        options, others = self._divided(arguments)
        needed = sum(action.nargs not in ("*", "?") for action in unnamed)
        _take_back(options, others, needed)
        flat = [argument for option in options for argument in option]
        return [*flat, "--", *others] if unnamed and others else [*flat, *others]

    def _divided(self, arguments: list[str]) -> tuple[list[list[str]], list[str]]:
        """Divide arguments into options, each with its values, and those without a name."""
        options: list[list[str]] = []
        others: list[str] = []
        places = iter(range(len(arguments)))
        for place in places:
            argument = arguments[place]
            if argument == "--":
                return options, [*others, *arguments[place + 1 :]]
            if not _is_option(argument):
                others.append(argument)
                continue
            argument, action = self._known(argument)
            most = 0 if action is None or "=" in argument else _most_values(action)
            rest = arguments[place + 1 :]
            values = [*takewhile(lambda value: not _is_option(value), rest[:most])]
            options.append([argument, *values])
            for _ in values:
                next(places)
        return options, others

    def _known(self, argument: str) -> tuple[str, argparse.Action | None]:
        """Return an option with dashes for underscores, if it is known so, and its description."""
        flag, equals, value = argument.partition("=")
        for name in (flag, flag.replace("_", "-")):
            found = [known for known in self._option_string_actions if known.startswith(name)]
            if name in found or (len(found) == 1 and name.startswith("--")):
                action = self._option_string_actions[name if name in found else found[0]]
                return f"{name}{equals}{value}", action
        return argument, None

    def error(self, message: str) -> NoReturn:
        """Raise the error, with the option that is spelled most like one that there is not.

        Raises
        ------
        OptionError
        """
        unknown = re.match(r"unrecognized arguments: (-[^ =]+)", message)
        if unknown:
            import difflib  # for this alone

            known = [flag for flag in self._option_string_actions if flag.startswith("--")]
            wanted = "--" + unknown[1].lstrip("-").replace("_", "-")
            near = difflib.get_close_matches(wanted, known, 1)
            hint = f"; the nearest is {near[0]}" if near else ""
            message = f"there is no option {unknown[1]}{hint}"
        raise OptionError(f"{message}; {self.prog} --help lists what there is")


def _is_option(argument: str) -> bool:
    """Return whether an argument is written as an option: neither `-`, `-1` nor `- man`."""
    is_number = re.match(r"-\.?\d", argument)
    return argument[:1] == "-" and argument != "-" and " " not in argument and not is_number


def _most_values(action: argparse.Action) -> int:
    if isinstance(action.nargs, int):
        return action.nargs
    return sys.maxsize if action.nargs in ("+", "*") else 1


def _take_back(options: list[list[str]], others: list[str], needed: int) -> None:
    """Give the command the file it needs where an option that takes several has it as its last."""
    greedy = [option for option in options if len(option) > 2]
    if len(greedy) == 1 and needed == len(others) + 1:
        others.append(greedy[0].pop())


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
