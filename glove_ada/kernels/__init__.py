"""The inner loops: typed buffers in and out, no policy, the GIL released.

Stages call them through this package and do not know how they are built.
"""
