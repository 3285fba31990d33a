"""Rows solved: with one side held fixed, each row of the other has its own least squares problem.

Alternating least squares for matrices of counts (Hu, Koren and Volinsky 2008, "Collaborative
filtering for implicit feedback datasets") solves such problems by turns; here one side of what
AdaGrad has trained is solved once, which takes out the noise that its last steps leave. `problem`
says which problem that is, and `expected_zeros` what the sampled negatives of a training amount to
in it. `conjugate_gradients` improves all rows by a few steps each, and `exact` solves a few rows to
the end.
"""
