"""An answer as text in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from qa.types import Answer, Citation


def print_answer(answer: Answer, console: Console) -> None:
    """Print the answer, its source sentence with the answer highlighted, and where it stands."""
    if answer.text is None:
        console.print(Text("文档中没有找到答案。", style="bold yellow"))
        if answer.nearest:
            console.print("最接近的原文：")
        for citation in answer.nearest:
            console.print(Text.assemble("  ", citation.quote.replace("\n", " ")), soft_wrap=True)
            console.print(_place(citation), soft_wrap=True)
        return
    console.print(Text.assemble(("答案：", "dim"), (answer.text, "bold green")), soft_wrap=True)
    for citation in answer.citations:
        console.print(_sentence(citation), soft_wrap=True)
        console.print(_place(citation), soft_wrap=True)
    console.print(Text(f"把握：{answer.confidence:.0%}", style="dim"))


def _sentence(citation: Citation) -> Text:
    return Text.assemble(
        ("原文：", "dim"), citation.prefix, (citation.quote, "bold black on bright_yellow"), citation.suffix
    )


def _place(citation: Citation) -> Text:
    path = " › ".join(citation.headings) or citation.revision.title
    page = "" if citation.page is None else f"  第{citation.page}页"
    revision = citation.revision
    return Text(
        f"出处：{path}{page}  [{revision.document_id} 第{revision.number}版 {citation.start}–{citation.end}]",
        style="dim",
    )
