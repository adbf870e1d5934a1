"""Dates for people's own calendars, in iCalendar (RFC 5545). Pure: bytes out, nothing kept."""

import uuid
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//Reglo//Echeances//FR"
BEFORE = timedelta(days=-1)
CALL_MINUTES = timedelta(minutes=15)


def _calendar(*events: Event) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _alarm(before: timedelta, text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", before)
    alarm.add("description", text)
    return alarm


def deadlines(lines: list[tuple[uuid.UUID, str, date]], link: str, now: datetime) -> bytes:
    """Return a calendar of whole days, one per path (id, title, day), each with an alarm the day before.

    The same path keeps its UID: taken again, the calendar moves the date instead of adding another.
    """
    events = []
    for path_id, title, day in lines:
        event = Event()
        event.add("uid", f"{path_id}@reglo")
        event.add("dtstamp", now)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", f"À finir : {title}")
        event.add("description", link)
        event.add("transp", "TRANSPARENT")
        event.add_component(_alarm(BEFORE, title))
        events.append(event)
    return _calendar(*events)


def follow_up(what: str, starts_at: datetime, now: datetime) -> bytes:
    """Return a calendar of one call to make, a quarter of an hour long, in the zone of `starts_at`, with an alarm."""
    event = Event()
    event.add("uid", f"{uuid.uuid4()}@reglo")
    event.add("dtstamp", now)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + CALL_MINUTES)
    event.add("summary", what)
    event.add_component(_alarm(timedelta(minutes=-10), what))
    return _calendar(event)
