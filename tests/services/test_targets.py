from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.conftest import Run
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.gateway import GatewayPhase, GatewayState, Upstream, UpstreamKind
from workbench.domain.secret import Secret
from workbench.domain.settings import Settings
from workbench.domain.targets import (
    Connection,
    Reach,
    SecretKind,
    Target,
    TargetKind,
    TargetStatus,
    secret_name,
)
from workbench.services.targets import LOCAL_ID, TargetService
from workbench.storage.secrets import MemorySecrets

ACCOUNT = "0123456789abcdef0123456789abcdef"
CLOUD = Target("cf", "Mine", TargetKind.CLOUDFLARE, account=ACCOUNT, gateway="g")
SERVER = Target("o", "Ollama", TargetKind.OPENAI, base_url="http://127.0.0.1:11434/v1")


class FakeTargetStore:
    def __init__(self) -> None:
        self.rows: dict[str, Target] = {}

    async def all(self) -> Sequence[Target]:
        return sorted(self.rows.values(), key=lambda target: target.position)

    async def save(self, target: Target) -> None:
        self.rows[target.id] = target

    async def delete(self, target_id: str) -> None:
        self.rows.pop(target_id, None)


class FakeSettings:
    def __init__(self) -> None:
        self.value = Settings()

    def load(self) -> Settings:
        return self.value

    def save(self, settings: Settings) -> None:
        self.value = settings


class FakeGateway:
    sandbox = True

    def __init__(self) -> None:
        self.state = GatewayState(GatewayPhase.RUNNING, "http://127.0.0.1:9")
        self.upstreams: list[Upstream] = []
        self.ensured = 0

    async def ensure(self) -> GatewayState:
        self.ensured += 1
        return self.state

    async def access_token(self) -> Secret:
        return Secret("machine-token")

    async def set_upstream(self, upstream: Upstream) -> None:
        self.upstreams.append(upstream)


class FakeProbe:
    def __init__(self) -> None:
        self.error: Exception | None = None

    async def reach(self, connection: Connection) -> float:
        if self.error:
            raise self.error
        return 12.0


class Desk:
    def __init__(self) -> None:
        self.store = FakeTargetStore()
        self.secrets = MemorySecrets()
        self.settings = FakeSettings()
        self.gateway = FakeGateway()
        self.probe = FakeProbe()
        self.now = 0.0
        self.service = self.window()

    def window(self) -> TargetService:
        return TargetService(
            self.store, self.secrets, self.settings, self.gateway, self.probe, clock=lambda: self.now
        )

    def secret(self, target_id: str, kind: str) -> Secret | None:
        return self.secrets._values.get(secret_name(target_id, kind))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_local_target_is_always_there_and_first(desk: Desk, run_async: Run) -> None:
    async def scenario() -> list[str]:
        await desk.service.load()
        await desk.service.save(CLOUD)
        return [target.id for target in desk.service.targets]

    assert run_async(scenario()) == [LOCAL_ID, "cf"]


def test_the_local_connection_follows_the_gateway_and_has_the_machines_token(
    desk: Desk, run_async: Run
) -> None:
    connection = run_async(desk.service.connection())
    assert connection.target.api_base == "http://127.0.0.1:9/client/v4"
    assert connection.target.gateway_base == "http://127.0.0.1:9/v1"
    assert connection.credentials.api_token == connection.credentials.gateway_token == Secret("machine-token")


def test_a_gateway_that_failed_is_told_when_it_is_needed(desk: Desk, run_async: Run) -> None:
    desk.gateway.state = GatewayState(GatewayPhase.FAILED, what="It does not stay up.", why="w", fix="f")
    with pytest.raises(RequestFailed) as raised:
        run_async(desk.service.connection())
    assert (raised.value.what, raised.value.why, raised.value.fix) == ("It does not stay up.", "w", "f")


def test_secrets_are_kept_changed_and_removed(desk: Desk, run_async: Run) -> None:
    async def scenario() -> tuple[Connection, Connection, Connection]:
        await desk.service.save(CLOUD, api_token=Secret("one"), provider_keys={"openai": Secret("sk")})
        first = await desk.service.connection("cf")
        await desk.service.save(replace(CLOUD, name="Renamed"), gateway_token=Secret("two"))
        second = await desk.service.connection("cf")
        await desk.service.save(CLOUD, gateway_token=None, provider_keys={"openai": None})
        return first, second, await desk.service.connection("cf")

    first, second, third = run_async(scenario())
    assert first.credentials.provider_keys == {"openai": Secret("sk")}
    assert (second.target.name, second.credentials.api_token) == ("Renamed", Secret("one"))
    assert second.credentials.gateway_token == Secret("two")
    assert third.credentials.api_token == Secret("one")
    assert third.credentials.gateway_token is None
    assert third.credentials.provider_keys == {}
    assert set(desk.secrets._values) == {secret_name("cf", SecretKind.API_TOKEN)}


