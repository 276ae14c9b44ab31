"""Yes/no questions made from text, and the fit of the verdict on such."""

from __future__ import annotations

import random
from collections.abc import Sequence

from qa.training.examples import YesNoExample
from qa.training.statements import statement_examples
from qa.training.train_yes_no import ask_yes_no, choose_threshold, fit_yes_no, judge_all, verdict_outcome
from qa.yes_no import asks_yes_or_no

PLACES = ("肇庆", "广州", "深圳", "珠海", "佛山", "东莞", "中山", "惠州", "江门", "湛江")
COMPANIES = ("小鹏汽车", "宁德时代", "鼎湖制药", "合普动力", "风华电子", "星湖科技", "理士电源", "大华农")
NAMES = {"ns": list(PLACES), "nt": list(COMPANIES)}


def article(number: int) -> str:
    place, company = PLACES[number % len(PLACES)], COMPANIES[number % len(COMPANIES)]
    return (
        f"{place}今年引进{company}投资{number + 20}亿元建设生产基地。"
        f"{company}在{place}招收员工{number + 300}名参加培训。"
        f"{place}没有向{company}收取土地费用。"
    )


def made(seed: int = 1) -> Sequence[YesNoExample]:
    return list(statement_examples([article(number) for number in range(120)], NAMES, random.Random(seed)))


def test_every_question_asks_yes_or_no_and_all_three_kinds_are_made() -> None:
    examples = made()
    assert len(examples) > 60
    assert {example.yes for example in examples} == {True, False, None}
    assert all(asks_yes_or_no(example.question) for example in examples)
    assert made() == examples


def test_what_is_denied_differs_from_the_text_and_what_is_affirmed_comes_from_it() -> None:
    for example in made():
        statement = example.question.replace("是否", "").removesuffix("吗？").removesuffix("？")
        if example.yes:
            assert set(statement) <= set(example.context) | set("用采使企业公司给供应提招收参与出席加花投入资"), example
        else:
            assert statement not in example.context


def test_the_fit_tells_statements_that_hold_from_others() -> None:
    asked = list(ask_yes_no(made()))
    assert {item.yes for item in asked} == {True, False, None}
    model = fit_yes_no(asked)
    judged = judge_all(asked, model)
    everything = verdict_outcome(judged, 0.0)
    assert everything.settled_refused == 0.0
    # Better than always saying one of the two.
    settled = [item.yes for item in asked if item.yes is not None]
    assert everything.settled_right > max(settled.count(True), settled.count(False)) / len(settled)
    chosen = verdict_outcome(judged, choose_threshold(judged))
    assert chosen.settled_right + chosen.unsettled_refused >= everything.settled_right + everything.unsettled_refused
