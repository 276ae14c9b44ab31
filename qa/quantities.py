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
    is_bare_day: bool = False
    """Whether a date may as well be a duration: 30日."""

    @property
    def is_bare_number(self) -> bool:
        """Whether what it counts stands elsewhere: 常住人口312.6万, or a cell of a table."""
        return self.quantity is Quantity.COUNT and not self.unit


def _any_of(words: str) -> str:
    """A pattern for any of `words` (separated by white space), the longest first; what only looks around is no part."""
    return "(?:" + "|".join(sorted(words.split(), key=lambda word: -len(_LOOK_AROUND.sub("", word)))) + ")"


_LOOK_AROUND = re.compile(r"\(\?<?[!=][^)]*\)")


_D = "[0-9０-９]"
_CHINESE = "〇零一二三四五六七八九十百千两廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
_C = f"[{_CHINESE}]"
_D_OR_C = f"[0-9０-９{_CHINESE}]"
_TO = r"[至到~～—–\-－]{1,3}"
_DIGITS = rf"{_D}{{1,15}}(?:[,，]{_D}{{3}}){{0,6}}(?:[.．]{_D}{{1,15}})?"
_NUMBER = (
    rf"(?:(?:{_DIGITS}[多余几]?[百千]?(?:[万亿]+(?:{_D}{{1,4}}[百千]?万?)?)?"
    rf"|{_C}[{_CHINESE}万亿多余几]{{0,15}}(?:点{_C}{{1,10}}[万亿]{{0,2}})?)[多余来]?|半)"
)

_LIMITS = "(?<!不得)不到 不足 不少于 不低于 不高于 不超过 不多于 不大于 不小于 至少 最多 最少 最高 最低 (?<!不)仅"
_ABOUT = (
    "(?<![签合条预公北契违节制])约 (?<!放)大约 大概 约莫 将近 接近 (?<![最附邻])近 "
    "(?<![赶不])超 (?<!不)(?<!不[得能会可应宜])超过 逾 高达 多达"
)
_BOUNDS = _any_of(f"{_LIMITS} {_ABOUT}")
BOUND = re.compile(rf"{_BOUNDS}[为达需]?")
"""What stands before a number and bounds it."""
LIMIT = re.compile(_any_of("不少于 不低于 不高于 不超过 不多于 不大于 不小于 最多 最高 最低 仅"))
"""A bound that is seldom part of an answer: how many at most is asked, and the answer is how many."""
STATED_BOUND = re.compile(_any_of("不到 不足 不超过 不会超过 超过 少于 高于 低于 多于 至少 起码 最多 最少 高达 多达"))
"""A bound that a question states itself: 造成至少多少人死亡."""
_BOUND = rf"(?:{_BOUNDS}[为达需]?)?(?:零下|负)?"
_AFTER = r"(?:以[上下内]|之[内久]|左右|上下|有余|[多余内])?"
_AMOUNT = rf"{_BOUND}(?:{_NUMBER}{_TO})?{_NUMBER}"

