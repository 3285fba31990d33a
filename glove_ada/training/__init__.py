"""Train the parameters on the nonzeros of the matrix, tile by tile."""
