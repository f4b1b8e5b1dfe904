"""The words a transcript's view says itself, and times as it writes them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale


def _tr(text: str) -> str:
    return QCoreApplication.translate("Transcript", text)


def clock(seconds: float, *, tenths: bool = False) -> str:
    """0:07, 12:30, 1:02:03; with tenths 0:07.4."""
    value = int(max(0.0, seconds) * 10 + 1e-6)
    whole, tenth = divmod(value, 10)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return f"{text}{QLocale().decimalPoint()}{tenth}" if tenths else text


def span(start: float, end: float) -> str:
    return f"{clock(start)}–{clock(end)}"
