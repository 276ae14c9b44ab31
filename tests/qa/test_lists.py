from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.lists import asks_for_a_list, list_items

INDUSTRIES = (
    "有以小鹏汽车、中电汽车、宝龙汽车等整车生产企业及瑞庆时代（宁德时代在建项目）、合普动力等零部件企业形成的产业，"
    "有以逸舒制药、大华农等企业形成的生物医药产业。同时还有以电子信息、精细化工、能源供应等为协同产业。"
)
MEASURES = (
    "重招商，多措并举。一是坚持“大项目”招商。引进世界500强企业宁德时代。二是扎实推进驻点招商。主动承接深圳、广州等"
    "区域产业溢出，并辐射长三角、京津冀等地企业。三是“产城人”融合式招商。\n\n增载体，全力挖潜空间。"
)


@pytest.mark.parametrize(
    ("text", "anchor", "items"),
    [
        (INDUSTRIES, "小鹏汽车、中电汽车、宝龙汽车", ["小鹏汽车", "中电汽车", "宝龙汽车"]),
        (INDUSTRIES, "大华农", ["逸舒制药", "大华农"]),
        (INDUSTRIES, "有以逸舒制药、大华农等企业形成的生物医药产业", ["逸舒制药", "大华农"]),
        (INDUSTRIES, "合普动力", ["瑞庆时代（宁德时代在建项目）", "合普动力"]),
        (INDUSTRIES, "电子信息", ["电子信息", "精细化工", "能源供应"]),
        (MEASURES, "深圳、广州等区域", ["深圳", "广州"]),
        (MEASURES, "京津冀等地企业", ["长三角", "京津冀"]),
        ("发扬“孺子牛、拓荒牛、老黄牛”的三牛精神", "孺子牛、拓荒牛", ["孺子牛", "拓荒牛", "老黄牛"]),
        ("铁路连接湖南省怀化市与衡阳市。", "湖南省怀化市与衡阳市", ["湖南省怀化市", "衡阳市"]),
        ("包括四环素、多西环素和米诺环素；青霉素", "多西环素", ["四环素", "多西环素", "米诺环素"]),
        ("出台《甲、乙办法》、《丙办法》和《丁》。", "《甲、乙办法》", ["《甲、乙办法》", "《丙办法》", "《丁》"]),
        ("投资120亿元的项目落户。", "120亿元", []),
    ],
)
def test_items_side_by_side(text: str, anchor: str, items: list[str]) -> None:
    start = text.index(anchor)
    found = list_items(text, start, start + len(anchor), "有哪些？")
    assert [text[begin:end] for begin, end in found] == items


def test_items_that_are_numbered() -> None:
    wanted = ["坚持“大项目”招商", "扎实推进驻点招商", "“产城人”融合式招商"]
    for anchor in ("坚持“大项目”招商", "扎实推进驻点招商", "多措并举"):
        start = MEASURES.index(anchor)
        found = list_items(MEASURES, start, start + len(anchor), "采取了哪些招商措施？")
        assert [MEASURES[begin:end] for begin, end in found] == wanted


@pytest.mark.parametrize(
    ("question", "is_list"),
    [
        ("生物医药的代表企业有哪些？", True),
        ("承接哪两个城市的产业？", True),
        ("包括什么？", True),
        ("三个专班分别是什么？", True),
        ("金属加工企业都有谁？", True),
        ("哪一年通车？", False),
        ("投资了多少？", False),
        ("这有什么意义？", False),
    ],
)
def test_which_questions_ask_for_a_list(question: str, is_list: bool) -> None:
    assert asks_for_a_list(question) is is_list


@given(st.text(alphabet="甲乙有以等和及、，。“”（）\n一二三是 ", min_size=1, max_size=60), st.data())
def test_items_are_in_order_and_inside_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    last = 0
    for begin, stop in list_items(text, start, end, "采取了哪些措施？"):
        assert last <= begin < stop <= len(text)
        last = stop


def test_items_that_a_bracket_runs_together_are_one() -> None:
    assert len(list_items("（”及）", 0, 1, "有哪些？")) < 2
