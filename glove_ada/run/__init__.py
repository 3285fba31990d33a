"""One run of the trainer: options, stages, memory, checkpoints, report."""
