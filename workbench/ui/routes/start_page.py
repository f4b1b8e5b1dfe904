"""What the routes tab shows while no route is open: what a route is, routes to begin with, files of late."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.domain.routes.keeping import RecentFile
from workbench.domain.routes.starters import STARTERS, Starter
from workbench.ui.routes.thumbnail import Thumbnail
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import (
    CARD_RADIUS,
    GRID,
    GROUPS,
    INSIDE,
    RELATED,
    SECTION,
    SEMIBOLD,
    TITLE,
    Theme,
    follow,
)

_CARD, _WIDE = 232, 1020
_FILES = 8


def starter_words(id: str) -> tuple[str, str]:
    """Title of a starter, and what it is for."""
    tr = QCoreApplication.translate
    words = {
        "plan-tiers": (
            tr("Starters", "Plans"),
            tr("Starters", "Paying users get the large model, free ones a small one with a limit."),
        ),
        "ab-test": (
            tr("Starters", "A/B test"),
            tr("Starters", "Half of the requests to each of two models, to compare them."),
        ),
        "fallback-chain": (
            tr("Starters", "Fallback chain"),
            tr("Starters", "When one model fails or takes too long, the next one answers."),
        ),
        "geography": (
            tr("Starters", "Geography"),
            tr("Starters", "A model for each part of the world, by the country of the caller."),
        ),
        "budget-guard": (
            tr("Starters", "Budget guard"),
            tr("Starters", "A budget for each user and day; then a cheap model takes over."),
        ),
        "long-prompts": (
            tr("Starters", "Long prompts"),
            tr("Starters", "Long prompts go to a model with a large context."),
        ),
        "vision": (
            tr("Starters", "Pictures"),
            tr("Starters", "Requests with a picture go to a model that sees."),
        ),
        "sticky-canary": (
            tr("Starters", "Sticky canary"),
            tr("Starters", "Five of a hundred users try the new model, always the same ones."),
        ),
    }
    return words.get(id, (id, ""))


class StartPage(QScrollArea):
    """Signals: new_wanted, open_wanted, paste_wanted; starter_chosen (Starter); file_chosen (Path)."""

    new_wanted = Signal()
    open_wanted = Signal()
    paste_wanted = Signal()
    starter_chosen = Signal(object)
    file_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.new = button(self.tr("New route"), "primary")
        self.open = button(self.tr("Open…"))
        self.paste = button(self.tr("Paste a route"))
        self.cards: list[StarterCard] = []
        self._grid = QGridLayout()
        self._files = QVBoxLayout()
        self._files_title = TextLabel(theme, self.tr("Files of late"), size=SECTION, weight=SEMIBOLD)
        self._build()
        self.show_files(())

    def show_files(self, files: Sequence[RecentFile]) -> None:
        emptied(self._files)
        shown = [file for file in files if file.there][:_FILES]
        self._files_title.setVisible(bool(shown))
        for file in shown:
            made = button(f"{file.path.name}   ·   {file.path.parent}", "quiet")
            made.setToolTip(str(file.path))
            made.clicked.connect(lambda _=False, path=file.path: self.file_chosen.emit(path))
            self._files.addWidget(made, 0, Qt.AlignmentFlag.AlignLeading)

    def focus_first(self) -> None:
        self.new.setFocus()

    def _build(self) -> None:
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(GROUPS, GROUPS, GROUPS, GROUPS)
        column.setSpacing(RELATED)
        title = self.tr("Decide who answers each request")
        column.addWidget(TextLabel(self._theme, title, inner, size=TITLE, weight=SEMIBOLD))
        words = self.tr(
            "A route is a graph of conditions, splits, limits and models, called like a model by the name dynamic/{name}. "
            "Draw it, see what it will do before anybody pays for it, watch it run, deploy it."
        )
        column.addWidget(TextLabel(self._theme, words, inner, role="muted", wrap=True))
        acts = QHBoxLayout()
        acts.setSpacing(INSIDE)
        for made, icon, role in (
            (self.new, "plus", "on_accent"),
            (self.open, "folder-open", "text"),
            (self.paste, "clipboard", "text"),
        ):
            set_icon(made, self._theme, icon, role)
            acts.addWidget(made)
        acts.addStretch(1)
        column.addSpacing(GRID)
        column.addLayout(acts)
        column.addSpacing(RELATED)
        column.addWidget(
            TextLabel(self._theme, self.tr("Begin with one of these"), inner, size=SECTION, weight=SEMIBOLD)
        )
        self._grid.setSpacing(RELATED)
        for starter in STARTERS:
            card = StarterCard(self._theme, starter, inner)
            card.chosen.connect(self.starter_chosen)
            self.cards.append(card)
        column.addLayout(self._grid)
        column.addSpacing(RELATED)
        column.addWidget(self._files_title)
        column.addLayout(self._files)
        column.addStretch(1)
        outer = QWidget(self)
        row = QHBoxLayout(outer)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(inner, 100)
        row.addStretch(1)
        self.setWidget(outer)
        self.new.clicked.connect(self.new_wanted)
        self.open.clicked.connect(self.open_wanted)
        self.paste.clicked.connect(self.paste_wanted)
        follow(inner, self._theme, lambda: inner.setMaximumWidth(self._theme.px(_WIDE)))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # QResizeEvent
        room = min(self.viewport().width(), self._theme.px(_WIDE)) - 2 * GROUPS
        columns = max(1, room // self._theme.px(_CARD))
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, place // columns, place % columns)
            self._grid.setColumnStretch(place, 1 if place < columns else 0)


class StarterCard(QFrame):
    """A picture of a starter, what it is called and what it is for; a button as a whole. Signals: chosen (Starter)."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, starter: Starter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.starter = starter
        title, words = starter_words(starter.id)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, RELATED, RELATED, RELATED)
        column.setSpacing(GRID)
        column.addWidget(Thumbnail(theme, starter.route, self))
        column.addWidget(TextLabel(theme, title, self, weight=SEMIBOLD))
        purpose = TextLabel(theme, words, self, role="muted", wrap=True)
        purpose.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(purpose, 1)
        follow(self, theme, self._dress)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.starter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.starter)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"StarterCard {{ background: {tokens.surface}; border: 1px solid {tokens.line};"
            f" border-radius: {CARD_RADIUS}px; }}"
            f"StarterCard:hover {{ background: {self._theme.hover('surface')}; }}"
            f"StarterCard:focus {{ border-color: {tokens.accent}; }}"
        )
