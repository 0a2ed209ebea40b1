"""How long a request may be: uploads as long as the server allows, everything else short."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regulars.web.access import role_of

UPLOADS = frozenset({("PUT", "/api/v1/uploads"), ("POST", "/start/uploads")})
FORM, JSON = 1 << 20, 64 << 20  # bytes
_AROUND = 1 << 16  # what a form puts around a file


class BodyLimit:
    """Refuses a body beyond its limit as it arrives, before anything gathers it in memory or on disk."""

    def __init__(self, app: ASGIApp, upload: int) -> None:
        self._app = app
        self._upload = upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, size = 0, 0

        async def counted() -> Message:
            nonlocal most, size
            most = most or await self._most(scope)
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(413, "too_long")
            return message

        await self._app(scope, counted, send)

    async def _most(self, scope: Scope) -> int:
        """The limit of a request: a large body is taken from those alone who may upload."""
        if (scope["method"], scope["path"]) in UPLOADS:
            role = await run_in_threadpool(role_of, Request(scope))
            return self._upload + _AROUND if role == "analyst" else FORM
        return JSON if scope["path"].startswith("/api/") else FORM
