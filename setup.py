"""Build the compiled kernels where there is a C compiler; all else stands in pyproject.toml.

Without a compiler numba is installed in their place (see glove_ada/kernels/numba_backend). It is
no dependency otherwise: it is large, and each release of it takes certain Pythons and NumPys only.
"""

from __future__ import annotations

import sysconfig
import tempfile
import warnings
from pathlib import Path

import setuptools
from setuptools.command.build_ext import build_ext

# isort: split
# Python has no distutils of its own from 3.12 on; setuptools brings it.
from distutils.ccompiler import new_compiler
from distutils.errors import CCompilerError, DistutilsError
from distutils.sysconfig import customize_compiler

NATIVE = Path("glove_ada/kernels/native")
DEPENDENCIES = ["numpy>=1.23", "threadpoolctl>=3.1", "tqdm>=4.60"]
NUMBA = "numba>=0.57"

# The promise of equal bytes rests on these: no fused multiply-add and no fast-math anywhere.
# The CPU's instruction set is chosen at run time (see native/headers/training.h), so that no -march
# belongs here.
UNIX_FLAGS = ["-O3", "-ffp-contract=off", "-fno-math-errno"]
MSVC_FLAGS = ["/O2", "/fp:precise", "/std:c11"]


class BuildKernels(build_ext):
    """Give every kernel the flags that its compiler understands, and build them at once."""

    def build_extensions(self) -> None:
        """Compile the extensions."""
        msvc = self.compiler.compiler_type == "msvc"
        for extension in self.extensions:
            extension.extra_compile_args = MSVC_FLAGS if msvc else UNIX_FLAGS
        # At once. With MSVC setuptools cannot: two threads would set up its compiler twice.
        self.parallel = self.parallel or not msvc
        super().build_extensions()


def can_compile() -> bool:
    """Try a C compiler and Python's headers.

    Once they work, a kernel that does not compile is an error: a build that quietly came out
    slower would help nobody.
    """
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder, "probe.c")
        probe.write_text("#include <Python.h>\n")
        compiler = new_compiler()
        customize_compiler(compiler)
        headers = [sysconfig.get_path(name) for name in ("include", "platinclude")]
        try:
            compiler.compile([str(probe)], output_dir=folder, include_dirs=headers)
        except (CCompilerError, DistutilsError, OSError):
            return False
    return True


def compiled_kernels() -> list[setuptools.Extension]:
    """Return the extensions, translated to C."""
    from Cython.Build import cythonize

    headers = [str(path) for path in NATIVE.glob("headers/**/*.h")]
    extensions = [
        setuptools.Extension(
            ".".join(source.with_suffix("").parts),
            [str(source)],
            include_dirs=[str(NATIVE / "headers")],
            depends=headers,
        )
        for source in sorted(NATIVE.glob("*.pyx"))
    ]
    return cythonize(
        extensions,
        build_dir="build/cython",
        language_level=3,
        # True, since no kernel keeps anything between two calls.
        compiler_directives={"freethreading_compatible": True},
    )


if can_compile():
    setuptools.setup(
        ext_modules=compiled_kernels(),
        cmdclass={"build_ext": BuildKernels},
        install_requires=DEPENDENCIES,
    )
else:
    warnings.warn(
        "no C compiler with Python's headers was found, so numba takes the place of the compiled "
        "kernels; with a compiler, `pip install --force-reinstall --no-cache-dir glove-ada` builds "
        "them",
        stacklevel=1,
    )
    setuptools.setup(install_requires=[*DEPENDENCIES, NUMBA])
