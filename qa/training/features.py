"""Examples → token windows with start and end positions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from transformers import PreTrainedTokenizerFast

from qa.read import VERDICTS
from qa.training.examples import Example

_SHORTEST_NEGATIVE = 40
UNKNOWN = 3
"""The unknown token; the special tokens are those up to it."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One window: token ids, token types, and the answer's first and last token (0 and 0: no answer here)."""

    input_ids: tuple[int, ...]
    token_type_ids: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WindowMaker:
    """Cuts training windows of at most `shortest` to `longest` tokens, drawn anew for each window.

    A reader that has only seen windows of one length reads longer ones badly: positions it was never trained on.
    """

    tokenizer: PreTrainedTokenizerFast
    shortest: int
    longest: int
    chance: random.Random
    max_question_tokens: int = 64

    def around_answer(self, example: Example) -> Feature | None:
        """A window that holds the answer at a random place; None when the answer fits no token boundary or window."""
        ids, offsets = self._context(example.context)
        question, room = self._question_and_room(example.question)
        if example.start is None:
            return self._window(question, ids[:room], 0, None)
        span = _token_span(offsets, example.start, example.start + len(example.answer))
        if span is None or span[1] - span[0] >= room:
            return None
        lowest = max(0, span[1] + 1 - room)
        highest = min(span[0], max(0, len(ids) - room))
        first = self.chance.randint(min(lowest, highest), max(lowest, highest))
        return self._window(question, ids[first : first + room], first, span)

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
        text = example.context[offsets[lower][0] : offsets[upper - 1][1]] if lower < upper else ""
        if upper - lower < _SHORTEST_NEGATIVE or example.answer in text:
            return None
        question, room = self._question_and_room(example.question)
        return self._window(question, ids[lower:upper][:room], 0, None)

    def of_other_text(self, question: str, text: str) -> Feature:
        """A window of a text that does not answer the question."""
        question_ids, room = self._question_and_room(question)
        return self._window(question_ids, self._context(text)[0][:room], 0, None)

    def verdict(self, question: str, text: str, verdict: str, evidence_end: int) -> Feature | None:
        """A window of a yes/no question, with 是 and 否 put before the text.

        The start points at the `verdict` (是, 否, or empty: neither), the end at the end of what settles it. None when
        that lies beyond the window.
        """
        context = VERDICTS + text
        ids, offsets = self._context(context)
        question_ids, room = self._question_and_room(question)
        if not verdict:
            return self._window(question_ids, ids[:room], 0, None)
        place = VERDICTS.index(verdict)
        end = _token_span(offsets, place, len(VERDICTS) + evidence_end)
        return None if end is None or end[1] >= room else self._window(question_ids, ids[:room], 0, end)

    def _context(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoded = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return encoded["input_ids"], encoded["offset_mapping"]

    def _question_and_room(self, question: str) -> tuple[list[int], int]:
        ids: list[int] = self.tokenizer(question, add_special_tokens=False)["input_ids"]
        ids = ids[: self.max_question_tokens]
        return ids, self.chance.randint(self.shortest, self.longest) - len(ids) - 4

    def _window(
        self, question_ids: Sequence[int], context_ids: Sequence[int], first: int, span: tuple[int, int] | None
    ) -> Feature:
        begin, end = self.tokenizer.bos_token_id, self.tokenizer.eos_token_id
        input_ids = [begin, *question_ids, end, end, *context_ids, end]
        shift = len(question_ids) + 3
        types = [0] * (shift - 1) + [1] * (len(input_ids) - shift + 1)
        start, stop = (0, 0) if span is None else (span[0] - first + shift, span[1] - first + shift)
        return Feature(tuple(input_ids), tuple(types), start, stop)


def with_noise(feature: Feature, share: float, chance: random.Random) -> Feature:
    """`feature` with a share of its words replaced: half by the unknown token, half by another token of the window.

    Never the answer, the token on either side of it, or a special token. A small reader that sees the same questions
    for many epochs learns them by heart; noise makes every epoch another one. Source of the idea: the masking of
    Devlin et al., "BERT", 2019, used in fine-tuning as word dropout, Iyyer et al., "Deep Unordered Composition", 2015.
    """
    ids = list(feature.input_ids)
    kept = set(range(feature.start - 1, feature.end + 2)) if feature.start else set()
    places = [place for place, token in enumerate(ids) if token > UNKNOWN and place not in kept]
    for place in chance.sample(places, round(len(places) * share)):
        ids[place] = UNKNOWN if chance.random() < 0.5 else ids[chance.choice(places)]
    return replace(feature, input_ids=tuple(ids))


def _token_span(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """First and last token that together cover exactly the characters start..end, or None."""
    first = next((i for i, (begin, stop) in enumerate(offsets) if begin == start and stop > begin), None)
    last = next((i for i in range(len(offsets) - 1, -1, -1) if offsets[i][1] == end and offsets[i][0] < end), None)
    return None if first is None or last is None or last < first else (first, last)


def make_features(
    examples: Sequence[Example],
    maker: WindowMaker,
    negative_share: float,
    wrong_passages: Callable[[Example], Sequence[str]],
) -> list[Feature]:
    """One window with the answer per example, and for a share of the answerable ones a second without it.

    Half of those are cut from the same context, half are among the best three of `wrong_passages(example)`.
    """
    chance = maker.chance
    features: list[Feature] = []
    for example in examples:
        positive = maker.around_answer(example)
        if positive is not None:
            features.append(positive)
        if example.start is None or chance.random() >= negative_share:
            continue
        negative = maker.without_answer(example) if chance.random() < 0.5 else None
        wrong = [] if negative is not None else wrong_passages(example)[:3]
        if wrong:
            negative = maker.of_other_text(example.question, chance.choice(wrong))
        if negative is not None:
            features.append(negative)
    return features
