"""How far a take is: its parts, what it has cost, and what can be done about it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.domain.models import short_name
from workbench.domain.speech.takes import Take, TakeState
from workbench.ui.speech import words as speech
from workbench.ui.speech.options import words
from workbench.ui.speech.options.parts_bar import PartsBar
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow
from workbench.ui.support.ticking import Ticking
from workbench.ui.support.trouble_box import TroubleBox

_TICK_MS = 1000


class TakeProgress(QFrame):
    """Signals: stop_wanted, resume_wanted, record_wanted (exchange id), connection_wanted."""

    stop_wanted = Signal()
    resume_wanted = Signal()
    record_wanted = Signal(str)
    connection_wanted = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._take: Take | None = None
        self._preparing: float | None = None
        self.setProperty("kind", "card")
        self._mark = QLabel(self)
        self.title = ElidedLabel(theme, "", self, weight=SEMIBOLD)
        self.word = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.bar = PartsBar(theme, self, clock=clock)
        self.facts = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.stop = button(self.tr("Stop"), "", self)
        self.stop.setToolTip(self.tr("What is heard by now stays; it can be resumed"))
        set_icon(self.stop, theme, "circle-stop", "text", 14)
        self.resume = button(self.tr("Resume"), "", self)
        set_icon(self.resume, theme, "play", "text", 14)
        self.record = button(self.tr("Request"), "quiet", self)
        self.record.setToolTip(self.tr("What was sent and what came back"))
        self.trouble = TroubleBox(theme, self, retry=self.tr("Retry failed"))
        self._lay_out()
        self.bar.record_wanted.connect(self.record_wanted)
        self.trouble.record_wanted.connect(self.record_wanted)
        self.trouble.connection_wanted.connect(self.connection_wanted)
        self.trouble.retry_wanted.connect(self.resume_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.resume.clicked.connect(self.resume_wanted)
        self.record.clicked.connect(self._show_record)
        self._tick = Ticking(self, _TICK_MS, self._held, self._show)
        follow(self, theme, self._dress)

    def show_take(self, take: Take, preparing: float | None = None) -> None:
        """preparing: how much of its recording is decoded, None where that is over."""
        self._take, self._preparing = take, preparing
        self.setAccessibleName(self.tr("Progress of {0}").format(short_name(take.model)))
        self._show()
        self._tick.look()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(INSIDE)
        head.addWidget(self._mark)
        head.addWidget(self.title, 1)
        acts = FlowLayout(spacing=INSIDE)
        for act in (self.stop, self.resume, self.record):
            acts.addWidget(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, INSIDE + 2, RELATED, INSIDE + 2)
        column.setSpacing(GRID + 2)
        column.addLayout(head)
        column.addWidget(self.word)
        column.addWidget(self.bar)
        column.addWidget(self.facts)
        column.addWidget(self.trouble)
        column.addLayout(acts)

    @Slot()
    def _show(self) -> None:
        take = self._take
        if take is None:
            return
        failed = take.state is TakeState.FAILED
        first = next((part for part in take.parts if part.state is TakeState.FAILED), None)
        self.title.setText(short_name(take.model))
        self.word.setText(words.progress(take, self._preparing, self._clock()))
        self.word.set_role("bad" if failed else "muted")
        self.bar.show_parts(take.parts)
        self.bar.update()
        self.facts.setText(words.spent(take))
        self.facts.setVisible(bool(self.facts.text()))
        shown: dict[QWidget, bool] = {
            self.stop: not take.state.over,
            self.resume: take.state is TakeState.STOPPED,
            self.trouble: failed,
            self.record: bool(self._exchange_id) and not failed,
        }
        leaving = [each for each, stays in shown.items() if not stays and _has_focus(each)]
        if leaving:
            self.setFocus()  # hidden with the focus, it would pass it to whatever comes next in the window
        self.trouble.show_trouble(take.trouble if failed else None, first.exchange_id if first else "")
        for act in (self.stop, self.resume, self.record):
            act.setVisible(shown[act])
        if leaving:
            next(
                (each for each, stays in shown.items() if stays and each is not self.trouble), self
            ).setFocus()
        self._dress()

    @property
    def _exchange_id(self) -> str:
        """Of the last call there was."""
        parts = self._take.parts if self._take else ()
        return next((part.exchange_id for part in reversed(parts) if part.exchange_id), "")

    @Slot()
    def _show_record(self) -> None:
        self.record_wanted.emit(self._exchange_id)

    def _held(self) -> bool:
        return self._take is not None and any(part.not_before > self._clock() for part in self._take.parts)

    def _dress(self) -> None:
        if self._take is not None:
            icon, role = speech.STATES[self._take.state]
            self._mark.setPixmap(pixmap(self._theme, icon, role, 14))


def _has_focus(widget: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))
