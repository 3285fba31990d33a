# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""The nonzeros of a tile, trained by any rule or summed up for rows that are solved, in the CPU's
best instruction set."""

from libc.stdint cimport int64_t, uint32_t
from libc.stdlib cimport calloc, free, malloc

from glove_ada.kernels.native.definitions cimport Nonzero

cdef extern from "training.h" nogil:
    ctypedef struct Step:
        int slots
        int row_floats
        const float *row_rate
        const float *column_rate
        const float *decay
        const float *constants
    ctypedef struct Costs:
        double nonzeros
        double zeros
    ctypedef Costs (*Train)(const Nonzero *, const Nonzero *, float *, float *,
                            const Step *) noexcept nogil
    ctypedef struct ZerosOfWord:
        float later_draws
    ctypedef struct LeastSquares:
        const ZerosOfWord *row_zeros
        const ZerosOfWord *column_zeros
        float zero_target
        int targets
        int by_column
    ctypedef struct Sums:
        void (*add_gradients)(const Nonzero *, const Nonzero *, float *, const float *, int,
                              const LeastSquares *) noexcept nogil
        void (*add_products)(float *, int64_t, int, const float *, const float *) noexcept nogil
        void (*add_outer_products)(const float *, const double *, int64_t, int, int, int,
                                   double *) noexcept nogil
    void order_by_solved_row(const Nonzero *, int64_t, int, int64_t, uint32_t *, Nonzero *)
    float expected_zeros(const Nonzero *, const ZerosOfWord *, const ZerosOfWord *)
    int RULES
    const char *rule_names[]
    const char *instruction_set_names[]
    const Train *train_functions[]
    const Sums sums[]
    int count_instruction_sets()

cdef int available = count_instruction_sets()


def instruction_sets():
    """Return the names of the instruction sets that this CPU has, the best last."""
    return [instruction_set_names[i].decode() for i in range(available)]


def rules():
    """Return the names of the rules, by their numbers."""
    return [rule_names[i].decode() for i in range(RULES)]


def train_nonzeros(const Nonzero[::1] nonzeros, int64_t first, int64_t end, float[:, ::1] rows,
                   int64_t first_row, float[:, ::1] columns, int64_t first_column, int rule,
                   const float[::1] row_rate, const float[::1] column_rate,
                   const float[::1] decay, const float[::1] constants, int instruction_set):
    """Update the parameters by `nonzeros[first:end]`, one after the other.

    See `glove_ada.kernels.interface`. `instruction_set` is an index into `instruction_sets()`; it
    changes no result.
    """
    cdef Costs costs
    cdef Step step
    if not 0 <= instruction_set < available:
        raise ValueError("no such instruction set")
    if not 0 <= rule < RULES:
        raise ValueError("no such rule")
    with nogil:
        step.slots = <int>row_rate.shape[0]
        step.row_floats = <int>rows.shape[1]
        step.row_rate = &row_rate[0]
        step.column_rate = &column_rate[0]
        step.decay = &decay[0]
        step.constants = &constants[0]
        costs = train_functions[instruction_set][rule](
            &nonzeros[0] + first, &nonzeros[0] + end, &rows[first_row, 0],
            &columns[first_column, 0], &step)
    return costs.nonzeros, costs.zeros


def add_gradients(const Nonzero[::1] nonzeros, float[:, ::1] rows, const float[:, ::1] fixed,
                  bint by_column, bint targets, const float[:, ::1] row_zeros,
                  const float[:, ::1] column_zeros, float zero_target, int instruction_set):
    """Add what nonzeros say to the gradients of rows that are solved."""
    cdef LeastSquares told
    cdef int64_t count = nonzeros.shape[0]
    if not 0 <= instruction_set < available:
        raise ValueError("no such instruction set")
    if not count:
        return
    cdef Nonzero *ordered = <Nonzero *>malloc(count * sizeof(Nonzero))
    cdef uint32_t *starts = <uint32_t *>calloc(rows.shape[0] + 1, sizeof(uint32_t))
    if not ordered or not starts:
        free(ordered)
        free(starts)
        raise MemoryError
    with nogil:
        told.row_zeros = <const ZerosOfWord *>&row_zeros[0, 0]
        told.column_zeros = <const ZerosOfWord *>&column_zeros[0, 0]
        told.zero_target = zero_target
        told.targets = targets
        told.by_column = by_column
        order_by_solved_row(&nonzeros[0], count, by_column, rows.shape[0], starts, ordered)
        sums[instruction_set].add_gradients(
            ordered, ordered + count, &rows[0, 0], &fixed[0, 0], <int>fixed.shape[1], &told)
    free(ordered)
    free(starts)


def add_products(float[:, ::1] rows, const float[:, ::1] matrix, const float[::1] scales,
                 int instruction_set):
    """Add the product of each point and a matrix, times a scale, to the point's gradient."""
    if not 0 <= instruction_set < available:
        raise ValueError("no such instruction set")
    if not rows.shape[0]:
        return
    with nogil:
        sums[instruction_set].add_products(
            &rows[0, 0], rows.shape[0], <int>matrix.shape[0], &matrix[0, 0], &scales[0])


def add_outer_products(const float[:, ::1] rows, const double[::1] weights, int first, int end,
                       double[:, ::1] matrix, int instruction_set):
    """Add each row's product with itself, times a weight, to rows of a lower triangle."""
    if not 0 <= instruction_set < available:
        raise ValueError("no such instruction set")
    if not rows.shape[0] or first == end:
        return
    with nogil:
        sums[instruction_set].add_outer_products(
            &rows[0, 0], &weights[0], rows.shape[0], <int>rows.shape[1], first, end, &matrix[0, 0])


def add_totals(const Nonzero[::1] nonzeros, bint by_column, const float[:, ::1] row_zeros,
               const float[:, ::1] column_zeros, double[:, ::1] totals):
    """Add up nonzeros, their weights and the zeros expected of their pairs, row by row."""
    cdef int64_t n, row
    cdef const ZerosOfWord *of_rows
    cdef const ZerosOfWord *of_columns
    if not nonzeros.shape[0]:
        return
    with nogil:
        of_rows = <const ZerosOfWord *>&row_zeros[0, 0]
        of_columns = <const ZerosOfWord *>&column_zeros[0, 0]
        for n in range(nonzeros.shape[0]):
            row = nonzeros[n].column if by_column else nonzeros[n].row
            totals[row, 0] += 1
            totals[row, 1] += nonzeros[n].weight
            totals[row, 2] += expected_zeros(&nonzeros[n], of_rows, of_columns)
