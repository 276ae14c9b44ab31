"""What kind of exact thing a question asks for, if it does (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text import normalise
from qa.quantities import Expression, Quantity


@dataclass(frozen=True, slots=True)
class Expected:
    """The kinds that answer the question; with `units`, a count must have one of them (or stand without)."""

    quantities: frozenset[Quantity]
    units: frozenset[str] = frozenset()

    def fits(self, expression: Expression) -> bool:
        """Whether `expression` is what the question asks for."""
        if expression.is_bare_year and Quantity.DATE in self.quantities:
            return True
        if expression.is_bare_day and Quantity.DURATION in self.quantities:
            return True
        if expression.is_bare_number:
            return bool(self.quantities & {Quantity.COUNT, Quantity.MONEY})
        if expression.quantity not in self.quantities:
            return False
        return not self.units or expression.quantity is not Quantity.COUNT or expression.unit in self.units


_UNITS_ALIKE = (
    frozenset(("名", "位", "人", "口", "人次", "人口", "例")),
    frozenset(("家", "间", "所", "户")),
    frozenset(("项", "件", "条", "种", "类", "款")),
    frozenset(("次", "届", "场", "回", "轮", "遍", "趟")),
    frozenset(("栋", "幢", "座")),
    frozenset(("岁", "周岁")),
    frozenset(("条", "只", "头", "匹", "尾")),
    frozenset(("颗", "粒", "枚", "片", "块")),
    frozenset(("张", "页", "枚", "幅", "份")),
    frozenset(("本", "册", "部", "卷")),
    frozenset(("台", "部", "辆", "架", "艘", "架次")),
    frozenset(("批", "批次")),
    frozenset(("班", "班次", "趟")),
    frozenset(("档", "挡")),
    frozenset(("袋", "包", "盒", "瓶")),
)
_THING = "个"
"""The measure word that goes with every thing: of 多少个杯子 the answer may be 31246只, of 几张铺 14个."""
_COUNTED = (
    "(?:人次|架次|批次|班次|本(?!金)|款(?![?]|$)|[名位家项所座条件种类台辆部册篇首张幅场次届批支队层栋幢套间户只头匹株棵颗枚艘架道处片块段组对人口岁倍"
    "页集卷章任根把份封宗起门尾粒袋包盒瓶档挡班趟回遍轮])"
)
_OTHER_QUESTION_WORD = re.compile("谁|什么|怎|如何|为何|哪|啥")
_NAME = re.compile(
    "(?:号码|电话|热线|邮编|邮政编码|编[号码]|代码|型号|[账帐卡车展]位?号|网址|复杂度)(?:现在)?(?:是|为)?(?:多少|几|[?]|$)"
    "|哪个(?:号码|电话|热线)|几号(?:门|桥|楼|馆|线|厅|窗|机|仓|会议|车|院|库)|[街路巷弄]几号|几(?:路|床|类|零几)|几比几|比分|谁"
)
"""Asks for a name, be it one that is written in numbers."""

_HOW_MANY = "(?:多少|几多?)"
_LINK = "(?:是|为|有|达到?|约|大约|共|要|得|到)*"
_THEN = rf"{_LINK}(?:多少|几|多大)"
_AT_END = rf"{_LINK}[?]?$"
_ORDINAL = re.compile(rf"第{_HOW_MANY}|排名?第?{_HOW_MANY}|位[居列]第?{_HOW_MANY}")
_SCORE = re.compile(rf"{_HOW_MANY}分(?![钟种之钱贝手米])")
_PERCENTAGE = re.compile(rf"百分之{_HOW_MANY}|几分之几|多少百分比|多少%|几成(?!为)|{_HOW_MANY}折|几个(?:百分|基)点")
_POINTS = re.compile("几个点(?![位赞])")
_GROWTH = re.compile(rf"[增涨跌降减](?:长|加|幅|少|低)?了?{_HOW_MANY}")
_MONEY = re.compile(
    rf"{_HOW_MANY}[万亿]?(?:钱|[美欧日港]?元|块(?:钱|(?=[?一]|$))|毛|资金|投资|[工本押租房][钱金租])|[什啥]么?价"
)
_TIME_UNIT = (
    "(?:年|天|小时|分[钟种]|秒|星期|礼拜|周(?!岁)|工作日|日|晚(?!上)|夜|时辰|钟头"
    "|个(?:小时|星期|礼拜|工作日|月|钟头|时辰))"
)
_DURATION = re.compile(
    rf"多久|多长的?时间|多少时间|[期保限]是?[有到]?多[长久]"
    rf"|(?:(?<!历)多少|(?<![哪第未好几近])(?<!(?<!提)前)几){_TIME_UNIT}(?![代份度初末底前来级])"
)
_AGO = re.compile("多久(?:以|之)?前|多少年(?:以|之)?前")
_DATE = re.compile(
    "什么时[候间段期]|啥时候?|何[时年月日]|几时|哪一?[年天日月]|哪几[天日年]|哪个(?:月|年份|日子|时候|年代|世纪)"
    "|(?<!好)几[月号日](?!月)|几几年|几世纪|(?:星期|周|礼拜)几|(?:[西公]元|民国)几年|什么(?:日子|年代|日期)|几点钟?(?![意建])"
)
_RATE = "(?:增速|增幅|比例|占比|比重|(?<![功频心汇倍速曲效])(?<!分辨)率|同比[增下][长降])"
_PRICE = "(?:[租佣奖税薪押罚]金|价[格钱]?|金额|投资额?|票房|(?<!免)费用?|补贴|补助|工资|预算|成本|利润)"
_PERIOD = "(?:时长|工期|期限|有效期|寿命)"
_SIZE = "(?:数量|总[数量]|人数|规模|面积|[长高温浓密深厚速转硬]度|[重产容用流]量|转速|扭矩|[电气]压|功率|容积|海拔)"
_DATE_WORD = re.compile("(?:日期|时间|年份)(?:是|为|在)?[?]?$")
_MEASURED = re.compile(
    rf"{_HOW_MANY}(?:(?:[毫厘微千公兆]|平方|立方)+[米克斤里升瓦伏安帕]|[米克斤升吨亩瓦伏帕]|里(?!程)|[度级](?![假别]))"
)
_COUNT = re.compile(rf"{_HOW_MANY}(?P<unit>{_COUNTED})")
_THINGS = re.compile(rf"{_HOW_MANY}{_THING}")
_HOW_LONG = re.compile("多长")
_SOME = re.compile("几[十百千万亿]|几个亿")
_HOW_MUCH = re.compile(
    r"多少|多[大高宽重远深粗厚沉细快热冷亮强密](?!的?时间)|(?<![好这那前近茶])几(?![乎何率丁经])(?!内亚)"
)

_Asked = tuple[tuple[re.Pattern[str], Expected], ...]


def _kinds(*quantities: Quantity) -> Expected:
    return Expected(frozenset(quantities))


_OUTRIGHT: _Asked = (
    (_ORDINAL, _kinds(Quantity.ORDINAL)),
    (_SCORE, Expected(frozenset({Quantity.COUNT}), frozenset({"分"}))),
    (_POINTS, _kinds(Quantity.PERCENTAGE, Quantity.COUNT)),
    (_PERCENTAGE, _kinds(Quantity.PERCENTAGE)),
    (_GROWTH, _kinds(Quantity.PERCENTAGE, Quantity.MONEY, Quantity.COUNT)),
    (_MONEY, _kinds(Quantity.MONEY)),
    (_AGO, _kinds(Quantity.DATE, Quantity.DURATION)),
    (_DURATION, _kinds(Quantity.DURATION)),
    (_DATE, _kinds(Quantity.DATE)),
)
"""Asked for in so many words, the first that matches."""
_BY_THE_WAY: _Asked = (
    (re.compile(_RATE + _THEN), _kinds(Quantity.PERCENTAGE)),
    (re.compile(_PRICE + _THEN), _kinds(Quantity.MONEY)),
    (re.compile(_PERIOD + _THEN), _kinds(Quantity.DURATION)),
    (_DATE_WORD, _kinds(Quantity.DATE)),
    (_MEASURED, _kinds(Quantity.COUNT)),
)
"""Asked for by a noun or a unit, when no other question word says otherwise."""
_BARELY: _Asked = (
    (re.compile(_RATE + _AT_END), _kinds(Quantity.PERCENTAGE)),
    (re.compile(_PRICE + _AT_END), _kinds(Quantity.MONEY)),
    (re.compile(_PERIOD + _AT_END), _kinds(Quantity.DURATION, Quantity.DATE)),
    (re.compile(_SIZE + _AT_END), _kinds(Quantity.COUNT, Quantity.MONEY, Quantity.PERCENTAGE)),
)
"""Asked for by the noun that ends a question without any question word: 一季度GDP增速."""
_AT_LAST: _Asked = (
    (_SOME, _kinds(Quantity.COUNT, Quantity.MONEY)),
    (_THINGS, _kinds(Quantity.COUNT)),
    (_HOW_LONG, _kinds(Quantity.COUNT, Quantity.DURATION)),
    (_HOW_MUCH, _kinds(Quantity.COUNT, Quantity.MONEY, Quantity.PERCENTAGE)),
)
"""Asked for without saying what kind it is."""


def expected_of(question: str) -> Expected | None:
    """What `question` asks for: a date, a duration, an amount, a share, a rank or a count; None for anything else."""
    plain = normalise(question).text
    if _NAME.search(plain):
        return None
    outright = _first(_OUTRIGHT, plain)
    if outright is not None or _OTHER_QUESTION_WORD.search(plain):
        return outright
    return _first(_BY_THE_WAY, plain) or _counted(plain) or _first(_AT_LAST, plain) or _first(_BARELY, plain)


def _first(asked: _Asked, question: str) -> Expected | None:
    return next((expected for pattern, expected in asked if pattern.search(question)), None)


def _counted(question: str) -> Expected | None:
    """A count with the measure word of the question, or with one that goes with the same things."""
    match = _COUNT.search(question)
    if match is None:
        return None
    unit = match.group("unit")
    alike = (units for units in _UNITS_ALIKE if unit in units)
    return Expected(frozenset({Quantity.COUNT}), frozenset({unit, _THING}).union(*alike))
