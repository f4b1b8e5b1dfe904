from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.storage.conftest import Loop
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.gateways import CustomProvider, GatewaySettings, Mode, ProviderConfig
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.domain.secret import Secret
from workbench.gateway.configuration import Configuration
from workbench.gateway.configured.changes import Missing, Taken
from workbench.storage.gateway_configuration import GATEWAY_MIGRATIONS
from workbench.storage.secrets import MemorySecrets


def graph(model: str = "gpt-4o-mini", name: str = "support") -> Route:
    return read_route(
        {
            "name": name,
            "elements": [
                {"id": "s", "type": "start", "outputs": {"next": {"elementId": "m"}}},
                {
                    "id": "m",
                    "type": "model",
                    "properties": {"provider": "openai", "model": model, "timeout": 0, "retries": 0},
                    "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "e"}},
                },
                {"id": "e", "type": "end", "outputs": {}},
            ],
        }
    ).route


ENDLESS = read_route(
    {
        "name": "loop",
        "elements": [{"id": "s", "type": "start", "outputs": {"next": {"elementId": "nowhere"}}}],
    }
).route


class Desk:
    """A configuration on a file of its own, which can be opened again."""

    def __init__(self, run: Loop) -> None:
        self.run = run
        self.secrets = MemorySecrets(note="")
        self.database = run.database(migrations=GATEWAY_MIGRATIONS, busy_ms=20)
        self.now = 100.0
        self.configuration = run(Configuration.open(self.database, self.secrets, clock=self._clock))
        self.told: list[tuple[str, str]] = []
        self.configuration.on_change.append(lambda gateway, what: self.told.append((gateway, what)))

    def _clock(self) -> float:
        self.now += 1
        return self.now

    def again(self) -> Configuration:
        """What is on disk, with the same keychain."""
        return self.run(Configuration.open(self.database, self.secrets, clock=self._clock))

    def locked(self) -> sqlite3.Connection:
        other = sqlite3.connect(self.run.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return other


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Loop]:
    loop = Loop(tmp_path)
    yield loop
    loop.close()


@pytest.fixture
def desk(run: Loop) -> Desk:
    return Desk(run)


def test_the_default_gateway_is_there_from_the_first_start_on(desk: Desk) -> None:
    default = desk.configuration.gateway("default")
    assert default is not None
    assert (default.authentication, default.collect_logs) == (True, True)
    assert (default.cache_ttl, default.rate_limiting_limit) == (0, 0)
    assert default.created_at > 100
    assert desk.again().gateway("default") == default


def test_the_default_gateway_cannot_be_deleted(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="cannot be deleted"):
        desk.run(desk.configuration.delete_gateway("default"))
    assert desk.configuration.gateway("default") is not None


def test_a_gateway_is_made_changed_and_removed(desk: Desk) -> None:
    made = desk.run(desk.configuration.create_gateway(GatewaySettings(id="team")))
    changed = desk.run(desk.configuration.replace_gateway(GatewaySettings(id="team", cache_ttl=60)))
    assert changed.created_at == made.created_at < changed.modified_at
    assert desk.again().gateway("team") == changed == desk.configuration.gateway("team")
    desk.run(desk.configuration.delete_gateway("team"))
    assert desk.configuration.gateway("team") is None is desk.again().gateway("team")
    assert desk.told == [("team", "gateway")] * 3


def test_a_gateway_that_is_there_is_not_made_again(desk: Desk) -> None:
    with pytest.raises(Taken):
        desk.run(desk.configuration.create_gateway(GatewaySettings(id="default", cache_ttl=60)))
    assert desk.configuration.wanted_gateway("default").cache_ttl == 0


