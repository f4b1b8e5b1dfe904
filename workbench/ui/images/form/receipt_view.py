"""The translation receipt: what each model does not get, or gets changed, before anything is sent."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.images.form.outlook import Receipt
from workbench.ui.images.form.words import changes_text, ltr
from workbench.ui.support.buttons import ElidedLabel, TextLabel
from workbench.ui.support.hindrance import Hindrance
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.surfaces import Ground, emptied
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme, follow

_TALLEST = 150


class ReceiptView(QWidget):
    """One line while folded; a line for each model, with all it does not get, when opened. Hidden when all is sent as wished."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._receipts: tuple[Receipt, ...] = ()
        self._mark = QLabel()
        self.line = ElidedLabel(theme, "", size=CAPTION + 1, role="muted")
        self.fold = QToolButton()
        self.fold.setCheckable(True)
        self.fold.setAccessibleName(self.tr("What each model does not get"))
        self.fold.setToolTip(self.tr("What each model does not get, or gets changed"))
        self.fold.toggled.connect(self._folded)
        head = QHBoxLayout()
        head.setSpacing(GRID + 2)
        head.addWidget(self._mark)
        head.addWidget(self.line, 1)
        head.addWidget(self.fold)
        inner = QWidget()
        self._lines = QVBoxLayout(inner)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(GRID)
        self.details = QScrollArea()
        self.details.setWidget(inner)
        self.details.setWidgetResizable(True)
        self.details.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.details.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        self._inner = inner
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self.details)
        self.details.hide()
        follow(self, theme, self._dress)
        self.hide()

    def show_receipts(self, receipts: tuple[Receipt, ...]) -> None:
        changed = tuple(receipt for receipt in receipts if receipt.changes)
        if changed == self._receipts:
            return
        self._receipts = changed
        self.setVisible(bool(changed))
        said = [
            self.tr("{0}: {1}").format(ltr(one.model.short_name), ", ".join(changes_text(one.changes)))
            for one in changed
        ]
        self.line.setText("; ".join(said))
        emptied(self._lines)
        for receipt in changed:
            name = TextLabel(self._theme, receipt.model.short_name, size=CAPTION + 1, weight=SEMIBOLD)
            words = "\n".join(changes_text(receipt.changes))
            self._lines.addWidget(name)
            self._lines.addWidget(TextLabel(self._theme, words, size=CAPTION + 1, role="muted", wrap=True))
        self._lines.addStretch(1)
        self._fit()

    def _folded(self, opened: bool) -> None:
        self.details.setVisible(opened)
        self._dress()
        self._fit()

    def _fit(self) -> None:
        if self.details.isVisibleTo(self):
            self._inner.adjustSize()
            wanted = self._inner.sizeHint().height() + 2
            self.details.setFixedHeight(min(self._theme.px(_TALLEST), wanted))

    def _dress(self) -> None:
        self._mark.setPixmap(pixmap(self._theme, "receipt", "warn"))
        set_icon(
            self.fold, self._theme, "chevron-down" if self.fold.isChecked() else "chevron-up", "muted", 14
        )


class Foot(Ground):
    """Always in sight: the receipt, the cost, why it cannot go on, and the button."""

    def __init__(self, theme: Theme, button: QAbstractButton, parent: QWidget | None = None) -> None:
        super().__init__(theme, "top", "surface", parent)
        self.receipt = ReceiptView(theme, self)
        self.total = TextLabel(theme, "", self, size=CAPTION + 1, role="muted", wrap=True)
        self.hindrance = Hindrance(theme, button, self, size=CAPTION + 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSIDE * 2, INSIDE + 2, INSIDE * 2, INSIDE * 2)
        column.setSpacing(INSIDE)
        for widget in (self.receipt, self.total, self.hindrance, button):
            column.addWidget(widget)
