"""Pictures of many words: at once by principal components, or in time.

`word_maps` are those of one model. UMAP and t-SNE take long: a `map_worker` computes them in a
process of its own, and `kept_maps` are there the next time.
"""
