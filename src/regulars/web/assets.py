"""Static files: addressed by checksum and therefore kept for good, sent compressed."""

import gzip
import hashlib
import mimetypes
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Request, Response

from regulars.report import variables

FOREVER = "public, max-age=31536000, immutable"
NAMES = ("regulars.css", "web.css", "charts.js", "web.js", "vendor/echarts.min.js", "vendor/htmx.min.js")
router = APIRouter(include_in_schema=False)


@cache
def content(name: str) -> bytes:
    """A file as it is sent."""
    data = (files("regulars") / "static" / name).read_bytes()
    return variables().encode() + data if name == "regulars.css" else data


@cache
def address(name: str) -> str:
    """The address of a file, which changes with its content."""
    return f"/static/{hashlib.sha256(content(name)).hexdigest()[:16]}/{name}"


@cache
def packed(name: str) -> bytes:
    """A file compressed with gzip."""
    return gzip.compress(content(name), 9, mtime=0)


@router.get("/static/{checksum}/{name:path}")
def static(checksum: str, name: str, request: Request) -> Response:
    """A static file."""
    if name not in NAMES or address(name) != f"/static/{checksum}/{name}":
        raise HTTPException(404)
    headers = {"cache-control": FOREVER, "etag": f'"{checksum}"', "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed(name), media_type=kind, headers=headers | {"content-encoding": "gzip"})
    return Response(content(name), media_type=kind, headers=headers)
