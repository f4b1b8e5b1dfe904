"""The wire record of one message, as the details panel shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workbench.domain.conversations import StoredMessage
from workbench.ui.chat.ports import ChatBackend
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope

if TYPE_CHECKING:
    from workbench.domain.exchange import Exchange


class Records(QObject):
    """Which message's record is asked for, and the record once it is read. `changed` comes with each."""

    changed = Signal()

    def __init__(self, chat: ChatBackend, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chat = chat
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._message_id = ""
        self._exchange: Exchange | None = None

    @property
    def message_id(self) -> str:
        """Id of the message, "" when none is asked for."""
        return self._message_id

    @property
    def exchange(self) -> Exchange | None:
        """None also where nothing was recorded."""
        return self._exchange

    def show(self, message: StoredMessage) -> None:
        """Read the record of a message; again for one whose answer has gone on."""
        self._message_id = message.id
        self._tasks.start("read", self._read(message.exchange_id))

    def close(self) -> None:
        if self._message_id:
            self._message_id, self._exchange = "", None
            self._tasks.cancel("read")
            self.changed.emit()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _read(self, exchange_id: str) -> None:
        self._exchange = await self._chat.exchange(exchange_id) if exchange_id else None
        self.changed.emit()
