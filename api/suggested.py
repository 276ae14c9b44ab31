"""Suggested questions that the program was seen to answer: made from the documents, then tried."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import anyio.to_thread
from fastapi import Request

from api.errors import ApiError
from api.service import Service
from index.library import Library
from index.types import Revision
from qa.errors import AskError
from qa.suggestions import Suggestion, in_turn, suggest
from qa.types import Answer, Question, Status

NEWEST_DOCUMENTS = 6
_MAX_TRIALS = 12
_TRYING_SECONDS = 4.0
_REMEMBERED = 5000

Key = TypeVar("Key")
Value = TypeVar("Value")


class Suggested(NamedTuple):
    """A question, and the revision that answers it."""

    question: str
    revision: Revision


class Suggester:
    """Remembers what it made of each revision and how each trial ended, so that most calls cost nothing."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[str, int], list[Suggestion]] = OrderedDict()
        self._trials: OrderedDict[tuple[str, int, str, bool], bool] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def suggest(
        self, service: Service, request: Request, limit: int, document_ids: Sequence[str] | None
    ) -> list[Suggested]:
        """Up to `limit` questions from these documents, or from the newest, each document in turn.

        Fewer when the documents hold no more, and while there was no time to try them. Raises UnknownDocument.
        """
        library = service.ready().library
        revisions = await anyio.to_thread.run_sync(_revisions, library, document_ids)
        async with self._one_at_a_time:
            lists = [await self._suggestions(library, revision) for revision in revisions]
            return await self._tried(service, request, limit, document_ids, revisions, lists)

    async def _tried(
        self,
        service: Service,
        request: Request,
        limit: int,
        document_ids: Sequence[str] | None,
        revisions: Sequence[Revision],
        lists: Sequence[Sequence[Suggestion]],
    ) -> list[Suggested]:
        good: list[Suggested] = []
        trials, deadline = 0, time.monotonic() + _TRYING_SECONDS
        for number, suggestion in in_turn(lists):
            if len(good) == limit:
                break
            revision = revisions[number]
            key = (revision.document_id, revision.number, suggestion.question, document_ids is None)
            is_good = self._trials.get(key)
            if is_good is None:
                if trials == _MAX_TRIALS or time.monotonic() > deadline:
                    break
                trials += 1
                try:
                    is_good = await _is_answered(service, request, suggestion, revision, document_ids)
                except ApiError:  # too much to do: what is good already will have to be enough
                    break
                _remember(self._trials, key, is_good)
            if is_good and all(suggestion.question != other.question for other in good):
                good.append(Suggested(suggestion.question, revision))
        return good

    async def _suggestions(self, library: Library, revision: Revision) -> list[Suggestion]:
        key = (revision.document_id, revision.number)
        if key not in self._made:
            document = await anyio.to_thread.run_sync(library.document, *key)
            _remember(self._made, key, await anyio.to_thread.run_sync(suggest, document))
        return self._made[key]


def _revisions(library: Library, document_ids: Sequence[str] | None) -> list[Revision]:
    if document_ids is None:
        summaries, _ = library.summaries(NEWEST_DOCUMENTS)
    else:
        summaries = [library.summary(document_id) for document_id in dict.fromkeys(document_ids)]
    return [summary.revision for summary in summaries]


async def _is_answered(
    service: Service, request: Request, suggestion: Suggestion, revision: Revision, document_ids: Sequence[str] | None
) -> bool:
    question = Question(suggestion.question, None if document_ids is None else tuple(document_ids))
    try:
        answer = await service.ask(question).work.result_unless_gone(request)
    except AskError:
        return False
    return _answers(answer, suggestion, revision)


def _answers(answer: Answer, suggestion: Suggestion, revision: Revision) -> bool:
    """Whether the answer stands where the question came from."""
    return answer.status is Status.ANSWERED and any(
        citation.revision.document_id == revision.document_id
        and citation.start < suggestion.end
        and suggestion.start < citation.end
        for citation in answer.citations
    )


def _remember(memory: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    memory[key] = value
    while len(memory) > _REMEMBERED:
        memory.popitem(last=False)
