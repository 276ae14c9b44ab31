"""Everything that asking can refuse. Messages are in Chinese, for the user.

AskError
├── EmptyQuestion
└── QuestionTooLong
ModelError            a configured model cannot be loaded
"""

from __future__ import annotations


class AskError(Exception):
    """A question that cannot be asked as it is."""


class EmptyQuestion(AskError):
    """The question holds no character that can be searched for."""

    def __init__(self) -> None:
        super().__init__("问题是空的；请输入要查找的内容。")


class QuestionTooLong(AskError):
    """The question is over the limit."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"问题有 {length} 个字符，最多 {limit} 个；请缩短问题，或把它拆成几个。")
        self.length = length
        self.limit = limit


class ModelError(Exception):
    """A configured model cannot be loaded."""
