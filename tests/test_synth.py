"""Simulated shops: the promised shape, the promised truth, and the same file for the same arguments."""

import hashlib
from pathlib import Path

import pytest

from peak import growth
from regulars.engine import DuckEngine
from regulars.errors import UsageError
from regulars.synth import SEGMENTS, Planted, write_orders, write_planted, write_structureless

LINES = 100_000


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("synth") / "orders.parquet"
    write_orders(path, LINES, seed=3)
    return path


def one(duck: DuckEngine, sql: str, path: Path) -> dict[str, float]:
    return duck.rows(sql.replace("$file", f"'{path}'"))[0]


def test_the_dirt_of_online_retail_comes_at_its_measured_rates(duck: DuckEngine, orders: Path) -> None:
    row = one(
        duck,
        """select count(*) as lines, avg(("Customer ID" is null)::int) as nobody, avg(("Price" = 0)::int) as free,
                  avg(("Invoice" like 'C%')::int) as cancelled, avg(("StockCode" in ('POST', 'DOT', 'M'))::int) as fees,
                  avg((trim("Description") <> "Description")::int) as stray,
                  count(distinct "Customer ID") as customers, count(distinct "Invoice") as invoices,
                  count(*) - (select count(*) from (select distinct * from $file)) as copies
           from   $file""",
        orders,
    )
    assert row["lines"] == LINES
    assert row["nobody"] == pytest.approx(0.228, abs=0.03)  # the real file: 243,007 of 1,067,371 lines
    assert row["cancelled"] == pytest.approx(0.018, abs=0.004)
    assert row["copies"] / LINES == pytest.approx(0.032, abs=0.004)
    assert row["fees"] == pytest.approx(0.0047, abs=0.0015)
    assert row["free"] == pytest.approx(0.0058, abs=0.0015)
    assert row["stray"] == pytest.approx(0.2, abs=0.05)
    assert LINES / row["customers"] == pytest.approx(180, rel=0.25)
    assert LINES / row["invoices"] == pytest.approx(19.9, rel=0.15)


def test_frequencies_and_baskets_have_heavy_tails_and_many_buy_once(duck: DuckEngine, orders: Path) -> None:
    row = one(
        duck,
        """with per as (select "Customer ID" as customer, count(distinct "Invoice") as orders from $file
                        where "Customer ID" is not null and "Invoice" not like 'C%' group by 1)
           select avg((orders = 1)::int) as once, max(orders) as most, quantile_cont(orders, 0.5) as median from per""",
        orders,
    )
    assert row["once"] == pytest.approx(0.276, abs=0.05)
    assert row["median"] <= 4
    assert row["most"] > 30


def test_a_cancellation_takes_back_lines_that_were_sold(duck: DuckEngine, orders: Path) -> None:
    row = one(
        duck,
        """with sold as (select distinct "Customer ID" as customer, "StockCode" as product, "Quantity" as pieces
                         from $file where "Quantity" > 0),
                back as (select "Customer ID" as customer, "StockCode" as product, -"Quantity" as pieces
                         from $file where "Invoice" like 'C%' and "StockCode" <> 'D' and "Customer ID" is not null)
           select avg((sold.customer is not null)::int) as found
           from   back left join sold using (customer, product, pieces)""",
        orders,
    )
    assert row["found"] > 0.85  # some sales were thinned out to give exactly so many lines


def test_no_shop_sells_on_saturdays_and_autumn_is_the_season(duck: DuckEngine, orders: Path) -> None:
    row = one(
        duck,
        """select count(*) filter (isodow("InvoiceDate") = 6 and "Quantity" > 0) as saturdays,
                  count(*) filter (month("InvoiceDate") = 11) / count(*) filter (month("InvoiceDate") = 2) as autumn
           from   $file""",
        orders,
    )
    assert row["saturdays"] == 0
    assert row["autumn"] > 1.5


def test_the_same_seed_writes_the_same_bytes_and_another_seed_other_ones(tmp_path: Path) -> None:
    def digest(name: str, seed: int) -> str:
        write_orders(tmp_path / name, 5_000, seed=seed)
        return hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()

    assert digest("a.parquet", 1) == digest("b.parquet", 1) != digest("c.parquet", 2)


