"""Deploying, versions and roll-back against a gateway in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.conftest import Run
from tests.fakes.deployments import MemoryRecords
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.gateways import RouteDeployment, RouteEntry, VersionEntry
from workbench.domain.models import Model
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import ModelCall, Route
from workbench.domain.routes.errors import RouteError
from workbench.domain.targets import Connection, Credentials, Target, TargetKind
from workbench.services.deployment_plan import Step
from workbench.services.deployments import Deployments

CLOUDFLARE = Target("cf", "Work", TargetKind.CLOUDFLARE, account="a", gateway="prod")
DESK = Target("local", "Local gateway", TargetKind.LOCAL, account="local", gateway="default")
SERVER = Target("ollama", "Ollama", TargetKind.OPENAI, base_url="http://127.0.0.1:11434/v1")
MODELS = (Model("openai/gpt-4o-mini"),)


def route(model: str = "gpt-4o-mini", **more: Any) -> Route:
    model_call = {
        "id": "m",
        "type": "model",
        "properties": {"provider": "openai", "model": model, "timeout": 0, "retries": 0},
        "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "e"}},
    }
    elements = [
        {"id": "s", "type": "start", "outputs": {"next": {"elementId": "m"}}},
        model_call,
        {"id": "e", "type": "end", "outputs": {}},
    ]
    return read_route({"name": "support", "elements": elements, **more}).route


class FakeTargets:
    def get(self, target_id: str) -> Target:
        return next(one for one in (CLOUDFLARE, DESK, SERVER) if one.id == target_id)

    async def connection(self, target_id: str = "") -> Connection:
        return Connection(self.get(target_id), Credentials())


@dataclass
class Kept:
    id: str
    name: str
    versions: list[VersionEntry] = field(default_factory=list)
    deployed: list[RouteDeployment] = field(default_factory=list)


class FakeGateway:
    """Keeps routes as the API does. failing: the call of that name is refused. terse: replies leave out what they may."""

    def __init__(self, *, terse: bool = False) -> None:
        self.routes_kept: dict[str, Kept] = {}
        self.calls: list[str] = []
        self.gateways: set[str] = set()
        self.failing = ""
        self.terse = terse
        self.deploys_what_it_creates = True
        self._clock = 0.0
        self.custom: dict[str, str] = {}

    async def custom_providers(self, connection: Connection) -> Mapping[str, str]:
        self.calls.append("custom_providers")
        return self.custom

    def _called(self, name: str, gateway: str) -> float:
        self.calls.append(name)
        self.gateways.add(gateway)
        if name == self.failing:
            raise RequestFailed("Refused.", failure=Failure.SERVER, maker=Maker.GATEWAY, why="It is down.")
        self._clock += 1
        return self._clock

    def _entry(self, kept: Kept, *, whole: bool) -> RouteEntry:
        live = kept.deployed[-1].version_id if kept.deployed else ""
        version = next((one for one in kept.versions if one.id == live), None)
        if not whole or version is None:
            return RouteEntry(kept.id, kept.name)
        return RouteEntry(kept.id, kept.name, version_id=live, graph=version.graph, sidecar=version.sidecar)

    async def routes(self, connection: Connection, gateway: str) -> tuple[RouteEntry, ...]:
        self._called("routes", gateway)
        return tuple(self._entry(kept, whole=not self.terse) for kept in self.routes_kept.values())

    async def route(self, connection: Connection, gateway: str, route_id: str) -> RouteEntry:
        self._called("route", gateway)
        return self._entry(self.routes_kept[route_id], whole=True)

    async def create(
        self,
        connection: Connection,
        gateway: str,
        name: str,
        elements: Sequence[Any],
        sidecar: Mapping[str, Any] | None = None,
    ) -> RouteEntry:
        at = self._called("create", gateway)
        kept = Kept(
            f"r-{name}", name, [VersionEntry("v-0001", at, graph=tuple(elements), sidecar=sidecar or {})]
        )
        if self.deploys_what_it_creates:
            kept.deployed.append(RouteDeployment("d-1", "v-0001", at))
        self.routes_kept[kept.id] = kept
        return self._entry(kept, whole=not self.terse)

    async def versions(self, connection: Connection, gateway: str, route_id: str) -> tuple[VersionEntry, ...]:
        self._called("versions", gateway)
        kept = self.routes_kept[route_id]
        live = kept.deployed[-1].version_id if kept.deployed else ""
        return tuple(replace(version, active=version.id == live) for version in kept.versions)

    async def version(
        self, connection: Connection, gateway: str, route_id: str, version_id: str
    ) -> VersionEntry:
        self._called("version", gateway)
        return next(one for one in self.routes_kept[route_id].versions if one.id == version_id)

    async def add_version(
        self,
        connection: Connection,
        gateway: str,
        route_id: str,
        elements: Sequence[Any],
        sidecar: Mapping[str, Any] | None = None,
    ) -> str:
        at = self._called("add_version", gateway)
        kept = self.routes_kept[route_id]
        added = VersionEntry(
            f"v-{len(kept.versions) + 1:04}", at, graph=tuple(elements), sidecar=sidecar or {}
        )
        kept.versions.append(added)
        return added.id

    async def deployments(
        self, connection: Connection, gateway: str, route_id: str
    ) -> tuple[RouteDeployment, ...]:
        self._called("deployments", gateway)
        return tuple(self.routes_kept[route_id].deployed)

    async def deploy(self, connection: Connection, gateway: str, route_id: str, version_id: str) -> None:
        at = self._called("deploy", gateway)
        kept = self.routes_kept[route_id]
        kept.deployed.append(RouteDeployment(f"d-{len(kept.deployed) + 1}", version_id, at))


def service(gateway: FakeGateway, records: MemoryRecords | None = None) -> Deployments:
    return Deployments(
        FakeTargets(),
        gateway,
        lambda: MODELS,
        records or MemoryRecords(),
        who="lena",
        clock=lambda: 1000.0,
    )


def test_a_route_that_is_not_there_is_created_and_runs(run_async: Run) -> None:
    gateway = FakeGateway()
    done = run_async(service(gateway).deploy("cf", route()))
    assert (done.plan.step, done.version_id, done.previous_id) == (Step.CREATE, "v-0001", "")
    assert gateway.gateways == {"prod"}


@pytest.mark.parametrize("deploys", [True, False])
def test_a_created_route_runs_even_where_the_gateway_does_not_say_so(run_async: Run, deploys: bool) -> None:
    gateway = FakeGateway(terse=True)
    gateway.deploys_what_it_creates = deploys
    assert run_async(service(gateway).deploy("cf", route())).version_id == "v-0001"
    assert [one.version_id for one in gateway.routes_kept["r-support"].deployed] == ["v-0001"]


@pytest.mark.parametrize("terse", [True, False])
def test_a_changed_route_gets_a_version_that_runs_and_the_old_one_stays(run_async: Run, terse: bool) -> None:
    gateway = FakeGateway(terse=terse)
    run_async(service(gateway).deploy("cf", route()))
    done = run_async(service(gateway).deploy("cf", route("gpt-4o")))
    assert (done.plan.step, done.version_id, done.previous_id) == (Step.NEW_VERSION, "v-0002", "v-0001")
    kept = gateway.routes_kept["r-support"]
    assert [one.id for one in kept.versions] == ["v-0001", "v-0002"]
    assert kept.deployed[-1].version_id == "v-0002"
    assert done.plan.differences[0].text == 'model "gpt-4o-mini" → "gpt-4o"'


def test_a_route_that_runs_already_is_left_alone(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("cf", route()))
    done = run_async(service(gateway).deploy("cf", route()))
    assert (done.plan.step, done.version_id) == (Step.NOTHING, "v-0001")
    assert len(gateway.routes_kept["r-support"].versions) == 1


def test_a_plan_changes_nothing(run_async: Run) -> None:
    gateway = FakeGateway()
    plan = run_async(service(gateway).plan("cf", route()))
    assert (plan.step, plan.target, plan.gateway) == (Step.CREATE, "Work", "prod")
    assert gateway.calls == ["routes"]


def test_a_route_with_errors_is_not_deployed_unless_it_is_insisted_on(run_async: Run) -> None:
    gateway = FakeGateway()
    broken = replace(route(), name="my route")
    with pytest.raises(InvalidInput) as raised:
        run_async(service(gateway).deploy("cf", broken))
    assert "route-name" in raised.value.why
    assert gateway.routes_kept == {}
    run_async(service(gateway).deploy("cf", broken, in_spite_of_errors=True))
    assert list(gateway.routes_kept) == ["r-my route"]


def test_a_route_without_a_name_goes_nowhere(run_async: Run) -> None:
    with pytest.raises(InvalidInput, match="no name"):
        run_async(service(FakeGateway()).plan("cf", replace(route(), name="")))


def test_the_desk_gets_the_sidecar_and_cloudflare_what_it_takes(run_async: Run) -> None:
    gateway = FakeGateway()
    given = route(workbench={"tests": [{"expect": {"error": False}}], "notes": "x"})
    run_async(service(gateway).deploy("local", given))
    kept = gateway.routes_kept["r-support"].versions[0]
    assert set(kept.sidecar) == {"tests", "notes"}
    assert gateway.gateways == {"default"}
    assert run_async(service(gateway).live("local", "support")) == given

    away = FakeGateway()
    run_async(service(away).deploy("cf", given))
    assert away.routes_kept["r-support"].versions[0].sidecar == {}


def test_what_behaves_otherwise_at_cloudflare_is_said(run_async: Run) -> None:
    split = {
        "id": "p",
        "type": "percentage",
        "outputs": {"50%": {"elementId": "m"}, "else": {"elementId": "m"}},
    }
    start = {"id": "s", "type": "start", "outputs": {"next": {"elementId": "p"}}}
    rest = [{"id": "e", "type": "end", "outputs": {}}]
    model = {
        "id": "m",
        "type": "model",
        "properties": {"provider": "openai", "model": "gpt-4o-mini"},
        "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "e"}},
    }
    sticky = read_route(
        {
            "name": "sticky",
            "elements": [start, split, model, *rest],
            "workbench": {"sticky": {"p": "metadata.user_id"}},
        }
    ).route
    away = run_async(service(FakeGateway()).plan("cf", sticky))
    assert "dice" in away.changes[0]
    assert [one.code for one in away.findings] == ["sticky-split"]
    here = run_async(service(FakeGateway()).plan("local", sticky))
    assert (here.changes, here.findings) == ((), ())
    assert here.sidecar == {"sticky": {"p": "metadata.user_id"}}


@pytest.mark.parametrize("target", ["cf", "local"])
def test_what_nobody_understood_is_refused_rather_than_lost(run_async: Run, target: str) -> None:
    gateway = FakeGateway()
    with pytest.raises(RouteError, match="colour"):
        run_async(service(gateway).deploy(target, route(colour="red"), in_spite_of_errors=True))
    assert gateway.routes_kept == {}


def test_a_version_that_is_saved_and_does_not_run_is_told_as_that(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("cf", route()))
    gateway.failing = "deploy"
    with pytest.raises(RequestFailed) as raised:
        run_async(service(gateway).deploy("cf", route("gpt-4o")))
    assert "saved and does not run" in raised.value.what
    assert "v-0002" in raised.value.fix
    assert gateway.routes_kept["r-support"].deployed[-1].version_id == "v-0001"


def test_versions_are_numbered_from_the_oldest_and_told_newest_first(run_async: Run) -> None:
    gateway = FakeGateway()
    for model in ("gpt-4o-mini", "gpt-4o", "gpt-5"):
        run_async(service(gateway).deploy("cf", route(model)))
    told = run_async(service(gateway).versions("cf", "support"))
    assert [(one.number, one.id, one.live) for one in told] == [
        (3, "v-0003", True),
        (2, "v-0002", False),
        (1, "v-0001", False),
    ]


@pytest.mark.parametrize("version", ["1", "v-0001"])
def test_a_roll_back_lets_an_earlier_version_run_and_keeps_the_newer(run_async: Run, version: str) -> None:
    gateway = FakeGateway()
    for model in ("gpt-4o-mini", "gpt-4o"):
        run_async(service(gateway).deploy("cf", route(model)))
    back = run_async(service(gateway).roll_back("cf", "support", version))
    assert (back.number, back.live) == (1, False)
    told = run_async(service(gateway).versions("cf", "support"))
    assert [(one.number, one.live, len(one.deployed_at)) for one in told] == [(2, False, 1), (1, True, 2)]
    assert run_async(service(gateway).live("cf", "support")) == route()


def test_a_roll_back_to_what_runs_does_nothing(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("cf", route()))
    assert run_async(service(gateway).roll_back("cf", "support", "1")).live
    assert "deploy" not in gateway.calls


@pytest.mark.parametrize(
    ("version", "said"), [("9", "no version"), ("v-00", "several versions"), ("v-0", "no version")]
)
def test_a_version_that_is_not_there_or_not_one_is_refused(run_async: Run, version: str, said: str) -> None:
    gateway = FakeGateway()
    for model in ("gpt-4o-mini", "gpt-4o"):
        run_async(service(gateway).deploy("cf", route(model)))
    with pytest.raises(InvalidInput, match=said):
        run_async(service(gateway).roll_back("cf", "support", version))


def test_a_route_that_is_not_there_is_told_with_those_that_are(run_async: Run) -> None:
    gateway = FakeGateway()
    with pytest.raises(InvalidInput) as raised:
        run_async(service(gateway).versions("cf", "help"))
    assert "no routes yet" in raised.value.fix
    run_async(service(gateway).deploy("cf", route()))
    with pytest.raises(InvalidInput) as raised:
        run_async(service(gateway).live("cf", "help"))
    assert "support" in raised.value.fix


def test_another_gateway_of_the_target_can_be_named(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("cf", route(), "staging"))
    assert gateway.gateways == {"staging"}


def test_a_server_without_routes_says_so(run_async: Run) -> None:
    with pytest.raises(InvalidInput, match="without routes"):
        run_async(service(FakeGateway()).deploy("ollama", route()))


def test_a_graph_that_cannot_be_read_is_replaced_and_not_compared(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("cf", route()))
    kept = gateway.routes_kept["r-support"]
    kept.versions[0] = replace(kept.versions[0], graph=({"id": 5, "type": "end"},))
    done = run_async(service(gateway).deploy("cf", route()))
    assert (done.plan.step, done.plan.differences) == (Step.NEW_VERSION, ())


@pytest.mark.parametrize(
    ("custom", "errors"), [({"lab": "http://127.0.0.1:1/v1"}, []), ({}, ["unknown-provider"])]
)
def test_a_custom_provider_has_to_be_there(run_async: Run, custom: dict[str, str], errors: list[str]) -> None:
    gateway = FakeGateway()
    gateway.custom = custom
    start, model, end = route().elements
    assert isinstance(model, ModelCall)
    asking = replace(route(), elements=(start, replace(model, provider="custom-lab"), end))
    plan = run_async(service(gateway).plan("local", asking))
    assert [finding.code for finding in plan.errors] == errors


def test_nobody_is_asked_for_custom_providers_where_the_route_asks_none(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).plan("local", route()))
    assert "custom_providers" not in gateway.calls
