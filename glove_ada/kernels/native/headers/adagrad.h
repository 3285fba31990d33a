/* adagrad.h - the training kernel, compiled for several instruction sets and chosen at run time. */
#ifndef GLOVE_ADA_ADAGRAD_H
#define GLOVE_ADA_ADAGRAD_H

#include <math.h>

#include "definitions.h"
#include "portable.h"

typedef struct {
    const float *row_rate;    /* the learning rate of each slot, 0 where nothing moves */
    const float *column_rate;
    const float *decay;       /* the weight decay of each slot */
    float eps;
    float grad_clip;          /* infinity for none */
    int step_first;
} Step;

typedef struct {
    double nonzeros;
    double zeros;
} Costs;

typedef Costs (*TrainFunction)(const Nonzero *, const Nonzero *, float *, float *, int, const Step *);

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
#include "tile.h"

static const char *const instruction_set_names[] = {"plain loops"};
static const TrainFunction train_functions[] = {train_plain};
static int count_instruction_sets(void) { return 1; }

#elif defined(__x86_64__)
#include <immintrin.h>

#define TARGET
#define NAME(name) name##_x86_64
#define VECTOR_FLOATS 4
#include "lanes.h"
#include "tile.h"
#undef TARGET
#undef NAME
#undef VECTOR_FLOATS

#define TARGET __attribute__((target("avx2")))
#define NAME(name) name##_x86_64_v3
#define VECTOR_FLOATS 8
#include "lanes.h"
#include "tile.h"
#undef TARGET
#undef NAME
#undef VECTOR_FLOATS

#define TARGET __attribute__((target("avx512f")))
#define NAME(name) name##_x86_64_v4
#define VECTOR_FLOATS 16
#include "lanes.h"
#include "tile.h"

static const char *const instruction_set_names[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
static const TrainFunction train_functions[] = {train_x86_64, train_x86_64_v3, train_x86_64_v4};

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
#include "tile.h"

static const char *const instruction_set_names[] = {BASELINE};
static const TrainFunction train_functions[] = {train_baseline};
static int count_instruction_sets(void) { return 1; }
#endif

#endif
