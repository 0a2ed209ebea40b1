"""Sentences for a page: names from the data within them are cut where too long and cannot turn the text around."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from regulars.charts.kit import short
from regulars.locale import Message, Value, Words

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.pages.models import Page

MOST = 4  # sentences that a page opens with


def told(message: Message, say: Words) -> str:
    """A sentence in the language of `say`, its names made safe to stand in it."""
    return Message(message.key, {name: tame(value) for name, value in message.values.items()}).text(say)


def all_told(messages: Iterable[Message], say: Words) -> tuple[str, ...]:
    """Several sentences, each once."""
    return tuple(dict.fromkeys(told(message, say) for message in messages))


def tame(value: Value) -> Value:
    """A name on one line, cut at 60 characters, isolated where it runs from right to left; else the value itself."""
    if not isinstance(value, str):
        return value
    name = short(value)
    if any(unicodedata.bidirectional(character) in {"R", "AL"} for character in name):
        return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"
    return name


def left_out(study: "Study", counted: int, say: Words) -> tuple[str, ...]:
    """That only customers with an order that counts are counted; nothing where these are all of the shop's."""
    of = study.overview.customers if study.overview else counted
    return (say("report.counted", n=counted, of=of, left=of - counted),) if counted < of else ()


def opening(page: "Page", key: str) -> "Page":
    """The page with at most four sentences at its head, the most important first; others stand with the block `key`."""
    rest = page.insights[MOST:]
    blocks = tuple(
        replace(block, insights=(*dict.fromkeys((*block.insights, *rest)),)) if block.key == key else block
        for block in page.blocks
    )
    return replace(page, insights=page.insights[:MOST], blocks=blocks) if blocks != page.blocks else page
