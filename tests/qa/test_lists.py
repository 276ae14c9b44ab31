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


def found_items(text: str, pointed: str, question: str) -> list[str]:
    start = text.index(pointed)
    return [text[begin:stop] for begin, stop in list_items(text, start, start + len(pointed), question)]


@pytest.mark.parametrize(
    ("text", "pointed", "question", "items"),
    [
        # Clause by clause; a comma in one that was pointed at is no end.
        (
            "三条规矩：不赊账，不欠薪，不浪费。",
            "不赊账，不欠薪，不浪费",
            "哪三条规矩？",
            ["不赊账", "不欠薪", "不浪费"],
        ),
        ("三条规矩：不赊账，不欠薪，不浪费。", "不赊账", "哪三条规矩？", ["不赊账", "不欠薪", "不浪费"]),
        ("风险：需求放缓；汇率波动；成本上升。", "需求放缓", "有哪些风险？", ["需求放缓", "汇率波动", "成本上升"]),
        ("要求：少盐，口味轻；少油，用蒸锅。", "少盐，口味轻", "有哪些要求？", ["少盐，口味轻", "少油，用蒸锅"]),
        ("步骤：关机→拔线→装箱。", "关机→拔线→装箱", "要走哪几步？", ["关机", "拔线", "装箱"]),
        ("线路是东门—西桥—南站，票价1元。", "东门—西桥—南站", "停哪几站？", ["东门", "西桥", "南站"]),
        (
            "不进水库、鱼塘玩水，不放鞭炮。",
            "不进水库、鱼塘玩水，不放鞭炮",
            "不做哪些？",
            ["不进水库、鱼塘玩水", "不放鞭炮"],
        ),
        ("先洗菜，再切菜，最后下锅。", "洗菜，再切菜，最后下锅", "有哪些步骤？", ["洗菜", "切菜", "下锅"]),
        ("两项承诺：不涨价，不断货，大家放心。", "不涨价", "哪两项？", ["不涨价", "不断货"]),
        ("手工炒要一天，先摊放，再杀青，最后烘干。", "摊放", "有哪些工序？", ["摊放", "杀青", "烘干"]),
        ("附件：烤盘两只，夹子一把，手套一双。", "烤盘两只", "有哪些附件？", ["烤盘两只", "夹子一把", "手套一双"]),
        # As far as the one that was pointed at.
        ("其中运费三万元，人工五万元。", "运费", "有哪些开支？", ["运费", "人工"]),
        ("供应大米20吨、面粉30吨、食油5吨。", "大米20吨、面粉30吨、食油", "供应哪几样？", ["大米", "面粉", "食油"]),
        ("按分数评定，价格占三成，技术占五成，商务占两成。", "价格", "看哪几个方面？", ["价格", "技术", "商务"]),
        ("两万元用于修路，五万元用于买书。", "修路", "钱花在哪些地方？", ["修路", "买书"]),
        ("由主任医师王立、主任医师陈安负责。", "王立", "有哪几位医生？", ["王立", "陈安"]),
        ("一是人手少，常加班；二是场地小，难扩建。", "人手少", "有哪两个难处？", ["人手少", "场地小"]),
        ("他先用“浮运法”架梁，后用“顶推法”合龙。", "浮运法", "用了哪几种办法？", ["浮运法", "顶推法"]),
        ("展览分“春”“夏”“秋”三个单元。", "春”“夏”“秋", "有哪些单元？", ["春", "夏", "秋"]),
        ("展览分“春”“夏”“秋”三个单元。", "春", "有哪些单元？", ["春", "夏", "秋"]),
        ("把“一队”和“二队”合并。", "一队", "哪两个队？", ["一队", "二队"]),
        ("检查针刺（3次）、热箱（5次）和过充。", "针刺", "有哪几项测试？", ["针刺", "热箱", "过充"]),
        # Closed by their number, by what the others end with, or by the verb.
        ("红枣、核桃和花生三种干果免税。", "红枣", "哪些免税？", ["红枣", "核桃", "花生"]),
        ("设软件与服务、医药、化工三个学科。", "软件与服务、医药、化工", "哪三个？", ["软件与服务", "医药", "化工"]),
        ("交租约、近三个月的流水。", "租约、近三个月的流水", "交哪些？", ["租约", "近三个月的流水"]),
        ("在3号楼、8号楼楼下放水箱。", "3号楼", "放在哪几栋楼？", ["3号楼", "8号楼"]),
        ("儿童、军人和孕妇不得参加。", "儿童", "哪些人不能去？", ["儿童", "军人", "孕妇"]),
        ("儿童、军人和孕妇不得参加。", "儿童、军人和孕妇不得参加", "哪些人不能去？", ["儿童", "军人", "孕妇"]),
        (
            "取消鉴定收费项目、建设以果蔬为主的园区。",
            "取消鉴定收费项目",
            "有哪些？",
            ["取消鉴定收费项目", "建设以果蔬为主的园区"],
        ),
        ("会场只提供开水、毛巾和雨伞。", "毛巾", "有哪些东西？", ["开水", "毛巾", "雨伞"]),
        # Numbers are not parted, the joining word at the edge is found, items that are known are left out.
        ("每天6:50、12:10、17:40发车。", "6:50、12:10、17:40", "哪几个点？", ["6:50", "12:10", "17:40"]),
        ("羊怕冷和潮湿，喂草；牛怕热。", "冷", "羊怕哪两样？", ["冷", "潮湿"]),
        (
            "会员分正式会员、家属会员和荣誉会员。",
            "家属会员和荣誉会员",
            "正式会员以外还有哪些？",
            ["家属会员", "荣誉会员"],
        ),
    ],
)
def test_items_as_the_pointer_shows_them(text: str, pointed: str, question: str, items: list[str]) -> None:
    assert found_items(text, pointed, question) == items


