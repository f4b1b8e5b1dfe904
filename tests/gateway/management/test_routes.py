from __future__ import annotations

import json
from typing import Any

import pytest

from tests.gateway.management.desk import GATEWAY, Desk
from workbench.domain.routes.elements import ModelCall
from workbench.domain.routes.errors import RouteError

ROUTES = "gateways/default/routes"


def elements(model: str = "gpt-4o-mini") -> list[dict[str, Any]]:
    return [
        {"id": "s", "type": "start", "outputs": {"next": {"elementId": "c"}}},
        {
            "id": "c",
            "type": "conditional",
            "properties": {"conditions": {"metadata.plan": {"$eq": "free"}}},
            "outputs": {"true": {"elementId": "p"}, "false": {"elementId": "m"}},
        },
        {"id": "p", "type": "percentage", "outputs": {"10%": {"elementId": "m"}, "else": {"elementId": "r"}}},
        {
            "id": "r",
            "type": "rate",
            "properties": {"limitType": "count", "key": "metadata.user_id", "limit": 100, "window": 3600},
            "outputs": {"success": {"elementId": "m"}, "fallback": {"elementId": "e"}},
        },
        {
            "id": "m",
            "type": "model",
            "properties": {"provider": "openai", "model": model, "timeout": 60000, "retries": 4},
            "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "e"}},
        },
        {"id": "e", "type": "end", "outputs": {}},
    ]


def made(desk: Desk, name: str = "support", **more: Any) -> Any:
    return desk.post(ROUTES, {"name": name, "elements": elements(), **more}).result


def live_model(desk: Desk, name: str = "support") -> str:
    live = desk.configuration.route("default", name)
    assert live is not None
    return next(one.model for one in live.record.live.route.elements if isinstance(one, ModelCall))


def test_a_new_route_is_deployed_and_told_with_its_graph(desk: Desk) -> None:
    told = made(desk)
    assert told["elements"] == elements()
    assert told["name"] == "support"
    assert told["gateway_id"] == "default"
    assert told["deployment"]["version_id"] == told["version"]["version_id"]
    assert told["version"]["active"] == "true"
    assert desk.configuration.route("default", "support") is not None


def test_the_graph_is_in_the_version_as_text_and_at_the_top(desk: Desk) -> None:
    told = desk.get(f"{ROUTES}/{made(desk)['id']}").result
    assert json.loads(told["version"]["data"]) == told["elements"] == elements()


def test_the_list_is_under_data_newest_first_and_paged(desk: Desk) -> None:
    for name in "abc":
        made(desk, name)
    told = desk.get(ROUTES, "page=1&per_page=2")
    assert told.body["success"] is True
    assert [one["name"] for one in told.data["routes"]] == ["c", "b"]
    assert {name: told.data[name] for name in told.data if name != "routes"} == {
        "order_by": "created_at",
        "order_by_direction": "desc",
        "page": 1,
        "per_page": 2,
    }
    assert desk.get(ROUTES, "page=3&per_page=2").data["routes"] == []


def test_what_the_desk_adds_travels_beside_the_elements(desk: Desk) -> None:
    sidecar = {
        "sticky": {"p": "metadata.user_id"},
        "technique": {"r": "sliding"},
        "positions": {"s": [0, 10]},
        "tests": [{"name": "free", "metadata": {"plan": "free"}}],
    }
    told = made(desk, workbench=sidecar)
    assert told["workbench"] == sidecar == told["version"]["workbench"]
    assert told["elements"] == elements()
    (version,) = desk.get(f"{ROUTES}/{told['id']}/versions").data["versions"]
    assert version["workbench"] == sidecar
    assert "workbench" not in made(desk, "bare")


def test_a_new_version_waits_for_its_deployment(desk: Desk) -> None:
    route = f"{ROUTES}/{made(desk)['id']}"
    told = desk.post(f"{route}/versions", {"elements": elements("gpt-5")}).result
    assert told["elements"] == elements("gpt-5")
    assert live_model(desk) == "gpt-4o-mini"
    assert desk.get(route).result["elements"] == elements()
    versions = desk.get(f"{route}/versions").data["versions"]
    assert [(one["version_id"] == told["version_id"], one["active"]) for one in versions] == [
        (True, "false"),
        (False, "true"),
    ]


