"""What the linter says of what is selected, each with the edits that put it right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.domain.routes.findings import Finding, Fix, Severity
from workbench.ui.routes.document import RouteDocument
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.surfaces import column_of, emptied
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RADIUS, Theme, follow

LOOKS = {
    Severity.ERROR: ("circle-x", "bad"),
    Severity.WARNING: ("triangle-alert", "warn"),
    Severity.INFO: ("info", "accent"),
}
_FIXES = 3


class FindingCard(QWidget):
    def __init__(
        self, theme: Theme, document: RouteDocument, finding: Finding, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document = document
        self._finding = finding
        self._icon, self._role = LOOKS[finding.severity]
        words = {
            Severity.ERROR: self.tr("Error"),
            Severity.WARNING: self.tr("Warning"),
            Severity.INFO: self.tr("Note"),
        }
        self.setAccessibleName(f"{words[finding.severity]}: {finding.what}")
        self._mark = QLabel(self)
        self._mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._mark.setToolTip(words[finding.severity])
        inner = QVBoxLayout()
        inner.setSpacing(GRID)
        inner.addWidget(TextLabel(theme, finding.what, self, wrap=True))
        if finding.why:
            inner.addWidget(TextLabel(theme, finding.why, self, size=CAPTION + 1, role="muted", wrap=True))
        self.fixes = [self._fix_button(place, fix) for place, fix in enumerate(finding.fixes[:_FIXES])]
        for made in self.fixes:
            row = QHBoxLayout()
            row.addWidget(made)
            row.addStretch(1)
            inner.addLayout(row)
        row = QHBoxLayout(self)
        row.setContentsMargins(INSIDE, INSIDE, INSIDE, INSIDE)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark)
        row.addLayout(inner, 1)
        follow(self, theme, self._dress)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint(self._role, "surface")))
        painter.drawRoundedRect(self.rect(), RADIUS, RADIUS)

    def _fix_button(self, place: int, fix: Fix) -> QPushButton:
        made = button(fix.title, "", self)
        made.setToolTip(fix.title)
        made.setAccessibleDescription(self._finding.what)
        made.setMinimumWidth(0)
        made.clicked.connect(lambda: self._fix(place))
        return made

    def _fix(self, place: int) -> None:
        """The finding may be of an earlier route; its fix has to be of this one."""
        now = next((one for one in self._document.findings if one == self._finding), None)
        if now is not None and place < len(now.fixes):
            self._document.edit(now.fixes[place].title, now.fixes[place].apply(self._document.route))

    def _dress(self) -> None:
        self._mark.setPixmap(pixmap(self._theme, self._icon, self._role))


class FindingList(QWidget):
    """Hidden while there is nothing to say. Signals: rebuilt (there are other cards now)."""

    rebuilt = Signal()

    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document = document
        self._shown: tuple[Finding, ...] = ()
        self.cards: list[FindingCard] = []
        self._column = column_of(self, spacing=INSIDE)
        self.hide()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """A fix is for the very route its finding is about, so cards are new for new findings."""
        found = tuple(findings)
        if len(found) == len(self._shown) and all(a is b for a, b in zip(found, self._shown, strict=True)):
            return
        self._shown = found
        emptied(self._column)
        self.cards = [FindingCard(self._theme, self._document, finding, self) for finding in found]
        for card in self.cards:
            self._column.addWidget(card)
        self.setVisible(bool(found))
        self.rebuilt.emit()


def _titles(findings: Sequence[Finding]) -> list[list[str]]:
    return [[fix.title for fix in finding.fixes] for finding in findings]
