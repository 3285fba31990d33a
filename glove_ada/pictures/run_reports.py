"""The costs of runs, read from the reports that training leaves."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Sequence

from glove_ada.errors import FormatError

HIGHEST_COST = 1e30  # a training that diverged has more; a picture has no room for it


def read_runs(paths: Sequence[str]) -> dict[str, list[float]]:
    """Read the costs of each epoch from reports.

    Parameters
    ----------
    paths : sequence of path
        Reports that `python -m glove_ada.train` wrote.

    Returns
    -------
    dict of str to list of float
        By the name of the run: the file's without `.report.json`, or the path if two are the same.

    Raises
    ------
    FormatError
        If a file cannot be read, or is not a report with costs.

    Warns
    -----
    UserWarning
        If the costs are sums of different kinds and so cannot be compared.
    """
    reports = {path: _read_report(path) for path in paths}
    if len({terms for _, terms in reports.values()}) > 1:
        warnings.warn(
            "the runs differ in the matrix, --x-max or --alpha, so that their costs cannot be "
            "compared",
            stacklevel=2,
        )
    names = [os.path.basename(path).removesuffix(".report.json") for path in reports]
    if len(set(names)) < len(names):
        names = list(reports)
    return {name: costs for name, (costs, _) in zip(names, reports.values(), strict=True)}


def _read_report(path: str) -> tuple[list[float], tuple[float, float, int]]:
    """Read the costs of one run, and what two runs must share to be compared."""
    try:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        costs = [float(cost) for cost in report["training"]["costs"]]
        options = report["options"]
        nonzeros = int(report["matrix"]["nonzeros"])
        terms = float(options["x_max"]), float(options["alpha"]), nonzeros
        fits = len(costs) > 0 and all(0 <= cost <= HIGHEST_COST for cost in costs)
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError):
        fits = False
    if not fits:
        raise FormatError(
            f"{path} is not a report with the costs of epochs: give the .report.json that training "
            f"wrote beside the vectors"
        )
    return costs, terms
