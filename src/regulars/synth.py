"""Simulated shops with known truth, of any size: for tests, benchmarks and a first try without data.

    write_orders         order lines in the shape, and with the dirt, of Online Retail II
    write_planted        clean order lines of customers whose segment is known: the truth comes back
    write_structureless  clean order lines whose recency, orders and spend hang together but form no groups

The same arguments write the same file. Orders are drawn in numpy (a twentieth of the lines); the lines come from a
query that streams, so ten million fit in little memory. What a line holds is a function of its order, its position
and the seed: a cancellation can therefore repeat the lines of the order that it cancels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from regulars.engine import DuckEngine, text
from regulars.errors import UsageError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST_SECOND = int(np.datetime64("2009-12-01T00:00:00", "s").astype(np.int64))
DAYS = 739  # 2009-12-01 .. 2011-12-09, as in Online Retail II
_DAY = 86_400

# Measured on Online Retail II (1,067,371 lines); medians and sigmas of lognormal distributions.
_LINES_PER_CUSTOMER = 180
_ORDERS_MEDIAN, _ORDERS_SIGMA = 3.0, 1.17  # orders of a customer: mean 6.3, 28 % with one, the largest some hundreds
_LINES_MEDIAN, _LINES_SIGMA = 15.0, 0.867  # lines of an order with a customer: mean 22
_ANONYMOUS = 0.19  # orders without a customer: three quarters have one to four lines, the others about a hundred
_CANCELLED = 0.18  # orders of which a part is cancelled later
_MONTHS = (0.052, 0.055, 0.078, 0.066, 0.072, 0.077, 0.072, 0.072, 0.096, 0.110, 0.150, 0.100)  # January first
_COUNTRIES = ("United Kingdom", "Germany", "France", "EIRE", "Netherlands", "Spain", "Belgium", "Portugal")
_COUNTRY_SHARES = (0.92, 0.02, 0.018, 0.012, 0.008, 0.008, 0.008, 0.006)

# One 64-bit hash a line is cut into four uniform numbers: product, quantity, kind of line, price. A copy of the line
# before it (3.2 % of lines) takes that line's place, and with it its hash.
_ORDERS_SQL = """
-- orders  one row per order line, by invoice and position
-- reads   drawn: source (the order whose lines these are), second, size, customer (0: none), country, cancel, scale
with placed as (
    select *, unnest(range(size)) as position from drawn
), hashed as (
    select *, hash(source, position - (position > 0 and hash(source, position, $seed, 1) % 1000 < 32)::int, $seed) as h
    from   placed
), cut as (
    select invoice, cancel, second, customer, country, scale,
           floor(4600 * power(((h & 1048575) + 0.5) / 1048576, 2.2))::int as product,
           (((h >> 20) & 65535) + 0.5) / 65536 as u_quantity,
           ((h >> 36) & 65535) / 65536 as u_kind,
           (h >> 56) & 255 as u_price
    from   hashed
), drawn_products as (
    select i as product, (hash(i, 7) >> 1)::bigint as p, ((p & 65535) + 0.5) / 65536 as u from range(4600) as t(i)
), products as (
    select product,
           greatest(0.04, round(2.1 * exp(ln(u / (1 - u)) * 0.6), 2)) as price,
           (10002 + product * 17) || case when p % 5 = 0 then chr((65 + p % 7)::int) else '' end as code,
           case when p % 10 = 0 then ' ' else '' end
           || ['RED', 'WHITE', 'VINTAGE', 'PINK', 'RETROSPOT', 'WOODEN', 'GLASS', 'IVORY'][1 + (p >> 18) % 8] || ' '
           || ['HEART', 'BIRD', 'STAR', 'ROSE', 'UNION JACK', 'KITCHEN', 'GARDEN'][1 + (p >> 26) % 7] || ' '
           || ['T-LIGHT HOLDER', 'BAG', 'CAKE STAND', 'LANTERN', 'MUG', 'DOORMAT', 'CLOCK', 'TIN'][1 + (p >> 34) % 8]
           || ' ' || product || case when p % 10 = 3 then ' ' else '' end as name
    from   drawn_products
), lines as (
    select cut.*, price, code, name,
           greatest(1, round(scale * exp(ln(u_quantity / (1 - u_quantity)) * 0.85)))::bigint as pieces,
           customer = 0 and u_kind > 0.983 as gift
    from   cut join products using (product)
)
select case when cancel then 'C' else '' end || (489434 + invoice) as "Invoice",
       case when u_kind < 0.0020 then 'POST'
            when u_kind < 0.0033 then 'DOT'
            when u_kind < 0.0046 then 'M'
            when u_kind < 0.0048 and cancel then 'D'
            when u_kind < 0.0052 then 'BANK CHARGES'
            else code end as "StockCode",
       case when u_kind < 0.0020 then 'POSTAGE'
            when u_kind < 0.0033 then 'DOTCOM POSTAGE'
            when u_kind < 0.0046 then 'Manual'
            when u_kind < 0.0048 and cancel then 'Discount'
            when u_kind < 0.0052 then ' Bank Charges'
            when gift then null
            else name end as "Description",
       case when cancel then -pieces else pieces end as "Quantity",
       make_timestamp(second * 1000000) as "InvoiceDate",
       case when gift or u_kind > 0.9975 then 0
            when u_kind < 0.0052 then greatest(1, round(price * 15, 2))
            when u_price < 40 then greatest(0.04, round(price * 0.85, 2))
            else price end::double as "Price",
       nullif(customer, 0) as "Customer ID",
       country as "Country"
