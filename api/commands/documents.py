"""`wenqu list`, `show`, `rename`, `remove` and `restore`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.console import (
    FAILED,
    JsonOption,
    complain,
    open_library,
    print_json,
    reported_errors,
    say,
    settings,
)

if TYPE_CHECKING:
    from index.library import Library
    from index.types import DocumentSummary

IdArgument = Annotated[str, typer.Argument(help="文档编号", metavar="ID")]
IdsArgument = Annotated[list[str], typer.Argument(help="文档编号，可以有多个", metavar="ID…")]
_NUMBER_OF_CHARACTERS_SHOWN = 200


def list_documents(
    text: Annotated[str | None, typer.Option("--search", help="只列标题或文件名中有这些字的文档")] = None,
    as_json: JsonOption = False,
) -> None:
    """列出文档，新的在前。"""
    from index.catalogue import Catalogue

    with reported_errors(as_json=as_json):
        # Without the library: nothing of what is listed needs the models.
        summaries, _ = Catalogue(settings().data_dir / "catalogue.sqlite3").summaries(-1, 0, text)
    if as_json:
        print_json([as_document(summary) for summary in summaries])
        return
    for summary in summaries:
        revision = summary.revision
        say(f"{revision.document_id}  第{revision.number}版  {summary.characters}字  {revision.title}")
    if not summaries:
        complain("没有文档；用 wenqu add 文件 添加。" if text is None else f"没有标题或文件名含“{text}”的文档。")


def show(
    document_id: IdArgument,
    text: Annotated[bool, typer.Option("--text", help="显示原文全文")] = False,
    revision: Annotated[int | None, typer.Option(min=1, help="第几版；不给则为最新版")] = None,
    as_json: JsonOption = False,
) -> None:
    """显示一份文档：版次、字数、开头的文字；旧版和已移除的文档也能看。"""
    from index.catalogue import Catalogue

    with reported_errors(as_json=as_json):
        catalogue = Catalogue(settings().data_dir / "catalogue.sqlite3")
        document = catalogue.document(document_id, revision)
        summary = catalogue.summary(document_id, removed=True)
        revisions, removed = catalogue.revisions(document_id), catalogue.is_removed(document_id)
    if as_json:
        shown: dict[str, Any] = {
            **as_document(summary),
            "removed": removed,
            "revisions": [
                {
                    "number": version.number,
                    "sha256": version.sha256,
                    "title": version.title,
                    "characters": version.characters,
                    "created_at": version.created_at,
                }
                for version in revisions
            ],
        }
        print_json({**shown, "shown_revision": document.revision.number, "text": document.text} if text else shown)
        return
    if text:
        typer.echo(document.text)
        return
    say(f"{document_id}  {summary.revision.title}{'  （已移除）' if removed else ''}")
    say(f"文件：{summary.source}  {summary.characters}字  {summary.passages}段" + _pages(summary.pages))
    for version in revisions:
        say(f"第{version.number}版  {version.characters}字  {version.created_at[:19]}  SHA-256 {version.sha256[:16]}…")
    beginning = " ".join(document.text[:_NUMBER_OF_CHARACTERS_SHOWN].split())
    say(beginning + ("…" if len(document.text) > _NUMBER_OF_CHARACTERS_SHOWN else ""))


def rename(
    document_id: IdArgument,
    title: Annotated[str, typer.Argument(help="新的标题")],
    as_json: JsonOption = False,
) -> None:
    """给文档改标题；原文不变，替换内容后标题仍保留。"""
    with reported_errors(as_json=as_json), open_library(settings()) as library:
        summary = library.rename(document_id, title)
    if as_json:
        print_json(as_document(summary))
    else:
        say(f"{document_id}  {summary.revision.title}")


def remove(document_ids: IdsArgument, as_json: JsonOption = False) -> None:
    """移除文档：立即不再出现在任何回答里；用 wenqu restore 可恢复。"""

    def one(library: Library, document_id: str) -> None:
        library.remove(document_id)

    _each(document_ids, one, "已移除", "removed", as_json=as_json)


def restore(document_ids: IdsArgument, as_json: JsonOption = False) -> None:
    """恢复移除了的文档。"""

    def one(library: Library, document_id: str) -> None:
        library.restore(document_id)

    _each(document_ids, one, "已恢复", "restored", as_json=as_json)


def as_document(summary: DocumentSummary) -> dict[str, Any]:
    """A document as JSON, named as in the HTTP interface."""
    return {
        "id": summary.revision.document_id,
        "title": summary.revision.title,
        "revision": summary.revision.number,
        "sha256": summary.revision.sha256,
        "source": summary.source,
        "characters": summary.characters,
        "passages": summary.passages,
        "pages": summary.pages,
        "created_at": summary.created_at,
        "updated_at": summary.updated_at,
    }


def _each(
    document_ids: Sequence[str], work: Callable[[Library, str], None], said: str, name: str, *, as_json: bool
) -> None:
    """Do something with each document; one that is not there does not stop the others."""
    from index.errors import UnknownDocument

    done: list[str] = []
    failed: list[UnknownDocument] = []
    with reported_errors(as_json=as_json), open_library(settings()) as library:
        for document_id in document_ids:
            try:
                work(library, document_id)
            except UnknownDocument as failure:
                failed.append(failure)
            else:
                done.append(document_id)
    if as_json:
        problems = [{"id": problem.document_id, "code": problem.code, "reason": str(problem)} for problem in failed]
        print_json({name: done, "failed": problems})
    else:
        for document_id in done:
            say(f"{said} {document_id}")
        for problem in failed:
            complain(str(problem))
    if failed:
        raise typer.Exit(FAILED)


def _pages(pages: int) -> str:
    return f"  {pages}页" if pages else ""
