"""`wenqu keys`: make, list and revoke the keys that open the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.console import JsonOption, err, fail, out, print_json, reported_errors, settings

if TYPE_CHECKING:
    from api.keys import KeyStore

app = typer.Typer(
    name="keys",
    help="管理接口的密钥。有了密钥，每个请求都要带上它；正在运行的服务立即生效。",
    no_args_is_help=True,
)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="名称，说明给谁用")],
    scope: Annotated[str, typer.Option(help="权限：read 提问和阅读，write 还可以增、删、改文档")] = "read",
    as_json: JsonOption = False,
) -> None:
    """生成一个密钥；它只显示这一次，库中只存散列值。"""
    from api.keys import Scope

    if scope not in list(Scope):
        fail("scope_invalid", f"没有“{scope}”这种权限；应为 read 或 write。", as_json=as_json, status=2)
    with _store(as_json=as_json) as store:
        key, secret = store.create(name, Scope(scope))
    if as_json:
        print_json({"id": key.id, "name": key.name, "scope": key.scope.value, "key": secret})
        return
    # The secret alone goes to stdout, so that a script can keep it.
    err.print(f"已生成密钥 {key.id}（{key.name}，{key.scope.value}）。请立即保存，它不会再显示：", markup=False)
    typer.echo(secret)
    err.print("用法：请求头 Authorization: Bearer 密钥", style="dim", markup=False)


@app.command("list")
def list_keys(as_json: JsonOption = False) -> None:
    """列出密钥（不含密钥本身）。"""
    with _store(as_json=as_json) as store:
        keys = store.list()
    if as_json:
        names = ("id", "name", "scope", "created_at", "revoked_at")
        print_json([{name: getattr(key, name) for name in names} for key in keys])
        return
    if not keys:
        err.print("还没有密钥；用 wenqu keys create 名称 生成。")
        return
    table = Table("编号", "名称", "权限", "生成于", "吊销于", box=None)
    for key in keys:
        table.add_row(key.id, key.name, key.scope.value, key.created_at[:19], (key.revoked_at or "")[:19])
    out.print(table)


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="名称或编号")]) -> None:
    """吊销一个密钥；正在运行的服务立即不再接受它。"""
    with _store() as store:
        key = store.revoke(name)
        is_last = all(other.revoked_at is not None for other in store.list())
    err.print(f"已吊销密钥 {key.id}（{key.name}）。", markup=False)
    if is_last:
        err.print(
            "现在没有可用的密钥，接口会拒绝所有请求；请用 wenqu keys create 生成新的，"
            "或用 wenqu keys clear 不再要求密钥。",
            style="yellow",
        )


@app.command()
def clear(yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False) -> None:
    """删除所有密钥，此后不再要求密钥。"""
    if not yes:
        typer.confirm("删除所有密钥？此后能连到服务的程序都不再需要密钥", abort=True)
    with _store() as store:
        count = store.clear()
    err.print(f"已删除 {count} 个密钥。")


@contextmanager
def _store(*, as_json: bool = False) -> Iterator[KeyStore]:
    """The keys of the library; a failure is reported, and ends the command with 1."""
    from api.errors import ApiError
    from api.keys import DATABASE_NAME, KeyStore
    from index.database import Database

    with reported_errors(as_json=as_json):
        try:
            yield KeyStore(Database(settings().data_dir / DATABASE_NAME))
        except ApiError as failure:
            fail(failure.code, failure.message, as_json=as_json)
