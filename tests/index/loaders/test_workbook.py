from __future__ import annotations

from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from index.loaders import load
from index.loaders.number_format import shown
from tests.documents import make_csv, make_xlsx
from tests.index.loaders.test_load import assert_sound


def test_a_row_names_its_values() -> None:
    data = make_xlsx(
        {
            "员工": [
                ["2024年员工表", None, None],
                ["姓名", "入职日期", "占比"],
                ["张三", date(2021, 3, 1), 0.256],
                [],
                ["李四", date(2022, 4, 2), 0.5],
            ],
            "公司": [["公司名称", "文渠公司"], ["注册资本", 1000000]],
        },
        {"B3": 'yyyy"年"m"月"d"日"', "C3": "0.0%", "B5": "yyyy/m/d", "C5": "0%"},
    )
    loaded = load(data, "表.xlsx")
    assert_sound(loaded)
    assert loaded.title == "表"
    assert loaded.text == (
        "员工\n\n2024年员工表\n\n姓名：张三，入职日期：2021年3月1日，占比：25.6%\n姓名：李四，入职日期：2022/4/2，占比：50%\n\n"
        "公司\n\n公司名称：文渠公司\n注册资本：1000000"
    )
    assert [loaded.text[mark.start : mark.end] for mark in loaded.headings] == ["员工", "公司"]


def test_forms_and_texts_have_no_header() -> None:
    form = [
        ["姓名：", "张三", "性别：", "男"],
        ["部门：", "研发", "职务：", "经理"],
        ["电话：", "无", "邮箱：", "无"],
    ] * 2
    assert load(make_xlsx({"Sheet1": form}), "a.xlsx").text.startswith("姓名： | 张三 | 性别： | 男\n部门：")
    assert load(make_xlsx({"Sheet1": [["一句话。"], ["又一句话。"]]}), "a.xlsx").text == "一句话。\n又一句话。"


def test_a_default_name_of_the_only_sheet_is_no_heading_and_hidden_sheets_are_left_out() -> None:
    data = make_xlsx({"Sheet1": [["甲", "乙"]]})
    assert load(data, "a.xlsx").headings == ()
    import io

    workbook = openpyxl.load_workbook(io.BytesIO(make_xlsx({"看得见": [["甲"]], "看不见": [["秘密"]]})))
    workbook["看不见"].sheet_state = "hidden"
    out = io.BytesIO()
    workbook.save(out)
    assert load(out.getvalue(), "a.xlsx").text == "看得见\n\n甲"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        # What Excel shows for them in its own documentation of number formats, or by the rules stated there.
        (None, "General", ""),
        (True, "General", "TRUE"),
        (3, "General", "3"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.59, "####.#", "1234.6"),
        (8.9, "#.000", "8.900"),
        (0.631, "0.#", "0.6"),
        (12000, "#,###", "12,000"),
        (12000, "#,", "12"),
        (12200000, "0.0,,", "12.2"),
        (0.285, "0%", "29%"),
        (0.2856, "0.00%", "28.56%"),
        (1234.5, "¥#,##0.00", "¥1,234.50"),
        (1234.5, "[$¥-804]#,##0.00", "¥1,234.50"),
        (-1234.5, "#,##0.00;[Red](#,##0.00)", "(1,234.50)"),
        (-5, "0.00", "-5.00"),
        (0, '0;-0;"无"', "无"),
        (12, '0"人"', "12人"),
        (7, "000", "007"),
        (2.5, "0", "3"),
        (-0.001, "0.0", "0.0"),
        ("文字", "0.00", "文字"),
        (datetime(2021, 3, 1), "yyyy-mm-dd", "2021-03-01"),
        (datetime(2021, 3, 1), 'yyyy"年"m"月"d"日"', "2021年3月1日"),
        (datetime(2021, 3, 1, 14, 5, 9), "yyyy/m/d h:mm:ss", "2021/3/1 14:05:09"),
        (datetime(2021, 3, 1, 14, 5), "h:mm AM/PM", "2:05 PM"),
        (datetime(2021, 3, 1, 9, 5), '上午/下午h"时"mm"分"', "上午9时05分"),
        (datetime(2021, 3, 1), "[$-804]aaaa", "星期一"),
        (44256, "[$-804]aaaa;@", "星期一"),
        (datetime(2021, 3, 1), "mmm-yy", "Mar-21"),
        (datetime(2021, 3, 1), "General", "2021-03-01"),
        (time(8, 30), "h:mm", "8:30"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05:00"),
    ],
)
def test_values_are_shown_as_in_excel(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "big5", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_its_encodings_and_separators(encoding: str, delimiter: str) -> None:
    rows = [["姓名", "年齡", "城市"], ["王小明", "23", "台北, 信義\n區"], ["李大同", "30", "高雄"]]
    assert load(make_csv(rows, encoding, delimiter), "名单.csv").text == (
        "姓名：王小明，年齡：23，城市：台北, 信義 區\n姓名：李大同，年齡：30，城市：高雄"
    )


def test_csv_of_two_columns_and_of_one() -> None:
    assert load("问题,答案\n怎么退款？,七天内申请。\n".encode(), "a.csv").text == "问题：答案\n怎么退款？：七天内申请。"
    assert load("一行文字。\n又一行。".encode(), "a.csv").text == "一行文字。\n又一行。"


def test_a_broken_quote_does_not_lose_the_rest() -> None:
    text = load('名称,说明,数量\n甲,"没有结尾,1\n乙,好,2\n'.encode(), "a.csv").text
    assert "没有结尾" in text
    assert "乙" in text
