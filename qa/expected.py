"""What kind of exact thing a question asks for, if it does (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.quantities import Expression, Quantity


@dataclass(frozen=True, slots=True)
class Expected:
    """The kinds that answer the question; with `units`, a count must have one of them."""

    quantities: frozenset[Quantity]
    units: frozenset[str] = frozenset()

    def fits(self, expression: Expression) -> bool:
        """Whether `expression` is what the question asks for."""
        if expression.is_bare_year and Quantity.DATE in self.quantities:
            return True
        if expression.quantity not in self.quantities:
            return False
        return not self.units or expression.quantity is not Quantity.COUNT or expression.unit in self.units


_UNITS_ALIKE = (
    frozenset(("名", "位", "人", "个", "口", "人次", "人口", "例")),
    frozenset(("家", "个", "间", "所")),
    frozenset(("项", "个", "件", "条", "种", "类", "款")),
    frozenset(("次", "届", "场", "回", "轮")),
    frozenset(("栋", "幢", "座")),
    frozenset(("岁", "周岁")),
)
_COUNTED = (
    "个名位家项所座条件种类款台辆部本册篇首张幅场次届批支队层栋幢套间户只头匹株棵颗枚艘架道处片块组对人口岁倍页集卷"
    "章任根把份封宗起分门亩米吨"
)
_HOW_MANY = "(?:多少|几)"
_AT_END = "(?:是|为|有|达到?|了|约|大约|共)*(?:多少|几|多大|[？?]|$)"
_OTHER_QUESTION_WORD = re.compile("谁|什么|怎|如何|为何|哪")

_ORDINAL = re.compile(rf"第{_HOW_MANY}|排名?第?{_HOW_MANY}|位[居列]第?{_HOW_MANY}")
_PERCENTAGE = re.compile(
    rf"百分之{_HOW_MANY}|多少百分比|多少[%％]|几成(?!为)|(?:增速|增幅|比例|占比|比重|率|同比[增下][长降]){_AT_END}"
)
_GROWTH = re.compile(rf"[增涨跌降减](?:长|加|幅|少|低)?了?{_HOW_MANY}")
_MONEY = re.compile(
    rf"{_HOW_MANY}[万亿]?(?:钱|美?元|块钱?|资金|投资)"
    rf"|(?:价格|金额|总投资|投资额|票房|售价|费用|造价|补贴|补助){_AT_END}"
)
_DURATION = re.compile(
    rf"多久|多长的?时间|多少时间"
    rf"|(?<![哪第未好前近]){_HOW_MANY}(?:年|天|小时|分钟|秒|星期|周|工作日|日|个(?:小时|星期|工作日|月))(?![代份度初末底前来级])"
    rf"|(?:时长|工期|期限|有效期|寿命){_AT_END}"
)
_DATE = re.compile(
    "什么时[候间]|啥时候?|何时|哪一?[年天日月]|哪个(?:月|年份|日子|时候|年代|世纪)|(?<!好)几[月号日](?!月)|几几年|几世纪"
    "|哪几年|(?:[西公]元|民国)几年|什么(?:日子|年代|日期)|(?:日期|时间|年份)(?:是|为|在)?[？?]?$|几点钟?(?![意建])"
)
_COUNT = re.compile(rf"{_HOW_MANY}(?P<unit>[{_COUNTED}])")
_HOW_MUCH = re.compile(
    rf"多少|多大|多[高长宽重远深](?!的?时间)|(?:数量|总数|总量|人数|规模|面积|长度|高度|重量|产量|容量){_AT_END}"
)


def expected_of(question: str) -> Expected | None:
    """What `question` asks for: a date, a duration, an amount, a share, a rank or a count; None for anything else."""
    for pattern, quantities in (
        (_ORDINAL, {Quantity.ORDINAL}),
        (_PERCENTAGE, {Quantity.PERCENTAGE}),
        (_GROWTH, {Quantity.PERCENTAGE, Quantity.MONEY, Quantity.COUNT}),
        (_MONEY, {Quantity.MONEY}),
        (_DURATION, {Quantity.DURATION}),
        (_DATE, {Quantity.DATE}),
    ):
        if pattern.search(question):
            return Expected(frozenset(quantities))
    if _OTHER_QUESTION_WORD.search(question):
        return None
    counted = _COUNT.search(question)
    if counted is not None:
        unit = counted.group("unit")
        return Expected(frozenset({Quantity.COUNT}), frozenset({unit}).union(*(u for u in _UNITS_ALIKE if unit in u)))
    if _HOW_MUCH.search(question):
        return Expected(frozenset({Quantity.COUNT, Quantity.MONEY, Quantity.PERCENTAGE}))
    return None
