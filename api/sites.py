"""Pages of other sites: what a browser may be made to do here without its user's knowledge."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import ApiError, error_response
from api.keys import KeyRing
from index.errors import LibraryError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address, or every address of the name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0].strip("[]")).is_loopback
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None) if host else []
    except OSError:
        return False
    return bool(found) and all(is_loopback(str(address[0])) for *_, address in found)


def listed(setting: str) -> list[str]:
    """The parts of a setting that are separated by commas."""
    return [part.strip() for part in setting.split(",") if part.strip()]


class SiteGuard:
    """Protects a server without keys from the pages of other sites that its user's browser shows.

    Such a page can send requests here (the Origin header tells), and by changing what its name resolves to it can even
    pass for this server's own (the Host header tells). With keys neither is of use to it.
    """

    def __init__(self, app: ASGIApp, ring: KeyRing, host: str, origins: Iterable[str]) -> None:
        """`host` is where the server listens; `origins` are those whose pages may call, "*" for all."""
        self._app = app
        self._ring = ring
        self._origins = frozenset(origins)
        self._checks_host = is_loopback(host)
        names = {host.lower(), "localhost", *(urlsplit(origin).hostname or "" for origin in self._origins)}
        self._names = frozenset(names - {""})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            try:
                refusal = self._refusal(scope["method"], Headers(scope=scope))
            except LibraryError as error:
                refusal = keys_unreadable(error)
            if refusal is not None:
                await error_response(refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, method: str, headers: Headers) -> ApiError | None:
        if self._ring.is_required():
            return None
        host = headers.get("host", "")
        if self._checks_host and not self._is_own_name(host):
            message = (
                f"本服务只供本机使用，不接受以“{host[:100]}”为名的访问；请用 http://127.0.0.1 或 http://localhost "
                "打开。若确实要通过这个名字访问，请把它的来源（如 https://example.com）加入 WENQU_CORS_ORIGINS，"
                "或设置密钥。"
            )
            return ApiError(421, "host_refused", message, {"host": host[:100]})
        if method not in SAFE_METHODS and not self._is_own_page(headers, host):
            origin = headers.get("origin", "")[:100]
            message = (
                f"拒绝来自其他网站“{origin}”的请求；若信任它，请把它加入 WENQU_CORS_ORIGINS，或设置密钥后由它携带密钥。"
            )
            return ApiError(403, "origin_refused", message, {"origin": origin})
        return None

    def _is_own_name(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if name in self._names:
            return True
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False

    def _is_own_page(self, headers: Headers, host: str) -> bool:
        origin = headers.get("origin")
        if origin is None:
            # Browsers name the origin of such requests; other programs have none.
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        if origin in self._origins or "*" in self._origins:
            return True
        scheme = urlsplit(origin).scheme if is_origin(origin) else ""
        return scheme != "" and _authority(origin.partition("://")[2], scheme) == _authority(host, scheme)


def keys_unreadable(error: LibraryError) -> ApiError:
    """Without knowing the keys nobody is let in."""
    return ApiError(503, error.code, str(error))


def is_origin(text: str) -> bool:
    """Whether the text is an origin of http or https: scheme, host and perhaps a port."""
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in _DEFAULT_PORTS
            and bool(parts.hostname)
            and text.partition("://")[2] == parts.netloc
            and "@" not in text
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


def _authority(host: str, scheme: str) -> tuple[str, int] | None:
    """Name and port; None for what is neither."""
    try:
        parts = urlsplit(f"//{host}")
        return (parts.hostname or "", parts.port or _DEFAULT_PORTS[scheme])
    except ValueError:
        return None