def test_another_window_reads_the_same_secrets(desk: Desk, run_async: Run) -> None:
    async def scenario() -> Connection:
        await desk.service.save(CLOUD, api_token=Secret("one"), provider_keys={"groq": Secret("k")})
        other = desk.window()
        await other.load()
        return await other.connection("cf")

    credentials = run_async(scenario()).credentials
    assert credentials.api_token == Secret("one")
    assert credentials.provider_keys == {"groq": Secret("k")}


@pytest.mark.parametrize(
    ("target", "field"),
    [
        (replace(CLOUD, name=" "), "name"),
        (replace(CLOUD, name="local GATEWAY"), "name"),
        (replace(CLOUD, account="x"), "account"),
        (replace(SERVER, base_url="localhost:1"), "base_url"),
    ],
)
def test_what_cannot_be_is_refused_by_field(desk: Desk, run_async: Run, target: Target, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        run_async(desk.service.save(target))
    assert raised.value.field == field
    assert desk.store.rows == {}


def test_the_local_target_can_be_neither_changed_nor_removed(desk: Desk, run_async: Run) -> None:
    with pytest.raises(InvalidInput):
        run_async(desk.service.save(desk.service.get(LOCAL_ID)))
    with pytest.raises(InvalidInput):
        run_async(desk.service.delete(LOCAL_ID))


def test_a_copy_has_a_name_and_secrets_of_its_own(desk: Desk, run_async: Run) -> None:
    async def scenario() -> list[Target]:
        await desk.service.save(CLOUD, api_token=Secret("one"))
        return [await desk.service.duplicate("cf"), await desk.service.duplicate("cf")]

    copies = run_async(scenario())
    assert [copy.name for copy in copies] == ["Mine 2", "Mine 3"]
    assert desk.secret(copies[0].id, SecretKind.API_TOKEN) == Secret("one")


def test_deleting_takes_the_secrets_along_and_undo_brings_them_back(desk: Desk, run_async: Run) -> None:
    async def scenario() -> None:
        await desk.service.save(CLOUD, api_token=Secret("one"), provider_keys={"groq": Secret("k")})
        await desk.service.select("cf")
        undo = await desk.service.delete("cf")
        assert desk.secrets._values == {}
        assert desk.service.current.id == LOCAL_ID
        assert desk.settings.value.current_target == LOCAL_ID
        await desk.service.restore(undo)
        assert desk.service.current.id == "cf"
        connection = await desk.service.connection()
        assert connection.credentials.api_token == Secret("one")
        assert connection.credentials.provider_keys == {"groq": Secret("k")}
        with pytest.raises(InvalidInput):
            await desk.service.restore(undo)

    run_async(scenario())


def test_undo_ends_after_ten_minutes_and_forgets_the_secrets(desk: Desk, run_async: Run) -> None:
    async def scenario() -> None:
        await desk.service.save(CLOUD, api_token=Secret("one"))
        undo = await desk.service.delete("cf")
        desk.now = 601
        with pytest.raises(InvalidInput):
            await desk.service.restore(undo)
        desk.service.aclose()
        assert desk.service._deleted == {}

    run_async(scenario())


def test_the_choice_survives_a_restart(desk: Desk, run_async: Run) -> None:
    async def scenario() -> tuple[str, str]:
        await desk.service.save(SERVER)
        await desk.service.select("o")
        again = desk.window()
        await again.load()
        await desk.store.delete("o")
        without = desk.window()
        await without.load()
        return again.current.id, without.current.id

    assert run_async(scenario()) == ("o", LOCAL_ID)


@pytest.mark.parametrize(
    ("target", "lack"),
    [
        (CLOUD, "API token"),
        (replace(CLOUD, account=""), "account id"),
        (replace(SERVER, base_url=""), "address"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_sent(
    desk: Desk, run_async: Run, target: Target, lack: str
) -> None:
    desk.store.rows[target.id] = target

    async def scenario() -> None:
        await desk.service.load()
        await desk.service.connection(target.id)

    with pytest.raises(RequestFailed, match=lack) as raised:
        run_async(scenario())
    assert raised.value.failure is Failure.NOT_CONFIGURED
    assert raised.value.why
    assert raised.value.fix


@pytest.mark.parametrize(
    ("failure", "reach"),
    [
        (Failure.UNAUTHORIZED, Reach.UNAUTHORISED),
        (Failure.FORBIDDEN, Reach.UNAUTHORISED),
        (Failure.CONNECT, Reach.UNREACHABLE),
        (Failure.DNS, Reach.UNREACHABLE),
        (Failure.SERVER, Reach.UNREACHABLE),
        (Failure.RATE_LIMITED, Reach.READY),
        (Failure.OUT_OF_NEURONS, Reach.READY),
    ],
)
def test_the_status_tells_the_truth(desk: Desk, run_async: Run, failure: Failure, reach: Reach) -> None:
    desk.probe.error = RequestFailed("What.", failure=failure, maker=Maker.PROVIDER, why="Why.", fix="Fix.")

    async def scenario() -> TargetStatus:
        await desk.service.save(SERVER)
        return await desk.service.status("o")

    status = run_async(scenario())
    assert (status.reach, status.what, status.latency_ms) == (reach, "What.", None)


def test_a_ready_target_has_a_latency_and_the_local_one_says_it_is_a_sandbox(
    desk: Desk, run_async: Run
) -> None:
    status = run_async(desk.service.status())
    assert (status.reach, status.latency_ms, status.sandbox) == (Reach.READY, 12.0, True)


@pytest.mark.parametrize(
    ("state", "autostart", "reach"),
    [
        (GatewayState(), True, Reach.STARTING),
        (GatewayState(), False, Reach.UNREACHABLE),
        (GatewayState(GatewayPhase.FAILED, what="w", why="y", fix="f"), True, Reach.UNREACHABLE),
    ],
)
def test_looking_at_the_local_target_does_not_start_it(
    desk: Desk, run_async: Run, state: GatewayState, autostart: bool, reach: Reach
) -> None:
    desk.gateway.state = state
    desk.settings.value = replace(Settings(), gateway_autostart=autostart)
    assert run_async(desk.service.status()).reach is reach
    assert desk.gateway.ensured == 0


def test_an_environment_file_becomes_a_target_with_its_secrets(desk: Desk, run_async: Run) -> None:
    text = f"GATEWAY_URL=https://gateway.ai.cloudflare.com/v1/{ACCOUNT}/my-gw/\nGATEWAY_TOKEN=canary-token\n"

    async def scenario() -> tuple[Target, Target, Connection]:
        imported = desk.service.import_env(text)
        assert desk.store.rows == {}
        first = await desk.service.add_imported(imported)
        again = await desk.service.add_imported(desk.service.import_env(text))
        return first, again, await desk.service.connection(first.id)

    first, again, connection = run_async(scenario())
    assert (first.account, first.gateway) == (ACCOUNT, "my-gw")
    assert again.name != first.name
    assert connection.credentials.gateway_token == Secret("canary-token")


def test_a_file_without_a_connection_is_refused_with_its_problems(desk: Desk, run_async: Run) -> None:
    with pytest.raises(InvalidInput) as raised:
        run_async(desk.service.add_imported(desk.service.import_env("NOTHING=1")))
    assert raised.value.why


def test_the_local_gateway_can_pass_on_to_a_target_also_after_a_restart(desk: Desk, run_async: Run) -> None:
    async def scenario() -> None:
        await desk.service.save(CLOUD, api_token=Secret("one"))
        await desk.service.set_upstream("cf")
        await desk.service.save(CLOUD, api_token=Secret("new"))
        await desk.window().load()
        with pytest.raises(InvalidInput):
            await desk.service.set_upstream(LOCAL_ID)
        await desk.service.set_upstream("")

    run_async(scenario())
    kinds = [upstream.kind for upstream in desk.gateway.upstreams]
    assert kinds == [UpstreamKind.CLOUDFLARE] * 3 + [UpstreamKind.SANDBOX]
    assert [one.api_token for one in desk.gateway.upstreams[:3]] == [
        Secret("one"),
        Secret("new"),
        Secret("new"),
    ]
    assert desk.settings.value.gateway_upstream == ""


def test_an_upstream_that_is_deleted_leaves_the_sandbox_and_comes_back_with_undo(
    desk: Desk, run_async: Run
) -> None:
    async def scenario() -> None:
        await desk.service.save(CLOUD, api_token=Secret("one"))
        await desk.service.set_upstream("cf")
        undo = await desk.service.delete("cf")
        assert desk.service.upstream_id == ""
        assert desk.gateway.upstreams[-1].kind is UpstreamKind.SANDBOX
        await desk.service.restore(undo)
        assert desk.service.upstream_id == "cf"
        assert desk.gateway.upstreams[-1].api_token == Secret("one")
        desk.service.aclose()

    run_async(scenario())


def test_a_target_that_never_answers_is_unreachable(desk: Desk, run_async: Run) -> None:
    class Silent(FakeProbe):
        async def reach(self, connection: Connection) -> float:
            await asyncio.sleep(3600)
            return 0.0

    service = TargetService(desk.store, desk.secrets, desk.settings, desk.gateway, Silent(), status_s=0.01)
    status = run_async(service.status())
    assert status.reach is Reach.UNREACHABLE
    assert status.fix


def test_a_target_is_found_by_name_and_a_wrong_name_lists_the_known_ones(desk: Desk, run_async: Run) -> None:
    run_async(desk.service.save(SERVER))
    assert desk.service.named("ollama").id == "o"
    assert desk.service.named("").id == LOCAL_ID
    with pytest.raises(InvalidInput) as raised:
        desk.service.named("nope")
    assert "Ollama" in raised.value.fix
