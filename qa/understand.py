"""What the user typed → the question that is searched for."""

from __future__ import annotations

import unicodedata

from qa.errors import EmptyQuestion, QuestionTooLong

MAX_QUESTION_CHARACTERS = 512


def understand(text: str) -> str:
    """The question on one line: control characters and runs of white space become one space, ends are trimmed.

    Raises EmptyQuestion when it holds no letter, digit or Chinese character, and QuestionTooLong when `text` is over
    the limit.
    """
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise QuestionTooLong(len(text), MAX_QUESTION_CHARACTERS)
    visible = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)
    question = " ".join(visible.split())
    if not any(character.isalnum() for character in question):
        raise EmptyQuestion
    return question
