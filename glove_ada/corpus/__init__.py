"""Read text: sources become tokens, a vocabulary, and word ids.

Whatever the text comes from (`sources`: files known by their `content`, `tables`, documents in
memory), it is one stream of bytes in which a newline ends a document. One pass numbers the distinct
words as they come (`numbering`, `type_table`). Then it is settled what becomes of each (`words`),
`duplicates` go, `phrases` are joined, the `vocabulary` is chosen, and the text is left as four-byte
word ids (`encoding`).
"""
