"""Rules whose states are moving averages, a module for each."""
