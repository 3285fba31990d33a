"""Run the kernels under GCC's or Clang's sanitizers.

    python scripts/sanitize.py address      # AddressSanitizer and UndefinedBehaviorSanitizer
    python scripts/sanitize.py thread       # ThreadSanitizer: a training with four threads

The repository is copied, the copy's kernels are built with the sanitizer, and the tests of the
kernels or a whole training run in a Python that has the sanitizer's library loaded first. Only the
kernels are instrumented: they are all that touches memory without Python's help. They are hardly
optimised: no access is lost before it is checked, and the checks, which multiply the code, compile
in seconds. The sanitizers end the program at the first report. So that its silence says something,
ThreadSanitizer is given a training whose tiles share rows, too, which it must report. Where there
is no such sanitizer, a line says so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
FOUND = 66  # the exit status that tells of a race
LEFT_OUT = shutil.ignore_patterns("*.so", "build", ".*", "__pycache__")

# numpy's and Python's own memory is theirs to free: leaks are not looked for.
ENVIRONMENTS = {
    "address": {
        "ASAN_OPTIONS": "detect_leaks=0:halt_on_error=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    },
    "thread": {"TSAN_OPTIONS": f"halt_on_error=1:exitcode={FOUND}"},
}
FLAGS = {
    # Its tests take no time, compiling does; with threads it is the training that takes longer.
    "address": "-O0 -fsanitize=address,undefined -fno-sanitize-recover=undefined",
    "thread": "-O1 -fsanitize=thread",
}
NAMED = "-g1 -fno-omit-frame-pointer"  # functions and lines that a report can name
TRAINING = ["data/sample.txt", "--epochs", "3", "--threads", "4", "--vector-size", "20"]
TRAINING += ["--polish", "2", "--backend", "compiled", "--overwrite"]
RACE = f"""
from glove_ada.train import main
from glove_ada.training import schedule
schedule.tiles_of_round = lambda groups, shift: [(p, 0) for p in range(groups)]
main({[*TRAINING, "--quiet"]})
"""
LIBRARIES = {"address": ["libasan.so", "libubsan.so"], "thread": ["libtsan.so"]}


def main() -> int:
    """Build, run, and return the status of what was run."""
    parser = argparse.ArgumentParser(description="Run the kernels under a sanitizer.")
    parser.add_argument("sanitizer", choices=FLAGS)
    sanitizer = parser.parse_args().sanitizer
    with tempfile.TemporaryDirectory(prefix=f"sanitize-{sanitizer}-") as name:
        compiler = write_compiler(f"{FLAGS[sanitizer]} {NAMED}", Path(name))
        if not works(compiler):
            print(f"{sanitizer}: left out, the C compiler here has no sanitizer that works")
            return 0
        copy = Path(name) / "glove_ada"
        shutil.copytree(TOP, copy, ignore=LEFT_OUT)
        build(copy, compiler)
        environment = {
            **os.environ,
            **ENVIRONMENTS[sanitizer],
            "LD_PRELOAD": " ".join(map(library_path, LIBRARIES[sanitizer])),
            "PYTHONPATH": str(copy),
            "PYTHONMALLOC": "malloc",  # so that the sanitizer sees each object's bounds
        }

        def run(*arguments: str) -> int:
            print("+ python", *arguments, flush=True)
            return subprocess.run(
                [sys.executable, *arguments], cwd=copy, env=environment
            ).returncode

        clean = run("-m", "glove_ada.train", *TRAINING) == 0
        if sanitizer == "address":
            # numba's own code is not instrumented, and takes long to compile here.
            tests = ("tests/kernels", "-k", "not numba and not backends")
            clean &= run("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests) == 0
        elif run("-c", RACE) != FOUND:
            print("ThreadSanitizer did not report the race that was made on purpose")
            clean = False
    print(f"{sanitizer}: {'clean' if clean else 'NOT CLEAN'}")
    return 0 if clean else 1


def write_compiler(flags: str, directory: Path) -> Path:
    """Write a C compiler that adds the flags behind all others, where they win over setup.py's."""
    path = directory / "cc"
    path.write_text(f'#!/bin/sh\nexec {os.environ.get("CC", "cc")} "$@" {flags}\n')
    path.chmod(0o755)
    return path


def works(compiler: Path) -> bool:
    """Return whether the compiler can build a program with the sanitizer, and that runs."""
    source, program = compiler.with_name("works.c"), compiler.with_name("works")
    source.write_text("int main(void) { return 0; }\n")
    command = [compiler, source, "-o", program]
    return (
        subprocess.run(command, capture_output=True).returncode == 0
        and subprocess.run([program], capture_output=True).returncode == 0
    )


def build(copy: Path, compiler: Path) -> None:
    """Build the copy's kernels in place."""
    subprocess.run(
        [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"],
        cwd=copy,
        env={**os.environ, "CC": str(compiler)},
        check=True,
    )


def library_path(library: str) -> str:
    """Return where the compiler has a sanitizer's library."""
    compiler = os.environ.get("CC", "cc").split()[0]
    found = subprocess.run(
        [compiler, f"-print-file-name={library}"], capture_output=True, text=True, check=True
    )
    return found.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
