"""What readers think of the answers, in SQLite."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from index.database import Database, now


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reader's opinion of one message: `rating` is "up" or "down"; `created_at` is ISO 8601, UTC."""

    message_id: str
    rating: str
    reason: str | None = None
    text: str | None = None
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class RatedMessage:
    """Feedback with the question and the whole reply (`response`, in JSON) that it is about."""

    feedback: Feedback
    conversation_id: str
    question: str
    response: str


class FeedbackStore:
    """The feedback of one database: at most one for each message, and only of the messages of the same owner.

    Every method may be called from any thread, and raises CatalogueError when the database cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, feedback: Feedback, owner: str = "") -> Feedback | None:
        """Store feedback, with the present time, in place of what the message had.

        None, and nothing stored, when the owner has no such message.
        """
        time = now()
        with self._database.transaction(write=True) as database:
            if not _has_message(database, feedback.message_id, owner):
                return None
            database.execute(
                "INSERT OR REPLACE INTO feedback (message_id, rating, reason, text, created_at) VALUES (?, ?, ?, ?, ?)",
                (feedback.message_id, feedback.rating, feedback.reason, feedback.text, time),
            )
        return Feedback(feedback.message_id, feedback.rating, feedback.reason, feedback.text, time)

    def remove(self, message_id: str, owner: str = "") -> bool:
        """Take back the feedback of a message, if it has any; False when the owner has no such message."""
        with self._database.transaction(write=True) as database:
            if not _has_message(database, message_id, owner):
                return False
            database.execute("DELETE FROM feedback WHERE message_id = ?", (message_id,))
        return True

    def list(
        self, limit: int, offset: int = 0, rating: str | None = None, owner: str | None = ""
    ) -> tuple[list[RatedMessage], int]:
        """One page of the feedback, newest first, with what it is about, and how much there is in all.

        With `rating` only the feedback of that rating; without an `owner` that of all of them.
        """
        with self._database.transaction() as database:
            (total,) = database.execute(_COUNT, (owner, owner, rating, rating)).fetchone()
            rows = database.execute(_PAGE, (owner, owner, rating, rating, limit, offset)).fetchall()
        return [_rated_message(row) for row in rows], total


_COUNT = """
SELECT COUNT(*) FROM feedback
JOIN messages ON messages.id = message_id
JOIN conversations ON conversations.id = conversation_id
WHERE (? IS NULL OR owner = ?) AND (? IS NULL OR rating = ?)
"""
_PAGE = """
SELECT feedback.*, conversation_id, question, response FROM feedback
JOIN messages ON messages.id = message_id
JOIN conversations ON conversations.id = conversation_id
WHERE (? IS NULL OR owner = ?) AND (? IS NULL OR rating = ?)
ORDER BY feedback.created_at DESC, feedback.rowid DESC LIMIT ? OFFSET ?
"""
_OWNED_MESSAGE = """
SELECT 1 FROM messages JOIN conversations ON conversations.id = conversation_id WHERE owner = ? AND messages.id = ?
"""


def _has_message(database: sqlite3.Connection, message_id: str, owner: str) -> bool:
    return database.execute(_OWNED_MESSAGE, (owner, message_id)).fetchone() is not None


def _rated_message(row: sqlite3.Row) -> RatedMessage:
    feedback = Feedback(row["message_id"], row["rating"], row["reason"], row["text"], row["created_at"])
    return RatedMessage(feedback, row["conversation_id"], row["question"], row["response"])
