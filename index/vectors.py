"""What a vector must be (pure)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_TOLERANCE = 1e-3

Vectors = npt.NDArray[np.float32]


def is_sound(vectors: Vectors, dimension: int) -> bool:
    """Whether one vector, or each of several, has this dimension, finite numbers and unit length."""
    if vectors.shape[-1:] != (dimension,) or not np.isfinite(vectors).all():
        return False
    return bool((np.abs(np.linalg.norm(vectors, axis=-1) - 1.0) <= _TOLERANCE).all())
