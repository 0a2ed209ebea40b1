"""The page of the data: what was read, what was set aside, what was found and assumed."""

from datetime import datetime, time
from decimal import Decimal

from regulars.analysis import Study
from regulars.charts import Table
from regulars.charts.accounts import waterfall
from regulars.locale import Value, Words
from regulars.pages.models import FindingCard, QualityPage
from regulars.pages.sentences import all_told, tame, told
from regulars.quality import Finding
from regulars.schema import COLUMNS


def quality_page(study: Study, say: Words) -> QualityPage:
    """The reconciliation to the unit, the findings with their fixes, the recognised columns."""
    found = study.reconciliation
    aside = sum(part.lines for part in found.set_aside)
    share = (found.read - aside) / found.read if found.read else 0.0
    kept = say("report.quality.kept", share=share, read=found.read, sales=found.sales, returns=found.returns)
    insights = [kept] if found.read else []
    if found.set_aside:
        most = max(found.set_aside, key=lambda part: part.lines)
        insights.append(say("report.quality.most", reason=say(f"reasons.{most.reason}"), n=most.lines, aside=aside))
    findings = tuple(_finding(one, say) for one in sorted(study.findings, key=lambda f: (-f.share, f.code)))
    if not found.set_aside:
        largest, key = (findings[0].title, "noticed") if findings else ("", "no_findings")
        insights.append(say(f"report.quality.{key}", n=len(findings), title=largest))
    assumed = all_told((*study.assumptions, *study.layout.assumptions), say)
    return QualityPage(
        title=say("report.quality.title"),
        question=say("report.quality.question"),
        insights=tuple(insights),
        reconciliation=waterfall(found, say) if found.read else None,
        findings=findings,
        assumptions=assumed,
        columns=_columns(study, say),
        inputs=_inputs(study, say),
    )


def _finding(found: Finding, say: Words) -> FindingCard:
    values: dict[str, Value] = {"count": found.count, "of": found.of, "share": found.share}
    values |= {name: tame(value) for name, value in found.values.items()}
    samples = None
    if found.samples:
        heads = tuple(dict.fromkeys(name for row in found.samples for name in row))
        rows = tuple(tuple(_cell(name, row.get(name, ""), say) for name in heads) for row in found.samples)
        numeric = tuple(i for i, name in enumerate(heads) if _kind(name).startswith("DECIMAL"))
        samples = Table(say("report.quality.samples"), tuple(_column(name, say) for name in heads), rows, numeric)
    count = say(f"report.unit.{found.unit}", n=found.count, of=found.of, share=found.share)
    return FindingCard(found.code, say(f"findings.{found.code}.title", **values), count,
                       say(f"findings.{found.code}.says", **values), say(f"findings.{found.code}.fix", **values),
                       samples)  # fmt: skip


def _kind(name: str) -> str:
    return next((column.kind for column in COLUMNS if column.name == name), "VARCHAR")


def _column(name: str, say: Words) -> str:
    """A canonical column in words; any other keeps its name."""
    key = f"exports.columns.{name}"
    return say(key) if say.has(key) else name


def _cell(name: str, text: str, say: Words) -> str:
    """A value of a sample row as the reader writes numbers and days; what is neither stays as it stands."""
    try:
        if _kind(name).startswith("DECIMAL"):
            found = Decimal(text)
            return say.number(float(found), max(0, -int(found.normalize().as_tuple().exponent)))
        if _kind(name) == "TIMESTAMP":
            at = datetime.fromisoformat(text)
            return say.day(at.date()) + (f" {at:%H:%M}" if at.time() != time.min else "")
    except (ArithmeticError, ValueError):
        pass
    return text


def _columns(study: Study, say: Words) -> Table:
    heads = tuple(say(f"report.column.{name}") for name in ("holds", "header", "confidence", "why"))
    rows = tuple(
        (_column(mapped.column, say), mapped.header, say.percent(mapped.confidence, 0), told(mapped.why, say))
        for mapped in study.layout.mapping
    )
    layout = say("report.quality.general") if study.layout.name == "generic" else study.layout.name
    return Table(say("report.quality.columns", layout=layout), heads, rows, (2,))


def _inputs(study: Study, say: Words) -> Table:
    heads = tuple(say(f"report.column.{name}") for name in ("file", "kind", "encoding", "rows", "sum"))
    rows = tuple(
        (one.name, " ".join(part for part in (one.kind, one.compression, one.sheet) if part), one.encoding or "",
         say.number(one.rows), (one.sha256 or "")[:12])
        for one in study.inputs
    )  # fmt: skip
    return Table(say("report.quality.inputs"), heads, rows, (3,))
