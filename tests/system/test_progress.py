"""What is shown: bars, lines or nothing."""

from __future__ import annotations

import io
import re
import sys

import pytest

from glove_ada.system.progress import BarDisplay, Display, LineDisplay, choose_display


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
