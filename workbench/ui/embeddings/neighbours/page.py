"""The page Neighbours: a text or a query, and under it what each model finds nearest."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.models import short_name
from workbench.ui.embeddings.colours import group_colours
from workbench.ui.embeddings.neighbours.board import Board
from workbench.ui.embeddings.neighbours.model import KS, NeighboursModel, Ranking, Subject
from workbench.ui.support import figures
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import ElidedLabel, IconButton, button
from workbench.ui.support.plain_text import PlainText
from workbench.ui.support.shortcuts import on_keys
from workbench.ui.support.surfaces import CalmCombo, Ground
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, SEMIBOLD, Theme, follow
from workbench.ui.support.trouble_box import TroubleBox


class _Head(QWidget):
    """Over a ranking: its model, and what is the matter with it. Signals: retry_wanted, record_wanted (exchange id)."""

    retry_wanted = Signal()
    record_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel(theme, "", self, weight=SEMIBOLD)
        self.note = ElidedLabel(theme, "", self, size=CAPTION, role="muted")
        self.trouble = TroubleBox(theme, self)
        self.trouble.retry_wanted.connect(self.retry_wanted)
        self.trouble.record_wanted.connect(self.record_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for widget in (self.name, self.note, self.trouble):
            column.addWidget(widget)
        column.addStretch(1)

    @property
    def calm_height(self) -> int:
        """Without what is the matter: that may stand where the ranking would be."""
        note = 0 if self.note.isHidden() else GRID + self.note.sizeHint().height()
        return self.name.sizeHint().height() + note

    def show_ranking(self, ranking: Ranking) -> None:
        self.name.setText(ranking.title)
        told = []
        if ranking.column is None:
            told.append(self.tr("reranked"))
        if ranking.cost is not None and ranking.cost.usd is not None:
            told.append(
                figures.usd(ranking.cost.usd) if ranking.cost.charged else figures.about_usd(ranking.cost.usd)
            )
        if ranking.working:
            told.append(self.tr("looking…"))
        elif ranking.found is not None and not ranking.found.found:
            told.append(self.tr("nothing can be compared with this text"))
        self.note.setText(" · ".join(told))
        self.note.setVisible(bool(told))
        asked = ranking.column is None or ranking.column.own is None
        self.trouble.show_trouble(ranking.trouble, ranking.exchange_id, retryable=asked)


class NeighboursPage(QWidget):
    """Shows a NeighboursModel."""

    def __init__(self, theme: Theme, model: NeighboursModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._heads: list[_Head] = []
        self._build()
        self._connect()
        self._show_subject()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill()
        self.model.set_seen(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.model.set_seen(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_heads()

    def _build(self) -> None:
        theme = self._theme
        self.back = IconButton(theme, "arrow-left", self.tr("Back"))
        self.back.set_text(self.tr("Back"), self.tr("What was looked at before (Alt+Left)"))
        self.forth = IconButton(theme, "arrow-right", self.tr("Forward"))
        self.forth.set_text(self.tr("Forward"), self.tr("What was looked at after it (Alt+Right)"))
        self.query = QLineEdit()
        self.query.setPlaceholderText(self.tr("Type a question or a text, then Enter"))
        self.query.setAccessibleName(self.tr("Query"))
        self.query.setClearButtonEnabled(True)
        self.ask = button(self.tr("Find"), "primary")
        self.many = CalmCombo()
        self.many.setAccessibleName(self.tr("How many"))
        for k in KS:
            self.many.addItem(self.tr("%n nearest", "", k), k)
        self.reranker = CalmCombo()
        self.reranker.setAccessibleName(self.tr("Reranker"))
        self.reranker.setToolTip(self.tr("A model that orders what was found anew, as one more list"))
        self.reranker.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.reranker.setMinimumContentsLength(10)
        bar = Ground(theme, "bottom", "canvas")
        line = QHBoxLayout(bar)
        line.setContentsMargins(PADDING, GRID, PADDING, GRID)
        line.setSpacing(INSIDE)
        line.addWidget(self.back)
        line.addWidget(self.forth)
        line.addWidget(self.query, 3)
        line.addWidget(self.ask)
        line.addWidget(self.many)
        line.addWidget(self.reranker, 1)
        self.about = ElidedLabel(theme, "", size=CAPTION, role="muted")
        self.text = PlainText()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("Looked around from"))
        subject = QWidget()
        said = QVBoxLayout(subject)
        said.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        said.setSpacing(GRID)
        said.addWidget(self.about)
        said.addWidget(self.text)
        follow(self.text, theme, lambda: self.text.setFixedHeight(theme.px(68)))
        self._head = QWidget()
        self.board = Board(theme)
        self._inner = inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addWidget(self._head)
        column.addWidget(self.board, 1)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inner)
        self._scroll.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        full = QWidget()
        whole = QVBoxLayout(full)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(subject)
        whole.addWidget(self._scroll, 1)
        self._full = full
        self.blank = Blank(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.blank)
        self._stack.addWidget(full)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(bar)
        outer.addWidget(self._stack, 1)
        self.setFocusProxy(self.query)

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(self._show)
        model.subject_changed.connect(self._show_subject)
        for change in (model.shared.opened, model.shared.columns_changed):
            change.connect(self._fill)
        self.back.clicked.connect(model.go_back)
        self.forth.clicked.connect(model.go_on)
        self.query.returnPressed.connect(self._ask)
        self.ask.clicked.connect(self._ask)
        self.many.activated.connect(lambda place: model.set_k(self.many.itemData(place)))
        self.reranker.activated.connect(lambda place: model.set_reranker(self.reranker.itemData(place)))
        self.board.pointed.connect(model.select)
        self.board.followed.connect(model.follow)
        on_keys("Alt+Left", self, model.go_back)
        on_keys("Alt+Right", self, model.go_on)
        follow(self, self._theme, self._show)

    @Slot()
    def _ask(self) -> None:
        self.model.ask(self.query.text())

    @Slot()
    def _fill(self) -> None:
        if not self.isVisible():
            return
        model = self.model
        self.many.setCurrentIndex(self.many.findData(model.k))
        known = dict.fromkeys((*model.rerankers, *([model.reranker] if model.reranker else [])))
        self.reranker.clear()
        self.reranker.addItem(self.tr("No reranker"), "")
        for id in known:
            self.reranker.addItem(self.tr("Rerank by {0}").format(short_name(id)), id)
        self.reranker.setCurrentIndex(max(0, self.reranker.findData(model.reranker)))
        self.reranker.setVisible(bool(known))
        self._show()

    @Slot()
    def _show_subject(self) -> None:
        model, subject = self.model, self.model.subject
        if subject.row is None:
            about = self.tr("Query")
            if subject.query:
                self.query.setText(subject.query)
        else:
            row = model.shared.rows[subject.row]
            about = " · ".join(part for part in (row.id, row.label, row.language) if part)
            self.query.clear()
        self.about.setText(about)
        self.text.setPlainText(model.text)
        self.back.setEnabled(model.can_go_back)
        self.forth.setEnabled(model.can_go_on)

    @Slot()
    def _show(self) -> None:
        model, shared = self.model, self.model.shared
        rankings = model.rankings
        self._stack.setCurrentWidget(self._full if rankings else self.blank)
        if not rankings:
            self._say_nothing()
        names = list(dict.fromkeys(row.label for row in shared.rows if row.label))
        colours = dict(zip(names, group_colours(self._theme, len(names)), strict=True))
        while len(self._heads) < len(rankings):
            head, place = _Head(self._theme, self._inner), len(self._heads)
            head.retry_wanted.connect(partial(model.try_again, place))
            head.record_wanted.connect(shared.show_record)
            head.trouble.connection_wanted.connect(shared.connection_wanted)
            self._heads.append(head)
        for place, head in enumerate(self._heads):
            head.setVisible(place < len(rankings))
            if place < len(rankings):
                head.show_ranking(rankings[place])
        self.board.show_rankings(rankings, shared.rows, colours)
        self._place_heads()

    def _place_heads(self) -> None:
        """Each over its ranking; trouble hangs down into the room of the ranking that is not there."""
        shown = self._heads[: len(self.model.rankings)]
        width = self.board.width_of
        high = max((head.calm_height for head in shown), default=0)
        self._head.setFixedHeight(high)
        tall = [high if head.trouble.isHidden() else head.heightForWidth(width) for head in shown]
        self.board.set_least(max(tall, default=0) - high)
        for place, head in enumerate(shown):
            head.setGeometry(self.board.left_of(place), 0, width, tall[place])
            head.raise_()

    def _say_nothing(self) -> None:
        shared = self.model.shared
        if not shared.columns:
            what = self.tr("No vectors yet")
            why = self.tr(
                "Choose models at the right, then press Embed. Then you see what is nearest to a text."
            )
        elif not shared.chosen:
            what, why = self.tr("No model is compared"), self.tr("Tick one at the right.")
        elif self.model.subject == Subject():
            what = self.tr("What is near what?")
            why = self.tr(
                "Type a question above, or choose a text on another page: each model lists what it finds nearest, side by side."
            )
        else:
            what, why = self.tr("Looking…"), ""
        self.blank.say("text-search", "muted", what, why)
