"""Model lists of Cloudflare and of OpenAI-compatible servers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client.wire import API_TOKEN, CLOUDFLARE, LOCAL, Script, Waits, http_of, server_at
from tests.conftest import Run
from workbench.client.catalogue import CatalogueClient
from workbench.client.catalogue_entries import model_of_entry, model_of_listing
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.models import Model, Price, ReasoningEffort
from workbench.domain.targets import Connection


def entry(name: str = "@cf/zai-org/glm-5.2", **properties: Any) -> dict[str, Any]:
    return {
        "id": "uuid",
        "source": 1,
        "name": name,
        "description": "Chat",
        "task": {"id": "t", "name": "Text Generation", "description": "…"},
        "tags": [],
        "properties": [{"property_id": key, "value": value} for key, value in properties.items()],
    }


def page(*entries: Any, total: int | None = None) -> httpx.Response:
    info = {} if total is None else {"result_info": {"count": len(entries), "total_count": total}}
    return httpx.Response(200, json={"success": True, "errors": [], "result": list(entries), **info})


async def listed(script: Script, connection: Connection, waits: Waits | None = None) -> tuple[Model, ...]:
    http = http_of(script, waits)
    try:
        return await CatalogueClient(http).models(connection)
    finally:
        await http.aclose()


def read(**properties: Any) -> Model:
    model = model_of_entry(entry(**properties))
    assert model is not None
    return model


def test_the_catalogue_is_read_page_by_page_until_the_total(run_async: Run) -> None:
    script = Script(page(entry("@cf/a/1"), entry("@cf/a/2"), total=3), page(entry("@cf/a/3"), total=3))
    models = run_async(listed(script, CLOUDFLARE))
    assert [model.id for model in models] == ["@cf/a/1", "@cf/a/2", "@cf/a/3"]
    assert script.url == (
        "https://api.cloudflare.com/client/v4/accounts/acc/ai/models/search?per_page=100&page=2&include_deprecated=true"
    )
    assert script.headers["authorization"] == f"Bearer {API_TOKEN.reveal()}"


def test_without_a_total_a_short_page_is_the_last(run_async: Run) -> None:
    assert len(run_async(listed(Script(page(entry("@cf/a/1"))), LOCAL))) == 1


def test_an_empty_page_ends_a_total_that_lies(run_async: Run) -> None:
    assert len(run_async(listed(Script(page(entry("@cf/a/1"), total=9), page(total=9)), LOCAL))) == 1


def test_a_model_that_is_listed_twice_comes_once(run_async: Run) -> None:
    assert len(run_async(listed(Script(page(entry("@cf/a/1"), entry("@cf/a/1"))), LOCAL))) == 1


def test_a_page_that_fails_for_the_moment_is_asked_for_again(run_async: Run) -> None:
    waits = Waits()
    run_async(listed(Script(httpx.Response(503), page(entry())), LOCAL, waits))
    assert len(waits.seconds) == 1


@pytest.mark.parametrize(
    ("response", "failure"),
    [
        (httpx.Response(403, json={"success": False, "errors": [{"code": 10000, "message": "Authentication error"}]}),
         Failure.UNAUTHORIZED),
        (httpx.Response(200, json={"success": False, "errors": [{"code": 9109, "message": "x"}]}), Failure.FORBIDDEN),
        (httpx.Response(200, text="<html>"), Failure.PROTOCOL),
        (httpx.Response(200, json={"success": True, "result": {}}), Failure.PROTOCOL),
    ],
)  # fmt: skip
def test_a_list_that_does_not_come_is_told(
    run_async: Run, response: httpx.Response, failure: Failure
) -> None:
    with pytest.raises(RequestFailed) as caught:
        run_async(listed(Script(response), CLOUDFLARE))
    assert caught.value.failure is failure


def test_an_entry_says_what_the_model_is() -> None:
    model = read(context_window="262144", function_calling="true", vision="false", beta=False, require_workers_paid=1,
                 planned_deprecation_date="2026-12-24T00:00:00Z", terms="https://x")  # fmt: skip
    assert model == Model(
        "@cf/zai-org/glm-5.2",
        task="Text Generation",
        author="zai-org",
        description="Chat",
        context_window=262144,
        function_calling=True,
        requires_workers_paid=True,
        retires_on="2026-12-24",
        terms="https://x",
    )


def test_prices_keep_their_units_and_nought_means_unpriced() -> None:
    model = read(
        price=[
            {"unit": "per M input tokens", "price": 0.35, "currency": "USD"},
            {"unit": "per M output tokens", "price": "0.75"},
            {"unit": "per step", "price": 0},
            {"price": 1},
        ]
    )
    assert model.prices == (Price("per M input tokens", 0.35), Price("per M output tokens", 0.75))


def test_reasoning_levels_are_read() -> None:
    model = read(
        reasoning_effort={
            "supported_efforts": ["max", "high", "none"],
            "default_effort": "max",
            "normalizes_to": {"low": "high"},
            "mandatory": False,
        }
    )
    assert model.reasoning
    assert model.reasoning_effort == ReasoningEffort(
        ("max", "high", "none"), "max", True, "", {"low": "high"}
    )


def test_a_model_without_levels_is_switched_by_its_template_if_at_all() -> None:
    assert read(reasoning_effort={"mandatory": False}).reasoning_effort == ReasoningEffort(
        can_disable=True, toggle="enable_thinking"
    )
    assert read(reasoning_effort={"mandatory": True}).reasoning_effort == ReasoningEffort()


def test_unknown_properties_survive() -> None:
    assert read(info="https://x", novelty={"a": [1]}).properties == {
        "info": "https://x",
        "novelty": {"a": [1]},
    }


@pytest.mark.parametrize("junk", [None, 3, {}, {"name": ""}, {"name": 3}, []])
def test_an_entry_without_a_name_is_left_out(junk: Any) -> None:
    assert model_of_entry(junk) is None
    assert model_of_listing(junk) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
IDS = st.sampled_from(["price", "context_window", "reasoning_effort", "beta", "terms", "x"])


@given(st.dictionaries(IDS, JSON), JSON, JSON)
def test_no_property_makes_an_entry_fail(properties: dict[str, Any], task: Any, meta: Any) -> None:
    assert model_of_entry({**entry(**properties), "task": task})
    assert model_of_entry({"name": "a", "properties": meta})
    assert model_of_listing({"id": "a", "meta": meta, "capabilities": meta, "pricing": meta, "n_ctx": task})


# OpenAI-compatible


def test_a_servers_own_list_is_read_with_its_key(run_async: Run) -> None:
    script = Script(
        httpx.Response(200, json={"object": "list", "data": [{"id": "llama3:8b", "owned_by": "library"}]})
    )
    models = run_async(listed(script, server_at("http://localhost:11434/v1", API_TOKEN)))
    assert models == (Model("llama3:8b", author="library"),)
    assert script.url == "http://localhost:11434/v1/models"
    assert script.headers["authorization"] == f"Bearer {API_TOKEN.reveal()}"


def test_a_server_without_a_key_is_sent_none(run_async: Run) -> None:
    script = Script(httpx.Response(200, json={"object": "list", "data": None}))
    assert run_async(listed(script, server_at("http://localhost:11434/v1"))) == ()
    assert "authorization" not in script.headers


def test_a_bare_list_is_taken_too(run_async: Run) -> None:
    assert (
        run_async(listed(Script(httpx.Response(200, json=["a"])), server_at("http://localhost:1/v1")))[0].id
        == "a"
    )


@pytest.mark.parametrize(
    "extra",
    [
        {"max_model_len": 8192},
        {"meta": {"n_ctx_train": 8192}},
        {"max_context_length": 8192},
        {"context_length": "8192"},
        {"context_window": 8192},
    ],
    ids=["vLLM", "llama.cpp", "LM Studio", "OpenRouter", "Groq"],
)
def test_every_servers_word_for_the_context_is_known(extra: dict[str, Any]) -> None:
    model = model_of_listing({"id": "m", **extra})
    assert model is not None
    assert model.context_window == 8192


def test_abilities_and_prices_are_read_where_a_server_tells() -> None:
    model = model_of_listing(
        {
            "id": "m",
            "type": "vlm",
            "supported_parameters": ["tools", "reasoning"],
            "pricing": {"prompt": "0.000001", "completion": "0.000002", "input_cache_read": "0"},
        }
    )
    assert model is not None
    assert (model.function_calling, model.reasoning, model.vision, model.task) == (
        True,
        True,
        True,
        "Text Generation",
    )
    assert (model.price_per_m("input"), model.price_per_m("output")) == (1.0, 2.0)
    assert model.price_per_m("cached input") is None


@pytest.mark.parametrize("listing", [{"id": "nomic-embed-text"}, {"id": "m", "type": "embeddings"}])
def test_embedding_models_do_not_chat(listing: dict[str, Any]) -> None:
    model = model_of_listing(listing)
    assert model is not None
    assert not model.chats


async def schema(script: Script, connection: Connection) -> dict[str, Any] | None:
    http = http_of(script)
    try:
        return await CatalogueClient(http).input_schema(connection, "@cf/new/painter")
    finally:
        await http.aclose()


def test_the_schema_of_what_a_model_takes_is_asked_for(run_async: Run) -> None:
    script = Script(
        httpx.Response(200, json={"success": True, "result": {"input": {"type": "object"}, "output": {}}})
    )
    assert run_async(schema(script, CLOUDFLARE)) == {"type": "object"}
    assert script.url.endswith("/ai/models/schema?model=%40cf%2Fnew%2Fpainter")


def test_a_gated_model_and_a_server_of_ones_own_have_no_schema(run_async: Run) -> None:
    script = Script(httpx.Response(200, json={"success": True, "result": {}}))
    assert run_async(schema(script, CLOUDFLARE)) is None
    assert run_async(schema(script, server_at("http://localhost:11434/v1"))) is None
