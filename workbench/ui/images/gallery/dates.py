"""Stretches of time to choose pictures from."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Span(StrEnum):
    """BETWEEN: two days that the user picks."""

    ANY = "any"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    BETWEEN = "between"


class Stretch(NamedTuple):
    """Unix seconds, until exclusive; None is open."""

    since: float | None = None
    until: float | None = None


_DAYS = {Span.TODAY: 0, Span.WEEK: 6, Span.MONTH: 29, Span.YEAR: 364}


def stretch_of(span: Span, today: date) -> Stretch:
    """From that many days back, today included, in the user's own time; BETWEEN is not told by itself."""
    if span not in _DAYS:
        return Stretch()
    return Stretch(_start_of(today - timedelta(days=_DAYS[span])))


def between(first: date, last: date) -> Stretch:
    """Both days included, whichever comes first."""
    first, last = min(first, last), max(first, last)
    return Stretch(_start_of(first), _start_of(last + timedelta(days=1)))


def _start_of(day: date) -> float:
    return datetime(day.year, day.month, day.day).timestamp()
