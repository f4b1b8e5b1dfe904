"""The shortcuts sheet (Ctrl+/ or F1): drawn from the commands there are, so it cannot be out of date."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from workbench.ui.shell.overlay import Overlay
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.commands import Command, CommandRegistry
from workbench.ui.support.shortcuts import spelled
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    GROUPS,
    INSIDE,
    PADDING,
    SECTION,
    SEMIBOLD,
    Theme,
    follow,
)

_WIDTH = 880


class ShortcutsSheet(Overlay):
    """All shortcuts by group, and the way to what the program says of itself."""

    def __init__(self, theme: Theme, registry: CommandRegistry, window: QWidget) -> None:
        super().__init__(theme, window, width=_WIDTH)
        self._registry = registry
        self.setAccessibleName(self.tr("Keyboard shortcuts"))
        top = QHBoxLayout()
        top.setContentsMargins(GROUPS, PADDING, PADDING, INSIDE)
        top.addWidget(
            TextLabel(theme, self.tr("Keyboard shortcuts"), self.card, size=SECTION, weight=SEMIBOLD)
        )
        top.addStretch(1)
        self.about = button(self.tr("About AI Workbench"), "quiet", self.card)
        self.about.clicked.connect(self._open_about)
        top.addWidget(self.about)
        self._close = IconButton(theme, "x", self.tr("Close"), self.card)
        self._close.clicked.connect(self.dismiss)
        top.addWidget(self._close)
        self._area = QScrollArea(self.card)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.viewport().setAutoFillBackground(False)
        self.body.addLayout(top)
        self.body.addWidget(self._area, 1)

    def open(self) -> None:
        self._show_sheet(columns=2)
        super().open()
        sheet = self._area.widget()
        if sheet is not None and sheet.minimumSizeHint().width() > self._area.viewport().width():
            self._show_sheet(columns=1)
        self._close.setFocus(Qt.FocusReason.PopupFocusReason)

    def _show_sheet(self, columns: int) -> None:
        sheet = self._sheet(columns)
        self._area.setWidget(sheet)
        sheet.setAutoFillBackground(False)  # which setWidget has switched on
        sheet.show()

    def _open_about(self) -> None:
        self.dismiss()
        self._registry.run("open.about")

    def preferred_height(self) -> int:
        sheet = self._area.widget()
        inner = sheet.sizeHint().height() if sheet is not None else 0
        return inner + self.theme.px(SECTION) + 3 * PADDING + GRID

    def _sheet(self, columns: int) -> QWidget:
        sheet = QWidget()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(GROUPS, INSIDE, GROUPS, GROUPS)
        row.setSpacing(2 * GROUPS)
        sides = [QVBoxLayout() for _ in range(columns)]
        lengths = [0] * columns
        for group, commands in self._groups().items():
            shorter = lengths.index(min(lengths))
            sides[shorter].addWidget(self._block(group, commands, sheet))
            lengths[shorter] += len(commands) + 2
        for side in sides:
            side.setSpacing(GROUPS)
            side.addStretch(1)
            row.addLayout(side, 1)
        return sheet

    def _groups(self) -> dict[str, list[Command]]:
        groups: dict[str, list[Command]] = {}
        for command in self._registry.all():
            if command.shortcut:
                groups.setdefault(command.group or self.tr("Window"), []).append(command)
        return groups

    def _block(self, group: str, commands: list[Command], parent: QWidget) -> QWidget:
        block = QWidget(parent)
        grid = QGridLayout(block)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(INSIDE)
        grid.setColumnStretch(0, 1)
        grid.addWidget(TextLabel(self.theme, group, block, weight=SEMIBOLD), 0, 0, 1, 2)
        for row, command in enumerate(commands, start=1):
            grid.addWidget(TextLabel(self.theme, command.title, block), row, 0)
            keys = QHBoxLayout()
            keys.setSpacing(GRID)
            keys.addStretch(1)
            for sequence in command.shortcuts:
                keys.addWidget(self._cap(sequence, block))
            grid.addLayout(keys, row, 1)
        return block

    def _cap(self, keys: QKeySequence, parent: QWidget) -> QLabel:
        cap = TextLabel(self.theme, spelled(keys), parent, size=CAPTION)
        cap.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        tokens = self.theme.tokens
        follow(
            cap,
            self.theme,
            lambda: cap.setStyleSheet(
                f"background: {tokens.surface}; border: 1px solid {tokens.line}; border-radius: 4px; padding: 1px 6px;"
            ),
            key="cap",
        )
        return cap
