"""Segments and clusters as the API gives them."""

from regulars.charts.groups import segment_label
from regulars.features.people_models import Group
from regulars.locale import Words
from regulars.profiles.models import Action, Profile
from regulars.scoring import Card, Scorer
from regulars.web.api.models import ActionCard, GroupOut, Segments


def segments_of(scorer: Scorer, say: Words) -> Segments:
    """The segments and clusters of a study in the language of `say`."""
    study = scorer.study
    segments, clusters = scorer.cards()
    return Segments(
        study.folder,
        study.currency,
        tuple(found for card in segments if (found := _group(card, say))),
        tuple(found for card in clusters if (found := _group(card, say))),
        study.clusters.verdict,
        study.clusters.reason.text(say),
    )


def action_cards(actions: tuple[Action, ...], say: Words) -> tuple[ActionCard, ...]:
    """Actions in words."""
    return tuple(ActionCard(one.name, one.title(say), one.do(say), one.why.text(say)) for one in actions)


def _group(card: Card, say: Words) -> GroupOut | None:
    actions = action_cards(card.actions, say)
    match card.known:
        case Profile() as found:
            label = segment_label(card.name, say) if found.kind == "segment" else card.name
            return GroupOut(
                card.name, label, found.customers, found.share, found.title(say), card.persona_key,
                found.description.text(say), tuple(why.text(say) for why in found.because), actions, found.sales,
                found.sales_share, found.orders, found.avg_order_value, found.one_order_share, found.return_share,
                found.profit, found.mean, found.median, found.levels, found.top_categories,
            )  # fmt: skip
        case Group() as found:
            said = " ".join(found.says(say))
            return GroupOut(
                card.name, card.name, found.customers, found.share, found.title(say), card.persona_key, said,
                (found.why(say),), actions,
            )  # fmt: skip
    return None
