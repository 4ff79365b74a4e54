"""Time, in the two forms the house uses: UTC instants and days in Shanghai, both as text that sorts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def instant(at: datetime | None = None) -> str:
    """`2026-11-21T02:03:12.000123Z`: UTC to the microsecond, so that text order is time order."""
    return (at or now()).astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def parse(text: str) -> datetime:
    """An instant with its offset, as UTC. ValueError when it has none or is no instant."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return at.astimezone(UTC)


def today() -> str:
    """The business day in Shanghai, YYYY-MM-DD."""
    return now().astimezone(SHANGHAI).date().isoformat()


def day_of(at: str | datetime) -> str:
    """The Shanghai day of an instant."""
    moment = parse(at) if isinstance(at, str) else at
    return moment.astimezone(SHANGHAI).date().isoformat()


def minute_of(at: str | datetime) -> str:
    """Shanghai wall time of an instant, `2026-11-21 10:03`, for people."""
    moment = parse(at) if isinstance(at, str) else at
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def add_seconds(at: str, n: int) -> str:
    """The instant n seconds after an instant."""
    return instant(parse(at) + timedelta(seconds=n))


@lru_cache(maxsize=1024)
def add_days(day: str, n: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=n)).isoformat()


def add_months(day: str, n: int) -> str:
    """The same day n months on; the last of the month where it has no such day (31 January + 1)."""
    start = date.fromisoformat(day)
    month = start.year * 12 + start.month - 1 + n
    first = date(month // 12, month % 12 + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=start.day - 1), after - timedelta(days=1)).isoformat()


def days_between(first: str, last: str) -> int:
    """Days from first to last; negative when last is earlier."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def is_day(text: str) -> bool:
    """True for a YYYY-MM-DD that the calendar has."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
