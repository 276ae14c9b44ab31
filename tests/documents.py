"""Documents for tests: makers of single files of every format, and a folder of mixed files with distinct contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.document_makers import (
    FONT,
    make_csv,
    make_docx,
    make_eml,
    make_encrypted_pdf,
    make_epub,
    make_html,
    make_markdown,
    make_pdf,
    make_pptx,
    make_pptx_with_table,
    make_scanned_pdf,
    make_text,
    make_xlsx,
    make_zip,
    plain,
)

__all__ = [
    "FONT",
    "Fact",
    "fact",
    "make_csv",
    "make_docx",
    "make_eml",
    "make_encrypted_pdf",
    "make_epub",
    "make_folder",
    "make_html",
    "make_markdown",
    "make_pdf",
    "make_pptx",
    "make_pptx_with_table",
    "make_scanned_pdf",
    "make_text",
    "make_xlsx",
    "make_zip",
    "paragraphs_about",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that only one of the files of `make_folder` says. `sentence` holds `answer`, word for word."""

    title: str
    sentence: str
    question: str
    answer: str


_PLACES = ("肇庆", "佛山", "东莞", "惠州", "江门", "中山", "珠海", "汕头", "湛江", "韶关")
_TRADES = (
    "储能电池",
    "新能源汽车",
    "精密模具",
    "生物医药",
    "集成电路",
    "智能家电",
    "陶瓷新材料",
    "海洋装备",
    "冷链物流",
    "数字文创",
)


def fact(index: int) -> Fact:
    """The fact of the file number `index`, 0-based; the first 100 differ in place and trade."""
    place, trade = _PLACES[index % 10], _TRADES[index // 10 % 10]
    subject = f"{place}{trade}产业园" + (f"第{index // 100 + 1}期" if index >= 100 else "")
    answer = f"{index * 37 % 997 + 3}.{index % 10}亿元"
    return Fact(
        title=f"{subject}建设情况",
        sentence=f"{subject}的总投资为{answer}，计划于{2020 + index % 9}年{index % 12 + 1}月建成投产。",
        question=f"{subject}的总投资是多少？",
        answer=answer,
    )


def paragraphs_about(index: int) -> list[str]:
    """A short document about `fact(index)`: a title, two sections and the sentence that holds the fact."""
    known = fact(index)
    subject = known.title.removesuffix("建设情况")
    return [
        f"# {known.title}",
        f"{subject}是当地重点建设的项目，由市政府统筹推进，多个部门共同参与，目前各项工作进展顺利。",
        "## 投资规模",
        known.sentence,
        "## 组织保障",
        f"{subject}成立了由{10 + index}人组成的工作专班，每周召开一次调度会，及时协调解决用地、用电和用工问题。",
    ]


def make_folder(folder: Path, count: int = 100) -> list[Path]:
    """Write `count` files of mixed formats and encodings into `folder` (made when missing); their paths, in order.

    File number i says `fact(i)` and nothing of the others. All of them load; none is an archive.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index in range(count):
        ending, make = _MAKERS[index % len(_MAKERS)]
        path = folder / f"{index:03d}_{fact(index).title}{ending}"
        path.write_bytes(make(index))
        paths.append(path)
    return paths


def _pptx_about(index: int) -> bytes:
    title, first, second, sentence, third, last = plain(paragraphs_about(index))
    return make_pptx([(title, [], ""), (second, [sentence], first), (third, [last], "")])


def _rows_about(index: int) -> list[list[str]]:
    known = fact(index)
    return [
        ["项目", "总投资", "说明"],
        [known.title.removesuffix("建设情况"), known.answer, known.sentence],
        [f"{known.title}监理", f"{index + 5}万元", "监理服务费由建设单位支付。"],
    ]


def _eml_about(index: int) -> bytes:
    title, *rest = plain(paragraphs_about(index))
    return make_eml(title, "\n\n".join(rest))


_MAKERS: tuple[tuple[str, Callable[[int], bytes]], ...] = (
    (".txt", lambda index: make_text(paragraphs_about(index))),
    (".md", lambda index: make_markdown(paragraphs_about(index))),
    (".html", lambda index: make_html(paragraphs_about(index))),
    (".pdf", lambda index: make_pdf(paragraphs_about(index))),
    (".docx", lambda index: make_docx(paragraphs_about(index))),
    (".pptx", _pptx_about),
    (".xlsx", lambda index: make_xlsx({"投资": _rows_about(index)})),
    (".csv", lambda index: make_csv(_rows_about(index))),
    (".epub", lambda index: make_epub(fact(index).title, [paragraphs_about(index)])),
    (".eml", _eml_about),
    (".txt", lambda index: make_text(paragraphs_about(index), "gb18030")),
    (".htm", lambda index: make_html(paragraphs_about(index), "gbk")),
    (".txt", lambda index: make_text(paragraphs_about(index), "utf-16")),
)
