"""The main job against plain SQL and pandas: CPU seconds and peak memory, runs interleaved, ratios in one table.

    python -m bench.main_job --lines 1000000 --lines 10000000 --runs 3

Every run is a process of its own; its user and system CPU seconds and its peak resident memory are the kernel's own
account (wait4), so other work on the machine hardly counts. All three must find the same customers and measures.
"""

import argparse
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench.size import core_size
from regulars.synth import write_orders

HERE = Path(__file__).parent
OUT = HERE / "out"
DATA = Path(os.environ.get("REGULARS_DATA", HERE.parent.parent / "shared" / "data"))
CONTENDERS = {"regulars": "bench.ours", "plain SQL": "bench.peer_sql", "pandas": "bench.peer_pandas"}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process used: CPU seconds (user and system) and peak resident memory in MB."""

    cpu: float
    memory: float


def cost(*command: str) -> Cost:
    """Run a command, its output unseen, and account for it."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with exit code {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def pipeline(lines: int, runs: int) -> None:
    """From the Parquet file to the scored customer table, by each contender in turn."""
    source = OUT / f"orders-{lines}.parquet"
    if not source.exists():
        write_orders(source, lines)
    costs: dict[str, list[Cost]] = {name: [] for name in CONTENDERS}
    for _ in range(runs):
        for name, module in CONTENDERS.items():
            target = OUT / f"{module}.parquet"
            costs[name].append(cost(sys.executable, "-m", module, str(source), str(target)))
    for module in list(CONTENDERS.values())[1:]:
        same(OUT / "bench.ours.parquet", OUT / f"{module}.parquet")
    report(lines, costs)


def report(lines: int, costs: dict[str, list[Cost]]) -> None:
    """One row a contender; the ratio is ours to theirs, below 1 where we use less."""
    cpu = {name: statistics.median(one.cpu for one in several) for name, several in costs.items()}
    memory = {name: statistics.median(one.memory for one in several) for name, several in costs.items()}
    print(f"\n{lines:,} lines to scored customers     CPU s   ours/theirs   peak MB   ours/theirs")
    for name in costs:
        ratios = cpu["regulars"] / cpu[name], memory["regulars"] / memory[name]
        print(f"  {name:<28}{cpu[name]:>12.2f}{ratios[0]:>13.2f}{memory[name]:>11.0f}{ratios[1]:>13.2f}")


def same(ours: Path, theirs: Path) -> None:
    """Both tables hold the same customers with the same recency, frequency and monetary value."""
    counts = duckdb.execute(
        """
        select count(*) filter (a.customer_id is null or b.customer_id is null) as alone,
               count(*) filter (a.recency <> b.recency or a.frequency <> b.frequency
                                or abs(a.monetary::double - b.monetary::double) > 0.005) as different
        from   read_parquet($ours) as a full join read_parquet($theirs) as b
        on     a.customer_id::double = b.customer_id::double""",
        {"ours": str(ours), "theirs": str(theirs)},
    ).fetchall()
    if counts != [(0, 0)]:
        raise SystemExit(f"{ours.name} and {theirs.name} differ: alone, different = {counts[0]}")


def whole(runs: int) -> None:
    """What a user waits for: the whole run on Online Retail II with its report, the start of the program, its size."""
    regulars = str(Path(sys.executable).parent / "regulars")
    jobs = {
        "import regulars": (sys.executable, "-c", "import regulars"),
        "regulars --help": (regulars, "--help"),
    }
    real = DATA / "online_retail_II.parquet"
    if real.exists():
        jobs["regulars run, Online Retail II"] = (regulars, "run", str(real), "--shop", str(OUT / "shop"))
    print(f"\n{'the whole program':<34}CPU s   peak MB")
    for name, command in jobs.items():
        costs = [cost(*command) for _ in range(runs)]
        cpu, memory = (statistics.median(getattr(one, of) for one in costs) for of in ("cpu", "memory"))
        print(f"  {name:<28}{cpu:>9.2f}{memory:>10.0f}", flush=True)
    print(f"  an environment with the core alone: {core_size():.0f} MB")


def main() -> None:
    """Read the options, run everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lines", type=int, action="append", help="size of the simulated shop; may be given again")
    parser.add_argument("--runs", type=int, default=3, help="how often each contender runs")
    parser.add_argument("--pipeline-only", action="store_true", help="leave out the whole run and the installed size")
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    for lines in options.lines or (1_000_000, 10_000_000):
        pipeline(lines, options.runs)
    if not options.pipeline_only:
        whole(options.runs)


if __name__ == "__main__":
    main()
