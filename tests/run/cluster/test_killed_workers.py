"""Workers that are killed, in each stage and at random: the same bytes, with nothing by hand."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
from cluster_problems import OPTIONS, Recorder, bytes_of, kill_a_worker, two_workers

from glove_ada import GloVe

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and files that are shared")

DYING_WORKER = Path(__file__).with_name("dying_worker.py")
STAGES = (
    "words",
    "counting",
    "adding up",
    "tiling",
    "tiles written",
    "starting",
    "training",
    "epoch written",
    "packing",
    "totals",
    "products",
    "solving",
)
QUICK = ("training",)


@pytest.fixture(scope="module")
def deaths(tmp_path_factory):
    """The folder of signs at which a worker dies."""
    return tmp_path_factory.mktemp("deaths")


@pytest.fixture(scope="module")
def address(deaths):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLOVE_ADA_DEATHS", str(deaths))
        with two_workers(preload=[str(DYING_WORKER)]) as address:
            yield address


@pytest.mark.parametrize(
    "stage", [stage if stage in QUICK else pytest.param(stage, marks=pytest.mark.slow)
              for stage in STAGES]
)  # fmt: skip
def test_a_worker_that_dies_in_any_stage_loses_nothing(
    corpus, expected, address, deaths, tmp_path, stage
):
    display = Recorder()
    options = {**OPTIONS, "cluster": address, "threads": 1, "display": display}
    (deaths / stage).touch()
    assert bytes_of(GloVe(**options, work_dir=tmp_path / "work").fit(corpus)) == expected
    assert not (deaths / stage).exists()
    assert sum("ended" in line for line in display.said) == 1
    assert not (tmp_path / "work").exists()


class Killer(Recorder):
    """Kills a worker when a stage of the process that was started begins."""

    def __init__(self, address, name):
        super().__init__()
        self.address, self.name, self.kills = address, name, 0

    @contextmanager
    def stage(self, name, total, unit):
        if name == self.name:
            self.kills += 1
            kill_a_worker(self.address)
        with super().stage(name, total, unit) as stage:
            yield stage


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["polish", "combine", "write"])
def test_a_worker_killed_when_a_stage_begins_loses_nothing(
    corpus, expected, address, tmp_path, stage
):
    display = Killer(address, stage)

    def write(model):
        with display.stage("write", None, "rows"):
            model.vectors_.save(tmp_path / "vectors.txt")

    model = GloVe(**OPTIONS, cluster=address, work_dir=tmp_path / "work", display=display)
    assert bytes_of(model.fit(corpus, write=write)) == expected
    assert display.kills == 1
    assert (tmp_path / "vectors.txt").exists()


@pytest.mark.slow
def test_a_worker_killed_between_two_epochs_loses_nothing(corpus, expected, address, tmp_path):
    display = Recorder()

    def kill(epoch, *_):
        if epoch == 1:
            kill_a_worker(address)

    model = GloVe(**OPTIONS, cluster=address, work_dir=tmp_path / "work", display=display)
    assert bytes_of(model.fit(corpus, after_epoch=kill)) == expected
    assert [line for line in display.said if "ended; epoch 2 begins anew" in line]


@pytest.mark.slow
def test_workers_killed_five_times_at_random_lose_nothing(corpus, tmp_path):
    options = {**OPTIONS, "epochs": 25}
    expected = bytes_of(GloVe(**options).fit(corpus))
    random, kills, ended = Random(7), [], threading.Event()
    with two_workers() as address:

        def kill_some():
            while len(kills) < 5 and not ended.is_set():
                time.sleep(random.random())
                with suppress(Exception):  # there may be none at the moment
                    kill_a_worker(address)
                    kills.append(True)

        killer = threading.Thread(target=kill_some)

        def go_on(epoch, *_):
            if epoch == 1:
                killer.start()
            if epoch == options["epochs"] - 1:
                killer.join()  # not before all five

        model = GloVe(**options, cluster=address, work_dir=tmp_path / "work", threads=1)
        try:
            model.fit(corpus, after_epoch=go_on)
        finally:
            ended.set()
    assert len(kills) == 5
    assert bytes_of(model) == expected
