/* row_rule.h - one update by a rule that steps a row's vector as a whole.
 *
 * A row is [vector | padding | accumulator, accumulator of the bias, 0, bias]: its last quarter is
 * all that the rule keeps of it. The accumulator of a vector adds up the mean of its squared
 * gradient, so that a rate means what it means for AdaGrad.
 *
 * With m the decay and g = f(x) (w.c + b_w + b_c - log x), the gradient of a word's vector is
 * g c + m w. Its square follows from three products,
 *
 *     |g c + m w|^2 = g^2 |c|^2 + 2 g m w.c + m^2 |w|^2,
 *
 * and the step is w <- a w + b c with a = 1 - r m and b = -r g. (To carry |w|^2 along from step to
 * step would save two products; but after a step that went too far, what rounding has done to it is
 * larger than what is left of it.) Included by a rule's header with r defined:
 *
 *     number rate(float rate, number accumulator, float eps)
 *
 * is the rate of a vector or a bias after the update has been added to its accumulator.
 *
 * Updates that share no row are independent, so up to four that follow each other are done at once:
 * what each waits for, the others fill. The result is that of one after the other, to the bit.
 */
enum { RULE(EPS), RULE(DECAY), RULE(TWICE_DECAY), RULE(DECAY_SQUARED), RULE(ONE_OVER_SIZE) };
#define CONSTANT(name) (step->constants[RULE(name)])

/* What a rule keeps of a row. */
typedef struct {
    NAME(number) accumulator, bias_accumulator, spare, bias;
} RULE(Head);

/* The products of a word's vector and a context's: w.c, |w|^2 and |c|^2. */
typedef struct {
    NAME(number) of_both, word_square, context_square;
} RULE(Products);

/* What becomes of a row: value <- keep * value + add * the other side's. */
typedef struct {
    NAME(number) keep, add;
} RULE(Change);

/* The accumulators and the change of one side's row; `across` is 2 g m w.c, `g_squared` g^2.
 * `rates` are those of the slots: of the vector first, of the bias last. */
INLINE RULE(Change) RULE(accumulate)(RULE(Head) *head, NAME(number) square, NAME(number) other_square,
                                     NAME(number) g, NAME(number) g_squared, NAME(number) across,
                                     const float *rates, const Step *step) {
    NAME(number) mean = (g_squared * other_square + (across + CONSTANT(DECAY_SQUARED) * square)) *
                        CONSTANT(ONE_OVER_SIZE);
    head->accumulator += NAME(not_negative)(mean); /* but for rounding it is */
    head->bias_accumulator += g_squared;
    NAME(number) rate = RULE(rate)(rates[0], head->accumulator, CONSTANT(EPS));
    NAME(number) bias_rate =
        RULE(rate)(rates[step->slots - 1], head->bias_accumulator, CONSTANT(EPS));
    head->bias -= bias_rate * g;
    return (RULE(Change)){1 - rate * CONSTANT(DECAY), -(rate * g)};
}

/* The heads and changes of both sides; return g. */
INLINE NAME(number) RULE(settle)(RULE(Head) *word, RULE(Head) *context, RULE(Products) products,
                                 NAME(number) log_count, NAME(number) weight, const Step *step,
                                 RULE(Change) *word_change, RULE(Change) *context_change,
                                 NAME(number) *difference) {
    *difference = products.of_both + (word->bias + context->bias) - log_count;
    NAME(number) g = weight * *difference, g_squared = g * g;
    NAME(number) across = g * CONSTANT(TWICE_DECAY) * products.of_both;
    *word_change = RULE(accumulate)(word, products.word_square, products.context_square, g, g_squared,
                                    across, step->row_rate, step);
    *context_change = RULE(accumulate)(context, products.context_square, products.word_square, g,
                                       g_squared, across, step->column_rate, step);
    return g;
}

