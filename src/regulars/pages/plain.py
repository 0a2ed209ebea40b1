"""The plain rules in words, and their page."""

from collections.abc import Sequence

from regulars.analysis import Study
from regulars.charts import Table
from regulars.charts.groups import segment_label
from regulars.charts.plain import tree_chart
from regulars.locale import Words
from regulars.pages.groups import cluster_label
from regulars.pages.models import Block, Page
from regulars.pages.plain_words import condition_text, rule_text, share_text
from regulars.pages.sentences import tame
from regulars.profiles.models import Kind
from regulars.profiles.rule_models import PlainRule, PlainRules

EXACT = 0.9  # precise and complete: a rule that can stand for its segment


def plain_page(study: Study, say: Words) -> Page | None:
    """The rule of each segment and each cluster, and the trees over them."""
    found = study.plain_rules
    if found is None or not found.rules:
        return None
    blocks = [block for kind in ("segment", "cluster") if (block := _rules(study, found, kind, say))]
    return Page("plain", say("plain.title"), say("plain.question"), tuple(_insights(found, say)), tuple(blocks))


def group_label(kind: Kind, name: str, say: Words) -> str:
    """A segment's or a cluster's name in the reader's language."""
    return segment_label(name, say) if kind == "segment" else cluster_label(name, say)


def _insights(found: PlainRules, say: Words) -> list[str]:
    segments = [rule for rule in found.rules if rule.kind == "segment"]
    said = [rule for rule in segments if rule.precision and rule.recall]
    lines = []
    brief = sum(rule.brief for rule in segments)
    exact = sum(bool(rule.ranges) for rule in segments) - brief
    if segments and not said and not exact and not brief:
        lines.append(say("plain.insight.none", of=len(segments)))
    if brief:
        lines.append(say("plain.insight.brief", n=brief, of=len(segments)))
    if said:
        good = sum(min(r.precision.value, r.recall.value) >= EXACT for r in said if r.precision and r.recall)
        lines.append(say("plain.insight.many", said=len(said), of=len(segments), good=good))
        worst = min(said, key=lambda rule: rule.precision.value if rule.precision else 1.0)
        if worst.precision and worst.precision.value < EXACT:
            name = tame(segment_label(worst.group, say))
            lines.append(say("plain.insight.worst", name=name, precision=worst.precision.value))
    if exact:
        lines.append(say("plain.insight.exact", n=exact, of=len(segments)))
    trees = [tree for tree in found.trees if tree.kind == "segment"]
    return lines + [say("plain.insight.tree", right=tree.right, largest=tree.largest) for tree in trees]


def _rules(study: Study, found: PlainRules, kind: Kind, say: Words) -> Block | None:
    rules = [rule for rule in found.rules if rule.kind == kind]
    if not rules:
        return None
    if not any(rule.ranges or (rule.precision and rule.recall) for rule in rules):
        few = say("plain.rules.few")
        return Block("plain_segment", say("plain.rules.segment"), empty=few) if kind == "segment" else None
    how = "how" if kind == "segment" else "how_cluster"
    notes = [say(f"plain.rules.{how}", learned=found.learned_on, held=found.held_out)]
    if kind == "segment":
        notes.append(say("plain.rules.command", shop=tame(study.shop)))
    labels = {rule.group: group_label(kind, rule.group, say) for rule in rules}
    charts = tuple(
        tree_chart(tree, labels, lambda condition: condition_text(study, condition, say), say)
        for tree in found.trees
        if tree.kind == kind
    )
    return Block(f"plain_{kind}", say(f"plain.rules.{kind}"), insights=tuple(notes), charts=charts,
                 tables=(_table(study, rules, kind, say),))  # fmt: skip


def _table(study: Study, rules: Sequence[PlainRule], kind: Kind, say: Words) -> Table:
    unknown, exact = say("common.unknown"), say("plain.table.exact")
    rows = tuple(
        (
            group_label(kind, rule.group, say),
            rule_text(study, rule, say),
            exact if rule.ranges else share_text(rule.precision, say) if rule.precision else unknown,
            exact if rule.ranges else share_text(rule.recall, say) if rule.recall else unknown,
            unknown if rule.found is None else say.number(rule.found),
        )
        for rule in rules
    )
    first = "group" if kind == "segment" else "cluster"
    heads = tuple(say(f"plain.table.{name}") for name in (first, "rule", "precise", "complete", "customers"))
    return Table(say(f"plain.rules.{kind}"), heads, rows, (2, 3, 4))
