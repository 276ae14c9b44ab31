"""What was asked and answered, conversation by conversation, in SQLite."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from index.database import Database, now
from index.feedback import Feedback

MAX_TITLE_CHARACTERS = 40
_ALL = -1


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as a list shows it. `messages` is how many questions it holds; times are ISO 8601, UTC."""

    id: str
    title: str
    messages: int
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Message:
    """A question and what it got: `understood` is the question as it was searched for, `answer` None without one.

    `response` is the whole reply, in JSON, as the one who asked got it.
    """

    id: str
    conversation_id: str
    question: str
    understood: str
    answer: str | None
    response: str
    created_at: str = ""
    feedback: Feedback | None = None


class Conversations:
    """The conversations of one database. Each has an owner, "" where nobody is told apart: others do not find it.

    Every method may be called from any thread, and raises CatalogueError when the database cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, message: Message, owner: str = "") -> bool:
        """Store a message at the end of its conversation, which begins with it if it is new.

        False, and nothing stored, when the conversation is another owner's.
        """
        time = now()
        title = shortened(message.question)
        with self._database.transaction(write=True) as database:
            database.execute(
                "INSERT INTO conversations (id, title, owner, created_at, updated_at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at WHERE owner = excluded.owner",
                (message.conversation_id, title, owner, time, time),
            )
            if _owner(database, message.conversation_id) != owner:
                return False
            database.execute(
                "INSERT INTO messages (id, conversation_id, question, understood, answer, response, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    message.id,
                    message.conversation_id,
                    message.question,
                    message.understood,
                    message.answer,
                    message.response,
                    time,
                ),
            )
        return True

    def last_messages(self, conversation_id: str, limit: int, owner: str = "") -> tuple[Message, ...] | None:
        """The last `limit` messages, oldest first; none for a conversation that is new, None for another owner's."""
        with self._database.transaction() as database:
            found = _owner(database, conversation_id)
            if found is None:
                return ()
            if found != owner:
                return None
            rows = database.execute(_LAST_MESSAGES, (conversation_id, limit)).fetchall()
        return tuple(_message(row) for row in reversed(rows))

    def get(self, conversation_id: str, owner: str = "") -> tuple[Conversation, tuple[Message, ...]] | None:
        """A conversation and its messages, oldest first; None when the owner has none of this id."""
        with self._database.transaction() as database:
            row = database.execute(_CONVERSATION, (owner, conversation_id)).fetchone()
            if row is None:
                return None
            rows = database.execute(_LAST_MESSAGES, (conversation_id, _ALL)).fetchall()
        return _conversation(row), tuple(_message(message) for message in reversed(rows))

    def list(
        self, limit: int, offset: int = 0, text: str | None = None, owner: str = ""
    ) -> tuple[list[Conversation], int]:
        """One page of the owner's conversations, the last used first, and how many there are in all.

        With `text` only those whose title, questions or answers contain it; the case of ASCII letters is ignored.
        """
        values = {"owner": owner, "pattern": _pattern(text) if text else None, "limit": limit, "offset": offset}
        with self._database.transaction() as database:
            (total,) = database.execute(_COUNT, values).fetchone()
            rows = database.execute(_PAGE, values).fetchall()
        return [_conversation(row) for row in rows], total

    def rename(self, conversation_id: str, title: str, owner: str = "") -> Conversation | None:
        """Give a conversation another title; None when the owner has none of this id."""
        with self._database.transaction(write=True) as database:
            database.execute(
                "UPDATE conversations SET title = ? WHERE owner = ? AND id = ?", (title, owner, conversation_id)
            )
            row = database.execute(_CONVERSATION, (owner, conversation_id)).fetchone()
        return None if row is None else _conversation(row)

    def remove(self, conversation_id: str, owner: str = "") -> bool:
        """Delete a conversation with its messages and their feedback for good; False when there is none of this id."""
        with self._database.transaction(write=True) as database:
            found = database.execute("DELETE FROM conversations WHERE owner = ? AND id = ?", (owner, conversation_id))
            return found.rowcount > 0


def shortened(question: str) -> str:
    """A question as a title: on one line, at most MAX_TITLE_CHARACTERS characters, "…" for what is left out."""
    title = " ".join(question.split())
    return title if len(title) <= MAX_TITLE_CHARACTERS else title[: MAX_TITLE_CHARACTERS - 1].rstrip() + "…"


_CONVERSATION = """
SELECT conversations.*, (SELECT COUNT(*) FROM messages WHERE conversation_id = conversations.id) AS messages
FROM conversations WHERE owner = ? AND id = ?
"""
_COUNT = """
SELECT COUNT(*) FROM conversations
WHERE owner = :owner AND (:pattern IS NULL OR title LIKE :pattern ESCAPE '\\' OR EXISTS (
    SELECT 1 FROM messages WHERE conversation_id = conversations.id
    AND (question LIKE :pattern ESCAPE '\\' OR answer LIKE :pattern ESCAPE '\\')
))
"""
_PAGE = """
SELECT conversations.*, (SELECT COUNT(*) FROM messages WHERE conversation_id = conversations.id) AS messages
FROM conversations
WHERE owner = :owner AND (:pattern IS NULL OR title LIKE :pattern ESCAPE '\\' OR EXISTS (
    SELECT 1 FROM messages WHERE conversation_id = conversations.id
    AND (question LIKE :pattern ESCAPE '\\' OR answer LIKE :pattern ESCAPE '\\')
))
ORDER BY updated_at DESC, rowid DESC LIMIT :limit OFFSET :offset
"""
_LAST_MESSAGES = """
SELECT messages.*, rating, reason, feedback.text AS comment, feedback.created_at AS rated_at
FROM messages LEFT JOIN feedback ON message_id = messages.id
WHERE conversation_id = ? ORDER BY messages.created_at DESC, messages.rowid DESC LIMIT ?
"""


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _owner(database: sqlite3.Connection, conversation_id: str) -> str | None:
    row = database.execute("SELECT owner FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    return None if row is None else str(row["owner"])


def _conversation(row: sqlite3.Row) -> Conversation:
    return Conversation(row["id"], row["title"], row["messages"], row["created_at"], row["updated_at"])


def _message(row: sqlite3.Row) -> Message:
    names = ("id", "conversation_id", "question", "understood", "answer", "response", "created_at")
    feedback = None
    if row["rating"] is not None:
        feedback = Feedback(row["id"], row["rating"], row["reason"], row["comment"], row["rated_at"])
    return Message(**{name: row[name] for name in names}, feedback=feedback)
