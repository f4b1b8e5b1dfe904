"""Any path leads to a door or to a named refusal."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.gateways import PROVIDER_SLUGS
from workbench.gateway.doors import door_of
from workbench.gateway.protocol import INFERENCE, Action, Door, Family, Refusal

ANY = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
GATEWAY, REST = Family.GATEWAY, Family.REST
DOORS = {
    "/v1/acc/gw/compat/chat/completions": (GATEWAY, Action.CHAT, "compat", "", "chat/completions"),
    "/v1/acc/gw/compat/embeddings": (GATEWAY, Action.EMBEDDINGS, "compat", "", "embeddings"),
    "/v1/acc/gw/workers-ai/v1/chat/completions": (
        GATEWAY,
        Action.CHAT,
        "workers-ai",
        "",
        "v1/chat/completions",
    ),
    "/v1/acc/gw/workers-ai/@cf/a/b": (GATEWAY, Action.RUN, "workers-ai", "@cf/a/b", "@cf/a/b"),
    "/v1/acc/gw/workers-ai/run/@cf/a/b": (GATEWAY, Action.RUN, "workers-ai", "@cf/a/b", "@cf/a/b"),
    "/v1/acc/gw/openai/responses": (GATEWAY, Action.PROVIDER, "openai", "", "responses"),
    "/v1/acc/gw/custom-desk/api/tags": (GATEWAY, Action.PROVIDER, "custom-desk", "", "api/tags"),
    "/v1/acc/gw": (GATEWAY, Action.UNIVERSAL, "", "", ""),
    "/v1/acc/gw/": (GATEWAY, Action.UNIVERSAL, "", "", ""),
    "/client/v4/accounts/acc/ai/run": (REST, Action.RUN, "", "", "run"),
    "/client/v4/accounts/acc/ai/run/@cf/a/b-1.5": (
        REST,
        Action.RUN,
        "workers-ai",
        "@cf/a/b-1.5",
        "@cf/a/b-1.5",
    ),
    "/client/v4/accounts/acc/ai/run/@hf%2Fa%2Fb": (REST, Action.RUN, "workers-ai", "@hf/a/b", "@hf/a/b"),
    "/client/v4/accounts/acc/ai/v1/chat/completions": (REST, Action.CHAT, "", "", "v1/chat/completions"),
    "/client/v4/accounts/acc/ai/v1/responses": (REST, Action.RESPONSES, "", "", "v1/responses"),
    "/client/v4/accounts/acc/ai/v1/messages": (REST, Action.MESSAGES, "", "", "v1/messages"),
    "/client/v4/accounts/acc/ai/v1/embeddings": (REST, Action.EMBEDDINGS, "", "", "v1/embeddings"),
    "/client/v4/accounts/acc/ai/tomarkdown": (REST, Action.TOMARKDOWN, "", "", "tomarkdown"),
}


@pytest.mark.parametrize("path", DOORS)
def test_a_door_for_inference_is_read_from_its_path(path: str) -> None:
    door = door_of("POST", path)
    assert isinstance(door, Door)
    assert (door.family, door.action, door.provider, door.model, door.tail) == DOORS[path]
    assert door.account == "acc"
    assert door.gateway == ("gw" if door.family is Family.GATEWAY else "")
    assert door.action in INFERENCE


@pytest.mark.parametrize("slug", PROVIDER_SLUGS)
def test_every_provider_has_doors_with_and_without_the_prefix(slug: str) -> None:
    tail = "v1/chat/completions"
    door, bare = door_of("POST", f"/v1/acc/gw/{slug}/{tail}"), door_of("POST", f"/{slug}/{tail}")
    assert isinstance(door, Door)
    assert isinstance(bare, Door)
    assert (door.provider, door.tail, door.gateway) == (slug, tail, "gw")
    assert replace(bare, account="acc", gateway="gw") == door
    assert bare.gateway == "default"


@pytest.mark.parametrize("method", ANY)
def test_a_provider_decides_itself_which_methods_it_takes(method: str) -> None:
    assert isinstance(door_of(method, "/v1/a/g/openai/files/f-1?purpose=x"), Door)


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/client/v4/accounts/acc/ai/models/search", Action.SEARCH),
        ("/client/v4/accounts/acc/ai/models/schema", Action.SCHEMA),
        ("/client/v4/accounts/acc/tokens/verify", Action.VERIFY),
        ("/client/v4/user/tokens/verify", Action.VERIFY),
        ("/client/v4/accounts/acc/ai/v1/models", Action.MODELS),
        ("/client/v4/accounts/acc/ai/tomarkdown/supported", Action.TOMARKDOWN),
        ("/v1/acc/gw/compat/models", Action.MODELS),
        ("/compat/models", Action.MODELS),
        ("/v1/acc/gw/workers-ai/v1/models", Action.MODELS),
        ("/healthz", Action.HEALTH),
        ("/workbench/status", Action.STATUS),
        ("/workbench/lease", Action.LEASE),
        ("/workbench/feed", Action.FEED),
        ("/workbench/faults", Action.FAULTS),
        ("/workbench/providers", Action.PROVIDERS),
    ],
)
def test_a_door_that_is_read_from_is_found(path: str, action: Action) -> None:
    door = door_of("GET", path)
    assert isinstance(door, Door)
    assert door.action is action


def test_management_and_traces_hand_on_what_follows() -> None:
    door = door_of("PATCH", "/client/v4/accounts/acc/ai-gateway/gateways/g/logs/1")
    assert isinstance(door, Door)
    assert (door.action, door.tail) == (Action.MANAGE, "gateways/g/logs/1")
    door = door_of("GET", "/workbench/traces/0192-ab")
    assert isinstance(door, Door)
    assert (door.action, door.tail) == (Action.TRACE, "0192-ab")


@pytest.mark.parametrize("path", [path for path, door in DOORS.items() if door[1] is not Action.PROVIDER])
def test_a_wrong_method_is_refused_with_those_that_would_do(path: str) -> None:
    refusal = door_of("GET", path)
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.code, refusal.allow) == (405, 7000, ("POST",))


@pytest.mark.parametrize(
    ("path", "status", "code", "family"),
    [
        ("/", 404, 7000, REST),
        ("/v1/acc", 404, 7000, GATEWAY),
        ("/v1/acc/gw/nobody/chat/completions", 400, 2008, GATEWAY),
        ("/v1/acc/gw/custom-/x", 400, 2008, GATEWAY),
        ("/v1/acc/gw/compat/responses", 404, 7000, GATEWAY),
        ("/v1/acc/gw//chat/completions", 400, 2008, GATEWAY),
        ("/v1/a b/gw/compat/chat/completions", 404, 7000, GATEWAY),
        (f"/v1/acc/{'g' * 65}/compat/chat/completions", 404, 7000, GATEWAY),
        ("/client/v4/accounts//ai/v1/chat/completions", 404, 7003, REST),
        ("/client/v4/accounts/acc/ai/run/dynamic/x", 400, 7000, REST),
        ("/client/v4/accounts/acc/ai/run/openai/gpt-4o", 400, 7000, REST),
        ("/client/v4/accounts/acc/ai/run/@cf/x", 404, 3042, REST),
        ("/client/v4/accounts/acc/ai/run/@cf/../../x", 404, 3042, REST),
        ("/client/v4/accounts/acc/ai/run/@cf%2F..%2F..%2Fx", 404, 3042, REST),
        ("/v1/acc/gw/workers-ai/@cf/", 404, 3042, GATEWAY),
        ("/v1/acc/gw/workers-ai/finetunes", 404, 7000, GATEWAY),
    ],
)
def test_a_path_without_a_door_is_refused_by_its_family(
    path: str, status: int, code: int, family: Family
) -> None:
    refusal = door_of("POST", path)
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.code, refusal.family) == (status, code, family)


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/v1/chat/completions", "compat"),
        ("/v1/responses", "compat"),
        ("/v1/acc/gw/compat/v1/responses", "unified address"),
        ("/client/v4/accounts/acc/ai/run/dynamic/support", "ai/v1/chat/completions, as “dynamic/support”"),
        ("/client/v4/accounts/acc/ai/run/openai/gpt-4o", "/ai/run, as the body's 'model'"),
    ],
)
def test_a_request_at_the_wrong_address_is_told_the_right_one(path: str, word: str) -> None:
    refusal = door_of("POST", path)
    assert isinstance(refusal, Refusal)
    assert refusal.message.startswith("No route for that URI")
    assert word in refusal.message


@pytest.mark.parametrize(
    "tail",
    [
        "../secret",
        "v1/../../x",
        "..",
        ".",
        "v1/%2e%2e/x",
        "v1%2F..%2F..%2Fx",
        "..%5cx",
        "a\\..\\b",
        "a%00b",
        "a%0d%0ab",
    ],
)
def test_a_tail_that_leads_out_of_the_providers_address_is_refused(tail: str) -> None:
    refusal = door_of("GET", f"/v1/acc/gw/openai/{tail}")
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.code) == (400, 7000)


@pytest.mark.parametrize(
    "tail", ["files/a%2Fb", "models/gpt..4", "a/.hidden", "@x//y", "v1/models/m:generateContent"]
)
def test_a_tail_that_stays_inside_is_kept_as_it_came(tail: str) -> None:
    door = door_of("GET", f"/v1/acc/gw/openai/{tail}")
    assert isinstance(door, Door)
    assert door.tail == tail


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
        "openai",
        "custom-x",
        "%2e%2e",
        "a%2f..%2f..",
        "ai-gateway",
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
        assert found.action is Action.MANAGE or ".." not in unquote(found.tail).replace("\\", "/").split("/")
