"""Who may call what, and how often; and where the server may listen at all."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import keys
from api.errors import ApiError, StartError, error_response
from api.keys import MIN_CONFIGURED_CHARACTERS, Identity, KeyRing
from api.limits import RateLimiter, network_of
from api.sites import SAFE_METHODS, is_loopback, is_origin, keys_unreadable, listed
from index.errors import LibraryError
from qa.settings import Settings

# The page and what tells nothing of the library: whoever can reach the server may load these.
_OPEN = re.compile(r"/|/favicon\.ico|/web(/.*)?|/healthz|/readyz|/docs(/.*)?|/openapi\.json")
# To ask is to read; whatever else changes something wants the scope write.
_READING_POSTS = re.compile(
    r"/v1/(ask|ask/stream|retrieval|citations/verify|chat/completions|messages/[^/]+/feedback|conversations/[^/]+)/?"
)


def check_start(settings: Settings, address: str, ring: KeyRing) -> None:
    """Refuse to serve what should not be: raises StartError with the remedy. `address` is the one that is listened on.

    Raises CatalogueError when the stored keys cannot be read.
    """
    for at, key in enumerate(listed(settings.api_keys), start=1):
        if len(key) < MIN_CONFIGURED_CHARACTERS:
            raise StartError(
                f"WENQU_API_KEYS 中的第 {at} 个密钥只有 {len(key)} 个字符，容易被猜到；至少要 "
                f"{MIN_CONFIGURED_CHARACTERS} 个，请换一个长的随机串，或用 wenqu keys create 名称 --scope write 生成。"
            )
    for origin in listed(settings.cors_origins):
        if origin != "*" and not is_origin(origin):
            raise StartError(
                f"WENQU_CORS_ORIGINS 中的 {origin} 不是合法的来源；应形如 https://example.com 或 http://localhost:3000，"
                "没有路径，多个之间用逗号隔开。"
            )
    if ring.is_required():
        return
    if "*" in listed(settings.cors_origins):
        raise StartError(
            "没有设置密钥时，WENQU_CORS_ORIGINS 不能是 *：任何网页都将能读取你的文档。"
            "请写明来源，或先用 wenqu keys create 名称 --scope read 设置密钥。"
        )
    if not is_loopback(address) and not settings.allow_open_network:
        raise StartError(
            f"拒绝在 {address} 上服务：没有设置密钥，能连到这台机器的人都能读取和修改你的文档。"
            "请先运行 wenqu keys create 名称 --scope write 生成密钥（或设置 WENQU_API_KEYS）；"
            "只在本机使用则去掉 --host；确实要对网络开放，请加 --allow-open-network。"
        )


class AccessGate:
    """Asks for a key where there are keys, and counts the requests of each key, or of each address without one.

    What it finds is in `request.state.key_id`: the id of the key, or "" where none is asked for.
    """

    def __init__(self, app: ASGIApp, ring: KeyRing, limiter: RateLimiter | None) -> None:
        self._app = app
        self._ring = ring
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["key_id"] = ""
        if is_open(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        identity: Identity | None = None
        refusal: ApiError | None = None
        try:
            if self._ring.is_required():
                identity = self._identify(Headers(scope=scope))
                scope["state"]["key_id"] = identity.key_id
                _check_scope(identity, scope["method"], scope["path"])
        except ApiError as error:
            refusal = error
        except LibraryError as error:
            refusal = keys_unreadable(error)
        if self._limiter is not None:
            key_id = scope["state"]["key_id"]
            allowance = self._limiter.take(f"key {key_id}" if key_id else f"address {_network(scope)}")
            send = _with_headers(send, allowance.headers())
            if allowance.retry_after is not None:
                message = f"请求太频繁，每分钟最多 {allowance.limit} 次；请在 {allowance.retry_after} 秒后再试。"
                detail = {"limit": allowance.limit, "retry_after": allowance.retry_after}
                refusal = ApiError(429, "rate_limited", message, detail)
        if refusal is not None:
            await error_response(refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _identify(self, headers: Headers) -> Identity:
        secret = _given_key(headers)
        if secret is None:
            raise ApiError(
                401,
                "key_missing",
                "需要密钥；请在请求头中加上 Authorization: Bearer 密钥。密钥由 wenqu keys create 生成。",
                headers={"WWW-Authenticate": 'Bearer realm="wenqu"'},
            )
        identity = self._ring.find(secret)
        if identity is None:
            raise ApiError(
                401,
                "key_invalid",
                "密钥无效或已被吊销；请检查是否完整，或请管理员用 wenqu keys create 重新生成。",
                headers={"WWW-Authenticate": 'Bearer realm="wenqu", error="invalid_token"'},
            )
        return identity


def is_open(method: str, path: str) -> bool:
    """Whether a request never needs a key, and is not counted."""
    return method in SAFE_METHODS and _OPEN.fullmatch(path) is not None


def needed_scope(method: str, path: str) -> keys.Scope:
    """The scope that a request wants."""
    if method in SAFE_METHODS or _READING_POSTS.fullmatch(path):
        return keys.Scope.READ
    return keys.Scope.WRITE


def _check_scope(identity: Identity, method: str, path: str) -> None:
    if identity.scope == keys.Scope.READ and needed_scope(method, path) == keys.Scope.WRITE:
        raise ApiError(
            403,
            "scope_insufficient",
            "这个密钥只能提问和阅读，不能修改文档；请换用以 wenqu keys create 名称 --scope write 生成的密钥。",
            {"scope": identity.scope.value, "needed": keys.Scope.WRITE.value},
            {"WWW-Authenticate": 'Bearer realm="wenqu", error="insufficient_scope", scope="write"'},
        )


def _given_key(headers: Headers) -> str | None:
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        return secret.strip()
    return headers.get("x-api-key", "").strip() or None


def _with_headers(send: Send, added: dict[str, str]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(added)
        await send(message)

    return send_with_headers


def _network(scope: Scope) -> str:
    client = scope.get("client")
    return network_of(client[0]) if client else "unknown"
