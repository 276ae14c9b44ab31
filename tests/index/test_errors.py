from __future__ import annotations

import inspect
import re

import index.errors
from index.errors import LibraryError, LoadError

ALL = [found for _, found in inspect.getmembers(index.errors, inspect.isclass) if issubclass(found, LibraryError)]


def test_every_error_has_a_code_of_its_own_in_snake_case() -> None:
    codes = [error.code for error in ALL]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", code) for code in codes)


def test_the_tree_at_the_top_names_every_error() -> None:
    drawn = set(re.findall(r"[─ ]*([A-Z]\w+Error|[A-Z]\w+)", (index.errors.__doc__ or "").split("\n\n", 1)[1]))
    assert {error.__name__ for error in ALL} == drawn


def test_what_a_file_can_be_refused_for() -> None:
    assert {error.code for error in ALL if issubclass(error, LoadError)} == {
        "load_error",
        "unsupported_format",
        "unreadable_text",
        "empty_document",
        "encrypted_file",
        "scanned_document",
        "damaged_file",
        "archive_refused",
        "file_too_large",
        "parsing_timeout",
        "parsing_crashed",
    }
