"""What is counted of parts of a corpus, kept in folders that can be added up.

docs/counting-in-parts.md describes them.
"""
