from __future__ import annotations

import pytest

from index.numerals import digits_of, numbers_in
from index.text import search_tokens


@pytest.mark.parametrize(
    ("numeral", "digits"),
    [
        ("二十五", "25"),
        ("十", "10"),
        ("十五", "15"),
        ("一百二十", "120"),
        ("两千零五十", "2050"),
        ("三百零一", "301"),
        ("九千九百九十九", "9999"),
        ("二〇二一", "2021"),
        ("一三八", "138"),
        ("十百", None),
        ("二三十", None),
    ],
)
def test_by_hand(numeral: str, digits: str | None) -> None:
    assert digits_of(numeral) == digits


def test_numbers_in_a_text() -> None:
    assert list(numbers_in("百分之三十二，七个方面，一起在二〇二一年，共1,400名")) == ["32%", "7", "2021", "1400"]


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("百分之三十二", "32%"),
        ("一百二十亿元", "120亿元"),
        ("二〇二一年", "2021年"),
        ("二十五名", "25名"),
        ("1,400名", "1400名"),
    ],
)
def test_a_number_is_found_however_it_is_written(asked: str, written: str) -> None:
    numbers = {token for token in search_tokens(written) if token[0].isdigit()}
    assert numbers
    assert numbers <= set(search_tokens(asked))
