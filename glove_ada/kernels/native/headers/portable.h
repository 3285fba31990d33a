/* portable.h - the few things that compilers spell differently. */
#ifndef GLOVE_ADA_PORTABLE_H
#define GLOVE_ADA_PORTABLE_H

#include <stdint.h>
#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#define PREFETCH_READ(address) __builtin_prefetch((address), 0)
#define PREFETCH_WRITE(address) __builtin_prefetch((address), 1)
static inline int trailing_zeros(uint64_t x) { return __builtin_ctzll(x); }
#else
#include <intrin.h>
#define PREFETCH_READ(address) ((void)(address))
#define PREFETCH_WRITE(address) ((void)(address))
static inline int trailing_zeros(uint64_t x) {
    unsigned long index;
    _BitScanForward64(&index, x);
    return (int)index;
}
#endif

/* The first byte of memory is the lowest of the number, whatever the machine's byte order. */
static inline uint64_t load_8_bytes(const uint8_t *bytes) {
    uint64_t x;
    memcpy(&x, bytes, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

#endif
