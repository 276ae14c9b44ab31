"""Numbers written in Chinese, as digits (pure).

The package cn2an does more, but its wheel (0.5.24) installs a top-level folder `build` that other packages own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = re.compile(
    "百分之(?P<share>[〇零一二两三四五六七八九十百]+)|[〇零一二两三四五六七八九十百千]{2,}"
    "|[二两三四五六七八九十](?=[个项家名位条年天月日人次种所座成])"
)
_GROUPED = re.compile(r"(?<![0-9,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")


def numbers_in(text: str) -> Iterator[str]:
    """The numbers of normalised `text` that are no plain digits there, as digits: 二十五, 二〇二一, 百分之五, 1,400."""
    for match in _NUMERAL.finditer(text):
        share = match.group("share")
        value = digits_of(share or match.group())
        if value is not None:
            yield f"{value}%" if share else value
    for match in _GROUPED.finditer(text):
        yield match.group().replace(",", "")


def digits_of(numeral: str) -> str | None:
    """二十五 → "25", 二〇二一 → "2021"; None for what is no number, such as 十百.

    `numeral` is made of 〇零一二两三四五六七八九十百千, below ten thousand unless it is a row of digits.
    """
    if all(character in _DIGITS for character in numeral):
        return "".join(str(_DIGITS[character]) for character in numeral)
    total, digit, last_unit = 0, None, 10_000
    for character in numeral:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            continue
        unit = _UNITS[character]
        if unit >= last_unit:
            return None
        total += (1 if digit is None or digit == 0 else digit) * unit
        digit, last_unit = None, unit
    return str(total + (digit or 0))
