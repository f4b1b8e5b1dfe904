"""When something was, as people say it."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

_OWN, _END = "\u2068", "\u2069"


def moment(at_s: float) -> str:
    """The time of day; with the day where it is not today. at_s: Unix seconds."""
    at = QDateTime.fromMSecsSinceEpoch(round(at_s * 1000))
    today = QDateTime.currentDateTime().date()
    if at.date() == today:
        return QLocale().toString(at, "HH:mm")
    form = "d MMM HH:mm" if at.date().year() == today.year() else "d MMM yyyy"
    return f"{_OWN}{QLocale().toString(at, form)}{_END}"
