/* moments.h - what Adam and its kin share: two moving averages, and what they lack while young.
 *
 * The averages start at 0. After t updates of the row they have weights that add up to 1 - beta^t,
 * by which they are divided. Such a sum is a moving average of ones, and the clock keeps it as one:
 * no power, and nothing that vanishes. Constants, here and below without the largest component of a
 * gradient: beta1, 1 - beta1, beta2, 1 - beta2, eps. States: the averages of the gradient and of its
 * square.
 */
#define CLOCK 2

INLINE void RULE(tick)(float *clock, const float *constants, float *time) {
    clock[0] = constants[0] * clock[0] + constants[1];
    clock[1] = constants[2] * clock[1] + constants[3];
    time[0] = 1 / clock[0];
    time[1] = 1 / sqrtf(clock[1]);
}

/* Move the averages on by one update. */
INLINE void RULE(average)(NAME(vector) gradient, NAME(vector) *state, int stride,
                          const float *constants) {
    state[0] = constants[0] * state[0] + constants[1] * gradient;
    state[stride] = constants[2] * state[stride] + constants[3] * (gradient * gradient);
}

/* The step at a rate of 1: the mean gradient over the root of the mean square, both corrected. */
INLINE NAME(vector) RULE(direction)(NAME(vector) mean, NAME(vector) square, const float *time,
                                    const float *constants) {
    return mean * time[0] / (NAME(square_root)(square) * time[1] + constants[4]);
}
