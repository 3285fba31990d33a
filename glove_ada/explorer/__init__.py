"""Vectors in the browser: a page on this machine, and the answers that it asks for.

`server` lets in only who has the token and hands out the page's own files and `answers`, which ask
the vectors as `glove_ada.query` does. An `opened_model` is a file of vectors with its
`compact_words`; `word_maps` are pictures of its words, of which the slow ones are computed by a
`map_worker` in a process of its own and become `kept_maps`; `word_colours` are clusters and
groups. `comparison` is of two models, `training_curves` are of reports, and `saved_page` is the one
file that works without a server.
"""
