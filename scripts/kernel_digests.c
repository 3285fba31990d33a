/* kernel_digests.c - a small training in C alone, on the kernels' headers, that prints digests.
 *
 *     kernel_digests CORPUS
 *
 * One line for each instruction set of the CPU: its name, and the FNV-1a digests of vocabulary,
 * counts, and vectors of every rule with sums for solving rows. Equal digests mean equal bytes. See check_architectures.py beside this file.
 */
#include <stdio.h>
#include <stdlib.h>

#include "counting.h"
#include "decimal.h"
#include "elementary.h"
#include "scales.h" /* written by check_architectures.py */
#include "text.h"
#include "training.h"
#include "weighting.h"
#include "negatives.h"

enum { WINDOW = 10, MIN_COUNT = 5, VECTOR_SIZE = 50, SLOTS = 64, EPOCHS = 3, MAX_TYPES = 1 << 16 };
static const double X_MAX = 10, ALPHA = 0.75;

typedef struct {
    uint32_t words;
    int64_t cells;
    uint32_t *rows, *columns;
    double *counts;
} Matrix;

static uint64_t digest(uint64_t hash, const void *bytes, size_t size) {
    for (const uint8_t *at = bytes, *end = at + size; at < end; at++) hash = (hash ^ *at) * 0x100000001B3ULL;
    return hash;
}
static const uint64_t EMPTY = 0xCBF29CE484222325ULL;

static void *zeros(size_t count, size_t size) {
    size_t bytes = (count * size + 127) / 64 * 64;
    void *memory = aligned_alloc(64, bytes);
    if (!memory) exit(EXIT_FAILURE);
    return memset(memory, 0, bytes);
}

static uint8_t *read_file(const char *path, int64_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) exit(EXIT_FAILURE);
    *size = ftell(file);
    rewind(file);
    uint8_t *text = zeros((size_t)*size + 8, 1);
    if (fread(text, 1, (size_t)*size, file) != (size_t)*size) exit(EXIT_FAILURE);
    fclose(file);
    return text;
}

static const TypeTable *sorted_table;
static int by_count_then_bytes(const void *left, const void *right) {
    const TypeTable *table = sorted_table;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    if (table->counts[a] != table->counts[b]) return table->counts[a] < table->counts[b] ? 1 : -1;
    int64_t start_a = a ? table->ends[a - 1] : 0, start_b = b ? table->ends[b - 1] : 0;
    int64_t length_a = table->ends[a] - start_a, length_b = table->ends[b] - start_b;
    size_t common = (size_t)(length_a < length_b ? length_a : length_b);
    int order = memcmp(table->arena + start_a, table->arena + start_b, common);
    return order ? order : (length_a > length_b) - (length_a < length_b);
}

/* Turn the types' numbers into word ids; return the number of words. */
static uint32_t choose_words(const TypeTable *table, uint32_t *ids, int64_t *size, uint64_t *hash) {
    uint32_t *order = zeros(MAX_TYPES, 4), *word_of_type = zeros(MAX_TYPES, 4), words = 0;
    for (uint32_t type = 0; type < table->used; type++) {
        word_of_type[type] = BREAK;
        if (table->counts[type] >= MIN_COUNT) order[words++] = type;
    }
    sorted_table = table;
    qsort(order, words, 4, by_count_then_bytes);
    for (uint32_t word = 0; word < words; word++) {
        uint32_t type = order[word];
        int64_t start = type ? table->ends[type - 1] : 0;
        word_of_type[type] = word;
        *hash = digest(*hash, table->arena + start, (size_t)(table->ends[type] - start));
        *hash = digest(*hash, &table->counts[type], 8);
    }
    int64_t n = 0;
    for (int64_t i = 0; i < *size; i++) {
        uint32_t id = ids[i] == BREAK ? BREAK : word_of_type[ids[i]];
        if (ids[i] == BREAK || id != BREAK) ids[n++] = id;
    }
    *size = n;
    return words;
}

