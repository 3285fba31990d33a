# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""The nonzeros of a tile, trained by any rule in the CPU's best instruction set."""

from libc.stdint cimport int64_t

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
    int RULES
    const char *rule_names[]
    const char *instruction_set_names[]
    const Train *train_functions[]
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

