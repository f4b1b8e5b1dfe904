"""How a program calls a route: the address, the metadata it looks at, and no token."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running_gateway import running_gateway
from workbench.domain.routes.elements import (
    Conditional,
    End,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Start,
)
from workbench.domain.targets import Target, TargetKind
from workbench.services.route_code import Language, RouteCall, call_of, code_of

CLOUDFLARE = Target("cf", "Work", TargetKind.CLOUDFLARE, account="acc", gateway="prod")
TOKEN = "a-token-for-the-route-code-test"


def route(*middle: Conditional | Percentage | Rate, name: str = "support") -> Route:
    first = middle[0].id if middle else "m"
    return Route(
        name,
        (
            Start(id="start", outputs={"next": first}),
            *middle,
            ModelCall(id="m", provider="openai", model="gpt-4o-mini", outputs={"success": "end"}),
            End(id="end"),
        ),
    )


def test_metadata_has_what_the_conditions_and_limits_look_at() -> None:
    conditions = {
        "$and": [
            {"metadata.plan": {"$in": ["free", "trial"]}},
            {"metadata.age": {"$gt": 17}},
            {"headers.cf-ipcountry": "DE"},
            {"request.has_image": True},
        ]
    }
    call = call_of(
        route(
            Conditional(id="c", conditions=conditions, outputs={"true": "l", "false": "m"}),
            Rate(id="l", limit_type=LimitType.COUNT, key="metadata.user_id", limit=10, window_s=60),
        ),
        CLOUDFLARE,
    )
    assert call.metadata == {"plan": "free", "age": 18, "user_id": "user_id-1"}
    assert call.headers == {"cf-ipcountry": "DE"}
    assert call.model == "dynamic/support"
    assert call.base == "https://gateway.ai.cloudflare.com/v1/acc/prod"


def test_no_more_metadata_than_a_request_may_carry() -> None:
    conditions = {f"metadata.k{number}": number for number in range(9)}
    call = call_of(
        route(Conditional(id="c", conditions=conditions, outputs={"true": "m", "false": "m"})), CLOUDFLARE
    )
    assert list(call.metadata) == ["k0", "k1", "k2", "k3", "k4"]


def test_what_no_condition_can_tell_gets_a_stand_in() -> None:
    conditions = {"metadata.mail": {"$regex": "@example"}, "metadata.plan": {"$ne": "free"}}
    call = call_of(
        route(Conditional(id="c", conditions=conditions, outputs={"true": "m", "false": "m"})), CLOUDFLARE
    )
    assert call.metadata == {"mail": "example", "plan": "example"}


@pytest.mark.parametrize("language", Language)
def test_every_language_names_the_route_its_metadata_and_the_tokens_variable(language: Language) -> None:
    call = RouteCall("https://gw/v1/a/g", "dynamic/support", {"plan": 'it\'s "free"'}, {"x-team": "é"})
    text = code_of(call, language)
    assert "dynamic/support" in text
    assert "GATEWAY_TOKEN" in text
    assert "cf-aig-metadata" in text
    assert "x-team" in text


@pytest.mark.parametrize("language", Language)
def test_a_route_that_looks_at_nothing_sends_no_metadata(language: Language) -> None:
    assert "metadata" not in code_of(RouteCall("https://gw/v1/a/g", "dynamic/x"), language)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[str]:
    """The address of a real gateway on a free port."""
    with running_gateway(tmp_path, TOKEN) as address:
        yield address


@pytest.mark.parametrize(
    "language",
    [
        Language.PYTHON,
        pytest.param(
            Language.CURL,
            marks=pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on this machine"),
        ),
    ],
)
def test_what_is_written_runs_as_it_stands(gateway: str, language: Language) -> None:
    import httpx

    document = {"name": "support", "elements": [
        {"id": "s", "type": "start", "outputs": {"next": {"elementId": "m"}}},
        {"id": "m", "type": "model", "properties": {"provider": "openai", "model": "gpt-4o-mini"},
         "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "e"}}},
        {"id": "e", "type": "end", "outputs": {}},
    ]}  # fmt: skip
    made = httpx.post(
        f"{gateway}/client/v4/accounts/local/ai-gateway/gateways/default/routes",
        json=document,
        headers={"authorization": f"Bearer {TOKEN}"},
    )
    assert made.status_code == 200, made.text
    text = code_of(
        RouteCall(f"{gateway}/v1/local/default", "dynamic/support", {"plan": "it's free"}, {"x-team": "a b"}),
        language,
    )
    command = (
        [sys.executable, "-c", text] if language is Language.PYTHON else ["sh", "-c", f"{text.rstrip()} -s"]
    )
    done = subprocess.run(
        command,
        env={**os.environ, "GATEWAY_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "sky" in done.stdout
    if language is Language.CURL:
        assert json.loads(done.stdout)["model"]
