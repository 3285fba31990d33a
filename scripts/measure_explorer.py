"""How fast the explorer is, and what it takes: `python scripts/measure_explorer.py vectors.txt`.

Starts `glove_ada.explore` as a user would, opens its page in headless Chromium (Playwright and a
Chromium are needed), and tells: seconds until the page can be used, milliseconds until answers are
shown, the server's memory, frames a second while the map is zoomed. Linux, since it reads `/proc`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

QUERIES = ("frog", "toad", "king - man + woman", "paris france tokyo", "qqqqqq", "sandbergerr")
REPEATS = 15
OPTIONS = ["--no-sandbox", "--disable-gpu"]

ZOOM = """async () => {
  const map = document.getElementById('map');
  const bounds = map.getBoundingClientRect();
  const times = [];
  const until = performance.now() + 4000;
  for (let frame = 0; performance.now() < until; frame++) {
    times.push(await new Promise(requestAnimationFrame));
    map.dispatchEvent(new WheelEvent('wheel', { deltaY: frame % 120 < 60 ? -40 : 40,
      clientX: bounds.x + bounds.width / 2, clientY: bounds.y + bounds.height / 2 }));
  }
  const gaps = times.slice(1).map((time, place) => time - times[place]).sort((a, b) => a - b);
  return { frames: 1000 * gaps.length / (times.at(-1) - times[0]),
    slow: gaps[Math.floor(.99 * gaps.length)] };
}"""


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vectors")
    parser.add_argument("--starts", type=int, default=5, help="times it is started")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
        seconds = []
        for _ in range(options.starts):
            begun = time.perf_counter()
            with _served(options.vectors) as (process, url):
                printed = time.perf_counter()
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                page.goto(url)
                page.wait_for_selector("html[data-ready=map]")
                seconds.append(time.perf_counter() - begun)
                if len(seconds) == options.starts:
                    _tell_memory("page open (the peak is that of reading)", process.pid)
                    _forget_peak(process.pid)
                    _time_answers(url)
                    _tell_memory("after searches (the peak is that of one)", process.pid)
                    found = page.evaluate(ZOOM)
                    print(
                        f"{found['frames']:.0f} frames a second, 99 % within {found['slow']:.0f} ms"
                    )
                print(f"address after {printed - begun:.2f} s, usable after {seconds[-1]:.2f} s")
                page.close()
        print(
            f"usable after {statistics.median(seconds):.2f} s ({min(seconds):.2f} to "
            f"{max(seconds):.2f})"
        )
        browser.close()


@contextmanager
def _served(vectors: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "glove_ada.explore", vectors, "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def _time_answers(url: str) -> None:
    """Ask as the page does: the first time, and the median of several."""
    for query in QUERIES:
        times = []
        for _ in range(REPEATS):
            begun = time.perf_counter()
            _ask(url, "ask", {"query": query, "topn": 10})
            times.append(1000 * (time.perf_counter() - begun))
        print(f"{query}: first {times[0]:.0f} ms, median {statistics.median(times):.0f} ms")


def _ask(url: str, name: str, question: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        f"{url}api/{name}",
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def _forget_peak(process: int) -> None:
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")


def _tell_memory(when: str, process: int) -> None:
    names = ("VmRSS", "RssAnon", "RssFile", "VmHWM")  # at rest, its two parts, the peak
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if "kB" in line}
    print(f"{when}:", ", ".join(f"{name} {sizes[name]:.1f} MiB" for name in names))


if __name__ == "__main__":
    os.environ.pop("DISPLAY", None)
    main()
