"""Build the compiled kernels; everything else stands in pyproject.toml."""

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

KERNELS = ["text", "counting", "placing", "adagrad", "decimal"]

# The promise of equal bytes rests on these: no fused multiply-add and no fast-math anywhere.
# The CPU's instruction set is chosen at run time (see glove_ada/kernels/lanes.h), so that no
# -march belongs here.
UNIX_FLAGS = ["-O3", "-ffp-contract=off", "-fno-math-errno"]
MSVC_FLAGS = ["/O2", "/fp:precise"]


class BuildKernels(build_ext):
    """Give every kernel the flags that its compiler understands."""

    def build_extensions(self) -> None:
        """Compile the extensions."""
        flags = MSVC_FLAGS if self.compiler.compiler_type == "msvc" else UNIX_FLAGS
        for extension in self.extensions:
            extension.extra_compile_args = flags
        super().build_extensions()


extensions = [
    Extension(f"glove_ada.kernels.{name}", [f"glove_ada/kernels/{name}.pyx"]) for name in KERNELS
]
setup(
    ext_modules=cythonize(extensions, build_dir="build/cython", language_level=3),
    cmdclass={"build_ext": BuildKernels},
)
