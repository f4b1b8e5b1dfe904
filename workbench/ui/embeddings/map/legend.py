"""What the colours of the map mean; groups can be left out here."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.embeddings.maps import STEPS, ColourBy, Colouring
from workbench.domain.embeddings.measures import Measure
from workbench.domain.resources import resource
from workbench.ui.embeddings.colours import closeness_colours
from workbench.ui.embeddings.map.model import MapModel
from workbench.ui.embeddings.map.painting import Palette
from workbench.ui.embeddings.map.shapes import sprite
from workbench.ui.embeddings.map.words import group_name
from workbench.ui.embeddings.numbers import number
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.figures import count
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme, follow

Index = QModelIndex | QPersistentModelIndex
_OWN, _END = "\u2068", "\u2069"
_SHOWN_ROWS = 6
"""Groups that are in sight even where there is little room."""


class Scale(QWidget):
    """From far to close, with the scores at its ends. It runs from left to right in every language."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ends = ["", ""]
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def take(self, least: float, most: float, measure: Measure) -> None:
        far, close = (least, most) if measure.higher_is_closer else (most, least)
        self._ends = [number(value) for value in (far, close)]
        self.setAccessibleName(self.tr("From {0}, far, to {1}, close").format(*self._ends))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        bar = QRectF(0, 0, self.width(), theme.px(12))
        ramp = QLinearGradient(bar.topLeft(), bar.topRight())
        colours = closeness_colours(theme, STEPS)
        for step, colour in enumerate(colours):
            ramp.setColorAt(step / (STEPS - 1), colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.tokens.line))
        painter.setBrush(ramp)
        painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setFont(theme.font(CAPTION))
        painter.setPen(QColor(theme.tokens.muted))
        below = QRectF(0, bar.bottom() + 2, self.width(), self.height() - bar.bottom() - 2)
        for text, side in zip(
            self._ends, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True
        ):
            painter.drawText(below, int(side | Qt.AlignmentFlag.AlignTop), text)


class Groups(QAbstractListModel):
    """The groups of a colouring, each shown or not. Signals: toggled (group, shown)."""

    toggled = Signal(int, bool)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._colours: Colouring | None = None
        self._palette: Palette | None = None
        self._hidden: frozenset[int] = frozenset()

    def take(self, colours: Colouring) -> None:
        self.beginResetModel()
        self._colours, self._palette = colours, Palette.of(self._theme, colours)
        self.endResetModel()

    def hide(self, hidden: frozenset[int]) -> None:
        if hidden != self._hidden:
            self._hidden = hidden
            self.dataChanged.emit(self.index(0), self.index(max(0, self.rowCount() - 1)))

    def size(self, group: int) -> int:
        return self._colours.sizes[group] if self._colours is not None else 0

    def rowCount(self, parent: Index | None = None) -> int:
        if self._colours is None or (parent is not None and parent.isValid()):
            return 0
        return self._colours.count

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._colours is None or self._palette is None or not index.isValid():
            return None
        group = index.row()
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return group_name(self._colours, group)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.tr("{0}: {1} texts").format(
                    group_name(self._colours, group), count(self.size(group))
                )
            case Qt.ItemDataRole.DecorationRole:
                shape, colour = self._palette.shapes[group], self._palette.names[group]
                return sprite(shape, colour, self._theme.tokens.surface, 5.5, _sharpness(self.parent()))
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Unchecked if group in self._hidden else Qt.CheckState.Checked
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.toggled.emit(index.row(), Qt.CheckState(value) is Qt.CheckState.Checked)
        return True


