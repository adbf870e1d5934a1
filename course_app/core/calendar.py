"""Working days and French public holidays; dates only, no clock."""

from datetime import date, timedelta
from functools import lru_cache


def easter(year: int) -> date:
    """Return Easter Sunday (anonymous Gregorian computus, Meeus 1991, ch. 8)."""
    golden, century = year % 19, year // 100
    skipped = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact = skipped - (skipped // 28) * (1 - (29 // (skipped + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Return the eleven national holidays of metropolitan France (Code du travail, art. L3133-1)."""
    sunday = easter(year)
    moving = {sunday + timedelta(days=1), sunday + timedelta(days=39), sunday + timedelta(days=50)}
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return frozenset(moving | {date(year, month, day) for month, day in fixed})


def is_working_day(day: date) -> bool:
    """Tell whether a day is a Monday to Friday that is no national holiday."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def next_working_day(day: date) -> date:
    """Return the first working day strictly after the given day."""
    following = day + timedelta(days=1)
    while not is_working_day(following):
        following += timedelta(days=1)
    return following