/* Count all rows; `ids` starts and ends with a break. */
static Matrix count_cells(const uint32_t *ids, int64_t size, uint32_t words) {
    int64_t *starts = zeros(words + 2, 8), *positions = zeros((size_t)size, 8);
    for (int64_t i = 0; i < size; i++) if (ids[i] != BREAK) starts[ids[i] + 2]++;
    for (uint32_t word = 0; word < words; word++) starts[word + 2] += starts[word + 1];
    for (int64_t i = 0; i < size; i++) if (ids[i] != BREAK) positions[starts[ids[i] + 1]++] = i;

    int64_t weights[WINDOW + 1] = {0}, *sums = zeros(words, 8);
    for (int d = 1; d <= WINDOW; d++) weights[d] = (int64_t)(1048576.0 / d + 0.5);
    uint64_t *marks = zeros(words / 64 + 1, 8), *blocks = zeros(words / 4096 + 1, 8);
    size_t most = (size_t)size * 2 * WINDOW + 1;
    Matrix matrix = {words, 0, zeros(most, 4), zeros(most, 4), zeros(most, 8)};
    int64_t *units = zeros(most, 8);
    for (uint32_t row = 0; row < words; row++) {
        int64_t cells = count_row(ids, positions + starts[row], starts[row + 1] - starts[row], row, words,
                                  weights, WINDOW, 1, sums, matrix.columns + matrix.cells, marks, blocks,
                                  units + matrix.cells);
        for (int64_t i = 0; i < cells; i++) matrix.rows[matrix.cells++] = row;
    }
    for (int64_t i = 0; i < matrix.cells; i++) matrix.counts[i] = (double)units[i] / 1048576;
    return matrix;
}

/* What a rule keeps of a row and what it is told, without clipping; by_row is row-wise AdaGrad. */
typedef struct {
    const char *name;
    int by_row, states, clock;
    float eta, start, constants[6];
} RuleOptions;
/* At these rates all stays finite: a NaN's sign and payload are the CPU's own. */
static const RuleOptions rule_options[] = {
    {"adagrad", 0, 1, 0, 0.2f, 1, {INFINITY, 0}},
    {"stanford", 0, 1, 0, 0.2f, 1, {INFINITY}},
    {"adagrad_row", 1, 0, 0, 0.2f, 1, {0, 0.002f, 0.004f, 0.000004f, 1.0f / VECTOR_SIZE}},
    {"adagrad_norm", 1, 0, 0, 0.02f, 1, {0, 0.002f, 0.004f, 0.000004f, 1.0f / VECTOR_SIZE}},
    {"sgd", 0, 0, 0, 0.02f, 0, {INFINITY}},
    {"momentum", 0, 1, 0, 0.002f, 0, {INFINITY, 0.9f}},
    {"rmsprop", 0, 1, 0, 0.002f, 0, {INFINITY, 0.99f, 0.01f, 1e-8f}},
    {"adadelta", 0, 2, 0, 0.1f, 0, {INFINITY, 0.95f, 0.05f, 1e-3f}},
    {"adam", 0, 2, 1, 0.002f, 0, {INFINITY, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f}},
    {"adamw", 0, 2, 1, 0.002f, 0, {INFINITY, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f}},
    {"amsgrad", 0, 3, 1, 0.002f, 0, {INFINITY, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f}},
    {"adamax", 0, 2, 1, 0.02f, 0, {INFINITY, 0.9f, 0.1f, 0.999f, 1e-8f}},
    {"adagrad_comid", 0, 1, 0, 0.2f, 1, {INFINITY, 0}},
    {"adagrad_da", 0, 2, 1, 0.2f, 1, {INFINITY, 0}},
};
_Static_assert(sizeof rule_options / sizeof *rule_options == RULES, "a line for every rule");

