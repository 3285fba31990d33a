"""A corpus in groups (parties, decades, outlets): a word's vector for each, in one space.

`sources` tells which document is of which group, `grouped_text` solves a word's row from each
group's counts against contexts that are the same for all, and `permutation` tests whether two
groups' documents use a word alike. docs/social-science.md shows what it is for.
"""
