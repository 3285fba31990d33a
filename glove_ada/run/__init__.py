"""One run of the trainer: what was asked for, what it may take, what it leaves behind.

`options` describes every option once. `stages` runs the stages one after the other, shown and
recorded in the `report`, up to the `result`, and `outputs` are where that goes; `memory_plan` gives
each its share of the memory. A `session` looks after what a run keeps so that another can go on:
finished stages (`stage_cache`) and the training as it stands (`checkpoint`), each an
`array_container` in the `work_dir`.
"""
