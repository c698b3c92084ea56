"""Days as the CRM counts them: those of Italy, whatever the clock of a function says."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_ITALY = ZoneInfo("Europe/Rome")
ONE = timedelta(days=1)


def day_of(moment: int) -> date:
    """Return the day of a moment in seconds since 1970."""
    return datetime.fromtimestamp(moment, _ITALY).date()


def begin_of(day: date) -> int:
    """Return the first moment of a day, in seconds since 1970."""
    return int(datetime.combine(day, time(), _ITALY).timestamp())
