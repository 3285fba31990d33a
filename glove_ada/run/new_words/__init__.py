"""Vectors for words that a model lacks, from their contexts in a text; the model stays as it is.

`new_text` finds the words, and what they meet among the words that the model has. Of that a vector
is made in one of two ways. `solving` solves the word's own least squares problem against the
model's contexts, as the last step of training does for the words that it knows. `a_la_carte`
multiplies the mean vector of the words around it with one matrix (Khodak et al. 2018). `inference`
puts them together; docs/new-words.md compares them.
"""
