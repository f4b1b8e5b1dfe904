"""Fields for numbers: one, or a median with what 95 of 100 stay below."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from workbench.services.route_odds import Histogram, LogNormal
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.figures import count
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme

MOST = 1e9


class Number(QDoubleSpinBox):
    """As many decimals as are needed; says a new value when it is typed in full."""

    def __init__(
        self,
        name: str,
        unit: str = "",
        parent: QWidget | None = None,
        *,
        decimals: int = 0,
        most: float = MOST,
    ) -> None:
        super().__init__(parent)
        self.setDecimals(decimals)
        self.setRange(0, most)
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(GRID + 2, 0, GRID, 0)  # a spin box leaves none of the style's padding
        self.setAccessibleName(name)
        if unit:
            self.setSuffix(f" {unit}")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)

    def textFromValue(self, value: float) -> str:
        text = super().textFromValue(value)
        point = QLocale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text

    def wheelEvent(self, event: object) -> None:
        """The wheel moves the form."""
        event.ignore()  # type: ignore[attr-defined]  # a QWheelEvent

    def show_value(self, value: float) -> None:
        with QSignalBlocker(self):
            self.setValue(value)


def caption(theme: Theme, words: str, buddy: QWidget, parent: QWidget | None = None) -> TextLabel:
    """The label over a field."""
    made = TextLabel(theme, words, parent, size=CAPTION, role="muted")
    made.setBuddy(buddy)
    return made


class Spread(QWidget):
    """How long something is: its median and 95th percentile. Signals: changed (LogNormal)."""

    changed = Signal(object)

    def __init__(self, theme: Theme, name: str, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.median = Number(self.tr("{0}: half have up to").format(name), unit, self)
        self.p95 = Number(self.tr("{0}: 95 % have up to").format(name), unit, self)
        self._note = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self._note.hide()
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        for words, field in ((self.tr("half up to"), self.median), (self.tr("95 % up to"), self.p95)):
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(caption(theme, words, field, self))
            column.addWidget(field)
            row.addLayout(column, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GRID)
        if name:
            whole.addWidget(TextLabel(theme, name, self, weight=SEMIBOLD, size=CAPTION + 1))
        whole.addLayout(row)
        whole.addWidget(self._note)
        self.median.valueChanged.connect(self._median_changed)
        self.p95.valueChanged.connect(self._p95_changed)

    def show_lengths(self, lengths: LogNormal | Histogram) -> None:
        if isinstance(lengths, Histogram):
            words = self.tr(
                "A histogram in %n steps, {0} on average; a number here takes its place.",
                "",
                len(lengths.bins),
            )
            self._note.setText(words.format(count(round(lengths.mean))))
            self.median.show_value(0)
            self.p95.show_value(0)
        else:
            self.median.show_value(lengths.median)
            self.p95.show_value(lengths.p95)
        self._note.setVisible(isinstance(lengths, Histogram))

    @Slot(float)
    def _median_changed(self, median: float) -> None:
        self.p95.show_value(max(median, self.p95.value()) if median else 0)
        self._say()

    @Slot(float)
    def _p95_changed(self, p95: float) -> None:
        if p95 < self.median.value() or not self.median.value():
            self.median.show_value(p95)
        self._say()

    def _say(self) -> None:
        self.changed.emit(LogNormal(self.median.value(), self.p95.value()))
