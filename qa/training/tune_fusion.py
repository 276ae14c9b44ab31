"""How much BM25 should weigh against the cosine: recall on development sets, for several weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.dense import FaissIndex
from index.hybrid import HybridIndex
from index.lexical import Bm25Index
from index.ports import Encoder
from index.text import search_tokens
from qa.training.examples import Example

WEIGHTS = (0.0, 0.001, 0.002, 0.003, 0.004, 0.005, 0.007, 0.01, 0.02)


@dataclass(frozen=True, slots=True)
class Found:
    """Shares of questions whose context came first, and among the first five."""

    weight: float
    recall_at_1: float
    recall_at_5: float


def tune(examples: Sequence[Example], encoder: Encoder, weights: Sequence[float] = WEIGHTS) -> list[Found]:
    """Rank all contexts of `examples` for each answerable question, with each weight."""
    contexts = list(dict.fromkeys(example.context for example in examples))
    numbers = {context: number for number, context in enumerate(contexts)}
    dense = FaissIndex(encoder.encode(contexts))
    lexical = Bm25Index([search_tokens(context) for context in contexts])
    ranks: dict[float, list[int]] = {weight: [] for weight in weights}
    for example in examples:
        if example.start is None:
            continue
        vector, tokens = encoder.encode_question(example.question), search_tokens(example.question)
        for weight in weights:
            items = [found.item for found in HybridIndex(dense, lexical, weight).search(vector, tokens)]
            wanted = numbers[example.context]
            ranks[weight].append(items.index(wanted) if wanted in items else len(contexts))
    return [
        Found(weight, float(np.mean(np.array(found) < 1)), float(np.mean(np.array(found) < 5)))
        for weight, found in ranks.items()
    ]
