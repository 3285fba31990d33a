/* training.h - training by every rule and the solving of rows, for every instruction set, which is
 * chosen at run time. */
#ifndef GLOVE_ADA_TRAINING_H
#define GLOVE_ADA_TRAINING_H

#include <math.h>

#include "definitions.h"
#include "portable.h"

/* What a rule is told, the same for all nonzeros of a tile. */
typedef struct {
    int slots;                /* floats in a row of parameters, without what the rule keeps of it */
    int row_floats;           /* floats in a row, with all */
    const float *row_rate;    /* the learning rate of each slot, 0 where nothing moves */
    const float *column_rate;
    const float *decay;       /* the weight decay of each slot and, behind it, the L1 penalty of each */
    const float *constants;   /* the rule's own; its header names them */
} Step;

typedef struct {
    double nonzeros;
    double zeros;
} Costs;

/* How a rule trains nonzeros with one instruction set. */
typedef Costs (*Train)(const Nonzero *x, const Nonzero *end, float *rows, float *columns,
                       const Step *step);

/* What is known of the zeros of a word's pairs, up to a weight; see training/least_squares. */
typedef struct {
    float later_draws; /* of words of later classes, */
    float own_draws;   /* and of its own class, each times their share */
    float share;
    float class_number;       /* its class */
} ZerosOfWord;

/* What sums for rows that are solved depend on. */
typedef struct {
    const ZerosOfWord *row_zeros, *column_zeros;
    float zero_target; /* what a pair that never meets counts for */
    int targets;       /* whether there are targets, or all are 0 */
    int by_column;     /* whether a nonzero's column is the row that is solved */
} LeastSquares;

/* The zeros that are expected of a nonzero's pair, whose row is the more frequent word. */
static inline float expected_zeros(const Nonzero *x, const ZerosOfWord *row_zeros,
                                   const ZerosOfWord *column_zeros) {
    const ZerosOfWord row = row_zeros[x->row], column = column_zeros[x->column];
    return (row.class_number == column.class_number ? row.own_draws : row.later_draws) * column.share;
}

/* Put nonzeros in the order of the rows that are solved, each row's as they stand. `starts` has a place
 * for each row and one behind them, all 0. */
static inline void order_by_solved_row(const Nonzero *x, int64_t count, int by_column, int64_t rows,
                                       uint32_t *starts, Nonzero *ordered) {
    for (int64_t n = 0; n < count; n++) starts[(by_column ? x[n].column : x[n].row) + 1]++;
    for (int64_t row = 0; row < rows; row++) starts[row + 1] += starts[row];
    for (int64_t n = 0; n < count; n++) ordered[starts[by_column ? x[n].column : x[n].row]++] = x[n];
}

/* The sums of least_squares.h for one instruction set. */
typedef struct {
    /* Of nonzeros in the order of order_by_solved_row. */
    void (*add_gradients)(const Nonzero *x, const Nonzero *end, float *rows, const float *fixed, int slots,
                          const LeastSquares *told);
    void (*add_products)(float *rows, int64_t count, int slots, const float *matrix, const float *scales);
    void (*add_outer_products)(const float *rows, const double *weights, int64_t count, int slots,
                               int first, int end, double *matrix);
} Sums;
#define SUMS_OF_SET(set) {add_gradients_##set, add_products_##set, add_outer_products_##set}

/* Half a nonzero's g times its difference is its cost; a zero has a negative weight. No branch: which
 * it will be, no CPU foresees. */
static inline void add_cost(Costs *costs, const Nonzero *x, float g, float difference) {
    double cost = 0.5 * g * difference, of_zero = x->weight < 0 ? cost : 0;
    costs->zeros += of_zero;
    costs->nonzeros += cost - of_zero;
}

/* How many nonzeros from x on, at most four, share neither row nor column. */
static inline int count_apart(const Nonzero *x, const Nonzero *end) {
    int most = end - x < 4 ? (int)(end - x) : 4, count = 1;
    for (; count < most; count++)
        for (int n = 0; n < count; n++)
            if ((x[n].row == x[count].row) | (x[n].column == x[count].column)) return count;
    return count;
}

#if defined(__GNUC__) || defined(__clang__)
#define INLINE static inline __attribute__((always_inline)) TARGET
#else
#define INLINE static __forceinline TARGET
#define GLOVE_ADA_PLAIN_LOOPS /* a compiler without vector types */
#endif

#if defined(GLOVE_ADA_PLAIN_LOOPS)
#define TARGET
#define NAME(name) name##_plain
#define VECTOR_FLOATS 1
#include "lanes.h"
#include "rules/all_rules.h"
#include "least_squares.h"

static const char *const instruction_set_names[] = {"plain loops"};
static const Train *const train_functions[] = {rules_plain};
static const Sums sums[] = {SUMS_OF_SET(plain)};
static int count_instruction_sets(void) { return 1; }

#elif defined(__x86_64__)
#include <immintrin.h>

#define TARGET
#define NAME(name) name##_x86_64
#define VECTOR_FLOATS 4
#include "lanes.h"
#include "rules/all_rules.h"
#include "least_squares.h"
#undef TARGET
#undef NAME
#undef VECTOR_FLOATS

#define TARGET __attribute__((target("avx2")))
#define NAME(name) name##_x86_64_v3
#define VECTOR_FLOATS 8
#include "lanes.h"
#include "rules/all_rules.h"
#include "least_squares.h"
#undef TARGET
#undef NAME
#undef VECTOR_FLOATS

#define TARGET __attribute__((target("avx512f")))
#define NAME(name) name##_x86_64_v4
#define VECTOR_FLOATS 16
#include "lanes.h"
#include "rules/all_rules.h"
#include "least_squares.h"

static const char *const instruction_set_names[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
static const Train *const train_functions[] = {rules_x86_64, rules_x86_64_v3, rules_x86_64_v4};
static const Sums sums[] = {SUMS_OF_SET(x86_64), SUMS_OF_SET(x86_64_v3), SUMS_OF_SET(x86_64_v4)};

/* How many of the sets above, from the first on, this CPU has. */
static int count_instruction_sets(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2")) return 1;
    return __builtin_cpu_supports("avx512f") ? 3 : 2;
}

#else
#if defined(__aarch64__)
#include <arm_neon.h>
#define BASELINE "arm64"
#else
#define BASELINE "generic"
#endif

#define TARGET
#define NAME(name) name##_baseline
#define VECTOR_FLOATS 4
#include "lanes.h"
#include "rules/all_rules.h"
#include "least_squares.h"

static const char *const instruction_set_names[] = {BASELINE};
static const Train *const train_functions[] = {rules_baseline};
static const Sums sums[] = {SUMS_OF_SET(baseline)};
static int count_instruction_sets(void) { return 1; }
#endif

#define RULE_NAME(rule) #rule,
static const char *const rule_names[] = {EACH_RULE(RULE_NAME)};
enum { RULES = sizeof rule_names / sizeof *rule_names };

#endif
