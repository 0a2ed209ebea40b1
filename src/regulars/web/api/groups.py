"""Segments and clusters as the API gives them."""

from dataclasses import replace
from typing import Any

from regulars.analysis import Study
from regulars.charts.groups import segment_label
from regulars.exports import study_names
from regulars.features.people_models import Group
from regulars.locale import Words
from regulars.profiles.models import Action, Profile
from regulars.scoring import Card, Scorer
from regulars.segments.choose import kept
from regulars.web.api.models import ActionCard, GroupOut, Segments
from regulars.web.filters import Filters


def segments_of(scorer: Scorer, say: Words, filters: Filters, study: Study) -> Segments:
    """The segments and clusters in the language of `say`: of the scorer's study, or of a part of its customers."""
    segments, clusters = ([_in(study, card) for card in cards] for cards in scorer.cards())
    return Segments(
        study.folder,
        study.currency,
        filters.query(),
        study.customers,
        tuple(found for card in segments if (found := _group(card, say))),
        tuple(found for card in clusters if (found := _group(card, say))),
        study.clusters.verdict,
        " ".join(why.text(say) for why in (study.clusters.reason, kept(study.clusters)) if why),
    )


def _in(study: Study, card: Card) -> Card:
    """A card with the figures that a part of the customers gives; nothing is known of a group that holds none."""
    if not isinstance(card.known, Profile):
        return card
    groups = study.segments if card.known.kind == "segment" else study.cluster_profiles
    return replace(card, known=next((group for group in groups if group.name == card.name), None))


def action_cards(actions: tuple[Action, ...], say: Words) -> tuple[ActionCard, ...]:
    """Actions in words."""
    return tuple(ActionCard(one.name, one.title(say), one.do(say), one.why.text(say)) for one in actions)


def features_in(features: dict[str, Any], study: Study, say: Words) -> dict[str, Any]:
    """A customer's features with persona and action in the language of `say`; their keys stay as they are."""
    names = study_names(study, say.language)
    told = {name: names.get(features[name], features[name])
            for name in ("persona", "cluster_persona") if name in features}  # fmt: skip
    action = f"actions.{features.get('action_key')}.title"
    return features | told | ({"action": say(action)} if say.has(action) else {})


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
