"""The wire record of one message, as the details panel shows it, and the way its answer took through a route."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workbench.domain.conversations import StoredMessage
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.ui.chat.ports import ChatBackend, WaysBackend
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope

if TYPE_CHECKING:
    from workbench.domain.exchange import Exchange
    from workbench.domain.routes.trace import Trace


class WayPhase(Enum):
    """NONE: the answer came through no route that tells. EARLY: it is still coming. UNASKED: `look_up_way` would tell.
    GONE: the gateway does not keep it any more."""

    NONE = "none"
    EARLY = "early"
    UNASKED = "unasked"
    READING = "reading"
    KNOWN = "known"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class WayTaken:
    """What is known of an answer's way. trace: where it is KNOWN. trouble: where asking FAILED."""

    phase: WayPhase = WayPhase.NONE
    trace: Trace | None = None
    trouble: Trouble | None = None


class NoWays:
    """Where nobody keeps ways: none is known."""

    async def of(self, exchange: Exchange) -> Trace | None:
        return None


class Records(QObject):
    """Which message's record is asked for, and the record once it is read. `changed` comes with each.

    ways: where an answer's way is asked for, which is not done before somebody wants to see it.
    """

    changed = Signal()
    way_changed = Signal()
    """`way` is another one now, for the same record."""
    way_known = Signal(str)
    """Id of the message whose way has become known, see `way_of`."""

    def __init__(
        self,
        chat: ChatBackend,
        notifier: Notifier,
        parent: QObject | None = None,
        *,
        ways: WaysBackend | None = None,
    ) -> None:
        super().__init__(parent)
        self._chat = chat
        self._ways: WaysBackend = ways or NoWays()
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._message_id = ""
        self._exchange: Exchange | None = None
        self._way = WayTaken()
        self._known: dict[str, Trace] = {}

    @property
    def message_id(self) -> str:
        """Id of the message, "" when none is asked for."""
        return self._message_id

    @property
    def exchange(self) -> Exchange | None:
        """None also where nothing was recorded."""
        return self._exchange

    @property
    def way(self) -> WayTaken:
        """Of the answer whose record this is."""
        return self._way

    def way_of(self, message_id: str) -> Trace | None:
        """The way of any answer, if it was looked up in this run."""
        return self._known.get(message_id)

    def show(self, message: StoredMessage) -> None:
        """Read the record of a message; again for one whose answer has gone on."""
        self._message_id = message.id
        self._tasks.cancel("way")
        self._tasks.start("read", self._read(message.exchange_id))

    def look_up_way(self) -> None:
        """Ask for the way, or ask again."""
        if self._exchange is not None and self._way.phase in (WayPhase.UNASKED, WayPhase.FAILED):
            self._set_way(WayTaken(WayPhase.READING))
            self._tasks.start("way", self._look_up(self._message_id, self._exchange))

    def close(self) -> None:
        if self._message_id:
            self._message_id, self._exchange, self._way = "", None, WayTaken()
            self._tasks.cancel("read")
            self._tasks.cancel("way")
            self.changed.emit()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _read(self, exchange_id: str) -> None:
        self._exchange = await self._chat.exchange(exchange_id) if exchange_id else None
        self._way = self._way_so_far()
        self.changed.emit()

    def _way_so_far(self) -> WayTaken:
        from workbench.services.route_ways import trace_id_of  # no window waits for it

        trace_id = trace_id_of(self._exchange) if self._exchange is not None else ""
        if self._exchange is None or not trace_id:
            return WayTaken()
        known = self._known.get(self._message_id)
        if known is not None and known.id == trace_id:
            return WayTaken(WayPhase.KNOWN, known)
        return WayTaken(WayPhase.EARLY if self._exchange.ended_ms is None else WayPhase.UNASKED)

    async def _look_up(self, message_id: str, exchange: Exchange) -> None:
        try:
            trace = await self._ways.of(exchange)
        except WorkbenchError as error:
            self._set_way(WayTaken(WayPhase.FAILED, trouble=Trouble.of(error)))
            return
        if trace is None:
            self._set_way(WayTaken(WayPhase.GONE))
            return
        self._known[message_id] = trace
        self._set_way(WayTaken(WayPhase.KNOWN, trace))
        self.way_known.emit(message_id)

    def _set_way(self, way: WayTaken) -> None:
        self._way = way
        self.way_changed.emit()
