"""What was asked before in each conversation, so that a follow-up question can be understood."""

from __future__ import annotations

import threading
from collections import OrderedDict

from qa.types import Turn

MAX_CONVERSATIONS = 2000
MAX_TURNS = 8


class Conversations:
    """The last turns of the conversations that were used last; in memory, so that a restart forgets them."""

    def __init__(self, max_conversations: int = MAX_CONVERSATIONS, max_turns: int = MAX_TURNS) -> None:
        self._turns: OrderedDict[str, tuple[Turn, ...]] = OrderedDict()
        self._lock = threading.Lock()
        self._max_conversations = max_conversations
        self._max_turns = max_turns

    def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        """The turns so far, oldest first; none for a conversation that is new, or forgotten."""
        with self._lock:
            return self._turns.get(conversation_id, ())

    def add(self, conversation_id: str, turn: Turn) -> None:
        """Remember `turn`, and forget what was used longest ago when there is too much."""
        with self._lock:
            turns = self._turns.pop(conversation_id, ())
            self._turns[conversation_id] = (*turns, turn)[-self._max_turns :]
            while len(self._turns) > self._max_conversations:
                self._turns.popitem(last=False)
