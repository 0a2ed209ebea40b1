"""The peer: the `lifetimes` package (0.11) fits BG/NBD to per-customer arrays; prints parameters and seconds.

    python -m bench.peer_lifetimes histories.npz

The package is unmaintained and no dependency of ours; give the benchmark the Python of an environment that has it.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter

warnings.filterwarnings("ignore")
held = np.load(sys.argv[1])
columns = [pd.Series(held[name].astype(float) / scale) for name, scale in (("x", 1), ("tx", 7), ("age", 7))]
before = time.process_time()
model = BetaGeoFitter()
model.fit(*columns)
fit = time.process_time() - before
before = time.process_time()
expected = model.conditional_expected_number_of_purchases_up_to_time(26.0, *columns)
print(json.dumps({
    "parameters": [float(model.params_[letter]) for letter in ("r", "alpha", "a", "b")],
    "expected": float(expected.sum()), "fit": fit, "forecast": time.process_time() - before,
}))  # fmt: skip
