"""The costs and scores of trainings, done or under way, by epoch."""

from __future__ import annotations

import json
import math
import os
from typing import Any

from glove_ada.corpus.earlier_outputs import REPORT_SUFFIX
from glove_ada.errors import FormatError, GloveError
from glove_ada.run.kept.array_container import read_description
from glove_ada.run.kept.checkpoint import CHECKPOINT, Checkpoint
from glove_ada.run.kept.session import PROGRESS, PROGRESS_KIND
from glove_ada.run.kept.work_dir import work_folder

_LARGEST_REPORT = 1 << 26


def training_curves(path: str) -> dict[str, Any]:
    """Read what there is of a training: how far it is, its checkpoint, or its report.

    Parameters
    ----------
    path : str
        The `.report.json` that training writes beside the vectors; it need not be there yet.

    Returns
    -------
    dict
        `name`; `epochs` that were asked for, or None; `state`: "done", "under way", "not finished"
        or "waiting";
        `costs` and `zero_costs`, a value for each epoch; `scores`: for each set of questions its
        `name`, which tells what is measured, too, and `points`, pairs of epoch and value.

    Raises
    ------
    FormatError
        If the report is not one.
    """
    name = os.path.basename(path).removesuffix(REPORT_SUFFIX)
    facts = _from_progress(path) or _from_checkpoint(path) or _from_report(path)
    return {"name": name, **(facts or {"state": "waiting", **_curves(None, [], [], [])})}


def path_in_work(report: str, name: str) -> str:
    """Return where a training keeps a file by default: `vectors.work/NAME`."""
    return os.fspath(work_folder(f"{report.removesuffix(REPORT_SUFFIX)}.work") / name)


def _from_progress(report: str) -> dict[str, Any] | None:
    """Read what a training under way leaves after each epoch; None if there is nothing."""
    path = path_in_work(report, PROGRESS)
    try:
        # A run that was killed has left it, and a later one that had no need of it has ended.
        if _is_newer(report, path):
            return None
        facts = read_description(path, PROGRESS_KIND).facts
        costs, zero_costs = ([cost[kind] for cost in facts["costs"]] for kind in (0, 1))
        return {
            "state": "under way",
            **_curves(int(facts["epochs"]), costs, zero_costs, facts["scores"]),
        }
    except (OSError, GloveError, ValueError, LookupError, TypeError):
        return None


def _from_checkpoint(report: str) -> dict[str, Any] | None:
    """Read what a training that was cut has left; None if there is nothing."""
    path = path_in_work(report, CHECKPOINT)
    try:
        if _is_newer(report, path):
            return None
        then = Checkpoint(path)
    except (OSError, GloveError):  # there is none, or it is just being replaced
        return None
    costs = [cost.nonzeros for cost in then.costs]
    zero_costs = [cost.negatives for cost in then.costs]
    state = "done" if then.result_written else "not finished"
    return {"state": state, **_curves(then.asked_epochs, costs, zero_costs, then.scores)}


def _is_newer(path: str, other: str) -> bool:
    return os.path.exists(path) and os.path.getmtime(path) > os.path.getmtime(other)


def _from_report(path: str) -> dict[str, Any] | None:
    try:
        with open(path, encoding="utf-8") as file:
            report = json.loads(file.read(_LARGEST_REPORT))
        training = report["training"]
        curves = _curves(
            int(report["options"]["epochs"]),
            training["costs"],
            training.get("zero_costs", []),
            report.get("scores", []),
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        raise FormatError(
            f"{path} is not a report of a training: give the .report.json that training writes "
            f"beside the vectors"
        ) from None
    return {"state": "done", **curves}


def _curves(
    epochs: int | None, costs: list[Any], zero_costs: list[Any], scores: list[Any]
) -> dict[str, Any]:
    zeros = [_finite(cost) for cost in zero_costs]
    return {
        "epochs": epochs,
        "costs": [_finite(cost) for cost in costs],
        "zero_costs": zeros if any(zeros) else [],
        "scores": _score_curves(scores),
    }


def _score_curves(scores: list[Any]) -> list[dict[str, Any]]:
    curves: dict[str, list[tuple[int, float]]] = {}
    for each in scores:
        found = [
            (f"{each_set['name']}, share right", each_set["total"]["accuracy"]["1"])
            for each_set in each["analogies"]
        ]
        found += [
            (f"{each_set['name']}, Spearman", each_set["spearman"])
            for each_set in each["similarity"]
        ]
        for name, estimate in found:
            if estimate is not None:
                point = int(each["epoch"]), float(estimate["value"])
                curves.setdefault(name, []).append(point)
    return [{"name": name, "points": points} for name, points in curves.items()]


def _finite(value: Any) -> float | None:
    return float(value) if math.isfinite(float(value)) else None