/* Rows as a rule lays them out, with random vectors and biases of 0. */
static float *initial_side(uint32_t words, uint64_t state, int bias, const Step *step,
                           const RuleOptions *options) {
    float *side = zeros((size_t)words * (size_t)step->row_floats, 4);
    for (uint32_t word = 0; word < words; word++) {
        float *row = side + (size_t)word * (size_t)step->row_floats;
        for (int k = 0; k < VECTOR_SIZE; k++) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            row[k] = ((float)(state >> 40) / 16777216 - 0.5f) / VECTOR_SIZE;
        }
        if (options->by_row) row[SLOTS - 4] = row[SLOTS - 3] = options->start;
        else row[VECTOR_SIZE + 1 - bias] = 1;
        for (int k = 0; k < SLOTS && options->states; k++) row[SLOTS + k] = options->start;
    }
    return side;
}

static uint64_t train(Train train_nonzeros, const RuleOptions *options, const Nonzero *nonzeros,
                      int64_t cells, uint32_t words, uint64_t hash) {
    float *rate[2] = {zeros(SLOTS, 4), zeros(SLOTS, 4)}, *decay = zeros(2 * SLOTS, 4);
    for (int k = 0; k < VECTOR_SIZE; k++) {
        rate[0][k] = rate[1][k] = options->eta;
        decay[k] = 0.002f;
        decay[SLOTS + k] = 0.0001f; /* L1 */
    }
    for (int side = 0; side < 2; side++)
        rate[side][options->by_row ? SLOTS - 1 : VECTOR_SIZE + side] = options->eta;
    int row_floats = (1 + options->states) * SLOTS + (options->clock ? LANES : 0);
    Step step = {SLOTS, row_floats, rate[0], rate[1], decay, options->constants};
    float *rows = initial_side(words, 1, 0, &step, options), *columns = initial_side(words, 2, 1, &step, options);
    const size_t floats = (size_t)words * (size_t)step.row_floats;
    uint32_t *word = zeros(words + 1, 4);
    uint16_t *lot = zeros(words, 2); /* one for each word */
    word[words] = words;
    for (uint32_t w = 0; w < words; w++) {
        word[w] = w;
        lot[w] = (uint16_t)w;
    }
    Nonzero *interleaved = zeros((size_t)cells * 3 + 1, sizeof(Nonzero));
    Costs costs = {0, 0};
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        uint16_t *met = zeros((size_t)words * STRANDS, 2);
        Zeros drawn = {word, word, words, lot, word, words, 1, 1.5, (uint64_t)epoch, -5.5f, 0.05f};
        const Nonzero *end =
            interleaved + interleave_negatives(nonzeros, nonzeros + cells, &drawn, met, interleaved);
        Costs more = train_nonzeros(interleaved, end, rows, columns, &step);
        costs.nonzeros += more.nonzeros;
        costs.zeros += more.zeros;
    }
    hash = digest(hash, &costs, sizeof costs);
    for (size_t k = 0; k < floats; k++) {
        uint8_t text[DECIMAL_LONGEST];
        hash = digest(hash, text, (size_t)(decimal_write(text, rows[k]) - text));
        hash = digest(hash, text, (size_t)(decimal_write(text, columns[k]) - text));
    }
    return hash;
}

static float *random_rows(uint32_t rows, int floats, uint64_t state) {
    float *side = zeros((size_t)rows * (size_t)floats, 4);
    for (int64_t k = 0; k < (int64_t)rows * floats; k++) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        side[k] = (float)(state >> 40) / 16777216 - 0.5f;
    }
    return side;
}

