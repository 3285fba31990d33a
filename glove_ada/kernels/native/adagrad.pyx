# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""AdaGrad over the nonzeros of a tile, in the CPU's best instruction set."""

from libc.stdint cimport int64_t

from glove_ada.kernels.native.definitions cimport Nonzero

cdef extern from "adagrad.h" nogil:
    ctypedef struct Step:
        const float *row_rate
        const float *column_rate
        const float *decay
        float eps
        float grad_clip
        int step_first
    ctypedef struct Costs:
        double nonzeros
        double zeros
    ctypedef Costs (*TrainFunction)(const Nonzero *, const Nonzero *, float *, float *, int,
                                     const Step *) noexcept
    const char *instruction_set_names[]
    const TrainFunction train_functions[]
    int count_instruction_sets()

cdef int available = count_instruction_sets()


def instruction_sets():
    """Return the names of the instruction sets that this CPU has, the best last."""
    return [instruction_set_names[i].decode() for i in range(available)]


def train_nonzeros(const Nonzero[::1] nonzeros, int64_t first, int64_t end, float[:, ::1] rows,
                   int64_t first_row, float[:, ::1] columns, int64_t first_column,
                   const float[::1] row_rate, const float[::1] column_rate,
                   const float[::1] decay, float eps, float grad_clip, bint step_first,
                   int instruction_set):
    """Update the parameters by `nonzeros[first:end]`, one after the other.

    `instruction_set` is an index into `instruction_sets()`; it changes no result.
    """
    cdef Costs costs
    cdef Step step
    if not 0 <= instruction_set < available:
        raise ValueError("no such instruction set")
    with nogil:
        step.row_rate = &row_rate[0]
        step.column_rate = &column_rate[0]
        step.decay = &decay[0]
        step.eps = eps
        step.grad_clip = grad_clip
        step.step_first = step_first
        costs = train_functions[instruction_set](
            &nonzeros[0] + first, &nonzeros[0] + end, &rows[first_row, 0],
            &columns[first_column, 0], <int>row_rate.shape[0], &step)
    return costs.nonzeros, costs.zeros
