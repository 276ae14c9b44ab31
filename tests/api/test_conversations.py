from __future__ import annotations

from api.conversations import Conversations
from qa.types import Turn


def turn(number: int) -> Turn:
    return Turn(f"问题{number}？", None)


def test_the_last_turns_are_kept_in_order() -> None:
    conversations = Conversations(max_turns=2)
    assert conversations.turns("a") == ()
    for number in range(3):
        conversations.add("a", turn(number))
    assert conversations.turns("a") == (turn(1), turn(2))


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    conversations = Conversations(max_conversations=2)
    for name in ("a", "b", "a", "c"):
        conversations.add(name, turn(0))
    assert conversations.turns("b") == ()
    assert len(conversations.turns("a")) == 2
    assert conversations.turns("c") == (turn(0),)
