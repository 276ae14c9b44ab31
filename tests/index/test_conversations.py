"""Conversations and feedback in SQLite."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.conversations import MAX_TITLE_CHARACTERS, Conversations, Message, shortened
from index.database import Database
from index.feedback import Feedback, FeedbackStore


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "c.sqlite3")


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def feedback(database: Database) -> FeedbackStore:
    return FeedbackStore(database)


def message(number: int, conversation: str = "c", question: str | None = None, answer: str | None = None) -> Message:
    asked = question or f"问题{number}？"
    return Message(f"m{number}", conversation, asked, asked, answer, f'{{"n": {number}}}')


def ids(messages: tuple[Message, ...] | None) -> list[str]:
    assert messages is not None
    return [found.id for found in messages]


def test_messages_come_back_as_they_were_in_the_order_they_came(conversations: Conversations) -> None:
    stored = [message(number, question=f"第{number}个𠮷？", answer="是" if number else None) for number in range(4)]
    for one in stored:
        assert conversations.add(one)
    found = conversations.get("c")
    assert found is not None
    conversation, messages = found
    assert [replace(one, created_at="") for one in messages] == stored
    assert all(one.created_at for one in messages)
    assert (conversation.id, conversation.messages) == ("c", 4)
    assert conversation.created_at <= conversation.updated_at


def test_the_title_is_the_first_question(conversations: Conversations) -> None:
    conversations.add(message(0, question="总投资\n多少？"))
    conversations.add(message(1, question="谁？"))
    ((conversation,), total) = conversations.list(10)
    assert (conversation.title, total) == ("总投资 多少？", 1)


def test_a_long_title_is_cut() -> None:
    assert shortened("短问题？") == "短问题？"
    cut = shortened("长" * 100)
    assert cut == "长" * (MAX_TITLE_CHARACTERS - 1) + "…"


def test_the_last_messages_oldest_first(conversations: Conversations) -> None:
    for number in range(5):
        conversations.add(message(number))
    assert ids(conversations.last_messages("c", 2)) == ["m3", "m4"]
    assert conversations.last_messages("new", 2) == ()


def test_the_last_used_comes_first_and_pages_do_not_overlap(conversations: Conversations) -> None:
    for number, name in enumerate(["a", "b", "c", "a"]):
        conversations.add(message(number, name))
    first, total = conversations.list(2)
    second, _ = conversations.list(2, 2)
    assert [one.id for one in first] == ["a", "c"]
    assert [one.id for one in second] == ["b"]
    assert total == 3
    assert first[0].messages == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("投资", ["a"]),
        ("亿元", ["a"]),
        ("100%", ["b"]),
        ("%", ["b"]),
        ("_", []),
        ("\\", []),
        ("ABC", ["b"]),
        ("", ["b", "a"]),
    ],
)
def test_found_again_by_title_question_or_answer(conversations: Conversations, text: str, expected: list[str]) -> None:
    conversations.add(message(0, "a", "投资多少？", "120亿元"))
    conversations.add(message(1, "b", "完成了100%吗？abc"))
    found, total = conversations.list(10, text=text)
    assert ([one.id for one in found], total) == (expected, len(expected))


def test_what_another_owner_asked_is_not_found(conversations: Conversations, feedback: FeedbackStore) -> None:
    assert conversations.add(message(0), owner="甲")
    assert conversations.last_messages("c", 8, owner="乙") is None
    assert conversations.get("c", owner="乙") is None
    assert conversations.list(10, owner="乙") == ([], 0)
    assert conversations.rename("c", "新", owner="乙") is None
    assert not conversations.remove("c", owner="乙")
    assert not conversations.add(message(1), owner="乙")
    assert feedback.put(Feedback("m0", "up"), owner="乙") is None
    assert not feedback.remove("m0", owner="乙")
    assert feedback.put(Feedback("m0", "up"), owner="甲") is not None
    assert feedback.list(10, owner="乙") == ([], 0)
    assert feedback.list(10, owner=None)[1] == 1
    found = conversations.get("c", owner="甲")
    assert found is not None
    assert found[0].title == "问题0？"
    assert ids(found[1]) == ["m0"]


def test_renamed(conversations: Conversations) -> None:
    conversations.add(message(0))
    renamed = conversations.rename("c", "投资额")
    assert renamed is not None
    assert (renamed.title, renamed.messages) == ("投资额", 1)
    conversations.add(message(1))
    assert conversations.list(1)[0][0].title == "投资额"
    assert conversations.rename("nobody", "新") is None


def test_removed_with_all_that_is_in_it(conversations: Conversations, feedback: FeedbackStore) -> None:
    conversations.add(message(0))
    conversations.add(message(1, "other"))
    feedback.put(Feedback("m0", "down"))
    assert conversations.remove("c")
    assert not conversations.remove("c")
    assert conversations.get("c") is None
    assert feedback.list(10) == ([], 0)
    assert [one.id for one in conversations.list(10)[0]] == ["other"]


def test_a_conversation_begun_by_many_at_once_loses_nothing(conversations: Conversations) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda number: conversations.add(message(number)), range(16)))
    found = conversations.get("c")
    assert found is not None
    assert sorted(ids(found[1])) == sorted(f"m{number}" for number in range(16))


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    Conversations(Database(tmp_path / "c.sqlite3")).add(message(0))
    assert ids(Conversations(Database(tmp_path / "c.sqlite3")).last_messages("c", 8)) == ["m0"]


def test_feedback_is_kept_with_its_message(conversations: Conversations, feedback: FeedbackStore) -> None:
    conversations.add(message(0))
    stored = feedback.put(Feedback("m0", "down", "wrong_answer", "应为𠮷。"))
    assert stored is not None
    assert stored.created_at
    assert stored == Feedback("m0", "down", "wrong_answer", "应为𠮷。", stored.created_at)
    found = conversations.get("c")
    assert found is not None
    assert found[1][0].feedback == stored


def test_a_second_opinion_replaces_the_first(conversations: Conversations, feedback: FeedbackStore) -> None:
    conversations.add(message(0))
    feedback.put(Feedback("m0", "down", "wrong_answer", "错"))
    feedback.put(Feedback("m0", "up"))
    ((rated,), total) = feedback.list(10)
    assert total == 1
    assert replace(rated.feedback, created_at="") == Feedback("m0", "up")
    assert (rated.conversation_id, rated.question, rated.response) == ("c", "问题0？", '{"n": 0}')


def test_feedback_can_be_taken_back(conversations: Conversations, feedback: FeedbackStore) -> None:
    conversations.add(message(0))
    feedback.put(Feedback("m0", "up"))
    assert feedback.remove("m0")
    assert feedback.remove("m0")
    assert not feedback.remove("nobody")
    assert feedback.list(10) == ([], 0)


def test_feedback_of_one_rating_newest_first(conversations: Conversations, feedback: FeedbackStore) -> None:
    for number, rating in enumerate(["up", "down", "up"]):
        conversations.add(message(number))
        feedback.put(Feedback(f"m{number}", rating))
    rated, total = feedback.list(10, rating="up")
    assert ([one.feedback.message_id for one in rated], total) == (["m2", "m0"], 2)
    rated, total = feedback.list(1, 1)
    assert ([one.feedback.message_id for one in rated], total) == (["m1"], 3)


def test_feedback_of_no_message_is_refused(feedback: FeedbackStore) -> None:
    assert feedback.put(Feedback("nobody", "up")) is None
