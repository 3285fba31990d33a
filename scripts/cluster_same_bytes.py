"""Train one corpus in many ways, on this machine and on clusters, and compare the vectors' SHA-256.

    python scripts/cluster_same_bytes.py CORPUS [WAY ...] --vector-size 50 --epochs 3

The ways: `one` machine; `local:1`, `local:2`, `local:4`; `processes`, those of the standard
library; `namespaces`, four workers in network namespaces of their own that hear each other 20 ms
late (Linux, root); `s3`, four parts read from moto's S3 over HTTP (pip install 'moto[server]'
s3fs); `s3-work`, the same with the work directory there, too. All other options are given to the
trainer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

WAYS = ("one", "local:1", "local:2", "local:4", "processes", "namespaces", "s3", "s3-work")
DELAY = 0.02
NETWORK = "10.77.0."
BUCKET, WORK_BUCKET, PORT = "corpus", "work", 5077


def main() -> int:
    """Run all ways; return 1 if the vectors differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus")
    parser.add_argument("ways", nargs="*", default=WAYS)
    given, options = parser.parse_known_args()
    found = {}
    for way in given.ways:
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            found[way] = train(way, given.corpus, options, folder)
            print(f"{way:12} {time.perf_counter() - start:7.1f} s  {found[way]}", flush=True)
    return int(len(set(found.values())) > 1)


def train(way: str, corpus: str, options: Sequence[str], folder: str) -> str:
    """Train in one way; return the SHA-256 of the vectors."""
    save = os.path.join(folder, "vectors.txt")
    arguments = [corpus, "--save-file", save, "--quiet", *options]
    with ExitStack() as stack:
        if way.startswith("local:"):
            arguments += ["--cluster", way]
        elif way == "namespaces":
            arguments += ["--cluster", stack.enter_context(namespaces(folder))]
        elif way in ("s3", "s3-work"):
            arguments[0] = stack.enter_context(served(corpus, folder))
            arguments += ["--cluster", "local:4"]
            if way == "s3-work":
                arguments += ["--work-dir", f"s3://{WORK_BUCKET}/run"]
        if way == "processes":
            stack.enter_context(pool(folder))
            from glove_ada.train import main as run

            assert run([*arguments, "--cluster", "pool"]) == 0
        else:
            subprocess.run([sys.executable, "-m", "glove_ada.train", *arguments], check=True)
    report = json.loads(Path(save).with_suffix(".report.json").read_text())
    return str(report["vectors"]["sha256"])


@contextmanager
def pool(folder: str) -> Iterator[None]:
    """Let a cluster be processes of the standard library."""
    from glove_ada.run import new_run
    from glove_ada.run.cluster import stages
    from glove_ada.run.cluster.connection import Cluster
    from glove_ada.training.squares.engine import PoolEngine

    @contextmanager
    def connected(*_: Any, **__: Any) -> Iterator[Cluster]:
        place = os.path.join(folder, "shared")
        os.mkdir(place)
        yield Cluster(None, ["0", "1"], 2, 1, None, place, None)  # type: ignore[arg-type]

    with (
        PoolEngine(partial(ProcessPoolExecutor, 2)) as engine,
        mock.patch.object(new_run, "connected", connected),
        mock.patch.object(stages, "DaskEngine", return_value=engine),
    ):
        yield


