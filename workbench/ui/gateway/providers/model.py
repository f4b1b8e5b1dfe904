"""Who answers for each provider: modes, keys, servers of the user's own, and those found on this machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import InvalidFields, InvalidInput, WorkbenchError
from workbench.domain.gateways import CUSTOM, CustomProvider, Mode, ProviderConfig
from workbench.domain.secret import Secret
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.services.discovery import FoundServer
from workbench.services.gateway_providers import ProviderState, slug_for
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope


class Providers(Protocol):
    """services.gateway_providers.GatewayProviders."""

    async def all(self, gateway_id: str) -> tuple[ProviderState, ...]: ...
    async def set_mode(self, slug: str, mode: Mode) -> None: ...
    async def put_key(
        self, config: ProviderConfig, key: Secret, *, in_place_of: str = ""
    ) -> ProviderConfig: ...
    async def remove_key(self, config: ProviderConfig) -> None: ...
    async def add(self, name: str, slug: str, base_url: str) -> CustomProvider: ...
    async def change(
        self, provider: CustomProvider, *, name: str, base_url: str, enable: bool
    ) -> CustomProvider: ...
    async def delete(self, provider: CustomProvider) -> Callable[[], Awaitable[object]]: ...
    async def found(self) -> Sequence[FoundServer]: ...
    async def models(self, server: FoundServer) -> tuple[str, ...]: ...


class Phase(Enum):
    IDLE = auto()
    LOADING = auto()
    READY = auto()
    FAILED = auto()


class ProvidersModel(QObject):
    """Signals: changed (providers, phase, gateway), found_changed (servers on this machine), edit_changed (the form that
    is open, and what is wrong in it).
    """

    changed = Signal()
    found_changed = Signal()
    edit_changed = Signal()

    def __init__(self, providers: Providers, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._backend = providers
        self._notifier = notifier
        self.gateway = DEFAULT_GATEWAY
        self.phase = Phase.IDLE
        self.problem: WorkbenchError | None = None
        self.providers: tuple[ProviderState, ...] = ()
        self.found: tuple[FoundServer, ...] = ()
        self.models: Mapping[str, tuple[str, ...]] = {}
        """What each found server has, by its base address."""
        self.looking = False
        self.editing = ""
        """Which form is open: "key/{slug}", "custom/{id}", "new", or "" for none."""
        self.problems: Mapping[str, str] = {}
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)

    @property
    def custom(self) -> tuple[ProviderState, ...]:
        return tuple(one for one in self.providers if one.custom is not None)

    @property
    def busy(self) -> bool:
        return self._tasks.running("save")

    def open(self) -> None:
        """Read what there is, and look for servers on this machine."""
        self._tasks.start("load", self._load())
        if not self.found and not self.looking:
            self.look()

    def leave(self) -> None:
        self._tasks.cancel("load")
        self._set_phase(Phase.IDLE)

    def look(self) -> None:
        """Look for model servers on this machine, again."""
        self._tasks.start("look", self._look())

    def set_gateway(self, gateway_id: str) -> None:
        """Keys belong to a gateway; the rest to all."""
        if gateway_id != self.gateway:
            self.gateway = gateway_id
            self.edit("")
            self.open()

    def set_mode(self, slug: str, mode: Mode) -> None:
        self._tasks.start(f"mode/{slug}", self._set_mode(slug, mode))

    def edit(self, form: str) -> None:
        """Open a form, and close the one that was open."""
        self.editing, self.problems = form, {}
        self.edit_changed.emit()

    def save_key(
        self,
        slug: str,
        key: str,
        alias: str,
        rate_limit: str,
        period_s: str,
        in_place_of: ProviderConfig | None = None,
    ) -> None:
        """Keep a key for this gateway. What is refused is in problems, by the names of the API."""
        problems = {} if key.strip() else {"secret": self.tr("Paste the key.")}
        numbers = {"rate_limit": rate_limit.strip(), "rate_limit_period": period_s.strip()}
        for name, text in numbers.items():
            if text and not text.isdecimal():
                problems[name] = self.tr("A whole number.")
        if problems:
            self._refuse(problems)
            return
        config = ProviderConfig(
            "",
            self.gateway,
            slug,
            alias.strip() or "default",
            default_config=in_place_of.default_config if in_place_of else True,
            rate_limit=int(numbers["rate_limit"]) if numbers["rate_limit"] else None,
            rate_limit_period_s=int(numbers["rate_limit_period"]) if numbers["rate_limit_period"] else None,
        )
        old = in_place_of.id if in_place_of else ""
        self._save(self._backend.put_key(config, Secret(key.strip()), in_place_of=old))

    def remove_key(self, config: ProviderConfig) -> None:
        """Out of the keychain; it cannot be brought back, only entered again."""
        self._tasks.start(f"key/{config.id}", self._remove_key(config))

    def add(self, name: str, slug: str, base_url: str) -> None:
        slug = slug.strip() or self.free_slug(name)
        self._save(self._backend.add(name.strip(), slug, base_url.strip()))

    def add_found(self, server: FoundServer) -> None:
        """One click: it can be called as custom-{slug} at once."""
        self._tasks.start(f"found/{server.base_url}", self._add_found(server))

    def change(self, provider: CustomProvider, *, name: str, base_url: str, enable: bool) -> None:
        self._save(
            self._backend.change(provider, name=name.strip(), base_url=base_url.strip(), enable=enable)
        )

    def enable(self, provider: CustomProvider, on: bool) -> None:
        work = self._backend.change(provider, name=provider.name, base_url=provider.base_url, enable=on)
        self._tasks.start(f"enable/{provider.id}", self._and_load(work))

    def delete(self, provider: CustomProvider) -> None:
        """The notice offers to undo it."""
        self._tasks.start(f"delete/{provider.id}", self._delete(provider))

    def known_as(self, server: FoundServer) -> str:
        """`custom-{slug}` under which a found server is called already; "" for one that was not added."""
        for one in self.custom:
            assert one.custom is not None
            if one.custom.base_url.rstrip("/") == server.base_url.rstrip("/"):
                return one.slug
        return ""

    def free_slug(self, name: str) -> str:
        return slug_for(name, [one.slug.removeprefix(CUSTOM) for one in self.custom])

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def _save(self, work: Coroutine[Any, Any, object]) -> None:
        self._tasks.start("save", self._saved(work))
        self.edit_changed.emit()

    async def _saved(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except InvalidFields as error:
            self._refuse(error.problems)
            return
        except InvalidInput as error:
            self._refuse({error.field: error.what})
            return
        self.edit("")
        await self._load()

    def _refuse(self, problems: Mapping[str, str]) -> None:
        self.problems = problems
        self.edit_changed.emit()

    async def _load(self) -> None:
        if self.phase is not Phase.READY:
            self._set_phase(Phase.LOADING)
        try:
            self.providers = await self._backend.all(self.gateway)
        except WorkbenchError as error:
            self.problem = error
            self._set_phase(Phase.FAILED)
            return
        except BaseExceptionGroup as group:
            failed, others = group.split(WorkbenchError)
            if failed is None or others is not None:
                raise
            self.problem = next(iter(failed.exceptions))  # type: ignore[assignment]  # split by this class
            self._set_phase(Phase.FAILED)
            return
        self.phase, self.problem = Phase.READY, None
        self.changed.emit()
        self.found_changed.emit()

    async def _look(self) -> None:
        self.looking = True
        self.found_changed.emit()
        try:
            self.found = tuple(await self._backend.found())
        finally:
            self.looking = False
            self.found_changed.emit()
        for server in self.found:
            self.models = {**self.models, server.base_url: await self._backend.models(server)}
            self.found_changed.emit()

    async def _set_mode(self, slug: str, mode: Mode) -> None:
        try:
            await self._backend.set_mode(slug, mode)
        finally:
            await self._load()

    async def _remove_key(self, config: ProviderConfig) -> None:
        await self._backend.remove_key(config)
        await self._load()
        words = self.tr("The key of {0} was removed from the keychain.")
        self._notifier.info(words.format(config.provider_slug), key="key")

    async def _add_found(self, server: FoundServer) -> None:
        made = await self._backend.add(server.name, self.free_slug(server.name), server.base_url)
        await self._load()
        words = self.tr("{0} can be called as {1}.").format(server.name, CUSTOM + made.slug)
        models = self.models.get(server.base_url, ())
        detail = (
            self.tr("For example the model {0}/{1}.").format(CUSTOM + made.slug, models[0]) if models else ""
        )
        self._notifier.info(words, detail=detail, key="found")

    async def _and_load(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        finally:
            await self._load()

    async def _delete(self, provider: CustomProvider) -> None:
        restore = await self._backend.delete(provider)
        await self._load()
        self._notifier.undo(
            self.tr("Deleted “{0}”.").format(provider.name),
            self._undo(restore),
            key=f"provider/{provider.id}",
        )

    def _undo(self, restore: Callable[[], Awaitable[object]]) -> Callable[[], None]:
        async def back() -> None:
            await restore()
            await self._load()

        return lambda: self._tasks.start("restore", back())

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.changed.emit()
