from __future__ import annotations

import sqlite3

import pytest

from tests.storage.conftest import Loop
from workbench.domain.errors import StorageFailed
from workbench.domain.gateways import (
    Backoff,
    CustomProvider,
    DeployedRoute,
    GatewaySettings,
    Mode,
    ProviderConfig,
    RouteDeployment,
    RouteVersion,
    SpendRule,
)
from workbench.domain.routes.elements import End, ModelCall, Percentage, Rate, Route, Start, Technique
from workbench.domain.routes.elements import LimitType as Limit
from workbench.storage.database import Database
from workbench.storage.gateway_configuration import GATEWAY_MIGRATIONS, GatewayConfigurationStore

SETTINGS = GatewaySettings(
    id="team",
    cache_ttl=None,
    rate_limiting_technique=Technique.SLIDING,
    retry_backoff=Backoff.LINEAR,
    spend_rules=(
        SpendRule("r", 1.5, 60, Technique.SLIDING, ("user",), {"team": ("a", "b")}, ("m",), ("p",)),
    ),
    other={"dlp": {"enabled": True}},
    coalesce=False,
    created_at=1.5,
)
ROUTE = Route(
    "support",
    (
        Start(id="s", outputs={"next": "p"}),
        Percentage(id="p", outputs={"10%": "r", "else": "m"}, sticky="metadata.user"),
        Rate(
            id="r",
            outputs={"success": "m"},
            limit_type=Limit.COST,
            key="metadata.user",
            limit=0.5,
            window_s=60,
            technique=Technique.SLIDING,
        ),
        ModelCall(
            id="m", outputs={"success": "e"}, provider="openai", model="gpt", retries=2, unknown={"note": 1}
        ),
        End(id="e"),
    ),
    sidecar={"positions": {"s": [1, 2]}},
)


def deployed(gateway_id: str = "team") -> DeployedRoute:
    version = RouteVersion("v1", ROUTE, 2.0)
    return DeployedRoute(
        "r1", gateway_id, "support", (version,), (RouteDeployment("d1", "v1", 2.0),), 2.0, 2.0
    )


@pytest.fixture
def gateway_db(run: Loop) -> Database:
    return run.database(migrations=GATEWAY_MIGRATIONS)


@pytest.fixture
def store(run: Loop, gateway_db: Database) -> GatewayConfigurationStore:
    store = GatewayConfigurationStore(gateway_db)
    run(store.save_gateway(SETTINGS))
    return store


def count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def again(run: Loop) -> GatewayConfigurationStore:
    """The file, opened anew."""
    return GatewayConfigurationStore(run.database(migrations=GATEWAY_MIGRATIONS))


def test_a_gateway_comes_back_as_it_was_saved(run: Loop, store: GatewayConfigurationStore) -> None:
    assert run(again(run).load()).gateways == (SETTINGS,)


def test_a_gateway_saved_again_keeps_what_belongs_to_it(run: Loop, store: GatewayConfigurationStore) -> None:
    run(store.save_provider_configs(ProviderConfig("c", "team", "openai")))
    run(store.save_gateway(SETTINGS))
    assert len(run(store.load()).provider_configs) == 1


def test_keys_providers_and_modes_come_back_in_the_order_they_were_made(
    run: Loop, store: GatewayConfigurationStore
) -> None:
    configs = (
        ProviderConfig("1", "team", "openai", "a"),
        ProviderConfig("2", "team", "openai", "b", preview="wxyz"),
    )
    provider = CustomProvider("p", "Ollama", "ollama", "http://127.0.0.1:11434/v1", other={"beta": True})
    run(store.save_provider_configs(*configs))
    run(store.save_custom_provider(provider))
    run(store.save_modes({"*": Mode.SANDBOX}))
    run(store.save_modes({"openai": Mode.STORED}))
    loaded = run(again(run).load())
    assert loaded.provider_configs == configs
    assert loaded.custom_providers == (provider,)
    assert loaded.modes == {"openai": Mode.STORED}


