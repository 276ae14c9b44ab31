"""Passages → windows of tokens → start, end and no-answer scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from index.types import Hit
from qa.types import Reading, Window

Scores = npt.NDArray[np.float32]


class SpanModel(Protocol):
    """An extractive question-answering model in the way of SQuAD 2.0.

    `tokenizer` makes question and passage one sequence; `max_length` is the longest one that the model reads well.
    """

    tokenizer: Tokenizer
    max_length: int

    def scores(self, window: Encoding) -> tuple[Scores, Scores]:
        """Start and end logits of one sequence, each (tokens,); those of the first token mean "no answer"."""
        ...


class WindowReader:
    """Reads passages with a `SpanModel`, long ones in windows that overlap by a third."""

    def __init__(self, model: SpanModel, max_length: int = 384) -> None:
        """Windows hold at most `max_length` tokens, or the model's own limit.

        A reader trained on short windows is far worse on long ones.
        """
        self._model = model
        self._max_length = min(max_length, model.max_length)
        self._tokenizer = model.tokenizer
        # A copy that cuts nothing: the other one refuses to cut a question that comes without a passage.
        self._plain_tokenizer = Tokenizer.from_str(model.tokenizer.to_str())
        self._plain_tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._max_length, stride=self._max_length // 3, strategy="only_second")

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """One reading per hit, in the same order."""
        shortened = self._shortened(question)
        return [Reading(hit, tuple(self._windows(shortened, hit.passage.text))) for hit in hits]

    def _windows(self, question: str, text: str) -> list[Window]:
        encoding = self._tokenizer.encode(question, text)
        return [self._window(window) for window in (encoding, *encoding.overflowing)]

    def _window(self, window: Encoding) -> Window:
        starts, ends = self._model.scores(window)
        tokens = [
            position
            for position, sequence in enumerate(window.sequence_ids)
            if sequence == 1 and window.offsets[position][1] > window.offsets[position][0]
        ]
        return Window(
            start_scores=starts[tokens],
            end_scores=ends[tokens],
            offsets=np.array([window.offsets[position] for position in tokens], dtype=np.int64).reshape(-1, 2),
            no_answer_score=float(starts[0] + ends[0]),
        )

    def _shortened(self, question: str) -> str:
        """The question, cut to a third of a window, so that most of it is left to the passage."""
        offsets = self._plain_tokenizer.encode(question, add_special_tokens=False).offsets
        limit = self._max_length // 3
        return question if len(offsets) <= limit else question[: offsets[limit - 1][1]]
