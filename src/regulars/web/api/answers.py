"""What the endpoints share: bodies within limits, answers that a reader may keep, words in the place of messages."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import msgspec
from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from regulars import __version__
from regulars.locale import Message, Words
from regulars.profiles.models import Paragraph
from regulars.web.faces import language_of
from regulars.web.failures import problem
from regulars.web.faults import Fault, body_fault
from regulars.web.opened import Opened

MOST_BYTES = 64 * 1024**2
_Body = TypeVar("_Body")


class Refused(Exception):
    """A request that is answered with an error before anything is done. `key` names a text of `api.refused`."""

    def __init__(self, status: int, key: str, **values: str | int | Fault) -> None:
        self.status, self.key, self.values = status, key, values
        super().__init__(key)

    def answer(self, request: Request, say: Words) -> Response:
        """The error in its one shape."""
        values = {name: value.text(say) if isinstance(value, Fault) else value for name, value in self.values.items()}
        return problem(request, self.status, self.key, say(f"api.refused.{self.key}", **values))


async def body_of(request: Request, kind: type[_Body], most: int = MOST_BYTES) -> _Body:
    """The JSON body as a checked struct. Raises Refused: 413 too long, 415 not declared as JSON, 400 or 422."""
    told = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if told != "application/json":
        raise Refused(415, "not_json_type", type=told[:60] or "-")
    length = request.headers.get("content-length", "0")
    data = bytearray()
    if length.isdigit() and int(length) > most:
        raise Refused(413, "too_long", most=most // 1024**2)
    try:
        async for chunk in request.stream():
            data += chunk
            if len(data) > most:
                raise Refused(413, "too_long", most=most // 1024**2)
    except ClientDisconnect as error:
        raise Refused(400, "not_json", why=Fault("ends")) from error
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise Refused(422, "invalid", why=body_fault(error, bytes(data))) from error
    except msgspec.DecodeError as error:
        raise Refused(400, "not_json", why=body_fault(error, bytes(data))) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise Refused(400, "not_json", why=body_fault(error, bytes(data))) from error


def frozen(request: Request, found: Opened, make: Callable[[], bytes], kind: str = "application/json") -> Response:
    """An answer from a frozen study, with an ETag: who has it already is told so with 304 and no body."""
    headers = tagged(request, found, kind)
    return held(request, headers) or Response(make(), media_type=kind, headers=headers)


def tagged(request: Request, found: Opened, kind: str) -> dict[str, str]:
    """The headers of an answer that stands as long as its study does."""
    language = language_of(request, found.study)
    query = sorted(request.query_params.multi_items())
    parts = (__version__, found.checksum, request.url.path, repr(query), language, str(found.personal), kind)
    tag = f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'
    return {"etag": tag, "cache-control": "private, no-cache", "vary": "cookie, authorization"}


def held(request: Request, headers: Mapping[str, str]) -> Response | None:
    """304 for who has the answer with those headers already."""
    asked = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return Response(status_code=304, headers=headers) if {headers["etag"], "*"} & asked else None


def plain(value: Any, say: Words) -> Any:
    """A result as JSON knows it, every message put into words."""
    if isinstance(value, Message | Paragraph):
        return value.text(say)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name), say) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(part, say) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, say) for part in value]
    return value
