"""Windows as the reader meets them in use: the service's own passages, with the title and heading above them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from transformers import PreTrainedTokenizerFast

from index.chunking import ChunkingPlan, chunk
from index.lexical import Bm25Index, best_items
from index.text import plain_form, search_tokens
from index.types import Passage
from qa.read import QUESTION_SHARE, with_headings
from qa.training.examples import Example
from qa.training.features import Feature, WindowMaker
from qa.training.written import LIST, YES_NO, WrittenDocument, WrittenQuestion

_WINDOW = 320
_LONGEST_LIST = 60
_CANDIDATES = 3
_VERDICTS = {"YES": "是", "NO": "否"}


@dataclass(frozen=True, slots=True)
class Shares:
    """How often: a window is widened by its neighbours, keeps its headings, gives wrong passages besides."""

    widened: float = 0.3
    headings: float = 0.85
    same_document: float = 0.6
    other_document: float = 0.15


class ServiceWindows:
    """Makes windows of written documents, which all together are one library."""

    def __init__(
        self,
        documents: Sequence[WrittenDocument],
        tokenizer: PreTrainedTokenizerFast,
        chance: random.Random,
        shares: Shares | None = None,
    ) -> None:
        self._documents = documents
        self._chance = chance
        self._shares = shares or Shares()
        self._maker = WindowMaker(tokenizer, _WINDOW, _WINDOW, chance, int(_WINDOW * QUESTION_SHARE))
        self._passages = [passage for written in documents for passage in chunk(written.document, ChunkingPlan())]
        self._index = Bm25Index([search_tokens(passage.text) for passage in self._passages])

    def spans(self) -> list[Feature]:
        """The passage with the answer for each question that has one, and wrong passages; not of yes/no questions."""
        return self._features(lambda question: question.type != YES_NO)

    def verdicts(self) -> list[Feature]:
        """The same of the yes/no questions."""
        return self._features(lambda question: question.type == YES_NO)

    def _features(self, wanted: Callable[[WrittenQuestion], bool]) -> list[Feature]:
        asked = ((written, question) for written in self._documents for question in written.questions)
        found = (self._of(written, question) for written, question in asked if wanted(question))
        return [feature for windows in found for feature in windows if feature is not None]

    def _of(self, written: WrittenDocument, question: WrittenQuestion) -> Iterator[Feature | None]:
        revision = written.document.revision
        scores = self._index.scores(search_tokens(question.question))
        ranked = [self._passages[number] for number in best_items(scores, len(self._passages))]
        own = [p for p in ranked if p.revision == revision and not _answers(p, question, written)]
        if not question.spans:
            yield from (self._window(question, passage, None, written) for passage in own[:2])
            return
        start, end = _target(question, written.document.text)
        right = [p for p in ranked if p.revision == revision and p.start <= start and end <= p.end]
        if right:
            yield self._window(question, self._chance.choice(right), (start, end), written)
        if own and self._chance.random() < self._shares.same_document:
            yield self._window(question, self._chance.choice(own[:_CANDIDATES]), None, written)
        other = [p for p in ranked[: 4 * _CANDIDATES] if p.revision != revision]
        if other and self._chance.random() < self._shares.other_document:
            yield self._window(question, self._chance.choice(other[:_CANDIDATES]), None, written)

    def _window(
        self, question: WrittenQuestion, passage: Passage, span: tuple[int, int] | None, written: WrittenDocument
    ) -> Feature | None:
        asked = plain_form(question.question)
        if self._chance.random() < self._shares.headings:
            asked = with_headings(asked, passage)
        start, text = passage.start, passage.text
        if passage.revision == written.document.revision and self._chance.random() < self._shares.widened:
            begin, stop = self._widened(passage)
            wider = replace(passage, start=begin, end=stop, text=written.document.text[begin:stop])
            if span is not None or not _answers(wider, question, written):
                start, text = begin, wider.text
        if question.type == YES_NO:
            verdict = "" if span is None else _VERDICTS[question.verdict]
            return self._maker.verdict(asked, text, verdict, 0 if span is None else span[1] - start)
        if span is None:
            return self._maker.of_other_text(asked, text)
        answer = written.document.text[span[0] : span[1]]
        return self._maker.around_answer(Example("", "", text, asked, answer, span[0] - start))

    def _widened(self, passage: Passage) -> tuple[int, int]:
        """From the start of the passage before to the end of the one after, or one of both."""
        place = self._passages.index(passage)
        before, after = self._chance.choice(((1, 1), (1, 0), (0, 1)))
        near = self._passages[max(0, place - before) : place + after + 1]
        near = [other for other in near if other.revision == passage.revision]
        return near[0].start, near[-1].end


def _answers(passage: Passage, question: WrittenQuestion, written: WrittenDocument) -> bool:
    """Whether the passage holds a part of the answer, or the same text elsewhere."""
    texts = (written.document.text[start:end] for start, end in question.spans)
    touched = any(start < passage.end and passage.start < end for start, end in question.spans)
    return touched or any(text in passage.text for text in texts)


def _target(question: WrittenQuestion, text: str) -> tuple[int, int]:
    """What the reader shall point at: of a list the whole row of items, or the first when they stand apart."""
    first, last = question.spans[0], question.spans[-1]
    is_row = first[0] < last[1] <= first[0] + _LONGEST_LIST and "\n" not in text[first[0] : last[1]]
    return (first[0], last[1]) if question.type == LIST and is_row else first
