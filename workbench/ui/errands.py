"""What one tab asks of another: the window opens that tab, then it is told. Tabs do not know each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from workbench.domain.targets import Target


class Errands(QObject):
    """Signals reach the tab that does it, which is open and built by then.

    connection_wanted (target id, "" for the current one), account_wanted (enter a Cloudflare account), doctor_wanted
    (target id, "" for the current one), model_wanted (model id, "" to let the user choose), route_wanted (name of a deployed
    route, id of the way to light in it or ""), dry_run_wanted (what was sent: a dict of headers, metadata and body), text_wanted
    (a text to go on with in the chat), chat_wanted (a new conversation), chat_file_wanted, route_file_wanted and
    connection_file_wanted (Path), route_text_wanted (a route's JSON, a name for it where it has none), connection_offered
    (a Target that is stored nowhere), sounds_wanted and pictures_wanted (list of Path), embedding_wanted (a text with a line for each
    text to compare, a name).
    """

    connection_wanted = Signal(str)
    account_wanted = Signal()
    doctor_wanted = Signal(str)
    model_wanted = Signal(str)
    route_wanted = Signal(str, str)
    dry_run_wanted = Signal(object)
    text_wanted = Signal(str)
    chat_wanted = Signal()
    chat_file_wanted = Signal(object)
    route_file_wanted = Signal(object)
    route_text_wanted = Signal(str, str)
    connection_file_wanted = Signal(object)
    connection_offered = Signal(object)
    sounds_wanted = Signal(object)
    pictures_wanted = Signal(object)
    embedding_wanted = Signal(str, str)

    def __init__(self, open_page: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = open_page

    @Slot()
    @Slot(str)
    def open_connection(self, target_id: str = "") -> None:
        self._open("connections")
        self.connection_wanted.emit(target_id)

    @Slot()
    def enter_account(self) -> None:
        self._open("connections")
        self.account_wanted.emit()

    @Slot(str)
    def run_doctor(self, target_id: str = "") -> None:
        self._open("doctor")
        self.doctor_wanted.emit(target_id)

    @Slot(str)
    def choose_model(self, model_id: str = "") -> None:
        self._open("chat")
        self.model_wanted.emit(model_id)

    @Slot(str)
    @Slot(str, str)
    def show_route(self, name: str, trace_id: str = "") -> None:
        self._open("routes")
        self.route_wanted.emit(name, trace_id)

    @Slot(object)
    def try_on_route(self, request: object) -> None:
        self._open("routes")
        self.dry_run_wanted.emit(request)

    @Slot(str)
    def write_in_chat(self, text: str) -> None:
        self._open("chat")
        self.text_wanted.emit(text)

    @Slot()
    def begin_chat(self) -> None:
        self._open("chat")
        self.chat_wanted.emit()

    def open_chat_file(self, path: Path) -> None:
        self._open("chat")
        self.chat_file_wanted.emit(path)

    def open_route_file(self, path: Path) -> None:
        self._open("routes")
        self.route_file_wanted.emit(path)

    def begin_route(self, text: str, name: str = "") -> None:
        self._open("routes")
        self.route_text_wanted.emit(text, name)

    def open_connection_file(self, path: Path) -> None:
        self._open("connections")
        self.connection_file_wanted.emit(path)

    def offer_connection(self, target: Target) -> None:
        self._open("connections")
        self.connection_offered.emit(target)

    def hear(self, paths: Sequence[Path]) -> None:
        self._open("speech")
        self.sounds_wanted.emit(list(paths))

    @Slot(str, str)
    def embed(self, text: str, name: str) -> None:
        self._open("embeddings")
        self.embedding_wanted.emit(text, name)

    def take_pictures(self, paths: Sequence[Path]) -> None:
        self._open("images")
        self.pictures_wanted.emit(list(paths))
