"""Train the parameters on the nonzeros of the matrix, tile by tile.

`tiling` sorts the counts into the grid of `tiles`; `schedule` says in which order these are
trained; `loop` runs the epochs, each tile as a task of `tile_task`, by an update rule of `rules`,
with `negatives` between the nonzeros. `state` is all that a training needs to go on.
"""
