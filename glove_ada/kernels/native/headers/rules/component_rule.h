/* component_rule.h - one update by a rule that steps each component of a row by itself.
 *
 * A row of parameters is [vector | bias | 1 | padding] (for contexts [vector | 1 | bias |
 * padding]) and, behind it, STATES states of the same shape. The dot product of a word's row and a
 * context's so adds both biases; rates of zero mask what must not move.
 *
 * Included by a rule's header with STATES and RULE(step) defined:
 *
 *     vector step(vector value, vector gradient, vector rate, const vector *decay, vector *state,
 *                 int stride, const float *time, const float *constants)
 *
 * returns the new value of some components; their states are state[0], state[stride], ..., their L1
 * penalties decay[stride]. The rule's first constant, which no step sees, is the largest component
 * of a gradient, infinity for none. The gradient has its weight decay unless DECAY_APART is defined.
 *
 * A rule for which time matters defines CLOCK, too. It counts a row's own updates, as the row cannot
 * know of others: behind the states lie LANES floats, its clock, and with each update
 *
 *     void tick(float *clock, const float *constants, float *time)
 *
 * moves it on and writes what steps are to know of it, CLOCK floats.
 */
#if !defined(CLOCK)
#define CLOCK 0
#endif
enum { RULE(CLOCK_FLOATS) = CLOCK ? LANES : 0 };

/* With difference d = w.c + b_w + b_c - log x, the cost is f(x) d^2 / 2 (Pennington, Socher and
 * Manning 2014, equation 8) and the gradients are f d c and f d w, each with its decay. */
INLINE float RULE(update)(float *restrict row, float *restrict column, int slots, float log_count,
                          float weight, const Step *step, int clip, float *difference) {
    typedef NAME(vector) vector;
    enum { PARTS = LANES / VECTOR_FLOATS };
    int vectors = slots / VECTOR_FLOATS;
    vector *restrict w = (vector *)row, *restrict c = (vector *)column;
    const vector *w_rate = (const vector *)step->row_rate, *c_rate = (const vector *)step->column_rate;
    const vector *decay = (const vector *)step->decay;
    const float most = step->constants[0];

    vector lanes[PARTS] = {0};
    for (int k = 0; k < vectors; k += PARTS)
        for (int part = 0; part < PARTS; part++) lanes[part] += w[k + part] * c[k + part];
    *difference = NAME(sum_lanes)(lanes) - log_count;
    float g = weight * *difference;

#if CLOCK
    float w_time[CLOCK], c_time[CLOCK];
    RULE(tick)(row + (1 + STATES) * slots, step->constants + 1, w_time);
    RULE(tick)(column + (1 + STATES) * slots, step->constants + 1, c_time);
#else
    const float *w_time = 0, *c_time = 0;
#endif
    for (int k = 0; k < vectors; k++) {
        vector w_gradient = g * c[k], c_gradient = g * w[k];
        if (clip) {
            w_gradient = NAME(at_most)(w_gradient, most);
            c_gradient = NAME(at_most)(c_gradient, most);
        }
#if !defined(DECAY_APART)
        w_gradient += decay[k] * w[k];
        c_gradient += decay[k] * c[k];
#endif
        w[k] = RULE(step)(w[k], w_gradient, w_rate[k], decay + k, w + vectors + k, vectors, w_time,
                          step->constants + 1);
        c[k] = RULE(step)(c[k], c_gradient, c_rate[k], decay + k, c + vectors + k, vectors, c_time,
                          step->constants + 1);
    }
    return g;
}

#include "../tile.h"
#undef CLOCK
#undef STATES
#undef DECAY_APART
