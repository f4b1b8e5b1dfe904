"""What the colours of the map mean; groups can be left out here."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from workbench.domain.embeddings.maps import STEPS, ColourBy, Colouring
from workbench.domain.embeddings.measures import Measure
from workbench.ui.embeddings.colours import closeness_colours
from workbench.ui.embeddings.map.model import MapModel
from workbench.ui.embeddings.map.painting import Palette
from workbench.ui.embeddings.map.shapes import paint_sign
from workbench.ui.embeddings.map.words import group_name
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.figures import count
from workbench.ui.support.surfaces import emptied, small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme, follow


class Sign(QWidget):
    """The sign of a group."""

    def __init__(self, theme: Theme, shape: int, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._shape, self._colour = theme, shape, colour
        self.setFixedSize(QSize(16, 16))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_sign(painter, self._shape, QPointF(8, 8), 5.5, self._colour, self._theme.tokens.surface)


class Scale(QWidget):
    """From far to close, with the scores at its ends. It runs from left to right in every language."""

    def __init__(self, theme: Theme, least: float, most: float, measure: Measure, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        far, close = (least, most) if measure.higher_is_closer else (most, least)
        self._ends = [QLocale().toString(value, "f", 3) for value in (far, close)]
        self.setAccessibleName(self.tr("From {0}, far, to {1}, close").format(*self._ends))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

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


class GroupRow(QWidget):
    """A group: shown or not, its sign, its name, how many. Signals: toggled (shown), only_wanted, select_wanted."""

    toggled = Signal(bool)
    only_wanted = Signal()
    select_wanted = Signal()

    def __init__(self, theme: Theme, sign: Sign, name: str, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QCheckBox(self)
        self.box.setAccessibleName(self.tr("{0}: {1} texts").format(name, count(size)))
        self.box.setToolTip(self.tr("Show or leave out {0}").format(name))
        label = ElidedLabel(theme, name, self)
        number = TextLabel(theme, count(size), self, size=CAPTION, role="muted")
        self.only = small(IconButton(theme, "eye", self.tr("Show only {0}").format(name), self))
        self.select = small(IconButton(theme, "square-dashed", self.tr("Select {0}").format(name), self))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.box)
        row.addWidget(sign)
        row.addWidget(label, 1)
        row.addWidget(number)
        row.addWidget(self.only)
        row.addWidget(self.select)
        self.box.toggled.connect(self.toggled)
        self.only.clicked.connect(self.only_wanted)
        self.select.clicked.connect(self.select_wanted)


class Legend(QWidget):
    """Shows the colours of a MapModel."""

    def __init__(self, theme: Theme, model: MapModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._of: object = None
        self.groups: list[GroupRow] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(GRID)
        model.drawn.connect(self.show_colours)
        model.changed.connect(self.show_colours)
        follow(self, theme, self._dress)

    def _dress(self) -> None:
        self._of = None
        self.show_colours()

    @Slot()
    def show_colours(self) -> None:
        colours = self._model.colours
        now = (colours, self._model.shared.measure, self._model.needs_row)
        if now != self._of:
            self._of = now
            self._make(colours)
        for group, row in enumerate(self.groups):
            row.box.blockSignals(True)
            row.box.setChecked(group not in self._model.hidden)
            row.box.blockSignals(False)
        if self.groups:
            self.all.setVisible(bool(self._model.hidden))

    def _make(self, colours: Colouring | None) -> None:
        emptied(self._rows)
        self.groups = []
        if self._model.needs_row:
            words = self.tr("Choose a text on the map, or type one above, to see what is like it.")
            self._rows.addWidget(TextLabel(self._theme, words, self, role="muted", wrap=True))
        elif colours is None or colours.by is ColourBy.NOTHING:
            return
        elif colours.by is ColourBy.LIKENESS:
            self._rows.addWidget(
                Scale(self._theme, colours.least, colours.most, self._model.shared.measure, self)
            )
        else:
            self._make_groups(colours)

    def _make_groups(self, colours: Colouring) -> None:
        palette = Palette.of(self._theme, colours)
        for group, size in enumerate(colours.sizes):
            sign = Sign(self._theme, palette.shapes[group], palette.names[group], self)
            row = GroupRow(self._theme, sign, group_name(colours, group), size, self)
            row.toggled.connect(lambda shown, group=group: self._model.show_group(group, shown))
            row.only_wanted.connect(lambda group=group: self._model.show_only(group))
            row.select_wanted.connect(lambda group=group: self._model.select_group(group))
            self.groups.append(row)
            self._rows.addWidget(row)
        self.all = button(self.tr("Show all groups"), "quiet", self)
        self.all.clicked.connect(lambda: self._model.show_only(None))
        self.all.hide()
        self._rows.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeading)
        self._rows.setSpacing(INSIDE // 2)
