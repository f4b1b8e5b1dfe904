"""Every status of every maker: told in place, nothing lost, and a retry that works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad_days.desk import Desk, assert_told, open_desk
from tests.bad_days.loopback import (
    WELL,
    Answer,
    Loopback,
    api_made,
    gateway_made,
    loopback,
    policy_made,
    provider_made,
)
from tests.conftest import Run
from workbench.domain.conversations import MessageState, StoredMessage
from workbench.domain.errors import Failure, Maker

OWN = "@cf/zai-org/glm-4.7-flash"
ROUTE = "dynamic/support"
THEIRS = "llama3"


async def failed_then_retried(
    desk: Desk, server: Loopback, model: str, answer: Answer
) -> tuple[StoredMessage, StoredMessage]:
    conversation = await desk.conversation(model)
    server.answer = answer
    failed = await desk.ask(conversation, "What is the sea?")
    server.answer = WELL
    retried = await desk.retry(failed)
    question, first, second = await desk.stored(conversation)
    assert question.text == "What is the sea?"
    assert (first.id, first.superseded, first.trouble) == (failed.id, True, failed.trouble)
    assert second == retried
    assert await desk.chat.exchange(failed.exchange_id) is not None
    return failed, retried


@pytest.mark.parametrize(
    ("model", "answer", "failure", "maker"),
    [
        # the gateway itself, envelope A
        (ROUTE, gateway_made(401, 2009, "Unauthorized"), Failure.UNAUTHORIZED, Maker.GATEWAY),
        (
            ROUTE,
            gateway_made(400, 2001, "Please configure AI Gateway"),
            Failure.GATEWAY_NOT_FOUND,
            Maker.GATEWAY,
        ),
        (ROUTE, gateway_made(402, 2021, "Insufficient credit"), Failure.PAYMENT, Maker.GATEWAY),
        (ROUTE, gateway_made(424, 2016, "Prompt blocked"), Failure.BLOCKED, Maker.GATEWAY),
        (ROUTE, gateway_made(429, 2003, "Rate limited"), Failure.RATE_LIMITED, Maker.GATEWAY),
        (ROUTE, gateway_made(500, 2002, "Internal server error"), Failure.SERVER, Maker.GATEWAY),
        (ROUTE, gateway_made(503, 7013, "Guardrails unavailable"), Failure.SERVER, Maker.GATEWAY),
        (
            ROUTE,
            gateway_made(400, 2005, "Failed to get response from provider"),
            Failure.SERVER,
            Maker.GATEWAY,
        ),
        # its policies, envelope B
        (ROUTE, policy_made(403, "Access denied by policy"), Failure.FORBIDDEN, Maker.GATEWAY),
        (ROUTE, policy_made(429, "Spending limit exceeded"), Failure.SPEND_LIMIT, Maker.GATEWAY),
        # Cloudflare's API, envelope C
        (OWN, api_made(401, 10000, "Authentication error"), Failure.UNAUTHORIZED, Maker.WORKERS_AI),
        (OWN, api_made(403, 9109, "Unauthorized to access"), Failure.FORBIDDEN, Maker.WORKERS_AI),
        (OWN, api_made(403, 5035, "Requires Workers Paid"), Failure.MODEL_PAID_ONLY, Maker.WORKERS_AI),
        (OWN, api_made(403, 5016, "Agree to the licence"), Failure.LICENCE, Maker.WORKERS_AI),
        (OWN, api_made(400, 5007, "No such model"), Failure.MODEL_NOT_FOUND, Maker.WORKERS_AI),
        (
            OWN,
            api_made(404, 7003, "Could not route to /accounts/x, perhaps your object identifier is invalid?"),
            Failure.NOT_FOUND,
            Maker.WORKERS_AI,
        ),
        (OWN, api_made(408, 3007, "Timeout"), Failure.TIMEOUT, Maker.WORKERS_AI),
        (OWN, api_made(413, 3006, "Request too large"), Failure.TOO_LARGE, Maker.WORKERS_AI),
        (
            OWN,
            api_made(429, 3036, "Used up your daily free allocation"),
            Failure.OUT_OF_NEURONS,
            Maker.WORKERS_AI,
        ),
        (OWN, api_made(429, 3040, "No more data centers"), Failure.NO_CAPACITY, Maker.WORKERS_AI),
        (OWN, api_made(500, 3043, "Internal error"), Failure.SERVER, Maker.WORKERS_AI),
        (OWN, api_made(503, 1101, "Unavailable"), Failure.SERVER, Maker.WORKERS_AI),
        # a provider, body E
        (
            THEIRS,
            provider_made(401, "Incorrect API key", code="invalid_api_key"),
            Failure.UNAUTHORIZED,
            Maker.PROVIDER,
        ),
        (THEIRS, provider_made(403, "Not allowed"), Failure.FORBIDDEN, Maker.PROVIDER),
        (THEIRS, provider_made(404, "model 'llama3' not found"), Failure.MODEL_NOT_FOUND, Maker.PROVIDER),
        (THEIRS, provider_made(408, "Timed out"), Failure.TIMEOUT, Maker.PROVIDER),
        (THEIRS, provider_made(413, "Too large"), Failure.TOO_LARGE, Maker.PROVIDER),
        (THEIRS, provider_made(429, "Slow down"), Failure.RATE_LIMITED, Maker.PROVIDER),
        (THEIRS, provider_made(500, "Oops"), Failure.SERVER, Maker.PROVIDER),
        (THEIRS, provider_made(503, "Loading model"), Failure.SERVER, Maker.PROVIDER),
        (THEIRS, Answer(500, pieces=(b"<html>Bad gateway</html>",)), Failure.SERVER, Maker.PROVIDER),
    ],
    ids=lambda value: (
        f"{value.status}-{value.body and str(value.body)[:0]}" if isinstance(value, Answer) else None
    ),
)
def test_an_error_reply_is_told_and_a_retry_works(
    tmp_path: Path, run_async: Run, model: str, answer: Answer, failure: Failure, maker: Maker
) -> None:
    async def scenario() -> tuple[StoredMessage, StoredMessage]:
        async with loopback() as server, open_desk(tmp_path) as desk:
            if model == THEIRS:
                await desk.use_server(f"{server.address}/v1")
            else:
                await desk.use_cloudflare(server.address)
            return await failed_then_retried(desk, server, model, answer)

    failed, retried = run_async(scenario())
    assert_told(failed)
    assert failed.trouble is not None
    assert (failed.trouble.failure, failed.trouble.maker) == (failure, maker)
    assert failed.trouble.status == answer.status
    assert (retried.text, retried.state) == ("All is well.", MessageState.DONE)


def test_the_gateways_401_and_a_providers_401_want_different_things(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> list[StoredMessage]:
        async with loopback() as server, open_desk(tmp_path) as desk:
            await desk.use_cloudflare(server.address)
            conversation = await desk.conversation(ROUTE)
            failed = []
            for answer in (
                gateway_made(401, 2009, "Unauthorized"),
                provider_made(401, "Incorrect API key provided", code="invalid_api_key"),
            ):
                server.answer = answer
                failed.append(await desk.ask(conversation))
            return failed

    gateways, providers = run_async(scenario())
    assert gateways.trouble is not None
    assert providers.trouble is not None
    assert gateways.trouble.fix != providers.trouble.fix
    assert (gateways.trouble.maker, providers.trouble.maker) == (Maker.GATEWAY, Maker.PROVIDER)


def test_a_wait_that_was_asked_for_is_told(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> StoredMessage:
        async with loopback() as server, open_desk(tmp_path) as desk:
            await desk.use_server(f"{server.address}/v1")
            server.answer = Answer(429, {"error": {"message": "Slow down"}}, headers={"retry-after": "60"})
            return await desk.ask(await desk.conversation(THEIRS))

    failed = run_async(scenario())
    assert_told(failed)
    assert failed.trouble is not None
    assert failed.trouble.retry_after_s == 60
