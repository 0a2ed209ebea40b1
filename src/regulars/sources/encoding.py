"""From the bytes of a text file to plain UTF-8, in a stream: compression, encoding, checksum in one pass.

UTF-8 is tried first, then cp1252, then latin-1, each on the whole file. A file that is plain UTF-8 already is read
where it lies; anything else is written to a temporary copy, because DuckDB's own decoders reject or lose some bytes.
"""

import codecs
import hashlib
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from regulars.errors import InputError

LONGEST_LINE = 2_000_000  # bytes; DuckDB's own limit for one row
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_CHUNK = 1 << 20
_PACKED_CHUNK = 1 << 12  # a packed byte may hold 32,000 bytes: small pieces keep the memory bounded
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Plain:
    """A text file as DuckDB can read it: UTF-8 at `path`, which is the file itself or a temporary copy."""

    name: str  # of the file as given
    path: Path
    bytes: int  # of the file as given
    sha256: str  # of the file as given
    encoding: str
    compression: str | None
    lines: int  # physical ones; of a file whose lines end in carriage returns alone, 1
    quotes: int
    nul: bool  # NUL characters stood in the text and were left out


@dataclass(slots=True)
class _Seen:
    """What the first pass learns."""

    utf8: bool = True
    nul: bool = False
    newlines: int = 0
    quotes: int = 0
    line: int = 0  # bytes since the last line ended


def plain_text(path: Path, copy: Path) -> Plain:
    """Reads a text file in a stream and leaves UTF-8; `copy` is where a temporary copy may be written.

    Raises InputError for a damaged archive, a line above 2 MB and content that is no text.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        compression = "gzip" if start.startswith(GZIP) else "zstd" if start == ZSTD else None
        chunks = _hashed(file, digest, _PACKED_CHUNK if compression else _CHUNK)
        if compression:
            chunks = unpacked(chunks, compression, path.name)
        head = next(chunks, b"")
        wide = head_of(head, path.name)
        seen = _Seen(utf8=wide is None)
        with copy.open("wb") if compression else nullcontext() as out:
            _look(head, chunks, out, seen, path.name)
        size = file.tell()
    at = copy if compression else path
    signed = head.startswith(codecs.BOM_UTF8)
    if seen.utf8 and not seen.nul:
        encoding = "utf-8-sig" if signed else "utf-8"
    else:
        encoding, at = _transcoded(at, copy.with_suffix(".utf8"), _candidates(wide, seen.utf8, signed), path.name)
    return Plain(
        name=path.name,
        path=at,
        bytes=size,
        sha256=digest.hexdigest(),
        encoding=encoding,
        compression=compression,
        lines=seen.newlines + (seen.line > 0),
        quotes=seen.quotes,
        nul=seen.nul and wide is None,
    )


def head_of(head: bytes, name: str) -> str | None:
    """Which UTF-16 the first bytes of a file are in, if any. Raises InputError where they are no text."""
    wide = _utf16(head)
    refuse_binary(head, wide is not None, name)
    return wide


def refuse_binary(head: bytes, wide: bool, name: str) -> None:
    """Raises InputError where the first bytes of a file are no text."""
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if kind:
        raise InputError("input_is_other", file=name, kind=kind)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise InputError("input_is_page", file=name)
    if re.match(rb'(\[\s*)?\{\s*"', start):
        raise InputError("input_is_other", file=name, kind="JSON")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if not wide and (head.count(0) > len(head) // 3 or (controls > len(head) // 50 + 8 and not _begins_utf8(head))):
        raise InputError("input_binary", file=name)


def _begins_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


_CONTROLS = bytes(set(range(1, 32)) - {9, 10, 12, 13})
_MAGIC = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"%PDF": "PDF",
    b"\x7fELF": "ELF",
    b"MZ\x90": "EXE",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}


def _hashed(file: BinaryIO, digest: Any, size: int) -> Iterator[bytes]:
    while chunk := file.read(size):
        digest.update(chunk)
        yield chunk


def unpacked(chunks: Iterator[bytes], compression: str, name: str) -> Iterator[bytes]:
    """The content of one or several packed members; a damaged or cut archive is an InputError."""
    unpacker: Any = None
    try:
        for chunk in chunks:
            while chunk:
                if unpacker is None:
                    unpacker = zlib.decompressobj(31) if compression == "gzip" else zstd.ZstdDecompressor()
                if data := unpacker.decompress(chunk):
                    yield data
                chunk = unpacker.unused_data if unpacker.eof else b""
                unpacker = None if unpacker.eof else unpacker
    except (zlib.error, zstd.ZstdError) as error:
        raise InputError("archive_damaged", file=name, kind=compression) from error
    if unpacker is not None:
        raise InputError("archive_cut", file=name, kind=compression)


def _look(head: bytes, chunks: Iterator[bytes], out: BinaryIO | None, seen: _Seen, name: str) -> None:
    """The first pass over the unpacked bytes: is it UTF-8, are there NULs, how long are the lines."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk: bytes | None = head
    while chunk is not None:
        if out is not None:
            out.write(chunk)
        seen.newlines += chunk.count(b"\n")
        seen.quotes += chunk.count(b'"')
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        seen.line = seen.line + len(chunk) if last < 0 else len(chunk) - last - 1
        if seen.line > LONGEST_LINE:
            raise InputError("line_too_long", file=name, line=seen.newlines + 1)
        seen.nul = seen.nul or b"\0" in chunk
        follow = next(chunks, None)
        if seen.utf8:
            try:
                decoder.decode(chunk, final=follow is None)
            except UnicodeDecodeError:
                seen.utf8 = False
        chunk = follow


def _utf16(head: bytes) -> str | None:
    """utf-16-le or utf-16-be by its mark, or by where the zero bytes of plain letters stand."""
    if head[:2] in _UTF16:
        return _UTF16[head[:2]]
    half = min(len(head), 4096) // 2
    even, odd = head[: 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.1 else None


def _candidates(wide: str | None, utf8: bool, signed: bool) -> tuple[tuple[str, str], ...]:
    """Encodings to try, in order: what is reported, and the codec."""
    if wide:
        return (("utf-16", wide),)
    if utf8:
        return (("utf-8-sig" if signed else "utf-8", "utf-8"),)
    return (("cp1252", "cp1252"), ("latin-1", "latin-1"))


def _transcoded(source: Path, target: Path, candidates: tuple[tuple[str, str], ...], name: str) -> tuple[str, Path]:
    for encoding, codec in candidates:
        decoder = codecs.getincrementaldecoder(codec)()
        try:
            with source.open("rb") as file, target.open("wb") as out:
                while chunk := file.read(_CHUNK):
                    out.write(decoder.decode(chunk).replace("\0", "").encode("utf-8"))
                out.write(decoder.decode(b"", final=True).encode("utf-8"))
            return encoding, target
        except UnicodeError:
            continue
    raise InputError("encoding_damaged", file=name, encoding=candidates[0][0])
