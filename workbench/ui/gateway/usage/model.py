"""How other programs use the gateway: where it is, by which name and model, with which token."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from workbench.domain.gateway import GatewayState
from workbench.domain.secret import Secret
from workbench.domain.settings import DEFAULT_PORT
from workbench.services.gateway_usage import MODEL, WAYS, Place, Way
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope


class Runner(Protocol):
    @property
    def state(self) -> GatewayState: ...
    async def access_token(self) -> Secret: ...


class UsageModel(QObject):
    """Signals: changed (place), copy_ready (what it is, the text that goes to the clipboard)."""

    changed = Signal()
    copy_ready = Signal(str, object)  # name, Secret

    def __init__(self, runner: Runner, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.place = Place(runner.state.address or f"http://127.0.0.1:{DEFAULT_PORT}")
        self.with_token = False
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)

    @property
    def ways(self) -> tuple[Way, ...]:
        return WAYS

    def set_address(self, address: str) -> None:
        if address:
            self._set(replace(self.place, address=address))

    def set_gateway(self, gateway_id: str) -> None:
        self._set(replace(self.place, gateway=gateway_id))

    def set_model(self, model: str) -> None:
        """ "" goes back to the one that always works."""
        self._set(replace(self.place, model=model.strip() or MODEL))

    def set_with_token(self, wanted: bool) -> None:
        """Whether the real token is in what is copied; what is shown never has it."""
        self.with_token = wanted
        self.changed.emit()

    def copy(self, way: Way) -> None:
        """Have copy_ready bring the lines."""
        self._tasks.start("copy", self._copy(way))

    def copy_token(self) -> None:
        """Have copy_ready bring the access token."""
        self._tasks.start("copy", self._copy_token())

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def _set(self, place: Place) -> None:
        if place != self.place:
            self.place = place
            self.changed.emit()

    async def _copy(self, way: Way) -> None:
        place = self.place
        if self.with_token:
            place = replace(place, token=(await self._runner.access_token()).reveal())
        self.copy_ready.emit(way.name, Secret(way.write(place)))

    async def _copy_token(self) -> None:
        self.copy_ready.emit(self.tr("Access token"), await self._runner.access_token())
