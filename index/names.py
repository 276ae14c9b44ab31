"""Names from anywhere → names that can be stored and shown (pure)."""

from __future__ import annotations

import os
import unicodedata


def storable_name(name: str) -> str:
    """`name` as whole characters on one line.

    What a file system gave as bytes that are not UTF-8 (Python keeps them as lone surrogates) is read as GB18030,
    which most such names are; bytes that are not that either become “�”. Control characters become spaces.
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = _decoded(name)
    plain = "".join(" " if unicodedata.category(character) == "Cc" else character for character in name)
    return " ".join(plain.split())


def _decoded(name: str) -> str:
    try:
        return os.fsencode(name).decode("gb18030")
    except UnicodeError:
        return name.encode("utf-8", "replace").decode("utf-8")
