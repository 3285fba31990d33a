"""What the stages stand on: files, arrays on the disk, threads, memory, signals, progress."""
