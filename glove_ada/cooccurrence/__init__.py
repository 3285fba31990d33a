"""Count how often, and how near, words occur together: exactly, a row at a time.

`rows` walks a word's occurrences over an inverted index and adds what each neighbour counts
(`distance_weights`) to a dense row of sums. `segments` does so for all words, and for a text that
outgrows the memory piece by piece. The result is the `matrix`. `reference_file` reads and writes
the reference program's `cooccurrence.bin`.
"""
