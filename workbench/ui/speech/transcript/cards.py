"""What stands in place of text that is not there yet: a stretch still to be heard, or one that failed and can be tried again."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.speech.transcript.edit import TranscriptEdit
from workbench.ui.speech.transcript.gaps import Gap, GapState
from workbench.ui.speech.transcript.words import gap_line, span, wait_line
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.theme import CAPTION, CARD_RADIUS, GRID, INSIDE, PADDING, RELATED, Theme, follow
from workbench.ui.support.trouble_box import TroubleBox

_ICONS = {
    GapState.WAITING: ("clock", "muted"),
    GapState.HEARING: ("audio-lines", "accent"),
    GapState.STOPPED: ("ban", "muted"),
}


class PendingCard(QFrame):
    """A stretch that waits, is being heard, or was stopped."""

    def __init__(
        self, theme: Theme, resume: Callable[[], object], clock: Callable[[], float], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme, self._clock = theme, clock
        self._gap: Gap | None = None
        self._mark = QLabel(self)
        self.line = TextLabel(theme, "", self, wrap=True)
        self.more = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.resume = button(self.tr("Resume"), "", self)
        set_icon(self.resume, theme, "play")
        self.resume.clicked.connect(resume)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        said = QVBoxLayout()
        said.setSpacing(GRID)
        said.addWidget(self.line)
        said.addWidget(self.more)
        said.addWidget(self.progress)
        row = QHBoxLayout(self)
        row.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        row.addWidget(self.resume, 0, Qt.AlignmentFlag.AlignVCenter)
        self._seconds = QTimer(self)
        self._seconds.setInterval(1000)
        self._seconds.timeout.connect(self._tell_wait)
        follow(self, theme, self._dress)

    def show_gap(self, gap: Gap) -> None:
        self._gap = gap
        self.line.setText(gap_line(gap))
        self.resume.setVisible(gap.state is GapState.STOPPED)
        self.progress.setVisible(gap.state is GapState.HEARING and gap.of > 1)
        self.progress.setRange(0, max(1, gap.of))
        self.progress.setValue(gap.done)
        if gap.not_before:
            self._seconds.start()
        else:
            self._seconds.stop()
        self._tell_wait()
        self._dress()

    @Slot()
    def _tell_wait(self) -> None:
        gap = self._gap
        if gap is None:
            return
        left = gap.not_before - self._clock()
        parts = [span(gap.start, gap.end)]
        if gap.trouble is not None:
            parts.append(gap.trouble.what)
        if gap.not_before and left > 0:
            parts.append(wait_line(left))
        self.more.setText(" · ".join(parts))
        self.setAccessibleName(f"{self.line.text()} {self.more.text()}")

    def _dress(self) -> None:
        state = self._gap.state if self._gap is not None else GapState.WAITING
        self._mark.setPixmap(pixmap(self._theme, *_ICONS.get(state, ("clock", "muted"))))
        self.setStyleSheet(
            f"PendingCard {{ background: {self._theme.tokens.surface}; border-radius: {CARD_RADIUS - 2}px; }}"
        )


class Cards(QObject):
    """Keeps a card for each gap, in room that the text leaves for it. clock: Unix seconds, for tests."""

    def __init__(self, theme: Theme, edit: TranscriptEdit, clock: Callable[[], float] = time.time) -> None:
        super().__init__(edit)
        self._theme, self._edit, self._clock = theme, edit, clock
        self._shown: dict[tuple[bool, int], tuple[Gap, QFrame]] = {}
        model = edit.model
        model.gaps_changed.connect(self.refresh)
        model.document_changed.connect(self.refresh)
        model.edited.connect(self.refresh)
        edit.settled.connect(self._settle)
        edit.verticalScrollBar().valueChanged.connect(self._place)
        self._width = 0
        self.refresh()

    @property
    def widgets(self) -> list[QFrame]:
        """In the order of the recording; what a user can reach in them comes with Tab."""
        return [widget for _, widget in self._shown.values()]

    @Slot()
    def refresh(self) -> None:
        before = self._shown
        self._shown = {}
        for gap in self._edit.model.gaps:
            key = (gap.state is GapState.FAILED, gap.numbers[0])
            known = before.pop(key, None)
            widget = known[1] if known is not None else self._made(gap)
            if known is None or known[0] != gap:
                self._fill(widget, gap)
            self._shown[key] = (gap, widget)
        focused = QApplication.focusWidget()
        for _, widget in before.values():
            if focused is not None and widget.isAncestorOf(focused):
                self._edit.setFocus()  # and not the next card, wherever in the text that is
            widget.hide()
            widget.deleteLater()
        self._make_room()

    def _made(self, gap: Gap) -> QFrame:
        viewport = self._edit.viewport()
        first = gap.numbers[0]
        if gap.state is GapState.FAILED:
            box = TroubleBox(self._theme, viewport)
            box.retry_wanted.connect(partial(self._retry, first))
            box.record_wanted.connect(self._edit.model.record_wanted)
            box.connection_wanted.connect(self._edit.model.connection_wanted)
            box.setCursor(Qt.CursorShape.ArrowCursor)
            for act in (box.connection, box.retry, box.details):
                act.installEventFilter(self)
            return box
        card = PendingCard(self._theme, self._edit.model.resume_wanted.emit, self._clock, viewport)
        card.setCursor(Qt.CursorShape.ArrowCursor)
        card.resume.installEventFilter(self)
        return card

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        """A button that gets the focus comes into view."""
        if event.type() == QEvent.Type.FocusIn and isinstance(thing, QWidget):
            corner = thing.mapTo(self._edit.viewport(), QPoint(0, 0))
            bar, height = self._edit.verticalScrollBar(), self._edit.viewport().height()
            if corner.y() < 0:
                bar.setValue(bar.value() + corner.y() - PADDING)
            elif corner.y() + thing.height() > height:
                bar.setValue(bar.value() + corner.y() + thing.height() - height + PADDING)
        return False

    def _fill(self, widget: QFrame, gap: Gap) -> None:
        if isinstance(widget, TroubleBox) and gap.trouble is not None:
            widget.show_trouble(gap.trouble, gap.exchange_id)
            widget.what.setText(f"{span(gap.start, gap.end)} · {gap.trouble.what}")
        elif isinstance(widget, PendingCard):
            widget.show_gap(gap)
        widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        widget.show()

    def _retry(self, first: int) -> None:
        if (True, first) in self._shown:
            self._edit.model.retry_wanted.emit(self._shown[True, first][0].numbers)

    @Slot()
    def _settle(self) -> None:
        left, right = self._edit.text_sides()
        if round(right - left) != self._width and self._shown:
            self._make_room()
        else:
            self._place()

    def _make_room(self) -> None:
        left, right = self._edit.text_sides()
        self._width = round(right - left)
        above: dict[str, float] = {}
        after = 0.0
        segments = self._edit.model.transcript.segments
        for gap, widget in self._shown.values():
            room = self._height(widget) + INSIDE
            number = self._number(gap)
            if number < len(segments):
                above[segments[number].id] = above.get(segments[number].id, 0.0) + room
            else:
                after += room
        self._edit.page.set_extra(above, after)
        self._place()

    def _height(self, widget: QFrame) -> int:
        layout = widget.layout()
        assert layout is not None
        layout.activate()
        return (
            layout.totalHeightForWidth(self._width)
            if layout.hasHeightForWidth()
            else widget.sizeHint().height()
        )

    def _number(self, gap: Gap) -> int:
        """The segment that its text will stand above."""
        return self._edit.model.timeline.first_after((gap.start + gap.end) / 2)

    @Slot()
    def _place(self) -> None:
        edit = self._edit
        left, _ = edit.text_sides()
        count = len(edit.model.transcript.segments)
        used: dict[int, float] = {}
        for gap, widget in self._shown.values():
            number = self._number(gap)
            height = self._height(widget)
            y = self._top(number, count) + used.get(number, 0.0)
            used[number] = used.get(number, 0.0) + height + INSIDE
            widget.setGeometry(round(left), round(y), self._width, height)

    def _top(self, number: int, count: int) -> float:
        edit, page = self._edit, self._edit.page
        if number < count:
            return edit.block_rect(page.block_numbered(number)).top() - page.room_above(number) + INSIDE
        if count:
            return edit.block_rect(page.block_numbered(count - 1)).bottom() + page.look.between_speakers
        return page.look.ends - edit.verticalScrollBar().value()
