"""A cluster that is there or is started here, found fit before any work begins."""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from glove_ada.corpus.large.remote_files import is_url
from glove_ada.errors import OptionError
from glove_ada.run.cluster.probe import Probe, begin_work, probe, worker_figures
from glove_ada.run.kept.shared_files import joined, remove_folder, written
from glove_ada.system.sentences.counted import counted
from glove_ada.system.temporary_files import temporary_folder, temporary_name
from glove_ada.system.threads import usable_cpus

LOCAL = "local:"
TIMEOUT = 10.0
"""Seconds in which a scheduler must answer, and a first worker be there."""

MOST_LOCAL = 256
_LOCAL_CONFIG = {
    # Whoever is asked does the work: what it needs lies there.
    "distributed.scheduler.work-stealing": False,
    # Seconds after one has died Dask gives up whichever is away just then: it may have died again.
    "distributed.deploy.lost-worker-timeout": "1 day",
    # All processes look at themselves many times a second, for a dashboard that nobody is shown.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.worker.profile.enabled": False,
}
_LARGEST_FILE = 1 << 20


class Fault(NamedTuple):
    """Why a worker does not take part.

    Attributes
    ----------
    sentence : str
    ended : bool
        Whether it is not there any more, which others will not be for the same reason.
    """

    sentence: str
    ended: bool = False


class Fitness:
    """Finds out whether workers are fit: the same program, and the same files.

    Parameters
    ----------
    client : distributed.Client
    folder : str
        Which all of them must reach.
    """

    def __init__(self, client: Any, folder: str) -> None:
        self._client, self._folder = client, folder
        self._token, self._word = joined(folder, "token"), secrets.token_hex(16)
        with written(self._token) as path, open(path, "w", encoding="ascii") as file:
            file.write(self._word)
        self._here = probe(self._token)

    def faults(self, workers: list[str]) -> dict[str, Fault]:
        """Return what is wrong with those that are not fit."""
        found = self._client.run(begin_work, self._token, workers=workers, on_error="return")
        faults = {address: self._fault(address, found.get(address)) for address in workers}
        return {address: fault for address, fault in faults.items() if fault}

    def _fault(self, address: str, there: object) -> Fault | None:
        here = self._here
        if isinstance(there, OSError):  # Dask's errors of connections are such
            return Fault(f"worker {address} ended when it was asked what it has", ended=True)
        if not isinstance(there, Probe):
            return Fault(
                f"worker {address} cannot run glove_ada {here.version} "
                f"({type(there).__name__}: {there}): install the same version there"
            )
        if there.token != self._word:
            return Fault(
                f"worker {address} does not reach {self._folder}{there.fault}: give a "
                f"--work-dir that all workers share"
            )
        if there != here:
            return Fault(
                f"worker {address} has glove_ada {there.version} with arithmetic "
                f"{there.arithmetic} and kernels {there.kernels[:8]}, here are {here.version}, "
                f"{here.arithmetic} and {here.kernels[:8]}: install the same version everywhere"
            )
        return None


@dataclass(frozen=True)
class Cluster:
    """Workers that are fit for the work.

    Attributes
    ----------
    client : distributed.Client
    workers : list of str
        Addresses; those that are left, if some are lost.
    blocks : int
        As many as they were at first, a power of two.
    threads : int or None
        Of each; None for one for each of its CPUs.
    memory : float or None
        The cap of each in GB while it counts; None for what its machine can spare.
    folder : str
        Which all of them reach; it goes with the cluster.
    fitness : Fitness
    """

    client: Any
    workers: list[str]
    blocks: int
    threads: int | None
    memory: float | None
    folder: str
    fitness: Fitness

    def take(self, there: list[str]) -> bool:
        """Go on with these workers: those that were at work, and what is fit of the others.

        Returns
        -------
        bool
            Whether there are any; if not, all have ended meanwhile.

        Raises
        ------
        OptionError
            If none is fit.
        """
        stay = [address for address in self.workers if address in there]
        new = [address for address in there if address not in stay]
        faults = self.fitness.faults(new) if new else {}
        self.workers[:] = [*stay, *(address for address in new if address not in faults)]
        unfit = [fault.sentence for fault in faults.values() if not fault.ended]
        if unfit and not self.workers:
            raise OptionError(unfit[0])
        return bool(self.workers)

    def figures(self) -> dict[str, dict[str, Any]]:
        """Return seconds, bytes sent and peak memory of each worker so far, where known."""
        found: dict[str, object] = {}
        with suppress(Exception):  # a figure of the report is worth no training
            found = self.client.run(worker_figures, workers=self.workers, on_error="return")
        return {worker: own for worker, own in sorted(found.items()) if isinstance(own, dict)}


