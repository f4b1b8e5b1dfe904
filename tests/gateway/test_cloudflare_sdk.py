"""Cloudflare's own `cloudflare` package against the gateway, unchanged, with the answers checked against its types."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import cloudflare
import pytest
from cloudflare import AsyncCloudflare, Cloudflare

from tests.gateway.wire import LEGACY, Answer, Wire

ACCOUNT = "acc"
ELEMENTS: Any = [
    {"id": "s", "type": "start", "outputs": {"next": {"elementId": "c"}}},
    {
        "id": "c",
        "type": "conditional",
        "properties": {"conditions": {"metadata.plan": {"$eq": "free"}}},
        "outputs": {"true": {"elementId": "r"}, "false": {"elementId": "m"}},
    },
    {
        "id": "r",
        "type": "rate",
        "properties": {"limitType": "count", "key": "metadata.user_id", "limit": 100, "window": 3600},
        "outputs": {"success": {"elementId": "m"}, "fallback": {"elementId": "e"}},
    },
    {
        "id": "m",
        "type": "model",
        "properties": {"provider": "openai", "model": "gpt-4o-mini", "timeout": 60000, "retries": 4},
        "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "e"}},
    },
    {"id": "e", "type": "end", "outputs": {}},
]


def client_of(wire: Wire) -> Cloudflare:
    return Cloudflare(
        base_url=f"{wire.address}/client/v4",
        api_token=wire.token,
        max_retries=0,
        _strict_response_validation=True,
    )


@pytest.fixture
def client(shared: Wire) -> Iterator[Cloudflare]:
    with client_of(shared) as client:
        yield client


def ask(wire: Wire, gateway_id: str, model: str) -> Answer:
    path = f"/v1/{ACCOUNT}/{gateway_id}/compat/chat/completions"
    return wire.chat(model=model, path=path, headers={"content-type": "application/json"})


def gateway(client: Cloudflare, gateway_id: str = "team", **more: Any) -> Any:
    return client.ai_gateway.create(
        account_id=ACCOUNT,
        id=gateway_id,
        cache_invalidate_on_update=True,
        cache_ttl=0,
        collect_logs=True,
        rate_limiting_interval=60,
        rate_limiting_limit=50,
        **more,
    )


def test_a_gateway_is_made_read_changed_and_removed(client: Cloudflare) -> None:
    limits = {
        "rules": [
            {
                "limit": 5,
                "limit_type": "cost",
                "window": 60,
                "provider": {"mode": "filter", "values": ["openai"]},
            }
        ]
    }
    made = gateway(
        client,
        spend_limits=limits,
        retry_backoff="linear",
        otel=[{"url": "https://c", "headers": {"a": "b"}}],
    )
    assert made.spend_limits.rules[0].limit_type == "cost"
    assert client.ai_gateway.get("team", account_id=ACCOUNT).rate_limiting_limit == 50
    changed = client.ai_gateway.update(
        "team",
        account_id=ACCOUNT,
        cache_invalidate_on_update=False,
        cache_ttl=300,
        collect_logs=False,
        rate_limiting_interval=0,
        rate_limiting_limit=0,
    )
    assert (changed.cache_ttl, changed.retry_backoff, changed.created_at) == (300, None, made.created_at)
    assert client.ai_gateway.delete("team", account_id=ACCOUNT).id == "team"
    with pytest.raises(cloudflare.NotFoundError) as caught:
        client.ai_gateway.get("team", account_id=ACCOUNT)
    assert caught.value.errors[0].code == 7002


def test_gateways_are_listed_over_their_pages(client: Cloudflare) -> None:
    for number in range(5):
        gateway(client, f"g{number}")
    found = [one.id for one in client.ai_gateway.list(account_id=ACCOUNT, per_page=2)]
    assert found[0] == "default"
    assert [gateway_id for gateway_id in found if gateway_id.startswith("g")] == [f"g{n}" for n in range(5)]
    assert [one.id for one in client.ai_gateway.list(account_id=ACCOUNT, search="G3")] == ["g3"]


def test_what_is_wrong_is_told_by_its_path(client: Cloudflare) -> None:
    with pytest.raises(cloudflare.BadRequestError) as caught:
        gateway(client, retry_max_attempts=9)
    (error,) = caught.value.errors
    assert (error.code, error.message) == (7001, "Expected a whole number from 1 to 5")
    body: Any = caught.value.body
    assert body["errors"][0]["path"] == ["body", "retry_max_attempts"]


def test_a_route_lives_through_its_versions_and_deployments(shared: Wire, client: Cloudflare) -> None:
    gateway(client, "routed")
    routing = client.ai_gateway.dynamic_routing
    here: Any = {"account_id": ACCOUNT, "gateway_id": "routed"}
    made = routing.create("routed", account_id=ACCOUNT, name="support", elements=ELEMENTS)
    assert [element.type for element in made.elements] == [element["type"] for element in ELEMENTS]
    first = routing.get(made.id, **here)
    assert json.loads(first.version.data) == ELEMENTS
    assert (first.version.active, first.version.version_id) == ("true", first.deployment.version_id)
    assert ask(shared, "routed", "dynamic/support").headers["cf-aig-model"] == "gpt-4o-mini"

    other: Any = {**ELEMENTS[3], "properties": {**ELEMENTS[3]["properties"], "model": "gpt-5"}}
    routing.create_version(made.id, **here, elements=[*ELEMENTS[:3], other, ELEMENTS[4]])
    versions = routing.list_versions(made.id, **here).data.versions
    assert [version.active for version in versions] == ["false", "true"]
    second = routing.get_version(versions[0].version_id, **here, id=made.id)
    assert "gpt-5" in second.data
    assert ask(shared, "routed", "dynamic/support").headers["cf-aig-model"] == "gpt-4o-mini"

    routing.create_deployment(made.id, **here, version_id=second.version_id)
    assert routing.get(made.id, **here).deployment.version_id == second.version_id
    assert ask(shared, "routed", "dynamic/support").headers["cf-aig-model"] == "gpt-5"
    routing.create_deployment(made.id, **here, version_id=first.version.version_id)
    assert ask(shared, "routed", "dynamic/support").headers["cf-aig-model"] == "gpt-4o-mini"
    deployments = routing.list_deployments(made.id, **here).data.deployments
    assert [one.version_id == second.version_id for one in deployments] == [False, True, False]

    assert routing.update(made.id, **here, name="help").route.name == "help"
    assert [route.name for route in routing.list("routed", account_id=ACCOUNT, per_page=5).data.routes] == [
        "help"
    ]
    assert ask(shared, "routed", "dynamic/help").status == 200
    assert routing.delete(made.id, **here).id == made.id
    assert routing.list("routed", account_id=ACCOUNT).data.routes == []
    assert ask(shared, "routed", "dynamic/help").status == 400


def test_a_bad_element_is_refused_at_its_place(client: Cloudflare) -> None:
    bad: Any = [*ELEMENTS[:3], {**ELEMENTS[3], "properties": {"model": "m"}}, ELEMENTS[4]]
    with pytest.raises(cloudflare.BadRequestError) as caught:
        client.ai_gateway.dynamic_routing.create("default", account_id=ACCOUNT, name="bad", elements=bad)
    body: Any = caught.value.body
    assert body["errors"][0]["path"] == ["body", "elements", 3, "properties", "provider"]


def test_a_key_is_stored_and_only_its_preview_told(client: Cloudflare) -> None:
    gateway(client, "keyed")
    configs = client.ai_gateway.provider_configs
    made = configs.create(
        "keyed",
        account_id=ACCOUNT,
        alias="default",
        default_config=True,
        provider_slug="openai",
        secret="sk-canary-0123456789wxyz",
        rate_limit=10,
        rate_limit_period=60,
    )
    assert made.secret_preview.endswith("wxyz")
    (listed,) = configs.list("keyed", account_id=ACCOUNT)
    assert (listed.id, listed.rate_limit) == (made.id, 10)
    assert "canary" not in f"{made}{listed}"


def test_a_custom_provider_is_made_read_and_removed(shared: Wire, client: Cloudflare) -> None:
    custom = client.ai_gateway.custom_providers
    made = custom.create(
        account_id=ACCOUNT,
        name="Ollama",
        slug="ollama",
        base_url="http://127.0.0.1:11434/v1",
        enable=True,
        headers='{"X-Key": "canary"}',
    )
    assert "canary" not in str(made)
    assert custom.get(made.id, account_id=ACCOUNT).model_dump() == made.model_dump()
    assert [one.slug for one in custom.list(account_id=ACCOUNT, enable=True)] == ["ollama"]
    url = client.ai_gateway.urls.get("custom-ollama", account_id=ACCOUNT, gateway_id="default")
    assert url == f"{shared.address}/v1/local/default/custom-ollama"
    custom.delete(made.id, account_id=ACCOUNT)
    assert list(custom.list(account_id=ACCOUNT)) == []


def test_logs_are_listed_read_rated_and_deleted(own: Wire) -> None:
    with client_of(own) as client:
        gateway(client, "logged")
        answer = ask(own, "logged", "openai/gpt-4o-mini")
        logs = client.ai_gateway.logs
        here: Any = {"account_id": ACCOUNT, "gateway_id": "logged"}
        (row,) = logs.list("logged", account_id=ACCOUNT, success=True)
        assert row.id == answer.headers["cf-aig-log-id"]
        assert list(logs.list("logged", account_id=ACCOUNT, provider="anthropic")) == []
        assert logs.get(row.id, **here).model == "gpt-4o-mini"
        sent: Any = logs.request(row.id, **here)
        assert sent["messages"][0]["role"] == "user"
        assert logs.response(row.id, **here) == answer.json
        logs.edit(row.id, **here, feedback=1, score=80, metadata={"reviewed": True})
        assert json.loads(logs.get(row.id, **here).metadata or "") == {"reviewed": True}
        assert logs.delete("logged", account_id=ACCOUNT).success is True
        assert list(logs.list("logged", account_id=ACCOUNT)) == []


def test_parts_that_a_desk_does_not_have_are_not_found(client: Cloudflare) -> None:
    asked: list[Callable[[], object]] = [
        lambda: client.ai_gateway.datasets.list("default", account_id=ACCOUNT),
        lambda: client.ai_gateway.evaluations.list("default", account_id=ACCOUNT),
        lambda: client.ai_gateway.evaluation_types.list(account_id=ACCOUNT),
        lambda: client.ai_gateway.billing.credit_balance(account_id=ACCOUNT),
    ]
    for ask in asked:
        with pytest.raises(cloudflare.NotFoundError) as caught:
            ask()
        assert caught.value.errors[0].code == 7000


def test_the_asynchronous_client_does_the_same(shared: Wire, client: Cloudflare) -> None:
    gateway(client, "asked-at-once")

    async def work() -> list[str]:
        async with AsyncCloudflare(
            base_url=f"{shared.address}/client/v4", api_token=shared.token, _strict_response_validation=True
        ) as client:
            routing = client.ai_gateway.dynamic_routing
            await asyncio.gather(
                *(
                    routing.create("asked-at-once", account_id=ACCOUNT, name=name, elements=ELEMENTS)
                    for name in "abc"
                )
            )
            found = await routing.list("asked-at-once", account_id=ACCOUNT)
            return sorted(route.name for route in found.data.routes)

    assert asyncio.run(work()) == ["a", "b", "c"]


def test_a_model_is_run_and_the_catalogue_listed(shared: Wire) -> None:
    with Cloudflare(base_url=f"{shared.address}/client/v4", api_token=shared.token, max_retries=0) as client:
        verified = client.user.tokens.verify()
        assert verified is not None
        assert verified.status == "active"
        answer: Any = client.ai.run(LEGACY, account_id=ACCOUNT, prompt="hello")
        assert answer["response"]
        models: Any = client.ai.models.list(account_id=ACCOUNT, search="llama-3.2-3b")
        assert [model["name"] for model in models] == [LEGACY]


def test_a_token_that_is_not_ours_is_refused(shared: Wire) -> None:
    with (
        Cloudflare(base_url=f"{shared.address}/client/v4", api_token="wrong", max_retries=0) as client,
        pytest.raises(cloudflare.AuthenticationError),
    ):
        client.user.tokens.verify()
