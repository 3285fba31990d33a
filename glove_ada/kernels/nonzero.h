/* nonzero.h - one nonzero of the co-occurrence matrix as a tile holds it. */
#ifndef GLOVE_ADA_NONZERO_H
#define GLOVE_ADA_NONZERO_H

#include <stdint.h>

typedef struct {
    uint16_t row;    /* within the tile's group of rows */
    uint16_t column; /* within the tile's group of columns */
    float log_count; /* log x */
    float weight;    /* f(x); of a sampled zero, less than 0: minus its weight */
} Nonzero;

#endif
