"""Routes are read in both dialects, written in the API's, and nothing is lost on the way."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from tests.domain.routes.samples import (
    API,
    END,
    documents,
    model,
    route_of,
    shares,
    start,
    to,
    unknown_elements,
)
from workbench.domain.routes.codec import api_elements, read_route, route_document
from workbench.domain.routes.elements import (
    Conditional,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Technique,
    Unknown,
)
from workbench.domain.routes.errors import RouteError


def refused(value: Any) -> RouteError:
    with pytest.raises(RouteError) as error:
        read_route(value)
    return error.value


def only(route: Route, kind: type[Any]) -> Any:
    return next(element for element in route.elements if isinstance(element, kind))


def test_the_api_dialect_is_read_without_a_note_and_written_as_it_was() -> None:
    read = read_route(json.dumps(API))
    assert read.notes == ()
    assert route_document(read.route) == API
    assert api_elements(read.route) == API["elements"]


def test_every_property_of_the_api_dialect_is_understood() -> None:
    route = read_route(API).route
    assert only(route, Conditional).conditions == {"metadata.plan": {"$eq": "free"}}
    assert only(route, Percentage).outputs == {"10%": "m1", "50%": "m2", "else": "m1"}
    rate = only(route, Rate)
    assert (rate.limit_type, rate.key, rate.limit, rate.window_s) == (
        LimitType.COUNT,
        "metadata.user_id",
        100,
        3600,
    )
    called = only(route, ModelCall)
    assert (called.provider, called.model, called.timeout_ms, called.retries) == (
        "openai",
        "gpt-4o-mini",
        60000,
        4,
    )


def test_the_dialect_of_the_docs_page_is_read_with_notes_and_written_as_the_api_has_it() -> None:
    docs = deepcopy(API)
    condition, rate, end = docs["elements"][1], docs["elements"][3], docs["elements"][6]
    condition["properties"] = {"condition": condition["properties"]["conditions"]}
    rate["type"] = "rate_limit"
    rate["properties"] = {
        "limitType": "count", "key": "metadata.user_id", "limit": 100, "interval": 3600, "technique": "fixed"
    }  # fmt: skip
    del end["outputs"]
    read = read_route(docs)
    assert route_document(read.route) == API
    assert [note.pointer for note in read.notes] == [
        "/elements/1/properties/condition",
        "/elements/3/type",
        "/elements/3/properties/interval",
        "/elements/3/properties/technique",
    ]


def test_conditions_as_json_inside_a_text_are_read() -> None:
    terraform = deepcopy(API)
    terraform["elements"][1]["properties"]["conditions"] = json.dumps({"metadata.plan": {"$eq": "free"}})
    read = read_route(terraform)
    assert route_document(read.route) == API
    assert "Terraform" in read.notes[0].message


def test_a_list_of_elements_is_a_route_without_a_name() -> None:
    assert read_route(API["elements"], "mine").route.name == "mine"


def test_the_documents_own_name_wins() -> None:
    assert read_route(API, "other").route.name == "support"


def test_sticky_keys_and_techniques_are_in_the_sidecar_and_the_rest_of_it_is_untouched() -> None:
    document = deepcopy(API)
    document["elements"][3]["type"] = "rate_limit"
    document["elements"][3]["properties"]["technique"] = "sliding"
    document["workbench"] = {
        "sticky": {"p": "metadata.user_id", "gone": "metadata.x"},
        "positions": {"s": [1, 2]},
    }
    route = read_route(document).route
    assert only(route, Percentage).sticky == "metadata.user_id"
    assert only(route, Rate).technique is Technique.SLIDING
    assert route.sidecar == {"sticky": {"gone": "metadata.x"}, "positions": {"s": [1, 2]}}
    assert route_document(route)["workbench"] == {
        "sticky": {"gone": "metadata.x", "p": "metadata.user_id"},
        "positions": {"s": [1, 2]},
        "technique": {"r": "sliding"},
    }
    assert read_route(route_document(route)).route == route


def test_unknown_keys_are_kept_where_they_were() -> None:
    document = deepcopy(API)
    document["owner"] = "team"
    document["elements"][4]["comment"] = "why"
    document["elements"][4]["properties"]["temperature"] = 0.5
    document["elements"][4]["outputs"]["success"]["label"] = "ok"
    assert route_document(read_route(document).route) == document


@pytest.mark.parametrize(
    ("edit", "pointer"),
    [
        (lambda d: d.update(owner="team"), "/owner"),
        (lambda d: d["elements"][4].update({"com/ment": 1}), "/elements/4/com~1ment"),
        (
            lambda d: d["elements"][4]["properties"].update(temperature=1),
            "/elements/4/properties/temperature",
        ),
        (lambda d: d["elements"][4]["outputs"]["success"].update(label=1), "/elements/4/outputs/success"),
    ],
)
def test_the_api_is_not_given_a_route_that_would_lose_something(edit: Any, pointer: str) -> None:
    document = deepcopy(API)
    edit(document)
    with pytest.raises(RouteError) as error:
        api_elements(read_route(document).route)
    assert error.value.pointer == pointer


def test_what_the_server_adds_to_a_route_is_not_missed() -> None:
    told = {
        **API,
        "id": "1",
        "gateway_id": "g",
        "created_at": "2026",
        "modified_at": "2026",
        "version": {},
        "deployment": {},
    }
    assert api_elements(read_route(told).route) == API["elements"]


def test_a_graph_that_is_wrong_can_still_be_read() -> None:
    route = route_of(
        start("nowhere"),
        start("m"),
        model("m", "m", "gone", retries=99, timeout=-1),
        {"id": "p", "type": "percentage", "outputs": shares({"70%": "m", "80%": "m", "lots": "m"})},
        {"id": "alone", "type": "end", "outputs": to(next="m")},
    )
    assert [element.id for element in route.elements] == ["start", "start", "m", "p", "alone"]


def test_an_output_that_leads_nowhere_is_left_out() -> None:
    outputs = {"success": {"elementId": ""}, "fallback": None}
    found = route_of({**model("m"), "outputs": outputs}).elements[0]
    assert found.outputs == {}


def test_a_share_that_leads_nowhere_is_kept_in_its_place_and_written_as_nothing() -> None:
    outputs = {
        "70%": {},
        "20%": {"elementId": "m", "label": "x"},
        "else": None,
        "5%": {"elementId": ""},
        "1%": {"label": "y"},
    }
    route = route_of({"id": "p", "type": "percentage", "outputs": outputs}, model("m"))
    assert list(route.elements[0].outputs.items()) == [
        ("70%", ""),
        ("20%", "m"),
        ("else", ""),
        ("5%", ""),
        ("1%", ""),
    ]
    assert list(route.links()) == [("p", "20%", "m")]
    [written, _] = route_document(route)["elements"]
    assert written["outputs"] == {**outputs, "else": {}, "5%": {}}
    with pytest.raises(RouteError) as error:
        api_elements(route_of({"id": "p", "type": "percentage", "outputs": {"70%": {}}}))
    assert error.value.pointer == "/elements/0/outputs/70%"


GEO: dict[str, Any] = {
    "id": "g",
    "type": "geo",
    "colour": "red",
    "properties": {"by": "continent", "places": [{"name": "EU"}]},
    "outputs": {
        "EU": {"elementId": "m", "label": 1},
        "US": {},
        "AS": None,
        "AF": "m",
        "OC": {"elementId": None},
    },
}


def test_an_element_of_an_unknown_type_is_read_and_written_back_as_it_was() -> None:
    read = read_route({"name": "r", "elements": [GEO, model("m")]})
    geo = only(read.route, Unknown)
    assert (geo.type, geo.properties) == ("geo", GEO["properties"])
    assert geo.outputs == {"EU": "m", "US": "", "AS": "", "AF": "", "OC": ""}
    assert read.notes == ()
    assert route_document(read.route)["elements"][0] == GEO == api_elements(read.route)[0]


def test_a_port_of_an_unknown_type_that_is_led_somewhere_is_written_as_all_are() -> None:
    route = read_route({"name": "r", "elements": [GEO]}).route
    geo = replace(only(route, Unknown), outputs={"EU": "n", "AS": "n", "AF": "n", "OC": "n"})
    written = route_document(replace(route, elements=(geo,)))["elements"][0]
    assert written["outputs"] == {
        "EU": {"elementId": "n", "label": 1},
        "AS": {"elementId": "n"},
        "AF": {"elementId": "n"},
        "OC": {"elementId": "n"},
    }


@given(unknown_elements)
def test_whatever_an_element_of_an_unknown_type_holds_comes_back(element: dict[str, Any]) -> None:
    route = read_route({"name": "r", "elements": [element]}).route
    assert isinstance(route.elements[0], Unknown)
    assert route_document(route)["elements"] == [element]
    assert read_route(json.dumps(route_document(route))).route == route


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ("7", ""),
        ({"name": "x"}, "/elements"),
        ({"elements": {}}, "/elements"),
        ({"elements": [], "name": 3}, "/name"),
        ({"elements": [], "workbench": []}, "/workbench"),
        ({"elements": [], "workbench": {"sticky": []}}, "/workbench/sticky"),
        ({"elements": [], "workbench": {"sticky": {"a/b": 1}}}, "/workbench/sticky/a~1b"),
        ({"elements": [], "workbench": {"technique": {"r": "slow"}}}, "/workbench/technique/r"),
        ({"elements": [3]}, "/elements/0"),
        ({"elements": [{"type": "end"}]}, "/elements/0/id"),
        ({"elements": [{"id": 3, "type": "end"}]}, "/elements/0/id"),
        ({"elements": [{"id": "a"}]}, "/elements/0/type"),
        ({"elements": [{"id": "a", "type": ""}]}, "/elements/0/type"),
        ({"elements": [{"id": "a", "type": ["end"]}]}, "/elements/0/type"),
        ({"elements": [{"id": "a", "type": "end", "properties": 1}]}, "/elements/0/properties"),
        ({"elements": [{"id": "a", "type": "end", "outputs": []}]}, "/elements/0/outputs"),
        ({"elements": [{"id": "a", "type": "start", "outputs": {"next": 3}}]}, "/elements/0/outputs/next"),
        ({"elements": [{"id": "a", "type": "conditional"}]}, "/elements/0/properties/conditions"),
        ({"elements": [{"id": "a", "type": "conditional", "properties": {"conditions": "x"}}]}, "/elements/0/properties/conditions"),
        ({"elements": [model("m", provider=3)]}, "/elements/0/properties/provider"),
        ({"elements": [model("m", retries="2")]}, "/elements/0/properties/retries"),
        ({"elements": [model("m", timeout=1.5)]}, "/elements/0/properties/timeout"),
        ({"elements": [{"id": "r", "type": "rate", "properties": {"key": "k", "limit": True, "window": 1}}]}, "/elements/0/properties/limit"),
        ({"elements": [{"id": "r", "type": "rate", "properties": {"key": "k", "limit": 1}}]}, "/elements/0/properties/window"),
        ({"elements": [{"id": "r", "type": "rate", "properties": {"limitType": "tokens"}}]}, "/elements/0/properties/limitType"),
    ],
)  # fmt: skip
def test_what_has_no_place_in_a_graph_is_refused_with_its_place(value: Any, pointer: str) -> None:
    error = refused(value)
    assert error.pointer == pointer
    assert error.what.endswith(".")


def test_reading_takes_a_copy() -> None:
    document = deepcopy(API)
    route = read_route(document).route
    document["elements"][1]["properties"]["conditions"]["metadata.plan"]["$eq"] = "other"
    assert route_document(route) == API


def test_writing_gives_a_copy() -> None:
    route = read_route(API).route
    api_elements(route)[1]["properties"]["conditions"]["metadata.plan"]["$eq"] = "other"
    assert route_document(route) == API


@given(documents)
def test_writing_what_was_read_is_stable(document: dict[str, Any]) -> None:
    route = read_route(document).route
    written = route_document(route)
    again = read_route(json.dumps(written))
    assert again.route == route
    assert route_document(again.route) == written


@given(documents)
def test_what_we_write_is_the_apis_dialect(document: dict[str, Any]) -> None:
    assert read_route(route_document(read_route(document).route)).notes == ()


def _leaves(value: Any) -> list[str]:
    """Every key and every plain value, as text, so that what is lost can be seen."""
    if isinstance(value, dict):
        return [text for key, inner in value.items() for text in (key, *_leaves(inner))]
    if isinstance(value, list):
        return [text for inner in value for text in _leaves(inner)]
    return [] if value is None or value == "" else [json.dumps(value)]


@given(documents)
def test_nothing_that_was_not_understood_is_lost(document: dict[str, Any]) -> None:
    written = set(_leaves(route_document(read_route(document).route)))
    kept = {
        part
        for part in ("note", "x/y", "z~", "position", "label", "positions", "tests")
        if part in _leaves(document)
    }
    assert kept <= written


@given(documents)
def test_the_api_gets_all_of_a_route_or_an_error(document: dict[str, Any]) -> None:
    route = read_route(document).route
    document = route_document(route)
    try:
        elements = api_elements(route)
    except RouteError:
        assert any(element.unknown for element in route.elements) or route.unknown or _open_shares(route)
    else:
        assert elements == document["elements"]


def _open_shares(route: Route) -> bool:
    return any(not to for one in route.elements if isinstance(one, Percentage) for to in one.outputs.values())


def test_an_end_may_have_no_outputs_at_all() -> None:
    assert route_of({"id": "e", "type": "end"}).elements == route_of({**END, "id": "e"}).elements
