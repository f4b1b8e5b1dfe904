"""The panel at the left: all conversations, and the search over their messages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.conversations import Conversation, SearchHit
from workbench.ui.chat.conversation_delegate import ConversationDelegate
from workbench.ui.chat.conversation_rows import ENTRY, ConversationRows, HitRows, marked
from workbench.ui.chat.model import ChatModel
from workbench.ui.support.icons import icon, set_icon
from workbench.ui.support.search_field import SearchField
from workbench.ui.support.theme import GRID, INSIDE, PADDING, Theme, follow

if TYPE_CHECKING:
    from workbench.ui.chat.hit_delegate import HitDelegate


class ConversationView(QListView):
    """The list: arrows open, Enter goes to the composer, F2 renames, Delete deletes, the menu key shows all."""

    opened = Signal(str)
    left = Signal()
    """Enter or Escape: the user goes on to write."""
    deleted = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ConversationRows(self)
        self.setModel(self.rows)
        self._delegate = ConversationDelegate(theme, self)
        self._delegate.menu_requested.connect(self._menu_at_row)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Conversations"))
        self.clicked.connect(self._clicked)

    def mark(self, conversation_id: str) -> None:
        """Select the row of the open conversation, without announcing it."""
        index = self.rows.index_of(conversation_id)
        selection = self.selectionModel()
        if index != self.currentIndex() or not selection.isSelected(index):
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            if index.isValid():
                self.scrollTo(index)

    def rename(self, conversation_id: str) -> None:
        index = self.rows.index_of(conversation_id)
        if index.isValid():
            self.setFocus()
            self.setCurrentIndex(index)
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        conversation = self.rows.conversation(self.currentIndex())
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if conversation is not None:
                self.deleted.emit(conversation.id)
            case _:
                super().keyPressEvent(event)
                moved = self.rows.conversation(self.currentIndex())
                if moved is not None and (conversation is None or moved.id != conversation.id):
                    self.opened.emit(moved.id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        conversation = self.rows.conversation(index)
        if conversation is not None:
            at = self.visualRect(index).bottomLeft() if by_key else event.pos()
            self.menu_requested.emit(conversation.id, self.viewport().mapToGlobal(at))

    def _clicked(self, index: QModelIndex) -> None:
        conversation = self.rows.conversation(index)
        if conversation is not None:
            self.opened.emit(conversation.id)

    def _menu_at_row(self, index: QModelIndex) -> None:
        conversation = self.rows.conversation(index)
        if conversation is not None:
            corner = self.visualRect(index).bottomRight()
            self.menu_requested.emit(conversation.id, self.viewport().mapToGlobal(corner))


class ConversationList(QFrame):
    """Search, the list, and what can be done to a conversation.

    Signals: entered (the user goes on to write), export_wanted (id of a conversation).
    """

    entered = Signal()
    export_wanted = Signal(str)

    def __init__(self, model: ChatModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.field = SearchField(self.tr("Search all messages"))
        self.view = ConversationView(theme)
        self.hits = QListView()
        self._hit_rows = HitRows(self)
        self._hit_delegate: HitDelegate | None = None
        self._hint = QLabel()
        self._stack = QStackedWidget()
        self._new = QToolButton()
        self._midnight = QTimer(self)
        self._build()
        self._connect()
        follow(self, theme, self._dress)
        self._show_list()
        self._stack.setCurrentIndex(0)

    def focus_search(self) -> None:
        self.field.begin()

    def rename_current(self) -> None:
        self.view.rename(self._model.current_id)

    def menu(self, conversation: Conversation) -> QMenu:
        """What can be done to a conversation. The caller shows it; it deletes itself when closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rename = menu.addAction(icon(self._theme, "pencil"), self.tr("Rename"))
        rename.setShortcut(Qt.Key.Key_F2)
        rename.triggered.connect(lambda: self.view.rename(conversation.id))
        text = self.tr("Unpin") if conversation.pinned else self.tr("Pin to the top")
        pin = menu.addAction(icon(self._theme, "pin-off" if conversation.pinned else "pin"), text)
        pin.triggered.connect(lambda: self._model.library.pin(conversation.id, not conversation.pinned))
        export = menu.addAction(icon(self._theme, "file-down"), self.tr("Save to a file…"))
        export.triggered.connect(lambda: self.export_wanted.emit(conversation.id))
        menu.addSeparator()
        delete = menu.addAction(icon(self._theme, "trash-2", "bad"), self.tr("Delete"))
        delete.setShortcut(Qt.Key.Key_Delete)
        delete.triggered.connect(lambda: self._model.library.delete(conversation.id))
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the search field that belong to the list under it."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key_in_field(event)
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self.field.installEventFilter(self)
        set_icon(self._new, self._theme, "square-pen")
        self._new.setToolTip(self.tr("New chat (Ctrl+N)"))
        self._new.setAccessibleName(self.tr("New chat"))
        self.hits.setModel(self._hit_rows)
        self.hits.setMouseTracking(True)
        self.hits.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.hits.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hits.setAccessibleName(self.tr("Search results"))
        self._hint.setWordWrap(True)
        self._hint.setProperty("role", "muted")
        self._hint.setContentsMargins(INSIDE, GRID, INSIDE, INSIDE)
        found = QWidget()
        below = QVBoxLayout(found)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self._hint)
        below.addWidget(self.hits, 1)
        self._stack.addWidget(self.view)
        self._stack.addWidget(found)
        top = QHBoxLayout()
        top.setContentsMargins(INSIDE, 0, INSIDE, 0)
        top.setSpacing(GRID)
        top.addWidget(self.field, 1)
        top.addWidget(self._new, 0, Qt.AlignmentFlag.AlignVCenter)  # else the row is no taller than it
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, PADDING - GRID, GRID, 0)
        layout.setSpacing(INSIDE)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        model = self._model
        self._new.clicked.connect(model.new)
        self.field.textChanged.connect(model.finder.search)
        self.view.opened.connect(model.select)
        self.view.left.connect(self.entered)
        self.view.deleted.connect(model.library.delete)
        self.view.menu_requested.connect(self._show_menu)
        self.view.rows.renamed.connect(model.library.rename)
        self.hits.clicked.connect(self._jump)
        self.hits.activated.connect(self._jump)
        model.library.changed.connect(self._show_list)
        model.current_changed.connect(self._show_list)
        model.busy_changed.connect(self._show_streaming)
        model.finder.changed.connect(self._show_hits)
        self._midnight.setSingleShot(True)
        self._midnight.timeout.connect(self._show_list)

    def _dress(self) -> None:
        surface = self._theme.tokens.surface
        self.setStyleSheet(f"ConversationList {{ background: {surface}; }}")
        self._hint.setFont(self._theme.font(12))
        self.view.scheduleDelayedItemsLayout()
        self.hits.scheduleDelayedItemsLayout()

    def _show_list(self) -> None:
        today = date.today()
        self.view.rows.show(self._model.conversations, today)
        self.view.mark(self._model.current_id)
        if self.isVisible():
            self._wait_for_midnight(today)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wait_for_midnight(date.today())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._midnight.stop()

    def _wait_for_midnight(self, today: date) -> None:
        """“Today” becomes “Yesterday” while the window stays open."""
        midnight = datetime.combine(today + timedelta(days=1), datetime.min.time())
        self._midnight.start(int((midnight - datetime.now()).total_seconds() * 1000) + 1000)

    def _show_streaming(self) -> None:
        self.view.rows.set_streaming(self._model.streaming)

    def _show_hits(self) -> None:
        finder = self._model.finder
        if self._hit_delegate is None:
            from workbench.ui.chat.hit_delegate import HitDelegate

            self._hit_delegate = HitDelegate(self._theme, self.hits)
            self.hits.setItemDelegate(self._hit_delegate)
        self._hit_rows.show(finder.hits)
        self._stack.setCurrentIndex(1 if finder.active else 0)
        count = len(finder.hits)
        if finder.searching and not count:
            hint = self.tr("Searching…")
        elif not count:
            hint = self.tr("No message has these words. The start of each word is enough.")
        else:
            hint = self.tr("Messages found: {0}").format(count)
        self._hint.setText(hint)
        if count and not self.hits.currentIndex().isValid():
            self.hits.setCurrentIndex(self._hit_rows.index(0))

    def _show_menu(self, conversation_id: str, at: QPoint) -> None:
        conversation = self._model.library.get(conversation_id)
        if conversation is not None:
            menu = self.menu(conversation)
            menu.aboutToHide.connect(self._show_list)
            menu.popup(at)

    def _jump(self, index: QModelIndex) -> None:
        hit = index.data(ENTRY)
        if isinstance(hit, SearchHit):
            plain, ranges = marked(hit.excerpt)
            words = plain[ranges[0][0] : ranges[0][0] + ranges[0][1]] if ranges else self._model.finder.query
            self._model.select(hit.conversation_id, hit.message_id, words)

    def _key_in_field(self, event: QKeyEvent) -> bool:
        active = self._model.finder.active
        match event.key():
            case Qt.Key.Key_Escape if self.field.text():
                self.field.clear()
            case Qt.Key.Key_Escape:
                self.entered.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if active:
                self._jump(self.hits.currentIndex())
            case Qt.Key.Key_Down | Qt.Key.Key_Up if active:
                self._move_hit(1 if event.key() == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Down:
                self.view.setFocus(Qt.FocusReason.TabFocusReason)
            case _:
                return False
        return True

    def _move_hit(self, by: int) -> None:
        row = self.hits.currentIndex().row() + by
        if 0 <= row < self._hit_rows.rowCount():
            self.hits.setCurrentIndex(self._hit_rows.index(row))
