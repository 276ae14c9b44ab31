"""What the pipeline needs from others; any class with these methods will do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from index.types import Document, Hit
from qa.types import Answer, Question, Reading, VerdictReading

Retrieved = Callable[[Sequence[Hit], str], None]
"""Told the passages that will be read, and the question as understood."""


class Retriever(Protocol):
    """Finds passages."""

    @property
    def generation(self) -> int:
        """Counts up with every change of what can be found."""
        ...

    def search(self, question: str, top_k: int, document_ids: Sequence[str] | None = None) -> list[Hit]:
        """At most `top_k` passages that resemble the question, best first."""
        ...

    def document(self, document_id: str, revision: int | None = None) -> Document:
        """The whole text that a passage is part of."""
        ...


class Reader(Protocol):
    """Reads passages for an answer."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """One reading per hit, in the same order."""
        ...

    def judge(self, question: str, hits: Sequence[Hit]) -> list[VerdictReading]:
        """One reading per hit, in the same order, of a yes/no question; empty when the reader cannot tell."""
        ...


class Answerer(Protocol):
    """All that the API and the evaluation see."""

    def ask(self, question: Question, retrieved: Retrieved | None = None) -> Answer:
        """Answer from the documents, or say that they do not. Raises an AskError for a bad question.

        `retrieved` is called once, in the same thread, as soon as the passages are found.
        """
        ...
