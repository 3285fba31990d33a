/* text.h - split text into tokens and number the types (distinct words) as they appear.
 *
 * The table of types is open addressing over 64-bit slots: the upper half of a type's hash, and
 * its number plus one (0 is an empty slot). The types' bytes lie one behind the other in an
 * arena. Text and arena need TEXT_SLACK readable bytes behind their end.
 */
#ifndef GLOVE_ADA_TEXT_H
#define GLOVE_ADA_TEXT_H

#include "definitions.h"
#include "portable.h"

#define EVERY_BYTE(b) (0x0101010101010101ULL * (b))

typedef struct {
    uint64_t *slots;
    uint64_t slot_mask; /* the number of slots, a power of two, minus one */
    int64_t *ends;      /* where each type's bytes end in the arena */
    int64_t *counts;
    int64_t capacity; /* of ends and counts; at most half the number of slots */
    int64_t used;
    uint8_t *arena;
    int64_t arena_capacity;
} TypeTable;

/* Marks, by its highest bit, every zero byte of x up to the first one. */
static inline uint64_t zero_byte(uint64_t x) { return (x - EVERY_BYTE(1)) & ~x & EVERY_BYTE(0x80); }

static inline int64_t token_length(const uint8_t *text, int64_t room) {
    for (int64_t i = 0; i < room; i += 8) {
        uint64_t x = load_8_bytes(text + i);
        uint64_t found = zero_byte(x ^ EVERY_BYTE(' ')) | zero_byte(x ^ EVERY_BYTE('\n')) |
                         zero_byte(x ^ EVERY_BYTE('\t'));
        if (found) {
            int64_t length = i + trailing_zeros(found) / 8;
            return length < room ? length : room;
        }
    }
    return room;
}

static inline uint64_t hash_token(const uint8_t *token, int64_t length) {
    uint64_t hash = (uint64_t)length;
    for (;; token += 8, length -= 8) {
        uint64_t x = load_8_bytes(token);
        if (length < 8) x &= ((uint64_t)1 << (8 * length)) - 1;
        hash = (hash ^ x) * 0x9E3779B97F4A7C15ULL;
        hash ^= hash >> 32;
        if (length <= 8) return hash;
    }
}

/* The slot that holds the token, or the empty one where it belongs. */
static inline uint64_t *find_slot(const TypeTable *table, const uint8_t *token, int64_t length,
                                  uint64_t hash) {
    uint64_t tag = hash >> 32;
    for (uint64_t s = hash & table->slot_mask;; s = (s + 1) & table->slot_mask) {
        uint64_t slot = table->slots[s];
        if (!slot) return table->slots + s;
        if (slot >> 32 != tag) continue;
        int64_t type = (int64_t)(uint32_t)slot - 1;
        int64_t start = type ? table->ends[type - 1] : 0;
        if (table->ends[type] - start == length && !memcmp(table->arena + start, token, (size_t)length))
            return table->slots + s;
    }
}

/* The token's type with `occurrences` added to its count; -1 if the table must grow first. */
static inline int64_t count_token(TypeTable *table, const uint8_t *token, int64_t length,
                                  int64_t occurrences) {
    uint64_t hash = hash_token(token, length);
    uint64_t *slot = find_slot(table, token, length, hash);
    if (!*slot) {
        int64_t start = table->used ? table->ends[table->used - 1] : 0;
        if (table->used == table->capacity || start + length + TEXT_SLACK > table->arena_capacity) return -1;
        memcpy(table->arena + start, token, (size_t)length);
        table->ends[table->used] = start + length;
        table->counts[table->used] = 0;
        *slot = (hash >> 32) << 32 | (uint64_t)++table->used;
    }
    int64_t type = (int64_t)(uint32_t)*slot - 1;
    table->counts[type] += occurrences;
    return type;
}

/* Encode text[*at:size] into ids, one for each token and BREAK for each run of line ends. Returns
 * the number of ids; *at is where it stopped, before `size` if the table must grow first. */
static inline int64_t encode_tokens(TypeTable *table, const uint8_t *text, int64_t size, int64_t *at,
                                    uint32_t *ids) {
    int64_t n = 0, i = *at;
    while (i < size) {
        uint8_t byte = text[i];
        if (byte == '\n' && (n == 0 || ids[n - 1] != BREAK)) ids[n++] = BREAK;
        if (byte == '\n' || byte == ' ' || byte == '\t') {
            i++;
            continue;
        }
        int64_t length = token_length(text + i, size - i);
        int64_t type = count_token(table, text + i, length, 1);
        if (type < 0) break;
        ids[n++] = (uint32_t)type;
        i += length;
    }
    *at = i;
    return n;
}

#endif
