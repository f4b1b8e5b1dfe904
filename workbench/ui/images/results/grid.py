"""The pictures of a grid: a table whose headers say the values, a page for each value of z."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QStyle, QTableView, QWidget

from workbench.ui.images.results import words
from workbench.ui.images.results.delegate import ResultDelegate
from workbench.ui.images.results.hands import Hands, drag
from workbench.ui.images.results.items import CellItems, MimeOf
from workbench.ui.images.results.layout import Layout
from workbench.ui.images.results.lines import wrapped
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.results.pictures import Pictures
from workbench.ui.images.results.ports import Actions
from workbench.ui.images.results.result import ratio_of
from workbench.ui.images.results.zoom import Zoom
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow
from workbench.ui.support.timers import once

_LEAST, _MOST = 40, 640
_FITTED_LEAST, _FITTED_MOST = 84, 320
_HEADER_LEAST, _HEADER_MOST = 56, 168


class ValueHeader(QHeaderView):
    """Says the values of one axis, in two lines at most, and stays in sight while the cells scroll."""

    def __init__(self, theme: Theme, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self._theme = theme
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(16)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme, tokens = self._theme, self._theme.tokens
        painter.save()
        painter.fillRect(rect, QColor(tokens.canvas))
        painter.setFont(theme.font(CAPTION + 1, SEMIBOLD))
        painter.setPen(QColor(tokens.text))
        text = str(self.model().headerData(section, self.orientation()) or "")
        across = self.orientation() is Qt.Orientation.Horizontal
        inside = rect.adjusted(GRID, 2, -GRID, -2)
        metrics = QFontMetrics(painter.font())
        lines = wrapped(text, metrics, inside.width(), max(1, min(2, inside.height() // metrics.height())))
        side = Qt.AlignmentFlag.AlignHCenter if across else Qt.AlignmentFlag.AlignRight
        align = QStyle.visualAlignment(self.layoutDirection(), side) | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inside, int(align), "\n".join(lines))
        painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self.viewport()).fillRect(self.viewport().rect(), QColor(self._theme.tokens.canvas))
        super().paintEvent(event)


class Corner(QWidget):
    """Where both headers meet: the names of the axes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._across = self._down = ""

    def say(self, across: str, down: str) -> None:
        self._across, self._down = across, down
        self.setToolTip("\n".join(part for part in (across, down) if part))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.canvas))
        painter.setFont(self._theme.font(CAPTION))
        painter.setPen(QColor(tokens.muted))
        metrics = QFontMetrics(painter.font())
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        inside = self.rect().adjusted(RELATED, GRID, -GRID, -2)
        for text, arrow, side, level in (
            (self._across, "←" if rtl else "→", Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignTop),
            (self._down, "↓", Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignBottom),
        ):
            if text:
                room = inside.width() - metrics.horizontalAdvance(f" {arrow}")
                text = f"{metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)} {arrow}"
                align = QStyle.visualAlignment(self.layoutDirection(), side)
                painter.drawText(inside, int(align | level), text)


