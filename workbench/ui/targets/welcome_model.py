"""First start: what there is to connect to, besides the sandbox that answers already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.targets import TargetKind
from workbench.services.discovery import FoundServer
from workbench.ui.support.notify import Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.targets import TargetsModel
from workbench.ui.support.tasks import TaskScope
from workbench.ui.targets.ports import ConnectionsBackend

Look = Callable[[], Awaitable[Sequence[FoundServer]]]


class WelcomeModel(QObject):
    """Signals: changed, connect_wanted (the user wants to enter a Cloudflare account)."""

    changed = Signal()
    connect_wanted = Signal()

    def __init__(
        self,
        backend: ConnectionsBackend,
        targets: TargetsModel,
        settings: SettingsModel,
        look: Look,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        """look: finds servers on this machine (services.discovery)."""
        super().__init__(parent)
        self._backend = backend
        self._targets = targets
        self._settings = settings
        self._look = look
        self._found: tuple[FoundServer, ...] = ()
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        targets.changed.connect(self.changed)
        settings.changed.connect(self._setting_changed)

    @property
    def wanted(self) -> bool:
        """Whether the card is to be shown: it was not dismissed, and has something to offer."""
        return not self._settings.value.welcome_dismissed and (self.offers_cloudflare or bool(self.servers))

    @property
    def offers_cloudflare(self) -> bool:
        return all(one.kind is not TargetKind.CLOUDFLARE for one in self._backend.targets)

    @property
    def servers(self) -> tuple[FoundServer, ...]:
        """Those found on this machine that are no connection yet."""
        known = {one.base_url.replace("//localhost", "//127.0.0.1") for one in self._backend.targets}
        return tuple(one for one in self._found if one.base_url not in known)

    def look(self) -> None:
        """Look for servers on this machine, unless nobody wants to know."""
        if not self._settings.value.welcome_dismissed:
            self._tasks.start("look", self._look_around())

    def connect_cloudflare(self) -> None:
        self.connect_wanted.emit()

    def use(self, server: FoundServer) -> None:
        """Make a connection of it, and send requests there from now on."""
        self._tasks.start("use", self._use(server))

    def dismiss(self) -> None:
        """Do not show it again; everything in it is also on the page of connections."""
        self._settings.set("welcome_dismissed", True)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _look_around(self) -> None:
        self._found = tuple(await self._look())
        self.changed.emit()

    async def _use(self, server: FoundServer) -> None:
        taken = {one.name.casefold() for one in self._backend.targets}
        name, number = server.name, 2
        while name.casefold() in taken:
            name, number = f"{server.name} {number}", number + 1
        saved = await self._backend.save(replace(server.target(), name=name))
        self._targets.reload()
        self._targets.select(saved.id)

    @Slot(str)
    def _setting_changed(self, name: str) -> None:
        if name == "welcome_dismissed":
            self.changed.emit()
