"""POST /api/v1/score: requests a second with one customer each, the time of one, and 100,000 customers in one call.

    python -m bench.api [--workers 1] [--seconds 5]

A shop of 5,000 simulated customers is studied, `regulars serve` is started on it as a process of its own, and a client
with kept connections asks as fast as it is answered, for a bounded time. Told are requests a second by the clock and,
since other programs may use the machine too, by the CPU seconds of the server.
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import regulars
from regulars.synth import write_orders

ONE = {"customers": [{"customer_id": "C-1", "recency_days": 12, "orders": 7, "monetary": 812.5}]}
PATH = "/api/v1/score"
CONNECTIONS = 16


def made_shop(folder: Path) -> Path:
    write_orders(folder / "orders.csv", 100_000)
    with_rows = regulars.study(regulars.read(folder / "orders.csv"))
    with_rows.save(folder / "toko")
    with_rows.close()
    return folder / "toko"


@contextmanager
def server(shop: Path, workers: int) -> Iterator[tuple[int, int]]:
    """A server of its own: its port and its process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "regulars", "serve", "--shop", str(shop), "--port", str(port)]
    process = subprocess.Popen([*command, "--workers", str(workers)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def cpu_seconds(pid: int) -> float:
    """User and system seconds of a process and those it started (Linux)."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if pid in {int(stat.parent.name), int(fields[1])}:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def message(body: bytes) -> bytes:
    head = f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    return await reader.readexactly(length)


async def load(port: int, seconds: float) -> tuple[int, list[float]]:
    """Requests answered within a time, and how long each took."""
    request, took, end = message(json.dumps(ONE).encode()), list[float](), time.perf_counter() + seconds

    async def visitor() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (begun := time.perf_counter()) < end:
            await ask(reader, writer, request)
            took.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(visitor() for _ in range(CONNECTIONS)))
    return len(took), took


async def batch(port: int, customers: int) -> tuple[float, int]:
    """Seconds that one call with so many customers takes, and the bytes of its answer."""
    rows = [{"customer_id": f"C{i}", "recency_days": i % 400, "orders": 1 + i % 30, "monetary": 5.0 + i % 997}
            for i in range(customers)]  # fmt: skip
    request = message(json.dumps({"customers": rows}).encode())
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    begun = time.perf_counter()
    answer = await ask(reader, writer, request)
    took = time.perf_counter() - begun
    writer.close()
    assert answer.count(b'"customer_id"') == customers
    return took, len(answer)


def in_process(shop: Path) -> float:
    """CPU milliseconds of one call without a socket, the middle of 300."""
    from regulars.web.app import create_app
    from regulars.web.settings import WebSettings

    app, body, took = create_app(WebSettings(shop=shop)), json.dumps(ONE).encode(), []
    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": PATH,
             "raw_path": PATH.encode(), "query_string": b"", "headers": headers, "scheme": "http", "root_path": "",
             "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1)}  # fmt: skip

    async def receive() -> dict:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(sent: dict) -> None:
        assert sent.get("status", 200) == 200, sent

    async def calls() -> None:
        for _ in range(300):
            begun = time.process_time()
            await app(dict(scope), receive, send)
            took.append((time.process_time() - begun) * 1000)

    asyncio.run(calls())
    return statistics.median(took)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--seconds", type=float, default=5)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
        shop = made_shop(Path(folder))
        print(f"one customer in process: {in_process(shop):.2f} CPU ms (middle of 300)")
        with server(shop, told.workers) as (port, pid):
            asyncio.run(load(port, 1))  # the study is opened
            before, begun = cpu_seconds(pid), time.perf_counter()
            count, took = asyncio.run(load(port, told.seconds))
            spent, passed = cpu_seconds(pid) - before, time.perf_counter() - begun
            middle, most = statistics.median(took) * 1000, sorted(took)[int(len(took) * 0.95)] * 1000
            rates = f"{count / passed:,.0f} requests/s by the clock, {count / spent:,.0f} per CPU second of the server"
            print(f"one customer a request: {rates}; {CONNECTIONS} connections, p50 {middle:.1f} ms, p95 {most:.1f} ms")
            before = cpu_seconds(pid)
            seconds, size = asyncio.run(batch(port, 100_000))
            spent = cpu_seconds(pid) - before
            print(
                f"100,000 customers in one call: {seconds:.2f} s by the clock, {spent:.2f} CPU s, {size / 1e6:.0f} MB"
            )


if __name__ == "__main__":
    main()
