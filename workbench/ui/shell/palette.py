"""The command palette (Ctrl+K): every command, tab and thing that can be opened, by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QCursor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.ui.shell.fuzzy import score
from workbench.ui.shell.overlay import Overlay
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.commands import CommandRegistry
from workbench.ui.support.icons import pixmap
from workbench.ui.support.listing import Index, Listing
from workbench.ui.support.pages import Found
from workbench.ui.support.theme import (
    BODY,
    CAPTION,
    GRID,
    ICON,
    INSIDE,
    PADDING,
    RADIUS,
    SECTION,
    Theme,
    follow,
)

_MOST = 60
_ROW = 34
_VISIBLE_ROWS = 10
Finder = Callable[[str], Sequence[Found]]


@dataclass(frozen=True)
class Entry:
    """One line of the palette. keys: its shortcut, as this system writes it."""

    title: str
    run: Callable[[], object]
    icon: str = ""
    detail: str = ""
    keys: str = ""


def matches(words: str, registry: CommandRegistry, finders: Sequence[Finder]) -> list[Entry]:
    """What fits the words, best first; with no words the commands in their own order, then what the tabs offer."""
    scored: list[tuple[float, int, Entry]] = []
    for command in registry.available():
        fit = score(words, command.title)
        if fit is None and _begins(words, f"{command.title} {command.keywords}"):
            fit = 0.0
        if fit is not None:
            entry = Entry(command.title, command.run, command.icon, command.group, command.shortcut_text)
            scored.append((fit, len(scored), entry))
    for finder in finders:
        for found in finder(words):
            # The finder has decided that it fits (by more than its title, perhaps); here it only gets its place.
            place = score(words, found.title) or 0.0
            scored.append(
                (place, len(scored), Entry(found.title, found.open, found.icon, found.detail)),
            )
    scored.sort(key=lambda item: (-item[0], item[1]))
    return [entry for _, _, entry in scored[:_MOST]]


def _begins(words: str, text: str) -> bool:
    """Whether each typed word begins a word of text."""
    known = text.casefold().split()
    return all(any(one.startswith(word) for one in known) for word in words.casefold().split())


class _Entries(Listing[Entry]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.title, entry.detail, entry.keys) if part)
        return None


class _Row(QStyledItemDelegate):
    """Icon, title, what it belongs to in grey, shortcut at the far side."""

    def __init__(self, theme: Theme, entries: _Entries) -> None:
        super().__init__(entries)
        self._theme = theme
        self._entries = entries

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, entry = self._theme, self._entries.rows[index.row()]
        box: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.tint("accent", "raised")))
            painter.drawRoundedRect(box.adjusted(INSIDE, 1, -INSIDE, -1), RADIUS, RADIUS)
        right_to_left = option.direction == Qt.LayoutDirection.RightToLeft
        self._draw(painter, entry, box.adjusted(PADDING, 0, -PADDING, 0), right_to_left, selected)
        painter.restore()

    def _draw(self, painter: QPainter, entry: Entry, box: QRect, rtl: bool, selected: bool) -> None:
        theme, tokens = self._theme, self._theme.tokens

        def placed(left: int, width: int) -> QRect:
            at = box.right() - left - width if rtl else box.left() + left
            return QRect(at, box.top(), width, box.height())

        if entry.icon:
            role = "accent" if selected else "muted"
            picture = pixmap(theme, entry.icon, role, ICON, painter.device().devicePixelRatioF())
            spot = placed(0, ICON)
            painter.drawPixmap(spot.left(), spot.center().y() - ICON // 2, picture)
        caption, body = theme.font(CAPTION), theme.font(BODY)
        keys_width = QFontMetrics(caption).horizontalAdvance(entry.keys)
        start, room = ICON + INSIDE + GRID, box.width() - ICON - 2 * INSIDE - GRID - keys_width
        leading = int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        title = QFontMetrics(body).elidedText(entry.title, Qt.TextElideMode.ElideRight, room)
        title_width = QFontMetrics(body).horizontalAdvance(title)
        painter.setFont(body)
        painter.setPen(QColor(tokens.text))
        painter.drawText(placed(start, title_width + 2), leading, title)
        painter.setFont(caption)
        painter.setPen(QColor(tokens.muted))
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # keys are written so in every language
        painter.drawText(placed(box.width() - keys_width - 2, keys_width + 2), leading, entry.keys)
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
        left_over = room - title_width - INSIDE
        if entry.detail and left_over > theme.px(40):
            detail = QFontMetrics(caption).elidedText(entry.detail, Qt.TextElideMode.ElideRight, left_over)
            painter.drawText(placed(start + title_width + INSIDE, left_over), leading, detail)


class CommandPalette(Overlay):
    """Type, arrow, Enter. The list follows each letter."""

    def __init__(
        self,
        theme: Theme,
        registry: CommandRegistry,
        finders: Callable[[], Sequence[Finder]],
        window: QWidget,
    ) -> None:
        super().__init__(theme, window)
        self._registry = registry
        self._finders = finders
        self._wanted = 0
        self.setAccessibleName(self.tr("Command palette"))
        self.field = QLineEdit(self.card)
        self.field.setProperty("kind", "bare")
        self.field.setPlaceholderText(self.tr("Search commands, tabs and conversations"))
        self.field.setAccessibleName(self.field.placeholderText())
        follow(self.field, theme, lambda: self.field.setFont(theme.font(SECTION)))
        self.field.textChanged.connect(self._search)
        self._entries = _Entries(self)
        self.list = QListView(self.card)
        self.list.setAccessibleName(self.tr("Results"))
        self.list.setModel(self._entries)
        self.list.setItemDelegate(_Row(theme, self._entries))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rests_at = QCursor.pos()
        self.list.entered.connect(self._point_at)
        self.list.clicked.connect(self._run)
        self._nothing = TextLabel(theme, "", self.card, role="muted")
        self._nothing.setContentsMargins(PADDING, INSIDE, PADDING, PADDING)
        line = QWidget(self.card)
        line.setFixedHeight(1)
        follow(line, theme, lambda: line.setStyleSheet(f"background: {theme.tokens.line}"))
        self.field.setContentsMargins(PADDING, INSIDE + GRID, PADDING, INSIDE + GRID)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self.field)
        self.body.addWidget(line)
        self.body.addSpacing(GRID)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._nothing)
        self.body.addSpacing(GRID)

    def preferred_height(self) -> int:
        frame = self.field.minimumSizeHint().height() + 3 * GRID + 3
        return frame + (self._wanted if self._entries.rows else self._nothing.sizeHint().height())

    def open(self) -> None:
        self._rests_at = QCursor.pos()
        self.field.clear()
        self._search("")
        super().open()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def titles(self) -> list[str]:
        """What is listed now."""
        return [entry.title for entry in self._entries.rows]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex())
        elif key in steps:
            self._step(steps[key])
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _search(self, words: str) -> None:
        entries = matches(words.strip(), self._registry, self._finders())
        self._entries.show(entries)
        self.list.setCurrentIndex(self._entries.index(0))
        rows = min(len(entries), _VISIBLE_ROWS)
        self.list.setMinimumHeight(min(rows, 2) * self.theme.px(_ROW))
        self.list.setMaximumHeight(rows * self.theme.px(_ROW) + 2)
        self._wanted = rows * self.theme.px(_ROW) + 2
        self.list.setVisible(bool(entries))
        self._nothing.setVisible(not entries)
        self._nothing.setText(self.tr("Nothing fits “{0}”.").format(words.strip()))
        if self.isVisible():
            self._place()

    def _step(self, by: int) -> None:
        count = len(self._entries.rows)
        if count:
            at = self.list.currentIndex().row() + by
            at = at % count if abs(by) == 1 else min(max(at, 0), count - 1)
            self.list.setCurrentIndex(self._entries.index(at))

    @Slot(QModelIndex)
    def _point_at(self, index: QModelIndex) -> None:
        """Not where the list came in under a pointer that rests: the keyboard would lose its place."""
        if QCursor.pos() != self._rests_at:
            self.list.setCurrentIndex(index)

    @Slot(QModelIndex)
    def _run(self, index: QModelIndex) -> None:
        if index.isValid():
            entry = self._entries.rows[index.row()]
            self.dismiss()
            entry.run()
