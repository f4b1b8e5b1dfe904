"""The words a transcript's view says itself, and times as it writes them."""

from __future__ import annotations

from unicodedata import bidirectional

from PySide6.QtCore import QCoreApplication, QLocale

from workbench.ui.speech.transcript.gaps import Gap, GapState

translate = QCoreApplication.translate


def clock(seconds: float, *, tenths: bool = False) -> str:
    """0:07, 12:30, 1:02:03; with tenths 0:07.4. Never later than it is."""
    value = int(max(0.0, seconds) * 10 + 1e-6)
    whole, tenth = divmod(value, 10)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return f"{text}{QLocale().decimalPoint()}{tenth}" if tenths else text


def span(start: float, end: float) -> str:
    return f"{clock(start)}–{clock(end)}"


def gap_line(gap: Gap) -> str:
    count = len(gap.numbers)
    if gap.state is GapState.STOPPED:
        return translate("Transcript", "Stopped. Parts not heard: %n", None, count)
    waiting = translate("Transcript", "Parts waiting: %n", None, count - gap.running)
    if not gap.running:
        return waiting
    hearing = translate("Transcript", "Parts being heard: %n", None, gap.running)
    return f"{hearing} · {waiting}" if count > gap.running else hearing


def wait_line(seconds: float) -> str:
    return translate("Transcript", "goes on in {0} s").format(max(1, round(seconds)))


def runs_right(text: str) -> bool:
    """Its first letter is one of a script that is written from right to left."""
    strong = (kind for char in text if (kind := bidirectional(char)) in ("L", "R", "AL"))
    return next(strong, "L") != "L"
