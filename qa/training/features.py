"""Examples → token windows with start and end positions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerFast

from qa.training.examples import Example


@dataclass(frozen=True, slots=True)
class Feature:
    """One window: token ids, token types, and the answer's first and last token (0 and 0: no answer here)."""

    input_ids: tuple[int, ...]
    token_type_ids: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WindowMaker:
    """Cuts training windows of at most `max_length` tokens."""

    tokenizer: PreTrainedTokenizerFast
    max_length: int
    max_question_tokens: int = 64

    def around_answer(self, example: Example, chance: random.Random) -> Feature | None:
        """A window that holds the answer at a random place; None when the answer fits no token boundary or window."""
        ids, offsets = self._context(example.context)
        if example.start is None:
            return self._window(example.question, ids, 0, None)
        span = _token_span(offsets, example.start, example.start + len(example.answer))
        room = self._room(example.question)
        if span is None or span[1] - span[0] >= room:
            return None
        lowest = max(0, span[1] + 1 - room)
        highest = min(span[0], max(0, len(ids) - room))
        first = chance.randint(min(lowest, highest), max(lowest, highest))
        return self._window(example.question, ids, first, span)

    def without_answer(self, example: Example) -> Feature | None:
        """A window of the same context that ends before the answer or starts after it; None when there is no room."""
        if example.start is None:
            return None
        ids, offsets = self._context(example.context)
        span = _token_span(offsets, example.start, example.start + len(example.answer))
        if span is None:
            return None
        before, after = (0, span[0]), (span[1] + 1, len(ids))
        lower, upper = max((before, after), key=lambda part: part[1] - part[0])
        if upper - lower < 40 or example.answer in example.context[offsets[lower][0] : offsets[upper - 1][1]]:
            return None
        return self._window(example.question, ids[lower:upper], 0, None)

    def of_other_context(self, question: str, context: str) -> Feature:
        """A window of a context that does not answer the question."""
        ids, _ = self._context(context)
        return self._window(question, ids, 0, None)

    def _context(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoded = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return encoded["input_ids"], encoded["offset_mapping"]

    def _question(self, question: str) -> list[int]:
        ids: list[int] = self.tokenizer(question, add_special_tokens=False)["input_ids"]
        return ids[: self.max_question_tokens]

    def _room(self, question: str) -> int:
        return self.max_length - len(self._question(question)) - 4

    def _window(self, question: str, ids: Sequence[int], first: int, span: tuple[int, int] | None) -> Feature:
        question_ids = self._question(question)
        context_ids = ids[first : first + self._room(question)]
        begin, end = self.tokenizer.bos_token_id, self.tokenizer.eos_token_id
        input_ids = [begin, *question_ids, end, end, *context_ids, end]
        shift = len(question_ids) + 3
        types = [0] * (shift - 1) + [1] * (len(input_ids) - shift + 1)
        start, stop = (0, 0) if span is None else (span[0] - first + shift, span[1] - first + shift)
        return Feature(tuple(input_ids), tuple(types), start, stop)


def _token_span(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """First and last token that together cover exactly the characters start..end, or None."""
    first = next((i for i, (begin, stop) in enumerate(offsets) if begin == start and stop > begin), None)
    last = next((i for i in range(len(offsets) - 1, -1, -1) if offsets[i][1] == end and offsets[i][0] < end), None)
    return None if first is None or last is None or last < first else (first, last)


def make_features(
    examples: Sequence[Example],
    maker: WindowMaker,
    negative_share: float,
    chance: random.Random,
    *,
    same_title: bool = False,
) -> list[Feature]:
    """One window with the answer per example, and for a share of them one without it.

    Half of the negatives are cut from the same context, half from the context of another example; with `same_title`
    that is one of the same article wherever it has another context, which makes near misses.
    """
    relatives: dict[str, list[Example]] = {}
    for example in examples if same_title else ():
        relatives.setdefault(example.title, []).append(example)
    features: list[Feature] = []
    for example in examples:
        positive = maker.around_answer(example, chance)
        if positive is not None:
            features.append(positive)
        if example.start is None or chance.random() >= negative_share:
            continue
        negative = maker.without_answer(example) if chance.random() < 0.5 else None
        if negative is None:
            near = [other for other in relatives.get(example.title, ()) if other.context != example.context]
            other = chance.choice(near or examples)
            if example.answer in other.context:
                continue
            negative = maker.of_other_context(example.question, other.context)
        features.append(negative)
    return features
