"""Attacks on the commands from outside, at random from a seed; `scripts/attack.py` runs them.

An attack knows the commands as a user does: by their options, exit statuses and files. Each kind
has a file of its own that ends in a `KIND`, with its invariant in one line. What holds for all of
them stands in `case` (how a command may end) and in `user_files` (what was there is there after).
"""
