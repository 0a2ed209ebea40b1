"""The evidence for k = 2 to 10 clusters against a plain scikit-learn script: CPU, memory, and the same numbers.

    python -m bench.evidence --customers 1000000

Ours reads the features from Parquet through the engine, draws its sample and learns; the peer is given that sample,
scaled, and computes the same figures with the same sizes and repetitions. Figures of the same clustering must be the
same. Those that rest on random draws differ from one number of clusters to the next, by more where clusters come and
go with each draw: on average over all numbers they must agree.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

from bench.main_job import OUT, cost
from regulars.engine import DuckEngine
from regulars.segments.clusters import learn
from regulars.segments.kmeans import scale
from regulars.segments.later import Later
from regulars.segments.sample import Sample, read_sample
from regulars.settings import Settings

# what a figure may differ by: of one clustering that both found (of its value); of random draws (absolute) at one
# number of clusters, where they are stable and where they change with each draw, and on average over all numbers
FITTED = {"inertia": 0.002, "calinski_harabasz": 0.005, "davies_bouldin": 0.02, "simplified_silhouette": 0.01,
          "silhouette": 0.02}  # fmt: skip
DRAWN = ("null_silhouette", "prediction_strength", "seed_ari", "jaccard", "sales_separation", "repeat_separation")
STABLE, UNSTABLE, AVERAGE = 0.05, 0.25, 0.05
SETTINGS = Settings(k_max=10)


def write_features(path: Path, customers: int) -> None:
    """Customers with lognormal recency, orders and spending: three groups, one of them large and elongated."""
    rng = np.random.default_rng(0)
    group = rng.choice(3, size=customers, p=(0.55, 0.25, 0.2))
    correlation = [[1, -0.6, -0.5], [-0.6, 1, 0.85], [-0.5, 0.85, 1]]
    middle = np.array([[5.5, 0.8, 5], [2.5, 3, 8], [3, 0.5, 7.5]])
    values = np.exp(middle[group] + rng.multivariate_normal(np.zeros(3), correlation, customers) * (0.7, 0.5, 0.6))
    names = ("recency_days", "orders", "monetary")
    columns = {"customer_id": np.arange(customers), **dict(zip(names, np.maximum(1, values.round()).T, strict=True))}
    with DuckEngine() as engine:
        engine.register("drawn", columns)
        rows = "select cast(customer_id as varchar) as customer_id, recency_days, orders, monetary from drawn"
        engine.write_parquet(rows, path)


def later_sales(sample: Sample) -> Later:
    """What the customers of the sample bring in the 90 days after: who bought lately comes back more often."""
    rng = np.random.default_rng(1)
    recency, _, monetary = sample.values.T
    returned = rng.random(len(recency)) < np.exp(-recency / 200)
    return Later(sample, monetary * returned * rng.lognormal(0, 0.5, len(recency)), returned, 90, date(2024, 1, 1))


def ours(source: str, points: str, target: str) -> None:
    """Our own evidence, and for the peer the sample it rests on and what it brings later."""
    with DuckEngine() as engine:
        engine.make_from("features", "select * from read_parquet($file)", file=source)
        later = later_sales(read_sample(engine, SETTINGS))
        found = learn(engine, SETTINGS, later)
    np.savez(points, points=scale(later.sample, SETTINGS).points, spent=later.spent, returned=later.returned)
    Path(target).write_text(json.dumps([asdict(row) for row in found.evidence]), encoding="utf-8")


def compare(mine: list[dict[str, float]], theirs: list[dict[str, float]]) -> None:
    """Prints the largest difference of each figure; ends with an error where one is too large."""
    worst: dict[str, tuple[float, float, float]] = {}  # share of what it may be, difference, k
    apart_at: dict[str, list[float]] = {name: [] for name in DRAWN}
    same = 0
    for one, other in zip(mine, theirs, strict=True):
        agree = abs(one["inertia"] / other["inertia"] - 1) < FITTED["inertia"]
        same += agree
        found = {name: (abs(one[name] / other[name] - 1), FITTED[name]) for name in FITTED if agree}
        stable = min(one["prediction_strength"], other["prediction_strength"]) > 0.9
        for name in DRAWN:
            found[name] = (abs(one[name] - other[name]), STABLE if stable else UNSTABLE)
            apart_at[name].append(one[name] - other[name])
        for name, (apart, limit) in found.items():
            worst[name] = max(worst.get(name, (0.0, 0.0, 0.0)), (apart / limit, apart, one["k"]))
    print(f"  the same clusters at {same} of {len(mine)} numbers; largest differences:")
    for name, (share, apart, k) in worst.items():
        print(f"    {name:<24}{apart:>8.4f} at k = {k:<4.0f}{'' if share <= 1 else 'MORE THAN ALLOWED'}")
    print("  on average over all numbers:")
    average = {name: float(np.mean(apart)) for name, apart in apart_at.items()}
    for name, apart in average.items():
        print(f"    {name:<24}{apart:>+8.4f}{'' if abs(apart) <= AVERAGE else ' MORE THAN ALLOWED'}")
    far = any(share > 1 for share, _, _ in worst.values()) or any(abs(apart) > AVERAGE for apart in average.values())
    if 2 * same < len(mine) or far:
        raise SystemExit("the figures differ")


def read(path: Path) -> list[dict[str, float]]:
    """The rows of a result, of the clusters' overlaps the least."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [row | {"jaccard": min(row["jaccard"])} for row in rows]


def main() -> None:
    """Read the options, run both, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000, help="customers in the table of features")
    parser.add_argument("--ours", nargs=3, metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ours:
        ours(*options.ours)
        return
    OUT.mkdir(exist_ok=True)
    source, points = OUT / f"features-{options.customers}.parquet", OUT / "points.npz"
    if not source.exists():
        write_features(source, options.customers)
    results = OUT / "evidence-ours.json", OUT / "evidence-peer.json"
    os.environ["OMP_NUM_THREADS"] = "1"  # threads that wait for each other count as CPU seconds
    mine = cost(sys.executable, "-m", "bench.evidence", "--ours", str(source), str(points), str(results[0]))
    peer = cost(sys.executable, "-m", "bench.peer_sklearn", str(points), str(results[1]))
    print(f"\nevidence for k = 2 to 10, {options.customers:,} customers     CPU s   peak MB")
    for name, used in (("regulars", mine), ("scikit-learn script", peer)):
        print(f"  {name:<47}{used.cpu:>9.2f}{used.memory:>10.0f}")
    print(f"  ours / theirs{'':<34}{mine.cpu / peer.cpu:>9.2f}{mine.memory / peer.memory:>10.2f}")
    compare(*map(read, results))


if __name__ == "__main__":
    main()
