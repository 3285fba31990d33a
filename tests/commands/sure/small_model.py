"""How small the models are, and what the commands tell of them."""

from __future__ import annotations

import json

SMALL = ["--vector-size", "10", "--window-size", "5", "--epochs", "2", "--quiet"]


def said(capsys):
    return capsys.readouterr()


def answers(capsys):
    return [json.loads(line) for line in said(capsys).out.splitlines()]