from   lines
"""

_CLEAN_SQL = """
-- clean   one row per order line: an order's cents are shared over one to three lines, the first takes the remainder
-- reads   drawn: order_number, customer, second, cents, favourite (a category's number)
with sized as (
    select *, least(1 + hash(order_number, $seed) % 3, cents)::bigint as size from drawn
), placed as (
    select *, unnest(range(size)) as position from sized
), chosen as (
    select *, (hash(order_number, position, $seed) >> 1)::bigint as h,
           case when h % 10 < 6 then favourite else (h >> 8) % 6 end as category
    from   placed
)
select 'O' || lpad(order_number::varchar, 8, '0') as order_id, 'C' || lpad(customer::varchar, 7, '0') as customer_id,
       make_timestamp(second * 1000000) as ordered_at,
       'P' || category || '-' || (h >> 16) % 20 as product_id,
       ['Coffee', 'Tea', 'Bread', 'Fruit', 'Soap', 'Candles'][1 + category] as category,
       1 as quantity,
       ((cents // size + case when position = 0 then cents % size else 0 end) / 100)::decimal(18, 2) as amount
from   chosen
"""


@dataclass(frozen=True, slots=True)
class Planted:
    """A known segment: its share of customers and the medians of its customers' recency, orders and spend an order."""

    name: str
    share: float
    recency_days: float
    orders: float
    order_value: float
    spread: float = 0.25  # sigma of the lognormal around each median
    favourite: int = 0  # the category, 0..5, in which it buys two thirds of its lines


SEGMENTS: tuple[Planted, ...] = (
    Planted("regulars", 0.25, 12, 24, 60, favourite=0),
    Planted("big baskets", 0.15, 40, 6, 420, favourite=1),
    Planted("newcomers", 0.25, 15, 2, 40, favourite=2),
    Planted("gone", 0.35, 400, 3, 50, favourite=3),
)


def write_orders(path: Path, lines: int = 1_000_000, seed: int = 0) -> None:
    """Order lines like Online Retail II, exactly `lines` of them, as Parquet or (by the name's end) CSV.

    One row per order line with the columns Invoice, StockCode, Description, Quantity, InvoiceDate, Price, Customer ID,
    Country; 3.2 % exact copies, 23 % without a customer, 1.8 % on cancelled invoices, postage and bank charges, gifts
    at a price of zero, stray spaces; customers' orders and orders' lines have heavy tails; autumn is the season.
    """
    if lines < 1:
        raise UsageError("synth_size", what="lines", size=lines)
    _write(path, _drawn_orders(lines, np.random.default_rng(seed)), _ORDERS_SQL, seed)


def write_planted(
    path: Path, customers: int = 2_000, segments: Sequence[Planted] = SEGMENTS, seed: int = 0
) -> dict[str, str]:
    """Clean order lines of customers from known segments; returns customer_id -> the segment's name.

    One row per order line: order_id, customer_id, ordered_at, product_id, category, quantity, amount. The last order
    of the file is on 2011-12-09, from which each customer's recency counts.
    """
    rng = np.random.default_rng(seed)
    shares = np.array([segment.share for segment in segments])
    label = rng.choice(len(segments), size=_positive(customers), p=shares / shares.sum())
    spread = np.array([segment.spread for segment in segments])[label]
    drawn = [
        np.array([getattr(segment, measure) for segment in segments])[label]
        * np.exp(spread * rng.normal(size=customers))
        for measure in ("recency_days", "orders", "order_value")
    ]
    favourite = np.array([segment.favourite for segment in segments])[label]
    orders = np.maximum(1, np.rint(drawn[1]))
    _write(path, _drawn_clean(drawn[0], orders, drawn[2] * orders, favourite, rng), _CLEAN_SQL, seed)
    return {f"C{number:07d}": segments[which].name for number, which in enumerate(label.tolist(), start=1)}


def write_structureless(path: Path, customers: int = 2_000, seed: int = 0) -> None:
    """Clean order lines, as of `write_planted`, without groups: one cloud whose measures are strongly correlated.

    Log-recency, log-orders and log-spend of customers are one normal distribution with correlations -.6, -.5 and .85.
    """
    rng = np.random.default_rng(seed)
    correlation = np.array([[1.0, -0.6, -0.5], [-0.6, 1.0, 0.85], [-0.5, 0.85, 1.0]])
    cloud = rng.multivariate_normal(np.zeros(3), correlation, size=_positive(customers))
    recency, orders, spend = np.exp(cloud * (0.8, 0.6, 0.8) + np.log((60, 14, 600))).T
    _write(
        path,
        _drawn_clean(recency, np.maximum(1, np.rint(orders)), spend, rng.integers(6, size=customers), rng),
        _CLEAN_SQL,
        seed,
    )


def _positive(customers: int) -> int:
    if customers < 1:
        raise UsageError("synth_size", what="customers", size=customers)
    return customers


def _write(path: Path, drawn: dict[str, Any], sql: str, seed: int) -> None:
    with DuckEngine() as engine:
        engine.register("drawn", drawn)
        sql = sql.replace("$seed", str(int(seed)))  # COPY takes no parameters
        if path.suffix == ".csv":
            engine.make_from("orders", sql)
            engine.connection.execute(f"copy orders to {text(str(path))} (header)")
        else:
            engine.write_parquet(sql, path)


@dataclass(frozen=True, slots=True)
class _Orders:
    """Orders as parallel arrays; `source` names the order whose lines they hold, customer 0 is nobody."""

    source: Ints
    second: Ints
    size: Ints
    customer: Ints
    cancel: NDArray[np.bool_]

    def where(self, chosen: Any) -> "_Orders":
        """Some of the orders, in the order of `chosen` (a mask or positions)."""
        return _Orders(*(getattr(self, name)[chosen] for name in self.__slots__))

    def __add__(self, other: "_Orders") -> "_Orders":
        return _Orders(*(np.concatenate([getattr(self, name), getattr(other, name)]) for name in self.__slots__))


def _drawn_orders(lines: int, rng: Generator) -> dict[str, Any]:
    """The orders behind exactly `lines` lines, in the order of time: arrays of equal length by column."""
    customers = max(2, int(1.1 * lines / _LINES_PER_CUSTOMER))
    while (orders := _purchases(customers, rng)).size.sum() < lines:
        customers *= 2
    orders = orders.where(rng.permutation(len(orders.size)))  # what is too much is dropped anywhere, not at the end
    before = np.cumsum(orders.size) - orders.size
    orders = orders.where(before < lines)
    orders.size[-1] = lines - before[len(orders.size) - 1]
    orders = orders.where(np.lexsort((orders.cancel, orders.source, orders.second)))
    country = rng.choice(len(_COUNTRIES), size=customers + 1, p=_COUNTRY_SHARES)
    scale = 3 * np.exp(0.5 * rng.normal(size=customers + 1))  # some customers are traders
    return {name: getattr(orders, name) for name in ("source", "second", "size", "cancel")} | {
        "invoice": np.arange(len(orders.size)),
        "customer": np.where(orders.customer > 0, orders.customer + 12_345, 0),
        "country": np.array(_COUNTRIES, dtype=object)[country[orders.customer]],
        "scale": scale[orders.customer],
    }


def _purchases(customers: int, rng: Generator) -> _Orders:
    """All orders of so many customers and of the strangers beside them, cancellations included."""
    count = np.maximum(1, np.rint(_lognormal(_ORDERS_MEDIAN, _ORDERS_SIGMA, customers, rng))).astype(np.int64)
    buyer = np.repeat(np.arange(1, customers + 1), count)
    birth = np.maximum(0.0, rng.uniform(-0.35, 1.0, size=customers))
    alive = np.minimum(1.0 - birth, rng.exponential(0.8, size=customers))
    moment = birth[buyer - 1] + rng.uniform(size=len(buyer)) * alive[buyer - 1]
    size = np.maximum(1, np.rint(_lognormal(_LINES_MEDIAN, _LINES_SIGMA, len(buyer), rng)))
    strangers = int(len(buyer) * _ANONYMOUS / (1 - _ANONYMOUS))
    small = rng.uniform(size=strangers) < 0.75
    crowd = np.where(small, rng.integers(1, 5, size=strangers), 1 + _lognormal(60, 1, strangers, rng))
    total = len(buyer) + strangers
    sold = _Orders(
        source=np.arange(total),
        second=_season(np.concatenate([moment, rng.uniform(size=strangers)]), rng),
        size=np.concatenate([size, crowd]).astype(np.int64),
        customer=np.concatenate([buyer, np.zeros(strangers, dtype=np.int64)]),
        cancel=np.zeros(total, dtype=np.bool_),
    )
    return sold + _cancellations(sold, rng)


def _cancellations(sold: _Orders, rng: Generator) -> _Orders:
    """For a share of the orders, a later one that takes back their first lines."""
    back = sold.where(rng.uniform(size=len(sold.size)) < _CANCELLED)
    later = back.second + rng.exponential(12 * _DAY, size=len(back.second)).astype(np.int64) // 60 * 60
    last = FIRST_SECOND + DAYS * _DAY - 60
    size = np.minimum(back.size, rng.geometric(0.42, size=len(back.size)))
    return _Orders(back.source, np.minimum(last, later), size, back.customer, np.ones(len(size), dtype=np.bool_))


def _season(moment: Floats, rng: Generator) -> Ints:
    """Seconds since 1970, to the minute, for moments 0..1 of the two years: more in autumn, none on Saturdays."""
    day = np.datetime64("2009-12-01", "D") + np.arange(DAYS)
    month = day.astype("datetime64[M]").astype(np.int64) % 12
    weekday = (day.astype(np.int64) + 3) % 7  # 0 is Monday: 1970-01-01 was a Thursday
    weight = np.array(_MONTHS)[month] * np.array((1.0, 1.05, 1.05, 1.2, 0.9, 0.0, 0.7))[weekday]
    share = np.concatenate([[0.0], np.cumsum(weight) / weight.sum()])
    chosen = np.clip(np.searchsorted(share, moment, side="right") - 1, 0, DAYS - 1)
    minute = np.clip(rng.normal(770, 130, size=len(moment)), 420, 1_230).astype(np.int64)
    return FIRST_SECOND + chosen * _DAY + minute * 60


def _lognormal(median: float, sigma: float, size: int, rng: Generator) -> Floats:
    return median * np.exp(sigma * rng.normal(size=size))


def _drawn_clean(recency: Floats, orders: Floats, spend: Floats, favourite: Ints, rng: Generator) -> dict[str, Any]:
    """Orders that give each customer this recency, this many orders and, but for rounding to cents, this spend.

    The youngest customer's last order is on the file's last day; the others' recencies count from it. A customer's
    earlier orders lie at random within the year before the last one.
    """
    days = np.clip(np.rint(recency - recency.min()), 0, DAYS - 1).astype(np.int64)
    count = orders.astype(np.int64)
    customer = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    before = rng.integers(1, 366, size=len(customer))
    before[first] = 0
    weight = rng.uniform(0.5, 1.5, size=len(customer))
    weight /= np.add.reduceat(weight, first)[customer]
    cents = np.maximum(1, np.rint(100 * spend[customer] * weight)).astype(np.int64)
    day = DAYS - 1 - days[customer] - before
    return {
        "order_number": np.arange(1, len(customer) + 1),
        "customer": customer + 1,
        "second": FIRST_SECOND + day * _DAY + rng.integers(8 * 60, 20 * 60, size=len(customer)) * 60,
        "cents": cents,
        "favourite": favourite[customer].astype(np.int64),
    }
