"""The time of day, for sessions, throttles and the audit log alone: no figure depends on it."""

import time


def now() -> int:
    """Seconds since 1970 (UTC)."""
    return int(time.time())  # noqa: TID251 - sessions end
