"""A file of vectors that is open to be asked, in little memory.

An `opened_model` has its words in one block (`compact_words`) and its vectors in a file
(`mapped_matrix`); `similar_spellings` of unknown words are looked for in the block.
"""