def test_a_route_runs_its_first_version_at_once_and_a_later_one_when_deployed(desk: Desk) -> None:
    routes = desk.configuration.routes
    made = desk.run(routes.create("default", graph()))
    first = desk.configuration.route("default", "support")
    assert first is not None
    assert desk.configuration.route("default", "support") is first
    added = desk.run(routes.add_version("default", made.id, graph("gpt-5", name="whatever")))
    still = desk.configuration.route("default", "support")
    assert still is not None
    assert still.version_id == first.version_id
    desk.run(routes.deploy("default", made.id, added.versions[-1].id))
    then = desk.configuration.route("default", "support")
    assert then is not None
    assert then.version_id == added.versions[-1].id
    assert then.compiled is not first.compiled
    assert desk.again().routes.of("default") == (then.record,)


def test_deploying_an_older_version_rolls_back(desk: Desk) -> None:
    routes = desk.configuration.routes
    made = desk.run(routes.create("default", graph()))
    added = desk.run(routes.add_version("default", made.id, graph("gpt-5")))
    desk.run(routes.deploy("default", made.id, added.versions[1].id))
    back = desk.run(routes.deploy("default", made.id, added.versions[0].id))
    assert back.live == added.versions[0]
    assert len(back.deployments) == 3


def test_a_renamed_route_answers_to_its_new_name_only(desk: Desk) -> None:
    made = desk.run(desk.configuration.routes.create("default", graph()))
    assert desk.configuration.route("default", "support") is not None
    renamed = desk.run(desk.configuration.routes.rename("default", made.id, "help"))
    assert desk.configuration.route("default", "support") is None
    live = desk.configuration.route("default", "help")
    assert live is not None
    assert live.record == renamed
    assert desk.again().routes.of("default") == (renamed,)


def test_two_routes_of_a_gateway_have_two_names_but_two_gateways_may_share_one(desk: Desk) -> None:
    desk.run(desk.configuration.create_gateway(GatewaySettings(id="team")))
    desk.run(desk.configuration.routes.create("default", graph()))
    with pytest.raises(Taken):
        desk.run(desk.configuration.routes.create("default", graph()))
    other = desk.run(desk.configuration.routes.create("team", graph()))
    second = desk.run(desk.configuration.routes.create("default", graph(name="second")))
    with pytest.raises(Taken):
        desk.run(desk.configuration.routes.rename("default", second.id, "support"))
    with pytest.raises(Missing):
        desk.configuration.routes.get("default", other.id)


def test_a_graph_that_cannot_run_is_let_in_nowhere(desk: Desk) -> None:
    routes = desk.configuration.routes
    with pytest.raises(RouteError):
        desk.run(routes.create("default", ENDLESS))
    made = desk.run(routes.create("default", graph()))
    with pytest.raises(RouteError):
        desk.run(routes.add_version("default", made.id, ENDLESS))
    assert routes.of("default") == (made,) == desk.again().routes.of("default")


def test_a_deleted_route_is_gone_with_its_history(desk: Desk) -> None:
    made = desk.run(desk.configuration.routes.create("default", graph()))
    desk.run(desk.configuration.routes.delete("default", made.id))
    assert desk.configuration.route("default", "support") is None
    assert desk.again().routes.of("default") == ()
    with pytest.raises(Missing):
        desk.run(desk.configuration.routes.deploy("default", made.id, made.versions[0].id))


def test_a_key_is_in_the_keychain_and_never_in_the_file(desk: Desk) -> None:
    config = ProviderConfig("c1", "default", "openai", preview="cret")
    desk.run(desk.configuration.keys.add(config, Secret("canary-secret")))
    found = desk.again()
    stored = found.provider_config("default", "openai")
    assert stored is not None
    assert desk.run(found.provider_key(stored)) == Secret("canary-secret")
    desk.run(desk.database.aclose())
    assert b"canary-secret" not in b"".join(
        path.read_bytes() for path in desk.run.path.parent.glob("workbench.db*") if path.is_file()
    )


