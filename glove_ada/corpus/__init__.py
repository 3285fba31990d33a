"""Read text: sources become tokens, a vocabulary, and word ids.

Whatever the text comes from (`sources`, unpacked by `decompression`), it is one stream of bytes in
which a newline ends a document. One pass numbers the distinct words as they come (`type_table`),
chooses the `vocabulary`, and leaves the text as four-byte word ids (`encoding`).
"""
