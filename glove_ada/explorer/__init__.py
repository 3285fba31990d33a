"""Vectors in the browser: a page on this machine, and the answers that it asks for.

`server` lets in only who has the token and hands out the page's own files (`page_files`) and
`answers`. A query is answered as `glove_ada.query` does (`queries`). `models` are files of vectors
that are open, `maps` are pictures of their words, and `word_colours` are clusters and groups.
`comparison` is of two models, `training_curves` are of reports, and `saved_page` is the one file
that works without a server.
"""
