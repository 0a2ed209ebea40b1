from regulars.locale import Message
from regulars.overview.models import Overview


def insights(seen: Overview) -> dict[str, tuple[Message, ...]]:
    return {}
