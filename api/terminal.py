"""An answer as text in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from index.types import Revision
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
    _print_sentences(answer.citations, console)
    if answer.conflicting:
        console.print(Text("别的文档说法不同：", style="bold yellow"))
        _print_sentences(answer.conflicting, console)
    console.print(Text(f"把握：{answer.confidence:.0%}", style="dim"))


def _print_sentences(cited: Sequence[Citation], console: Console) -> None:
    for _, group in groupby(cited, key=_sentence_place):
        citations = list(group)
        console.print(_sentence(citations), soft_wrap=True)
        console.print(_place(citations[0]), soft_wrap=True)


def _sentence_place(citation: Citation) -> tuple[Revision, int, int]:
    return citation.revision, citation.start - len(citation.prefix), citation.end + len(citation.suffix)


def _sentence(citations: Sequence[Citation]) -> Text:
    """The sentence that the citations share, with every quote highlighted."""
    _, first, _ = _sentence_place(citations[0])
    text = Text(citations[0].prefix + citations[0].quote + citations[0].suffix)
    for citation in citations:
        text.stylize("bold black on bright_yellow", citation.start - first, citation.end - first)
    return Text.assemble(("原文：", "dim"), text)


def _place(citation: Citation) -> Text:
    path = " › ".join(citation.headings) or citation.revision.title
    page = "" if citation.page is None else f"  第{citation.page}页"
    revision = citation.revision
    return Text(
        f"出处：{path}{page}  [{revision.document_id} 第{revision.number}版 {citation.start}–{citation.end}]",
        style="dim",
    )
