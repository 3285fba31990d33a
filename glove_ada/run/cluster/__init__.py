"""Training on a cluster of Dask's: whom to ask, what is sent, and what workers find on the disk.

Nothing but this room knows of Dask, which is imported when a cluster is asked for.
"""
