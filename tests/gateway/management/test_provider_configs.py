from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.management.desk import Desk
from workbench.domain.secret import Secret

CONFIGS = "gateways/default/provider_configs"
KEY = "sk-canary-0123456789wxyz"
CONFIG: dict[str, Any] = {
    "alias": "default",
    "default_config": True,
    "provider_slug": "openai",
    "secret": KEY,
}


def test_a_stored_key_is_told_by_its_last_characters_only(desk: Desk) -> None:
    told = desk.post(CONFIGS, CONFIG)
    assert told.result["secret_preview"] == "••••wxyz"
    assert KEY not in str(told.body)
    assert KEY not in str(desk.get(CONFIGS).body)
    config = desk.configuration.provider_config("default", "openai")
    assert config is not None
    assert desk.run(desk.configuration.provider_key(config)) == Secret(KEY)


def test_nothing_is_shown_of_a_short_key(desk: Desk) -> None:
    assert desk.post(CONFIGS, {**CONFIG, "secret": "short"}).result["secret_preview"] == "••••"


def test_stored_keys_are_listed_with_their_limits(desk: Desk) -> None:
    desk.post(CONFIGS, CONFIG)
    desk.post(
        CONFIGS,
        {**CONFIG, "alias": "team", "default_config": False, "rate_limit": 5.0, "rate_limit_period": 60},
    )
    told = desk.get(CONFIGS, "per_page=50")
    assert told.body["result_info"]["total_count"] == 2
    first, second = told.result
    assert (first["alias"], first["default_config"], "rate_limit" in first) == ("default", True, False)
    assert (second["alias"], second["rate_limit"], second["rate_limit_period"]) == ("team", 5, 60)


def test_a_pasted_key_loses_what_came_along(desk: Desk) -> None:
    desk.post(CONFIGS, {**CONFIG, "secret": f"  Bearer {KEY}\n"})
    config = desk.configuration.provider_config("default", "openai")
    assert config is not None
    assert desk.run(desk.configuration.provider_key(config)) == Secret(KEY)


def test_a_key_can_be_removed(desk: Desk) -> None:
    config_id = desk.post(CONFIGS, CONFIG).result["id"]
    assert desk.ask("DELETE", f"{CONFIGS}/{config_id}").result["id"] == config_id
    assert desk.get(CONFIGS).result == []
    assert desk.ask("DELETE", f"{CONFIGS}/{config_id}").code == 7002


def test_a_key_that_will_not_outlive_the_gateway_says_so(desk: Desk) -> None:
    desk.secrets.note = "Secrets are kept in memory only."
    (message,) = desk.post(CONFIGS, CONFIG).body["messages"]
    assert message["message"] == "Secrets are kept in memory only."


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"provider_slug": "nobody"}, "provider_slug"),
        ({"provider_slug": "custom-mine"}, "provider_slug"),
        ({"provider_slug": 7}, "provider_slug"),
        ({"alias": ""}, "alias"),
        ({"alias": "a b"}, "alias"),
        ({"default_config": "yes"}, "default_config"),
        ({"secret": ""}, "secret"),
        ({"secret": None}, "secret"),
        ({"secret": "canary key"}, "secret"),
        ({"secret": "canary\u2022\u2022"}, "secret"),
        ({"secret_id": "abc"}, "secret_id"),
        ({"rate_limit": 5}, "rate_limit_period"),
        ({"rate_limit_period": 5}, "rate_limit"),
        ({"rate_limit": 0, "rate_limit_period": 5}, "rate_limit"),
    ],
)
def test_what_cannot_be_stored_is_refused_without_quoting_the_key(desk: Desk, change: Any, path: str) -> None:
    told = desk.post(CONFIGS, {**CONFIG, **change})
    assert f"body.{path}" in told.problems
    assert "canary" not in str(told.body)
    assert desk.get(CONFIGS).result == []


def test_missing_fields_are_named(desk: Desk) -> None:
    assert set(desk.post(CONFIGS, {}).problems) == {f"body.{name}" for name in CONFIG}


def test_an_alias_in_use_is_refused(desk: Desk) -> None:
    desk.post(CONFIGS, CONFIG)
    assert set(desk.post(CONFIGS, CONFIG).problems) == {"body.alias"}


def test_a_custom_provider_may_have_a_key(desk: Desk) -> None:
    desk.post("custom-providers", {"name": "Mine", "slug": "mine", "base_url": "http://127.0.0.1:1"})
    assert (
        desk.post(CONFIGS, {**CONFIG, "provider_slug": "custom-mine"}).result["provider_slug"]
        == "custom-mine"
    )
