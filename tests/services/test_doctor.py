from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

import pytest

from tests.conftest import Run
from tests.services.fakes import FakeWire, Step, said
from tests.services.test_targets import CLOUD, SERVER
from workbench.client.sockets import Place
from workbench.domain.chat import Finished, Served
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.models import TEXT_GENERATION, Model
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials, Target
from workbench.services.doctor import Check, CheckState, Doctor, first_failure
from workbench.services.targets import LOCAL

GLM = Model("@cf/zai-org/glm-4.7-flash", TEXT_GENERATION)
OLD = Model("@cf/a/old", TEXT_GENERATION, deprecated=True, retires_on="2026-05-30", replacement=GLM.id)
PAID = Model("@cf/a/paid", TEXT_GENERATION, requires_workers_paid=True)
DECISION = Model("@cf/a/clef", TEXT_GENERATION, schema_shape="decision")
LISTED = (GLM, PAID, DECISION)
ALL = {"configured", "dns", "port", "tls", "token", "account", "permission"} | {
    "gateway",
    "gateway-token",
    "model",
    "request",
}


def failed(failure: Failure, maker: Maker = Maker.WORKERS_AI, **more: object) -> RequestFailed:
    return RequestFailed("What.", failure=failure, maker=maker, why="Why.", fix="Fix.", **more)  # type: ignore[arg-type]  # code, replacement


class FakeTargets:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def current(self) -> Target:
        return self._connection.target

    def get(self, target_id: str) -> Target:
        return self._connection.target

    async def draft_connection(self, target_id: str = "") -> Connection:
        if target_id == "nope":
            raise InvalidInput("This connection is not there any more.")
        return self._connection


class FakeModels:
    def __init__(self, error: RequestFailed | None = None) -> None:
        self.error = error

    async def models(self, target_id: str) -> tuple[Model, ...]:
        if self.error:
            raise self.error
        return LISTED

    def find(self, model_id: str) -> Model:
        return {model.id: model for model in (*LISTED, OLD)}.get(model_id, Model(model_id, known=False))

    def default_model(self, target_id: str) -> str:
        return GLM.id


class FakeProbe:
    """errors: by the name of the call. asked: the calls, in order."""

    def __init__(self, **errors: RequestFailed) -> None:
        self.errors = errors
        self.asked: list[str] = []

    async def _call(self, name: str) -> None:
        self.asked.append(name)
        if name in self.errors:
            raise self.errors[name]

    async def reach(self, connection: Connection) -> float:
        await self._call("reach")
        return 3.0

    async def verify_token(self, connection: Connection) -> str:
        await self._call("verify_token")
        return "user"

    async def account(self, connection: Connection) -> None:
        await self._call("account")

    async def workers_ai_permission(self, connection: Connection) -> None:
        await self._call("permission")

    async def gateway_exists(self, connection: Connection) -> None:
        await self._call("gateway_exists")

    async def gateway_token(self, connection: Connection) -> None:
        await self._call("gateway_token")


class FakeSockets:
    def __init__(self, **errors: Exception) -> None:
        self.errors = errors
        self.hangs = ""
        self.cancelled = False

    async def _call(self, name: str) -> None:
        if name == self.hangs:
            try:
                await asyncio.sleep(3600)
            finally:
                self.cancelled = True
        if name in self.errors:
            raise self.errors[name]

    async def resolve(self, place: Place) -> tuple[str, ...]:
        await self._call("resolve")
        return ("203.0.113.7",)

    async def connect(self, place: Place) -> None:
        await self._call("connect")

    async def handshake(self, place: Place) -> str:
        await self._call("handshake")
        return "TLSv1.3"


CONNECTED = Connection(CLOUD, Credentials(Secret("token"), Secret("gateway")))
LOCALLY = Connection(
    replace(LOCAL, api_base="http://127.0.0.1:8787/client/v4", gateway_base="http://127.0.0.1:8787/v1"),
    Credentials(Secret("t"), Secret("t")),
)


