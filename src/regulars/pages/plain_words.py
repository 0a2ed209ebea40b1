"""Plain rules in words."""

from regulars.analysis import Study
from regulars.locale import Words
from regulars.pages.sentences import tame, told
from regulars.profiles.models import Kind
from regulars.profiles.rule_models import Condition, PlainRule
from regulars.rates import Rate


def rule_text(study: Study, rule: PlainRule, say: Words) -> str:
    """A rule as a sentence, or why there is none."""
    if rule.reason:
        return told(rule.reason, say)
    ranges = rule.ranges or (rule.conditions,)
    said = f"; {say('plain.or')} ".join(", ".join(condition_text(study, c, say) for c in each) for each in ranges)
    return said[:1].upper() + said[1:]


def condition_text(study: Study, condition: Condition, say: Words) -> str:
    """A condition in words: `45 or more orders`."""
    low, high, value = condition.low, condition.high, condition.value
    feature = condition.feature
    if feature == "orders" and study.settings.frequency == "lines":
        feature = "lines"
    own = f"plain.condition.{feature}"
    table = own if say.has(f"{own}.low") else "plain.condition.other"
    if value is not None:
        part = ("yes" if value else "no") if isinstance(value, bool) else "value"
    elif condition.above is not None:
        part = "above" if high is None else "above_both"
    else:
        part = "high" if low is None else "low" if high is None else "exact" if low == high else "both"
    attributes = study.people.attributes if study.people else ()
    name = next((each.title(say) for each in attributes if each.name == feature), feature)
    return say(f"{table}.{part}", low=low, high=high, above=condition.above, name=tame(name), value=tame(value))


def share_text(share: Rate, say: Words) -> str:
    """A share with its interval: `92 % (89 % to 95 %)`."""
    texts = [say.percent(value, 0) for value in (share.value, share.low, share.high)]
    return say("plain.table.share", share=texts[0], low=texts[1], high=texts[2])


def card_line(study: Study, kind: Kind, name: str, say: Words) -> str:
    """The rule for the card of a group, with how far it holds; empty where there is none."""
    rule = study.plain_rules.of(kind, name) if study.plain_rules else None
    if rule is not None and rule.ranges:
        return say("plain.card_exact", rule=rule_text(study, rule, say))
    if rule is None or rule.precision is None or rule.recall is None:
        return ""
    return say("plain.card", rule=rule_text(study, rule, say), precision=rule.precision.value, recall=rule.recall.value)
