"""Any path leads to a door or to a named refusal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.protocol import (
    Action,
    BadBody,
    Door,
    Family,
    Refusal,
    door_of,
    ids_of,
    json_object,
)

DOORS = {
    "/v1/acc/gw/compat/chat/completions": (Family.GATEWAY, Action.CHAT, "compat", ""),
    "/v1/acc/gw/workers-ai/v1/chat/completions": (Family.GATEWAY, Action.CHAT, "workers-ai", ""),
    "/v1/acc/gw/workers-ai/@cf/a/b": (Family.GATEWAY, Action.RUN, "workers-ai", "@cf/a/b"),
    "/v1/acc/gw/workers-ai/run/@cf/a/b": (Family.GATEWAY, Action.RUN, "workers-ai", "@cf/a/b"),
    "/client/v4/accounts/acc/ai/run/@cf/a/b-1.5": (Family.REST, Action.RUN, "", "@cf/a/b-1.5"),
    "/client/v4/accounts/acc/ai/run/@hf/a/b": (Family.REST, Action.RUN, "", "@hf/a/b"),
    "/client/v4/accounts/acc/ai/v1/chat/completions": (Family.REST, Action.CHAT, "", ""),
}


@pytest.mark.parametrize("path", DOORS)
def test_a_door_for_inference_is_read_from_its_path(path: str) -> None:
    door = door_of("POST", path)
    assert isinstance(door, Door)
    assert (door.family, door.action, door.provider, door.model) == DOORS[path]
    assert door.account == "acc"
    assert door.gateway == ("gw" if door.family is Family.GATEWAY else "")


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/client/v4/accounts/acc/ai/models/search", Action.SEARCH),
        ("/client/v4/accounts/acc/ai/models/schema", Action.SCHEMA),
        ("/client/v4/accounts/acc/tokens/verify", Action.VERIFY),
        ("/client/v4/user/tokens/verify", Action.VERIFY),
        ("/client/v4/accounts/acc/ai/v1/models", Action.MODELS),
        ("/v1/acc/gw/compat/models", Action.MODELS),
        ("/healthz", Action.HEALTH),
        ("/-/status", Action.STATUS),
        ("/-/lease", Action.LEASE),
    ],
)
def test_a_door_that_is_read_from_is_found(path: str, action: Action) -> None:
    door = door_of("GET", path)
    assert isinstance(door, Door)
    assert door.action is action


@pytest.mark.parametrize("path", DOORS)
def test_a_wrong_method_is_refused_with_those_that_would_do(path: str) -> None:
    refusal = door_of("GET", path)
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.code, refusal.allow) == (405, 7000, ("POST",))


@pytest.mark.parametrize(
    ("path", "status", "code", "family"),
    [
        ("/", 404, 7000, Family.REST),
        ("/v1/acc", 404, 7000, Family.GATEWAY),
        ("/v1/acc/gw/openai/chat/completions", 404, 7000, Family.GATEWAY),
        ("/v1/a b/gw/compat/chat/completions", 404, 7000, Family.GATEWAY),
        (f"/v1/acc/{'g' * 65}/compat/chat/completions", 404, 7000, Family.GATEWAY),
        ("/client/v4/accounts//ai/v1/chat/completions", 404, 7003, Family.REST),
        ("/client/v4/accounts/acc/ai/run/dynamic/x", 400, 7000, Family.REST),
        ("/client/v4/accounts/acc/ai/run/@cf/x", 404, 3042, Family.REST),
        ("/client/v4/accounts/acc/ai/run/@cf/../../x", 404, 3042, Family.REST),
        ("/v1/acc/gw/workers-ai/@cf/", 404, 3042, Family.GATEWAY),
    ],
)
def test_a_path_without_a_door_is_refused_by_its_family(
    path: str, status: int, code: int, family: Family
) -> None:
    refusal = door_of("POST", path)
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.code, refusal.family) == (status, code, family)


PIECES = st.sampled_from(
    [
        "v1",
        "client",
        "v4",
        "accounts",
        "acc",
        "ai",
        "run",
        "@cf",
        "..",
        "",
        "compat",
        "chat",
        "workers-ai",
        "models",
        "-",
    ]
)


@given(
    st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=5))).map(lambda p: "/" + "/".join(p)))
)
def test_any_path_is_a_door_or_a_refusal(path: str) -> None:
    found = door_of("POST", path)
    if isinstance(found, Refusal):
        assert 400 <= found.status < 500
        assert found.message
    else:
        assert "POST" in found.methods
        assert ".." not in found.model.split("/")


@given(st.binary())
def test_any_body_is_an_object_or_refused(body: bytes) -> None:
    try:
        value = json_object(body)
    except BadBody:
        return
    assert isinstance(value, dict)


def test_a_body_nested_too_deep_is_refused() -> None:
    with pytest.raises(BadBody):
        json_object(b'{"a":' * 100_000)


def test_an_event_id_that_cannot_be_a_header_is_replaced() -> None:
    assert ids_of({"cf-aig-event-id": "mine"}).event == "mine"
    ids = ids_of({"cf-aig-event-id": "a\nb"})
    assert ids.event == ids.request