@contextmanager
def namespaces(folder: str) -> Iterator[str]:
    """Start a scheduler, and four workers behind relays in network namespaces; give its address."""
    dask = [sys.executable, "-m", "distributed.cli.dask_"]
    relay = [sys.executable, os.path.abspath(__file__), "--relay"]
    with ExitStack() as stack:

        def run(*command: str) -> None:
            subprocess.run(command, check=True)

        def start(name: str, *command: str) -> None:
            log = stack.enter_context(open(os.path.join(folder, name), "wb"))
            process = subprocess.Popen(command, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.kill)

        scheduler = NETWORK + "1"
        stack.callback(subprocess.run, ["ip", "link", "del", "glove-br"])
        run("ip", "link", "add", "glove-br", "type", "bridge")
        run("ip", "addr", "add", scheduler + "/24", "dev", "glove-br")
        run("ip", "link", "set", "glove-br", "up")
        python, module = dask[:2], dask[2]
        start("scheduler", *python, module + "scheduler", "--host", scheduler, "--port", "8786",
              "--no-dashboard")  # fmt: skip
        start("relay", *relay, scheduler, "8787", "8786")
        for number in range(4):
            own, host, link = f"glove{number}", f"{NETWORK}1{number}", f"glove-v{number}"
            stack.callback(subprocess.run, ["ip", "netns", "del", own])
            run("ip", "netns", "add", own)
            run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", own)
            run("ip", "link", "set", link, "master", "glove-br", "up")
            inside = ("ip", "netns", "exec", own)
            run(*inside, "ip", "link", "set", "lo", "up")
            run(*inside, "ip", "addr", "add", host + "/24", "dev", "eth0")
            run(*inside, "ip", "link", "set", "eth0", "up")
            start(f"relay-{number}", *inside, *relay, host, "9000", "9001")
            start(f"worker-{number}", *inside, *python, module + "worker",
                  f"tcp://{scheduler}:8787", "--listen-address", f"tcp://{host}:9001",
                  "--contact-address", f"tcp://{host}:9000", "--no-nanny", "--nworkers", "1",
                  "--nthreads", "1", "--memory-limit", "0", "--no-dashboard")  # fmt: skip
        wait_for_workers(f"tcp://{scheduler}:8787")
        yield f"tcp://{scheduler}:8787"


def wait_for_workers(address: str) -> None:
    """Wait until all four are there."""
    import distributed

    until = time.monotonic() + 120
    while True:
        try:
            with distributed.Client(address, timeout=60, set_as_default=False) as client:
                client.wait_for_workers(4, timeout=120)
                return
        except OSError:  # the scheduler is not there yet
            if time.monotonic() > until:
                raise
            time.sleep(1)


async def relay(host: str, port: int, to: int) -> None:
    """Pass on what comes to a port, and what is answered, `DELAY` seconds later."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(1024)
        clock = asyncio.get_running_loop().time

        async def send() -> None:
            while True:
                due, data = await waiting.get()
                await asyncio.sleep(max(0.0, due - clock()))
                if not data:
                    writer.close()
                    return
                writer.write(data)
                await writer.drain()

        sending = asyncio.create_task(send())
        data = b"at first"
        while data:
            try:
                data = await reader.read(1 << 18)
            except OSError:
                data = b""
            await waiting.put((clock() + DELAY, data))
        await asyncio.gather(sending, return_exceptions=True)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, asked = await asyncio.open_connection(host, to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, asked), pump(answers, writer))

    async with await asyncio.start_server(serve, host, port) as server:
        await server.serve_forever()


@contextmanager
def served(corpus: str, folder: str) -> Iterator[str]:
    """Serve a corpus in four parts from moto's S3; give its URL."""
    import fsspec

    from glove_ada.corpus.large.parts import Part
    from glove_ada.corpus.sources import FileSource

    endpoint = f"http://127.0.0.1:{PORT}"
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    server = subprocess.Popen(
        [shutil.which("moto_server") or "moto_server", "-p", str(PORT)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(5)
        store = fsspec.filesystem("s3", endpoint_url=endpoint)
        store.mkdir(BUCKET)
        store.mkdir(WORK_BUCKET)
        for number in range(1, 5):
            with store.open(f"{BUCKET}/part-{number}.txt", "wb") as file:
                for chunk in FileSource([corpus], part=Part(number, 4)).chunks():
                    file.write(chunk)
        yield f"s3://{BUCKET}/"
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--relay"]:
        asyncio.run(relay(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    else:
        sys.exit(main())
