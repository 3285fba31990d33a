"""Every kernel once: its name, the module that holds it in each backend, its signature, its work.

`native/` and `numba_backend/` both have a module of that name with a function of that signature.
What a backend offers, what `setup.py` builds and what mypy knows follow from here and from the
files; a test holds them equal. All buffers are C-contiguous and come from the caller, sizes and
indices are not checked, and the GIL is released.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ids = npt.NDArray[np.uint32]
Groups = npt.NDArray[np.uint16]
Bits = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Sums = npt.NDArray[np.float64]
Units = npt.NDArray[np.int64]
"""Of 2**-20."""
Floats = npt.NDArray[np.float32]
Nonzeros = npt.NDArray[np.void]
"""Of the dtype `definitions.NONZERO`."""

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])
MODULES: dict[str, str] = {}
"""The module of each kernel, the same in either backend."""


def _kernel_in(module: str) -> Callable[[_Kernel], _Kernel]:
    """Note where a kernel is; the function below is its signature alone."""

    def note(kernel: _Kernel) -> _Kernel:
        MODULES[kernel.__name__] = module
        return kernel

    return note


def import_kernels(package: str) -> dict[str, Callable[..., Any]]:
    """Return the kernels of a backend, by name."""
    return {
        name: getattr(import_module(f"{package}.{module}"), name)
        for name, module in MODULES.items()
    }


# ---- corpus ----


@_kernel_in("text")
def encode_text(
    text: Bytes,
    start: int,
    size: int,
    slots: Bits,
    ends: Places,
    counts: Places,
    arena: Bytes,
    types: int,
    ids: Ids,
) -> tuple[int, int, int]:
    """Encode `text[start:size]`; return where it stopped, the ids written, the types now known.

    It stops before `size` when the table of types must grow first.
    """


@_kernel_in("text")
def merge_types(
    other_arena: Bytes,
    other_ends: Places,
    other_counts: Places,
    start: int,
    other_types: int,
    slots: Bits,
    ends: Places,
    counts: Places,
    arena: Bytes,
    types: int,
    merged: Ids,
) -> tuple[int, int]:
    """Add the types `start:other_types` of another table to this one, and their counts.

    `merged` gets each one's number here. Returns where it stopped, before `other_types` when this
    table must grow first, and the types now known.
    """


@_kernel_in("text")
def rehash(slots: Bits, ends: Places, arena: Bytes, types: int) -> None:
    """Enter the types into an empty, larger array of slots."""


@_kernel_in("text")
def map_ids(types: Ids, word_of_type: Ids, ids: Ids) -> tuple[int, int]:
    """Write the word id of each type number to `ids`, without the types that are no word.

    Breaks stay; a type that is no word is BREAK in `word_of_type`. Returns the ids written and
    the ones among them that are words.
    """


@_kernel_in("words")
def split_words(text: Bytes, size: int, classes: Bytes, words: Bytes) -> int:
    """Write the words of `text[:size]` to `words`, with a space between two and the line ends.

    `classes` has the class of each code point and, last, of INVALID; `words` has room for twice
    `size` bytes and one more. Punctuation marks and symbols are words of their own. Returns the
    bytes written.
    """


# ---- co-occurrence ----


@_kernel_in("counting")
def count_words(ids: Ids, first: int, end: int, occurrences: Places) -> None:
    """Add up how often each word occurs in `ids[first:end]`."""


@_kernel_in("counting")
def index_positions(ids: Ids, first: int, end: int, next_place: Places, positions: Places) -> None:
    """List where each word occurs in `ids[first:end]`: an inverted index by counting sort.

    `next_place` holds where each word's list goes on and is moved behind what was listed.
    """


@_kernel_in("counting")
def count_rows(
    ids: Ids,
    positions: Places,
    starts: Places,
    first_row: int,
    end_row: int,
    weights: Units,
    symmetric: bool,
    sums: Units,
    marks: Bits,
    marked_blocks: Bits,
    columns: Ids,
    counts: Units,
    row_sizes: Places,
) -> int:
    """Write the cells of rows `first_row:end_row`; return how many; see `native/counting.pyx`."""


@_kernel_in("counting")
def add_rows(
    part_columns: Ids,
    part_counts: Units,
    starts: Places,
    sums: Units,
    marks: Bits,
    marked_blocks: Bits,
    columns: Ids,
    counts: Units,
    row_sizes: Places,
) -> int:
    """Add up rows that were counted in parts; write their cells; return how many.

    Row i of part s has the cells `starts[s, i]:starts[s, i + 1]` of `part_columns` and
    `part_counts`. The rest is as for `count_rows`.
    """


# ---- training ----


@_kernel_in("elementary")
def log(x: float) -> float:
    """Return the natural logarithm of a normal number above 0."""


@_kernel_in("elementary")
def exp(y: float) -> float:
    """Return e to the power y, for y below 700; 0 for y below -700."""


@_kernel_in("placing")
def count_group_cells(
    words: Ids, row_starts: Places, columns: Ids, group_of: Groups, tile_sizes: Places
) -> int:
    """Add the cells of a group's words to the sizes of its tiles; return the diagonal ones."""


