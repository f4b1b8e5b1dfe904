"""Gateways and their routes, against the real management API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.deployments import MemoryRecords
from tests.services.local_gateway import Here, Local, local_gateway
from workbench.domain.errors import InvalidFields, InvalidInput
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.imports import Imported, import_route
from workbench.services.deployments import Deployments
from workbench.services.gateway_settings import NEW, GatewaySettingsDesk, read_route_file

RULE = {"id": "r1", "limit": 5, "limitType": "cost", "window": 3600, "enabled": True}


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    with local_gateway(tmp_path) as made:
        yield made


def desk(local: Local) -> GatewaySettingsDesk:
    deployments = Deployments(Here(), local.management, tuple, MemoryRecords())
    return GatewaySettingsDesk(Here(), local.client, local.management, deployments)


def routed(model: str = "gpt-4o-mini", name: str = "support") -> Imported:
    return import_route(
        {"primary": f"openai/{model}", "fallbacks": ["workers-ai/@cf/meta/llama-3.2-1b-instruct"]}, name
    )


async def _run(work: object) -> None:
    await work  # type: ignore[misc]  # an Awaitable


def test_the_default_gateway_comes_first(local: Local) -> None:
    local.run(desk(local).create("alpha"))
    assert [one["id"] for one in local.run(desk(local).all())] == ["default", "alpha"]


def test_saving_keeps_what_no_form_shows(local: Local) -> None:
    made = dict(local.run(desk(local).create("team")))
    made |= {"cache_ttl": 300, "guardrails": {"prompt": {"S1": "BLOCK"}}, "spend_limits": {"rules": [RULE]}}
    made["workbench"] = {**made["workbench"], "coalesce": False}
    saved = local.run(desk(local).save(made))
    assert (saved["cache_ttl"], saved["guardrails"]) == (300, {"prompt": {"S1": "BLOCK"}})
    assert saved["workbench"]["coalesce"] is False
    assert saved["spend_limits"]["rules"] == [RULE]


def test_what_is_refused_is_told_by_field_and_changes_nothing(local: Local) -> None:
    wrong = {**NEW, "id": "default", "cache_ttl": 5, "spend_limits": {"rules": [{**RULE, "limit": 0}]}}
    with pytest.raises(InvalidFields) as refused:
        local.run(desk(local).save(wrong))
    assert set(refused.value.problems) == {"cache_ttl", "spend_limits.rules.0.limit"}
    assert local.run(desk(local).all())[0]["cache_ttl"] == 0


@pytest.mark.parametrize("name", ["a b", "", "default"])
def test_a_name_that_cannot_be_is_refused(local: Local, name: str) -> None:
    with pytest.raises(InvalidInput):
        local.run(desk(local).create(name))


def test_a_deleted_gateway_comes_back_with_its_routes(local: Local) -> None:
    gateways = desk(local)
    made = {**local.run(gateways.create("team")), "cache_ttl": 90}
    saved = local.run(gateways.save(made))
    local.run(gateways.deploy("team", routed()))
    restore = local.run(gateways.delete(saved))
    assert [one["id"] for one in local.run(gateways.all())] == ["default"]
    local.run(_run(restore()))
    assert local.run(gateways.all())[1]["cache_ttl"] == 90
    assert [one.entry.name for one in local.run(gateways.routes("team"))] == ["support"]


def test_a_route_has_versions_newest_first_and_goes_back(local: Local) -> None:
    gateways = desk(local)
    local.run(gateways.deploy("default", routed()))
    local.run(gateways.deploy("default", routed("gpt-4o")))
    (state,) = local.run(gateways.routes("default"))
    assert [(one.number, one.live) for one in state.versions] == [(2, True), (1, False)]
    local.run(gateways.roll_back("default", "support", state.versions[1]))
    (state,) = local.run(gateways.routes("default"))
    assert [(one.number, one.live) for one in state.versions] == [(2, False), (1, True)]


def test_a_deleted_route_comes_back_as_it_ran(local: Local) -> None:
    gateways = desk(local)
    local.run(gateways.deploy("default", routed()))
    (before,) = local.run(gateways.routes("default"))
    restore = local.run(gateways.delete_route("default", before.entry))
    assert local.run(gateways.routes("default")) == ()
    local.run(_run(restore()))
    (after,) = local.run(gateways.routes("default"))
    assert after.entry.graph == before.entry.graph


def test_a_route_with_errors_runs_only_when_that_is_wanted(local: Local) -> None:
    broken = import_route(
        {
            "elements": [
                {"id": "s", "type": "start", "outputs": {"next": {"elementId": "e"}}},
                {"id": "e", "type": "end", "outputs": {}},
            ]
        },
        "nothing",
    )
    with pytest.raises(InvalidInput, match="error"):
        local.run(desk(local).deploy("default", broken))
    assert local.run(desk(local).deploy("default", broken, in_spite_of_errors=True)).version_id


def test_a_file_is_named_after_itself(tmp_path: Path) -> None:
    file = tmp_path / "by-plan.route.json"
    file.write_text(json.dumps({"primary": "openai/gpt-4o", "fallbacks": []}), encoding="utf-8")
    assert read_route_file(file).route.name == "by-plan"


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[1]"])
def test_a_file_that_is_no_route_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "route.json"
    file.write_bytes(content)
    with pytest.raises(RouteError):
        read_route_file(file)


def test_a_file_that_cannot_be_read_or_is_too_large_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_route_file(tmp_path / "nothing.json")
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (1024 * 1024 + 1))
    with pytest.raises(InvalidInput, match="too large"):
        read_route_file(large)
