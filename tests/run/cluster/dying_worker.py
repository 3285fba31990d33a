"""What Dask preloads in a worker that is to die: once, when a function has done its work.

Which function it is, a file's name tells, in the folder that the environment names.
"""

from __future__ import annotations

import functools
import importlib
import os
import signal
from contextlib import suppress
from pathlib import Path

FOLDER = "GLOVE_ADA_DEATHS"

FUNCTIONS = {
    "words": "glove_ada.run.cluster.counting.count_words_of",
    "counting": "glove_ada.run.cluster.counting.count_part",
    "adding up": "glove_ada.run.cluster.tiling._added_up",
    "tiling": "glove_ada.run.cluster.tiling.build_tiles",
    "tiles written": "glove_ada.run.cluster.tiling.write_tiles",
    "starting": "glove_ada.training.squares.task.start_slabs",
    "training": "glove_ada.training.squares.task.train_square",
    "epoch written": "glove_ada.training.squares.task.keep_slabs",
    "packing": "glove_ada.run.cluster.solving.pack_block",
    "totals": "glove_ada.run.cluster.solving.add_up_totals",
    "products": "glove_ada.run.cluster.solving.add_up_products",
    "solving": "glove_ada.run.cluster.solving.solve_block",
}


def dask_setup(worker):
    folder = Path(os.environ[FOLDER])
    for name, path in FUNCTIONS.items():
        module, _, function = path.rpartition(".")
        there = importlib.import_module(module)
        setattr(there, function, dying(getattr(there, function), folder / name))


def dying(work, sign):
    @functools.wraps(work)
    def done(*given, **named):
        result = work(*given, **named)
        with suppress(FileNotFoundError):
            sign.unlink()  # of all workers one alone
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return done