@_kernel_in("placing")
def place_group(
    words: Ids,
    strands: int,
    row_starts: Places,
    columns: Ids,
    counts: Sums,
    group_of: Groups,
    place_in_group: Groups,
    x_max: float,
    alpha: float,
    next_place: Places,
    next_diagonal: int,
    strand_sizes: Places,
    strand_turns: Places,
    nonzeros: Nonzeros,
) -> None:
    """Fill a group's tiles with the cells of its words, braid after braid.

    `words` are the group's in the order of its braids, `strands` words a braid.
    `next_place[q]` is where tile q starts, and is left at the end of what was placed; diagonal
    cells go to `next_diagonal` and on. The strands of a braid take turns, nonzero by nonzero,
    and start in different parts of their rows, so that they rarely meet in a column.
    `strand_sizes` and `strand_turns`, shape (groups, strands), are scratch.
    """


@_kernel_in("negatives")
def interleave_negatives(
    nonzeros: Nonzeros,
    row_words: Ids,
    column_words: Ids,
    lots: Groups,
    lot_starts: Ids,
    symmetric: bool,
    ratio: float,
    key: int,
    log_count: float,
    weight: float,
    met: Groups,
    interleaved: Nonzeros,
) -> int:
    """Copy nonzeros to `interleaved`, drawn zeros between them; return how many there are in all.

    Each nonzero has its row draw `ratio` columns, rounded up or down; draws of columns that the
    row has are dropped. `lots` are columns in order, each about as often as it is to be drawn;
    those of column j start at `lot_starts[j]`, and the last of `lot_starts` is how many there are.
    If `symmetric`, so that a pair is drawn for its more frequent word alone, only columns rarer
    than the row's braid are drawn. Zeros have the weight `-weight`. `met`, zeros of shape
    (columns, STRANDS), is scratch; `interleaved` has room for the nonzeros, `ratio` rounded up as
    many zeros, and one more.
    """


@_kernel_in("training")
def train_nonzeros(
    nonzeros: Nonzeros,
    first: int,
    end: int,
    rows: Floats,
    first_row: int,
    columns: Floats,
    first_column: int,
    rule: int,
    row_rate: Floats,
    column_rate: Floats,
    decay: Floats,
    constants: Floats,
) -> tuple[float, float]:
    """Update the parameters by `nonzeros[first:end]`, one after the other.

    Return what the nonzeros cost, and what the zeros among them: those of a negative weight.

    A nonzero's row and column count from `first_row` of `rows` and `first_column` of `columns`,
    which are 64-byte aligned and laid out as the rule has them, in multiples of LANES floats. The
    rule is a place in `definitions.RULES`. Rates and decay are of each slot of a row, 0 where
    nothing moves; behind the decay comes the L1 penalty of each slot, for rules that have one. The
    constants are the rule's own. The compiled kernel is chosen for an instruction set, which
    changes no result.
    """


# ---- rows that are solved ----