def test_a_version_is_told_by_its_id(desk: Desk) -> None:
    route = f"{ROUTES}/{made(desk)['id']}"
    version_id = desk.post(f"{route}/versions", {"elements": elements("gpt-5")}).result["version_id"]
    told = desk.get(f"{route}/versions/{version_id}").result
    assert told["elements"] == elements("gpt-5") == json.loads(told["data"])
    assert (told["active"], told["name"], told["version_id"]) == ("false", "support", version_id)


def test_deploying_switches_and_an_older_version_rolls_back(desk: Desk) -> None:
    first = made(desk)
    route = f"{ROUTES}/{first['id']}"
    second = desk.post(f"{route}/versions", {"elements": elements("gpt-5")}).result["version_id"]
    told = desk.post(f"{route}/deployments", {"version_id": second}).result
    assert (told["elements"], live_model(desk)) == (elements("gpt-5"), "gpt-5")
    desk.post(f"{route}/deployments", {"version_id": first["version"]["version_id"]})
    assert live_model(desk) == "gpt-4o-mini"
    deployments = desk.get(f"{route}/deployments").data["deployments"]
    assert [one["version_id"] == second for one in deployments] == [False, True, False]
    assert len({one["deployment_id"] for one in deployments}) == 3


def test_a_route_is_renamed_under_the_key_route(desk: Desk) -> None:
    route = f"{ROUTES}/{made(desk)['id']}"
    told = desk.ask("PATCH", route, {"name": "help"}).body
    assert told["success"] is True
    assert told["route"]["name"] == "help"
    assert desk.configuration.route("default", "support") is None
    assert live_model(desk, "help") == "gpt-4o-mini"


def test_a_patch_that_would_lose_elements_is_refused(desk: Desk) -> None:
    route = f"{ROUTES}/{made(desk)['id']}"
    told = desk.ask("PATCH", route, {"name": "help", "elements": elements()})
    assert set(told.problems) == {"body.elements"}
    assert live_model(desk) == "gpt-4o-mini"


def test_a_deleted_route_is_told_once_more_and_gone(desk: Desk) -> None:
    told = made(desk)
    route = f"{ROUTES}/{told['id']}"
    assert desk.ask("DELETE", route).result == told
    for method, path, body in (
        ("GET", route, None),
        ("PATCH", route, {"name": "x"}),
        ("DELETE", route, None),
        ("GET", f"{route}/versions", None),
        ("POST", f"{route}/versions", {"elements": elements()}),
        ("GET", f"{route}/deployments", None),
        ("POST", f"{route}/deployments", {"version_id": "x"}),
    ):
        assert (desk.ask(method, path, body).status, desk.ask(method, path, body).code) == (404, 7002)


def test_the_name_may_be_used_again_after_a_delete(desk: Desk) -> None:
    desk.ask("DELETE", f"{ROUTES}/{made(desk)['id']}")
    assert made(desk)["name"] == "support"


def test_data_in_the_place_of_elements_is_not_enough(desk: Desk) -> None:
    assert desk.post(ROUTES, {"name": "x", "data": elements()}).problems == {"body.elements": "Required"}
    route = f"{ROUTES}/{made(desk)['id']}"
    assert desk.post(f"{route}/versions", {"data": elements()}).problems == {"body.elements": "Required"}


def test_a_deployment_names_its_version(desk: Desk) -> None:
    route = f"{ROUTES}/{made(desk)['id']}"
    assert desk.post(f"{route}/deployments", {}).problems == {"body.version_id": "Required"}
    told = desk.post(f"{route}/deployments", {"version_id": "nothing"})
    assert (told.status, told.code) == (404, 7002)
    assert desk.get(f"{route}/versions/nothing").status == 404


@pytest.mark.parametrize("name", ["", "a/b", "a b", "-a", "x" * 65, "ä", 7, None])
def test_a_name_that_cannot_stand_in_a_model_is_refused(desk: Desk, name: Any) -> None:
    assert set(desk.post(ROUTES, {"name": name, "elements": elements()}).problems) == {"body.name"}
    assert desk.configuration.routes.of("default") == ()


def test_two_routes_of_one_name_are_refused(desk: Desk) -> None:
    made(desk)
    told = desk.post(ROUTES, {"name": "support", "elements": elements()})
    assert set(told.problems) == {"body.name"}


