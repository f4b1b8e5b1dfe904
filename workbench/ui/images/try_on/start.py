"""What stands where the pictures will be: what this is for, and examples that run at a click."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QWidget

from workbench.ui.images.try_on.examples import Example, drawn, examples
from workbench.ui.support.blank import Blank
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.theme import CARD_RADIUS, INSIDE, RADIUS, RELATED, SEMIBOLD, Theme, follow

_PICTURE = QSize(60, 80)


class ExampleTile(QAbstractButton):
    """Two little photos and what they are."""

    def __init__(self, theme: Theme, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.example = example
        self.setText(example.title)
        self.setAccessibleName(self.tr("Try it: {0}").format(example.title))
        self.setToolTip(self.tr("Takes both photos and runs both steps"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self, theme, self._dress)

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text())
        width = max(2 * _PICTURE.width() + INSIDE, words) + 2 * RELATED
        return QSize(width, _PICTURE.height() + self.fontMetrics().height() + INSIDE + 2 * RELATED)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        lit = self.hasFocus() or self.underMouse()
        painter.setPen(
            QPen(QColor(tokens.accent if self.hasFocus() else tokens.edge if lit else tokens.line), 1)
        )
        painter.setBrush(QColor(self._theme.hover("raised") if self.underMouse() else tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), CARD_RADIUS, CARD_RADIUS)
        left = (self.width() - 2 * _PICTURE.width() - INSIDE) // 2
        for place, name in enumerate((self.example.person, self.example.outfit)):
            box = QRect(
                left + place * (_PICTURE.width() + INSIDE), RELATED, _PICTURE.width(), _PICTURE.height()
            )
            self._draw(painter, name, QStyle.visualRect(self.layoutDirection(), self.rect(), box))
        painter.setPen(QColor(tokens.text))
        painter.setFont(self.font())
        words = QRect(0, RELATED + _PICTURE.height() + INSIDE, self.width(), self.fontMetrics().height())
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())

    def _draw(self, painter: QPainter, name: str, box: QRect) -> None:
        dpr = self.devicePixelRatioF()
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(box), RADIUS, RADIUS)
        painter.save()
        painter.setClipPath(clip)
        painter.drawImage(box, drawn(name, round(box.width() * dpr), round(box.height() * dpr)))
        painter.restore()

    def _dress(self) -> None:
        self.setFont(self._theme.font(weight=SEMIBOLD))
        self.updateGeometry()


class StartPage(Blank):
    """Signals: example_wanted (Example), files_wanted."""

    example_wanted = Signal(object)
    files_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.choose = self.offer(self.tr("Choose two photos…"), self.files_wanted.emit, "primary")
        self.row = QWidget(self)
        flow = FlowLayout(self.row, spacing=RELATED)
        self.tiles = [ExampleTile(theme, example, self.row) for example in examples()]
        for tile in self.tiles:
            tile.clicked.connect(lambda _=False, example=tile.example: self.example_wanted.emit(example))
            flow.addWidget(tile)
        self.column.addSpacing(RELATED)
        self.column.addWidget(self.row)

    def show_hint(self, empty: bool, running: bool, hindrance: str) -> None:
        """empty: there is not even a photo. running: step 1 is. hindrance: why nothing can be run yet."""
        if empty:
            self.say(
                "shirt",
                "muted",
                self.tr("See a person in another outfit"),
                self.tr(
                    "Photo A shows the person, photo B the outfit. Step 1 describes the outfit, step 2 makes the picture. "
                    "Drop your photos at the side, or try an example."
                ),
            )
        else:
            why = hindrance or self.tr("Press Ctrl+Enter to run both steps.")
            if running:
                why = self.tr("Step 1 is running: the outfit is being described.")
            self.say("images", "muted", self.tr("The pictures come here"), why)
        self.choose.setVisible(empty)
        self.row.setVisible(empty)
