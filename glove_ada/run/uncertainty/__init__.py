"""How sure a word's vector is, of the whole text and of groups of it.

With contexts and biases held fixed, a word's vector is the solution of a least squares problem of
its own (`frozen_contexts`, `row_problem`), whose data are what the word meets, block of documents
by block (`word_contexts`). What the solution would be without a block (`influences`) says how far
it is chance which documents the text holds; `uncertainty` makes standard errors of it, and
`groups` and `permutation` compare parties, decades, outlets. docs/uncertainty.md derives it all.
"""
