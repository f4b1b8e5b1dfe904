"""What the program has to say, on its one road to the notice bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.ui.support.sentences import reason


class Level(StrEnum):
    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to say. text: what; detail: why and what to do. action_label with action: the button that mends it.

    key: a newer notice with the same key replaces the older. lasting: stays until it is dismissed or withdrawn.
    """

    text: str
    detail: str = ""
    level: Level = Level.INFO
    action_label: str = ""
    action: Callable[[], None] | None = None
    key: str = ""
    lasting: bool = False


class Offer(NamedTuple):
    """key: the same for the same bug. show: opens its report."""

    key: str
    show: Callable[[], None]


class Reporter(Protocol):
    """ui.shell.crashes.Crashes."""

    def offer(self, bug: BaseException) -> Offer | None:
        """None where the user does not want to hear of this bug again."""
        ...


class Notifier(QObject):
    """Takes what is to be said; the notice bar shows it. Signals: posted, withdrawn (with the key). reporter: makes reports of bugs."""

    posted = Signal(object)  # Notice
    withdrawn = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reporter: Reporter | None = None
        self._tells_a_bug = False

    def post(self, notice: Notice) -> None:
        self.posted.emit(notice)

    def info(self, text: str, *, detail: str = "", key: str = "") -> None:
        self.post(Notice(text, detail, key=key))

    def copied(self, what: str = "") -> None:
        """Something is in the clipboard now."""
        self.info(self.tr("Copied: {0}").format(what) if what else self.tr("Copied."), key="copied")

    def warn(self, text: str, *, detail: str = "", key: str = "", lasting: bool = True) -> None:
        self.post(Notice(text, detail, Level.WARN, key=key, lasting=lasting))

    def undo(self, text: str, action: Callable[[], None], *, key: str = "") -> None:
        """Something was done that can be taken back; action takes it back."""
        self.post(Notice(text, action_label=self.tr("Undo"), action=action, key=key))

    def error(
        self,
        exc: BaseException,
        *,
        key: str = "",
        action_label: str = "",
        action: Callable[[], None] | None = None,
    ) -> None:
        """Say it if it is a WorkbenchError; else log it, apologise, and offer a report. A newer notice with the same key replaces the older."""
        notice = Notice("", "", Level.BAD, action_label, action, key, lasting=True)
        if isinstance(exc, WorkbenchError):
            detail = reason(exc)
            self.post(replace(notice, text=exc.what, detail=detail))
            return
        import logging

        logging.getLogger(__name__).error("unexpected failure", exc_info=exc)
        if self._tells_a_bug:  # what tells of it has one itself: telling of that would never end
            return
        self._tells_a_bug = True
        try:
            self._tell_bug(exc, notice)
        finally:
            self._tells_a_bug = False

    def _tell_bug(self, exc: BaseException, notice: Notice) -> None:
        bug = type(exc).__name__
        if self.reporter is not None:
            offer = self.reporter.offer(exc)
            if offer is None:
                return
            bug = offer.key
            if notice.action is None:
                notice = replace(notice, action_label=self.tr("Show the report"), action=offer.show)
        self.post(
            replace(
                notice,
                text=self.tr("Something went wrong inside the workbench."),
                detail=self.tr("Your work is kept. The log has the details: {0}").format(type(exc).__name__),
                key=notice.key or f"bug/{bug}",
            )
        )

    def withdraw(self, key: str) -> None:
        """Take back the notice with this key: its cause is gone."""
        self.withdrawn.emit(key)