_PAIRED_YEAR = rf"(?:[（(](?:公元)?前?{_D}{{3,4}}年?[）)])?"
_REIGNS = (
    "建元 元狩 元鼎 太初 建武 永平 建安 黄初 太和 太康 永和 开皇 大业 武德 贞观 永徽 显庆 开元 天宝 至德 大历 "
    "建中 贞元 元和 长庆 会昌 大中 咸通 乾符 中和 光启 建隆 开宝 太平兴国 雍熙 淳化 至道 咸平 景德 大中祥符 天禧 "
    "天圣 明道 景祐 宝元 庆历 皇祐 至和 嘉祐 治平 熙宁 元丰 元祐 绍圣 元符 崇宁 大观 政和 宣和 靖康 建炎 绍兴 "
    "隆兴 乾道 淳熙 绍熙 庆元 嘉泰 开禧 嘉定 宝庆 端平 淳祐 景定 咸淳 中统 至元 元贞 大德 延祐 至治 至正 洪武 "
    "建文 永乐 洪熙 宣德 正统 景泰 天顺 成化 弘治 正德 嘉靖 隆庆 万历 天启 崇祯 顺治 康熙 雍正 乾隆 嘉庆 道光 "
    "咸丰 同治 光绪 宣统 明治 大正 昭和 平成 令和"
)
_REIGN = _any_of(_REIGNS)
_DYNASTY = "(?:[唐宋元明清晋隋汉]|[东西]汉|[北南]宋)?"
_YEAR = (
    rf"(?:(?:(?:公元|西元|公历)前?{_D}{{1,4}}|前{_D}{{2,4}}|民国(?:{_D_OR_C}{{1,3}}|元)|{_D}{{4}}"
    rf"|{_D}{{2}}(?=年(?:的?{_D}{{1,2}}月|代))|[〇零一二三四五六七八九]{{4}}|{_DYNASTY}{_REIGN}(?:元|{_D_OR_C}{{1,3}})"
    rf"|[傣佛藏回彝灰]历{_D}{{3,4}})年(?!级|轮|龄){_PAIRED_YEAR})"
)
_DECADE = rf"{_D_OR_C}{{1,4}}年代"
_ERA = (
    rf"(?:{_DECADE}|(?:公元)?前?{_D_OR_C}{{1,3}}世纪(?!以?[久内])(?:{_DECADE})?|{_DYNASTY}{_REIGN}年[间初末]"
    rf"|{_NUMBER}年(?:以|之)?前(?![期往来提]))"
)
_RELATIVE_YEAR = "[今去明前后当同次翌]年|第[二三]年(?=的?[0-9０-９一二三四五六七八九十正腊]{1,2}月)"
_RELATIVE_DAY = "[今昨明前后当]天|[今昨明当次翌][日晚晨]"
_MONTH = rf"(?:{_D}{{1,2}}|闰?[一二三四五六七八九十正腊冬]{{1,3}}|[本上下当同次])月"
_LUNAR_DAY = (
    r"(?:初[一二三四五六七八九十](?![中级])|(?:十[一二三四五六七八九]|廿[一二三四五六七八九]?)(?![万亿百千多余]))"
)
_WEEKDAY = (
    r"(?:[每本上下]?(?<![0-9０-９〇零一二三四五六七八九十两几半数个第])(?:周|星期|礼拜)"
    rf"[一二三四五六日天末](?![次个回遍天年])(?:[（(]{_D}{{1,2}}月{_D}{{1,2}}日[）)])?"
    r"|(?:第[一二三四五]|最后一)个(?:周|星期|礼拜)[一二三四五六日天])"
)
_DAY = (
    rf"(?:(?:{_D}{{1,2}}|[一二三四五六七八九十廿卅]{{1,4}})[日号](?![以之]?内)"
    r"(?:[（(](?:周|星期)[一二三四五六日天][）)])?"
    rf"|(?<=月){_LUNAR_DAY}|(?<=月){_WEEKDAY})"
)
_QUARTER = "第?[一二三四1-4]季度"
_SEASON = (
    rf"(?:{_QUARTER}|[上下]半[年月]|[初早仲暮晚]?[春夏秋冬](?:[季天]|(?![节运]))|年[初中底末]|[上中下]旬"
    "|(?:元旦|春节|元宵|清明|五一|端午|中秋|国庆|重阳)节?)"
)
_PART = _any_of("初 初期 末 末期 底 中 中期 上旬 中旬 下旬 前期 后期 早期 晚期")
_DAY_PART = _any_of("上午 中午 下午 凌晨 早上 早晨 清晨 傍晚 晚上 晚间 夜间 深夜 当晚 (?<!最)晚 早(?=[0-9])")
_CLOCK = (
    rf"{_DAY_PART}?(?:{_D}{{1,2}}[：:]{_D}{{2}}(?:[：:]{_D}{{2}})?"
    rf"|(?:{_D}{{1,2}}|[零一二三四五六七八九十]{{1,3}})(?:点钟|[时点](?![意建要希]))(?:半|整|{_D_OR_C}{{1,3}}分?)?)(?:左右|许)?"
)
_TIME = rf"(?:{_CLOCK}|{_DAY_PART})"
_ONE_DATE = (
    rf"(?:{_ERA}{_PART}?|{_D}{{4}}[-/.]{_D}{{1,2}}[-/.]{_D}{{1,2}}(?!{_D})"
    rf"|(?:{_YEAR}|{_RELATIVE_YEAR}|{_RELATIVE_DAY})(?:的?{_MONTH}(?:{_DAY}|{_PART})?|的?{_SEASON}|{_PART})?{_TIME}?"
    rf"|{_MONTH}(?:{_DAY}|{_PART})?{_TIME}?|{_DAY}{_TIME}?|{_WEEKDAY}{_TIME}?|{_CLOCK}|{_QUARTER})"
)
_DATE = (
    rf"(?:{_D}{{4}}{_TO}{_D}{{2,4}}年"
    r"|(?:(?:当地|北京|东部|世界|格林尼治|莫斯科|东京|伦敦|巴黎|纽约)时间|农历|阴历|公历)?(?:每[年月周天日])?"
    rf"{_ONE_DATE}(?:{_TO}(?:{_ONE_DATE}|{_D}{{1,4}}(?!{_D})[年月日号]))?"
    r"(?:(?:以|之)?(?:前后|[前后])(?![腿来])|左右|起(?![床飞诉草伏点])|止|期间)?)"
)

