"""Vectors for where they go: other libraries' objects, and the Hugging Face Hub.

`frames` makes pandas' and `torch_embedding` PyTorch's object of a table of vectors; `hub` pushes a
table and fetches one, with a `model_card` made from the report of its training.
"""
