"""What every request must pass: the host it names, where it comes from, and the headers that every answer carries."""

import hashlib
import hmac
import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regulars.locale import words
from regulars.web.keys import SESSION_COOKIE, key_of
from regulars.web.settings import LOOPBACK_NAMES, WebSettings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def for_programs(path: str) -> bool:
    """Whether an address is the API's: what goes wrong there is told as JSON."""
    return path.startswith("/api/") or path in {"/api", "/openapi.json"}


class Guard:
    """Refuses requests for a host that is not ours (DNS rebinding) and adds the headers of safety to every answer."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        if not host_known(Headers(scope=scope).get("host", ""), self._settings):
            await _no_name_of_ours(Request(scope))(scope, receive, safely)
            return
        await self._app(scope, receive, safely)


def _no_name_of_ours(request: Request) -> Response:
    from regulars.web.faces import language_of  # faces asks here for the token of forms

    said = words(language_of(request))("web.problem.421")
    if for_programs(request.scope["path"]):
        return JSONResponse({"error": {"code": "host", "message": said}}, 421)
    return PlainTextResponse(f"{said}\n", 421)


def host_known(header: str, settings: WebSettings) -> bool:
    """Whether a Host header names this server: a loopback name, a name it was given, or, off loopback, an address."""
    try:
        name = (urlsplit(f"//{header}").hostname or "").rstrip(".")
    except ValueError:
        return False
    given = {settings.host, *settings.names} - {"0.0.0.0", "::", ""}  # noqa: S104 - left out
    if name in LOOPBACK_NAMES or name in {one.lower() for one in given}:
        return True
    if settings.loopback:
        return False
    if name == socket.gethostname().lower():
        return True
    try:
        ipaddress.ip_address(name)  # an address cannot be rebound
    except ValueError:
        return False
    return True


def csrf_token(request: Request) -> str:
    """What a form or a script of our own pages must send with everything that changes something."""
    session = request.cookies.get(SESSION_COOKIE, "")
    return hmac.new(key_of(request.app.state.settings.shop), f"csrf {session}".encode(), hashlib.sha256).hexdigest()


async def checked(request: Request) -> None:
    """Refuses what another site's page makes a browser send.

    A program that shows its token, or that runs on this machine and is no browser, needs no CSRF token.
    """
    if request.method in SAFE_METHODS:
        return
    origin, fetched = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if (origin is not None and not _own(origin, request)) or fetched not in {None, "same-origin", "none"}:
        raise HTTPException(403, "origin")
    cookie = SESSION_COOKIE in request.cookies
    if request.headers.get("authorization", "").lower().startswith("bearer ") and not cookie:
        return
    if origin is None and fetched is None and not cookie and request.url.path.startswith("/api/"):
        return
    sent: Any = request.headers.get("x-csrf-token")
    if sent is None and "form" in request.headers.get("content-type", ""):
        sent = (await request.form()).get("csrf")
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), csrf_token(request).encode()):
        await request.close()  # files of a form
        raise HTTPException(403, "csrf")


def _own(origin: str, request: Request) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == (request.url.scheme, request.headers.get("host"))