def test_the_default_alias_finds_the_key_marked_default(desk: Desk) -> None:
    keys = desk.configuration.keys
    desk.run(keys.add(ProviderConfig("a", "default", "openai", "prod", default_config=True), Secret("1")))
    desk.run(keys.add(ProviderConfig("b", "default", "openai", "test", default_config=False), Secret("2")))
    found = desk.configuration.provider_config
    assert [one.id for one in (found("default", "openai"), found("default", "openai", "test")) if one] == [
        "a",
        "b",
    ]
    desk.run(keys.add(ProviderConfig("c", "default", "openai", "third", default_config=True), Secret("3")))
    assert [(one.id, one.default_config) for one in desk.again().keys.of("default")] == [
        ("a", False), ("b", False), ("c", True),
    ]  # fmt: skip
    named = ProviderConfig("d", "default", "openai", "default", default_config=False)
    desk.run(keys.add(named, Secret("4")))
    chosen = found("default", "openai")
    assert chosen is not None
    assert chosen.id == "d"
    assert found("default", "anthropic") is None is found("other", "openai")


def test_an_alias_is_taken_once_per_provider(desk: Desk) -> None:
    desk.run(desk.configuration.keys.add(ProviderConfig("a", "default", "openai"), Secret("1")))
    with pytest.raises(Taken):
        desk.run(desk.configuration.keys.add(ProviderConfig("b", "default", "openai"), Secret("2")))
    desk.run(desk.configuration.keys.add(ProviderConfig("c", "default", "groq"), Secret("3")))


def test_a_deleted_key_is_gone_from_the_keychain(desk: Desk) -> None:
    desk.run(desk.configuration.keys.add(ProviderConfig("a", "default", "openai"), Secret("1")))
    gone = desk.run(desk.configuration.keys.delete("default", "a"))
    assert desk.run(desk.configuration.provider_key(gone)) is None
    assert desk.configuration.provider_config("default", "openai") is None
    assert desk.again().keys.of("default") == ()
    with pytest.raises(Missing):
        desk.run(desk.configuration.keys.delete("default", "a"))
    assert desk.told == [("default", "provider:openai")] * 2


def test_a_deleted_gateway_takes_routes_and_keys_along(desk: Desk) -> None:
    desk.run(desk.configuration.create_gateway(GatewaySettings(id="team")))
    desk.run(desk.configuration.routes.create("team", graph()))
    config = desk.run(desk.configuration.keys.add(ProviderConfig("a", "team", "openai"), Secret("1")))
    desk.run(desk.configuration.delete_gateway("team"))
    assert desk.configuration.route("team", "support") is None
    assert desk.configuration.provider_config("team", "openai") is None
    assert desk.run(desk.configuration.provider_key(config)) is None


class Counting(MemorySecrets):
    """Holds the event loop's turn for a moment, as a keychain does."""

    asked: list[str]

    def __init__(self, inner: MemorySecrets) -> None:
        super().__init__("")
        self._inner = inner
        self.asked = []

    async def get(self, name: str) -> Secret | None:
        self.asked.append(name)
        await asyncio.sleep(0)
        return await self._inner.get(name)


def test_many_requests_at_once_ask_the_keychain_once(desk: Desk) -> None:
    desk.run(desk.configuration.keys.add(ProviderConfig("a", "default", "openai"), Secret("1")))
    desk.run(desk.configuration.custom.add(CustomProvider("p", "P", "mine", "http://h"), {"a": "b"}))
    secrets = Counting(desk.secrets)
    found = desk.run(Configuration.open(desk.database, secrets))
    config, custom = found.provider_config("default", "openai"), found.custom_provider("mine")
    assert config is not None
    assert custom is not None

    async def many() -> tuple[set[Secret | None], int]:
        keys = await asyncio.gather(*(found.provider_key(config) for _ in range(10)))
        headers = await asyncio.gather(*(found.custom_headers(custom) for _ in range(10)))
        return set(keys), len([one for one in headers if one == {"a": "b"}])

    assert desk.run(many()) == ({Secret("1")}, 10)
    assert secrets.asked == ["gateway/provider-key/a", "gateway/custom-headers/p"]


