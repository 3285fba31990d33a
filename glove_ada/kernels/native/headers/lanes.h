/* lanes.h - vectors of floats as wide as the instruction set's, and what C cannot say of them.
 *
 * Included once for each instruction set, with VECTOR_FLOATS (the width) and NAME (which adds the
 * set's name to a function's) defined. The arithmetic is the same for all of them: 16 lanes,
 * whatever the width, are summed by one fixed tree. With a width of 1 it is plain C.
 *
 * A quarter is four floats: the last four of a row. A number is one of each of the updates that are
 * done at once: four, or in plain C one.
 */

#if VECTOR_FLOATS == 1
typedef float NAME(vector);
typedef float NAME(number);

INLINE float NAME(square_root)(float x) { return sqrtf(x); }
INLINE float NAME(root_of_number)(float x) { return sqrtf(x); }
INLINE float NAME(not_negative)(float x) { return x > 0 ? x : 0; }

INLINE float NAME(at_most)(float x, float limit) {
    x = x > limit ? limit : x;
    return x < -limit ? -limit : x;
}

INLINE float NAME(magnitude)(float x) { return fabsf(x); }
INLINE float NAME(larger)(float x, float y) { return x > y ? x : y; }
INLINE float NAME(if_positive)(float condition, float x, float y) { return condition > 0 ? x : y; }

INLINE float NAME(soft_threshold)(float x, float threshold) { return x - NAME(at_most)(x, threshold); }

INLINE float NAME(sum_lanes)(const float *lanes) {
    float half[8], s[4];
    for (int j = 0; j < 8; j++) half[j] = lanes[j] + lanes[j + 8];
    for (int j = 0; j < 4; j++) s[j] = half[j] + half[j + 4];
    return (s[0] + s[2]) + (s[1] + s[3]);
}

#else
typedef float NAME(vector) __attribute__((vector_size(4 * VECTOR_FLOATS)));

INLINE NAME(vector) NAME(square_root)(NAME(vector) x) {
#if VECTOR_FLOATS == 16
    return (NAME(vector))_mm512_sqrt_ps((__m512)x);
#elif VECTOR_FLOATS == 8
    return (NAME(vector))_mm256_sqrt_ps((__m256)x);
#elif defined(__SSE2__)
    return (NAME(vector))_mm_sqrt_ps((__m128)x);
#elif defined(__aarch64__)
    return (NAME(vector))vsqrtq_f32((float32x4_t)x);
#else
    for (int j = 0; j < VECTOR_FLOATS; j++) x[j] = sqrtf(x[j]);
    return x;
#endif
}

INLINE NAME(vector) NAME(at_most)(NAME(vector) x, float limit) {
    for (int j = 0; j < VECTOR_FLOATS; j++) {
        x[j] = x[j] > limit ? limit : x[j];
        x[j] = x[j] < -limit ? -limit : x[j];
    }
    return x;
}

typedef int32_t NAME(vector_of_ints) __attribute__((vector_size(4 * VECTOR_FLOATS)));

/* x where the mask is all ones, y where it is 0. */
INLINE NAME(vector) NAME(select)(NAME(vector_of_ints) mask, NAME(vector) x, NAME(vector) y) {
    return (NAME(vector))(((NAME(vector_of_ints))x & mask) | ((NAME(vector_of_ints))y & ~mask));
}

INLINE NAME(vector) NAME(magnitude)(NAME(vector) x) {
    return (NAME(vector))((NAME(vector_of_ints))x & INT32_MAX);
}

INLINE NAME(vector) NAME(larger)(NAME(vector) x, NAME(vector) y) { return NAME(select)(x > y, x, y); }

/* x where the condition is above 0, else y. */
INLINE NAME(vector) NAME(if_positive)(NAME(vector) condition, NAME(vector) x, NAME(vector) y) {
    return NAME(select)(condition > 0, x, y);
}

/* x, nearer to 0 by the threshold and no farther than to 0: sign(x) max(|x| - threshold, 0). */
INLINE NAME(vector) NAME(soft_threshold)(NAME(vector) x, NAME(vector) threshold) {
    NAME(vector) taken = NAME(select)(x > threshold, threshold, x);
    return x - NAME(select)(taken < -threshold, -threshold, taken);
}

typedef float NAME(quarter) __attribute__((vector_size(16)));
typedef int32_t NAME(quarter_of_ints) __attribute__((vector_size(16)));
typedef NAME(quarter) NAME(number);

/* The quarter of a and b at these places: 0 to 3 are those of a, 4 to 7 those of b. */
#if defined(__clang__) || __GNUC__ >= 12
#define PICK(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
#define PICK(a, b, i, j, k, l) __builtin_shuffle(a, b, (NAME(quarter_of_ints)){i, j, k, l})
#endif

/* 16 lanes added up to four: lane i and i + 8, then i and i + 4. */
INLINE NAME(quarter) NAME(fold_lanes)(const NAME(vector) *lanes) {
#if VECTOR_FLOATS == 16
    __m512d all = (__m512d)lanes[0];
    __m256 half = _mm256_add_ps((__m256)_mm512_castpd512_pd256(all), (__m256)_mm512_extractf64x4_pd(all, 1));
    return (NAME(quarter))_mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#elif VECTOR_FLOATS == 8
    __m256 half = (__m256)(lanes[0] + lanes[1]);
    return (NAME(quarter))_mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#else
    return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
#endif
}

/* The sum of 16 lanes: folded to four, then lane i and i + 2, then the last two. */
INLINE float NAME(sum_lanes)(const NAME(vector) *lanes) {
    NAME(quarter) s = NAME(fold_lanes)(lanes);
    return (s[0] + s[2]) + (s[1] + s[3]);
}

/* The sums of four times four lanes, each as sum_lanes has it. */
INLINE NAME(quarter) NAME(sum_four)(const NAME(quarter) *lanes) {
    NAME(quarter) low = PICK(lanes[0], lanes[1], 0, 4, 1, 5) + PICK(lanes[0], lanes[1], 2, 6, 3, 7);
    NAME(quarter) high = PICK(lanes[2], lanes[3], 0, 4, 1, 5) + PICK(lanes[2], lanes[3], 2, 6, 3, 7);
    return PICK(low, high, 0, 1, 4, 5) + PICK(low, high, 2, 3, 6, 7);
}

INLINE NAME(number) NAME(root_of_number)(NAME(number) x) {
#if defined(__SSE2__)
    return (NAME(quarter))_mm_sqrt_ps((__m128)x);
#elif defined(__aarch64__)
    return (NAME(quarter))vsqrtq_f32((float32x4_t)x);
#else
    for (int j = 0; j < 4; j++) x[j] = sqrtf(x[j]);
    return x;
#endif
}

INLINE NAME(number) NAME(not_negative)(NAME(number) x) {
    return (NAME(number))((NAME(quarter_of_ints))x & (x > 0));
}

/* The last vector of a row with another last quarter. */
INLINE NAME(vector) NAME(with_quarter)(NAME(vector) x, NAME(quarter) last) {
#if VECTOR_FLOATS == 16
    return (NAME(vector))_mm512_insertf32x4((__m512)x, (__m128)last, 3);
#elif VECTOR_FLOATS == 8
    return (NAME(vector))_mm256_insertf128_ps((__m256)x, (__m128)last, 1);
#else
    (void)x;
    return last;
#endif
}
#endif
