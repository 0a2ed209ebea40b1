"""A study as one JSON object, for programs: what `regulars run --json` prints. Names are stable; new ones may come."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from regulars.analysis import Study
from regulars.features.people_models import People
from regulars.locale import Words, words
from regulars.market.models import Market
from regulars.profiles.models import Profile
from regulars.profiles.personas import segment_slug
from regulars.quality import Finding
from regulars.segments.choose import fails, kept
from regulars.segments.models import Clusters
from regulars.segments.temporal import Temporal
from regulars.value.models import Value


def summary(study: Study, shop: Path) -> dict[str, Any]:
    """The study in plain values: shares of 1, money in `currency`, None where it cannot be said.

    A segment's `name` is the preset's English name whatever the language, `label` the translated one.
    """
    say = words(study.settings.language)
    folder = shop / "studies" / study.folder
    return {
        "shop": str(shop),
        "study": str(folder),
        "as_of": study.as_of.isoformat() if study.as_of else None,
        "currency": study.currency,
        "lines": _lines(study),
        "customers": study.customers,
        "orders": study.orders if study.overview or study.segments else None,
        "revenue": study.revenue,
        "returns_value": study.returns_value,
        "net_revenue": study.net_revenue,
        "segments": [_group(group, say) for group in study.segments] or _learned(study.people, say),
        "clusters": _clusters(study.clusters, say),
        "value": _value(study.value, say) if study.value else None,
        "drift": _drift(study.temporal, say) if study.temporal else None,
        "at_risk": _at_risk(study.market) if study.market else None,
        **({"people": _people(study.people, say)} if study.people else {}),
        "assumptions": [message.text(say) for message in study.assumptions],
        "report": str(folder / "report.html"),
    }


def _value(found: Value, say: Words) -> dict[str, Any]:
    """What customers will still order and bring within the horizon, and how far to trust it."""
    known = ("verdict", "error", "winner", "horizon_days", "expected_orders", "orders_low", "orders_high",
             "expected_sales", "value", "value_low", "value_high", "late", "late_spent")  # fmt: skip
    return {name: getattr(found, name) for name in known} | {"reason": found.reason.text(say)}


def _drift(found: Temporal, say: Words) -> dict[str, Any]:
    """Whether the segments keep their promise on later orders, and how far each feature has moved (PSI)."""
    known = ("feature", "psi", "chance", "level", "median_before", "median_after")
    return {
        "days": found.days,
        "cut": found.cut.isoformat() if found.cut else None,
        "reason": found.reason.text(say) if found.reason else None,
        "segments": found.segments.verdict if found.segments else None,
        "strength": found.segments.strength if found.segments else None,
        "features": [{name: getattr(each, name) for name in known} for each in found.drift],
    }


def _at_risk(found: Market) -> dict[str, Any] | None:
    """Who has been quiet beyond their own rhythm: of those with one, and their sales so far."""
    whole = next((group for group in found.risk.groups if group.kind == "shop"), None) if found.risk else None
    if whole is None:
        return None
    return {
        "customers": whole.own + whole.shop,
        "of": whole.customers - whole.unknown,
        "unknown": whole.unknown,
        "sales": whole.sales,
        "sales_share": whole.sales_share,
    }


def _lines(study: Study) -> dict[str, Any] | None:
    account = study.reconciliation
    if study.overview is None:  # a customer table alone
        return None
    return {
        "read": account.read,
        "sales": account.sales,
        "returns": account.returns,
        "set_aside": {part.reason: part.lines for part in account.set_aside},
    }


def _learned(people: People | None, say: Words) -> list[dict[str, Any]]:
    """The learned groups, which stand for named segments where a table does not say what those need."""
    return [
        {
            "name": f"Cluster {group.cluster}",
            "label": say("report.cluster", n=group.cluster),
            "customers": group.customers,
            "share": group.share,
            "sales": None,
            "sales_share": None,
            "persona": group.title(words("en")),
            "persona_key": f"group_{group.cluster}",
            "actions": [group.action],
        }
        for group in (people.groups if people and not people.named else ())
    ]


def _counted(findings: Sequence[Finding]) -> dict[str, int]:
    """How many values, customers or columns each code is about, over all columns."""
    counts: dict[str, int] = {}
    for found in findings:
        counts[found.code] = counts.get(found.code, 0) + found.count
    return counts


def _people(people: People, say: Words) -> dict[str, Any]:
    """What a customer table holds: its columns, and whether the clusters are one of them over again."""
    known = ("name", "header", "kind", "role", "filled", "distinct")
    return {
        "customers": people.customers,
        "matched": people.matched,
        "only_in_table": people.only_in_table,
        "only_in_orders": people.only_in_orders,
        "attributes": [
            {**{name: getattr(a, name) for name in known}, "formula": a.formula.text(say) if a.formula else None}
            for a in people.attributes
        ],
        "recovers": people.merely.header if people.merely else None,
        "findings": _counted(people.findings),
    }


def segment_label(name: str, say: Words) -> str:
    """A preset's segment in the language of `say`; a segment of the shop's own keeps its name."""
    key = f"segments.{segment_slug(name)}.label"
    return say(key) if say.has(key) else name


def _group(group: Profile, say: Words) -> dict[str, Any]:
    return {
        "name": group.name,
        "label": segment_label(group.name, say),
        "customers": group.customers,
        "share": group.share,
        "sales": group.sales,
        "sales_share": group.sales_share,
        "persona": group.persona_name,
        "persona_key": group.persona,
        "actions": [action.name for action in group.actions],
    }


def _clusters(clusters: Clusters, say: Words) -> dict[str, Any]:
    return {
        "k": clusters.k,
        "recommended_k": clusters.recommended_k,
        "verdict": clusters.verdict.replace("_", " "),
        "reason": " ".join(why.text(say) for why in (clusters.reason, kept(clusters)) if why),
        "evidence": [
            {**{each.name: getattr(row, each.name) for each in fields(row)}, "fails": list(why)}
            for row, why in zip(clusters.evidence, fails(clusters.evidence), strict=True)
        ],
    }
