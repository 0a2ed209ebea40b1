"""Which products go with which, learned from who bought what: a ridge regression of each product on all others.

Steck (2019), "Embarrassingly Shallow Autoencoders for Sparse Data": with G the products' weighted co-purchases, P the
inverse of G + lambda I, the weight of product p for product q is -P[p, q] / P[q, q]. Unlike a cosine it takes out what
popular products share with everything. Learned from a sample of customers and the products that most of them bought;
kept are the strongest weights of each product, as whole numbers, so that scoring is a query that adds exactly.
"""

from typing import TYPE_CHECKING, Any

from regulars.engine import Engine

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEIGHBOURS = 50  # products that speak for a product
RIDGE = 3.0  # lambda, in means of G's diagonal; chosen on earlier months of two shops
TREND = 0.25  # how much it counts that a product finds new buyers of late
SCALE = 1_000_000  # of the weights
LEARNED = 5_000_000  # at most as many purchases are learned from


def learn_similar(engine: Engine, pairs: int) -> None:
    """Makes `next_similar`: p, q (which goes with it), n (p's number on the shelf), weight (whole, above 0).

    Reads `next_pairs`, `next_shelf`, `next_customers`, `next_ages`; `pairs` are the shelf's purchases.
    """
    import numpy as np

    shelf = engine.columns("select p, n, buyers, fresh from next_shelf order by n")
    count = len(shelf["p"])
    source, target, weight = [np.zeros(0, np.int64)] * 3
    if count > 1:
        engine.make("baskets/next_learned", below=below(LEARNED / max(pairs, 1)))
        held = engine.columns("select c, n, weight from next_learned")
        trend = np.asarray(shelf["fresh"], float) / SCALE / np.asarray(shelf["buyers"], float)
        whole = np.rint(_strongest(_ridge(_together(held, count))) * trend**TREND * SCALE).astype(np.int64)
        source, target = np.nonzero(whole)
        weight = whole[source, target]
    codes = np.asarray(shelf["p"], np.int64)
    columns = {"p": codes[source], "q": codes[target], "n": source, "weight": weight}
    engine.put_columns("next_similar", {"p": "INTEGER", "q": "INTEGER", "n": "INTEGER", "weight": "BIGINT"}, columns)


def below(share: float) -> str:
    """The end of a range of draws that holds about this share of all."""
    return f"{int(share * 16**8):08x}" if share < 1 else "g"


def _together(held: dict[str, Any], count: int) -> "NDArray[Any]":
    """G: for each two products the sum over customers of both weights; whole numbers, so that no order matters."""
    import numpy as np
    from scipy.sparse import csr_matrix

    customers, row = np.unique(held["c"], return_inverse=True)
    shape = (len(customers), count)
    bought = csr_matrix((np.asarray(held["weight"], np.int64), (row, np.asarray(held["n"], np.int64))), shape)
    return np.asarray((bought.T @ bought).toarray(), float)


def _ridge(together: "NDArray[Any]") -> "NDArray[Any]":
    """The weight of each product (row) for each other (column)."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    together[np.diag_indices_from(together)] += max(RIDGE * float(np.diag(together).mean()), 1.0)
    with threadpool_limits(1):
        inverse = np.linalg.inv(together)
    weights: NDArray[Any] = -inverse / np.diag(inverse)
    weights[np.diag_indices_from(weights)] = 0.0
    return weights


def _strongest(weights: "NDArray[Any]") -> "NDArray[Any]":
    """The weights above zero, of each column the first `NEIGHBOURS`."""
    import numpy as np

    kept = np.zeros_like(weights)
    columns = np.arange(weights.shape[1])
    rows = np.argsort(-weights, axis=0, kind="stable")[:NEIGHBOURS]
    kept[rows, columns] = np.maximum(weights[rows, columns], 0.0)
    return kept
