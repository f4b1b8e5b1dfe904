"""The management API in every shape it has been seen in (ai-gateway §7.4)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.client.wire import CLOUDFLARE, LOCAL, Script, Waits, http_of
from tests.conftest import Run
from workbench.client.management import PER_PAGE, ManagementClient
from workbench.client.management_replies import moment_of, route_of, version_of
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.gateways import RouteDeployment

GRAPH = [
    {"id": "s", "type": "start", "outputs": {"next": {"elementId": "e"}}},
    {"id": "e", "type": "end", "outputs": {}},
]
ROUTES = "https://api.cloudflare.com/client/v4/accounts/acc/ai-gateway/gateways/gw/routes"
ROUTE = {"id": "r1", "name": "support", "gateway_id": "gw", "created_at": "2026-09-01T10:00:00Z"}


def management(*replies: httpx.Response | Exception) -> tuple[ManagementClient, Script]:
    script = Script(*replies)
    return ManagementClient(http_of(script, Waits())), script


def ok(**body: Any) -> httpx.Response:
    return httpx.Response(200, json={"success": True, **body})


@pytest.mark.parametrize(
    "body",
    [
        {"result": ROUTE},
        {"data": ROUTE},
        {"route": ROUTE},
        {"result": {"route": ROUTE}},
        {"data": {"route": ROUTE}},
    ],
)
def test_a_route_is_found_in_every_envelope(run_async: Run, body: dict[str, Any]) -> None:
    client, script = management(ok(**body))
    found = run_async(client.route(CLOUDFLARE, "gw", "r1"))
    assert (found.id, found.name, found.created_at) == ("r1", "support", 1788256800.0)
    assert script.url == f"{ROUTES}/r1"
    assert script.headers["authorization"].startswith("Bearer canary-api-token")


@pytest.mark.parametrize(
    "data", [GRAPH, json.dumps(GRAPH), {"elements": GRAPH}, json.dumps({"elements": GRAPH})]
)
def test_the_graph_is_read_from_version_data_as_text_or_as_an_array(data: Any) -> None:
    entry = route_of({**ROUTE, "version": {"version_id": "v7", "active": "true", "data": data}})
    assert entry.graph == tuple(GRAPH)
    assert entry.version_id == "v7"


def test_what_runs_wins_over_the_elements_beside_it() -> None:
    entry = route_of({**ROUTE, "elements": [], "version": {"version_id": "v1", "data": GRAPH}})
    assert entry.graph == tuple(GRAPH)


def test_elements_at_the_top_are_read_where_there_is_no_version() -> None:
    assert route_of({**ROUTE, "elements": GRAPH}).graph == tuple(GRAPH)


def test_a_graph_that_is_no_json_is_none_and_hides_nothing_else() -> None:
    entry = route_of({**ROUTE, "version": {"version_id": "v1", "data": "{half"}})
    assert (entry.id, entry.graph) == ("r1", None)


def test_the_deployment_says_which_version_runs() -> None:
    entry = route_of({**ROUTE, "version": {"version_id": "v9"}, "deployment": {"version_id": "v2"}})
    assert entry.version_id == "v2"


@pytest.mark.parametrize("active", ["true", True, "True"])
def test_active_may_be_a_text(active: Any) -> None:
    assert version_of({"version_id": "v1", "active": active}).active


@pytest.mark.parametrize("active", ["false", False, None, ""])
def test_false_as_a_text_is_false(active: Any) -> None:
    assert not version_of({"version_id": "v1", "active": active}).active


def test_a_version_that_tells_the_routes_id_too_keeps_its_own() -> None:
    assert version_of({"version_id": "v3", "id": "r1"}).id == "v3"
    assert version_of({"id": "r1"}, asked="v3").id == "v3"


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"routes": [ROUTE]}},
        {"result": {"routes": [ROUTE]}},
        {"result": [ROUTE]},
        {"routes": [ROUTE]},
    ],
)
def test_a_list_is_found_in_every_envelope(run_async: Run, body: dict[str, Any]) -> None:
    client, script = management(ok(**body))
    assert [one.name for one in run_async(client.routes(CLOUDFLARE, "gw"))] == ["support"]
    assert script.url == f"{ROUTES}?page=1&per_page={PER_PAGE}"


def test_full_pages_are_followed_by_the_next_one(run_async: Run) -> None:
    def page(first: int, size: int) -> httpx.Response:
        routes = [{"id": f"r{n}", "name": f"n{n}"} for n in range(first, first + size)]
        return ok(data={"routes": routes, "page": 1, "per_page": 20})

    client, script = management(page(0, 20), page(20, 3))
    assert len(run_async(client.routes(CLOUDFLARE, "gw"))) == 23
    assert script.url.endswith(f"?page=2&per_page={PER_PAGE}")


def test_a_server_that_ignores_the_page_is_not_asked_for_ever(run_async: Run) -> None:
    full = [{"id": f"r{n}", "name": "n"} for n in range(PER_PAGE)]
    client, script = management(ok(data={"routes": full}), ok(data={"routes": full}))
    assert len(run_async(client.routes(CLOUDFLARE, "gw"))) == PER_PAGE
    assert len(script.requests) == 2


def test_a_route_is_created_with_elements_and_never_with_data(run_async: Run) -> None:
    client, script = management(ok(result={**ROUTE, "deployment": {"version_id": "v1"}}))
    created = run_async(client.create(CLOUDFLARE, "gw", "support", GRAPH))
    assert script.body == {"name": "support", "elements": GRAPH}
    assert created.version_id == "v1"


def test_the_sidecar_travels_beside_the_elements_and_comes_back(run_async: Run) -> None:
    sidecar = {"tests": [{"name": "t"}]}
    client, script = management(ok(result={**ROUTE, "elements": GRAPH, "workbench": sidecar}))
    created = run_async(client.create(LOCAL, "default", "support", GRAPH, sidecar))
    assert script.body["workbench"] == sidecar
    assert created.sidecar == sidecar


def test_a_new_version_that_tells_its_id_is_believed(run_async: Run) -> None:
    client, script = management(ok(result={**ROUTE, "version_id": "v2"}))
    assert run_async(client.add_version(CLOUDFLARE, "gw", "r1", GRAPH)) == "v2"
    assert script.body == {"elements": GRAPH}


def test_a_new_version_that_does_not_is_the_newest_there_is(run_async: Run) -> None:
    versions = [
        {"version_id": "v2", "created_at": "2026-09-03T00:00:00Z", "active": "false"},
        {"version_id": "v1", "created_at": "2026-09-01T00:00:00Z", "active": "true"},
    ]
    client, _ = management(ok(result=ROUTE), ok(data={"versions": versions}))
    assert run_async(client.add_version(CLOUDFLARE, "gw", "r1", GRAPH)) == "v2"


def test_deployments_are_told_oldest_first(run_async: Run) -> None:
    told = [
        {"deployment_id": "d2", "version_id": "v2", "created_at": "2026-09-03T00:00:00Z"},
        {"deployment_id": "d1", "version_id": "v1", "created_at": "2026-09-01T00:00:00Z"},
    ]
    client, _ = management(ok(data={"deployments": told}))
    found = run_async(client.deployments(CLOUDFLARE, "gw", "r1"))
    assert found == (
        RouteDeployment("d1", "v1", 1788220800.0),
        RouteDeployment("d2", "v2", 1788393600.0),
    )


def test_deploying_names_the_version_and_deleting_and_renaming_the_route(run_async: Run) -> None:
    client, script = management(ok(result=ROUTE), ok(route={**ROUTE, "name": "help"}), ok(result=ROUTE))
    run_async(client.deploy(CLOUDFLARE, "gw", "r1", "v1"))
    assert (script.url, script.body) == (f"{ROUTES}/r1/deployments", {"version_id": "v1"})
    assert run_async(client.rename(CLOUDFLARE, "gw", "r1", "help")).name == "help"
    assert (script.requests[-1].method, script.body) == ("PATCH", {"name": "help"})
    run_async(client.delete(CLOUDFLARE, "gw", "r1"))
    assert (script.requests[-1].method, script.url) == ("DELETE", f"{ROUTES}/r1")


def test_names_are_escaped_in_the_address(run_async: Run) -> None:
    client, script = management(ok(result=ROUTE))
    run_async(client.route(CLOUDFLARE, "g/w", "r?1"))
    assert str(script.requests[0].url.raw_path.decode()).endswith("/gateways/g%2Fw/routes/r%3F1")


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            httpx.Response(
                400,
                json={
                    "success": False,
                    "errors": [{"code": 7001, "message": "Required", "path": ["body", "elements"]}],
                },
            ),
            "Required",
        ),
        (httpx.Response(400, json={"success": False, "error": "Route name is taken"}), "Route name is taken"),
        (httpx.Response(200, json={"success": False, "errors": [{"message": "Odd"}]}), "Odd"),
    ],
)
def test_a_refusal_is_told_in_the_gateways_words(run_async: Run, reply: httpx.Response, said: str) -> None:
    client, _ = management(reply)
    with pytest.raises(RequestFailed) as raised:
        run_async(client.create(CLOUDFLARE, "gw", "support", GRAPH))
    assert said in raised.value.why


def test_a_missing_permission_is_named(run_async: Run) -> None:
    client, _ = management(
        httpx.Response(403, json={"success": False, "errors": [{"code": 10000, "message": "No"}]})
    )
    with pytest.raises(RequestFailed) as raised:
        run_async(client.deploy(CLOUDFLARE, "gw", "r1", "v1"))
    assert "AI Gateway – Edit" in raised.value.fix


@pytest.mark.parametrize("error", [{"message": "Not found"}, {"code": 7002, "message": "Not found"}])
def test_a_route_that_is_gone_is_not_called_a_wrong_address_or_gateway(
    run_async: Run, error: dict[str, Any]
) -> None:
    client, _ = management(httpx.Response(404, json={"success": False, "errors": [error]}))
    with pytest.raises(RequestFailed, match="route") as raised:
        run_async(client.route(CLOUDFLARE, "gw", "r1"))
    assert raised.value.failure is Failure.NOT_FOUND


def test_a_gateway_that_is_not_there_is_named_as_that(run_async: Run) -> None:
    error = {"code": 7002, "message": "Gateway not found"}
    client, _ = management(httpx.Response(404, json={"success": False, "errors": [error]}))
    with pytest.raises(RequestFailed) as raised:
        run_async(client.routes(CLOUDFLARE, "gw"))
    assert raised.value.failure is Failure.GATEWAY_NOT_FOUND


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"success":true,"result":null}', b"\xff"])
def test_what_is_no_reply_of_this_api_is_told(run_async: Run, body: bytes) -> None:
    client, _ = management(httpx.Response(200, content=body))
    with pytest.raises(RequestFailed) as raised:
        run_async(client.route(CLOUDFLARE, "gw", "r1"))
    assert raised.value.failure is Failure.PROTOCOL


def test_reading_is_tried_again_and_changing_is_not(run_async: Run) -> None:
    client, script = management(httpx.Response(503), ok(result=ROUTE))
    assert run_async(client.route(CLOUDFLARE, "gw", "r1")).id == "r1"
    client, script = management(httpx.Response(503), ok(result=ROUTE))
    with pytest.raises(RequestFailed):
        run_async(client.create(CLOUDFLARE, "gw", "support", GRAPH))
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-09-01T00:00:00Z", 1788220800.0),
        ("2026-09-01 00:00:00", 1788220800.0),
        (1788220800, 1788220800.0),
        (1788220800000, 1788220800.0),
        ("soon", 0.0),
        (None, 0.0),
    ],
)
def test_times_come_in_several_spellings(value: Any, moment: float) -> None:
    assert moment_of(value) == moment
