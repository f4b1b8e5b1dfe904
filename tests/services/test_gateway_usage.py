from __future__ import annotations

import ast
import json
import shlex

import pytest

from workbench.services.gateway_usage import WAYS, Place, Way

AT = "http://127.0.0.1:8787"
TOKEN = "canary-token-$with'signs\"in it"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.id)
def test_the_token_is_only_in_lines_that_were_asked_for_with_it(way: Way) -> None:
    shown = way.write(Place(AT, "team"))
    assert "WORKBENCH_TOKEN" in shown
    assert "canary" not in shown
    assert f"{AT}/" in shown
    assert "team" in shown
    told = way.write(Place(AT, "team", token="canary-token"))
    assert "canary-token" in told


@pytest.mark.parametrize("way", [way for way in WAYS if way.language == "python"], ids=lambda way: way.id)
@pytest.mark.parametrize("token", ["", TOKEN])
def test_python_lines_are_python(way: Way, token: str) -> None:
    code = way.write(Place(AT, model='odd"model', token=token))
    ast.parse(code)
    assert ("import os" in code) is not bool(token)


@pytest.mark.parametrize("way", [way for way in WAYS if way.language == "sh"], ids=lambda way: way.id)
def test_shell_lines_can_be_split_again(way: Way) -> None:
    assert shlex.split(way.write(Place(AT, model="it's/odd")), comments=True)


def test_what_opencode_reads_is_json() -> None:
    way = next(way for way in WAYS if way.id == "opencode")
    provider = json.loads(way.write(Place(AT, model="dynamic/x")))["provider"]["workbench"]
    assert provider["options"] == {
        "baseURL": f"{AT}/v1/local/default/compat",
        "apiKey": "{env:WORKBENCH_TOKEN}",
    }
    assert provider["models"] == {"dynamic/x": {}}


def test_a_providers_own_package_gets_the_models_own_name() -> None:
    anthropic = next(way for way in WAYS if way.id == "anthropic")
    assert '"claude-opus-5"' in anthropic.write(Place(AT, model="anthropic/claude-opus-5"))
    assert '"claude-sonnet-4-5"' in anthropic.write(Place(AT, model="openai/gpt-5"))
