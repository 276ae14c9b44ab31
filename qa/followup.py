"""A question that leans on the one before → a question that stands alone (pure).

Only three things count as leaning: "…呢？", a pronoun without a referent in its own question, and a question that has
no subject. Anything else is left as it is: a complete question that is changed is worse than a follow-up that is not
understood, since the answer to it looks right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from qa.quantities import Quantity, expressions
from qa.types import Turn
from qa.understand import MAX_QUESTION_CHARACTERS

_AND_WHAT_ABOUT = re.compile(
    "^(?:那么?|至于|还有|换成|如果是)?[，,]?(?P<other>[^，。？?]{1,24}?)(?:的话)?呢[？?！!。]*$"
)
_QUESTION_WORD = re.compile("谁|什么|哪|几|多[少大久长高远]|怎|如何|为何|何时|吗|是否|有没有|是不是|啥")
_ORDINAL = re.compile(
    "(?:第[0-9一二三四五六七八九十]+|首|上一|下一|上|下|本|这|[0-9]+)(?:届|批|次|期|轮|季度|阶段|名|条|家|位|个|款|章|部分)"
)
_KINDS = (
    "项目|企业|公司|政策|措施|办法|活动|会议|产品|设备|型号|园区|平台|机构|单位|部门|医院|学校|高速|人|机器|系统|文件"
)
_KIND_ASKED_FOR = re.compile(
    f"(?:哪些|哪几[个家项种]|什么|多少[个家项]?)(?P<kind>[\u4e00-\u9fff]{{2,8}}?)(?P<head>{_KINDS}|产业)"
)
_NAME_OF_A_PLACE = re.compile("[区市县省镇村乡州园局部委院校]$|公司$|集团$")
_PRONOUN = re.compile(
    "它们|他们|她们|(?<![其吉])[它他她](?!们)|(?<![其无极尤])其(?![他它她中余实次间])"
    f"|(?:这|那|该|此)(?:[个项家位座条款份届批种类]|一[个项家])?(?P<kind>{_KINDS})|(?:这|那)[里儿]|当时|那时|那一?年"
)
_PLACE_WORDS = frozenset(("这里", "那里", "这儿", "那儿"))
_TIME_WORDS = frozenset(("当时", "那时", "那年", "那一年"))
_ASKS_FOR_A_THING = re.compile("谁|什么(?!时候)|哪(?![年天月日一]|个月)|啥(?!时候)|何(?!时)")
_NOUNS = frozenset(("n", "nr", "ns", "nt", "nz", "nrt", "nrfg", "ng", "j", "eng", "vn", "l", "i"))
_INSIDE = _NOUNS | {"uj", "m", "mq", "q", "a", "b", "s", "f", "an", "zg", "k", "v"}
_SKIPPED = frozenset(("p", "c", "d", "r", "t", "y", "x", "ul", "u"))
_ASKED_FOR = {
    word: asked
    for asked, words in {
        "多久": "工期 时长 期限 有效期 保修期 周期",
        "多少": "电话 电话号码 手机号 价格 售价 金额 费用 造价 总造价 面积 人数 数量 总量 投资 总投资 投资额 规模 "
        "比例 额度 产量 产值 年产值 长度 高度 重量 税率 利率 邮编",
        "谁": "负责人 联系人 主办方 承办方 作者 设计者",
        "什么": "原因 目的 作用 条件 要求 流程 材料 内容 结果 特点 名称 邮箱 网址 依据",
        "什么时候": "时间 日期",
        "哪里": "地址 地点 位置",
    }.items()
    for word in words.split()
}
"""What may be asked of a thing, and the word that asks for it."""
# What jieba calls a noun, and what says something of a thing rather than which thing.
_SAID_OF_THINGS = frozenset(
    re.split(
        r"\s+",
        "时候 地方 计划 好处 名字 标准 落户 建厂 通车 开工 竣工 投产 办理 签约 建设 申请 推出 召开 生产 动工 成立 引进 "
        "发布 实施 举办 举行",
    )
).union(_ASKED_FOR)
_OTHERS = re.compile("其[他它]|另外|别的|那些|这些|某|所有|全部")
_INSIDE_MARKS = frozenset("“”《》「」-·")
_LONGEST_WITHOUT_SUBJECT = 18


def stand_alone(question: str, turns: Sequence[Turn]) -> str:
    """`question` as it would be asked by someone who did not ask `turns` (oldest first) before it.

    Never longer than a question may be: what would be is left as it is.
    """
    if not turns or _OTHERS.match(question):
        return question
    understood = _in_the_light_of(turns, question)
    return understood if len(understood) <= MAX_QUESTION_CHARACTERS else question


def _in_the_light_of(turns: Sequence[Turn], question: str) -> str:
    replaced = _AND_WHAT_ABOUT.match(question)
    if replaced and not _QUESTION_WORD.search(replaced["other"]):
        return _with_other(turns[-1].question, replaced["other"])
    pronoun = _PRONOUN.search(question)
    if pronoun and not _has_noun(question[: pronoun.start()]):
        antecedent = _antecedent(pronoun, turns)
        return _replaced(question, *pronoun.span(), antecedent) if antecedent else question
    if len(question) <= _LONGEST_WITHOUT_SUBJECT and not _has_subject(question):
        return _last_topic(turns) + question
    return question


def _last_topic(turns: Sequence[Turn]) -> str:
    """What was last asked about; empty when no turn has a topic."""
    return next((found for turn in reversed(turns) if (found := topic(turn.question))), "")


def topic(question: str) -> str:
    """What a question is about: its first noun phrase, without a date in front; empty when it has none."""
    words: list[str] = []
    for word, tag in rjieba.tag(question):
        if _QUESTION_WORD.search(word):
            break
        if not words:
            # A rare character ("𠮷") has the tag of marks.
            if (
                (tag not in _SKIPPED or (tag == "x" and word.isalpha()))
                and not _is_date(word)
                and not (tag == "m" and word.isdigit())
            ):
                words.append(word)
        elif (tag == "v" or word in _SAID_OF_THINGS) and _has_noun("".join(words)):
            break
        elif tag in _INSIDE or word in _INSIDE_MARKS or (tag == "x" and word.isalpha()):
            words.append(word)
        else:
            break
    while words and (words[-1] in _SAID_OF_THINGS or words[-1] in ("的", "总", " ")):
        words.pop()
    found = "".join(words)
    return found if len(found) > 1 and _has_noun(found) else ""


def _with_other(question: str, other: str) -> str:
    """`question` with the part that `other` is an alternative to replaced, or `other` asked of the same thing."""
    if any(found.quantity is Quantity.DATE for found in expressions(other)):
        dates = [found for found in expressions(question) if found.quantity is Quantity.DATE]
        return _replaced(question, dates[0].start, dates[0].end, other) if dates else other + question
    if other in _ASKED_FOR and other not in question:
        about = topic(question)
        return f"{about}的{other}是{_ASKED_FOR[other]}？" if about else f"{other}是{_ASKED_FOR[other]}？"
    ordinal, other_ordinal = _ORDINAL.search(question), _ORDINAL.match(other)
    if ordinal and other_ordinal:
        return _replaced(question, ordinal.start(), ordinal.end(), other_ordinal[0])
    about, kind = topic(question), _KIND_ASKED_FOR.search(question)
    if kind and _NAME_OF_A_PLACE.search(about) and not _NAME_OF_A_PLACE.search(other):
        return _replaced(
            question, kind.start("kind"), kind.end("head" if other.endswith(kind["head"]) else "kind"), other
        )
    if not about:
        return other + question
    part = _alike_part(about, other)
    place = question.index(about) + about.index(part)
    return _replaced(question, place, place + len(part), other)


def _alike_part(about: str, other: str) -> str:
    """The part of "A的B" that `other` may stand for: the one it shares more with, else the owner."""
    owner, _, thing = about.partition("的")
    if not thing:
        return about
    return thing if _shared(thing, other) > _shared(owner, other) else owner


def _shared(one: str, other: str) -> int:
    return len(set(one) & set(other)) + 2 * (one[-1:] == other[-1:])


def _antecedent(pronoun: re.Match[str], turns: Sequence[Turn]) -> str:
    """What a pronoun stands for: the answer before it when that is a thing, else what was asked about."""
    last = turns[-1]
    if pronoun[0] in _TIME_WORDS:
        dates = [e for e in expressions(f"{last.question}，{last.answer or ''}") if e.quantity is Quantity.DATE]
        return f"{last.question}，{last.answer or ''}"[dates[0].start : dates[0].end] if dates else ""
    kind = pronoun["kind"]
    answer = last.answer if last.answer and _is_thing(last.answer) and _ASKS_FOR_A_THING.search(last.question) else ""
    if pronoun[0] in _PLACE_WORDS and answer:
        return answer
    about = _last_topic(turns)
    if kind:
        return next((found for found in (about, answer) if found and kind in found), about or answer)
    return answer or about


def _is_thing(answer: str) -> bool:
    return len(answer) <= 24 and not list(expressions(answer)) and not re.search("[，。；！？]", answer)


def _has_subject(question: str) -> bool:
    """Whether a noun says what the question is about, outside of what it asks for ("哪些材料")."""
    asked = False
    for word, tag in rjieba.tag(question):
        if _QUESTION_WORD.search(word):
            asked = True
        elif tag in _NOUNS:
            if not asked and word not in _SAID_OF_THINGS:
                return True
            asked = False
    return re.search("[“《「A-Za-z]", question) is not None


def _has_noun(text: str) -> bool:
    return any(tag in _NOUNS and word not in _SAID_OF_THINGS for word, tag in rjieba.tag(text))


def _is_date(word: str) -> bool:
    return re.fullmatch("[0-9年月日]+", word) is not None or any(
        found.quantity is Quantity.DATE for found in expressions(word)
    )


def _replaced(text: str, start: int, end: int, other: str) -> str:
    return text[:start] + other + text[end:]
