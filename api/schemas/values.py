"""Kinds of values that several requests carry."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from qa.understand import MAX_QUESTION_CHARACTERS

LARGEST = 2**31 - 1
MAX_TITLE_CHARACTERS = 200
MAX_COMMENT_CHARACTERS = 2000


def _without_surrogates(text: object) -> object:
    """JSON can name half a surrogate pair, which no encoding can store: it becomes U+FFFD."""
    if not isinstance(text, str):
        return text
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)


def _integral(number: object) -> object:
    """JSON knows no integers: 3.0 is 3."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


Text = Annotated[str, BeforeValidator(_without_surrogates)]
"""Any text; what is no character in it becomes U+FFFD."""

Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE_CHARACTERS),
    BeforeValidator(_without_surrogates),
]

Comment = Annotated[str, StringConstraints(max_length=MAX_COMMENT_CHARACTERS), BeforeValidator(_without_surrogates)]

ConversationId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
"""An id that a client may choose, and that fits in an address."""

Question = Annotated[
    Text,
    Field(
        description=f"问题，1 到 {MAX_QUESTION_CHARACTERS} 个字符，至少有一个文字、字母或数字",
        # Said here and not checked: the pipeline refuses what it cannot ask, with a code of its own.
        json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION_CHARACTERS},
    ),
]

Position = Annotated[int, Field(ge=0, le=LARGEST), BeforeValidator(_integral)]
"""Unicode code points, counted from 0."""

RevisionNumber = Annotated[int, Field(ge=1, le=LARGEST), BeforeValidator(_integral)]

TopK = Annotated[int, Field(ge=1, le=50), BeforeValidator(_integral)]

Replies = Annotated[int, Field(ge=1, le=LARGEST), BeforeValidator(_integral)]
