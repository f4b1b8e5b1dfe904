"""What there is to say about an open route, above its canvas: how it was read, why it was not saved, who changed its file."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.ui.routes.open_route import OpenRoute
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import GRID, INSIDE, PADDING, Theme, follow

_SHOWN = 4


class Remarks(QWidget):
    """Hidden while there is nothing to say. Signals: reload_wanted, overwrite_wanted, save_as_wanted."""

    reload_wanted = Signal()
    overwrite_wanted = Signal()
    save_as_wanted = Signal()

    def __init__(self, theme: Theme, route: OpenRoute, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._route = route
        self._mark = QLabel(self)
        self.words = TextLabel(theme, "", self, wrap=True)
        self.reload = button(self.tr("Reload"), "", self)
        self.overwrite = button(self.tr("Save over it"), "", self)
        self.save_as = button(self.tr("Save as…"), "", self)
        self.close_button = IconButton(theme, "x", self.tr("Dismiss"), self)
        row = QHBoxLayout()
        row.setContentsMargins(PADDING, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark)
        row.addWidget(self.words, 1)
        for widget in (self.reload, self.overwrite, self.save_as, self.close_button):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        self.reload.clicked.connect(self.reload_wanted)
        self.overwrite.clicked.connect(self.overwrite_wanted)
        self.save_as.clicked.connect(self.save_as_wanted)
        self.close_button.clicked.connect(self._dismiss)
        route.changed.connect(self.refresh)
        follow(self, theme, self.refresh)

    @Slot()
    def refresh(self) -> None:
        route = self._route
        conflict = route.on_disk_changed
        problem = route.problem
        sentences: list[str] = []
        if problem is not None:
            sentences += [part for part in (problem.what, problem.why, problem.fix) if part]
        elif conflict:
            sentences.append(self.tr("Another program has changed or removed this route’s file."))
        else:
            sentences += route.remarks[:_SHOWN]
            if len(route.remarks) > _SHOWN:
                sentences.append(self.tr("And %n more.", "", len(route.remarks) - _SHOWN))
        bad = problem is not None
        self._mark.setPixmap(
            pixmap(
                self._theme,
                "circle-alert" if bad else "triangle-alert" if conflict else "info",
                "bad" if bad else "warn" if conflict else "muted",
            )
        )
        self.words.setText(" ".join(sentences) if bad or conflict else "\n".join(sentences))
        self.reload.setVisible(conflict)
        self.overwrite.setVisible(conflict)
        self.save_as.setVisible(bad or conflict)
        self.close_button.setVisible(not bad and not conflict)
        role = "bad" if bad else "warn" if conflict else "accent"
        self.setStyleSheet(f"Remarks {{ background: {self._theme.tint(role)}; }}")
        self.setVisible(bool(sentences))

    @Slot()
    def _dismiss(self) -> None:
        self._route.say()