MACHINES = "\n".join(
    (
        "设备一览",
        "设备 | 地点 | 开机费 | 用法",
        "天平 | 东楼 | 无 | 称重，校准",
        "烘箱 | 西楼 | 50元 | 烘干",
        "显微镜 | 东楼 | 无 | 观察",
        "",
        "费用每月结算。",
    )
)


@pytest.mark.parametrize(
    ("pointed", "question", "items"),
    [
        ("天平", "一共有哪几种设备？", ["天平", "烘箱", "显微镜"]),
        ("天平", "有哪三样？", ["天平", "烘箱", "显微镜"]),
        ("天平", "放在东楼的有哪些？", ["天平", "显微镜"]),
        ("天平", "哪些不收开机费？", ["天平", "显微镜"]),
        ("东楼", "分布在哪些地点？", ["东楼", "西楼"]),
        ("称重，校准", "天平有哪些用法？", ["称重", "校准"]),
        ("烘干", "烘箱有哪些用法？", []),
        ("天平", "谁用得上这些？", []),
    ],
)
def test_items_of_a_table(pointed: str, question: str, items: list[str]) -> None:
    assert found_items(MACHINES, pointed, question) == items


@pytest.mark.parametrize(
    ("text", "pointed", "items"),
    [
        (
            "禁止事项\n\n使用电炉、热得快；\n\n饲养猫狗；\n\n酗酒。\n\n违者罚款。",
            "使用电炉、热得快",
            ["使用电炉、热得快", "饲养猫狗", "酗酒"],
        ),
        ("方向\n\n珊瑚保护（A1）\n\n海水淡化（B2）\n\n详见附件。", "珊瑚保护", ["珊瑚保护", "海水淡化"]),
        ("流程\n\n受理：当场核对；\n\n公示：五日；\n\n兑付：十日。", "受理", ["受理", "公示", "兑付"]),
        ("判决\n审判长 张三\n审判员 李四\n审判员 王五\n三月", "李四", ["李四", "王五"]),
        ("流程\n\n到窗口受理，当场核对。\n\n公示五日。", "受理", []),
    ],
)
def test_items_that_are_lines(text: str, pointed: str, items: list[str]) -> None:
    assert found_items(text, pointed, "有哪些？") == items


def test_a_number_behind_a_name_marks_no_item() -> None:
    text = "包括底盘1、机构2和折叠臂3。"
    assert found_items(text, "底盘1、机构2和折叠臂3", "由哪些部分组成？") == ["底盘1", "机构2", "折叠臂3"]


def test_a_list_deep_in_a_numbered_item_is_that_list() -> None:
    text = "一是重新招标，限期完成。二是冬训，内容为识别和吊装，每周一次。"
    assert found_items(text, "识别和吊装", "冬训有哪些内容？") == ["识别", "吊装"]


@pytest.mark.parametrize(
    ("question", "is_list"),
    [
        ("生物医药的代表企业有哪些？", True),
        ("承接哪两个城市的产业？", True),
        ("包括什么？", True),
        ("三个专班分别是什么？", True),
        ("金属加工企业都有谁？", True),
        ("两位编者是谁？", True),
        ("另外两个人是？", True),
        ("三座山分别叫什么？", True),
        ("复核都查什么？", True),
        ("平时都做些什么？", True),
        ("集中在哪幾個小區？", True),
        ("跟他一起去的有谁？", True),
        ("影响最大的几个因素", True),
        ("哪一年通车？", False),
        ("由哪个单位负责？", False),
        ("由哪家公司承办？", False),
        ("成都的市花是什么？", False),
        ("左右两只为什么不能戴反？", False),
        ("第三部叫什么名字？", False),
        ("两个月后谁接任？", False),
        ("两个人是什么关系？", False),
        ("刻的是哪四个字？", False),
        ("看过哪些书的记录会留多久？", False),
        ("投资了多少？", False),
        ("这有什么意义？", False),
    ],
)
def test_which_questions_ask_for_a_list(question: str, is_list: bool) -> None:
    assert asks_for_a_list(question) is is_list


@given(st.text(alphabet="甲乙有以等和及、，。；：→—“”（）\n一二三是家 |1\u3000", min_size=1, max_size=60), st.data())
def test_items_are_in_order_and_inside_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    last = 0
    for begin, stop in list_items(text, start, end, "采取了哪些措施？"):
        assert last <= begin < stop <= len(text)
        last = stop


def test_items_that_a_bracket_runs_together_are_one() -> None:
    assert len(list_items("（”及）", 0, 1, "有哪些？")) < 2
