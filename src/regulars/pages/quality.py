"""The page of the data: what was read, what was set aside, what was found and assumed."""

from regulars.analysis import Study
from regulars.charts import Table
from regulars.charts.accounts import waterfall
from regulars.locale import Value, Words
from regulars.pages.models import FindingCard, QualityPage
from regulars.pages.sentences import all_told, tame, told
from regulars.quality import Finding


def quality_page(study: Study, say: Words) -> QualityPage:
    """The reconciliation to the unit, the findings with their fixes, the recognised columns."""
    found = study.reconciliation
    aside = sum(part.lines for part in found.set_aside)
    share = (found.read - aside) / found.read if found.read else 0.0
    insights = [say("report.quality.kept", share=share, read=found.read, sales=found.sales, returns=found.returns)]
    if found.set_aside:
        most = max(found.set_aside, key=lambda part: part.lines)
        insights.append(say("report.quality.most", reason=say(f"reasons.{most.reason}"), n=most.lines, aside=aside))
    assumed = all_told((*study.assumptions, *study.layout.assumptions), say)
    return QualityPage(
        title=say("report.quality.title"),
        question=say("report.quality.question"),
        insights=tuple(insights),
        reconciliation=waterfall(found, say),
        findings=tuple(_finding(one, say) for one in sorted(study.findings, key=lambda f: (-f.share, f.code))),
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
        rows = tuple(tuple(str(row.get(name, "")) for name in heads) for row in found.samples)
        samples = Table(say("report.quality.samples"), heads, rows)
    count = say(f"report.unit.{found.unit}", n=found.count, of=found.of, share=found.share)
    return FindingCard(found.code, say(f"findings.{found.code}.title", **values), count,
                       say(f"findings.{found.code}.says", **values), say(f"findings.{found.code}.fix", **values),
                       samples)  # fmt: skip


def _columns(study: Study, say: Words) -> Table:
    heads = tuple(say(f"report.column.{name}") for name in ("holds", "header", "confidence", "why"))
    rows = tuple(
        (mapped.column, mapped.header, say.percent(mapped.confidence, 0), told(mapped.why, say))
        for mapped in study.layout.mapping
    )
    return Table(say("report.quality.columns", layout=study.layout.name), heads, rows, (2,))


def _inputs(study: Study, say: Words) -> Table:
    heads = tuple(say(f"report.column.{name}") for name in ("file", "kind", "encoding", "rows", "sum"))
    rows = tuple(
        (one.name, " ".join(part for part in (one.kind, one.compression, one.sheet) if part), one.encoding or "",
         say.number(one.rows), (one.sha256 or "")[:12])
        for one in study.inputs
    )  # fmt: skip
    return Table(say("report.quality.inputs"), heads, rows, (3,))
