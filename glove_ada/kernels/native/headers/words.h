/* words.h - split raw text into words, as docs/text.md says: the word boundaries of Unicode's
 * UAX #29, but that hyphens join, that addresses, hashtags and mentions are whole, and that letters
 * of all scripts join (Chinese or Thai text that was split into words stays as it is).
 *
 * A word is written as it stands, but for the apostrophes and hyphens within, of which there are
 * several for one, and for what is invisible.
 */
#ifndef GLOVE_ADA_WORDS_H
#define GLOVE_ADA_WORDS_H

#include "definitions.h"
#include "portable.h"

typedef struct {
    const uint8_t *text;
    int64_t size;
    const uint8_t *classes;
    uint8_t *out;
    int64_t written;
} Splitter;

typedef struct {
    int cls;
    int64_t length; /* in bytes; 0 at the end of the text */
} Character;

static inline int is_tail(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/* The code point at a place, and its length; a byte that is not UTF-8 is INVALID. */
static inline uint32_t code_point(const uint8_t *s, int64_t room, int64_t *length) {
    uint8_t a = s[0];
    *length = 1;
    if (a < 0x80) return a;
    if (a >= 0xC2 && a < 0xE0 && room > 1 && is_tail(s[1])) {
        *length = 2;
        return (uint32_t)(a & 0x1F) << 6 | (s[1] & 0x3F);
    }
    if (a >= 0xE0 && a < 0xF0 && room > 2 && is_tail(s[1]) && is_tail(s[2])) {
        uint32_t code = (uint32_t)(a & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
        if (code < 0x800 || (code >= 0xD800 && code < 0xE000)) return INVALID;
        *length = 3;
        return code;
    }
    if (a >= 0xF0 && a < 0xF5 && room > 3 && is_tail(s[1]) && is_tail(s[2]) && is_tail(s[3])) {
        uint32_t code = (uint32_t)(a & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 |
                        (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
        if (code < 0x10000 || code > 0x10FFFF) return INVALID;
        *length = 4;
        return code;
    }
    return INVALID;
}

static inline Character character_at(const Splitter *s, int64_t at) {
    Character c = {WHITE, 0};
    if (at < s->size) c.cls = s->classes[code_point(s->text + at, s->size - at, &c.length)];
    return c;
}

static inline int of_words(int cls) { return cls >= LETTER && cls <= UNDERSCORE; }
static inline int is_letter(int cls) { return cls >= LETTER && cls <= LATER; }

/* Whether what stands between two characters of a word joins them. */
static inline int joins(int before, int between, int behind) {
    switch (between) {
        case APOSTROPHE:
        case HYPHEN:
        case AT:
            return 1;
        case DOT:
            return (is_letter(before) && is_letter(behind)) || (before == DIGIT && behind == DIGIT);
        case BETWEEN_LETTERS:
            return is_letter(before) && is_letter(behind);
        case BETWEEN_DIGITS:
            return before == DIGIT && behind == DIGIT;
        case DOUBLE_QUOTE:
            return before == HEBREW && behind == HEBREW;
        default:
            return 0;
    }
}

static inline void copy_bytes(Splitter *s, int64_t at, int64_t length) {
    for (int64_t i = 0; i < length; i++) s->out[s->written++] = s->text[at + i];
}

/* Copy the marks at a place, leaving out what is invisible; returns the end. `joiner` tells whether
 * a joiner is the last. */
static inline int64_t copy_marks(Splitter *s, int64_t at, int *joiner) {
    *joiner = 0;
    for (;;) {
        Character c = character_at(s, at);
        if (!c.length || (c.cls != MARK && c.cls != JOINER && c.cls != INVISIBLE)) return at;
        if (c.cls != INVISIBLE) {
            copy_bytes(s, at, c.length);
            *joiner = c.cls == JOINER;
        }
        at += c.length;
    }
}

/* Copy a word that begins with a character of words; returns its end. */
static inline int64_t copy_word(Splitter *s, int64_t at) {
    Character c = character_at(s, at);
    for (;;) {
        int joiner;
        copy_bytes(s, at, c.length);
        at += c.length;
        while (at < s->size && s->text[at] < 0x80 && of_words(s->classes[s->text[at]])) {
            c.cls = s->classes[s->text[at]]; /* most words are of these alone */
            s->out[s->written++] = s->text[at++];
        }
        at = copy_marks(s, at, &joiner);
        Character next = character_at(s, at);
        if (!of_words(next.cls)) {
            Character behind = character_at(s, at + next.length);
            if (!of_words(behind.cls) || !joins(c.cls, next.cls, behind.cls)) return at;
            if (next.cls == APOSTROPHE)
                s->out[s->written++] = '\'';
            else if (next.cls == HYPHEN)
                s->out[s->written++] = '-';
            else
                copy_bytes(s, at, next.length);
            at += next.length;
            next = behind;
        }
        c = next;
    }
}

/* Copy what is no word: one character with its marks, a flag, or a row of joined emoji. */
static inline int64_t copy_symbol(Splitter *s, int64_t at) {
    int joiner;
    Character c = character_at(s, at);
    copy_bytes(s, at, c.length);
    at += c.length;
    if (c.cls == FLAG && character_at(s, at).cls == FLAG) {
        int64_t length = character_at(s, at).length;
        copy_bytes(s, at, length);
        at += length;
    }
    at = copy_marks(s, at, &joiner);
    while (c.cls == EMOJI && joiner && (c = character_at(s, at)).cls == EMOJI) {
        copy_bytes(s, at, c.length);
        at = copy_marks(s, at + c.length, &joiner);
    }
    return at;
}

static inline int begins_with(const Splitter *s, int64_t at, const char *letters, int64_t count) {
    if (s->size - at < count) return 0;
    for (int64_t i = 0; i < count; i++) {
        uint8_t byte = s->text[at + i];
        if (byte >= 'A' && byte <= 'Z') byte |= 0x20;
        if (byte != (uint8_t)letters[i]) return 0;
    }
    return 1;
}

static inline int ends_no_address(uint8_t byte) {
    return byte != 0 && strchr(".,;:!?'\")]}*_", byte) != NULL;
}

/* The end of an address of the web that begins at a place; the place itself if there is none. */
static inline int64_t end_of_address(const Splitter *s, int64_t at) {
    int64_t scheme = begins_with(s, at, "http://", 7)    ? 7
                     : begins_with(s, at, "https://", 8) ? 8
                     : begins_with(s, at, "www.", 4)     ? 4
                                                         : 0;
    if (!scheme) return at;
    int64_t end = at + scheme;
    for (;;) {
        Character c = character_at(s, end);
        uint8_t byte = c.length ? s->text[end] : 0;
        if (!c.length || c.cls == WHITE || byte == '<' || byte == '>' || byte == '"') break;
        if (byte >= 0x80 && !of_words(c.cls) && c.cls != MARK) break;
        end += c.length;
    }
    while (end > at + scheme && ends_no_address(s->text[end - 1])) end--;
    return end > at + scheme ? end : at;
}

static inline int64_t write_words(const uint8_t *text, int64_t size, const uint8_t *classes,
                                  uint8_t *out) {
    Splitter splitter = {text, size, classes, out, 0}, *s = &splitter;
    int64_t at = 0;
    while (at < size) {
        if (text[at] == '\n') {
            out[s->written++] = '\n';
            at++;
            continue;
        }
        Character c = character_at(s, at);
        if (c.cls == WHITE || c.cls == INVISIBLE) {
            at += c.length;
            continue;
        }
        if (s->written && out[s->written - 1] != '\n') out[s->written++] = ' ';
        int64_t end = end_of_address(s, at);
        if (end > at) {
            copy_bytes(s, at, end - at);
            at = end;
            continue;
        }
        if ((c.cls == AT || c.cls == HASH) && of_words(character_at(s, at + c.length).cls)) {
            copy_bytes(s, at, c.length);
            at += c.length;
            c = character_at(s, at);
        }
        at = of_words(c.cls) ? copy_word(s, at) : copy_symbol(s, at);
    }
    return s->written;
}

#endif
