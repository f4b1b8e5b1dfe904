"""The gateway tab: how the gateway does, what should be known of it, and the models of its four parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.gateway import GatewayPhase, GatewayState
from workbench.domain.secret import Secret
from workbench.services.gateway_desk import Remarks
from workbench.ui.gateway.gateways.model import Gateways, GatewaysModel
from workbench.ui.gateway.providers.model import Providers, ProvidersModel
from workbench.ui.gateway.requests.model import Requests, RequestsModel
from workbench.ui.gateway.usage.model import UsageModel
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope


class Desk(Protocol):
    """services.gateway_desk.GatewayDesk."""

    @property
    def requests(self) -> Requests: ...
    @property
    def providers(self) -> Providers: ...
    @property
    def gateways(self) -> Gateways: ...
    @property
    def state(self) -> GatewayState: ...
    async def start(self) -> GatewayState: ...
    async def access_token(self) -> Secret: ...
    def on_change(self, listener: Callable[[GatewayState], None]) -> Callable[[], None]: ...
    async def remarks(self) -> Remarks: ...
    async def clear_faults(self) -> None: ...


class Part(StrEnum):
    REQUESTS = "requests"
    PROVIDERS = "providers"
    GATEWAYS = "gateways"
    USE = "use"


class GatewayModel(QObject):
    """Signals: changed (state or part), remarks_changed."""

    changed = Signal()
    remarks_changed = Signal()

    def __init__(self, desk: Desk, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.requests = RequestsModel(desk.requests, notifier, self)
        self.providers = ProvidersModel(desk.providers, notifier, self)
        self.gateways = GatewaysModel(desk.gateways, notifier, self)
        self.usage = UsageModel(desk, notifier, self)
        self.part = Part.REQUESTS
        self.remarks = Remarks()
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._forget = desk.on_change(self._state_changed)
        self.requests.warned.connect(self._warned)
        self.gateways.changed.connect(self._gateways_changed)
        self.gateways.routes_changed.connect(self._routes_changed)

    @property
    def state(self) -> GatewayState:
        return self._desk.state

    @property
    def running(self) -> bool:
        return self.state.phase is GatewayPhase.RUNNING

    @property
    def gateway_ids(self) -> tuple[str, ...]:
        return self.gateways.ids

    def open(self, part: Part | None = None) -> None:
        """Show a part, and read what it shows. Looking does not start the gateway."""
        if part is not None and part is not self.part:
            self.part = part
            self.changed.emit()
        if not self.running:
            return
        self.gateways.open()
        match self.part:
            case Part.REQUESTS:
                self.requests.open()
            case Part.PROVIDERS:
                self.providers.open()
        self._tasks.start("remarks", self._read_remarks())

    @Slot()
    def start(self) -> None:
        """Start the gateway, or try afresh."""
        self._tasks.start("start", self._start())

    @Slot()
    def clear_faults(self) -> None:
        self._tasks.start("faults", self._clear_faults())

    async def aclose(self) -> None:
        self._forget()
        await self._tasks.aclose()
        for part in (self.requests, self.providers, self.gateways, self.usage):
            await part.aclose()

    def _state_changed(self, state: GatewayState) -> None:
        self.usage.set_address(state.address)
        if state.phase is GatewayPhase.RUNNING:
            self.open()
        else:
            for part in (self.requests, self.providers, self.gateways):
                part.leave()
        self.changed.emit()

    @Slot()
    def _gateways_changed(self) -> None:
        self.changed.emit()

    @Slot()
    def _routes_changed(self) -> None:
        self.requests.set_routes(self.gateways.route_names)

    @Slot(str)
    def _warned(self, text: str) -> None:
        self.remarks = replace(self.remarks, journal=text)
        self.remarks_changed.emit()

    async def _start(self) -> None:
        await self._desk.start()

    async def _read_remarks(self) -> None:
        try:
            remarks = await self._desk.remarks()
        except WorkbenchError:
            return  # the part that is open says what is the matter
        if remarks != self.remarks:
            self.remarks = remarks
            self.remarks_changed.emit()

    async def _clear_faults(self) -> None:
        await self._desk.clear_faults()
        await self._read_remarks()