_TIME_UNITS = _any_of(
    "年(?![级轮龄]) 周年 载 月 个月 个多月 天 日 周(?!岁) 星期 个星期 礼拜 个礼拜 季度 个季度 世纪 个世纪 昼夜 "
    "小时 个小时 个多小时 钟头 个钟头 时辰 个时辰 工作日 个工作日 自然日 个自然日 交易日 个交易日 分钟 刻钟 秒 "
    "秒钟 毫秒 晚(?!上) 夜"
)
_SMALLER_TIME = rf"(?:[零又]?{_NUMBER}(?:分钟|分(?![之钱])|小时|个小时|秒钟?|个月|天|日(?!元)|周(?!岁)))"
_LATIN_TIME = r"[ \u00a0]?(?:ms|s|min|h|d)(?![A-Za-z/·²³])"
_MONEY_UNITS = _any_of(
    "元 元人民币 块 块钱 块大洋 块银元 角 毛 毛钱 分钱 圆 欧 美元 美金 港元 港币 欧元 日元 日圆 英镑 新台币 台币 "
    "韩元 卢布 马克 法郎 银两 两银子 两白银 银元 文钱 铜角 个铜角 大洋 塔勒 人民币 元整 圆整"
)
_SMALL_MONEY = (
    rf"(?:{_D_OR_C}{{1,2}}[角毛](?:{_D_OR_C}分)?|{_D_OR_C}分(?![之钟])|{_D_OR_C}(?=[，。；、！？,;|）)\s]|$))"
)
_PER = _any_of(
    "人 晚 天 日 月 年 次 辆 台 件 个 只 亩 吨 斤 公斤 千克 克 升 毫升 平方米 立方米 平米 平方公里 米 公里 千米 "
    "小时 时 分钟 分 秒 千瓦时 度 瓶 盒 袋 份 条 张 套 间 户 场 节 课时 学时 位 页 字 千字 项 笔 单 股 盘 座 桌 "
    "头 棵 株 包 片 支 粒 枚 周 季度 学期 学年 趟 例 门 科 晚次 mL L g kg h m GB"
)
_RATE = (
    rf"(?:(?:/{_PER}){{1,2}}"
    rf"|每(?:小时|秒|分钟?|立方米|立方厘米|平方米|升|克|千克|公斤)(?![0-9０-９{_CHINESE}]))?"
)
_ATOM = (
    r"(?:[munμµkKMGTPcdh]?(?:Wh|Ah|Hz|Pa|mol|cal|bps|eV|[mgLlsWVAJBbNtΩ])|min|mmHg|IU|dB(?:\(A\)|A)?|pp[mb]|rpm|r"
    r"|l[xm]|px|fps|dpi|bar|ha|×g|[hdUGM]|[℃℉]|°[CF]?)[²³]?"
)
_LATIN = rf"[ \u00a0]?{_ATOM}(?:[·/]{_ATOM}){{0,2}}(?![A-Za-z0-9])"
_MEASURES = _any_of(
    "平方公里 平方千米 平方米 平方英里 平方毫米 平方厘米 平米 立方米 立方厘米 立方 公里 千米 厘米 毫米 微米 纳米 "
    "分米 公分 公尺 英里 英尺 海里 英寸 公顷 公斤 千克 毫克 微克 千瓦时 吉瓦时 兆瓦时 瓦时 千瓦 兆瓦 吉瓦 吨 克 "
    "斤 升 毫升 微升 瓦 伏 千伏 安 毫安 微安 安时 毫安时 赫兹 兆赫 兆帕 千帕 千焦 千卡 大卡 勒克斯 国际单位 "
    "毫米汞柱 像素 字节 度 度电 摄氏度 分贝 米 亩 户次 人次 车次 台次 架次 炉次 批次 班次 周岁 人口 居民 学生 "
    "年级 学时 课时 学分 积分 个字 个字符 个人(?![信账资中所]) 个洞窟 毫摩尔每升 碗 勺 "
    + " ".join(
        "个家名位项所座条件种类款台辆部本册篇首张幅场次届期批支队层栋幢套间户只头匹株棵颗粒枚艘架门道处片块段组对双人口岁"
        "倍页字集卷章节步圈轮例具枪级代任样根把顶顿份封宗起笔股票分点桶箱瓶杯盒袋城县镇乡村区省市州国校站"
    )
)
# After a single Chinese numeral these are other words: 一面, 一出, 三里屯.
_RARER_MEASURES = (
    "(?:[尾键拍挡档尊面两板回单通炉床出罐词班串捆束趟遍针剂滴锅壶坛缸阶帧行列句幕声孔室席里丈尺寸石斗担引盘转]"
    "|平勺|洞窟)"
)
_TENTHS = "[一二两三四五六七八九]点?[一二三四五六七八九]?成[一二三四五六七八九]?(?![为立就功员果都本分])"
_PERCENT = (
    rf"(?:{_BOUND}(?:(?<![0-9０-９%％A-Za-z年月日])[+\-－−])?(?:{_DIGITS}[%％]?{_TO})?{_DIGITS}[多余]?"
    r"(?:[%％‰]|个百分点|个基点)"
    rf"|{_BOUND}[百千万]分之(?:{_DIGITS}|[{_CHINESE}点]{{1,10}})"
    rf"|{_D_OR_C}{{1,8}}分之{_D_OR_C}{{1,8}}|{_BOUND}{_TENTHS}|{_BOUND}一半"
    rf"|(?:{_DIGITS}|{_C}{{1,3}})折(?![叠扣旧合断线页纸返腰]))"
)
_BARE_DAY = re.compile(f"{_D_OR_C}{{1,4}}日")
_BARE_YEAR = re.compile(rf"{_D}{{3}}年")
# Looking for these first makes the search several times as fast.
_FIRST = (
    f"{_CHINESE}0-9０-９半负第公西民前唐宋元明清晋隋汉东北南傣佛藏回彝灰今去后当同次翌昨本上中下每闰正腊冬初周星礼最凌早"
    r"傍晚夜深农阴世格莫伦巴纽+\-－−"
    + "".join(word[0] for word in _LOOK_AROUND.sub("", f"{_LIMITS} {_ABOUT} {_REIGNS}").split())
)
_GRAMMAR = re.compile(
    rf"(?=[{_FIRST}])(?!(?<=[0-9])[0-9])(?:(?P<percentage>{_PERCENT}(?:{_TO}{_PERCENT})?{_AFTER})"
    rf"|(?P<money>{_AMOUNT}{_MONEY_UNITS}{_SMALL_MONEY}?{_RATE}{_AFTER})"
    rf"|(?P<ordinal>第(?:{_DIGITS}|{_C}{{1,8}})(?!季度|{_C}{{0,2}}产业|年的?{_D_OR_C}{{1,2}}月|个[周星礼])"
    rf"(?:分钟|小时|{_MEASURES}|[年天日周大号])?)"
    rf"|(?P<date>{_DATE})"
    rf"|(?P<duration>{_AMOUNT}(?:(?P<time_unit>{_TIME_UNITS})半?{_SMALLER_TIME}{{0,2}}|{_LATIN_TIME}){_AFTER})"
    rf"|(?P<count>{_AMOUNT}(?P<count_unit>{_MEASURES})(?:(?<=米){_D}{{2}}(?!{_D}))?{_RATE}{_AFTER}"
    rf"|(?<![A-Za-z0-9.,])(?<![A-Za-z]-){_BOUND}(?:{_DIGITS}{_TO})?{_DIGITS}[多余]?万?(?P<latin_unit>{_LATIN}){_RATE}{_AFTER}"
    rf"|{_BOUND}(?:(?:{_DIGITS}{_TO})?{_DIGITS}[多余]?[万亿]?|{_C}[{_CHINESE}万多余]{{1,8}})"
    rf"(?P<rare_unit>{_RARER_MEASURES}){_RATE}{_AFTER}"
    rf"|{_BOUND}(?:{_DIGITS}[多余几]?[万亿]{{1,2}}"
    rf"|[一二两三四五六七八九十][{_CHINESE}]{{0,6}}多?[万亿]{{1,2}}[一二三四五六七八九]?)))"
)
_UNIT_GROUPS = ("time_unit", "count_unit", "latin_unit", "rare_unit")
_CELL = re.compile(rf"(?<=\| )[+\-−－]?{_DIGITS}(?= \|| ?$| ?\n)|^[+\-−－]?{_DIGITS}(?= \|)", re.MULTILINE)


def expressions(text: str) -> Iterator[Expression]:
    """The expressions of `text` in order, none overlapping another."""
    for match in _GRAMMAR.finditer(text):
        yield Expression(
            start=match.start(),
            end=match.end(),
            quantity=next(quantity for quantity in Quantity if match.group(quantity.value) is not None),
            unit=next((match.group(name).strip() for name in _UNIT_GROUPS if match.group(name)), ""),
            is_bare_day=_BARE_DAY.fullmatch(match.group()) is not None,
            is_bare_year=_BARE_YEAR.fullmatch(match.group()) is not None,
        )


def cell_numbers(text: str) -> Iterator[Expression]:
    """The cells of tables that hold a number and nothing else: what it counts stands in the heading of its column."""
    for match in _CELL.finditer(text):
        yield Expression(match.start(), match.end(), Quantity.COUNT)
