from typing import Any

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float32]

def instruction_sets() -> list[str]: ...
def train_nonzeros(
    nonzeros: npt.NDArray[Any],
    first: int,
    end: int,
    rows: _Floats,
    first_row: int,
    columns: _Floats,
    first_column: int,
    row_rate: _Floats,
    column_rate: _Floats,
    decay: _Floats,
    eps: float,
    grad_clip: float,
    step_first: bool,
    instruction_set: int,
) -> tuple[float, float]: ...