class _GroupDelegate(QStyledItemDelegate):
    """How many there are stands at the end of the line. A name is written in its own direction."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.text = f"{_OWN}{option.text}{_END}"

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        groups = index.model()
        assert isinstance(groups, Groups)
        number, font = count(groups.size(index.row())), self._theme.font(CAPTION)
        wide = QFontMetrics(font).horizontalAdvance(number) + INSIDE
        inner, whole = QStyleOptionViewItem(option), QRect(option.rect)
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        inner.rect = whole.adjusted(wide, 0, 0, 0) if rtl else whole.adjusted(0, 0, -wide, 0)
        super().paint(painter, inner, index)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(self._theme.tokens.muted))
        side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        painter.drawText(
            whole.adjusted(GRID, 0, -GRID, 0),
            int(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter),
            number,
        )
        painter.restore()


class Legend(QWidget):
    """Shows the colours of a MapModel. What is done to a group is done to the one that the list is at."""

    def __init__(self, theme: Theme, model: MapModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._of: object = None
        self.groups = Groups(theme, self)
        self.list = QListView(self)
        self.list.setModel(self.groups)
        self.list.setItemDelegate(_GroupDelegate(theme, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Groups"))
        self.only = button(self.tr("Only it"), "quiet", self)
        self.only.setToolTip(self.tr("Show the group that the list is at, and no other (Enter)"))
        self.select = button(self.tr("Select it"), "quiet", self)
        self.select.setToolTip(self.tr("Select the texts of the group that the list is at"))
        self.all = button(self.tr("All"), "quiet", self)
        self.all.setAccessibleName(self.tr("Show all groups"))
        self.all.setToolTip(self.tr("Show all groups again"))
        self.hint = TextLabel(theme, "", self, role="muted", wrap=True)
        self.scale = Scale(theme, self)
        self._acts = QWidget(self)
        acts = FlowLayout(self._acts, spacing=GRID)
        for act in (self.only, self.select, self.all):
            acts.addWidget(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for widget in (self.hint, self.scale):
            column.addWidget(widget)
        column.addWidget(self.list, 1000)
        column.addWidget(self._acts)
        column.addStretch(1)
        self.groups.toggled.connect(model.show_group)
        self.list.activated.connect(self._show_only)
        self.only.clicked.connect(self._show_only)
        self.select.clicked.connect(lambda: model.select_group(self.current))
        self.all.clicked.connect(lambda: model.show_only(None))
        model.drawn.connect(self.show_colours)
        model.changed.connect(self.show_colours)
        follow(self, theme, self._dress)

    @property
    def current(self) -> int:
        """The group that the list is at."""
        return max(0, self.list.currentIndex().row())

    @Slot()
    def show_colours(self) -> None:
        model, colours = self._model, self._model.colours
        now = (colours, model.shared.measure, model.needs_row)
        grouped = colours is not None and colours.by not in (ColourBy.LIKENESS, ColourBy.NOTHING)
        if now != self._of:
            self._of = now
            self.hint.setText(
                self.tr("Choose a text on the map, or type one above, to see what is like it.")
                if model.needs_row
                else ""
            )
            self.hint.setVisible(model.needs_row)
            self.scale.setVisible(colours is not None and colours.by is ColourBy.LIKENESS)
            self.list.setVisible(grouped)
            self._acts.setVisible(grouped)
            if colours is not None and colours.by is ColourBy.LIKENESS:
                self.scale.take(colours.least, colours.most, model.shared.measure)
            elif grouped and colours is not None:
                self.groups.take(colours)
                line = self.list.sizeHintForRow(0)
                self.list.setMinimumHeight(min(colours.count, _SHOWN_ROWS) * line)
                self.list.setMaximumHeight(colours.count * line + 2)
        self.groups.hide(model.hidden)
        self.all.setEnabled(bool(model.hidden))

    def _dress(self) -> None:
        tokens, box = self._theme.tokens, self._theme.px(14)
        check = resource(f"stylesheet/check-{'dark' if self._theme.dark else 'light'}.svg").as_posix()
        self.list.setStyleSheet(
            f"QListView::indicator {{ width: {box}px; height: {box}px; border: 1px solid {tokens.edge};"
            f" border-radius: 4px; background: {tokens.canvas}; }}"
            f" QListView::indicator:checked {{ background: {tokens.accent}; border-color: {tokens.accent};"
            f' image: url("{check}"); }}'
        )
        self._of = None
        self.show_colours()

    @Slot()
    def _show_only(self) -> None:
        self._model.show_only(self.current)


def _sharpness(widget: object) -> float:
    return widget.devicePixelRatioF() if isinstance(widget, QWidget) else 1.0
