"""Passages → vectors, in batches of about one length, encoding nothing that is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from index.chunking import retrieval_text
from index.ports import Encoder
from index.types import Passage

_BATCH = 32

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with (passages encoded, passages in all)."""


def embed(
    passages: Sequence[Passage],
    encoder: Encoder,
    known: dict[str, Vectors] | None = None,
    progress: Progress | None = None,
) -> Vectors:
    """Vectors of the passages, float32 (passages, dimension).

    `known` holds vectors by retrieval text; those that are made are put into it.
    """
    made = {} if known is None else known
    texts = [retrieval_text(passage) for passage in passages]
    # A batch costs as much as its longest text for each, so texts of one length belong together.
    wanted = sorted({text for text in texts if text not in made}, key=lambda text: (len(text), text))
    times = _counts(texts)
    done = sum(count for text, count in times.items() if text in made)
    for begin in range(0, len(wanted), _BATCH):
        batch = wanted[begin : begin + _BATCH]
        made.update(zip(batch, encoder.encode(batch), strict=True))
        done += sum(times[text] for text in batch)
        if progress is not None:
            progress(done, len(texts))
    if progress is not None and not wanted:
        progress(len(texts), len(texts))
    vectors = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    for row, text in enumerate(texts):
        vectors[row] = made[text]
    return vectors


def _counts(texts: Sequence[str]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return counts
