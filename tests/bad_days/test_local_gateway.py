"""The real local gateway: answers from its sandbox, dies in mid-answer, comes back."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.bad_days.desk import MODEL, alive, assert_told, ended, examined, open_desk
from tests.conftest import Run
from tests.waiting import until
from workbench.domain.conversations import MessageState, StoredMessage
from workbench.domain.errors import Failure, Maker
from workbench.domain.targets import Reach
from workbench.services.chat import ChatEvent, ReplyExtended
from workbench.services.doctor import CheckState


def test_with_no_account_and_no_network_the_sandbox_answers(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> StoredMessage:
        async with open_desk(tmp_path) as desk:
            assert (await desk.targets.status()).reach is Reach.STARTING
            await desk.gateway.ensure()
            assert (await desk.targets.status()).reach is Reach.READY
            return await desk.ask(await desk.conversation(), "[sandbox pace=max] Why is the sky blue?")

    message = run_async(scenario())
    assert (message.state, message.trouble) == (MessageState.DONE, None)
    assert message.text
    assert message.facts is not None
    assert message.facts.sandbox
    assert message.facts.target == "Local gateway"
    assert message.facts.request_id
    assert message.facts.cost.usd
    assert not message.facts.cost.charged


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_gateway_killed_in_mid_answer_keeps_what_came_and_the_next_question_works(
    tmp_path: Path, run_async: Run
) -> None:
    async def scenario() -> None:
        async with open_desk(tmp_path) as desk:
            conversation = await desk.conversation()
            events: list[ChatEvent] = []
            seen = ""
            async for event in desk.chat.ask(conversation, "[sandbox pace=100/s tokens=2000] Tell me a lot."):
                events.append(event)
                if isinstance(event, ReplyExtended):
                    seen += event.text
                    if len(seen) > 40 and alive(pid := desk.gateway_pid()):
                        os.kill(pid, signal.SIGKILL)
            cut = ended(events)
            assert_told(cut, MessageState.CUT)
            assert cut.trouble is not None
            assert cut.trouble.retryable
            assert len(cut.text) > 40
            assert cut.text.startswith(seen[:40])
            assert (await desk.stored(conversation))[-1] == cut
            again = await desk.ask(conversation, "[sandbox pace=max tokens=20] Go on.")
            assert again.state is MessageState.DONE
            assert desk.gateway.state.restarts == 1

    run_async(scenario())


def test_a_gateway_killed_between_questions_is_not_even_noticed(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with open_desk(tmp_path) as desk:
            conversation = await desk.conversation()
            await desk.ask(conversation, "[sandbox pace=max tokens=5] One.")
            pid = desk.gateway_pid()
            os.kill(pid, signal.SIGTERM)
            await until(lambda: desk.gateway.state.restarts == 1)
            assert (
                await desk.ask(conversation, "[sandbox pace=max tokens=5] Two.")
            ).state is MessageState.DONE

    run_async(scenario())


@pytest.mark.parametrize(
    ("orders", "state", "failure"),
    [
        ("cut-after=10", MessageState.CUT, Failure.CUT),
        ("error-after=10", MessageState.CUT, Failure.SERVER),
        ("status=503", MessageState.FAILED, Failure.SERVER),
        ("code=3036", MessageState.FAILED, Failure.OUT_OF_NEURONS),
        ("status=401 maker=gateway", MessageState.FAILED, Failure.UNAUTHORIZED),
    ],
)
def test_a_sandbox_told_to_misbehave_is_a_bad_day_like_any(
    tmp_path: Path, run_async: Run, orders: str, state: MessageState, failure: Failure
) -> None:
    async def scenario() -> StoredMessage:
        async with open_desk(tmp_path) as desk:
            return await desk.ask(await desk.conversation(), f"[sandbox pace=max tokens=50 {orders}] Hello")

    message = run_async(scenario())
    assert_told(message, state)
    assert message.trouble is not None
    assert message.trouble.failure == failure


def test_the_doctor_finds_the_local_gateway_well(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with open_desk(tmp_path) as desk:
            checks = await examined(desk)
            assert [c for c in checks.values() if c.state is CheckState.FAILED] == []
            assert "sandbox" in checks["request"].what
            wrong = await examined(desk, model="@cf/zai-org/glm-4.7-flish")
            assert wrong["model"].state is CheckState.FAILED
            assert MODEL in wrong["model"].fix

    run_async(scenario())


def test_another_token_at_the_gateway_is_told_as_the_gateways_doing(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> StoredMessage:
        async with open_desk(tmp_path) as desk:
            state = await desk.gateway.ensure()
            await desk.use_cloudflare(state.address)  # with a token the gateway does not know
            return await desk.ask(await desk.conversation())

    failed = run_async(scenario())
    assert_told(failed)
    assert failed.trouble is not None
    assert failed.trouble.failure == Failure.UNAUTHORIZED
    assert failed.trouble.maker in (Maker.GATEWAY, Maker.WORKERS_AI)
