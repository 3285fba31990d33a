"""Check that the kernels give the same bytes on x86-64 and arm64, with and without vectors.

    apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
    python scripts/check_architectures.py [CORPUS]

`kernel_digests.c` beside this file trains on a small corpus with the kernels' headers. It is built
with this machine's compiler, and with Debian's cross compiler to run under qemu. Exit status 1
tells that two digests differ.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from glove_ada.kernels.decimal_scales import compute_scale
from glove_ada.kernels.definitions import BIASED_EXPONENTS

ROOT = Path(__file__).parents[1]
FLAGS = ("-O3", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra")
PLAIN = "-DGLOVE_ADA_PLAIN_LOOPS"
NATIVE = (os.environ.get("CC", "cc"),)
ARM64 = ("aarch64-linux-gnu-gcc", "-static")
QEMU = "qemu-aarch64"
MACHINES = (("this machine", NATIVE, ()), ("arm64, qemu", ARM64, (QEMU,)))


def main() -> int:
    """Build, run and compare; return the exit status."""
    parser = argparse.ArgumentParser(description="Compare the kernels on x86-64 and arm64.")
    parser.add_argument("corpus", nargs="?", default=str(ROOT / "data/sample.txt"))
    options = parser.parse_args()
    missing = [tool for tool in (NATIVE[0], ARM64[0], QEMU) if not shutil.which(tool)]
    if missing:
        sys.exit(f"error: {' and '.join(missing)} not found; see the head of this script")
    print(f"{'architecture':<14}{'kernels':<13}{'vocabulary':<17}{'counts':<17}vectors")
    digests = set()
    with tempfile.TemporaryDirectory() as folder:
        write_scales(Path(folder, "scales.h"))
        for name, compiler, runner in MACHINES:
            for more in ((), (PLAIN,)):
                program = build(folder, (*compiler, *more))
                for line in run((*runner, program, options.corpus)):
                    print(f"{name:<14}{line}", flush=True)
                    digests.add(tuple(line.split()[-3:]))
    print("all equal" if len(digests) == 1 else "NOT EQUAL")
    return 0 if len(digests) == 1 else 1


def build(folder: str, compiler: tuple[str, ...]) -> str:
    """Compile the program; return its path."""
    program = str(Path(folder, "kernel_digests"))
    headers = ("-I", folder, "-I", str(ROOT / "glove_ada/kernels/native/headers"))
    source = str(ROOT / "scripts/kernel_digests.c")
    subprocess.run((*compiler, *FLAGS, *headers, source, "-o", program, "-lm"), check=True)
    return program


def run(command: tuple[str, ...]) -> list[str]:
    """Run the program; return the lines that it prints."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def write_scales(path: Path) -> None:
    """Write the powers of ten, which the module computes when it is imported, as a C header."""
    rows = (
        ",".join(
            "{{{}ULL,{},{}}}".format(*compute_scale(biased, uneven=uneven))
            for biased in range(BIASED_EXPONENTS)
        )
        for uneven in (False, True)
    )
    table = "},{".join(rows)
    path.write_text(
        f"static decimal_scale decimal_scales[2][BIASED_EXPONENTS] = {{{{{table}}}}};\n"
    )


if __name__ == "__main__":
    sys.exit(main())
