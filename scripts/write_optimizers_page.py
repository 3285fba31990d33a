"""Write docs/optimizers.md and its picture, from what the trainings and benchmarks have noted.

    python scripts/write_optimizers_page.py

`compare_rules.py` and `benchmark_rules.py --results` note it in docs/optimizers/, where the text
around the tables lies, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from compare_rules import (
    EPOCHS,
    RESULTS,
    SEARCH_EPOCHS,
    SIZES,
    Results,
    Training,
)
from compare_settings import ANALOGIES, PAIRS, show_range

from glove_ada.training.rules import DEFAULTS

FOLDER = RESULTS.parent
PAGE, TEXT, PICTURE = FOLDER.with_suffix(".md"), FOLDER / "text.md", FOLDER / "costs.svg"
SPEEDS = FOLDER / "speeds.jsonl"
EPOCHS_SHOWN = (1, 5, 10, 20)


def main() -> None:
    """Write both."""
    results = Results(RESULTS)
    PAGE.write_text(page(results), "utf-8")
    draw(results)


def page(results: Results) -> str:
    """Return the page: its text with the tables in their places."""
    tables = {
        "ETAS": etas(results),
        "SPEEDS": speeds(),
        "SEARCH": scores(results, SIZES[0], SEARCH_EPOCHS),
        "SCORES": [line for size in SIZES for line in titled(results, size)],
    }
    text = TEXT.read_text("utf-8")
    for name, lines in tables.items():
        text = text.replace(f"<!-- {name} -->", "\n".join(lines))
    return text


def etas(results: Results) -> Iterator[str]:
    """Yield a table of the etas that were tried, each with the mean of its scores."""
    yield from header("`--rule`", "tried, with the mean of the six scores", "best")
    for rule in filter(results.tried, DEFAULTS):
        tried = sorted(results.tried(rule).items())
        cells = [f"{eta:g}: {f'{good:.3f}' if good > 0 else 'diverges'}" for eta, good in tried]
        yield row(f"`{rule}`", ", ".join(cells), f"{results.best_eta(rule):g}")


def titled(results: Results, size: int) -> Iterator[str]:
    """Yield a table of whole trainings below its title, if there are any."""
    lines = list(scores(results, size, EPOCHS))
    if len(lines) > 2:
        yield from (f"## {EPOCHS} epochs at the best eta, {size} dimensions", "", *lines, "")


def scores(results: Results, size: int, epochs: int) -> Iterator[str]:
    """Yield a table of costs of the first seed, and scores: means, with smallest and largest."""
    shown = [epoch for epoch in EPOCHS_SHOWN if epoch <= epochs]
    yield from header(
        "`--rule`", "eta", "seeds", *(f"cost after {epoch}" for epoch in shown), *ANALOGIES, *PAIRS
    )
    for rule in DEFAULTS:
        trained = of_rule(results, rule, size, epochs)
        done = [training for training in trained if training.scores]
        if not done:
            continue
        diverged = len(trained) - len(done)
        seeds = f"{len(done)}, {diverged} more diverged" if diverged else f"{len(done)}"
        costs = [f"{done[0].costs[epoch - 1]:.4f}" for epoch in shown]
        cells = [
            show_range([training.scores[name] for training in done], name)
            for name in (*ANALOGIES, *PAIRS)
        ]
        yield row(f"`{rule}`", f"{done[0].eta:g}", seeds, *costs, *cells)


def speeds() -> Iterator[str]:
    """Yield a table of what an update takes."""
    measured = {}
    for line in SPEEDS.read_text("utf-8").splitlines():
        speed = json.loads(line)
        measured[speed["rule"], speed["vector_size"]] = speed
    yield from header(
        "`--rule`",
        *(f"bytes of state a word, {size} dimensions" for size in SIZES),
        *(f"ns an update, {size} dimensions" for size in SIZES),
        *(f"times the copy of its rows, {size}" for size in SIZES),
    )
    for rule in DEFAULTS:
        own = [measured[rule, size] for size in SIZES if (rule, size) in measured]
        yield row(
            f"`{rule}`",
            *(f"{2 * (speed['row_bytes'] - 4 * (speed['vector_size'] + 1)):,}" for speed in own),
            *(f"{speed['update_ns']:.1f}" for speed in own),
            *(f"{speed['update_ns'] / speed['copy_ns']:.2f}" for speed in own),
        )


def of_rule(results: Results, rule: str, size: int, epochs: int) -> list[Training]:
    """Return the trainings of a rule at its best eta, by seed."""
    eta = results.best_eta(rule)
    found = [
        done
        for done in results.trainings
        if (done.rule, done.eta, done.vector_size, done.epochs) == (rule, eta, size, epochs)
    ]
    return sorted(found, key=lambda done: done.seed)


def draw(results: Results) -> None:
    """Draw the cost curves at the first vector size, of the first seed."""
    import matplotlib

    from glove_ada.pictures.cost_curves import plot_costs

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "glove_ada"  # so that it can be made again to the byte
    from matplotlib import pyplot

    curves = {}
    for rule in DEFAULTS:
        for epochs in (SEARCH_EPOCHS, EPOCHS):  # the longer one, if there is one
            for done in of_rule(results, rule, SIZES[0], epochs)[:1]:
                curves[rule] = done.costs
    figure, axes = pyplot.subplots(figsize=(8, 5), layout="constrained")
    plot_costs(axes, curves)
    figure.savefig(PICTURE, metadata={"Date": None})


def header(*cells: str) -> Iterator[str]:
    """Yield the head of a table."""
    yield row(*cells)
    yield row(*("---" for _ in cells))


def row(*cells: str) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