/* The digest of what rows are solved by. */
static uint64_t sum_up(const Sums *kernels, const Nonzero *nonzeros, int64_t cells, uint32_t words,
                       uint64_t hash) {
    float *rows = random_rows(words, 2 * SLOTS, 3), *fixed = random_rows(words, SLOTS, 4);
    ZerosOfWord *of_words = zeros(words, sizeof *of_words);
    for (uint32_t w = 0; w < words; w++)
        of_words[w] = (ZerosOfWord){0.1f / (float)(w + 1), 0.2f, 0.3f, (float)(w * 4 / words)};
    Nonzero *ordered = zeros((size_t)cells, sizeof *ordered);
    for (int by_column = 0; by_column < 2; by_column++) {
        LeastSquares told = {of_words, of_words, -5.5f, !by_column, by_column};
        uint32_t *starts = zeros(words + 1, sizeof *starts);
        order_by_solved_row(nonzeros, cells, by_column, words, starts, ordered);
        kernels->add_gradients(ordered, ordered + cells, rows, fixed, SLOTS, &told);
    }
    float *matrix = random_rows(SLOTS, SLOTS, 5), *scales = random_rows(words, 1, 6);
    kernels->add_products(rows, words, SLOTS, matrix, scales);
    double *weights = zeros(words, 8), *products = zeros(SLOTS * SLOTS, 8);
    for (uint32_t w = 0; w < words; w++) weights[w] = 1.0 / (w + 1);
    kernels->add_outer_products(fixed, weights, words, SLOTS, 0, SLOTS, products);
    hash = digest(hash, rows, (size_t)words * 2 * SLOTS * sizeof *rows);
    return digest(hash, products, SLOTS * SLOTS * sizeof *products);
}

/* The digest of the vectors of all rules. */
static uint64_t train_all(const Train *rules, const Nonzero *nonzeros, int64_t cells, uint32_t words) {
    uint64_t hash = EMPTY;
    for (int rule = 0; rule < RULES; rule++)
        for (int named = 0; named < RULES; named++)
            if (!strcmp(rule_names[rule], rule_options[named].name))
                hash = train(rules[rule], &rule_options[named], nonzeros, cells, words, hash);
    return hash;
}

int main(int arguments, char **argument) {
    if (arguments != 2) return EXIT_FAILURE;
    int64_t size, at = 0;
    uint8_t *text = read_file(argument[1], &size);
    TypeTable table = {zeros(2 * MAX_TYPES, 8), 2 * MAX_TYPES - 1, zeros(MAX_TYPES, 8), zeros(MAX_TYPES, 8),
                       MAX_TYPES, 0, zeros((size_t)size + 8, 1), size + 8};
    uint32_t *ids = zeros((size_t)size + 3, 4);
    ids[0] = BREAK;
    int64_t n = 1 + encode_tokens(&table, text, size, &at, ids + 1);
    if (at != size) return EXIT_FAILURE;
    ids[n++] = BREAK;
    uint64_t vocabulary = EMPTY;
    uint32_t words = choose_words(&table, ids, &n, &vocabulary);

    Matrix matrix = count_cells(ids, n, words);
    uint64_t counts = digest(EMPTY, matrix.columns, (size_t)matrix.cells * 4);
    counts = digest(counts, matrix.counts, (size_t)matrix.cells * 8);

    Nonzero *nonzeros = zeros((size_t)matrix.cells, sizeof(Nonzero));
    Nonzero *next = nonzeros;
    for (int diagonal = 0; diagonal < 2; diagonal++) { /* the cells (i, i) come last */
        for (int64_t i = 0; i < matrix.cells; i++) {
            if ((matrix.rows[i] == matrix.columns[i]) != diagonal) continue;
            double log_count = natural_log(matrix.counts[i]);
            double weight = weight_of_count(matrix.counts[i], log_count, X_MAX, natural_log(X_MAX), ALPHA);
            *next++ = (Nonzero){(uint16_t)matrix.rows[i], (uint16_t)matrix.columns[i], (float)log_count,
                                (float)weight};
        }
    }
    for (int set = 0; set < count_instruction_sets(); set++)
        printf("%-12s %016llx %016llx %016llx\n", instruction_set_names[set], (unsigned long long)vocabulary,
               (unsigned long long)counts,
               (unsigned long long)sum_up(
                   &sums[set], nonzeros, matrix.cells, words,
                   train_all(train_functions[set], nonzeros, matrix.cells, words)));
    return EXIT_SUCCESS;
}
