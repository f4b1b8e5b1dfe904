"""The late clients are the real ones: a model's facts reach the request they shape."""

from __future__ import annotations

import json
from contextlib import aclosing

from tests.bad_days.loopback import loopback
from tests.conftest import Run
from workbench.domain.chat import ChatMessage, ChatRequest, Role
from workbench.domain.exchange import Exchange
from workbench.domain.models import Model
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials, Target, TargetKind
from workbench.services.wire import Wire


def test_the_facts_of_a_model_shape_its_request(run_async: Run) -> None:
    models = {
        "@cf/a/new": Model("@cf/a/new", schema_shape="chat-openai"),
        "@cf/a/old": Model("@cf/a/old", schema_shape="chat-legacy", context_window=4096),
    }

    async def sent(model: str) -> dict[str, object]:
        async with loopback() as server:
            target = Target(
                "cf", "CF", TargetKind.CLOUDFLARE, account="a", api_base=f"{server.address}/client/v4"
            )
            wire = Wire(lambda model_id: models[model_id])
            request = ChatRequest(model, (ChatMessage(Role.USER, "Hi"),))
            connection = Connection(target, Credentials(api_token=Secret("t")))
            async with aclosing(wire.chat.stream(connection, request, Exchange("x", 0))) as deltas:
                assert [delta async for delta in deltas]
            await wire.aclose()
            body: dict[str, object] = json.loads(server.requests[-1][2])
            return body

    assert "max_tokens" not in run_async(sent("@cf/a/new"))
    assert run_async(sent("@cf/a/old"))["max_tokens"] == 1024


def test_nothing_is_made_before_it_is_asked_for(run_async: Run) -> None:
    def never(model_id: str) -> Model:
        raise AssertionError(model_id)

    run_async(Wire(never).aclose())
