"""Lists of customers over a million: how long a page takes, from the first to one deep in any order.

    python -m bench.listing [--customers 1000000] [--shop a/folder/to/keep]

A shop is simulated and studied once (some minutes), its lists are laid out (no time where they stand already), then
every order, filter and a walk of pages is asked as the dashboard asks it. Milliseconds are wall time of one page with
its count known, and of the first one, which counts.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from regulars.synth import Planted, write_planted
from regulars.web.customer import customer
from regulars.web.laid import ready
from regulars.web.listing import SORTS, Filter, Wanted, customers_page, write_wanted
from regulars.web.opened import Opened, Shelf
from regulars.web.selling import WantedProducts, product, products_page
from regulars.web.settings import WebSettings

SEGMENTS = (
    Planted("regulars", 0.2, 12, 8, 60),
    Planted("big baskets", 0.15, 40, 3, 420, favourite=1),
    Planted("newcomers", 0.25, 15, 1.5, 40, favourite=2),
    Planted("gone", 0.4, 400, 2, 50, favourite=3),
)
BUDGET = 100  # milliseconds
PERIOD = Filter(since=date(2011, 11, 1), until=date(2011, 12, 1))
FILTERS = {
    "everybody": Filter(), "segment": Filter(segment="Champions"), "part of an id": Filter(search="0123"),
    "rare part of an id": Filter(search="c0999999"), "category": Filter(category="Tea"), "month": PERIOD,
    "all at once": Filter(segment="Loyal", category="Tea", search="7", since=PERIOD.since, until=PERIOD.until),
}  # fmt: skip


def made(folder: Path, customers: int) -> Path:
    """The shop, from its folder where it stands already."""
    if not (folder / "studies").is_dir():
        lines = folder.parent / "orders.parquet"
        write_planted(lines, customers, SEGMENTS, seed=1)
        subprocess.run([sys.executable, "-m", "regulars", "run", str(lines), "--shop", str(folder)], check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
    return folder


def laid_out(found: Opened) -> str:
    """What laying out the lists takes, as a server has it done; little where they stand."""
    begun = time.perf_counter()
    maker = subprocess.Popen([sys.executable, "-m", "regulars.web.laid", str(found.shop.folder), found.study.folder])
    _, status, used = os.wait4(maker.pid, 0)
    maker.returncode = os.waitstatus_to_exitcode(status)
    cpu, wall = used.ru_utime + used.ru_stime, time.perf_counter() - begun
    return f"{wall:.1f} s; CPU {cpu:.1f} s, {used.ru_maxrss / 1024:.0f} MB at most"


def spent(act: object, *values: object) -> tuple[float, float, object]:
    """Milliseconds of wall time and of the processor, and what came of it."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = act(*values)  # type: ignore[operator]
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000, found


def walk(found: Opened, asked: Filter, sort: str) -> tuple[float, list[tuple[float, float]]]:
    """The first page with its count, then pages onward and back."""
    wanted = Wanted(filter=asked, sort=sort)
    first, _, page = spent(customers_page, found, wanted)
    times = []
    for _ in range(4):
        mark = page.next or page.previous  # type: ignore[attr-defined]
        wall, cpu, page = spent(customers_page, found, Wanted(filter=asked, sort=sort, mark=mark))
        times.append((wall, cpu))
    return first, times


def pages(found: Opened) -> float:
    """Prints every order and filter; gives the slowest median."""
    slowest = 0.0
    print(f"{'':38}{'first':>8}{'page':>8}{'of it CPU':>11}  milliseconds")
    walks = [*(("everybody", sort) for sort in SORTS), *((name, "monetary") for name in FILTERS)]
    for name, sort in walks:
        first, times = walk(found, FILTERS[name], sort)
        wall, cpu = (statistics.median(column) for column in zip(*times, strict=True))
        slowest = max(slowest, cpu)
        print(f"  {name:20} by {sort:13}{first:8.0f}{wall:8.0f}{cpu:11.0f}")
    return slowest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--shop", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop = made(asked.shop or Path(folder) / "shop", asked.customers)
        found = Shelf(WebSettings(shop=shop)).opened(None)
        lines = found.study.reconciliation.read
        print(f"{found.study.customers:,} customers, {lines:,} lines")
        print(f"  lists, laid out once by a process: {laid_out(found)}")
        ready(found, 600)
        slowest = pages(found)
        parts = {
            "a customer": lambda: customer(found, "C0000007"),
            "products, first": lambda: products_page(found, WantedProducts()),
            "products, again": lambda: products_page(found, WantedProducts(sort="orders")),
            "a product": lambda: product(found, "P1-5"),
            "all as Parquet": lambda: write_wanted(found, Wanted(), Path(folder) / "all.parquet"),
        }
        for name, act in parts.items():
            wall, cpu, _ = spent(act)
            print(f"  {name:38}{wall:8.0f}{cpu:19.0f}")
        print(f"  memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        print(f"  the slowest page takes {slowest:.0f} ms of CPU (budget {BUDGET})")
        found.engine.close()


if __name__ == "__main__":
    main()
