"""The door of the commands: every error is one sentence, whatever the standard streams are."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import warnings

import pytest

from glove_ada.errors import FormatError
from glove_ada.system.console import run_command
from glove_ada.system.interrupts import Interrupted

posix = pytest.mark.skipif(os.name != "posix", reason="streams of POSIX")


def failing(error):
    def work():
        raise error

    return work


def advised(error, advice):
    error.advice = advice
    return error


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (FormatError("v.txt is empty"), 2, "error: v.txt is empty"),
        (OSError(errno.EIO, "I/O error", "v.txt"), 2, "error: v.txt cannot be used: I/O error"),
        (OSError(errno.EIO, "I/O error"), 2, "error: a file or stream cannot be used: I/O error"),
        (MemoryError(), 2, "error: the memory is not enough; free some, or take fewer words or "),
        (KeyboardInterrupt(), 130, "interrupted"),
        (Interrupted(signal.SIGTERM), 143, "interrupted"),
        (advised(Interrupted(signal.SIGINT), "go on"), 130, "interrupted: go on"),
    ],
)
def test_an_error_is_one_sentence_and_a_status(capsys, error, status, said):
    assert run_command(failing(error)) == status
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith(said)
    assert errors.count("\n") == 1


def test_a_fault_of_the_program_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        run_command(lambda: 1 // 0)


@posix
def test_signals_interrupt_any_command(capsys):
    def work():
        os.kill(os.getpid(), signal.SIGTERM)

    assert run_command(work) == 143
    assert capsys.readouterr().err == "interrupted\n"


def test_a_warning_is_one_sentence_once(capsys):
    def work():
        for _ in range(3):
            warnings.warn("odd", stacklevel=1)

    before = warnings.showwarning
    assert run_command(work) == 0
    assert capsys.readouterr().err == "warning: odd\n"
    assert warnings.showwarning is before


def stream(kind, encoding="utf-8"):
    """Return a stream that cannot be written to."""
    if kind == "closed":
        return None
    if kind == "full":
        raw = open("/dev/full", "wb")  # noqa: SIM115
    else:
        reader, writer = os.pipe()
        os.close(reader)
        raw = open(writer, "wb")  # noqa: SIM115
    return io.TextIOWrapper(raw, encoding=encoding, line_buffering=True)


@posix
@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("closed", 2, "error: the standard output is closed\n"),
        ("full", 2, "error: the standard output cannot be written to: No space left on device\n"),
        ("left", 141, ""),
    ],
)
@pytest.mark.parametrize("flushed", [True, False])
def test_output_that_cannot_be_written(capsys, monkeypatch, kind, status, said, flushed):
    output = stream(kind)
    monkeypatch.setattr(sys, "stdout", output)
    assert run_command(lambda: print("answer", end="", flush=flushed)) == status
    assert capsys.readouterr().err == said
    assert sys.stdout is output
    if output:
        output.close()  # as Python does at its end


@posix
@pytest.mark.parametrize("kind", ["closed", "full", "left"])
def test_messages_that_cannot_be_written_are_lost_alone(capsys, monkeypatch, kind):
    def work():
        print("log", file=sys.stderr, flush=True)
        assert not sys.stderr.isatty()
        print("answer")
        raise FormatError("no more")

    messages = stream(kind)
    monkeypatch.setattr(sys, "stderr", messages)
    assert run_command(work) == 2
    assert capsys.readouterr().out == "answer\n", "nothing else was printed there in its place"
    if messages:
        messages.close()


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", b"\xff \xe2\x82\xac \xc3\xa4\n"),
        ("latin-1", b"\xff \\u20ac \xe4\n"),
        ("ascii", b"\xff \\u20ac \\xe4\n"),
    ],
)
@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_every_character_leaves_somehow(monkeypatch, name, encoding, shown):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, name, io.TextIOWrapper(raw, encoding=encoding, newline="\n"))
    assert run_command(lambda: print("\udcff € ä", file=getattr(sys, name))) == 0
    assert raw.getvalue() == shown
