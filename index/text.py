"""Normalisation for matching with a map back to the raw text, sentence split, and search tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import opencc
import rjieba

from index.numerals import numbers_in

_TRADITIONAL_SHARE = 0.05
"""A text is in traditional characters when more of its characters than this have a simplified form."""
_SENTENCE_END = re.compile(r"[。！？!?；;…]+[”’」』）》】\)\"']*|\n+")
_TRADITIONAL_TO_SIMPLIFIED = opencc.OpenCC("t2s")
_SIMPLIFIED_TO_TRADITIONAL = opencc.OpenCC("s2t")


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """Text for matching. Character i of `text` comes from raw character `offsets[i]`."""

    text: str
    offsets: tuple[int, ...]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span that the non-empty normalised span start..end came from."""
        return self.offsets[start], self.offsets[end - 1] + 1


def normalise(raw: str) -> NormalisedText:
    """NFKC, lower case, traditional → simplified, runs of white space folded to one space.

    Characters are taken one by one (a base character with its combining marks counts as one), so that every
    normalised character has exactly one raw origin.
    """
    characters: list[str] = []
    offsets: list[int] = []
    for start, cluster in _clusters(raw):
        for character in _normalise_cluster(cluster):
            if character == " " and characters and characters[-1] == " ":
                continue
            characters.append(character)
            offsets.append(start)
    return NormalisedText("".join(characters), tuple(offsets))


def _clusters(raw: str) -> Iterator[tuple[int, str]]:
    start = 0
    for index in range(1, len(raw) + 1):
        if index == len(raw) or not unicodedata.combining(raw[index]):
            yield start, raw[start:index]
            start = index


@lru_cache(maxsize=65_536)
def _normalise_cluster(cluster: str) -> str:
    folded = unicodedata.normalize("NFKC", cluster).lower()
    if not folded.isascii():
        folded = _TRADITIONAL_TO_SIMPLIFIED.convert(folded)
    return "".join(" " if character.isspace() else character for character in folded)


def plain_form(text: str) -> str:
    """`text` with simplified characters and half-width letters and digits; punctuation stays as it is.

    Its length may change.
    """
    half_width = "".join(unicodedata.normalize("NFKC", c) if c.isalnum() else c for c in text)
    converted: str = _TRADITIONAL_TO_SIMPLIFIED.convert(half_width)
    return converted


def in_script_of(sample: str, text: str) -> str:
    """`text` in traditional characters when `sample` is written in them, else as it is."""
    simplified: str = _TRADITIONAL_TO_SIMPLIFIED.convert(sample)
    changed = sum(one != other for one, other in zip(sample, simplified, strict=False))
    if len(simplified) != len(sample) or changed < max(2, len(sample) * _TRADITIONAL_SHARE):
        return text
    converted: str = _SIMPLIFIED_TO_TRADITIONAL.convert(text)
    return converted


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of `text`, in order, white space at their ends left out.

    A sentence ends after 。！？；… (and the closing quotes and brackets behind it) or at a line break.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    stripped = (strip_span(text, begin, end) for begin, end in spans)
    return [span for span in stripped if span[0] < span[1]]


def strip_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its ends; empty (start == end) when there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def search_tokens(text: str) -> list[str]:
    """Search-mode tokens of the normalised text, without punctuation and white space.

    They are those of jieba; rjieba is the maintained Rust build of jieba's algorithm and dictionary. A number that is
    written in Chinese, or in groups of three digits, is there in plain digits as well.
    """
    normalised = normalise(text).text
    tokens: list[str] = rjieba.cut_for_search(normalised)
    words = [token for token in tokens if any(character.isalnum() for character in token)]
    return [*words, *numbers_in(normalised)]
