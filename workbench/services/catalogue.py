"""Which models there are: the list that comes with the program, merged with what a target lists."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Protocol

from workbench.domain.errors import RequestFailed, StorageFailed
from workbench.domain.models import TEXT_GENERATION, Model
from workbench.domain.targets import DEFAULT_GATEWAY, Connection, Target
from workbench.services.targets import SettingsKeeper

if TYPE_CHECKING:
    from workbench.domain.gateways import RouteEntry
    from workbench.domain.parameters import ParameterSpec

DEFAULT_MODEL = "@cf/zai-org/glm-4.7-flash"

_log = logging.getLogger(__name__)


class Fetched(Protocol):
    """storage.catalogue.FetchedList."""

    @property
    def models(self) -> tuple[Model, ...]: ...


class Cache(Protocol):
    """storage.catalogue.ModelCache."""

    async def load(self, target_id: str) -> Fetched | None: ...
    async def save(self, target_id: str, models: tuple[Model, ...]) -> None: ...


class Lists(Protocol):
    """client.catalogue.CatalogueClient."""

    async def models(self, connection: Connection) -> tuple[Model, ...]: ...


class Routes(Protocol):
    """client.management.ManagementClient."""

    async def routes(self, connection: Connection, gateway: str) -> tuple[RouteEntry, ...]: ...


class Targets(Protocol):
    """services.targets.TargetService."""

    def get(self, target_id: str) -> Target: ...
    async def connection(self, target_id: str = "") -> Connection: ...


class Catalogue:
    """offline: the list that comes with the program; called when it is first needed, and may raise StorageFailed.
    routes: where a target's deployed routes are listed, which are asked like models.

    `cached` answers at once with what is known, `models` asks the target. Both answer with what that target offers,
    retired models of the offline list too, so that they can be explained.
    """

    def __init__(
        self,
        offline: Callable[[], tuple[Model, ...]],
        cache: Cache,
        lists: Lists,
        targets: Targets,
        settings: SettingsKeeper,
        routes: Routes,
    ) -> None:
        self._read_offline = offline
        self._offline: dict[str, Model] | None = None
        self._cache = cache
        self._lists = lists
        self._targets = targets
        self._settings = settings
        self._routes = routes
        self._favourites: tuple[str, ...] | None = None
        self._known: dict[str, dict[str, Model]] = {}

    def cached(self, target_id: str) -> tuple[Model, ...]:
        """What is known without asking anybody: the last list of this target if it was loaded, else the offline one."""
        known = self._known.get(target_id)
        if known is None:
            return () if self._targets.get(target_id).can.openai_models else tuple(self._own().values())
        return tuple(known.values())

    async def load(self, target_id: str) -> tuple[Model, ...]:
        """As `cached`, after reading the list this target gave last, perhaps in an earlier run. Raises StorageFailed."""
        if target_id not in self._known and (fetched := await self._cache.load(target_id)):
            self._take(target_id, fetched.models)
        return self.cached(target_id)

    async def models(self, target_id: str) -> tuple[Model, ...]:
        """Ask the target for its list. Raises RequestFailed; `cached` is the last list then, from an earlier run if need be."""
        try:
            await self.load(target_id)
        except StorageFailed as error:
            _log.warning("The last list of models was not read: %s", error.why or error.what)
        connection = await self._targets.connection(target_id)
        found = (*await self._deployed(connection), *await self._lists.models(connection))
        self._take(target_id, found)
        try:
            await self._cache.save(target_id, found)
        except StorageFailed as error:
            _log.warning("The list of models was not kept: %s", error.why or error.what)
        return self.cached(target_id)

    def find(self, model_id: str) -> Model:
        """The model of any list with that id, in whichever way it is spelt; else one with known=False, to be used all the same."""
        bare = model_id.removeprefix("workers-ai/")
        for known in (*self._known.values(), self._own()):
            if found := known.get(model_id) or known.get(bare):
                return found
        return Model(model_id, known=False)

    def replacement_of(self, model_id: str) -> str:
        """What to use instead of a retired model; "" when it is not retired, or nothing is known."""
        return self.find(model_id).successor

    def default_model(self, target_id: str) -> str:
        """What a first conversation is held with: a favourite, else the usual one, else the first that chats; "" if none."""
        there = {model.id: model for model in self.cached(target_id) if model.chats and not model.deprecated}
        for model_id in (*self.favourites, DEFAULT_MODEL):
            if model_id in there:
                return model_id
        return next(iter(there), "")

    def parameters_of(self, model: Model) -> tuple[ParameterSpec, ...]:
        from workbench.domain.parameters import parameters_of  # no window waits for it

        return parameters_of(model)

    @property
    def favourites(self) -> tuple[str, ...]:
        """Ids, in the order they were chosen."""
        if self._favourites is None:
            self._favourites = self._settings.load().favourites
        return self._favourites

    def set_favourite(self, model_id: str, favourite: bool) -> None:
        """Raises StorageFailed; it holds for this run all the same."""
        settings = self._settings.load()
        others = tuple(one for one in settings.favourites if one != model_id)
        self._favourites = (*others, model_id) if favourite else others
        self._settings.save(replace(settings, favourites=self._favourites))

    async def _deployed(self, connection: Connection) -> tuple[Model, ...]:
        """The routes of the connection's gateway; none where they cannot be listed, for the models can be all the same."""
        if not connection.target.can.gateway:
            return ()
        gateway = connection.target.gateway or DEFAULT_GATEWAY
        try:
            entries = await self._routes.routes(connection, gateway)
        except RequestFailed as error:
            _log.info("The routes of %s were not listed: %s", gateway, error.what)
            return ()
        return tuple(route_model(entry.name) for entry in sorted(entries, key=lambda entry: entry.name))

    def _take(self, target_id: str, listed: Sequence[Model]) -> None:
        """A target of Workers AI models has gaps that the offline list fills; a server of its own knows best."""
        if self._targets.get(target_id).can.openai_models:
            models: Iterable[Model] = listed
        else:
            models = merged(listed, self._own())
        self._known[target_id] = {model.id: model for model in models}

    def _own(self) -> Mapping[str, Model]:
        if self._offline is None:
            try:
                self._offline = {model.id: model for model in self._read_offline()}
            except StorageFailed as error:
                _log.error("%s %s", error.what, error.why)
                self._offline = {}
        return self._offline


