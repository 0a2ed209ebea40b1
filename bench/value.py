"""BG/NBD against the `lifetimes` package on 100,000 customers, and on 10 million by itself: CPU seconds and memory.

    python -m bench.value --peer-python path/to/an/environment/with/lifetimes/bin/python

Both get the same customers one by one (repeats, days of the last order, age), drawn from a BG/NBD; both must find the
same maximum and the same expected orders. Ours counts the distinct histories first; that is part of its time. The 10
million are counted in parts before (a shop's engine does that) and fitted within one process, whose peak memory is
told.
Seconds are those of the process (user and system), one thread, runs in turn.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import scipy.linalg
import scipy.special
from threadpoolctl import threadpool_limits

from regulars.value.cells import cells_of_days, tally
from regulars.value.forecast import fit, forecast
from regulars.value.simulate import simulate

TRUTH = (0.6, 9.0, 0.25, 2.5)
DAYS, AHEAD = 730, 182


def ours(file: str) -> None:
    """One run of ours, in a process of its own."""
    held = np.load(file)
    before = time.process_time()
    cells, index = tally(held["x"], held["tx"], held["age"])
    found = fit("bgnbd", cells)
    spent = time.process_time() - before
    before = time.process_time()
    expected = forecast(found, cells, AHEAD, ranges=False).expected[index]
    print(json.dumps({
        "parameters": list(found.parameters.values()), "log_likelihood": found.log_likelihood,
        "expected": float(expected.sum()), "fit": spent, "forecast": time.process_time() - before,
    }))  # fmt: skip


def many(file: str) -> None:
    """Ten million customers, counted already."""
    held = np.load(file)
    before = time.process_time()
    cells = cells_of_days(held["x"], held["tx"], held["age"], held["n"])
    found = fit("bgnbd", cells)
    fitted = time.process_time() - before
    forecast(found, cells, AHEAD, discount=0.1)
    print(json.dumps({
        "customers": int(cells.customers), "cells": len(cells), "fit": fitted, "parameters": found.parameters,
        "all": time.process_time() - before, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))  # fmt: skip


def drawn(customers: int, seed: int) -> dict[str, np.ndarray]:
    """Histories of customers who came at any time within the days."""
    seen = simulate("bgnbd", TRUTH, np.random.default_rng(seed).integers(0, DAYS, customers), seed=seed)
    return {"x": seen.repeats, "tx": seen.recency, "age": seen.age}


def counted(millions: int) -> dict[str, np.ndarray]:
    """Distinct histories of many customers, drawn a million at a time."""
    keys, counts = [], []
    for seed in range(millions):
        part = drawn(1_000_000, 100 + seed)
        found = np.unique((part["x"] * 1000 + part["tx"]) * 1000 + part["age"], return_counts=True)
        keys.append(found[0])
        counts.append(found[1])
    distinct, index = np.unique(np.concatenate(keys), return_inverse=True)
    x, rest = np.divmod(distinct, 1_000_000)
    tx, age = np.divmod(rest, 1000)
    return {"x": x, "tx": tx, "age": age, "n": np.bincount(index, np.concatenate(counts))}


def run(python: str, module: str, *arguments: str) -> dict:
    """The JSON that a process prints."""
    done = subprocess.run([python, "-m", module, *arguments], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--millions", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        few, most = Path(folder) / "few.npz", Path(folder) / "most.npz"
        np.savez(few, **drawn(asked.customers, 1))
        found: dict[str, list[dict]] = {"regulars": [], "lifetimes": []}
        for _ in range(asked.runs):
            found["regulars"].append(run(sys.executable, "bench.value", "--one", str(few)))
            found["lifetimes"].append(run(asked.peer_python, "bench.peer_lifetimes", str(few)))
        one, other = found["regulars"][0], found["lifetimes"][0]
        assert np.allclose(one["parameters"], other["parameters"], rtol=1e-3), (one, other)
        assert abs(one["expected"] / other["expected"] - 1) < 0.002, (one, other)
        print(f"BG/NBD, {asked.customers:,} customers, median of {asked.runs}, CPU seconds")
        medians = {}
        for name, runs in found.items():
            medians[name] = [statistics.median(one[part] for one in runs) for part in ("fit", "forecast")]
            print(f"  {name:10} fit {medians[name][0]:8.3f}   expected orders {medians[name][1]:8.3f}")
        ratios = [theirs / own for own, theirs in zip(medians["regulars"], medians["lifetimes"], strict=True)]
        print(f"  faster     fit {ratios[0]:8.1f} x expected orders {ratios[1]:8.1f} x")
        np.savez(most, **counted(asked.millions))
        big = run(sys.executable, "bench.value", "--many", str(most))
        print(f"BG/NBD, {big['customers']:,} customers in {big['cells']:,} distinct histories, CPU seconds")
        print(f"  fit {big['fit']:.2f}   with expected and discounted orders and ranges {big['all']:.2f}")
        print(f"  memory at most {big['memory']:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] in (["--one"], ["--many"]):
        assert scipy.linalg and scipy.special
        with threadpool_limits(1):
            {"--one": ours, "--many": many}[sys.argv[1]](sys.argv[2])
    else:
        main()