def test_a_custom_provider_keeps_its_headers_in_the_keychain(desk: Desk) -> None:
    custom = desk.configuration.custom
    other = {"headers": '{"x-key":"••••"}'}
    made = desk.run(
        custom.add(CustomProvider("p", "P", "mine", "http://h", other=other), {"x-key": "canary"})
    )
    assert desk.configuration.custom_provider("mine") == made
    again = desk.again()
    assert desk.run(again.custom_headers(made)) == {"x-key": "canary"}
    desk.run(custom.replace(CustomProvider("p", "P", "ignored", "http://other"), {}))
    assert desk.configuration.custom_provider("mine") is not None
    assert desk.run(desk.secrets.get("gateway/custom-headers/p")) is None
    assert desk.told == [("", "provider:custom-mine")] * 2


def test_a_deleted_custom_provider_takes_headers_and_keys_along(desk: Desk) -> None:
    custom = desk.configuration.custom
    provider = desk.run(custom.add(CustomProvider("p", "P", "mine", "http://h"), {"a": "b"}))
    config = ProviderConfig("c", "default", "custom-mine")
    desk.run(desk.configuration.keys.add(config, Secret("1")))
    desk.run(custom.delete("p"))
    assert desk.configuration.custom_provider("mine") is None
    assert desk.configuration.provider_config("default", "custom-mine") is None
    assert desk.run(desk.configuration.provider_key(config)) is None
    assert desk.run(desk.secrets.get("gateway/custom-headers/p")) is None
    assert desk.run(desk.configuration.custom_headers(provider)) == {}
    again = desk.again()
    assert again.custom.all() == () == again.keys.of("default")


def test_a_slug_is_taken_once(desk: Desk) -> None:
    desk.run(desk.configuration.custom.add(CustomProvider("p", "P", "mine", "http://h"), {}))
    with pytest.raises(Taken):
        desk.run(desk.configuration.custom.add(CustomProvider("q", "Q", "mine", "http://i"), {}))
    assert [one.id for one in desk.configuration.custom.all()] == ["p"]


def test_a_mode_holds_for_its_provider_and_the_star_for_the_rest(desk: Desk) -> None:
    desk.run(desk.configuration.set_modes({"*": Mode.SANDBOX, "openai": Mode.STORED}))
    again = desk.again()
    assert (again.mode("openai"), again.mode("anthropic")) == (Mode.STORED, Mode.SANDBOX)
    desk.run(desk.configuration.set_modes({}))
    assert desk.configuration.mode("openai") is Mode.FOLLOW
    assert desk.configuration.modes() == {}


def test_only_providers_whose_mode_changed_are_told(desk: Desk) -> None:
    desk.run(desk.configuration.set_modes({"openai": Mode.STORED}))
    desk.run(desk.configuration.set_modes({"openai": Mode.STORED, "groq": Mode.CALLER}))
    assert desk.told == [("", "provider:openai"), ("", "provider:groq")]


def test_a_mode_of_an_unknown_provider_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="nobody"):
        desk.run(desk.configuration.set_modes({"openai": Mode.STORED, "nobody": Mode.STORED}))
    assert desk.configuration.modes() == {}


def test_the_mode_of_a_provider_that_was_removed_is_not_told(desk: Desk) -> None:
    desk.run(desk.configuration.custom.add(CustomProvider("p", "P", "mine", "http://h"), {}))
    desk.run(desk.configuration.set_modes({"custom-mine": Mode.CALLER}))
    desk.run(desk.configuration.custom.delete("p"))
    assert desk.configuration.modes() == {}


