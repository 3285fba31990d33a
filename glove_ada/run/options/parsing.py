"""How the commands' parsers take the options that are described here."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from glove_ada.run.options import shown_defaults
from glove_ada.run.options.kinds import ByRule, Option, Paths
from glove_ada.system.sentences.kinds import Choice, Number, Switch, Whole


def add_option(parser: argparse._ActionsContainer, option: Option) -> None:
    """Let a parser, or a group of one, take an option."""
    parser.add_argument(option.flag, *option.aliases, **_parsing(option))


def add_options(parser: argparse.ArgumentParser, title: str, options: Iterable[Option]) -> None:
    """Let a parser take a group of options, under a title of their own."""
    group = parser.add_argument_group(title)
    for option in options:
        add_option(group, option)


def _parsing(option: Option) -> dict[str, Any]:
    """Return how argparse is to parse an option."""
    default = None if isinstance(option.default, ByRule) else option.default
    parsing = {"help": option.help + _shown_default(option), "default": default}
    if isinstance(option.kind, Switch):
        either = default or isinstance(option.default, ByRule)
        action: object = argparse.BooleanOptionalAction if either else "store_true"
        return {**parsing, "action": action}
    if isinstance(option.kind, Choice):
        return {**parsing, "choices": option.kind.names}
    if isinstance(option.kind, Paths):
        parsing |= {"nargs": "+", "action": "extend"}
    elif isinstance(option.kind, Whole):
        parsing["type"] = int
    elif isinstance(option.kind, Number):
        parsing["type"] = float
    return {**parsing, "metavar": option.metavar}


def _shown_default(option: Option) -> str:
    """Return the default for the help, or what it is for each rule."""
    if isinstance(option.kind, Switch) and not isinstance(option.default, ByRule):
        return ""  # on or off as its help says; argparse adds the default of those that are on
    texts = shown_defaults(option)
    if set(texts) == {"not used"}:
        return " (of some rules only, each with its default: docs/options.md)"
    shown = texts[0] if len(set(texts)) == 1 else " / ".join(texts)
    return f" ({shown})" if shown else ""
