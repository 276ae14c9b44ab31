"""A cell's value as Excel shows it: dates, percentages, thousands, currencies."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_BRACKETS = re.compile(r"\[(\$[^\]-]*)?[^\]]*\]")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_NUMBER = re.compile(r"[#0?][#0?,]*(?:\.[0#?]*,*)?")
_DATE_TOKEN = re.compile(r"yyyy|yy|e|mmmm|mmm|mm|m|dddd|ddd|dd|d|aaaa|aaa|hh|h|ss|s|am/pm|a/p|上午/下午|\.0+", re.I)
_WEEKDAYS = "一二三四五六日"
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_GENERAL_DIGITS = 11
"""Excel shows this many digits of a number that has no format."""
_LARGEST_WHOLE = 10**15
_FIRST_DAY = datetime(1899, 12, 30)
_LAST_DAY = 2_958_466
"""Excel's serial number of the first day of the year 10000."""


def shown(value: object, number_format: str = "General") -> str:
    """The text that Excel shows for `value` under `number_format`, "" for an empty cell.

    Formats that are not understood show the value as if it had none. Column widths are not looked at.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (datetime, date, time, timedelta)):
        return _moment(value, number_format)
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    return str(value)


def _number(value: float, number_format: str) -> str:
    sections = _sections(number_format)
    section = sections[0]
    negative = value < 0
    if negative and len(sections) > 1:
        # The section for negative numbers draws its own sign or brackets.
        section, value, negative = sections[1], -value, False
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    template, literals = _without_literals(section)
    match = _NUMBER.search(template)
    if match is None:
        return _without_digits(-value if negative else value, template, literals, section)
    if any(mark in template for mark in ("E+", "E-", "e+", "/")):
        return _general(value)
    digits = _digits(abs(value), match.group(), template)
    sign = "-" if negative and any(digit in digits for digit in "123456789") else ""
    return sign + _filled(template[: match.start()], literals) + digits + _filled(template[match.end() :], literals)


def _without_digits(value: float, template: str, literals: list[str], section: str) -> str:
    """A number whose format has no place for digits: a date in parts that openpyxl does not know, a text, General."""
    if "General" in template or template.strip() in ("", "@"):
        before, _, after = template.partition("General")
        return (
            _general(value)
            if "@" in template
            else _filled(before, literals) + _general(value) + _filled(after, literals)
        )
    if _DATE_TOKEN.search(template) and 0 < value < _LAST_DAY:
        return _moment(_FIRST_DAY + timedelta(days=value), section)
    return _filled(template, literals)


def _digits(value: float, pattern: str, template: str) -> str:
    trailing = len(pattern) - len(pattern.rstrip(","))
    whole, _, fraction = pattern.rstrip(",").partition(".")
    scaled = value * 100 ** template.count("%")
    scaled /= 1000**trailing
    places = len(fraction)
    # Excel rounds halves away from zero, on the decimal digits that it shows.
    text = f"{_rounded(scaled, places):.{places}f}"
    integer, _, decimals = text.partition(".")
    needed = fraction.count("0")
    while len(decimals) > needed and decimals.endswith("0"):
        decimals = decimals[:-1]
    integer = integer.zfill(whole.count("0"))
    if "," in whole:
        integer = f"{int(integer):,}".zfill(len(integer))
    elif integer == "0" and "0" not in whole:
        integer = ""
    return f"{integer}.{decimals}" if decimals else integer


def _rounded(value: float, places: int) -> float:
    from decimal import ROUND_HALF_UP, Decimal

    return (
        float(Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)) if value < 1e15 else value
    )


def _general(value: float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < _LARGEST_WHOLE):
        return str(int(value))
    text = f"{value:.{_GENERAL_DIGITS}g}"
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        return f"{mantissa}E{exponent}"
    return text


def _sections(number_format: str) -> list[str]:
    plain = _LITERAL.sub(lambda match: match.group().replace(";", "\x01"), number_format)
    return [section.replace("\x01", ";") for section in plain.split(";")]


def _without_literals(section: str) -> tuple[str, list[str]]:
    r"""The section with its quoted texts and currency signs as \\x00 marks, and those texts."""
    literals: list[str] = []

    def take(match: re.Match[str]) -> str:
        literals.append(match.group(1) or match.group(2) or "")
        return "\x00"

    def currency(match: re.Match[str]) -> str:
        return f'"{match.group(1)[1:]}"' if match.group(1) else ""

    return _LITERAL.sub(take, _BRACKETS.sub(currency, section)), literals


def _filled(template: str, literals: list[str]) -> str:
    """Puts the texts back; each is used once, from the left."""
    parts = template.split("\x00")
    text = parts[0]
    for part in parts[1:]:
        text += literals.pop(0) + part
    return text


def _moment(value: datetime | date | time | timedelta, number_format: str) -> str:
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    template, literals = _without_literals(_sections(number_format)[0])
    if not _DATE_TOKEN.search(template) or number_format == "General":
        return _iso(value)
    moment = value if isinstance(value, datetime) else _as_datetime(value)
    parts = [(match.start(), match.end(), match.group().lower()) for match in _DATE_TOKEN.finditer(template)]
    half_day = any("/" in part for _, _, part in parts)
    text = ""
    position = 0
    for index, (start, end, part) in enumerate(parts):
        text += template[position:start]
        near = (parts[index - 1][2] if index else "", parts[index + 1][2] if index + 1 < len(parts) else "")
        is_minute = part.startswith("m") and len(part) <= 2 and (near[0] in ("h", "hh") or near[1] in ("s", "ss"))
        text += _date_part(moment, "minute" if is_minute else part, len(part), half_day=half_day)
        position = end
    # What stands behind @ or ; is for texts.
    return _filled(text + template[position:], literals).strip()


def _date_part(moment: datetime, part: str, width: int, *, half_day: bool) -> str:
    hour = (moment.hour % 12 or 12) if half_day else moment.hour
    numbers = {"m": moment.month, "d": moment.day, "h": hour, "s": moment.second, "minute": moment.minute}
    if part in ("minute", "m", "mm", "d", "dd", "h", "hh", "s", "ss"):
        return f"{numbers[part if part == 'minute' else part[0]]:0{width}}"
    if part.startswith(".0"):
        return f".{moment.microsecond:06}"[:width]
    named = {
        "yyyy": f"{moment.year:04}",
        "e": str(moment.year),
        "yy": f"{moment.year % 100:02}",
        "mmmm": _ENGLISH_MONTHS[moment.month - 1],
        "mmm": _ENGLISH_MONTHS[moment.month - 1][:3],
        "dddd": _ENGLISH_DAYS[moment.weekday()],
        "ddd": _ENGLISH_DAYS[moment.weekday()][:3],
        "aaaa": f"星期{_WEEKDAYS[moment.weekday()]}",
        "aaa": _WEEKDAYS[moment.weekday()],
        "am/pm": "AM" if moment.hour < 12 else "PM",
        "a/p": "A" if moment.hour < 12 else "P",
        "上午/下午": "上午" if moment.hour < 12 else "下午",
    }
    return named[part]


def _as_datetime(value: date | time) -> datetime:
    return datetime.combine(value, time()) if isinstance(value, date) else datetime.combine(date(1900, 1, 1), value)


def _iso(value: datetime | date | time) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else value.isoformat("seconds")
