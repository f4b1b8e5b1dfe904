from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.conftest import Run
from tests.services.test_targets import CLOUD, SERVER, FakeSettings
from workbench.domain.errors import Failure, Maker, RequestFailed, StorageFailed
from workbench.domain.gateways import RouteEntry
from workbench.domain.models import TEXT_GENERATION, Model, Price
from workbench.domain.targets import Connection, Target
from workbench.services.catalogue import DEFAULT_MODEL, Catalogue
from workbench.services.targets import LOCAL, LOCAL_ID

GLM = Model(
    DEFAULT_MODEL, TEXT_GENERATION, context_window=131072, prices=(Price("per M input tokens", 0.06),)
)
GONE = Model("@cf/a/gone", TEXT_GENERATION)
RETIRED = Model("@cf/a/old", TEXT_GENERATION, deprecated=True, replacement=DEFAULT_MODEL)


@dataclass
class Kept:
    models: tuple[Model, ...]


class FakeCache:
    def __init__(self) -> None:
        self.lists: dict[str, tuple[Model, ...]] = {}
        self.failing = False

    async def load(self, target_id: str) -> Kept | None:
        return Kept(self.lists[target_id]) if target_id in self.lists else None

    async def save(self, target_id: str, models: tuple[Model, ...]) -> None:
        if self.failing:
            raise StorageFailed("Full.")
        self.lists[target_id] = models


class FakeLists:
    def __init__(self, *models: Model) -> None:
        self.found: tuple[Model, ...] | RequestFailed = models

    async def models(self, connection: Connection) -> tuple[Model, ...]:
        if isinstance(self.found, RequestFailed):
            raise self.found
        return self.found


class FakeRoutes:
    def __init__(self) -> None:
        self.names: tuple[str, ...] | RequestFailed = ()
        self.gateways: list[str] = []

    async def routes(self, connection: Connection, gateway: str) -> tuple[RouteEntry, ...]:
        self.gateways.append(gateway)
        if isinstance(self.names, RequestFailed):
            raise self.names
        return tuple(RouteEntry(name, name) for name in self.names)


class FakeTargets:
    def get(self, target_id: str) -> Target:
        return {LOCAL_ID: LOCAL, "cf": CLOUD, "o": SERVER}[target_id]

    async def connection(self, target_id: str = "") -> Connection:
        return Connection(self.get(target_id))


class Desk:
    def __init__(self, *listed: Model) -> None:
        self.lists = FakeLists(*listed)
        self.cache = FakeCache()
        self.settings = FakeSettings()
        self.routes = FakeRoutes()
        self.catalogue = self.window()

    def window(self) -> Catalogue:
        return Catalogue(
            lambda: (GLM, GONE, RETIRED), self.cache, self.lists, FakeTargets(), self.settings, self.routes
        )


def test_the_offline_list_is_there_at_once() -> None:
    assert Desk().catalogue.cached(LOCAL_ID) == (GLM, GONE, RETIRED)


def test_the_targets_facts_win_and_the_offline_list_fills_the_gaps(run_async: Run) -> None:
    listed = Model(DEFAULT_MODEL, context_window=99, function_calling=True, properties={"new": "x"})
    found = run_async(Desk(listed).catalogue.models("cf"))[0]
    assert (found.context_window, found.function_calling, found.task) == (99, True, TEXT_GENERATION)
    assert found.prices == GLM.prices
    assert found.properties == {"new": "x"}


def test_unknown_models_survive_and_retired_ones_stay_explained(run_async: Run) -> None:
    new = Model("@cf/new/one", "Some New Task")
    found = run_async(Desk(GLM, new).catalogue.models("cf"))
    assert found == (GLM, new, RETIRED)


def test_a_model_that_is_listed_is_not_retired_whatever_the_offline_list_says(run_async: Run) -> None:
    found = run_async(Desk(Model("@cf/a/old", TEXT_GENERATION)).catalogue.models("cf"))
    assert [model.deprecated for model in found] == [False]


