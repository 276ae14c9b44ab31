from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import AskError, EmptyQuestion, QuestionTooLong
from qa.understand import MAX_QUESTION_CHARACTERS, understand


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("  投资  多少？\n", "投资 多少？"),
        ("投资\x00多少\u200b？", "投资 多少 ？"),
        ("<b>谁</b>", "<b>谁</b>"),
        ("谁", "谁"),
        ("𠮷" * MAX_QUESTION_CHARACTERS, "𠮷" * MAX_QUESTION_CHARACTERS),
    ],
)
def test_understand(typed: str, question: str) -> None:
    assert understand(typed) == question


@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "？？！", "。", "\x00", "👍"])
def test_nothing_to_search_for(typed: str) -> None:
    with pytest.raises(EmptyQuestion):
        understand(typed)


def test_the_limit_counts_code_points() -> None:
    with pytest.raises(QuestionTooLong, match="513"):
        understand("𠮷" * (MAX_QUESTION_CHARACTERS + 1))


@given(st.text(max_size=600))
def test_understanding_twice_changes_nothing(typed: str) -> None:
    try:
        question = understand(typed)
    except AskError:
        return
    assert understand(question) == question
