"""Lengths, states, costs and languages of speech, in the user's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from workbench.domain.models import Cost
from workbench.domain.speech.takes import TakeState
from workbench.ui.support import figures

translate = QCoreApplication.translate
_MINUTE, _HOUR = 60, 3600
_LTR, _END = "\u2066", "\u2069"
STATES = {
    TakeState.WAITING: ("clock", "muted"),
    TakeState.RUNNING: ("loader-circle", "accent"),
    TakeState.DONE: ("circle-check", "good"),
    TakeState.FAILED: ("circle-x", "bad"),
    TakeState.STOPPED: ("ban", "muted"),
}
"""Lucide name and role of each state; the word stands beside it."""


def state(of: TakeState) -> str:
    return {
        TakeState.WAITING: translate("Speech", "Waiting"),
        TakeState.RUNNING: translate("Speech", "Hearing"),
        TakeState.DONE: translate("Speech", "Done"),
        TakeState.FAILED: translate("Speech", "Failed"),
        TakeState.STOPPED: translate("Speech", "Stopped"),
    }[of]


def ltr(text: str) -> str:
    """Figures and ids, which read from left to right in every language."""
    return f"{_LTR}{text}{_END}"


def length(seconds: float) -> str:
    """As players show it: 0:07, 12:30, 1:02:03."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, _MINUTE)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def span(seconds: float) -> str:
    """A time that passes, in whole seconds: 8 s, 2 min 5 s, 1 h 3 min."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return translate("Speech", "{0} s").format(figures.count(whole))
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        if not rest:
            return translate("Speech", "{0} min").format(figures.count(minutes))
        return translate("Speech", "{0} min {1} s").format(figures.count(minutes), figures.count(rest))
    hours, rest = divmod(whole, _HOUR)
    return translate("Speech", "{0} h {1} min").format(figures.count(hours), figures.count(rest // _MINUTE))


def cost(amount: Cost | None) -> str:
    """“$0.0021”; “≈ $0.0021” where it is worked out from the price list; "" where nobody knows."""
    if amount is None or amount.usd is None:
        return ""
    return figures.usd(amount.usd) if amount.charged else figures.about_usd(amount.usd)


def language(code: str) -> str:
    """A language by its code, in the user's language where Qt knows it: “German”, “English (en-GB)”."""
    known = QLocale(code.replace("-", "_"))
    if known.language() in (QLocale.Language.C, QLocale.Language.AnyLanguage):
        return code
    name = QLocale.languageToString(known.language())
    return f"{name} ({code})" if "-" in code or "_" in code else name


def percent(share: float) -> str:
    """How far something is; below the whole it is never 100 %."""
    return f"{min(99, int(share * 100)) if share < 1 else 100} %"