def test_a_server_of_its_own_knows_best_what_it_has(run_async: Run) -> None:
    desk = Desk(Model("llama3"))
    assert desk.catalogue.cached("o") == ()
    assert run_async(desk.catalogue.models("o")) == (Model("llama3"),)


def test_the_last_list_is_there_after_a_restart_without_the_network(run_async: Run) -> None:
    desk = Desk(Model("llama3"))

    async def scenario() -> tuple[Model, ...]:
        await desk.catalogue.models("o")
        desk.lists.found = RequestFailed("No network.", failure=Failure.CONNECT, maker=Maker.NETWORK)
        again = desk.window()
        with pytest.raises(RequestFailed):
            await again.models("o")
        return again.cached("o")

    assert run_async(scenario()) == (Model("llama3"),)


def test_a_list_that_cannot_be_kept_is_used_all_the_same(run_async: Run) -> None:
    desk = Desk(GLM)
    desk.cache.failing = True
    assert run_async(desk.catalogue.models("cf")) == (GLM, RETIRED)


def test_any_id_finds_a_model() -> None:
    catalogue = Desk().catalogue
    assert catalogue.find(DEFAULT_MODEL) == GLM
    assert catalogue.find(f"workers-ai/{DEFAULT_MODEL}") == GLM
    assert catalogue.find("typed/by-hand") == Model("typed/by-hand", known=False)


def test_a_retired_model_names_its_replacement() -> None:
    catalogue = Desk().catalogue
    assert catalogue.replacement_of("@cf/a/old") == DEFAULT_MODEL
    assert catalogue.replacement_of(DEFAULT_MODEL) == ""


def test_favourites_are_kept_in_the_settings_and_come_first_as_default() -> None:
    desk = Desk()
    assert desk.catalogue.default_model(LOCAL_ID) == DEFAULT_MODEL
    desk.catalogue.set_favourite("@cf/a/gone", True)
    desk.catalogue.set_favourite("@cf/a/gone", True)
    assert desk.settings.value.favourites == ("@cf/a/gone",)
    assert desk.window().default_model(LOCAL_ID) == "@cf/a/gone"
    desk.catalogue.set_favourite("@cf/a/gone", False)
    assert desk.catalogue.favourites == ()


def test_a_server_without_the_usual_model_gets_its_first(run_async: Run) -> None:
    desk = Desk(Model("embedder", "Text Embeddings"), Model("llama3"))
    run_async(desk.catalogue.models("o"))
    assert desk.catalogue.default_model("o") == "llama3"
    assert Desk().catalogue.default_model("o") == ""


def test_a_program_without_its_model_list_still_works() -> None:
    def broken() -> tuple[Model, ...]:
        raise StorageFailed("Unreadable.")

    catalogue = Catalogue(broken, FakeCache(), FakeLists(), FakeTargets(), FakeSettings(), FakeRoutes())
    assert catalogue.cached(LOCAL_ID) == ()
    assert not catalogue.find("x").known


def test_deployed_routes_are_listed_like_models(run_async: Run) -> None:
    desk = Desk(GLM)
    desk.routes.names = ("support", "canary")
    found = run_async(desk.catalogue.models(LOCAL_ID))
    assert [model.id for model in found][:3] == ["dynamic/canary", "dynamic/support", DEFAULT_MODEL]
    assert desk.catalogue.find("dynamic/support").chats
    assert desk.routes.gateways == ["default"]


def test_routes_alone_do_not_say_that_all_models_are_gone(run_async: Run) -> None:
    desk = Desk()
    desk.routes.names = ("support",)
    assert GLM in run_async(desk.catalogue.models(LOCAL_ID))


def test_where_routes_cannot_be_listed_models_still_are(run_async: Run) -> None:
    desk = Desk(GLM)
    desk.routes.names = RequestFailed("No.", failure=Failure.FORBIDDEN, maker=Maker.GATEWAY, status=403)
    assert GLM in run_async(desk.catalogue.models(LOCAL_ID))


def test_a_server_without_a_gateway_is_not_asked_for_routes(run_async: Run) -> None:
    desk = Desk(Model("llama3.2"))
    run_async(desk.catalogue.models("o"))
    assert desk.routes.gateways == []
