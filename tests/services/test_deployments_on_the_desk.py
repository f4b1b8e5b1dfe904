"""Deploying to the local gateway's own management API, through the client that speaks to Cloudflare's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from tests.fakes.deployments import MemoryRecords
from tests.gateway.management.desk import Desk, Logs
from tests.services.test_deployments import DESK, route
from tests.storage.conftest import Loop
from workbench.client.connection import HttpClient
from workbench.client.management import ManagementClient
from workbench.domain.errors import Failure, InvalidInput, RequestFailed
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials, Target
from workbench.gateway.management.management import Management
from workbench.services.deployment_plan import Step
from workbench.services.deployments import Deployments

PREFIX = "/client/v4/accounts/local/ai-gateway/"
HERE = Connection(
    replace(DESK, api_base="http://127.0.0.1:8787/client/v4"), Credentials(Secret("canary-access-token"))
)


class Targets:
    def get(self, target_id: str) -> Target:
        return DESK

    async def connection(self, target_id: str = "") -> Connection:
        return HERE


@dataclass
class Local:
    run: Loop
    desk: Desk
    client: ManagementClient
    deployments: Deployments


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    run = Loop(tmp_path)
    desk = Desk(run)
    management = Management(desk.configuration, Logs(), "http://127.0.0.1:8787")

    async def answer(request: httpx.Request) -> httpx.Response:
        tail = request.url.path.removeprefix(PREFIX)
        query = request.url.query.decode()
        reply = await management.answer(request.method, tail, query, request.content)
        return httpx.Response(reply.status, headers=reply.headers, content=reply.body)

    http = HttpClient(transport=httpx.MockTransport(answer))
    client = ManagementClient(http)
    yield Local(run, desk, client, Deployments(Targets(), client, tuple, MemoryRecords()))
    run(http.aclose())
    run.close()


def test_a_route_is_created_changed_rolled_back_and_read_as_it_was_written(local: Local) -> None:
    run, deployments = local.run, local.deployments
    first = route(workbench={"tests": [{"expect": {"error": False}}], "notes": {"m": "small"}})
    second = route("gpt-4o")
    assert run(deployments.deploy("local", first)).plan.step is Step.CREATE
    assert run(deployments.live("local", "support")) == first
    assert run(deployments.deploy("local", first)).plan.step is Step.NOTHING
    changed = run(deployments.deploy("local", second))
    assert (changed.plan.step, changed.previous_id != changed.version_id) == (Step.NEW_VERSION, True)
    assert run(deployments.live("local", "support")) == second
    assert [(one.number, one.live) for one in run(deployments.versions("local", "support"))] == [
        (2, True),
        (1, False),
    ]
    run(deployments.roll_back("local", "support", "1"))
    assert run(deployments.live("local", "support")) == first
    told = run(deployments.versions("local", "support"))
    assert [(one.live, len(one.deployed_at)) for one in told] == [(False, 1), (True, 2)]


def test_sticky_splits_and_sliding_windows_survive_there(local: Local) -> None:
    elements = [
        {"id": "s", "type": "start", "outputs": {"next": {"elementId": "r"}}},
        {
            "id": "r",
            "type": "rate",
            "properties": {"limitType": "count", "key": "metadata.user", "limit": 5, "window": 60},
            "outputs": {"success": {"elementId": "p"}, "fallback": {"elementId": "e"}},
        },
        {
            "id": "p",
            "type": "percentage",
            "outputs": {"50%": {"elementId": "m"}, "else": {"elementId": "m"}},
        },
        *route_document(route())["elements"][1:],
    ]
    sidecar = {"sticky": {"p": "metadata.user"}, "technique": {"r": "sliding"}}
    given = read_route({"name": "kept", "elements": elements, "workbench": sidecar}).route
    local.run(local.deployments.deploy("local", given))
    assert local.run(local.deployments.live("local", "kept")) == given


def test_more_routes_than_a_page_holds_are_all_listed(local: Local) -> None:
    graph = route_document(route())["elements"]
    for number in range(53):
        local.run(local.client.create(HERE, "default", f"route-{number}", graph))
    assert len(local.run(local.client.routes(HERE, "default"))) == 53


def test_a_route_is_renamed_and_deleted(local: Local) -> None:
    run, client = local.run, local.client
    made = run(client.create(HERE, "default", "support", route_document(route())["elements"]))
    assert run(client.rename(HERE, "default", made.id, "help")).name == "help"
    run(client.delete(HERE, "default", made.id))
    assert run(client.routes(HERE, "default")) == ()
    with pytest.raises(RequestFailed) as raised:
        run(client.route(HERE, "default", made.id))
    assert raised.value.failure is Failure.NOT_FOUND


def test_a_gateway_that_is_not_there_is_named_as_what_is_missing(local: Local) -> None:
    with pytest.raises(RequestFailed) as raised:
        local.run(local.deployments.deploy("local", route(), "staging"))
    assert raised.value.failure is Failure.GATEWAY_NOT_FOUND


def test_a_graph_the_gateway_refuses_is_told_with_its_reason(local: Local) -> None:
    with pytest.raises(RequestFailed) as raised:
        local.run(
            local.client.create(HERE, "default", "support", [{"id": "s", "type": "start", "outputs": 7}])
        )
    assert "“outputs” is an object" in raised.value.why
    with pytest.raises(InvalidInput):
        local.run(local.deployments.versions("local", "support"))


def test_custom_providers_are_known_by_their_slugs(local: Local) -> None:
    assert local.run(local.client.custom_providers(HERE)) == {}
    body = {"name": "Ollama", "slug": "ollama", "base_url": "http://127.0.0.1:11434/v1", "enable": True}
    assert local.desk.post("custom-providers", body).status == 200
    assert local.run(local.client.custom_providers(HERE)) == {"ollama": "http://127.0.0.1:11434/v1"}
