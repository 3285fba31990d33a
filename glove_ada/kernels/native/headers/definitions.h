/* definitions.h - what kernels share with each other and with Python's side.
 *
 * kernels/definitions.py says the same to Python, and explains the terms; a test holds them equal.
 */
#ifndef GLOVE_ADA_DEFINITIONS_H
#define GLOVE_ADA_DEFINITIONS_H

#include <stdint.h>

#define BREAK UINT32_MAX /* a document boundary among the word ids */

enum {
    TEXT_SLACK = 8,    /* readable bytes behind the end of a text or an arena */
    LANES = 16,        /* floats summed side by side in a dot product, whatever the CPU's width */
    STRANDS = 4,       /* rows of a braid, which take turns; they follow each other in their group */
    NUMBER_BYTES = 20, /* room for a number in decimal text, with the space before it */
    BIASED_EXPONENTS = 255 /* of the finite float32 */
};

enum { NO_FAULT, WRONG_FIELDS, NOT_A_NUMBER }; /* what is wrong with a row of decimal text */

/* Classes of characters: those of words are LETTER to UNDERSCORE. */
enum {
    OTHER,
    WHITE,
    INVISIBLE, /* left out: soft hyphens, marks of direction */
    MARK,      /* belongs to what is before it */
    JOINER,    /* and joins the emoji behind it */
    FLAG,      /* half of one */
    EMOJI,
    LETTER,
    HEBREW,
    LATER, /* of a later version of Unicode; as letters */
    DIGIT,
    UNDERSCORE,
    APOSTROPHE,
    HYPHEN,
    AT,
    DOT,
    BETWEEN_LETTERS,
    BETWEEN_DIGITS,
    DOUBLE_QUOTE,
    HASH
};

enum { INVALID = 0x110000 }; /* the code point that a byte stands for which is not UTF-8 */

/* One nonzero of the co-occurrence matrix as a tile holds it. */
typedef struct {
    uint16_t row;    /* within the tile's group of rows */
    uint16_t column; /* within the tile's group of columns */
    float log_count; /* log x */
    float weight;    /* f(x); of a sampled zero, less than 0: minus its weight */
} Nonzero;

#endif
