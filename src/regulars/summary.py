"""A study as one JSON object, for programs: what `regulars run --json` prints. Names are stable; new ones may come."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from regulars.analysis import Study
from regulars.locale import Words, words
from regulars.profiles.models import Profile
from regulars.profiles.personas import segment_slug
from regulars.segments.choose import fails
from regulars.segments.models import Clusters


def summary(study: Study, shop: Path) -> dict[str, Any]:
    """The study in plain values: shares of 1, money in `currency`, None where it cannot be said.

    A segment's `name` is the preset's English name whatever the language, `label` the translated one.
    """
    say, account = words(study.settings.language), study.reconciliation
    folder = shop / "studies" / study.folder
    return {
        "shop": str(shop),
        "study": str(folder),
        "as_of": study.as_of.isoformat() if study.as_of else None,
        "currency": study.currency,
        "lines": {
            "read": account.read,
            "sales": account.sales,
            "returns": account.returns,
            "set_aside": {part.reason: part.lines for part in account.set_aside},
        },
        "customers": study.customers,
        "orders": study.orders,
        "revenue": study.revenue,
        "returns_value": study.returns_value,
        "net_revenue": study.net_revenue,
        "segments": [_group(group, say) for group in study.segments],
        "clusters": _clusters(study.clusters, say),
        "assumptions": [message.text(say) for message in study.assumptions],
        "report": str(folder / "report.html"),
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
        "reason": clusters.reason.text(say),
        "evidence": [
            {**{each.name: getattr(row, each.name) for each in fields(row)}, "fails": list(fails(row))}
            for row in clusters.evidence
        ],
    }
