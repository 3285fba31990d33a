"""What is shown: bars, lines or nothing."""

from __future__ import annotations

import io
import os
import re
import sys
from types import SimpleNamespace

import pytest

from glove_ada.system.progress import (
    BarDisplay,
    Display,
    LineDisplay,
    choose_display,
    in_notebook,
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Call it to have a terminal for standard error; pytest sets its own until the test runs."""

    def switch_on():
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        return terminal

    return switch_on


def show(display):
    display.say("a message")
    with display.stage("work", 30, "rows") as stage:
        stage.advance(10)
        stage.note("a third")
        stage.advance(20)


def test_quiet_shows_nothing(terminal, capsys):
    screen = terminal()
    display = choose_display(quiet=True)
    assert type(display) is Display
    show(display)
    assert screen.getvalue() == ""
    assert capsys.readouterr().out == ""


def test_a_terminal_gets_bars(terminal):
    screen = terminal()
    display = choose_display(quiet=False)
    assert type(display) is BarDisplay
    show(display)
    shown = screen.getvalue()
    assert "a message\n" in shown
    last = shown.rsplit("\r", 1)[1]
    assert re.search(r"work: 100%.*30\.0/30\.0 .*rows/s.*a third", last)


def test_a_bar_of_unknown_length_counts(terminal):
    screen = terminal()
    with BarDisplay().stage("read", None, "B") as stage:
        stage.advance(2_000_000)
    assert re.search(r"read: 2\.00MB", screen.getvalue())


def test_no_terminal_gets_a_line_for_each_message_note_and_stage(capsys):
    display = choose_display(quiet=False)
    assert type(display) is LineDisplay
    show(display)
    captured = capsys.readouterr()
    lines = captured.err.splitlines()
    assert captured.out == ""
    assert lines[:2] == ["a message", "work: a third"]
    assert re.fullmatch(r"work: 30 rows in \d+\.\d s, [\d,]+ rows/s", lines[2])
    assert len(lines) == 3


def test_a_stage_that_fails_is_not_told_as_done(capsys):
    with pytest.raises(ValueError, match="broken"), LineDisplay().stage("work", 3, "rows"):
        raise ValueError("broken")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("display", [Display(), LineDisplay(), BarDisplay()])
def test_threads_may_advance_at_once(workers, terminal, display):
    screen = terminal()
    with display.stage("work", 8000, "rows") as stage:
        workers.run_each(lambda _: [stage.advance(1) for _ in range(1000)], range(8))
    if type(display) is not Display:
        assert re.search(r"8,000 rows|8\.00k/8\.00k", screen.getvalue())


NOTE = "epoch 10 of 10, cost 0.09505, of zeros 0.05234"


def shown_at(columns, monkeypatch):
    """Return the last state of a bar with a note at a terminal of some width."""
    pty = pytest.importorskip("pty")
    termios = pytest.importorskip("termios")
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, columns))
    with open(slave, "w") as screen:
        monkeypatch.setattr(sys, "stderr", screen)
        with BarDisplay().stage("train", 614_343_290, "nonzeros") as stage:
            stage.advance(307_000_000)
            stage.note(NOTE)
            stage.bar.refresh()
        shown = os.read(master, 1 << 20).decode()
    os.close(master)
    return shown.replace("\r\n", "").rsplit("\r", 1)[1]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="termios sets no sizes of windows")
def test_at_80_columns_the_bar_and_the_note_are_both_readable(monkeypatch):
    line = shown_at(80, monkeypatch)
    assert len(line) <= 80
    assert re.fullmatch(rf"train:  50%\|.{{10,}}\| {NOTE} <\d\d:\d\d", line)
    assert re.search(
        rf"50%\|.{{10,}}\| 307M/614M .* nonzeros/s, {NOTE}\]", shown_at(130, monkeypatch)
    )


def test_a_notebook_gets_bars(monkeypatch, capsys):
    assert not in_notebook()
    shell = SimpleNamespace(config={"IPKernelApp": {}})
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert in_notebook()
    display = choose_display(quiet=False)
    assert type(display) is BarDisplay
    show(display)
    assert "a message" in capsys.readouterr().err
