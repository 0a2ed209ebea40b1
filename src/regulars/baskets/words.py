"""Bundles in words, as one JSON object and as a table of the terminal."""

from collections.abc import Sequence
from typing import Any

from regulars.baskets.models import Bundles, Late, Rule
from regulars.baskets.rules import MARGIN, SURE
from regulars.locale import Message, Words

MOST = 60  # characters of a name within a sentence


def listed(names: Sequence[str], say: Words) -> str:
    """`A`, `A and B`, `A, B and C`."""
    names = [name if len(name) <= MOST else name[: MOST - 1].rstrip() + "…" for name in names]
    return names[0] if len(names) == 1 else say("bundles.and", names=", ".join(names[:-1]), last=names[-1])


def sentence(rule: Rule, basket: str, say: Words) -> str:
    """A rule in one sentence: what goes with what, and how much more often than in baskets of equal size."""
    values = {"antecedent": listed(rule.antecedent, say), "consequent": listed(rule.consequent, say)}
    if rule.adjusted_lift is None:
        return say(f"bundles.sentence.{basket}_plain", lift=rule.lift, **values)
    return say(f"bundles.sentence.{basket}", lift=rule.adjusted_lift, **values)


def sure(rule: Rule) -> bool:
    """Whether the rule is proven: more frequent than in baskets of equal size, given how many were looked at."""
    return rule.adjusted_q_value <= SURE and rule.q_value <= SURE and (rule.adjusted_low or 0) > MARGIN


def verdict(rule: Rule, say: Words) -> str:
    """How far to trust a rule, in two or three words."""
    return say("bundles.verdict.sure" if sure(rule) else "bundles.verdict.chance")


def late_words(late: Late, say: Words) -> str:
    """Whether it holds in the last quarter, in one or two words."""
    return say(f"bundles.late.{late.verdict}")


def notes(bundles: Bundles, say: Words) -> list[str]:
    """What a reader must know about how the rules were found."""
    found = [
        Message(
            f"bundles.note.{bundles.basket}",
            {
                "baskets": bundles.baskets,
                "items": bundles.items,
                "least": bundles.min_count,
                "share": bundles.min_count / bundles.baskets if bundles.baskets else None,
                "candidates": bundles.candidates,
            },
        )
    ]
    if bundles.capped:
        found.append(Message("bundles.note.capped", {"capped": bundles.capped}))
    return [message.text(say) for message in found]


def bundles_json(bundles: Bundles, segment: str | None = None) -> dict[str, Any]:
    """Every rule with its figures as one JSON object; shares are of 1, None is what cannot be said."""
    import msgspec

    plain = msgspec.to_builtins(bundles)
    return {
        "level": bundles.level,
        "basket": bundles.basket,
        "segment": segment,
        "baskets": bundles.baskets,
        "capped_baskets": bundles.capped,
        "items": bundles.items,
        "min_count": bundles.min_count,
        "min_support": bundles.min_count / bundles.baskets if bundles.baskets else None,
        "candidates": bundles.candidates,
        "late_since": bundles.late_since,
        "reason": plain["reason"] and bundles.reason and bundles.reason.key.rpartition(".")[2],
        "rules": plain["rules"],
    }


def show_bundles(bundles: Bundles, say: Words) -> None:
    """The best bundles in a terminal: a sentence each, with the figures behind it."""
    from rich.console import Console
    from rich.markup import escape

    out = Console(highlight=False)
    for note in notes(bundles, say) if bundles.baskets >= max(bundles.min_count, 1) else ():
        out.print(escape(note))
    if bundles.reason:
        out.print(escape(bundles.reason.text(say)))
        return
    out.print(say("bundles.note.found", found=bundles.found, sure=bundles.sure, shown=len(bundles.bundles)))
    for bundle in bundles.bundles:
        rule = bundle.rule
        count, confidence, adjusted, lift, late, trust = cells(rule, say)
        out.print(f"[bold]{escape(sentence(rule, bundles.basket, say))}[/]")
        figures = {"count": count, "confidence": confidence, "adjusted": adjusted, "lift": lift, "late": late}
        out.print("  " + escape(say("bundles.figures", **figures, verdict=trust)))


def cells(rule: Rule, say: Words) -> tuple[str, ...]:
    """A rule's figures in words: baskets, confidence, adjusted lift with interval, lift, last quarter, verdict."""
    unknown = say("common.unknown")
    adjusted = unknown if rule.adjusted_lift is None else say(
        "bundles.interval", value=rule.adjusted_lift, low=rule.adjusted_low, high=rule.adjusted_high
    )  # fmt: skip
    return (
        say.number(rule.count),
        say.percent(rule.confidence),
        adjusted,
        say.number(rule.lift, 2),
        late_words(rule.late, say),
        verdict(rule, say),
    )
