"""What Dask runs in a worker that was started on this machine, before its work begins."""

from __future__ import annotations

import signal


def dask_setup(worker: object) -> None:
    """Leave Ctrl-C, which the terminal sends to all, to the process that the user started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