def route_model(name: str) -> Model:
    """A deployed route as an entry of the list: what it can do depends on who answers, so nothing is said of that."""
    # With all that describes one: the window need not wait for it.
    from workbench.domain.gateways import ROUTE

    return Model(
        f"{ROUTE}{name}",
        TEXT_GENERATION,
        description="A route: it decides for each request which model answers.",
    )


def merged(listed: Sequence[Model], offline: Mapping[str, Model]) -> tuple[Model, ...]:
    """What the target lists, each with the facts it lacks from the offline list; then the retired ones of that.

    Models the offline list has and the target does not are gone there, unless it listed nothing but routes.
    """
    from workbench.domain.gateways import ROUTE

    if all(model.id.startswith(ROUTE) for model in listed):
        return (*listed, *offline.values())
    here = {model.id for model in listed}
    gone = (model for model in offline.values() if model.deprecated and model.id not in here)
    return (*(_completed(model, offline.get(model.id)) for model in listed), *gone)


_TOLD_BY_BEING_LISTED = frozenset({"deprecated", "beta", "known", "properties"})


def _completed(model: Model, facts: Model | None) -> Model:
    """The target's own facts win; what it leaves open (None, "", empty, False) is filled in."""
    if facts is None:
        return model
    gaps = {
        f.name: getattr(facts, f.name)
        for f in fields(Model)
        if f.name not in _TOLD_BY_BEING_LISTED and not getattr(model, f.name)
    }
    return replace(model, **gaps, properties={**facts.properties, **model.properties})
