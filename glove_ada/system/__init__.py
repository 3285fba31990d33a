"""What all rooms stand on, and what knows nothing of words.

Files that are whole or not there (`atomic_files`, `temporary_files`, `file_lock`), arrays that go
to the disk when they outgrow the memory (`spilled_array`), packed files (`gzip_files`),
`threads`, `memory`, `interrupts`, and what is shown to the user (`progress`, `console`).
"""
