"""Cloudflare's own `cloudflare` package against the management API, unchanged, with its answers checked against its types."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudflare
import httpx
import pytest
from cloudflare import AsyncCloudflare, Cloudflare

from tests.gateway.wire import LEGACY, Wire
from tests.storage.conftest import Loop
from workbench.domain.journal import LogRow
from workbench.gateway.configuration import Configuration
from workbench.gateway.journal.journal import Journal
from workbench.gateway.journal.logs_api import LogsApi
from workbench.gateway.management.management import Management
from workbench.storage.gateway_configuration import GATEWAY_MIGRATIONS
from workbench.storage.secrets import MemorySecrets

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


class Desk:
    """The management API behind an HTTP client, without a socket."""

    def __init__(self, folder: Path) -> None:
        self.run = Loop(folder)
        self.configuration = self.run(
            Configuration.open(self.run.database(migrations=GATEWAY_MIGRATIONS), MemorySecrets(note=""))
        )
        self.journal = self.run(Journal.open(folder / "journal.db"))
        self._management = Management(self.configuration, LogsApi(self.journal), "http://127.0.0.1:8787")
        self.transport = httpx.MockTransport(lambda request: self.run(self.answer(request)))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        tail = request.url.path.removeprefix(f"/client/v4/accounts/{ACCOUNT}/ai-gateway/")
        query = request.url.query.decode()
        reply = await self._management.answer(request.method, tail, query, request.content)
        return httpx.Response(reply.status, headers=reply.headers, content=reply.body)

    def close(self) -> None:
        self.run(self.journal.aclose())
        self.run.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def client(desk: Desk) -> Iterator[Cloudflare]:
    with Cloudflare(
        base_url="http://127.0.0.1:8787/client/v4",
        api_token="token",
        max_retries=0,
        http_client=httpx.Client(transport=desk.transport),
        _strict_response_validation=True,
    ) as client:
        yield client


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
    assert [one.id for one in client.ai_gateway.list(account_id=ACCOUNT, per_page=2)] == [
        "default",
        *(f"g{n}" for n in range(5)),
    ]
    assert [one.id for one in client.ai_gateway.list(account_id=ACCOUNT, search="G3")] == ["g3"]


def test_what_is_wrong_is_told_by_its_path(client: Cloudflare) -> None:
    with pytest.raises(cloudflare.BadRequestError) as caught:
        gateway(client, retry_max_attempts=9)
    (error,) = caught.value.errors
    assert (error.code, error.message) == (7001, "Expected a whole number from 1 to 5")
    body: Any = caught.value.body
    assert body["errors"][0]["path"] == ["body", "retry_max_attempts"]


def test_a_route_lives_through_its_versions_and_deployments(desk: Desk, client: Cloudflare) -> None:
    routing = client.ai_gateway.dynamic_routing
    here: Any = {"account_id": ACCOUNT, "gateway_id": "default"}
    made = routing.create("default", account_id=ACCOUNT, name="support", elements=ELEMENTS)
    assert [element.type for element in made.elements] == [element["type"] for element in ELEMENTS]
    first = routing.get(made.id, **here)
    assert json.loads(first.version.data) == ELEMENTS
    assert (first.version.active, first.version.version_id) == ("true", first.deployment.version_id)

    other: Any = [{**ELEMENTS[3], "properties": {**ELEMENTS[3]["properties"], "model": "gpt-5"}}]
    routing.create_version(made.id, **here, elements=[*ELEMENTS[:3], *other, ELEMENTS[4]])
    versions = routing.list_versions(made.id, **here).data.versions
    assert [version.active for version in versions] == ["false", "true"]
    second = routing.get_version(versions[0].version_id, **here, id=made.id)
    assert "gpt-5" in second.data

    routing.create_deployment(made.id, **here, version_id=second.version_id)
    assert routing.get(made.id, **here).deployment.version_id == second.version_id
    routing.create_deployment(made.id, **here, version_id=first.version.version_id)
    deployments = routing.list_deployments(made.id, **here).data.deployments
    assert [one.version_id == second.version_id for one in deployments] == [False, True, False]

    assert routing.update(made.id, **here, name="help").route.name == "help"
    assert [route.name for route in routing.list("default", account_id=ACCOUNT, per_page=5).data.routes] == [
        "help"
    ]
    assert desk.configuration.route("default", "help") is not None
    assert routing.delete(made.id, **here).id == made.id
    assert routing.list("default", account_id=ACCOUNT).data.routes == []


def test_a_bad_element_is_refused_at_its_place(client: Cloudflare) -> None:
    bad: Any = [*ELEMENTS[:3], {**ELEMENTS[3], "properties": {"model": "m"}}, ELEMENTS[4]]
    with pytest.raises(cloudflare.BadRequestError) as caught:
        client.ai_gateway.dynamic_routing.create("default", account_id=ACCOUNT, name="bad", elements=bad)
    body: Any = caught.value.body
    assert body["errors"][0]["path"] == ["body", "elements", 3, "properties", "provider"]


def test_a_key_is_stored_and_only_its_preview_told(desk: Desk, client: Cloudflare) -> None:
    configs = client.ai_gateway.provider_configs
    made = configs.create(
        "default",
        account_id=ACCOUNT,
        alias="default",
        default_config=True,
        provider_slug="openai",
        secret="sk-canary-0123456789wxyz",
        rate_limit=10,
        rate_limit_period=60,
    )
    assert made.secret_preview.endswith("wxyz")
    assert [(one.id, one.rate_limit) for one in configs.list("default", account_id=ACCOUNT)] == [
        (made.id, 10)
    ]
    stored = desk.configuration.provider_config("default", "openai")
    assert stored is not None
    key = desk.run(desk.configuration.provider_key(stored))
    assert key is not None
    assert key.reveal() == "sk-canary-0123456789wxyz"


def test_a_custom_provider_is_made_read_and_removed(client: Cloudflare) -> None:
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
    assert url == "http://127.0.0.1:8787/v1/local/default/custom-ollama"
    custom.delete(made.id, account_id=ACCOUNT)
    assert list(custom.list(account_id=ACCOUNT)) == []


def test_logs_are_listed_read_rated_and_deleted(desk: Desk, client: Cloudflare) -> None:
    row = LogRow(
        "log-1", 1_790_000_000.0, "default", provider="openai", model="gpt", status_code=200, success=True
    )
    row.request_content_type = row.response_content_type = "application/json"
    row.request_body, row.response_body = b'{"model":"gpt"}', b'{"id":"x"}'
    desk.journal.add(row)
    logs = client.ai_gateway.logs
    here: Any = {"account_id": ACCOUNT, "gateway_id": "default"}
    assert [one.id for one in logs.list("default", account_id=ACCOUNT, success=True)] == ["log-1"]
    assert list(logs.list("default", account_id=ACCOUNT, provider="anthropic")) == []
    assert logs.get("log-1", **here).model == "gpt"
    assert logs.request("log-1", **here) == {"model": "gpt"}
    assert logs.response("log-1", **here) == {"id": "x"}
    logs.edit("log-1", **here, feedback=1, score=80, metadata={"reviewed": True})
    assert json.loads(logs.get("log-1", **here).metadata or "") == {"reviewed": True}
    assert logs.delete("default", account_id=ACCOUNT).success is True
    assert list(logs.list("default", account_id=ACCOUNT)) == []


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


def test_the_asynchronous_client_does_the_same(desk: Desk) -> None:
    async def work() -> list[str]:
        async with AsyncCloudflare(
            base_url="http://127.0.0.1:8787/client/v4",
            api_token="token",
            http_client=httpx.AsyncClient(transport=httpx.MockTransport(desk.answer)),
            _strict_response_validation=True,
        ) as client:
            routing = client.ai_gateway.dynamic_routing
            await asyncio.gather(
                *(
                    routing.create("default", account_id=ACCOUNT, name=name, elements=ELEMENTS)
                    for name in "abc"
                )
            )
            found = await routing.list("default", account_id=ACCOUNT)
            return sorted(route.name for route in found.data.routes)

    assert desk.run(work()) == ["a", "b", "c"]


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
