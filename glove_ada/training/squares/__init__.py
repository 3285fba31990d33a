"""Training in squares: the schedule of one machine on many, with the same bytes."""
