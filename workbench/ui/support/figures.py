"""Figures as people read them: money, times, sizes, counts, by the user's locale."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale

_LEAST = 1e-6


def usd(amount: float) -> str:
    """Dollars with two significant digits below a cent, cents above: $0.00021, $0.037, $4.40. What is there is never $0."""
    if amount == 0:
        return "$0"
    if 0 < amount < _LEAST:
        return f"< ${_locale(_LEAST, 6)}"
    decimals = 2 if amount >= 1 else 3 if amount >= 0.01 else 1 - math.floor(math.log10(amount))
    return "$" + QLocale().toString(float(amount), "f", min(decimals, 9))


def about_usd(amount: float) -> str:
    """Dollars that somebody worked out: ≈ $0.037; what is below what is told has no need of a “≈”."""
    text = usd(amount)
    return text if text.startswith("<") else f"≈ {text}"


def percent(share: float) -> str:
    """A share, 0–1: 38 %, 4.2 %, 0.03 %; what is there is never 0 %, and what is not all never 100 %."""
    value = round(share * 100, 9)  # shares that are added up miss the whole by a hair
    if 0 < value < 0.01:
        return f"< {_locale(0.01, 2)} %"
    if 99.99 < value < 100:
        return f"> {_locale(99.99, 2)} %"
    decimals = 2 if value < 0.1 or value > 99.9 else 1
    rounded = round(value, decimals)
    return f"{_locale(rounded, 0 if rounded == int(rounded) else decimals)} %"


def _locale(value: float, decimals: int) -> str:
    return QLocale().toString(float(value), "f", decimals)


def price(amount: float) -> str:
    """Dollars for a million tokens, as price lists write them: $0.06, $4.00, $0.351."""
    decimals = max(2, len(f"{amount:.3f}".rstrip("0").partition(".")[2]))
    return "$" + QLocale().toString(float(amount), "f", decimals)


def seconds(ms: float) -> str:
    """0.42 s, 12.3 s, 75 s."""
    value = ms / 1000
    return QLocale().toString(float(value), "f", 2 if value < 10 else 1 if value < 60 else 0) + " s"


def milliseconds(ms: float) -> str:
    return QLocale().toString(float(ms), "f", 0) + " ms"


def rate(per_s: float) -> str:
    return QLocale().toString(float(per_s), "f", 0 if per_s >= 10 else 1)


def count(number: int) -> str:
    return QLocale().toString(number)


def context(tokens: int) -> str:
    """A context window as people say it: 128k, 1.25M, 7,968. Round ones count in 1000, powers of two in 1024."""
    kilo = 1024 if tokens % 1000 and tokens % 1024 == 0 else 1000
    if tokens >= 1_000_000:
        return f"{tokens / kilo**2:.2f}".rstrip("0").rstrip(".") + "M"
    return f"{round(tokens / kilo)}k" if tokens >= 8_000 else count(tokens)


def size(number: int) -> str:
    """Bytes: 512 B, 3.4 kB, 1.2 MB, 5.6 GB."""
    if number < 1000:
        return f"{number} B"
    units = ((10**3, "kB"), (10**6, "MB"), (10**9, "GB"))
    unit, sign = next(one for one in reversed(units) if number >= one[0])
    return f"{QLocale().toString(number / unit, 'f', 1)} {sign}"
