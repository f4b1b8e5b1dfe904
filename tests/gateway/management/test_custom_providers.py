from __future__ import annotations

import json
from typing import Any

import pytest

from tests.gateway.management.desk import Desk

PROVIDERS = "custom-providers"
OLLAMA: dict[str, Any] = {
    "name": "Ollama",
    "slug": "ollama",
    "base_url": "http://127.0.0.1:11434/v1/",
    "enable": True,
}


def sent_along(desk: Desk, slug: str = "ollama") -> Any:
    provider = desk.configuration.custom_provider(slug)
    assert provider is not None
    return desk.run(desk.configuration.custom_headers(provider))


def test_a_server_on_loopback_is_made_and_told_back(desk: Desk) -> None:
    told = desk.post(PROVIDERS, {**OLLAMA, "description": "on the desk", "beta": True, "position": 2}).result
    assert told["base_url"] == "http://127.0.0.1:11434/v1"
    assert (told["enable"], told["beta"], told["position"]) == (True, True, 2)
    assert desk.get(f"{PROVIDERS}/{told['id']}").result == told
    found = desk.configuration.custom_provider("ollama")
    assert found is not None
    assert (found.base_url, found.enable) == ("http://127.0.0.1:11434/v1", True)


def test_a_provider_is_off_until_it_is_enabled(desk: Desk) -> None:
    del (body := dict(OLLAMA))["enable"]
    assert desk.post(PROVIDERS, body).result["enable"] is False


def test_extra_headers_are_sent_along_and_told_masked(desk: Desk) -> None:
    told = desk.post(PROVIDERS, {**OLLAMA, "headers": '{"X-Key": "canary", "X-Team": "a"}'})
    assert json.loads(told.result["headers"]) == {"X-Key": "••••", "X-Team": "••••"}
    assert sent_along(desk) == {"X-Key": "canary", "X-Team": "a"}
    desk.run(desk.database.aclose())
    files = [path for path in desk.run.path.parent.iterdir() if path.is_file()]
    assert b"canary" not in b"".join(path.read_bytes() for path in files)


def test_a_patch_changes_what_it_names_and_keeps_the_rest(desk: Desk) -> None:
    provider_id = desk.post(PROVIDERS, {**OLLAMA, "headers": '{"X-Key": "canary"}'}).result["id"]
    told = desk.ask(
        "PATCH", f"{PROVIDERS}/{provider_id}", {"base_url": "https://example.com", "beta": True}
    ).result
    assert (told["base_url"], told["name"], told["beta"]) == ("https://example.com", "Ollama", True)
    assert sent_along(desk) == {"X-Key": "canary"}


def test_headers_that_were_told_may_be_sent_back(desk: Desk) -> None:
    told = desk.post(PROVIDERS, {**OLLAMA, "headers": '{"X-Key": "canary"}'}).result
    mixed = json.dumps({**json.loads(told["headers"]), "X-New": "b"})
    desk.ask("PATCH", f"{PROVIDERS}/{told['id']}", {**told, "headers": mixed})
    assert sent_along(desk) == {"X-Key": "canary", "X-New": "b"}
    cleared = desk.ask("PATCH", f"{PROVIDERS}/{told['id']}", {"headers": "{}"}).result
    assert "headers" not in cleared
    assert sent_along(desk) == {}


def test_a_slug_stays(desk: Desk) -> None:
    provider_id = desk.post(PROVIDERS, OLLAMA).result["id"]
    assert set(desk.ask("PATCH", f"{PROVIDERS}/{provider_id}", {"slug": "other"}).problems) == {"body.slug"}
    assert desk.ask("PATCH", f"{PROVIDERS}/{provider_id}", {"slug": "ollama"}).status == 200


def test_a_deleted_provider_is_told_once_more_and_gone(desk: Desk) -> None:
    told = desk.post(PROVIDERS, OLLAMA).result
    assert desk.ask("DELETE", f"{PROVIDERS}/{told['id']}").result == told
    for method in ("GET", "PATCH", "DELETE"):
        assert desk.ask(method, f"{PROVIDERS}/{told['id']}", {}).code == 7002
    assert desk.configuration.custom_provider("ollama") is None


def test_the_list_is_filtered_ordered_and_paged(desk: Desk) -> None:
    for name, enable, beta in (("C", True, False), ("a", False, True), ("B", True, True)):
        body = {
            "name": name,
            "slug": f"s-{name.lower()}",
            "base_url": "http://h",
            "enable": enable,
            "beta": beta,
        }
        desk.post(PROVIDERS, body)

    def names(query: str) -> list[str]:
        return [one["name"] for one in desk.get(PROVIDERS, query).result]

    assert names("") == ["C", "a", "B"]
    assert names("enable=true") == ["C", "B"]
    assert names("enable=true&beta=true") == ["B"]
    assert names("search=S-A") == ["a"]
    assert names("order_by=slug") == ["a", "B", "C"]
    assert names("per_page=2&page=2") == ["B"]
    assert set(desk.get(PROVIDERS, "enable=maybe").problems) == {"query.enable"}
    assert set(desk.get(PROVIDERS, "order_by=__class__").problems) == {"query.order_by"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"base_url": "file:///etc/passwd"}, "base_url"),
        ({"base_url": "http://169.254.169.254/latest"}, "base_url"),
        ({"base_url": "http://[fe80::1]/"}, "base_url"),
        ({"base_url": "http://2852039166/"}, "base_url"),
        ({"base_url": "http://user:canary@host/"}, "base_url"),
        ({"base_url": ""}, "base_url"),
        ({"base_url": 7}, "base_url"),
        ({"slug": "Has Space"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "-a"}, "slug"),
        ({"name": " "}, "name"),
        ({"enable": "yes"}, "enable"),
        ({"position": -1}, "position"),
        ({"beta": 1}, "beta"),
        ({"headers": {"a": "b"}}, "headers"),
        ({"headers": "[]"}, "headers"),
        ({"headers": '{"a": 1}'}, "headers"),
        ({"headers": '{"a b": "canary"}'}, "headers"),
        ({"headers": '{"a": "canary\\r\\nb: c"}'}, "headers"),
        ({"headers": '{"Host": "canary"}'}, "headers"),
        ({"headers": '{"cf-aig-skip-cache": "true"}'}, "headers"),
        ({"headers": '{"a": "canäry"}'}, "headers"),
    ],
)
def test_what_cannot_be_is_refused_without_quoting_secrets(desk: Desk, change: Any, path: str) -> None:
    told = desk.post(PROVIDERS, {**OLLAMA, **change})
    assert set(told.problems) == {f"body.{path}"}
    assert "canary" not in str(told.body)
    assert desk.get(PROVIDERS).result == []


def test_missing_fields_are_named(desk: Desk) -> None:
    assert set(desk.post(PROVIDERS, {}).problems) == {"body.name", "body.slug", "body.base_url"}


def test_a_slug_in_use_is_refused(desk: Desk) -> None:
    desk.post(PROVIDERS, OLLAMA)
    assert set(desk.post(PROVIDERS, OLLAMA).problems) == {"body.slug"}
