from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.client.wire import CLOUDFLARE, Script, http_of
from tests.conftest import Run
from workbench.client.route_probe import MOST_TOKENS, RouteProbe
from workbench.domain.chat import Served
from workbench.domain.errors import Failure, RequestFailed

ANSWER = httpx.Response(200, json={}, headers={"cf-aig-model": "gpt-4o-mini", "cf-aig-provider": "openai"})


def asked(run_async: Run, script: Script, **request: Any) -> Served:
    empty: dict[str, Any] = {"metadata": {}, "headers": {}, "body": {}}
    return run_async(RouteProbe(http_of(script)).ask(CLOUDFLARE, "support", **{**empty, **request}))


def test_the_headers_of_the_reply_say_who_answered(run_async: Run) -> None:
    script = Script(ANSWER)
    assert asked(run_async, script) == Served("gpt-4o-mini", "openai")
    assert script.url == "https://gateway.ai.cloudflare.com/v1/acc/gw/compat/chat/completions"
    assert script.body == {
        "messages": [{"role": "user", "content": "Hi"}],
        "max_tokens": MOST_TOKENS,
        "model": "dynamic/support",
        "stream": False,
    }


def test_what_the_test_says_of_the_request_is_sent(run_async: Run) -> None:
    script = Script(ANSWER)
    body = {"messages": [{"role": "user", "content": "Bonjour"}], "stream": True, "model": "x"}
    asked(run_async, script, metadata={"plan": "free"}, headers={"x-team": "eng"}, body=body)
    assert script.body["messages"] == body["messages"]
    assert (script.body["model"], script.body["stream"]) == ("dynamic/support", False)
    assert json.loads(script.headers["cf-aig-metadata"]) == {"plan": "free"}
    assert script.headers["x-team"] == "eng"


def test_an_answer_from_the_cache_would_prove_nothing(run_async: Run) -> None:
    script = Script(ANSWER)
    asked(run_async, script)
    assert script.headers["cf-aig-skip-cache"] == "true"


def test_a_credential_in_the_file_is_not_sent(run_async: Run) -> None:
    script = Script(ANSWER)
    asked(run_async, script, headers={"Authorization": "Bearer theirs", "CF-AIG-Authorization": "theirs"})
    assert "authorization" not in script.headers
    assert script.headers["cf-aig-authorization"].startswith("Bearer canary-gateway-token")


def test_a_route_that_nobody_answers_is_a_failure_with_its_status(run_async: Run) -> None:
    refused = httpx.Response(
        400,
        json={"success": False, "error": [{"code": 2005, "message": "Failed to get response from provider"}]},
    )
    with pytest.raises(RequestFailed) as raised:
        asked(run_async, Script(refused))
    assert (raised.value.status, raised.value.failure) == (400, Failure.SERVER)
