"""`regulars explain`: the plain rule of each segment, in words or as SQL."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.commands.options import (
    AsJson,
    Chosen,
    Lang,
    ShopFolder,
    day_of,
    language_of,
    print_json,
    say,
)
from regulars.errors import UsageError
from regulars.locale import Words, words

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.profiles.rule_models import PlainRule


def explain(  # noqa: PLR0913, PLR0917 - one parameter per flag
    shop: ShopFolder = Path("shop"),
    segment: Annotated[
        str | None, typer.Option("--segment", help=say("plain.cli.segment"), metavar="NAME", show_default=False)
    ] = None,
    cluster: Annotated[
        int | None, typer.Option("--cluster", help=say("plain.cli.cluster"), metavar="N", show_default=False)
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help=say("plain.cli.sql"))] = False,
    study: Chosen = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Says who belongs to a segment in at most three conditions, and how far that holds."""
    from regulars.shop import open_shop

    found = open_shop(shop).load(day_of(study))
    told = words(language_of(lang) or found.settings.language, found.currency)
    rules = _chosen(found, segment, cluster, told)
    if as_json:
        print_json(_json(found, rules, told))
    elif sql:
        for rule in rules:
            typer.echo(_sql(found, rule, told))
    else:
        for rule in rules:
            typer.echo(_words(found, rule, told))


def _chosen(study: "Study", segment: str | None, cluster: int | None, told: Words) -> "list[PlainRule]":
    """The rules asked for, by the segment's English or translated name, or all. Raises UsageError."""
    from regulars.pages.plain import group_label

    known = study.plain_rules.rules if study.plain_rules else ()
    if not known:
        raise UsageError("no_plain_rules", study=study.folder)
    if segment is None and cluster is None:
        return list(known)
    wanted = {segment.lower() if segment else None, None if cluster is None else f"cluster {cluster}"}
    found = [
        rule
        for rule in known
        if (rule.kind == "segment" and {rule.group.lower(), group_label(rule.kind, rule.group, told).lower()} & wanted)
        or (rule.kind == "cluster" and cluster is not None and rule.group == f"Cluster {cluster}")
    ]
    if not found:
        names = ", ".join(group_label(rule.kind, rule.group, told) for rule in known)
        raise UsageError("group_unknown", name=segment or f"{cluster}", known=names)
    return found


def _words(study: "Study", rule: "PlainRule", told: Words) -> str:
    from regulars.pages.plain import group_label
    from regulars.pages.plain_words import rule_text

    lines = [group_label(rule.kind, rule.group, told), f"  {rule_text(study, rule, told)}"]
    if rule.ranges:
        lines.append(f"  {told('plain.figures.exact', members=rule.members)}")
    if rule.precision and rule.recall:
        shares = {"precise": rule.precision, "found": rule.recall}
        parts = [told(f"plain.figures.{k}", share=r.value, low=r.low, high=r.high) for k, r in shares.items()]
        whole = told("plain.figures.whole", found=rule.found, hits=rule.hits, members=rule.members)
        lines.append(f"  {'; '.join([*parts, whole])}")
    return "\n".join(lines)


def _sql(study: "Study", rule: "PlainRule", told: Words) -> str:
    """The query below a comment that says which group it is, on one line whatever its name holds."""
    from regulars.pages.plain import group_label
    from regulars.pages.plain_words import rule_text

    head = " ".join(f"{group_label(rule.kind, rule.group, told)}: {rule_text(study, rule, told)}".split())
    return f"-- {head}" + (f"\n{rule.sql};" if rule.sql else "")


def _json(study: "Study", rules: "list[PlainRule]", told: Words) -> dict[str, Any]:
    """The rules in plain values, each with its sentence, and the trees where all were asked for."""
    import msgspec

    from regulars.pages.plain import group_label
    from regulars.pages.plain_words import rule_text

    found = study.plain_rules
    whole = found is not None and len(rules) == len(found.rules)
    return {
        "study": study.folder,
        "learned_on": found.learned_on if found else 0,
        "held_out": found.held_out if found else 0,
        "features": list(found.features) if found else [],
        "rules": [
            {
                **msgspec.to_builtins(rule),
                "label": group_label(rule.kind, rule.group, told),
                "text": rule_text(study, rule, told),
            }
            for rule in rules
        ],
        "trees": msgspec.to_builtins(found.trees) if found and whole else [],
    }