#if VECTOR_FLOATS == 1
/* One update after the other, in plain C. */
INLINE void RULE(update_some)(const Nonzero *x, int count, float *rows, float *columns, int slots,
                              const Step *step, Costs *costs) {
    const int kept = slots - 4;
    for (int n = 0; n < count; n++) {
        float *w = rows + (int64_t)slots * x[n].row, *c = columns + (int64_t)slots * x[n].column;
        float both[LANES] = {0}, word_lanes[LANES] = {0}, context_lanes[LANES] = {0}, difference;
        for (int k = 0; k < kept; k++) {
            both[k % LANES] += w[k] * c[k];
            word_lanes[k % LANES] += w[k] * w[k];
            context_lanes[k % LANES] += c[k] * c[k];
        }
        RULE(Products) products = {NAME(sum_lanes)(both), NAME(sum_lanes)(word_lanes),
                                   NAME(sum_lanes)(context_lanes)};
        RULE(Head) word = {w[kept], w[kept + 1], w[kept + 2], w[kept + 3]};
        RULE(Head) context = {c[kept], c[kept + 1], c[kept + 2], c[kept + 3]};
        RULE(Change) of_word, of_context;
        float g = RULE(settle)(&word, &context, products, x[n].log_count,
                               fabsf(x[n].weight), step, &of_word, &of_context, &difference);
        for (int k = 0; k < kept; k++) {
            float value = w[k];
            w[k] = of_word.keep * value + of_word.add * c[k];
            c[k] = of_context.keep * c[k] + of_context.add * value;
        }
        memcpy(w + kept, &word, sizeof word);
        memcpy(c + kept, &context, sizeof context);
        add_cost(costs, x + n, g, difference);
    }
}
#else
/* Turn four quarters of rows into four of columns, or back. */
INLINE void RULE(transpose)(NAME(quarter) *a) {
    NAME(quarter) low = PICK(a[0], a[1], 0, 4, 1, 5), more_low = PICK(a[2], a[3], 0, 4, 1, 5);
    NAME(quarter) high = PICK(a[0], a[1], 2, 6, 3, 7), more_high = PICK(a[2], a[3], 2, 6, 3, 7);
    a[0] = PICK(low, more_low, 0, 1, 4, 5);
    a[1] = PICK(low, more_low, 2, 3, 6, 7);
    a[2] = PICK(high, more_high, 0, 1, 4, 5);
    a[3] = PICK(high, more_high, 2, 3, 6, 7);
}

/* The products of up to four rows with as many columns. */
INLINE RULE(Products) RULE(multiply)(float *const *row, float *const *column, int count, int vectors) {
    typedef NAME(vector) vector;
    enum { PARTS = LANES / VECTOR_FLOATS };
    const NAME(quarter) nothing = {0};
    NAME(quarter) both[4] = {{0}}, words[4] = {{0}}, contexts[4] = {{0}};
    for (int n = 0; n < count; n++) {
        const vector *w = (const vector *)row[n], *c = (const vector *)column[n];
        vector of_both[PARTS] = {0}, of_word[PARTS] = {0}, of_context[PARTS] = {0};
        for (int k = 0; k < vectors; k += PARTS)
            for (int part = 0; part < PARTS; part++) {
                vector word = w[k + part], context = c[k + part];
                if (k + part == vectors - 1) {
                    word = NAME(with_quarter)(word, nothing);
                    context = NAME(with_quarter)(context, nothing);
                }
                of_both[part] += word * context;
                of_word[part] += word * word;
                of_context[part] += context * context;
            }
        both[n] = NAME(fold_lanes)(of_both);
        words[n] = NAME(fold_lanes)(of_word);
        contexts[n] = NAME(fold_lanes)(of_context);
    }
    return (RULE(Products)){NAME(sum_four)(both), NAME(sum_four)(words), NAME(sum_four)(contexts)};
}

/* Up to four updates at once, of which no two share a row or a column. */
INLINE void RULE(update_some)(const Nonzero *x, int count, float *rows, float *columns, int slots,
                              const Step *step, Costs *costs) {
    typedef NAME(vector) vector;
    typedef NAME(quarter) quarter;
    const int vectors = slots / VECTOR_FLOATS;
    float *row[4], *column[4];
    union {
        quarter rows[4];
        RULE(Head) head;
    } words = {{{0}}}, contexts = {{{0}}};
    quarter log_count = {0}, weight = {0}, difference;
    for (int n = 0; n < count; n++) {
        row[n] = rows + (int64_t)slots * x[n].row;
        column[n] = columns + (int64_t)slots * x[n].column;
        words.rows[n] = *(const quarter *)(row[n] + slots - 4);
        contexts.rows[n] = *(const quarter *)(column[n] + slots - 4);
        log_count[n] = x[n].log_count;
        weight[n] = fabsf(x[n].weight);
    }
    RULE(Products) products = RULE(multiply)(row, column, count, vectors);
    RULE(transpose)(words.rows);
    RULE(transpose)(contexts.rows);
    RULE(Change) of_word, of_context;
    quarter g = RULE(settle)(&words.head, &contexts.head, products, log_count, weight, step, &of_word,
                             &of_context, &difference);
    RULE(transpose)(words.rows);
    RULE(transpose)(contexts.rows);
    for (int n = 0; n < count; n++) {
        vector *w = (vector *)row[n], *c = (vector *)column[n];
        float w_keep = of_word.keep[n], w_add = of_word.add[n];
        float c_keep = of_context.keep[n], c_add = of_context.add[n];
        for (int k = 0; k < vectors; k++) {
            vector value = w[k], other = c[k];
            vector word = w_keep * value + w_add * other, context = c_keep * other + c_add * value;
            if (k == vectors - 1) {
                word = NAME(with_quarter)(word, words.rows[n]);
                context = NAME(with_quarter)(context, contexts.rows[n]);
            }
            w[k] = word;
            c[k] = context;
        }
        add_cost(costs, x + n, g[n], difference[n]);
    }
}
#endif

#define AT_ONCE 4
#define COMMON_SLOTS
#include "../tile.h"
#undef COMMON_SLOTS
#undef AT_ONCE
#undef CONSTANT
