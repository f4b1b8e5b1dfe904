"""The pictures of a batch as cards."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from workbench.ui.images.results.delegate import ResultDelegate
from workbench.ui.images.results.hands import Hands, drag
from workbench.ui.images.results.items import CardItems, MimeOf
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.results.pictures import Pictures
from workbench.ui.images.results.ports import Actions
from workbench.ui.images.results.zoom import Zoom
from workbench.ui.support.theme import GRID, Theme, follow
from workbench.ui.support.timers import once

_LEAST, _MOST = 96, 768
_USUAL = 208
"""As wide as a card is where not all fit at once."""


class Cards(QListView):
    """Cards in the proportions of the pictures, as large as lets all be seen, or as the user wants them."""

    def __init__(
        self,
        theme: Theme,
        model: ResultsModel,
        pictures: Pictures,
        actions: Actions,
        mime_of: MimeOf,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pictures = pictures
        self.zoom = Zoom(_LEAST, _MOST, self)
        self.items = CardItems(model, mime_of, self)
        self.delegate = ResultDelegate(theme, model, self.items, pictures, captions=True, parent=self)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(self.delegate)
        self.setAccessibleName(self.tr("Pictures of this batch"))
        self.setViewportMargins(GRID + 2, GRID, GRID + 2, GRID)
        self.hands = Hands(theme, self, self.delegate, model, actions, self.zoom)
        self.setModel(self.items)
        self.hands.follow_selection()
        self._fitting = once(self, 0, self.fit)
        for signal in (
            self.items.modelReset,
            self.items.rowsInserted,
            self.items.rowsRemoved,
            self.zoom.changed,
        ):
            signal.connect(self._fit_soon)
        self.items.dataChanged.connect(self._fit_soon)
        self._size = QSize()
        follow(self, theme, self._fit_soon)

    def startDrag(self, supported: Qt.DropAction) -> None:
        drag(self, self._pictures)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._fit_soon()

    @Slot()
    def fit(self) -> None:
        """Give the cards the size they should have now."""
        count = self.items.rowCount()
        frame = 2 * self.delegate.gap
        below = self.delegate.caption_height + frame
        ratio = self._ratio()
        room = self.contentsRect().size() - QSize(
            2 * (GRID + 2) + 2, 2 * GRID
        )  # 2: what Qt wants to be left over
        if not count or room.width() < frame or room.height() < below:
            return
        if self.zoom.width:
            width, scrolls = min(self.zoom.width, room.width() - frame), True
        else:
            width, scrolls = self._fitting_width(room, count, ratio, frame, below)
            self.zoom.chose(width)
        # Where all fit no scroll bar may come and take away the room that lets them fit.
        policies = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policies.ScrollBarAsNeeded if scrolls else policies.ScrollBarAlwaysOff
        )
        size = QSize(width + frame, round(width / ratio) + below)
        if size != self._size:
            self._size = size
            self.setGridSize(size)
            self.delegate.size = size
            self.doItemsLayout()

    def _fitting_width(
        self, room: QSize, count: int, ratio: float, frame: int, below: int
    ) -> tuple[int, bool]:
        """The widest that lets all be seen at once; where that would be too small, the usual width and a scroll bar."""
        best = 0
        for columns in range(1, min(count, 12) + 1):
            rows = math.ceil(count / columns)
            wide = room.width() // columns - frame
            high = (room.height() // rows - below) * ratio
            best = max(best, min(wide, int(high)))
        usual = self._theme.px(_USUAL)
        if best >= min(usual, room.width() - frame) * 0.75:
            return min(best, _MOST), False
        inner = room.width() - self.verticalScrollBar().sizeHint().width() - 1
        columns = max(1, inner // (usual + frame))
        return inner // columns - frame, True

    def _ratio(self) -> float:
        """The proportions most of the pictures have, so that most cards have no empty edge."""
        counted: dict[float, int] = {}
        for result in self.items.results:
            ratio = round(min(2.0, max(0.5, result.ratio)), 3)
            counted[ratio] = counted.get(ratio, 0) + 1
        return max(counted, key=lambda one: counted[one], default=1.0)

    @Slot()
    def _fit_soon(self) -> None:
        if not self._fitting.isActive():
            self._fitting.start()
