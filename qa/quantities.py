"""Dates, durations, amounts, shares, counts and ranks as they are written in Chinese text (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Quantity(StrEnum):
    """What kind of exact thing an expression states."""

    DATE = "date"
    DURATION = "duration"
    MONEY = "money"
    PERCENTAGE = "percentage"
    ORDINAL = "ordinal"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Expression:
    """A whole expression: text[start:end], with its bound ("不到") and, of a duration or a count, its unit."""

    start: int
    end: int
    quantity: Quantity
    unit: str = ""
    is_bare_year: bool = False
    """Whether a duration may as well be a year: 618年."""


def _any_of(words: str) -> str:
    """A pattern for any of `words` (separated by white space), the longest first."""
    return "(?:" + "|".join(sorted(words.split(), key=len, reverse=True)) + ")"


_D = "[0-9０-９]"
_C = "[〇零一二三四五六七八九十百千两廿卅]"
_D_OR_C = "[0-9０-９〇零一二三四五六七八九十百千两廿卅]"
_TO = r"[至到~～—–\-－]+"
_DIGITS = rf"{_D}{{1,15}}(?:[,，]{_D}{{3}})*(?:[.．]{_D}{{1,15}})?"
_NUMBER = (
    rf"(?:(?:{_DIGITS}[多余几]?[百千]?(?:[万亿]+(?:{_D}{{1,4}}[百千]?万?)?)?"
    rf"|{_C}[{_C[1:-1]}万亿多余几]{{0,15}}(?:点{_C}{{1,10}}[万亿]{{0,2}})?)[多余来]?|半)"
)

_BOUNDS = _any_of(
    "(?<![签合条预公北契违节制])约 大约 大概 将近 接近 (?<![最附邻])近 不到 不足 不少于 不低于 不高于 不超过 不多于 "
    "(?<!赶)超 超过 逾 至少 最多 最少 最高 最低 高达 多达 (?<!不)仅"
)
BOUND = re.compile(rf"{_BOUNDS}[为达]?")
"""What stands before a number and bounds it."""
STATED_BOUND = re.compile(_any_of("不到 不足 不超过 不会超过 超过 少于 高于 低于 多于 至少 最多 最少 高达 多达"))
"""A bound that a question states itself: 造成至少多少人死亡."""
_BOUND = rf"(?:{_BOUNDS}[为达]?)?"
_AFTER = r"(?:以[上下内]|之[内久]|左右|上下|有余|[多余内])?"
_AMOUNT = rf"{_BOUND}(?:{_NUMBER}{_TO})?{_NUMBER}"

_YEAR = (
    rf"(?:(?:公元|西元)前?{_D}{{1,4}}|前{_D}{{2,4}}|民国(?:{_D_OR_C}{{1,3}}|元)|{_D}{{4}}"
    rf"|{_D}{{2}}(?=年(?:的?{_D}{{1,2}}月|代))|[〇零一二三四五六七八九]{{4}})年(?!级|轮|龄)"
)
_DECADE = rf"{_D_OR_C}{{1,4}}年代"
_ERA = rf"(?:{_DECADE}|(?:公元)?前?{_D_OR_C}{{1,3}}世纪(?!以?[久内])(?:{_DECADE})?)"
_RELATIVE_YEAR = "[今去明前后当同次翌]年|[本上下当同次]月"
_RELATIVE_DAY = "[今昨明前后当]天|[今昨明当次翌][日晚晨]"
_MONTH = rf"(?:{_D}{{1,2}}|[一二三四五六七八九十正腊]{{1,3}})月"
_DAY = rf"(?:{_D}{{1,2}}|[一二三四五六七八九十廿卅]{{1,4}})[日号]"
_QUARTER = "第?[一二三四1-4]季度"
_SEASON = rf"(?:{_QUARTER}|[上下]半[年月]|[初早仲暮晚]?[春夏秋冬](?:[季天]|(?![节运]))|年[初中底末]|[上中下]旬)"
_PART = _any_of("初 初期 末 末期 底 中 中期 上旬 中旬 下旬 前期 后期 早期 晚期")
_DAY_PART = _any_of("上午 中午 下午 凌晨 早上 早晨 清晨 傍晚 晚上 夜间 深夜 当晚 晚")
_CLOCK = (
    rf"{_DAY_PART}?(?:{_D}{{1,2}}[：:]{_D}{{2}}"
    rf"|(?:{_D}{{1,2}}|[一二三四五六七八九十]{{1,3}})[时点](?:半|整|{_D_OR_C}{{1,3}}分?)?)(?:左右|许)?"
)
_TIME = rf"(?:{_CLOCK}|{_DAY_PART})"
_ONE_DATE = (
    rf"(?:{_ERA}{_PART}?"
    rf"|(?:{_YEAR}|{_RELATIVE_YEAR}|{_RELATIVE_DAY})(?:的?{_MONTH}(?:{_PART}|{_DAY})?|的?{_SEASON}|{_PART})?{_TIME}?"
    rf"|{_MONTH}(?:{_DAY}|{_PART})?{_TIME}?|{_DAY}{_TIME}?|{_CLOCK}|{_QUARTER})"
)
_DATE = (
    rf"(?:{_D}{{4}}{_TO}{_D}{{2,4}}年"
    rf"|(?:[\u4e00-\u9fff]{{2,4}}时间)?{_ONE_DATE}(?:{_TO}(?:{_ONE_DATE}|{_D}{{1,4}}(?!{_D})[年月日号]))?"
    r"(?:以?[前后]|左右|起|止|期间)?)"
)

_TIME_UNITS = _any_of(
    "年(?![级轮龄]) 周年 载 月 个月 个多月 天 日 周 星期 个星期 礼拜 个礼拜 季度 个季度 世纪 个世纪 昼夜 小时 个小时 "
    "个多小时 工作日 个工作日 自然日 个自然日 交易日 个交易日 分钟 刻钟 秒 秒钟 毫秒 分(?!之)"
)
_MONEY_UNITS = _any_of(
    "元 元人民币 块 块钱 角 圆 美元 美金 港元 港币 欧元 日元 日圆 英镑 新台币 台币 韩元 卢布 马克 法郎 银两 人民币"
)
_MEASURES = _any_of(
    "平方公里 平方千米 平方米 平方英里 立方米 公里 千米 厘米 毫米 公分 公尺 英里 英尺 海里 公顷 公斤 千克 千瓦时 千瓦 "
    "兆瓦 立方 吨 克 斤 升 毫升 瓦 伏 安 赫兹 度 摄氏度 分贝 米 亩 户次 人次 周岁 人口 居民 学生 年级 "
    + " ".join(
        "个家名位项所座条件种类款台辆部本册篇首张幅场次届期批支队层栋幢套间户只头匹株棵颗粒枚艘架门道处片块段组对双人口岁"
        "倍页字集卷章节步圈轮例具枪级代任样根把顶顿份封宗起笔股票分点桶箱瓶杯盒袋城县镇乡村区省市州国校站"
    )
)
_TENTHS = "[一二两三四五六七八九]点?[一二三四五六七八九]?成[一二三四五六七八九]?(?![为立就功员果都本分])"
_PERCENT = (
    rf"(?:{_BOUND}(?:{_DIGITS}{_TO})?{_DIGITS}[多余]?(?:[%％‰]|个百分点)|{_BOUND}百分之(?:{_DIGITS}|[{_C[1:-1]}点]{{1,10}})"
    rf"|{_D_OR_C}{{1,8}}分之{_D_OR_C}{{1,8}}|{_BOUND}{_TENTHS})"
)
_BARE_YEAR = re.compile(rf"{_D}{{3}}年")
_GRAMMAR = re.compile(
    rf"(?P<percentage>{_PERCENT}(?:{_TO}{_PERCENT})?{_AFTER})"
    rf"|(?P<money>{_AMOUNT}{_MONEY_UNITS}{_AFTER})"
    rf"|(?P<ordinal>第(?:{_DIGITS}|{_C}{{1,8}})(?!季度|{_C}{{0,2}}产业)(?:{_MEASURES}|[年天日周大])?)"
    rf"|(?P<date>{_DATE})"
    rf"|(?P<duration>{_AMOUNT}(?P<time_unit>{_TIME_UNITS})半?{_AFTER})"
    rf"|(?P<count>{_AMOUNT}(?P<count_unit>{_MEASURES}){_AFTER})"
)


def expressions(text: str) -> Iterator[Expression]:
    """The expressions of `text` in order, none overlapping another."""
    for match in _GRAMMAR.finditer(text):
        yield Expression(
            start=match.start(),
            end=match.end(),
            quantity=next(quantity for quantity in Quantity if match.group(quantity.value) is not None),
            unit=match.group("time_unit") or match.group("count_unit") or "",
            is_bare_year=_BARE_YEAR.fullmatch(match.group()) is not None,
        )
