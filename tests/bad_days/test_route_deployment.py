"""A network that breaks anywhere on the way of a deployment: what is said afterwards is what is true at the gateway."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.deployments import MemoryRecords
from tests.services.local_gateway import Here, Local, local_gateway
from tests.services.test_deployments import route
from workbench.domain.errors import RequestFailed, StorageFailed
from workbench.domain.gateways import DeploymentRecord
from workbench.domain.routes.elements import Route
from workbench.services.deployment_plan import Step
from workbench.services.deployments import Deployments
from workbench.services.route_watch import Smoke
from workbench.ui.routes.deploy.model import DeployModel, Phase
from workbench.ui.routes.document import RouteDocument
from workbench.ui.support.notify import Notifier

FIRST, SECOND = route(), route("gpt-4o")
Act = Callable[[Deployments], Coroutine[Any, Any, object]]


@dataclass
class Network:
    """Breaks at the `at`th request, counted from 1: before it leaves, or before its reply comes. lasting: and stays so."""

    at: int = 0
    lost_reply: bool = False
    lasting: bool = False
    seen: int = field(default=0, init=False)

    def leaves(self) -> None:
        self.seen += 1
        if self._cut(self.lost_reply):
            raise httpx.ConnectError("cut")

    def comes(self) -> None:
        if self.lost_reply and self.seen == self.at:
            raise httpx.ReadError("cut")

    def _cut(self, later: bool) -> bool:
        return bool(self.at) and (
            (self.lasting and self.seen > self.at) or (not later and self.seen == self.at)
        )


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Local]:
    with local_gateway(tmp_path) as local:
        yield local


def service(gateway: Local, records: MemoryRecords) -> Deployments:
    return Deployments(Here(), gateway.management, tuple, records, who="lena", clock=lambda: 1000.0)


def break_at(gateway: Local, network: Network) -> None:
    gateway.on_request, gateway.on_reply = network.leaves, network.comes


@dataclass(frozen=True)
class Truth:
    """What the gateway has, asked over a network that works. runs: the route that runs, by its model."""

    versions: int
    runs: str


def truth(gateway: Local, deployments: Deployments) -> Truth:
    break_at(gateway, Network())
    if not gateway.run(gateway.management.routes(gateway.run(Here().connection()), "default")):
        return Truth(0, "")
    versions = gateway.run(deployments.versions("local", "support"))
    live = next(one.id for one in versions if one.live)
    element = gateway.run(deployments.of_version("local", "support", live)).find("m")
    return Truth(len(versions), getattr(element, "model", ""))


async def create(deployments: Deployments) -> object:
    return await deployments.deploy("local", FIRST)


async def change(deployments: Deployments) -> object:
    return await deployments.deploy("local", SECOND)


async def go_back(deployments: Deployments) -> object:
    return await deployments.roll_back("local", "support", "1")


@pytest.mark.parametrize("lasting", [False, True], ids=["for-a-moment", "for-good"])
@pytest.mark.parametrize("lost_reply", [False, True], ids=["before-it-left", "before-the-reply"])
@pytest.mark.parametrize(
    ("before", "act", "wanted"),
    [
        ((), create, Truth(1, "gpt-4o-mini")),
        ((create,), change, Truth(2, "gpt-4o")),
        ((create, change), go_back, Truth(2, "gpt-4o-mini")),
    ],
    ids=["create", "change", "go-back"],
)
def test_wherever_the_network_is_cut_what_is_said_is_true(
    tmp_path_factory: pytest.TempPathFactory,
    before: tuple[Act, ...],
    act: Act,
    wanted: Truth,
    lost_reply: bool,
    lasting: bool,
) -> None:
    for at in count(1):
        with local_gateway(tmp_path_factory.mktemp("gateway")) as gateway:
            records = MemoryRecords()
            deployments = service(gateway, records)
            for earlier in before:
                gateway.run(earlier(deployments))
            was, known = truth(gateway, deployments), len(records.all)
            break_at(gateway, network := Network(at, lost_reply, lasting))
            told = said_by(gateway, act(deployments))
            is_now = truth(gateway, deployments)
            if network.seen < at:
                break  # it needs no more requests than that
            noted = len(records.all) - known
            if not told:
                assert (is_now, noted) == (wanted, 1)
            elif "obody knows" in told:
                assert lasting, "it could have been read again"
                assert (is_now in (was, wanted, Truth(wanted.versions, was.runs)), noted) == (True, 0)
            elif "saved and does not run" in told:
                assert (is_now, noted) == (Truth(wanted.versions, was.runs), 0)
            else:
                assert (is_now, noted) == (was, 0)
    assert at > 2


def said_by(gateway: Local, act: Coroutine[Any, Any, object]) -> str:
    """What a failure says, "" where there is none."""
    try:
        gateway.run(act)
    except RequestFailed as error:
        return error.what
    return ""


def test_after_a_lost_reply_nobody_else_is_blamed(gateway: Local) -> None:
    records = MemoryRecords()
    deployments = service(gateway, records)
    gateway.run(create(deployments))
    lost = Network()
    lost.comes = lambda: _lose_posts(gateway)  # type: ignore[method-assign]
    break_at(gateway, lost)
    gateway.run(change(deployments))
    break_at(gateway, Network())
    assert gateway.run(deployments.plan("local", SECOND)).drift is None
    assert len(gateway.run(deployments.versions("local", "support"))) == 2


def _lose_posts(gateway: Local) -> None:
    if gateway.asked[-1][0] == "POST":
        raise httpx.ReadError("cut")


def test_a_refusal_is_told_as_it_is_even_where_nothing_can_be_read_after_it(gateway: Local) -> None:
    deployments = service(gateway, MemoryRecords())
    with pytest.raises(RequestFailed) as raised:
        gateway.run(deployments.deploy("local", FIRST, "staging"))
    assert raised.value.status == 404
    assert "nobody knows" not in raised.value.what.casefold()


class FullDisk(MemoryRecords):
    async def add(self, record: DeploymentRecord) -> None:
        raise StorageFailed("It could not be written.", fix="Free some space.")


def test_a_deployment_that_cannot_be_noted_here_is_told_as_deployed(gateway: Local) -> None:
    deployments = service(gateway, FullDisk())
    with pytest.raises(StorageFailed, match="“support” runs as you wanted") as raised:
        gateway.run(create(deployments))
    assert "Free some space" in raised.value.fix
    assert truth(gateway, deployments) == Truth(1, "gpt-4o-mini")


class NoSmoke:
    async def smoke(self, target_id: str, route: Route, gateway: str = "") -> Smoke:
        raise AssertionError("nothing was deployed")


@pytest.mark.usefixtures("qapp")
def test_the_panel_tells_the_failure_and_reads_what_is_true_once_the_network_is_back(gateway: Local) -> None:
    deployments = service(gateway, MemoryRecords())
    gateway.run(create(deployments))
    model = DeployModel(
        RouteDocument(SECOND), lambda: [Here().get("local")], deployments, NoSmoke(), Notifier()
    )

    async def done(act: Callable[[], None]) -> None:
        act()
        await model._tasks.finish()

    gateway.run(done(model.read))
    assert (model.phase, model.can_deploy) == (Phase.READY, True)
    # The version is saved, and nobody hears of it.
    break_at(gateway, Network(at=2, lost_reply=True, lasting=True))
    gateway.run(done(model.deploy))
    assert model.problem is not None
    assert "Nobody knows whether the new version" in model.problem.what
    assert (model.phase, model.plan, model.versions, model.done) == (Phase.NOT_READ, None, (), None)

    break_at(gateway, Network())
    gateway.run(done(model.read))
    assert model.problem is None
    assert model.plan is not None
    assert (model.plan.step, model.plan.drift) == (Step.NEW_VERSION, None)
    assert [(one.number, one.live) for one in model.versions] == [(2, False), (1, True)]
    gateway.run(model.aclose())
