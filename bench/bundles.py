"""Bundles against pyfim's eclat and mlxtend's fpgrowth: CPU seconds and peak memory, from the lines to the sets.

    python -m bench.bundles --peers VENV/bin/python --baskets 1000000 --items 5000 --support 0.001

Neither peer is a dependency: `--peers` is the Python of an environment that has pyfim, mlxtend and duckdb. Both get the
quickest preparation we know (DuckDB reads the file and numbers the items). Ours does more: the rules with all their
tests, against baskets of equal size too. All must find the same sets with the same counts.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb

OUT = Path(__file__).parent / "out"

LINES = """
copy (
  with drawn as (
    select b, greatest(1, round(exp(1.9 + 0.75 * sqrt(-2 * ln((hash(b, 1) % 1000000 + 0.5) / 1e6))
                                  * cos(6.283185 * (hash(b, 2) % 1000000) / 1e6))))::int as size
    from   range($baskets) as t(b)
  ), placed as (select b, unnest(range(size)) as place from drawn)
  select 'O' || b as order_id, 'C' || (b // 4) as customer_id, date '2023-01-01' + (b * 700 // $baskets)::int as day,
         'P' || lpad((case when hash(b, place, 5) % 100 < 25  -- a neighbour of the basket's first item, else any item
                           then (floor($items * power((hash(b, 0, 3) % 1000000 + 0.5) / 1e6, 2.5))::int
                                 + (hash(b, place, 4) % 5)) % $items
                           else floor($items * power((hash(b, place, 3) % 1000000 + 0.5) / 1e6, 2.5))::int
                      end)::varchar,
                     5, '0') as product_id,
         (1 + hash(b, place, 6) % 50)::decimal(18, 4) as amount, false as is_return
  from   placed
) to '{path}' (format parquet)
"""

OURS = """
import json, sys
from regulars.baskets.collect import Support
from regulars.baskets.find import Asked, found_in
from regulars.engine import DuckEngine
path, support, size = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
with DuckEngine() as engine:
    engine.view_from("sales", f"select *, null::varchar as product, null::varchar as subcategory, null::varchar as "
                              f"category, null::decimal(18,4) as profit from read_parquet('{path}')")
    found = found_in(engine, Asked(Support(share=support), max_size=size), 1000)
print(json.dumps(sorted([sorted(found.baskets.codes[i] for i in items), int(n)]
                        for one in found.sets for items, n in zip(one.items.tolist(), one.counts))))
"""
ECLAT = """
import json, sys, duckdb, fim
path, support, size = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
duckdb.execute("set enable_progress_bar = false")
rows = duckdb.execute(f"select list(distinct product_id) from '{path}' group by customer_id, order_id").fetchall()
found = fim.eclat([row[0] for row in rows], supp=100 * support, zmin=1, zmax=size, report="a")
print(json.dumps(sorted([sorted(items), n] for items, n in found)))
"""
FPGROWTH = """
import json, sys, duckdb, numpy as np, pandas as pd
from scipy.sparse import csr_matrix
from mlxtend.frequent_patterns import fpgrowth
path, support, size = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
db = duckdb.connect()
db.execute("set enable_progress_bar = false")
db.execute(f"create table n as select product_id, row_number() over () - 1 as i "
           f"from (select distinct product_id from '{path}')")
db.execute(f"create table o as select customer_id, order_id, row_number() over () - 1 as b "
           f"from (select distinct customer_id, order_id from '{path}')")
got = db.execute(f"select distinct b, i from '{path}' join n using (product_id) "
                 f"join o using (customer_id, order_id)").fetchnumpy()
names = [row[0] for row in db.execute("select product_id from n order by i").fetchall()]
matrix = csr_matrix((np.ones(len(got["b"]), bool), (got["b"], got["i"])))
frame = pd.DataFrame.sparse.from_spmatrix(matrix, columns=names)
found = fpgrowth(frame, min_support=support, max_len=size, use_colnames=True)
total = matrix.shape[0]
print(json.dumps(sorted([sorted(items), round(s * total)] for s, items in zip(found["support"], found["itemsets"]))))
"""


def cost(python: str, program: str, *arguments: str) -> tuple[float, float, bytes]:
    """Runs a program; its CPU seconds and peak memory in MB by the kernel's account, and its output."""
    process = subprocess.Popen([python, "-c", program, *arguments], stdout=subprocess.PIPE)
    said = process.stdout.read() if process.stdout else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"ended with exit code {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--baskets", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--support", type=float, default=0.001)
    parser.add_argument("--size", type=int, default=3)
    parser.add_argument("--without", action="append", default=[], help="leave a contender out")
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    path = OUT / f"baskets-{options.baskets}-{options.items}.parquet"
    if not path.exists():
        query = LINES.replace("$baskets", str(options.baskets)).replace("$items", str(options.items))
        duckdb.execute(query.replace("{path}", str(path)))
    contenders = {"regulars": (sys.executable, OURS), "pyfim eclat": (options.peers, ECLAT),
                  "mlxtend fpgrowth": (options.peers, FPGROWTH)}  # fmt: skip
    answers = {}
    print(f"{options.baskets:,} baskets, {options.items:,} items, support {options.support}   CPU s   peak MB   sets")
    for name, (python, program) in contenders.items():
        if name in options.without:
            continue
        cpu, memory, said = cost(python, program, str(path), str(options.support), str(options.size))
        answers[name] = hashlib.sha256(said).hexdigest()
        print(f"  {name:<28}{cpu:>12.2f}{memory:>10.0f}{len(json.loads(said)):>10,}", flush=True)
    if len(set(answers.values())) > 1:
        raise SystemExit("the contenders found different sets")


if __name__ == "__main__":
    main()
