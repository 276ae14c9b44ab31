"""Requests to an ASGI application without a server between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send


def request(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    client: str = "127.0.0.1",
    base_url: str = "http://localhost",
    **more: object,
) -> httpx.Response:
    """One request from the address `client`; `more` as for httpx."""
    return requests(app, [(method, path, more)], client=client, base_url=base_url)[0]


def requests(
    app: ASGIApp,
    wanted: Sequence[tuple[str, str, dict[str, object]]],
    *,
    client: str = "127.0.0.1",
    base_url: str = "http://localhost",
) -> list[httpx.Response]:
    """Several requests, one after the other."""

    async def run() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app, client=(client, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as http:
            return [await http.request(method, path, **more) for method, path, more in wanted]  # type: ignore[arg-type]

    return asyncio.run(run())


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that takes the whole body and says who asked, and how many bytes came."""
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            break
    body = f"{scope['state'].get('key_id', '')} {size}".encode() if "state" in scope else str(size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
