"""What the system says is free: the machine, and control groups of both versions."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from glove_ada.system.memory import available_bytes, process_peak_bytes

GIB = 1 << 30
MACHINE = "MemTotal:       16777216 kB\nMemAvailable:    8388608 kB\n"


@pytest.fixture
def system(tmp_path):
    """Make files of a system and return its root."""

    def make(files):
        for name, text in {"proc/meminfo": MACHINE, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return make


def version_2(group, limit, used, cached=0):
    return {
        f"sys/fs/cgroup{group}/memory.max": f"{limit}\n",
        f"sys/fs/cgroup{group}/memory.current": f"{used}\n",
        f"sys/fs/cgroup{group}/memory.stat": f"anon 5\ninactive_file {cached}\nactive_file 0\n",
    }


def version_1(group, limit, used, cached=0):
    return {
        f"sys/fs/cgroup/memory{group}/memory.limit_in_bytes": f"{limit}\n",
        f"sys/fs/cgroup/memory{group}/memory.usage_in_bytes": f"{used}\n",
        f"sys/fs/cgroup/memory{group}/memory.stat": f"cache 9\ntotal_active_file {cached}\n",
    }


def test_the_machine_alone(system):
    assert available_bytes(system({})) == 8 * GIB


@pytest.mark.parametrize(
    ("groups", "line"),
    [(version_2, "0::/jobs/mine\n"), (version_1, "3:cpu:/\n4:cpu,memory:/jobs/mine\n0::/\n")],
)
def test_the_least_of_all_groups_counts(system, groups, line):
    files = {"proc/self/cgroup": line, **groups("/jobs", 3 * GIB, 2 * GIB)}
    assert available_bytes(system(files)) == GIB
    files |= groups("/jobs/mine", 4 * GIB, 4 * GIB, cached=GIB // 2)
    assert available_bytes(system(files)) == GIB // 2, "file pages are free when they are wanted"


@pytest.mark.parametrize("groups", [version_1, version_2])
def test_in_a_container_the_mount_is_the_group(system, groups):
    line = "0::/host/path\n1:memory:/host/path\n"
    assert available_bytes(system({"proc/self/cgroup": line, **groups("", GIB, 0)})) == GIB


def test_a_group_without_a_limit(system):
    files = {"proc/self/cgroup": "0::/mine\n", **version_2("/mine", "max", GIB)}
    assert available_bytes(system(files)) == 8 * GIB
    files |= version_1("/mine", 9223372036854771712, GIB) | {"proc/self/cgroup": "1:memory:/mine\n"}
    assert available_bytes(system(files)) == 8 * GIB


def test_a_group_that_is_full(system):
    files = {"proc/self/cgroup": "0::/mine\n", **version_2("/mine", GIB, 2 * GIB)}
    assert available_bytes(system(files)) == 0


def test_a_system_without_such_files_has_something(tmp_path):
    found = available_bytes(tmp_path)
    assert found is None if sys.platform == "win32" else found > 0


def test_this_machine():
    found = available_bytes()
    assert found is None or found > 1_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process tells its own peak alone")
def test_the_peak_of_a_process_is_not_that_of_the_one_it_came_from():
    held = np.ones(25_000_000)
    code = "from glove_ada.system.memory import process_peak_bytes as peak; print(peak())"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert process_peak_bytes() >= held.nbytes
    assert 5e6 < int(child.stdout) < held.nbytes / 2


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="others keep what they like")
@pytest.mark.parametrize("kept", [False, True])
def test_freed_memory_is_kept_where_it_would_go_back_at_once(kept):
    code = f"""
import resource
import numpy as np
from glove_ada.system.memory import keep_freed_memory
{"keep_freed_memory()" if kept else ""}
np.empty(1 << 20, np.uint8).fill(1)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(40):
    np.empty(1 << 20, np.uint8).fill(1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
    environment = {**os.environ, "MALLOC_TRIM_THRESHOLD_": "65536"}  # as Dask sets it
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert (int(run.stdout) > 5_000) is not kept
