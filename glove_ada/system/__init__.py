"""What all rooms stand on, and what knows nothing of words.

Files that are whole or not there (`atomic_files`, `temporary_files`, `file_lock`), arrays that go
to the disk when they outgrow the memory (`spilled_array`), packed files (`gzip_files`),
`threads`, `memory`, `interrupts`, and what is shown to the user (`progress`, `console`, the parts
of `sentences`).
"""

import signal


def end_at_interrupts() -> None:
    """Let both signals end the program at once, without a traceback, where no context acts on them.

    That is before the work and after it, when an impatient second Ctrl-C comes. Commands call this
    before they import anything else, and so it stands here.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
