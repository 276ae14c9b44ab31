"""Word's automatic numbers (“第一条”, “（二）”, “3.1”), which are in no text but on every page."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from index.loaders.word_text import W, value

_DIGITS = "〇一二三四五六七八九"
_FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"))
_SMALL_ROMAN = ((9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LARGEST = 9999
_NO_SPACE_AFTER = "、）)．】〕》"


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int
    restarts: bool


class Numbering:
    """Counts numbered paragraphs in the order in which they come."""

    def __init__(self, root: etree._Element | None) -> None:
        self._levels: dict[str, list[_Level]] = {}
        self._abstract_of: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root)

    def label(self, number_id: str, depth: int) -> str:
        """The number of the next paragraph of this list and depth, with a space after it where one belongs.

        Empty for bullets and unknown lists. Lists made from one definition count on, as in Word.
        """
        abstract = self._abstract_of.get(number_id, "")
        levels = self._levels.get(abstract, [])
        if not 0 <= depth < len(levels):
            return ""
        counts = self._counts.setdefault(abstract, {})
        override = self._starts.get((number_id, depth))
        if override is not None and (number_id, depth) not in self._begun:
            self._begun.add((number_id, depth))
            counts[depth] = override
        else:
            counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth and levels[level].restarts]:
            del counts[deeper]
        return _spaced(_filled(levels, counts, depth))

    def _read(self, root: etree._Element) -> None:
        for abstract in root.iterfind(f"{W}abstractNum"):
            self._levels[abstract.get(f"{W}abstractNumId", "")] = [
                _level(node) for node in abstract.iterfind(f"{W}lvl")
            ]
        for number in root.iterfind(f"{W}num"):
            number_id = number.get(f"{W}numId", "")
            self._abstract_of[number_id] = value(number, "abstractNumId") or ""
            for override in number.iterfind(f"{W}lvlOverride"):
                start = value(override, "startOverride")
                if start is not None:
                    self._starts[number_id, _integer(override.get(f"{W}ilvl"), 0)] = _integer(start, 1)


def _level(node: etree._Element) -> _Level:
    return _Level(
        format=value(node, "numFmt") or "decimal",
        text=value(node, "lvlText") or "",
        start=_integer(value(node, "start"), 1),
        restarts=value(node, "lvlRestart") != "0",
    )


def _filled(levels: list[_Level], counts: dict[int, int], depth: int) -> str:
    if levels[depth].format in ("bullet", "none"):
        return ""
    label = levels[depth].text
    for index, level in enumerate(levels[: depth + 1]):
        label = label.replace(f"%{index + 1}", number_text(counts.get(index, level.start), level.format))
    return label


def _spaced(label: str) -> str:
    return f"{label} " if label and label[-1] not in _NO_SPACE_AFTER and not label[-1].isspace() else label


def number_text(number: int, number_format: str) -> str:
    """`number` as Word writes it in a number format such as `chineseCounting`; decimal for those not known here."""
    if not 0 < number <= _LARGEST:
        return str(number)
    if number_format in ("chineseCounting", "chineseCountingThousand", "taiwaneseCountingThousand", "japaneseCounting"):
        return chinese_number(number)
    if number_format == "chineseLegalSimplified":
        return chinese_number(number, _FORMAL_DIGITS, "拾佰仟")
    if number_format in ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if number_format in ("upperLetter", "lowerLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if number_format == "upperLetter" else letter
    if number_format in ("upperRoman", "lowerRoman"):
        return _roman(number).upper() if number_format == "upperRoman" else _roman(number)
    if number_format in _SERIES and number <= len(_SERIES[number_format]):
        return _SERIES[number_format][number - 1]
    if number_format == "decimalZero":
        return f"{number:02}"
    if number_format == "decimalFullWidth":
        return "".join(chr(ord("０") + int(digit)) for digit in str(number))
    return str(number)


_CIRCLED = [chr(0x2460 + index) for index in range(20)]
_SERIES = {
    "ideographTraditional": list(_STEMS),
    "ideographZodiac": list(_BRANCHES),
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "decimalEnclosedFullstop": [chr(0x2488 + index) for index in range(20)],
    "decimalEnclosedParen": [chr(0x2474 + index) for index in range(20)],
}


def chinese_number(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """1 to 9999 in Chinese, as headings count: 十一, 二十, 一百零五."""
    zero = "零"
    text = ""
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += digits[digit] + (units[power - 1] if power else "")
        elif text and not text.endswith(zero) and number % 10**power:
            text += zero
    return text.removeprefix(digits[1]) if 10 <= number < 20 and units[0] == "十" else text


def _roman(number: int) -> str:
    text = ""
    for size, letters in (*_ROMAN, *_SMALL_ROMAN):
        text += letters * (number // size)
        number %= size
    return text


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default
