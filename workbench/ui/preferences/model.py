"""The settings page: the declared settings, the local gateway, where secrets are, the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.gateway import GatewayPhase, GatewayState
from workbench.domain.secret import Secret
from workbench.domain.targets import Target
from workbench.ui.preferences.data_model import DataModel
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.targets import TargetsModel
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.updates import UpdatesModel


class Gateway(Protocol):
    """services.gateway.LocalGateway."""

    state: GatewayState

    def on_change(self, listener: Callable[[GatewayState], None], /) -> Callable[[], None]: ...
    async def restart(self) -> GatewayState: ...
    async def access_token(self) -> Secret: ...


class Upstreams(Protocol):
    """services.targets.TargetService. set_upstream raises WorkbenchError."""

    @property
    def targets(self) -> Sequence[Target]: ...
    @property
    def upstream_id(self) -> str: ...
    async def set_upstream(self, target_id: str = "") -> None: ...


class Keychain(Protocol):
    """storage.secrets.KeyringSecrets. note: a sentence while secrets are in memory only, else ""."""

    @property
    def note(self) -> str: ...
    async def retry(self) -> None: ...


class PreferencesModel(QObject):
    """data: a model of its own; it is closed with this. Signals: gateway_changed (GatewayState), upstream_changed, keychain_changed, token_ready (Secret), about_wanted, failed (Exception)."""

    gateway_changed = Signal(object)
    upstream_changed = Signal()
    keychain_changed = Signal()
    token_ready = Signal(object)
    about_wanted = Signal()
    failed = Signal(object)

    def __init__(
        self,
        settings: SettingsModel,
        gateway: Gateway,
        upstreams: Upstreams,
        targets: TargetsModel,
        keychain: Keychain,
        data: DataModel,
        updates: UpdatesModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self.data = data
        self.updates = updates
        self._gateway = gateway
        self._upstreams = upstreams
        self._targets = targets
        self._keychain = keychain
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._forget = gateway.on_change(self.gateway_changed.emit)
        targets.changed.connect(self.upstream_changed)

    @property
    def gateway(self) -> GatewayState:
        return self._gateway.state

    @property
    def upstream_id(self) -> str:
        """The connection behind the local gateway; "" is its sandbox."""
        return self._upstreams.upstream_id

    @property
    def upstreams(self) -> tuple[Target, ...]:
        """The connections that the local gateway can pass requests on to."""
        return tuple(target for target in self._upstreams.targets if not target.can.sandbox)

    @property
    def keychain_note(self) -> str:
        return self._keychain.note

    @property
    def address(self) -> str:
        """Where the gateway listens, or will."""
        return self._gateway.state.address or f"http://127.0.0.1:{self.settings.value.gateway_port}"

    def snippet(self) -> str:
        """A first call from the user's own code; the token comes from the environment, never from the text."""
        return (
            "import os\n"
            "from openai import OpenAI\n\n"
            f'client = OpenAI(base_url="{self.address}/v1/local/default/compat",\n'
            '                api_key=os.environ["WORKBENCH_TOKEN"])\n'
            "reply = client.chat.completions.create(\n"
            '    model="workers-ai/@cf/zai-org/glm-4.7-flash",\n'
            '    messages=[{"role": "user", "content": "Hello"}])\n'
            "print(reply.choices[0].message.content)\n"
        )

    @Slot()
    def fetch_token(self) -> None:
        """Have token_ready bring the local access token."""
        self._tasks.start("token", self._fetch_token())

    @Slot(str)
    def choose_upstream(self, target_id: str) -> None:
        self._tasks.start("upstream", self._choose(target_id))

    @property
    def on_another_port(self) -> bool:
        """Our gateway runs, but not on the port that is set: it would after a restart."""
        state = self._gateway.state
        ours = state.phase is GatewayPhase.RUNNING and not state.shared
        return ours and not state.address.endswith(f":{self.settings.value.gateway_port}")

    @Slot()
    def start_gateway(self) -> None:
        """Start it, or start it again."""
        self._tasks.start("gateway", self._start_gateway())

    @Slot()
    def retry_keychain(self) -> None:
        self._tasks.start("keychain", self._retry_keychain())

    async def aclose(self) -> None:
        self._forget()
        await self._tasks.aclose()
        await self.data.aclose()

    async def _fetch_token(self) -> None:
        self.token_ready.emit(await self._gateway.access_token())

    async def _choose(self, target_id: str) -> None:
        try:
            await self._upstreams.set_upstream(target_id)
        finally:
            self.upstream_changed.emit()
        self._targets.refresh()

    async def _start_gateway(self) -> None:
        await self._gateway.restart()

    async def _retry_keychain(self) -> None:
        await self._keychain.retry()
        self.keychain_changed.emit()