def local_workers(address: str) -> int | None:
    """Return how many workers are to be started here, if an address says so.

    Raises
    ------
    OptionError
        If that is no power of two.
    """
    if not address.startswith(LOCAL):
        return None
    match = re.fullmatch(r"\d{1,4}", address[len(LOCAL) :])
    number = int(match[0]) if match else 0
    if not 1 <= number <= MOST_LOCAL or number & (number - 1):
        raise OptionError(
            f"--cluster is {address!r}: as many workers as are started here must be a power of "
            f"two, {LOCAL}2 or {LOCAL}4, say"
        )
    return number


@contextmanager
def connected(
    address: str | None,
    scheduler_file: str | os.PathLike[str] | None,
    folder: str | os.PathLike[str],
    *,
    threads: int | None,
    memory: float,
    say: Callable[[str], None],
) -> Iterator[Cluster]:
    """Connect to a cluster, or start one here; find out whether all workers are fit.

    Parameters
    ----------
    address : str or None
        Of its scheduler, or `local:N`.
    scheduler_file : path or None
        In place of that, a file that the scheduler has written.
    folder : path or URL
        In which files for the workers go to a folder of their own.
    threads : int, optional
        Of each worker.
    memory : float
        The cap of all together in GB, if they are started here.
    say : callable
        Is told what the user should know.

    Raises
    ------
    OptionError
        If Dask is not installed, no scheduler answers, there is no worker, or one of them has
        not this program, not this version of it, or does not reach the folder.
    """
    distributed = _import_distributed()
    local = local_workers(address) if address is not None else None
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        scheduler: Any = address
        if scheduler_file is not None:
            scheduler = _address_in(scheduler_file)
        elif local is not None:
            scheduler = stack.enter_context(_started(local))
            threads = threads or max(1, usable_cpus() // local)
        client = stack.enter_context(_client(distributed, scheduler))
        workers = _workers(client, say)
        place = stack.enter_context(_folder(folder))
        fitness = Fitness(client, place)
        if faults := fitness.faults(workers):
            raise OptionError(min(faults.values()).sentence)
        if local is None:
            say(f"the cluster's dashboard is at {client.dashboard_link}")
        say(f"training on {counted(len(workers), 'worker')}")
        share = memory / local if local is not None else None
        yield Cluster(client, workers, len(workers), threads, share, place, fitness)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from logging what becomes a sentence here."""
    loggers = [
        logging.getLogger(name)
        for name in list(logging.root.manager.loggerDict)
        if name.split(".")[0] in ("distributed", "tornado")
    ]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _import_distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise OptionError("a cluster needs Dask: pip install 'glove-ada[cluster]'") from None
    return distributed


@contextmanager
def _started(workers: int) -> Iterator[Any]:
    """Start workers on this machine."""
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set(_LOCAL_CONFIG),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            memory_limit=0,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
            preload=["glove_ada.run.cluster.local_worker"],
        ) as cluster,
    ):
        yield cluster


@contextmanager
def _client(distributed: Any, scheduler: Any) -> Iterator[Any]:
    try:
        client = distributed.Client(scheduler, timeout=TIMEOUT, set_as_default=False)
    except (OSError, ValueError, TypeError, ImportError) as error:
        raise OptionError(
            f"no scheduler of Dask's answers at {scheduler}: check the address, or start one with "
            f"dask scheduler"
        ) from error
    with client:
        yield client


def _address_in(path: str | os.PathLike[str]) -> str:
    """Return the address in a file that a scheduler wrote."""
    try:
        with open(path, "rb") as file:
            return str(json.loads(file.read(_LARGEST_FILE))["address"])
    except OSError as error:
        raise OptionError(
            f"cannot read the scheduler file {os.fspath(path)}: {error.strerror}"
        ) from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise OptionError(
            f"{os.fspath(path)} is no file of a scheduler's: give the one that dask scheduler "
            f"--scheduler-file wrote"
        ) from error


def _workers(client: Any, say: Callable[[str], None]) -> list[str]:
    """Return the addresses of as many workers as are a power of two."""
    try:
        client.wait_for_workers(1, timeout=TIMEOUT)
    except TimeoutError:
        raise OptionError(
            "the cluster has no worker: start some with dask worker, and then the training"
        ) from None
    addresses = sorted(client.nthreads())
    taken = 1 << len(addresses).bit_length() - 1
    if taken < len(addresses):
        say(
            f"of {len(addresses)} workers {counted(taken, 'is', 'are')} taken: a power of two "
            f"shares words evenly"
        )
    return addresses[:taken]


@contextmanager
def _folder(folder: str | os.PathLike[str]) -> Iterator[str]:
    """Make a folder for the workers' files, which the next run removes if this one is killed."""
    if is_url(os.fspath(folder)):  # where no folder need be made
        name = joined(os.fspath(folder), os.path.basename(temporary_name("cluster")))
        try:
            yield name
        finally:
            remove_folder(name)
        return
    name = temporary_name(os.path.join(os.path.abspath(folder), "cluster"))
    try:
        with temporary_folder(name):
            yield name
    finally:
        shutil.rmtree(name, ignore_errors=True)
