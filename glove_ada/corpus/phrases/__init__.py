"""Phrases: pairs of words that stand together more often than by chance, joined into one word."""
