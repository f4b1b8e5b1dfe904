"""The head of the table: each take's model and how well, how fast and how dear it heard."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QPointF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.domain.speech.takes import Take
from workbench.services.speech.comparison import Score
from workbench.ui.speech.transcript.compare.model import CompareModel
from workbench.ui.speech.transcript.compare.table import CompareTable
from workbench.ui.speech.words import cost, ltr
from workbench.ui.support import figures
from workbench.ui.support.buttons import ElidedLabel, TextLabel
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import CAPTION, INSIDE, RELATED, SEMIBOLD, Theme


class ScoreCard(QWidget):
    """One take. best: of the error rates, where there are several to compare."""

    def __init__(
        self, theme: Theme, series: int, take: Take, title: str, score: Score, best: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme, self._series = theme, series
        self._dot = QLabel(self)
        self.name = ElidedLabel(theme, title, self, weight=SEMIBOLD)
        self.rates = ElidedLabel(theme, self._rates(score), self, size=CAPTION)
        self.rates.set_role("good" if best else "")
        self.costs = ElidedLabel(theme, self._costs(score), self, size=CAPTION, role="muted")
        said = QVBoxLayout()
        said.setSpacing(2)
        for widget in (self.name, self.rates, self.costs):
            said.addWidget(widget)
            widget.setVisible(bool(widget.text()))
        row = QHBoxLayout(self)
        row.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE)
        row.setSpacing(INSIDE)
        row.addWidget(self._dot, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        self.setToolTip("\n".join((take.model, *self._explained(score))))
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{self.rates.text()} {self.costs.text()}".strip())
        self._dot.setPixmap(self._drawn())

    def _explained(self, score: Score) -> list[str]:
        said = []
        if score.words is not None:
            said.append(
                self.tr(
                    "WER and CER: how many words, and characters, were put in, left out or changed, as a share of those"
                    " in the reference. Case and punctuation do not count."
                )
            )
        if score.real_time is not None:
            said.append(
                self.tr("Real time: seconds of work for a second of sound; below 1 is faster than speech.")
            )
        return said

    def _rates(self, score: Score) -> str:
        if score.words is None or score.words.rate is None:
            return ""
        said = self.tr("WER {0}").format(_share(score.words.rate))
        if score.characters is not None and score.characters.rate is not None:
            said += " · " + self.tr("CER {0}").format(_share(score.characters.rate))
        return ltr(said)

    def _costs(self, score: Score) -> str:
        parts = []
        if score.real_time is not None:
            factor = QLocale().toString(float(score.real_time), "f", 2 if score.real_time >= 0.095 else 3)
            parts.append(self.tr("{0} × real time").format(factor))
        parts.append(cost(score.cost))
        said = " · ".join(part for part in parts if part)
        return ltr(said) if said else ""

    def _drawn(self) -> QPixmap:
        """A dot in the colour that the take's differences have."""
        series, side = self._theme.tokens.series, self._theme.px(18)
        ratio = self.devicePixelRatioF()
        made = QPixmap(round(8 * ratio), round(side * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(series[self._series % len(series)]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(4, side / 2), 4, 4)
        painter.end()
        return made


class ScoreRow(Ground):
    """Keeps each card above its column."""

    def __init__(self, theme: Theme, model: CompareModel, table: CompareTable, parent: QWidget) -> None:
        super().__init__(theme, "bottom", "surface", parent)
        self._theme, self._model, self._table = theme, model, table
        self.cards: list[ScoreCard] = []
        self._reference = TextLabel(theme, self.tr("Reference"), self, weight=SEMIBOLD)
        model.changed.connect(self.refresh)
        table.columns_moved.connect(self.place)
        theme.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        for card in self.cards:
            card.hide()
            card.deleteLater()
        model = self._model
        scores = model.comparison.scores if model.comparison is not None else ()
        rates = [score.words.rate for score in scores if score.words and score.words.rate is not None]
        least = min(rates) if len(rates) > 1 and min(rates) < max(rates) else None
        self.cards = [
            ScoreCard(
                self._theme,
                series,
                take,
                title,
                score,
                least is not None and score.words is not None and score.words.rate == least,
                self,
            )
            for series, (take, title, score) in enumerate(
                zip(model.takes, model.titles, scores, strict=True) if scores else ()
            )
        ]
        self._reference.setVisible(model.by_reference)
        for card in self.cards:
            card.show()
        self.place()

    @Slot()
    def place(self) -> None:
        table = self._table
        lead = table.rows.lead
        tallest = 0
        for card in self.cards:
            layout = card.layout()
            assert layout is not None
            layout.activate()
            tallest = max(tallest, layout.totalSizeHint().height())
        shift = 0
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            shift = self.width() - table.viewport().width()
        for column, card in enumerate(self.cards, lead):
            card.setGeometry(
                table.columnViewportPosition(column) + shift, 0, table.columnWidth(column), tallest
            )
        if self._model.by_reference:
            x = table.columnViewportPosition(1) + shift + RELATED
            self._reference.setGeometry(
                x, INSIDE, table.columnWidth(1) - 2 * RELATED, self._reference.sizeHint().height()
            )
        self.setFixedHeight(tallest + 1)


def _share(of: float) -> str:
    """In one piece, where lines break."""
    return figures.percent(of).replace(" ", "\u00a0")
