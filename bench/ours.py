"""Ours: the main job's pipeline to the scored customer table, in a process of its own, with the peers' policies."""

import sys
from pathlib import Path

from regulars.api import read
from regulars.pipeline import scored

SCORED = """
select customer_id, recency_days as recency, orders as frequency, monetary, r, f, m
from   measures join scores using (customer_id) order by customer_id
"""

if __name__ == "__main__":
    lines = read(Path(sys.argv[1]), returns="drop", non_sales="keep")
    scored(lines.engine, lines, lines.settings)
    lines.engine.write_parquet(SCORED, Path(sys.argv[2]))
    lines.engine.close()
