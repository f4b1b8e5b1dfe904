"""How a start of the program hands its files and links to the window that is there already."""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from workbench.domain.opening import NotUnderstood, Opening, decoded, encoded, whole_length

_CALLERS = 8
_PATIENCE_MS = 5000
_TRY_AGAIN_MS = 10_000
_TAKEN, _REFUSED = b"taken\n", b"refused\n"

_log = logging.getLogger(__name__)


class Place(Protocol):
    """storage.window_place.WindowPlace. Everything may raise OSError."""

    def take(self) -> bool: ...
    def new_address(self) -> str: ...
    def tell(self, address: str) -> None: ...


class Handed(StrEnum):
    """What became of it. NOBODY: nothing listens there (yet, or any more). REFUSED: it does not understand us, or is stuck."""

    TAKEN = "taken"
    NOBODY = "nobody"
    REFUSED = "refused"


def hand_over(address: str, opening: Opening, patience_ms: int = _PATIENCE_MS) -> Handed:
    """Tell the window that listens there. Waits, so it is for a process that has no window of its own."""
    socket = QLocalSocket()
    socket.connectToServer(address)
    if not socket.waitForConnected(patience_ms):
        return Handed.NOBODY
    try:
        socket.write(encoded(opening))
        while socket.bytesToWrite() and socket.waitForBytesWritten(patience_ms):
            pass
        said = b""
        while not said.endswith(b"\n") and len(said) < len(_REFUSED):
            if not socket.waitForReadyRead(patience_ms):
                break
            said += bytes(socket.readAll().data())
    except NotUnderstood:
        return Handed.REFUSED
    finally:
        socket.abort()
    return Handed.TAKEN if said == _TAKEN else Handed.REFUSED


class Reception(QObject):
    """Listens for later starts of the program, if the place is ours, or as soon as it becomes so. Signals: came (Opening)."""

    came = Signal(object)

    def __init__(self, place: Place, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._called)
        self._callers: list[_Caller] = []
        self._again = QTimer(self)
        self._again.setInterval(_TRY_AGAIN_MS)
        self._again.timeout.connect(self.open)

    @Slot()
    def open(self) -> None:
        """Where it cannot be, each start opens a window of its own, which is no more than a pity."""
        try:
            ours = self._place.take()
            if not ours:
                self._again.start()  # the other window may be closed before this one
                return
            self._again.stop()
            address = self._place.new_address()
            QLocalServer.removeServer(address)  # of a window that was killed
            if not self._server.listen(address):
                raise OSError(self._server.errorString())
            self._place.tell(address)
        except OSError as error:
            _log.info("later starts of the program cannot be heard: %s", error)

    def close(self) -> None:
        self._again.stop()
        self._server.close()
        for caller in tuple(self._callers):
            caller.end()

    @Slot()
    def _called(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            if len(self._callers) >= _CALLERS:
                socket.abort()
                socket.deleteLater()
                continue
            caller = _Caller(socket, self)
            self._callers.append(caller)
            caller.said.connect(self.came)
            caller.ended.connect(self._callers.remove)
            caller.listen()


class _Caller(QObject):
    """One start of the program that is speaking. Signals: said (Opening), ended (itself)."""

    said = Signal(object)
    ended = Signal(object)

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = socket
        self._heard = bytearray()
        self._over = False
        socket.setParent(self)
        socket.readyRead.connect(self._hear)
        socket.disconnected.connect(self.end)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self.end)

    def listen(self) -> None:
        """For a while; also to what came before anybody listened."""
        self._patience.start(_PATIENCE_MS)
        self._hear()

    @Slot()
    def end(self) -> None:
        if not self._over:
            self._over = True
            self._patience.stop()
            self.ended.emit(self)
            self._socket.disconnectFromServer()
            self.deleteLater()

    @Slot()
    def _hear(self) -> None:
        if self._over:
            return
        self._heard += self._socket.readAll().data()
        try:
            length = whole_length(bytes(self._heard[:4]))
            if not length or len(self._heard) < length:
                return
            opening = decoded(bytes(self._heard))
        except NotUnderstood as error:
            _log.warning("a start of the program was not understood: %s", error)
            self._answer(_REFUSED)
            return
        self._answer(_TAKEN)
        self.said.emit(opening)

    def _answer(self, answer: bytes) -> None:
        self._socket.write(answer)
        self._socket.flush()
        self.end()
