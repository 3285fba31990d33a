"""What a run keeps on the disk so that another can go on: checkpoints, and stages that are done."""