def test_a_locked_file_refuses_every_change_and_nothing_becomes_true(desk: Desk) -> None:
    configuration = desk.configuration
    made = desk.run(configuration.routes.create("default", graph()))
    desk.run(configuration.keys.add(ProviderConfig("a", "default", "groq"), Secret("1")))
    custom = desk.run(configuration.custom.add(CustomProvider("p", "P", "mine", "http://h"), {"a": "b"}))
    desk.told.clear()
    lock = desk.locked()
    changes: list[Callable[[], Coroutine[Any, Any, object]]] = [
        lambda: configuration.create_gateway(GatewaySettings(id="team")),
        lambda: configuration.replace_gateway(GatewaySettings(cache_ttl=60)),
        lambda: configuration.routes.create("default", graph(name="second")),
        lambda: configuration.routes.rename("default", made.id, "second"),
        lambda: configuration.routes.add_version("default", made.id, graph("gpt-5")),
        lambda: configuration.routes.deploy("default", made.id, made.versions[0].id),
        lambda: configuration.routes.delete("default", made.id),
        lambda: configuration.keys.add(ProviderConfig("b", "default", "openai"), Secret("2")),
        lambda: configuration.keys.delete("default", "a"),
        lambda: configuration.custom.add(CustomProvider("q", "Q", "second", "http://h"), {"c": "d"}),
        lambda: configuration.custom.replace(
            CustomProvider("p", "P", "mine", "http://other"), {"a": "changed"}
        ),
        lambda: configuration.custom.delete("p"),
        lambda: configuration.set_modes({"openai": Mode.STORED}),
    ]
    for change in changes:
        with pytest.raises(StorageFailed, match="busy"):
            desk.run(change())
    lock.execute("ROLLBACK")
    lock.close()
    assert desk.told == []
    for found in (configuration, desk.again()):
        assert [one.id for one in found.gateways()] == ["default"]
        assert found.wanted_gateway("default").cache_ttl == 0
        assert found.routes.of("default") == (made,)
        assert [one.id for one in found.keys.of("default")] == ["a"]
        assert found.custom.all() == (custom,)
        assert found.modes() == {}
    assert desk.run(desk.secrets.get("gateway/provider-key/b")) is None
    assert desk.run(desk.secrets.get("gateway/provider-key/a")) == Secret("1")
    assert desk.run(desk.secrets.get("gateway/custom-headers/p")) == Secret('{"a":"b"}')


def test_of_two_writers_at_once_one_is_told_that_the_name_is_taken(desk: Desk) -> None:
    async def both() -> Sequence[object]:
        first = desk.configuration.create_gateway(GatewaySettings(id="team", cache_ttl=60))
        second = desk.configuration.create_gateway(GatewaySettings(id="team", cache_ttl=90))
        return tuple(await asyncio.gather(first, second, return_exceptions=True))

    one, two = desk.run(both())
    assert isinstance(one, GatewaySettings)
    assert isinstance(two, Taken)
    assert desk.again().gateway("team") == one


def test_versions_added_at_once_are_all_kept(desk: Desk) -> None:
    made = desk.run(desk.configuration.routes.create("default", graph()))

    async def many() -> None:
        await asyncio.gather(
            *(desk.configuration.routes.add_version("default", made.id, graph(f"m{n}")) for n in range(8))
        )

    desk.run(many())
    (now,) = desk.configuration.routes.of("default")
    assert len(now.versions) == 9
    assert desk.again().routes.of("default") == (now,)


def test_a_cancelled_writer_leaves_memory_and_disk_as_one(desk: Desk) -> None:
    async def cancelled() -> None:
        async with asyncio.TaskGroup() as group:
            writer = group.create_task(desk.configuration.create_gateway(GatewaySettings(id="team")))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            writer.cancel()
        await desk.configuration.set_modes({})  # behind it in the queue

    desk.run(cancelled())
    assert desk.configuration.gateway("team") is not None
    assert desk.again().gateway("team") == desk.configuration.gateway("team")


def test_what_will_be_lost_at_the_end_is_told(desk: Desk) -> None:
    assert desk.configuration.note == ""
    desk.secrets.note = "Secrets are kept in memory only."
    assert desk.configuration.note == "Secrets are kept in memory only."
