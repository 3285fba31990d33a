"""Rules that forget: their states are moving averages over the updates of a row.

A row's time is counted by its own updates. Between two of them it is at rest: its averages do not
fade and its momentum does not move it, as in the "lazy" optimizers of sparse tables. (PyTorch's
SparseAdam leaves rows without gradients at rest, too, but counts every step of the whole table for
the corrections of young averages; a row that comes late has those of its age here.)
"""
