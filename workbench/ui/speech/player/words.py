"""How moments are written: figures that run from left to right in every language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime


def clock(seconds: float, decimals: int = 0) -> str:
    """1:02:03, 4:05.25, 0:07. Cut off, not rounded: a clock never runs ahead."""
    units = 10**decimals
    whole = int(max(0.0, seconds) * units + 1e-6)
    seconds_part, fraction = divmod(whole, units)
    minutes, second = divmod(seconds_part, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return f"{text}.{fraction:0{decimals}}" if decimals else text


def recording_name(at: float) -> str:
    """What one made then is called at first; at: Unix seconds. It fits into the list, where its day stands below, and is fit for a file."""
    when = QDateTime.fromSecsSinceEpoch(int(at)).toString("HH.mm.ss")
    return QCoreApplication.translate("Speech", "Recording {0}").format(when)
