"""Static files: addressed by checksum and therefore kept for good, compressed once per process."""

import gzip
import hashlib
import mimetypes
import sys
from functools import cache
from importlib.resources import files

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from fastapi import APIRouter, HTTPException, Request, Response

from regulars.report import variables
from regulars.web.world import borders

FOREVER = "public, max-age=31536000, immutable"
LEVEL = 12  # of zstd: a tenth smaller than gzip's best at the same cost; higher ones take half a second
router = APIRouter(include_in_schema=False)


@cache
def names() -> frozenset[str]:
    """The files that are sent: scripts, styles and the map of the world."""
    place = files("regulars") / "static"
    found = [(folder, one) for folder in ("", "vendor/") for one in (place / folder).iterdir()]
    sent = (f"{folder}{one.name}" for folder, one in found if one.name.endswith((".css", ".js")))
    return frozenset((*sent, "world.json"))


@cache
def content(name: str) -> bytes:
    """A file as it is sent."""
    if name == "world.json":
        return borders()
    place = files("regulars") / "static"
    if name == "web.css":  # with the report's own before it: one file is there sooner than two
        return b"".join((variables().encode(), (place / "regulars.css").read_bytes(), (place / name).read_bytes()))
    return (place / name).read_bytes()


@cache
def address(name: str) -> str:
    """The address of a file, which changes with its content."""
    return f"/static/{hashlib.sha256(content(name)).hexdigest()[:16]}/{name}"


@cache
def packed(name: str, way: str) -> bytes:
    """A file compressed."""
    return gzip.compress(content(name), 9, mtime=0) if way == "gzip" else zstd.compress(content(name), LEVEL)


def pack_all() -> None:
    """Compresses every file as browsers ask for it, before the first one does."""
    for name in names():
        packed(name, "zstd")


@router.get("/static/{checksum}/{name:path}")
def static(checksum: str, name: str, request: Request) -> Response:
    """A static file."""
    if name not in names() or address(name) != f"/static/{checksum}/{name}":
        raise HTTPException(404)
    headers = {"cache-control": FOREVER, "etag": f'"{checksum}"', "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    accepted = {way.split(";")[0].strip() for way in request.headers.get("accept-encoding", "").split(",")}
    for way in ("zstd", "gzip"):
        if way in accepted:
            return Response(packed(name, way), media_type=kind, headers=headers | {"content-encoding": way})
    return Response(content(name), media_type=kind, headers=headers)
