"""Fifty people at the dashboard at once, for a bounded time: errors, how long pages take, whether memory stays flat.

    python -m bench.users --shop demo-shop [--users 50] [--seconds 60] [--pause 3] [--workers 1]

Each of them opens the pages of the navigation, lists in every order with searches and filters, customers, products and
the API, and looks at each for a while (`--pause`, in the mean; 0: asks again at once, as a stress). Every page is
visited once before; memory is what the largest process of the server holds (resident) then, and after each third.
"""

import argparse
import asyncio
import random
import re
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import quote

from bench.api import cpu_seconds, made_shop, server
from regulars.web.listing import SORTS

PAGES = ("/overview", "/segments", "/clusters", "/quality", "/customers", "/products", "/map", "/start")
READS = ("/api/v1/overview", "/api/v1/segments", "/api/v1/customers?limit=50", "/api/v1/quality", "/api/v1/studies")


async def get(port: int, path: str) -> tuple[int, bytes]:
    """The status and the body of a page, over a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n".encode())
    answer = await reader.read(-1)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


async def ways(port: int) -> dict[str, list[str]]:
    """Addresses by kind, from the pages that the shop has."""
    for _ in range(600):  # lists are laid out once
        if (await get(port, "/customers"))[0] == 200:
            break
        await asyncio.sleep(0.2)
    _, first = await get(port, "/overview")
    pages = [path for path in re.findall(r'<li><a href="(/[^"?]*)"', first.decode()) if path != "/start"]
    _, listed = await get(port, "/api/v1/customers?limit=100")
    ids = re.findall(rb'"customer_id":"([^"]+)"', listed)
    _, products = await get(port, "/products")
    codes = re.findall(r'href="(/products/[^"]+)"', products.decode())
    segments = re.findall(r'<option value="([^"]+)"', (await get(port, "/customers"))[1].decode())[:5]
    return {
        "page": pages,
        "list of customers": [f"/customers?sort={sort}&order={way}" for sort in SORTS for way in ("up", "down")]
        + [f"/customers?segment={quote(name)}" for name in segments] + [f"/customers?q={n}" for n in range(40)],
        "customer": [f"/customers/{quote(one.decode(), safe='')}" for one in ids],
        "list of products": [f"/products?sort={sort}" for sort in ("sales", "orders", "product", "last_day")]
        + [f"/products?segment={quote(name)}" for name in segments],
        "product": codes[:30],
        "API": list(READS),
    }  # fmt: skip


def resident(pid: int) -> float:
    """Megabytes that a process holds of its own and shared, and those it started, the largest of them."""
    sizes = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            if pid in {int(place.name), parent}:
                status = (place / "status").read_text(encoding="utf-8")
                sizes.append(int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024)
        except (OSError, IndexError):
            continue
    return max(sizes)


async def crowd(
    port: int, kinds: dict[str, list[str]], users: int, seconds: float, pause: float
) -> dict[str, list[tuple[int, float]]]:
    """Statuses and times by kind of all that so many users ask within a time."""
    seen: dict[str, list[tuple[int, float]]] = defaultdict(list)
    end = time.perf_counter() + seconds

    async def user(number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - the same walk in every run
        while (begun := time.perf_counter()) < end:
            kind = chance.choice([*kinds])
            status, _ = await get(port, chance.choice(kinds[kind]))
            seen[kind].append((status, time.perf_counter() - begun))
            if pause:
                await asyncio.sleep(chance.uniform(0, 2 * pause))

    await asyncio.gather(*(user(number) for number in range(users)))
    return seen


async def visited(port: int, kinds: dict[str, list[str]]) -> None:
    """Every address once."""
    for paths in kinds.values():
        for path in paths:
            await get(port, path)


def told(seen: dict[str, list[tuple[int, float]]], users: int) -> None:
    """Prints what a crowd saw."""
    every = [one for kind in seen.values() for one in kind]
    print(f"{users} users at once, {len(every):,} requests; answers: {dict(Counter(status for status, _ in every))}")
    for kind, some in {**seen, "all": every}.items():
        times = sorted(took * 1000 for _, took in some)
        middle, late = statistics.median(times), times[int(len(times) * 0.95)]
        print(f"  {kind:20}{len(times):7,} p50 {middle:6.0f} ms, p95 {late:6.0f} ms, longest {times[-1]:6.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shop", type=Path)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=3)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
        shop = asked.shop or made_shop(Path(folder))
        with server(shop, asked.workers) as (port, pid):
            kinds = {kind: paths for kind, paths in asyncio.run(ways(port)).items() if paths}
            asyncio.run(visited(port, kinds))
            alone = asyncio.run(crowd(port, kinds, 1, min(10, asked.seconds), 0))
            told(alone, 1)
            held, before = [resident(pid)], cpu_seconds(pid)
            for _ in range(3):
                seen = asyncio.run(crowd(port, kinds, asked.users, asked.seconds / 3, asked.pause))
                held.append(resident(pid))
            told(seen, asked.users)
            spent = cpu_seconds(pid) - before
            print(
                f"memory of the largest process: {', '.join(f'{one:.0f}' for one in held)} MB (before, then each third)"
            )
            print(f"CPU seconds of the server: {spent:.1f}")


if __name__ == "__main__":
    main()
