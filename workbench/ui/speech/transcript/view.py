"""A transcript to read along and correct: its text, and around it tools, find and replace, and what was heard once more."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from workbench.ui.speech.transcript.cards import Cards
from workbench.ui.speech.transcript.document import Span
from workbench.ui.speech.transcript.edit import TranscriptEdit
from workbench.ui.speech.transcript.find_bar import FindBar
from workbench.ui.speech.transcript.menu import TextMenu
from workbench.ui.speech.transcript.model import TranscriptModel
from workbench.ui.speech.transcript.pill import Pill
from workbench.ui.speech.transcript.review_panel import ReviewPanel
from workbench.ui.speech.transcript.speakers import Speakers
from workbench.ui.speech.transcript.tools import Tools
from workbench.ui.support.blank import Blank
from workbench.ui.support.theme import Theme


class TranscriptView(QWidget):
    """Shows what its model says; what the user wants of others are signals of the model."""

    def __init__(self, theme: Theme, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.tools = Tools(theme, model, self)
        self.find_bar = FindBar(theme, model, self)
        self.edit = TranscriptEdit(theme, model, self)
        self.cards = Cards(theme, self.edit)
        self.speakers = Speakers(theme, self.edit)
        self.menu = TextMenu(theme, self.edit, self.speakers, self.rerun)
        self.review = ReviewPanel(theme, model, self)
        self.blank = Blank(theme, self)
        self.blank.say(
            "mic",
            "muted",
            self.tr("No words were heard"),
            self.tr(
                "The recording may be silent, or in a language the model does not know. Try another model or language."
            ),
        )
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.edit)
        self.pages.addWidget(self.blank)
        self.pill = Pill(theme, self.tr("Follow playback"), self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.tools, self.find_bar, self.pages, self.review):
            column.addWidget(widget)
        column.setStretchFactor(self.pages, 1)
        self.setFocusProxy(self.edit)
        self._connect()
        self._choose_page()

    def _connect(self) -> None:
        edit, model, keys = self.edit, self.model, self.edit.keys
        for wish in (keys.find_wanted, self.tools.find_wanted):
            wish.connect(self.open_find)
        keys.replace_wanted.connect(self.open_replace)
        keys.leave_wanted.connect(self._leave)
        keys.hit_wanted.connect(self.go_to_hit)
        self.find_bar.step_wanted.connect(self.go_to_hit)
        self.find_bar.closed.connect(edit.setFocus)
        for marks in (keys.mark_wanted, self.tools.mark_wanted):
            marks.connect(self.go_to_mark)
        for rerun in (keys.rerun_wanted, self.tools.rerun_wanted):
            rerun.connect(self.rerun)
        self.review.reveal_wanted.connect(self._reveal)
        self.review.left.connect(edit.setFocus)
        self.pill.clicked.connect(lambda: model.follow(True))
        edit.settled.connect(self._show_pill)
        edit.verticalScrollBar().valueChanged.connect(self._show_pill)
        for change in (model.edited, model.document_changed, model.gaps_changed):
            change.connect(self._choose_page)

    # -- what can be asked of it, with the focus wherever it is

    @Slot()
    def open_find(self) -> None:
        bar = self.find_bar
        bar.open(replacing=not bar.isHidden() and not bar.by.isHidden(), wanted=self._chosen_text())

    @Slot()
    def open_replace(self) -> None:
        self.find_bar.open(replacing=True, wanted=self._chosen_text())

    @Slot(int)
    def go_to_hit(self, step: int) -> None:
        """The next hit, the one before (-1), or the one it is at (0)."""
        finder, cursor = self.model.finder, self.edit.textCursor()
        if step:
            start = cursor.selectionStart()
            block = self.edit.page.text.findBlock(start)
            finder.go(step, block.blockNumber(), start - block.position())
        hit = finder.hit
        if hit is not None:
            self.edit.reveal_text(hit.segment_id, hit.start, hit.end)

    @Slot(int)
    def go_to_mark(self, step: int) -> None:
        """The next doubtful place, or the one before, from the caret; past the end it goes on at the beginning."""
        places = []
        for mark in self.model.marks:
            number = self.model.timeline.number_of(mark.segment_id)
            if number >= 0:
                places.append((number, mark.first, mark))
        if not places:
            return
        places.sort(key=lambda place: place[:2])
        here = self._caret_place()
        if step > 0:
            found = next((place for place in places if place[:2] > here), places[0])
        else:
            found = next((place for place in reversed(places) if place[:2] < here), places[-1])
        mark = found[2]
        self.edit.reveal(mark.segment_id, mark.first, mark.last)
        self.edit.setFocus()
        self.edit.tell_mark(mark)

    @Slot()
    def rerun(self) -> None:
        """Hear what is selected again, or else the segment with the caret."""
        span = self.edit.chosen_span() or self.model.document.selection
        if span is None:
            segment = self.edit.caret_segment()
            span = Span(segment.start, segment.end) if segment is not None else None
        if span is not None:
            self.model.rerun(span)

    def reveal(self, segment_id: str) -> None:
        self.edit.reveal(segment_id)

    # -- slots

    def _chosen_text(self) -> str:
        text = self.edit.textCursor().selectedText()
        return "" if "\u2029" in text else text.strip()

    def _caret_place(self) -> tuple[int, int]:
        cursor = self.edit.textCursor()
        block = self.edit.page.text.findBlock(cursor.selectionStart())
        at = cursor.selectionStart() - block.position()
        within = [n for n, (start, _) in enumerate(self.edit.page.spans(block)) if start <= at]
        return block.blockNumber(), within[-1] if within else -1

    @Slot()
    def _leave(self) -> None:
        self.find_bar.leave()

    @Slot(float, float)
    def _reveal(self, start: float, end: float) -> None:
        self.edit.reveal_span(Span(start, end))

    @Slot()
    def _choose_page(self) -> None:
        model = self.model
        empty = not model.transcript.segments and not model.gaps and not model.document.history.count()
        self.pages.setCurrentWidget(self.blank if empty else self.edit)

    @Slot()
    def _show_pill(self) -> None:
        model, edit = self.model, self.edit
        box = edit.place_rect() if model.playing and not model.following else None
        height = edit.viewport().height()
        away = box is not None and (box.bottom() < 0 or box.top() > height)
        self.pill.show_at(edit.viewport().geometry(), away)