class Grid(QTableView):
    """One page of a grid, cells of one size. Signals: page_changed."""

    page_changed = Signal()

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
        self._model = model
        self._pictures = pictures
        self.zoom = Zoom(_LEAST, _MOST, self)
        self.items = CellItems(model, mime_of, self)
        self.delegate = ResultDelegate(theme, model, self.items, pictures, captions=False, parent=self)
        self.across = ValueHeader(theme, Qt.Orientation.Horizontal, self)
        self.down = ValueHeader(theme, Qt.Orientation.Vertical, self)
        self.setHorizontalHeader(self.across)
        self.setVerticalHeader(self.down)
        self.across.setAccessibleName(self.tr("Values of the columns"))
        self.down.setAccessibleName(self.tr("Values of the rows"))
        self._corner = Corner(theme, self)
        self.setCornerWidget(QWidget(self))  # else the style draws a frame where the scroll bars meet
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(self.delegate)
        self.setAccessibleName(self.tr("Grid of this batch"))
        self.hands = Hands(theme, self, self.delegate, model, actions, self.zoom)
        self.setModel(self.items)
        self.hands.follow_selection()
        self._fitting = once(self, 0, self.fit)
        self.zoom.changed.connect(self._fit_soon)
        follow(self, theme, self._fit_soon)

    @property
    def grid(self) -> Layout | None:
        return self.items.grid

    @property
    def page(self) -> int:
        return self.items.page

    def show_grid(self, layout: Layout | None) -> None:
        """Another grid; one of the same shape keeps page, place and selection."""
        before = self.items.grid
        if layout is not None and before is not None and _shape(before) == _shape(layout):
            at = self.currentIndex()
            place = (at.row(), at.column())
            self.items.show_grid(layout, self.items.page)
            if at.isValid():
                self.setCurrentIndex(self.items.index(*place))
        else:
            self.items.show_grid(layout)
            self.zoom.fit()
        if layout is not None:
            self._corner.say(words.axis_name(layout.x), words.axis_name(layout.y) if layout.y else "")
        self.page_changed.emit()
        self._fit_soon()

    def show_page(self, page: int) -> None:
        """The same place on another page, so that two can be compared by going to and fro."""
        grid = self.items.grid
        if grid is None or not 0 <= page < len(grid.pages) or page == self.items.page:
            return
        at, across, down = (
            self.currentIndex(),
            self.horizontalScrollBar().value(),
            self.verticalScrollBar().value(),
        )
        place = (at.row(), at.column())
        self.items.show_grid(grid, page)
        if place[0] >= 0:
            self.setCurrentIndex(self.items.index(*place))
        self.horizontalScrollBar().setValue(across)
        self.verticalScrollBar().setValue(down)
        self.page_changed.emit()

    @Slot()
    def next_page(self) -> None:
        self.show_page(self.items.page + 1)

    @Slot()
    def previous_page(self) -> None:
        self.show_page(self.items.page - 1)

    def startDrag(self, supported: Qt.DropAction) -> None:
        drag(self, self._pictures)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._fit_soon()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        across, down = self.across.geometry(), self.down.geometry()
        self._corner.setGeometry(down.x(), across.y(), down.width(), across.height())

    @Slot()
    def fit(self) -> None:
        """Give the cells the size they should have now."""
        grid = self.items.grid
        if grid is None:
            return
        small = QFontMetrics(self._theme.font(CAPTION + 1, SEMIBOLD))
        names = QFontMetrics(self._theme.font(CAPTION))
        widest = (
            max((small.horizontalAdvance(words.value(grid.y.field, one)) for one in grid.y.values), default=0)
            if grid.y
            else 0
        )
        axes = [words.axis_name(grid.x), words.axis_name(grid.y) if grid.y else ""]
        widest = max(widest, *(names.horizontalAdvance(f"{name} →") for name in axes))
        beside = min(max(widest + RELATED + INSIDE, _HEADER_LEAST), self._theme.px(_HEADER_MOST))
        above = 2 * small.height() + INSIDE
        self.down.setFixedWidth(beside)
        self.across.setFixedHeight(above)
        ratio = self._ratio(grid)
        frame = 2 * self.delegate.gap
        room = self.contentsRect().size() - QSize(beside + 2, above + 2)
        if not self.zoom.width and room.width() > frame and room.height() > frame:
            wide = room.width() // len(grid.columns) - frame
            high = int((room.height() // len(grid.rows) - frame) * ratio)
            least, most = self._theme.px(_FITTED_LEAST), _FITTED_MOST
            self.zoom.chose(min(most, max(least, min(wide, high))))
        width = self.zoom.shown
        size = QSize(width + frame, round(width / ratio) + frame)
        self.delegate.size = size
        if (
            self.across.defaultSectionSize() != size.width()
            or self.down.defaultSectionSize() != size.height()
        ):
            middle = self.indexAt(self.viewport().rect().center())
            self.across.setDefaultSectionSize(size.width())
            self.down.setDefaultSectionSize(size.height())
            if middle.isValid():
                self.scrollTo(middle, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _ratio(self, grid: Layout) -> float:
        """The proportions of the cells: those of the pictures where all are alike, else square."""
        batch = self._model.batch
        ratios = {round(ratio_of(job.settings), 3) for job in self._model.jobs}
        if batch is None or len(ratios) != 1:
            return 1.0
        return min(2.0, max(0.5, ratios.pop()))

    @Slot()
    def _fit_soon(self) -> None:
        if not self._fitting.isActive():
            self._fitting.start()


def _shape(layout: Layout) -> tuple[object, ...]:
    return layout.x, layout.y, layout.z, len(layout.pages)