def examine(
    run_async: Run,
    connection: Connection = CONNECTED,
    *,
    model: str = "",
    probe: FakeProbe | None = None,
    sockets: FakeSockets | None = None,
    answer: Sequence[Step] = (*said("OK"),),
    listing: RequestFailed | None = None,
) -> dict[str, Check]:
    doctor = Doctor(
        FakeTargets(connection),
        FakeModels(listing),
        probe or FakeProbe(),
        FakeWire(answer),
        sockets=sockets or FakeSockets(),
        check_s=0.05,
    )
    checks = run_async(_read(doctor.run(model=model)))
    assert {check.name for check in checks} == ALL
    return {check.name: check for check in checks}


async def _read(checks: AsyncGenerator[Check, None]) -> list[Check]:
    return [check async for check in checks]


def assert_stops_at(checks: dict[str, Check], name: str) -> Check:
    """Everything before it passed, everything after it was skipped and says why."""
    names = list(checks)
    at = names.index(name)
    assert all(checks[one].state is not CheckState.FAILED for one in names[:at])
    assert checks[name].state is CheckState.FAILED
    assert checks[name].what
    assert checks[name].why
    assert checks[name].fix
    for later in names[at + 1 :]:
        assert checks[later].state is CheckState.SKIPPED
        assert checks[name].label in checks[later].why
    assert first_failure(list(checks.values())) == checks[name]
    return checks[name]


def test_a_sound_target_passes_every_check(run_async: Run) -> None:
    checks = examine(run_async)
    assert {check.state for check in checks.values()} == {CheckState.OK}
    assert all(check.what and check.ms is not None for check in checks.values())


def test_a_server_of_its_own_is_asked_only_what_it_can_answer(run_async: Run) -> None:
    probe = FakeProbe()
    checks = examine(run_async, Connection(SERVER), probe=probe)
    assert probe.asked == ["reach"]
    assert first_failure(list(checks.values())) is None
    assert all(check.why for check in checks.values() if check.state is CheckState.SKIPPED)


def test_the_local_gateway_says_that_its_sandbox_answers(run_async: Run) -> None:
    checks = examine(run_async, LOCALLY, answer=[Served(sandbox=True), Served(model="m"), *said("x")])
    assert "sandbox" in checks["request"].what
    assert checks["tls"].state is CheckState.SKIPPED
    assert checks["port"].what.count("8787") == 1
    assert checks["account"].state is CheckState.SKIPPED


def test_not_configured_is_named_first_and_nothing_is_sent(run_async: Run) -> None:
    probe = FakeProbe()
    check = assert_stops_at(examine(run_async, Connection(CLOUD), probe=probe), "configured")
    assert check.failure == Failure.NOT_CONFIGURED
    assert probe.asked == []


@pytest.mark.parametrize(
    ("call", "name", "failure"),
    [
        ("resolve", "dns", Failure.DNS),
        ("connect", "port", Failure.CONNECT),
        ("handshake", "tls", Failure.TLS),
    ],
)
def test_a_network_that_fails_is_named_by_its_step(
    run_async: Run, call: str, name: str, failure: Failure
) -> None:
    sockets = FakeSockets(**{call: failed(failure, Maker.NETWORK)})
    assert assert_stops_at(examine(run_async, sockets=sockets), name).failure == failure


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("verify_token", "token"),
        ("account", "account"),
        ("permission", "permission"),
        ("gateway_token", "gateway-token"),
    ],
)
def test_a_refusal_is_named_by_its_step(run_async: Run, call: str, name: str) -> None:
    probe = FakeProbe(**{call: failed(Failure.UNAUTHORIZED)})
    assert_stops_at(examine(run_async, probe=probe), name)


def test_a_gateway_that_is_not_there_is_named(run_async: Run) -> None:
    probe = FakeProbe(gateway_exists=failed(Failure.GATEWAY_NOT_FOUND))
    assert_stops_at(examine(run_async, probe=probe), "gateway")


def test_a_token_that_may_not_look_at_gateways_is_no_failure(run_async: Run) -> None:
    checks = examine(run_async, probe=FakeProbe(gateway_exists=failed(Failure.FORBIDDEN)))
    assert checks["gateway"].state is CheckState.SKIPPED
    assert checks["request"].state is CheckState.OK


def test_a_list_that_does_not_come_leaves_it_to_the_request(run_async: Run) -> None:
    checks = examine(run_async, listing=failed(Failure.FORBIDDEN))
    assert checks["model"].state is CheckState.SKIPPED
    assert checks["request"].state is CheckState.OK


