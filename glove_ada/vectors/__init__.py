"""Word vectors apart from the trainer: what they are, and what can be asked of them.

`combination` makes one vector a word out of both sides of a training and flattens their
`spectrum`. `word_vectors` is what users hold, under the names of gensim's KeyedVectors: it finds
words (`word_index`, `casing`, `spelling`), `neighbours` and analogies; `query_notation` reads
questions as people type them.
"""