def test_the_end_of_the_name_chooses_csv_with_the_same_lines(duck: DuckEngine, tmp_path: Path) -> None:
    write_orders(tmp_path / "orders.csv", 2_000)
    write_orders(tmp_path / "orders.parquet", 2_000)
    header = (tmp_path / "orders.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
    sums = 'select count(*) as lines, sum("Quantity") as pieces, count(distinct "Invoice") as invoices from $file'
    assert one(duck, sums, tmp_path / "orders.csv") == one(duck, sums, tmp_path / "orders.parquet")


@pytest.mark.parametrize("lines", [1, 2, 179, 1_000])
def test_any_number_of_lines_is_met_exactly(duck: DuckEngine, tmp_path: Path, lines: int) -> None:
    write_orders(tmp_path / "few.parquet", lines)
    assert one(duck, "select count(*) as lines from $file", tmp_path / "few.parquet") == {"lines": lines}


def test_planted_customers_are_like_their_segment(duck: DuckEngine, tmp_path: Path) -> None:
    truth = write_planted(tmp_path / "planted.parquet", 1_000, seed=5)
    duck.put("truth", {"customer_id": "VARCHAR", "segment": "VARCHAR"}, list(truth.items()))
    found = duck.rows(
        f"""with per as (select customer_id, date_diff('day', max(ordered_at)::date, date '2011-12-09') as recency,
                                count(distinct order_id) as orders, sum(amount) as spend,
                                avg((category = 'Coffee')::int) as coffee
                         from '{tmp_path}/planted.parquet' group by 1)
            select segment, count(*) as customers, median(recency) as recency, median(orders) as orders,
                   median(spend::double) as spend, avg(coffee) as coffee
            from   per join truth using (customer_id) group by 1"""
    )
    assert sum(row["customers"] for row in found) == 1_000
    by_name = {row["segment"]: row for row in found}
    for segment in SEGMENTS:
        row = by_name[segment.name]
        assert row["customers"] / 1_000 == pytest.approx(segment.share, abs=0.05)
        assert row["recency"] == pytest.approx(segment.recency_days, rel=0.15, abs=8)  # counted from the youngest
        assert row["orders"] == pytest.approx(segment.orders, rel=0.15)
        assert row["spend"] == pytest.approx(segment.orders * segment.order_value, rel=0.25)
    assert by_name["regulars"]["coffee"] > 0.55
    assert by_name["gone"]["coffee"] < 0.2


def test_own_segments_can_be_planted(tmp_path: Path) -> None:
    segments = (Planted("a", 1, 10, 5, 20), Planted("b", 0, 10, 5, 20))
    assert set(write_planted(tmp_path / "own.parquet", 50, segments).values()) == {"a"}


def test_structureless_measures_hang_together_as_promised(duck: DuckEngine, tmp_path: Path) -> None:
    write_structureless(tmp_path / "cloud.parquet", 5_000)
    row = one(
        duck,
        """with per as (select ln(1 + date_diff('day', max(ordered_at)::date, date '2011-12-09')) as r,
                               ln(count(distinct order_id)) as f, ln(sum(amount)::double) as m
                        from $file group by customer_id)
           select corr(r, f) as rf, corr(r, m) as rm, corr(f, m) as fm, count(*) as customers from per""",
        tmp_path / "cloud.parquet",
    )
    assert row["customers"] == 5_000
    assert (row["rf"], row["rm"], row["fm"]) == pytest.approx((-0.6, -0.5, 0.85), abs=0.05)


def test_a_shop_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least one of lines, not 0"):
        write_orders(tmp_path / "none.parquet", 0)
    with pytest.raises(UsageError, match="at least one of customers, not -1"):
        write_planted(tmp_path / "none.parquet", -1)
    with pytest.raises(UsageError, match="at least one of customers, not 0"):
        write_structureless(tmp_path / "none.parquet", 0)


@pytest.mark.slow
def test_ten_million_lines_fit_in_little_memory(tmp_path: Path) -> None:
    work = "write_orders(Path(sys.argv[1]), 10_000_000)"
    assert growth("from regulars.synth import write_orders", work, str(tmp_path / "big.parquet")) < 500  # MB
