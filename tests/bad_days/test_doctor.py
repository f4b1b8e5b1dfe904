"""The doctor against something that plays Cloudflare: each fault is found at its own step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad_days.desk import MODEL, examined, open_desk
from tests.bad_days.loopback import Answer, Loopback, api_made, gateway_made, loopback, provider_made
from tests.conftest import Run
from workbench.domain.errors import Failure
from workbench.services.doctor import Check, CheckState, first_failure

ROUTE = "dynamic/support"
VERIFY, SEARCH, GATEWAYS = "/tokens/verify", "/models/search", "/ai-gateway/gateways"
COMPAT, CHAT = "/compat/chat/completions", "/ai/v1/chat/completions"


def listed(*names: str) -> Answer:
    entries = [
        {"id": name, "name": name, "task": {"name": "Text Generation"}, "properties": []} for name in names
    ]
    return Answer(200, {"success": True, "errors": [], "messages": [], "result": entries})


def cloudflare(server: Loopback) -> None:
    """All is well."""
    server.at = {
        VERIFY: Answer(200, {"success": True, "result": {"id": "t", "status": "active"}}),
        SEARCH: listed(MODEL),
        GATEWAYS: Answer(200, {"success": True, "result": {"id": "g"}}),
    }


async def _checks(folder: Path, at: str, answer: Answer | None, model: str) -> dict[str, Check]:
    async with loopback() as server, open_desk(folder) as desk:
        cloudflare(server)
        if answer is not None:
            server.at = {at: answer, **{part: one for part, one in server.at.items() if part != at}}
        await desk.use_cloudflare(server.address)
        return await examined(desk, model=model)


def test_all_is_well(tmp_path: Path, run_async: Run) -> None:
    checks = run_async(_checks(tmp_path, "", None, MODEL))
    assert first_failure(list(checks.values())) is None
    assert checks["token"].state is CheckState.OK
    assert checks["gateway"].state is CheckState.OK
    assert checks["request"].state is CheckState.OK


@pytest.mark.parametrize(
    ("at", "answer", "model", "step", "failure"),
    [
        (VERIFY, api_made(401, 1000, "Invalid API Token"), MODEL, "token", Failure.UNAUTHORIZED),
        (
            VERIFY,
            Answer(200, {"success": True, "result": {"id": "t", "status": "expired"}}),
            MODEL,
            "token",
            Failure.UNAUTHORIZED,
        ),
        (
            SEARCH,
            api_made(404, 7003, "Could not route to /accounts/x, perhaps your object identifier is invalid?"),
            MODEL,
            "account",
            Failure.NOT_FOUND,
        ),
        (SEARCH, api_made(403, 9109, "Unauthorized"), MODEL, "permission", Failure.FORBIDDEN),
        (SEARCH, api_made(403, 10000, "Authentication error"), MODEL, "permission", Failure.UNAUTHORIZED),
        (GATEWAYS, api_made(404, 7002, "gateway not found"), MODEL, "gateway", Failure.GATEWAY_NOT_FOUND),
        (COMPAT, gateway_made(401, 2009, "Unauthorized"), MODEL, "gateway-token", Failure.UNAUTHORIZED),
        (SEARCH, listed("@cf/other/model"), MODEL, "model", Failure.MODEL_NOT_FOUND),
        (CHAT, api_made(400, 5007, "No such model"), MODEL, "request", Failure.MODEL_NOT_FOUND),
        (CHAT, api_made(429, 3036, "daily free allocation"), MODEL, "request", Failure.OUT_OF_NEURONS),
        (CHAT, api_made(403, 5035, "Workers Paid"), MODEL, "request", Failure.MODEL_PAID_ONLY),
        (CHAT, provider_made(429, "Slow down"), MODEL, "request", Failure.RATE_LIMITED),
    ],
)
def test_each_fault_is_found_at_its_own_step(
    tmp_path: Path, run_async: Run, at: str, answer: Answer, model: str, step: str, failure: Failure
) -> None:
    checks = run_async(_checks(tmp_path, at, answer, model))
    found = first_failure(list(checks.values()))
    assert found is not None
    assert (found.name, found.failure) == (step, failure), found
    for sentence in (found.what, found.why, found.fix):
        assert sentence
        assert "canary" not in sentence


def test_a_retired_model_is_found_with_its_replacement(tmp_path: Path, run_async: Run) -> None:
    checks = run_async(_checks(tmp_path, "", None, "@cf/microsoft/phi-2"))
    assert checks["model"].failure == Failure.MODEL_RETIRED
    assert checks["model"].replacement == MODEL


def test_a_route_whose_steps_all_fail_is_told_as_that(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> dict[str, Check]:
        async with loopback() as server, open_desk(tmp_path) as desk:
            cloudflare(server)
            await desk.use_cloudflare(server.address)
            server.answer = gateway_made(400, 2005, "Failed to get response from provider")
            return await examined(desk, model=ROUTE)

    checks = run_async(scenario())
    assert checks["gateway-token"].state is CheckState.OK  # it let us in, and said so of the empty question
    assert checks["model"].state is CheckState.SKIPPED
    assert checks["request"].state is CheckState.FAILED
    assert "step" in checks["request"].what
    assert ROUTE in checks["request"].what