def changed(index: int, **fields: Any) -> list[dict[str, Any]]:
    found = elements()
    found[index] = {**found[index], **fields}
    return found


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        (7, "body.elements"),
        ([7], "body.elements.0"),
        (changed(1, type="geography"), "body.elements.1.type"),
        (changed(4, properties={"model": "m"}), "body.elements.4.properties.provider"),
        (changed(0, outputs={"next": {"elementId": "nowhere"}}), "body.elements.0.outputs.next"),
        (
            changed(1, properties={"conditions": {"metadata.x": {"$near": 1}}}),
            "body.elements.1.properties.conditions",
        ),
        (changed(2, outputs={"60%": {"elementId": "m"}, "50%": {"elementId": "m"}}), "body.elements.2"),
        (changed(2, outputs={"10%": {}, "else": {"elementId": "r"}}), "body.elements.2.outputs.10%"),
        (elements()[1:], "body.elements"),
    ],
)
def test_bad_elements_are_refused_at_their_place_and_nothing_is_made(desk: Desk, bad: Any, path: str) -> None:
    (place,) = desk.post(ROUTES, {"name": "bad", "elements": bad}).problems
    assert place.startswith(path)
    assert desk.configuration.routes.of("default") == ()


def test_an_element_of_an_unknown_type_is_refused_by_name_also_in_a_version(desk: Desk) -> None:
    route = f"{ROUTES}/{made(desk)['id']}"
    told = desk.post(f"{route}/versions", {"elements": changed(1, type="geography")})
    [(path, message)] = told.problems.items()
    assert path == "body.elements.1.type"
    assert "“c” is of the type “geography”" in message
    assert len(desk.get(f"{route}/versions").data["versions"]) == 1


def test_a_route_of_a_later_desk_is_told_as_it_is_and_not_as_valid(desk: Desk) -> None:
    route = f"{ROUTES}/{made(desk)['id']}"
    spoil = """UPDATE route_versions SET document = replace(document, '"conditional"', '"geography"')"""
    desk.run(desk.database.write(lambda connection: connection.execute(spoil)))
    desk.open()
    told = desk.get(route).result
    assert told["elements"] == changed(1, type="geography")
    assert told["version"]["is_valid"] is False
    with pytest.raises(RouteError, match="geography"):
        desk.configuration.route("default", "support")


def test_a_port_given_twice_is_not_lost_in_silence(desk: Desk) -> None:
    body = json.dumps({"name": "twice", "elements": elements()}).replace('"else"', '"10%"').encode()
    (place,) = desk.post(ROUTES, body).problems
    assert place == "body.elements.2.outputs.10%"


def test_a_bad_sidecar_is_refused_at_its_place(desk: Desk) -> None:
    told = desk.post(ROUTES, {"name": "x", "elements": elements(), "workbench": {"sticky": 1}})
    assert set(told.problems) == {"body.workbench.sticky"}


def test_the_dialect_of_the_documents_is_read_and_the_apis_told(desk: Desk) -> None:
    docs = changed(1, properties={"condition": {"metadata.plan": {"$eq": "free"}}})
    docs[3] = {
        **docs[3],
        "type": "rate_limit",
        "properties": {"limitType": "count", "key": "metadata.user_id", "limit": 100, "interval": 3600},
    }
    assert made(desk, elements=docs)["elements"] == elements()


def test_other_keys_of_the_body_are_ignored(desk: Desk) -> None:
    told = made(desk, colour="red", id="mine")
    assert told["id"] != "mine"
    assert "colour" not in told
    (route,) = desk.configuration.routes.of("default")
    assert route.live.route.unknown == {}


def test_what_was_told_may_be_sent_again(desk: Desk) -> None:
    told = made(desk, workbench={"positions": {"s": [1, 2]}})
    again = desk.post(ROUTES, {**told, "name": "copy"}).result
    assert (again["elements"], again["workbench"]) == (told["elements"], told["workbench"])


def test_a_route_is_reached_through_its_own_gateway_only(desk: Desk) -> None:
    desk.post("gateways", GATEWAY)
    route_id = made(desk)["id"]
    assert desk.get(f"gateways/team/routes/{route_id}").status == 404
    assert desk.get("gateways/team/routes").data["routes"] == []
    assert desk.get("gateways/nowhere/routes").code == 7002
