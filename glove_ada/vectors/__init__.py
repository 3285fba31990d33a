"""Word vectors apart from the trainer: made, looked up, compared."""
