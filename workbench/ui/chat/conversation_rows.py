"""The rows of the conversation list: headings and conversations; and those of the search: hits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from workbench.domain.conversations import Conversation, SearchHit
from workbench.ui.chat.groups import Group, sections
from workbench.ui.support.listing import ROOT, Index, Listing

ENTRY = Qt.ItemDataRole.UserRole
"""Role of what a row is: a Group for a heading, a Conversation, or a SearchHit."""
STREAMING = Qt.ItemDataRole.UserRole + 1

MARK_START, MARK_END = "\ue000", "\ue001"
"""Around matched words in an excerpt (SearchHit)."""
_BEFORE = 24
"""Characters shown before the first match."""


class ConversationRows(QAbstractListModel):
    """Pinned conversations and those by date, under headings. A title edited in the view is emitted as `renamed`."""

    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Group | Conversation] = []
        self._streaming: frozenset[str] = frozenset()

    def show(self, conversations: Iterable[Conversation], today: date) -> None:
        """Take over the list; where only facts changed and no row moved, the view keeps its place."""
        rows: list[Group | Conversation] = []
        for section in sections(conversations, today):
            rows += [section.group, *section.conversations]
        if [_key(row) for row in rows] == [_key(row) for row in self._rows]:
            changed = [at for at, row in enumerate(rows) if row != self._rows[at]]
            self._rows = rows
            for at in changed:
                self.dataChanged.emit(self.index(at), self.index(at))
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def set_streaming(self, ids: frozenset[str]) -> None:
        for changed in ids ^ self._streaming:
            index = self.index_of(changed)
            if index.isValid():
                self.dataChanged.emit(index, index, [STREAMING])
        self._streaming = ids

    def index_of(self, conversation_id: str) -> QModelIndex:
        row = next((at for at, row in enumerate(self._rows) if _key(row) == conversation_id), -1)
        return self.index(row) if row >= 0 else ROOT

    def conversation(self, index: Index) -> Conversation | None:
        entry = index.data(ENTRY) if index.isValid() else None
        return entry if isinstance(entry, Conversation) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role == ENTRY:
            return row
        if isinstance(row, Group):
            names = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return self.heading(row) if role in names else None
        title = row.title or self.tr("New chat")
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole | Qt.ItemDataRole.ToolTipRole:
                return title
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row, title)
            case _ if role == STREAMING:
                return row.id in self._streaming
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        conversation = self.conversation(index)
        if conversation is None or role != Qt.ItemDataRole.EditRole or not str(value).strip():
            return False
        self.renamed.emit(conversation.id, str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.conversation(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def heading(self, group: Group) -> str:
        match group:
            case Group.PINNED:
                return self.tr("Pinned")
            case Group.TODAY:
                return self.tr("Today")
            case Group.YESTERDAY:
                return self.tr("Yesterday")
            case Group.THIS_WEEK:
                return self.tr("This week")
            case Group.OLDER:
                return self.tr("Older")

    def _spoken(self, conversation: Conversation, title: str) -> str:
        parts = [title]
        if conversation.pinned:
            parts.append(self.tr("pinned"))
        if conversation.id in self._streaming:
            parts.append(self.tr("answering"))
        return ", ".join(parts)


class HitRows(Listing[SearchHit]):
    """The hits of a search, in the order they came."""

    def show(self, rows: Sequence[SearchHit]) -> None:
        if rows != self.rows:
            super().show(rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.rows[index.row()]
        match role:
            case _ if role == ENTRY:
                return hit
            case Qt.ItemDataRole.DisplayRole:
                return hit.conversation_title or self.tr("New chat")
            case Qt.ItemDataRole.AccessibleTextRole:
                plain, _ = marked(hit.excerpt)
                return f"{index.data()}: {plain}"
        return None


def marked(excerpt: str) -> tuple[str, list[tuple[int, int]]]:
    """The excerpt on one line without its marks, and where the matched words are (start, length)."""
    plain, ranges, start = "", [], -1
    for char in " ".join(excerpt.split()):
        if char == MARK_START:
            start = len(plain)
        elif char == MARK_END:
            if start >= 0:
                ranges.append((start, len(plain) - start))
            start = -1
        else:
            plain += char
    return plain, ranges


def focused(excerpt: str, before: int = _BEFORE) -> tuple[str, list[tuple[int, int]]]:
    """As `marked`, beginning shortly before the first match, so that two lines are enough to see it."""
    plain, ranges = marked(excerpt)
    if not ranges or ranges[0][0] <= before:
        return plain, ranges
    cut = plain.find(" ", ranges[0][0] - before, ranges[0][0]) + 1
    if not cut:
        return plain, ranges
    return f"…{plain[cut:]}", [(start - cut + 1, length) for start, length in ranges]


def _key(row: Group | Conversation) -> str:
    return row.id if isinstance(row, Conversation) else row.value