@_kernel_in("training")
def add_totals(
    nonzeros: Nonzeros, by_column: bool, row_zeros: Floats, column_zeros: Floats, totals: Sums
) -> None:
    """Add up, row by row, nonzeros, their weights and the zeros expected of their pairs.

    Of a word i, `zeros[i]` holds four numbers: draws of later classes, draws of its own class,
    share, and class. The pair of row i and column j has so many zeros: the row's draws of its own
    class if the column's is the same, or else those of later classes, times the column's share.
    `totals` has shape (rows, 3), or (columns, 3) if `by_column`.
    """


@_kernel_in("training")
def add_gradients(
    nonzeros: Nonzeros,
    rows: Floats,
    fixed: Floats,
    by_column: bool,
    targets: bool,
    row_zeros: Floats,
    column_zeros: Floats,
    zero_target: float,
) -> None:
    """Add what nonzeros say to the gradients of rows that are solved with the other side fixed.

    `fixed` are rows `[c | 1 | bias | padding]`, `rows` are `[v | its gradient]`, each part as long
    as a fixed row; both are 64-byte aligned and in multiples of LANES floats. A nonzero adds
    `(f(x) (v.c - log x) - zeros (v.c - zero_target)) c` to its row's gradient, with the zeros as
    in `add_totals`: what its pair has in a sum over all pairs that stands for those that never
    meet. If not `targets`, log x and `zero_target` count as 0: what is added is then the product
    of v with the matrix of the normal equations. A nonzero's row is solved and its column fixed,
    or the reverse if `by_column`.
    """


@_kernel_in("training")
def add_products(rows: Floats, matrix: Floats, scales: Floats) -> None:
    """Add to the gradient of each row `[v | its gradient]` the product `v matrix`, times a scale.

    The matrix is square and symmetric.
    """


@_kernel_in("training")
def add_outer_products(rows: Floats, weights: Sums, first: int, end: int, matrix: Sums) -> None:
    """Add `weight * c_k * c_l` of each row c to a matrix, row by row, for `first <= k < end`.

    Row 0 of the matrix is that of `first`; only the lower triangle, l up to k, is touched.
    """


# ---- files of vectors ----


@_kernel_in("decimal")
def format_rows(words: bytes, matrix: Floats, out: Bytes) -> int:
    """Write `word v1 ... vd` lines, each number the shortest that reads back as the same float32.

    The numbers look as Python prints a float (`0.25`, `1.0`, `1e-05`), on every platform and in
    every locale.

    Parameters
    ----------
    words : bytes
        The words of the rows, each ended by a newline.
    matrix : ndarray of float32, shape (rows, vector_size)
        Their vectors.
    out : ndarray of uint8
        Where the text goes; at least `len(words) + matrix.size * NUMBER_BYTES` long.

    Returns
    -------
    int
        Bytes written.

    Raises
    ------
    ValueError
        If `out` is too small or there is not one word for each row.
    """


@_kernel_in("decimal")
def parse_rows(
    text: bytes | bytearray | memoryview, matrix: npt.NDArray[Any], words: Bytes
) -> tuple[int, int, int]:
    """Read `word v1 ... vd` lines from the right, so that a word may hold spaces.

    Each number becomes what Python's `float` makes of it, rounded to the matrix's type; the rare
    one that needs Python's own rounding takes the GIL. Spaces and a carriage return at the end of
    a line are passed over.

    Parameters
    ----------
    text : bytes-like
        Whole lines, each ended by a newline.
    matrix : ndarray of float32 or float64, shape (rows or more, vector_size)
        Where the vectors go.
    words : ndarray of uint8
        Where the words go, each ended by a newline; at least as long as the text.

    Returns
    -------
    rows : int
        Rows read; with a fault the index of the row that has it.
    length : int
        Bytes written to `words`.
    fault : int
        `NO_FAULT`, `WRONG_FIELDS` or `NOT_A_NUMBER`.

    Raises
    ------
    ValueError
        If a buffer is too small, or the text does not end with a newline.
    """
