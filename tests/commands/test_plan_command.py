"""What a job will take, told before it runs."""

from __future__ import annotations

import pytest

from glove_ada import plan
from glove_ada.run.counted.stages import resolve_counting_options
from glove_ada.run.forecast import forecast, forecast_text
from glove_ada.run.memory_plan import MemoryPlan

WIKI17M = 102_873_578  # bytes

WIKI70M = 410_508_145

WIKIHALF = 3_000_000

SECONDS = {100: 3.2, 300: 10.8}  # of the processor, for WIKIHALF with the defaults
MEMORY = {100: 1.126e9, 300: 1.606e9}  # at the peak, for WIKI17M

MEASURED = [  # bytes, workers, threads, seconds of processors, bytes of the process that needs most
    (WIKI17M, 1, 2, 45.9, 1.14e9),
    (WIKI17M, 2, 1, 72.0, 0.63e9),
    (WIKI70M, 1, 2, 135.0, 2.83e9),
    (WIKI70M, 2, 1, 193.9, 1.46e9),
]


def needs(size, vector_size=100, epochs=2, workers=1, threads=2, max_vocab=None):
    options = resolve_counting_options({"vector_size": vector_size, "epochs": epochs})
    memory_plan = MemoryPlan(options, threads, ".")
    text = forecast_text(size, max_vocab)
    return forecast(text, options, workers=workers, threads=threads, plan=memory_plan)


def seconds(stages):
    return sum(stage.seconds for stage in stages)


@pytest.mark.parametrize("vector_size", [100, 300])
def test_near_what_was_measured(vector_size):
    stages = needs(WIKIHALF, vector_size, epochs=None, threads=1)
    assert seconds(stages) == pytest.approx(SECONDS[vector_size], rel=0.25)
    stages = needs(WIKI17M, vector_size)
    assert max(stage.memory for stage in stages) == pytest.approx(MEMORY[vector_size], rel=0.1)


@pytest.mark.parametrize(("size", "workers", "threads", "processors", "peak"), MEASURED)
def test_near_what_measure_plan_showed(size, workers, threads, processors, peak):
    stages = needs(size, epochs=None, workers=workers, threads=threads)
    assert seconds(stages) * workers * threads == pytest.approx(processors, rel=0.25)
    most = max(stage.memory for stage in stages if workers == 1 or stage.name != "write")
    assert most == pytest.approx(peak, rel=0.1)


def test_what_a_text_holds_is_what_was_counted():
    text = forecast_text(69_622_284 * 5.9)
    assert text.words == pytest.approx(145_938)
    assert text.cells == pytest.approx(110_128_392)
    some = forecast_text(WIKI17M, 20_000)
    assert some.words == 20_000
    assert some.cells == pytest.approx(29_002_222, rel=0.01)
    assert forecast_text(1e6, 100).cells <= 100**2


def test_more_takes_more():
    sizes = [1e6, 1e8, 1e9, 1e11, 1e13]
    assert sorted(seconds(needs(size)) for size in sizes) == [seconds(needs(s)) for s in sizes]
    assert seconds(needs(1e9, epochs=20)) > seconds(needs(1e9))
    assert seconds(needs(1e9, threads=8)) < seconds(needs(1e9))
    assert seconds(needs(1e9, workers=8)) < seconds(needs(1e9))
    assert sum(stage.network for stage in needs(1e9)) == 0
    assert sum(stage.network for stage in needs(1e9, workers=8)) > 0


def test_it_is_shown(capsys):
    arguments = ["--bytes", "1e12", "--vector-size", "300", "--workers", "32", "--threads", "16"]
    assert plan.main([*arguments, "--max-vocab", "2000000"]) == 0
    first, head, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith(
        "1,000.00 GB of text: 169,491,525,424 tokens, a vocabulary of 2,000,000"
    )
    assert head.split() == ["stage", "time", "memory", "disk", "network"]
    names = [line[:12].strip() for line in lines]
    assert names == ["count words", "count", "tile", "train", "polish", "write", "all"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--bytes", "0"], "--bytes is 0; it takes"),
        (["--bytes", "nan"], "--bytes is nan"),
        (["--bytes", "1e9", "--workers", "3"], "--workers is 3; it takes a power of two"),
        (["--bytes", "1e9", "--workers", "0"], "--workers is 0"),
        (["--bytes", "1e9", "--epochs", "0"], "--epochs is 0"),
        ([], "--bytes"),
    ],
)
def test_mistakes(capsys, options, sentence):
    assert plan.main(options) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert sentence in line
