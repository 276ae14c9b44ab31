"""Passages → windows of tokens → start, end and no-answer scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from index.types import Hit, Passage
from qa.types import Reading, VerdictReading, Window

Scores = npt.NDArray[np.float32]


class SpanModel(Protocol):
    """An extractive question-answering model in the way of SQuAD 2.0.

    `tokenizer` makes question and passage one sequence; `max_length` is the longest one that the model reads well.
    `is_ours` says that `qa.training` made it: it takes headings after the question, and it points at 是 or 否.
    """

    tokenizer: Tokenizer
    max_length: int
    is_ours: bool

    def scores(self, window: Encoding) -> tuple[Scores, Scores]:
        """Start and end logits of one sequence, each (tokens,); those of the first token mean "no answer"."""
        ...


OURS = "trained_by_wenqu"
"""In the config.json of a model that `qa.training` made."""
VERDICTS = "是。否。"
"""Stands before a passage that a yes/no question is asked of: the start points at 是 or 否, the end at its grounds."""
QUESTION_SHARE = 0.4
"""Of a window at most, for the question and the headings."""
HEADING_CHARACTERS = 30
"""As much is read of the title and of a heading."""


def with_headings(question: str, passage: Passage) -> str:
    """The question, followed by the title of the passage's document and the nearest heading above it.

    Neither is part of the passage, so that neither can be quoted; but they say what "the product" or "this year" is.
    """
    above = dict.fromkeys((passage.revision.title, *passage.headings[-1:]))
    return " | ".join([question, *(heading[:HEADING_CHARACTERS] for heading in above if heading)])


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

    @property
    def judges(self) -> bool:
        """Whether it tells what 是 or 否 answers."""
        return self._model.is_ours

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """One reading per hit, in the same order."""
        return [Reading(hit, tuple(self._windows(self._asked(question, hit), hit.passage.text))) for hit in hits]

    def judge(self, question: str, hits: Sequence[Hit]) -> list[VerdictReading]:
        """One reading per hit of a question that 是 or 否 answers; none at all when the model was not trained to."""
        if not self._model.is_ours:
            return []
        return [self._judged(self._asked(question, hit), hit) for hit in hits]

    def _judged(self, question: str, hit: Hit) -> VerdictReading:
        """Of a passage longer than a window the part that says most."""
        text = hit.passage.text
        readings = [self._judged_part(question, hit, begin, end) for begin, end in self._parts(question, text)]
        return max(readings, key=lambda reading: max(reading.yes, reading.no))

    def _parts(self, question: str, text: str) -> list[tuple[int, int]]:
        """The stretches of `text` that are read at once, together with 是 and 否."""
        windows = [window.offsets for window in self._windows(question, VERDICTS + text)]
        bounds = [(int(offsets[0, 0]), int(offsets[-1, 1])) for offsets in windows if len(offsets)]
        return [(max(0, begin - len(VERDICTS)), end - len(VERDICTS)) for begin, end in bounds]

    def _judged_part(self, question: str, hit: Hit, begin: int, end: int) -> VerdictReading:
        text = VERDICTS + hit.passage.text[begin:end]
        window = self._windows(question, text)[0]
        null_start, null_end = window.no_answer_start, window.no_answer_score - window.no_answer_start
        begins = window.offsets[:, 0].tolist()
        yes, no = (float(window.start_scores[begins.index(VERDICTS.index(word))]) - null_start for word in "是否")
        grounds = [
            (float(score), int(stop))
            for score, (first, stop) in zip(window.end_scores, window.offsets, strict=True)
            if first >= len(VERDICTS) and not text[first:stop].isspace()
        ]
        score, stop = max(grounds, default=(-np.inf, len(VERDICTS)))
        return VerdictReading(hit, yes, no, score - null_end, hit.passage.start + begin + stop - len(VERDICTS))

    def _asked(self, question: str, hit: Hit) -> str:
        """What stands before the passage, cut so that most of a window is left to that."""
        if self._model.is_ours:
            return self._cut(with_headings(question, hit.passage), QUESTION_SHARE)
        return self._cut(question, 1 / 3)

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
            no_answer_start=float(starts[0]),
        )

    def _cut(self, question: str, share: float) -> str:
        offsets = self._plain_tokenizer.encode(question, add_special_tokens=False).offsets
        limit = int(self._max_length * share)
        return question if len(offsets) <= limit else question[: offsets[limit - 1][1]]