def test_a_model_that_is_not_there_gets_the_closest_name(run_async: Run) -> None:
    check = assert_stops_at(examine(run_async, model="@cf/zai-org/glm-4.7-flsh"), "model")
    assert check.failure == Failure.MODEL_NOT_FOUND
    assert GLM.id in check.fix


def test_a_retired_model_gets_its_replacement(run_async: Run) -> None:
    check = assert_stops_at(examine(run_async, model=OLD.id), "model")
    assert (check.failure, check.replacement) == (Failure.MODEL_RETIRED, GLM.id)
    assert "2026-05-30" in check.why


def test_a_paid_only_model_is_a_warning_and_is_asked_all_the_same(run_async: Run) -> None:
    refused = failed(Failure.MODEL_PAID_ONLY)
    checks = examine(run_async, model=PAID.id, answer=[refused])
    assert checks["model"].state is CheckState.WARNING
    assert assert_stops_at(checks, "request").failure == Failure.MODEL_PAID_ONLY


def test_a_model_that_does_not_chat_is_refused(run_async: Run) -> None:
    assert_stops_at(examine(run_async, model=DECISION.id), "model")


def test_a_model_of_another_provider_is_left_to_the_request(run_async: Run) -> None:
    checks = examine(run_async, model="openai/gpt-4.1")
    assert checks["model"].state is CheckState.SKIPPED
    assert checks["request"].state is CheckState.OK


@pytest.mark.parametrize(
    "error",
    [
        failed(Failure.OUT_OF_NEURONS),
        failed(Failure.RATE_LIMITED),
        failed(Failure.UNAUTHORIZED, Maker.GATEWAY),
        failed(Failure.UNAUTHORIZED, Maker.PROVIDER),
    ],
)
def test_what_a_model_refuses_is_told_in_its_own_words(run_async: Run, error: RequestFailed) -> None:
    check = assert_stops_at(examine(run_async, answer=[error]), "request")
    assert (check.what, check.why, check.fix, check.failure) == ("What.", "Why.", "Fix.", error.failure)


@pytest.mark.parametrize("model", ["dynamic/support", GLM.id])
def test_a_failed_step_of_a_job_of_several_is_called_that(run_async: Run, model: str) -> None:
    error = failed(Failure.SERVER, Maker.GATEWAY, code=2005)
    check = assert_stops_at(examine(run_async, model=model, answer=[error]), "request")
    assert "step" in check.what
    assert model in check.what
    assert "Why." in check.why


def test_an_answer_without_words_is_a_warning(run_async: Run) -> None:
    assert examine(run_async, answer=[Finished("stop")])["request"].state is CheckState.WARNING


def test_a_stream_cut_before_its_first_word_failed(run_async: Run) -> None:
    assert_stops_at(examine(run_async, answer=[Finished(truncated=True)]), "request")


def test_a_check_that_hangs_is_ended_by_its_time_limit(run_async: Run) -> None:
    sockets = FakeSockets()
    sockets.hangs = "connect"
    assert "0.05 seconds" in assert_stops_at(examine(run_async, sockets=sockets), "port").what


def test_a_bug_in_a_check_is_that_checks_result(run_async: Run) -> None:
    check = assert_stops_at(
        examine(run_async, sockets=FakeSockets(connect=ZeroDivisionError("oops"))), "port"
    )
    assert "oops" in check.why


def test_closing_it_ends_the_check_under_way(run_async: Run) -> None:
    sockets = FakeSockets()
    sockets.hangs = "connect"
    doctor = Doctor(FakeTargets(CONNECTED), FakeModels(), FakeProbe(), FakeWire([]), sockets=sockets)

    async def scenario() -> None:
        async def reading() -> None:
            async with aclosing(doctor.run()) as checks:
                async for _ in checks:
                    pass

        async with asyncio.TaskGroup() as group:
            task = group.create_task(reading())
            await asyncio.sleep(0.01)
            task.cancel()

    run_async(scenario())
    assert sockets.cancelled


def test_a_target_that_is_gone_is_refused(run_async: Run) -> None:
    doctor = Doctor(FakeTargets(CONNECTED), FakeModels(), FakeProbe(), FakeWire([]), sockets=FakeSockets())
    with pytest.raises(InvalidInput):
        run_async(_read(doctor.run("nope")))
