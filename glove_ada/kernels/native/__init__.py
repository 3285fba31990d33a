"""The kernels compiled from C: a module a subject, and its loops in `headers/`.

A `.pyx` is the door: it turns arrays into pointers and releases the GIL. The header of the same
name is plain C that any program can include, as `scripts/kernel_digests.c` does. `definitions.pxd`
tells every door what the headers share. `setup.py` builds each `.pyx` that lies here.
"""
