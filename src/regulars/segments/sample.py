"""The customers that clusters are learned from: all of them, or a bounded sample that is always the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine
from regulars.errors import SettingsError
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMIT = 50_000  # a fit on 50,000 is within .03 % of the inertia of the fit on a million
NUMERIC = (
    "recency_days",
    "orders",
    "monetary",
    "tenure_days",
    "avg_order_value",
    "products",
    "return_share",
    "days_between",
    "profit",
    "shipping_cost",
    "lines",
    "pieces",
    "sales_amount",
    "returns_amount",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """Customers in an order that is random but always the same, so that its first part is a random sample as well.

    The order is that of md5(seed and customer_id): independent of the engine, its threads and the order of lines.
    """

    customers: int  # in the table `features`
    features: tuple[str, ...]
    values: "NDArray[Any]"  # of shape (customers of the sample, features); NaN where a customer has none
    worth: "NDArray[Any]"  # orders the clusters: monetary; without amounts the first feature (recency: negative)


def read_sample(engine: Engine, settings: Settings, table: str = "features") -> Sample:
    """Reads the features that the settings name; those without any value are left out.

    Raises SettingsError where the table has no such numeric column.
    """
    import numpy as np

    known = [name for name in engine.column_names(table) if name in NUMERIC]
    for name in settings.features:
        if name not in known:
            raise SettingsError("clusters_feature", name=name, known=", ".join(known))
    wanted = tuple(dict.fromkeys((*settings.features, *({"monetary"} & set(known)))))
    numbers = read_columns(engine, settings, table, wanted)
    valued = {name: column for name, column in numbers.items() if not np.isnan(column).all()}
    features = tuple(name for name in wanted if name in valued and name in settings.features)
    rows = len(numbers[wanted[0]])
    first = "monetary" if "monetary" in valued else next(iter(features), None)
    worth = valued[first] if first else np.zeros(rows)
    return Sample(
        customers=int(engine.rows(f"select count(*) as customers from {table}")[0]["customers"]),
        features=features,
        values=np.column_stack([valued[name] for name in features]) if features else np.empty((rows, 0)),
        worth=-worth if first == "recency_days" else worth,
    )


def read_columns(engine: Engine, settings: Settings, table: str, names: Sequence[str]) -> dict[str, "NDArray[Any]"]:
    """Columns of the customers that `read_sample` reads from that table, in its order; NaN where there is no value."""
    import numpy as np

    chosen = ", ".join(f"coalesce(cast({name} as double), cast('nan' as double)) as {name}" for name in names)
    columns = engine.columns(
        f"select {chosen} from {table} "
        f"order by md5(concat(cast($seed as varchar), ' ', customer_id)), customer_id limit {LIMIT}",
        seed=settings.seed,
    )
    return {name: np.asarray(column, dtype=float) for name, column in columns.items()}
