from __future__ import annotations

import io

import pptx
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from index.loaders import load
from tests.documents import make_pptx, make_pptx_with_table
from tests.index.loaders.test_load import assert_sound


def test_a_page_for_each_slide() -> None:
    data = make_pptx(
        [("年度总结", [], ""), ("业绩", ["收入增长\v两成", "利润持平"], "备注：提问环节"), ("展望", ["继续努力"], "")]
    )
    loaded = load(data, "总结.pptx")
    assert_sound(loaded)
    assert loaded.title == "年度总结"
    pages = [loaded.text[page.start : page.end].strip() for page in loaded.pages]
    assert pages == ["年度总结", "业绩\n\n收入增长\n两成\n利润持平\n\n备注：提问环节", "展望\n\n继续努力"]
    assert [mark.level for mark in loaded.headings] == [1, 2, 2]


def test_tables_are_rows() -> None:
    data = make_pptx_with_table("人员", [["姓名", "部门"], ["张三", "研发"]])
    assert load(data, "a.pptx").text == "人员\n\n姓名 | 部门\n张三 | 研发"


def test_boxes_are_read_from_top_to_bottom_groups_and_charts_too() -> None:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    slide.shapes.add_textbox(Inches(1), Inches(5), Inches(3), Inches(1)).text_frame.text = "下"
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1)).text_frame.text = "组里"
    numbers = CategoryChartData()
    numbers.categories = ["一季度", "二季度"]
    numbers.add_series("销量", (12.5, 30))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(6), Inches(4), Inches(1), numbers)
    out = io.BytesIO()
    presentation.save(out)
    assert load(out.getvalue(), "a.pptx").text == "组里\n\n下\n\n| 销量\n一季度 | 12.5\n二季度 | 30"
