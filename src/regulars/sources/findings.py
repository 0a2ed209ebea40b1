"""What reading found: cells that could not be read, masked buyers, ids that share a person, orders that share an id."""

from collections.abc import Iterator

from regulars.quality import Finding
from regulars.schema import PERSONAL
from regulars.sources.layout import Layout
from regulars.sources.lines import Lines

_DATES = ("ordered_at", "shipped_at")
_MONEY = frozenset({"unit_price", "amount", "discount"})
_FEW = 0.05  # of the cells with decimals, up to which three decimals are odd


def findings_of(lines: Lines) -> tuple[Finding, ...]:
    """The findings of one reading. Queries run over whole columns only where the sample or the layout gives cause."""
    return tuple(
        finding
        for found in (
            _unreadable(lines),
            _odd_thousands(lines),
            _masked(lines),
            _shared(lines),
            _currencies(lines),
            _conventions(lines.rows, lines.layout),
        )
        for finding in found
        if finding.count
    )


def _unreadable(lines: Lines) -> Iterator[Finding]:
    """Cells with something in them that is no date or no number, by column."""
    engine = lines.engine
    counted = "select unnest(string_split(unparsed, ',')) as name from lines where unparsed is not null"
    for row in engine.rows(f"select name, count(*) as n from ({counted}) group by name order by name"):
        mapped = next((m for m in (*lines.layout.mapping, *lines.layout.beside) if m.column == row["name"]), None)
        samples: tuple[dict[str, str], ...] = ()
        if mapped and mapped.column not in PERSONAL:
            cells = engine.rows(
                f"select r.line, cast(r.c{mapped.index} as varchar) as cell from raw r join lines l using (line) "
                "where contains(',' || l.unparsed || ',', ',' || $name || ',') order by r.line limit 5",
                name=row["name"],
            )
            samples = tuple({"line": str(cell["line"]), mapped.header: cell["cell"][:60]} for cell in cells)
        code = "unreadable_dates" if row["name"] in _DATES else "unreadable_numbers"
        header = mapped.header if mapped else row["name"]
        yield Finding(code, row["n"], lines.rows, samples=samples, values={"column": header})


def _odd_thousands(lines: Lines) -> Iterator[Finding]:
    """Texts such as `1.234` in a column of `56.70`: read as fractions, but perhaps thousands written another way.

    Where many cells have three decimals, they are meant.
    """
    engine, sign = lines.engine, lines.layout.decimal
    for mapped in lines.layout.mapping:
        cell = f"c{mapped.index}"
        kind = engine.rows(f"select typeof({cell}) as kind from sample limit 1")
        if mapped.column not in _MONEY or not kind or kind[0]["kind"] != "VARCHAR":
            continue
        odd = f"substr({cell}, -4, 1) = '{sign}'"
        row = engine.rows(
            f"select count(*) filter ({odd}) as n, "
            f"count(*) filter ('{sign}' in (substr({cell}, -3, 1), substr({cell}, -2, 1))) as others from raw"
        )[0]
        if not 0 < row["n"] <= _FEW * row["others"]:
            continue
        cells = engine.rows(
            f"select line, trim({cell}) as cell from raw join lines using (line) "
            f"where {odd} and regexp_full_match({cell}, '[^0-9]*[1-9][0-9]{{0,2}}.[0-9]{{3}}') order by line"
        )
        if cells:
            samples = tuple({"line": str(each["line"]), mapped.header: each["cell"][:60]} for each in cells[:5])
            values = {"column": mapped.header, "example": cells[0]["cell"][:30]}
            yield Finding("odd_thousands", len(cells), lines.rows, samples=samples, values={**values})


def _masked(lines: Lines) -> Iterator[Finding]:
    """Buyers that the marketplace hides (`a***b`): two of them may be one person or not, so they are never merged."""
    index = next(mapped.index for mapped in lines.layout.mapping if mapped.column == "customer_id")
    seen = lines.engine.rows(f"select bool_or(contains(cast(c{index} as varchar), '**')) as masked from sample")[0]
    if seen["masked"]:  # a marketplace hides most of its buyers: the sample cannot miss them
        row = lines.engine.rows(
            "select count(distinct customer_id) filter (contains(customer_id, '**')) as n, "
            "count(distinct customer_id) as everyone from lines"
        )[0]
        yield Finding("masked_buyers", row["n"], row["everyone"], "customers")


def _shared(lines: Lines) -> Iterator[Finding]:
    """Several customer ids with one e-mail address or one name: perhaps one person with several accounts."""
    customer = lines.layout.header_of("customer_id")
    for column in ("email", "name"):
        if column not in lines.present or lines.layout.header_of(column) == customer:
            continue
        row = lines.engine.rows(
            f"select coalesce(sum(ids), 0) as n, (select count(distinct customer_id) from lines) as everyone "
            f"from (select count(distinct customer_id) as ids from lines where {column} is not null "
            f"and not contains({column}, '*') group by {column}) where ids > 1"
        )[0]
        yield Finding(f"shared_{column}", int(row["n"]), row["everyone"], "customers")


def _currencies(lines: Lines) -> Iterator[Finding]:
    """Lines in another currency than most."""
    if "currency" not in lines.present:
        return
    rows = lines.engine.rows(
        "select upper(currency) as code, count(*) as n from lines "
        "where currency is not null group by 1 order by n desc, code"
    )
    if len(rows) > 1:
        others = ", ".join(row["code"] for row in rows[1:6])
        yield Finding(
            "mixed_currencies",
            sum(row["n"] for row in rows[1:]),
            lines.rows,
            values={"main": rows[0]["code"], "others": others},
        )


def _conventions(rows: int, layout: Layout) -> Iterator[Finding]:
    """Dates whose order was assumed, and rows that were no data."""
    for form in layout.dates:
        if form.assumed:
            order = {"header": layout.header_of(form.column) or form.column}
            yield Finding(
                "ambiguous_dates_" + ("day_first" if form.day_first else "month_first"),
                1,
                1,
                "columns",
                values={**order},
            )
    if layout.skipped_rows:
        yield Finding("description_rows", layout.skipped_rows, rows)
