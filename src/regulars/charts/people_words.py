"""What attributes, their levels, groups and measures are called in the charts of people, and how their values read."""

from dataclasses import dataclass

from regulars.charts.groups import feature_name, segment_label
from regulars.charts.kit import short
from regulars.features.people_models import Attribute, People
from regulars.locale import Words
from regulars.people.crosstabs import OTHERS
from regulars.people.models import By, Crosstab, PeopleFigures
from regulars.rates import Rate

MONEY = frozenset({"monetary", "avg_order_value"})


@dataclass(frozen=True, slots=True)
class Named:
    """The figures of a study with the words of a language."""

    figures: PeopleFigures
    people: People
    say: Words

    @property
    def by(self) -> By:
        """The grouping that is drawn: the named segments, without orders the clusters."""
        return self.figures.underserving[0].by

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that name; None for a feature of the orders."""
        return next((each for each in self.people.attributes if each.name == name), None)

    def measure(self, name: str) -> str:
        """An attribute's own header, or the words for what was derived from it or from the orders."""
        if name.startswith("share_"):
            return self.say(f"people_pages.channel.{name}")
        found = self.attribute(name)
        return found.title(self.say) if found else feature_name(name, self.say)

    def group(self, by: By, name: str) -> str:
        """A segment or a cluster; "" is everybody."""
        if not name:
            return self.say("people_pages.everybody")
        return segment_label(name, self.say) if by == "segment" else self.say("report.cluster", n=name)

    def sized(self, by: By, name: str, n: int) -> str:
        """A group with its number of customers, short enough for an axis."""
        return f"{short(self.group(by, name), 24)} · {self.say.number(n)}"

    def levels(self, table: Crosstab) -> list[str]:
        """The levels of a table, in its order."""
        return [self.level(table.attribute, level, table.edges) for level in table.levels]

    def level(self, attribute: str, level: str, edges: tuple[float, ...]) -> str:
        """A value as in the data; `yes` and `no`, bands and the gathered small ones in words."""
        if level == OTHERS:
            return self.say("people_pages.others")
        if edges:
            return self._band(int(level), edges)
        found = self.attribute(attribute)
        if found and found.kind == "yes_no":
            return self.say(f"people_pages.{'yes' if level == 'true' else 'no'}")
        return self.say.number(float(level), 0) if found and found.kind == "number" else level

    def _band(self, place: int, edges: tuple[float, ...]) -> str:
        digits = 0 if max(map(abs, edges)) >= 10 or all(edge == int(edge) for edge in edges) else 2
        texts = [self.say.number(edge, digits) for edge in edges]
        if place == 0:
            return f"≤ {texts[0]}"
        return f"> {texts[-1]}" if place == len(edges) else f"> {texts[place - 1]} – {texts[place]}"

    def form(self, measure: str) -> str:
        """The formatter of charts.js for a measure."""
        if measure.startswith("share_"):
            return "percent"
        found = self.attribute(measure)
        role = found.role if found else None
        if measure in MONEY or role in {"total_spending", "spending"}:
            return "money"
        return "decimal" if role == "response_rate" else "number"

    def value(self, measure: str, value: float) -> str:
        """One value of a measure in words."""
        form = self.form(measure)
        if form == "percent":
            return self.say.percent(value)
        if form == "money":
            return self.say.money(value)
        whole = form == "number" and (abs(value) >= 100 or value == int(value))
        return self.say.number(value, 0 if whole else 2)

    def interval(self, share: Rate | None) -> str:
        """`34.2 % (31.0 % – 37.5 %)`, or that it is not known."""
        if share is None:
            return self.say("common.unknown")
        return (
            f"{self.say.percent(share.value)} ({self.say.percent(max(share.low, 0))} – {self.say.percent(share.high)})"
        )
