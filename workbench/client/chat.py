"""Chat over four wires, one stream of deltas (see `addresses` for which request takes which wire)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

import msgspec

from workbench.client.addresses import Way, Wire, way_of
from workbench.client.answer import Answer, EmptyReply
from workbench.client.bodies import asks_for_schema, body_of, forced_tools, shows_pictures
from workbench.client.connection import Call, HttpClient
from workbench.client.failures import ModelOf, replacing
from workbench.client.media import KEPT, SENT, Telling
from workbench.client.recording import Recorder, recorded
from workbench.client.thinking import implies_thinking
from workbench.domain.chat import ChatRequest, Delta, Finished, Retrying
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.targets import Connection

_SCHEMA_VIOLATION = 5006


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the next attempt is put. Each of the two may change once, and neither counts as a retry."""

    stream: bool
    other_schema_form: bool = False


class ChatClient:
    """model_of: facts of a model by its id, None where nothing is known; its schema family shapes the body."""

    def __init__(self, http: HttpClient, *, model_of: ModelOf | None = None) -> None:
        self._http = http
        self._model_of = model_of or (lambda model: None)
        self._replacement_of = replacing(model_of)

    async def stream(
        self, connection: Connection, request: ChatRequest, exchange: Exchange
    ) -> AsyncGenerator[Delta, None]:
        """The answer as it comes; Finished is the last delta. Close it to stop (`contextlib.aclosing`): the connection goes at once.

        exchange is filled in as it happens, masked, also on failure and cancel. Raises RequestFailed and InvalidInput. A
        stream that is cut after its first delta does not raise: it ends with Finished(truncated=True), and exchange.error
        says why. An error frame in mid-stream raises after the deltas that came before it.
        """
        with recorded(exchange, self._http.clock) as recorder:
            request.options.check()
            way = way_of(connection, request, self._replacement_of)
            async with aclosing(self._attempts(way, request, recorder)) as deltas:
                async for delta in deltas:
                    if isinstance(delta, Finished):
                        recorder.ended()
                    yield delta

    async def _attempts(
        self, way: Way, request: ChatRequest, recorder: Recorder
    ) -> AsyncGenerator[Delta, None]:
        """One attempt after another, until one is shown or the last has failed."""
        plan = _Plan(request.stream)
        attempt = 1
        while True:
            answer = Answer(
                way.asked,
                recorder,
                thinks=implies_thinking(request.model),
                forced_tools=forced_tools(request),
                streamed=plan.stream,
            )
            try:
                async with self._http.open(await self._call(way, request, plan), recorder) as reply:
                    for delta in await answer.start(reply):
                        yield delta
                    while not answer.over:
                        for delta in await answer.more():
                            yield delta
                    await answer.drain()
                    return
            except EmptyReply:
                recorder.retried(_emptiness(), 0.0)
                plan = replace(plan, stream=False)
            except RequestFailed as error:
                if answer.shown:
                    raise
                if _may_be_the_schemas_form(error, request, plan):
                    recorder.retried(error, 0.0)
                    plan = replace(plan, other_schema_form=True)
                    continue
                wait_s = self._wait_s(error, attempt, way, request)
                if wait_s is None:
                    raise
                recorder.retried(error, wait_s)
                yield Retrying(error.what, wait_s)
                await self._http.sleep(wait_s)
                attempt += 1

    async def _call(self, way: Way, request: ChatRequest, plan: _Plan) -> Call:
        facts = self._model_of(request.model)

        def written(telling: Telling) -> bytes:
            return msgspec.json.encode(
                body_of(
                    request,
                    way,
                    facts,
                    stream=plan.stream,
                    other_schema_form=plan.other_schema_form,
                    telling=telling,
                )
            )

        call = Call("POST", way.url, way.asked, way.headers, b"", way.secrets)
        if not shows_pictures(request):
            return replace(call, body=written(SENT))
        body = await asyncio.to_thread(written, SENT)
        return replace(call, body=body, kept_body=await asyncio.to_thread(written, KEPT))

    def _wait_s(self, error: RequestFailed, attempt: int, way: Way, request: ChatRequest) -> float | None:
        """Seconds until the next attempt, None for no more. Where the request tells the gateway how often to try, ours
        would multiply with that."""
        gateway_tries = request.options.max_attempts is not None and way.wire is not Wire.BASE
        if gateway_tries and error.status is not None:
            return None
        return self._http.retries.wait_s(error, attempt)


def _may_be_the_schemas_form(error: RequestFailed, request: ChatRequest, plan: _Plan) -> bool:
    return error.code == _SCHEMA_VIOLATION and asks_for_schema(request) and not plan.other_schema_form


def _emptiness() -> RequestFailed:
    return RequestFailed(
        "An empty reply came in place of a stream.",
        failure=Failure.PROTOCOL,
        maker=Maker.WORKERS_AI,
        status=200,
    )