def test_a_route_comes_back_with_its_graph_and_history(run: Loop, store: GatewayConfigurationStore) -> None:
    run(store.save_route(deployed()))
    assert run(again(run).load()).routes == (deployed(),)


def test_saving_a_route_again_only_adds_to_its_history(run: Loop, store: GatewayConfigurationStore) -> None:
    first = deployed()
    run(store.save_route(first))
    renamed = RouteVersion("v1", Route("other", ROUTE.elements), 9.0)
    more = DeployedRoute(
        "r1",
        "team",
        "renamed",
        (renamed, RouteVersion("v2", Route("renamed", ()), 3.0)),
        (*first.deployments, RouteDeployment("d2", "v2", 4.0)),
        2.0,
        4.0,
    )
    run(store.save_route(more))
    (loaded,) = run(store.load()).routes
    assert (loaded.name, loaded.modified_at) == ("renamed", 4.0)
    assert [(one.id, one.created_at) for one in loaded.versions] == [("v1", 2.0), ("v2", 3.0)]
    assert loaded.versions[0].route.elements == ROUTE.elements
    assert loaded.versions[0].route.name == "renamed"
    assert [one.id for one in loaded.deployments] == ["d1", "d2"]


def test_a_deleted_gateway_takes_its_routes_and_keys_along(
    run: Loop, store: GatewayConfigurationStore, gateway_db: Database
) -> None:
    run(store.save_route(deployed()))
    run(store.save_provider_configs(ProviderConfig("c", "team", "openai")))
    run(store.delete_gateway("team"))
    tables = ("gateways", "provider_configs", "routes", "route_versions", "route_deployments")
    assert run(gateway_db.read(lambda c: [count(c, table) for table in tables])) == [0] * 5


def test_a_deleted_route_takes_its_history_along(
    run: Loop, store: GatewayConfigurationStore, gateway_db: Database
) -> None:
    run(store.save_route(deployed()))
    run(store.delete_route("r1"))
    tables = ("routes", "route_versions", "route_deployments")
    assert run(gateway_db.read(lambda c: [count(c, table) for table in tables])) == [0] * 3


def test_a_route_of_a_gateway_that_is_gone_is_not_stored(run: Loop, store: GatewayConfigurationStore) -> None:
    with pytest.raises(StorageFailed):
        run(store.save_route(deployed("gone")))
    assert run(store.load()).routes == ()


def test_a_route_that_cannot_be_read_is_left_alone_and_named(
    run: Loop, store: GatewayConfigurationStore, gateway_db: Database
) -> None:
    run(store.save_route(deployed()))

    def spoil(connection: sqlite3.Connection) -> None:
        connection.execute("""UPDATE route_versions SET document = '{"elements": 7}'""")

    run(gateway_db.write(spoil))
    loaded = run(store.load())
    assert (loaded.routes, loaded.unreadable) == ((), ("support",))
    assert run(gateway_db.read(lambda c: count(c, "routes"))) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE gateways SET document = '{'",
        """UPDATE gateways SET document = '{"cache_ttl": "long"}'""",
        "INSERT INTO modes VALUES ('openai', 'telepathy')",
    ],
)
def test_settings_that_cannot_be_read_are_told_and_left_alone(
    run: Loop, store: GatewayConfigurationStore, gateway_db: Database, spoil: str
) -> None:
    run(gateway_db.write(lambda connection: connection.execute(spoil)))
    with pytest.raises(StorageFailed, match="cannot be read") as caught:
        run(store.load())
    assert str(run.path) in caught.value.why
    assert run(gateway_db.read(lambda connection: count(connection, "gateways"))) == 1


def test_a_deleted_custom_provider_takes_the_named_keys_along(
    run: Loop, store: GatewayConfigurationStore
) -> None:
    run(store.save_custom_provider(CustomProvider("p", "P", "p", "http://h")))
    run(
        store.save_provider_configs(
            ProviderConfig("1", "team", "custom-p"), ProviderConfig("2", "team", "openai")
        )
    )
    run(store.delete_custom_provider("p", ("1",)))
    loaded = run(store.load())
    assert loaded.custom_providers == ()
    assert [one.id for one in loaded.provider_configs] == ["2"]
