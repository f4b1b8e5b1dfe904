"""The sandbox as the gateway's answerer: a call in, a decided reply out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from msgspec import structs

from workbench.domain.models import USD_PER_NEURON, Model, estimated_usd
from workbench.gateway.calls import Call
from workbench.gateway.catalogue import Catalogue
from workbench.gateway.protocol import BadBody, Ids
from workbench.gateway.replies import (
    EVENT_STREAM,
    JSON,
    NO_STORE,
    Cut,
    Headers,
    Reply,
    enveloped,
    json_reply,
)
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.attachments import PICTURE
from workbench.gateway.sandbox.compose import Answer, refusal
from workbench.gateway.sandbox.delivery import breaks_off, broken_off, delivered
from workbench.gateway.sandbox.dice import Dice
from workbench.gateway.sandbox.fault_rules import FaultRules
from workbench.gateway.sandbox.faults import NO_FAULTS, BadFaults, Faults, parse
from workbench.gateway.sandbox.listings import listed
from workbench.gateway.sandbox.media import tasks
from workbench.gateway.sandbox.media.batch import Batches, asks_for_batch
from workbench.gateway.sandbox.media.drawing import draws
from workbench.gateway.sandbox.media.orders import orders_in
from workbench.gateway.sandbox.media.task import TaskRefused
from workbench.gateway.sandbox.recollection import Recollection
from workbench.gateway.sandbox.refusals import (
    Refused,
    bad_input,
    bad_orders,
    flagged,
    no_such_model,
    nowhere,
    refused_ask,
    refused_task,
    unmet_schema,
)
from workbench.gateway.sandbox.schemas import Unsatisfiable
from workbench.gateway.sandbox.troubles import (
    ANTHROPIC,
    GOOGLE,
    OPENAI,
    WORKERS_AI,
    interrupting,
    maker_of,
    ordered,
    reply_of,
)
from workbench.gateway.sandbox.turns import AskRefused
from workbench.gateway.sandbox.wires import Reader, Wire, counter_of, wire_of
from workbench.gateway.sandbox.writing.generate import in_events

FAULTS_HEADER = "x-sandbox"
_NO_MODEL = Model(id="", known=False)
UPSTREAM = "sandbox"
_THINKERS = ("reason", "thinking", "deepseek-r")
"""Words in the names of third parties' models that think unasked (inferred)."""


_REQUEST_ID = {ANTHROPIC: b"request-id", OPENAI: b"x-request-id"}
"""What makers call the id of a request, which their SDKs show."""


class Sandbox:
    """Answers for every provider and model there is. closing: set when the gateway stops, so that hung requests let go."""

    def __init__(
        self, catalogue: Catalogue, closing: asyncio.Event, faults: FaultRules | None = None
    ) -> None:
        self._catalogue = catalogue
        self._closing = closing
        self.faults = faults or FaultRules()
        self._recollection = Recollection()
        self._dice = Dice()
        self._batches = Batches()

    async def answer(self, call: Call, ids: Ids) -> Reply:
        """Never raises for a bad request: that is an answer too. Raises Cut when the gateway stops meanwhile."""
        try:
            reply = await self._answer(call, ids)
        except Refused as refused:
            reply = reply_of(refused.trouble, call.family)
        except RecursionError:
            reply = reply_of(bad_input(call, "the body is nested too deeply").trouble, call.family)
        reply.headers.append((b"cf-ai-req-id", ids.request.encode()))
        if (name := _REQUEST_ID.get(maker_of(call))) is not None:
            reply.headers.append((name, b"req_" + ids.request.replace("-", "").encode()))
        reply.upstream = UPSTREAM
        return reply

    async def _answer(self, call: Call, ids: Ids) -> Reply:
        if call.method in ("GET", "HEAD"):
            if tasks.kind_of(call, _NO_MODEL) is not None:
                return await self._task(call, _NO_MODEL, ids)
            return await self._listing(call, ids)
        model = self._model(call)
        if call.provider == WORKERS_AI and asks_for_batch(call):
            return await self._batch(call, model, ids)
        if tasks.kind_of(call, model) is not None:
            return await self._task(call, model, ids)
        body = _body(call)
        if (counter := counter_of(call)) is not None:
            ask = _read(counter.read, body, call, model)
            return await self._failure(call, ids, ask.orders) or json_reply(200, counter.counted(ask))
        wire = wire_of(call, model, body)
        if wire is None:
            raise nowhere(call)
        return await self._text(wire, call, model, body, ids)

    async def _listing(self, call: Call, ids: Ids) -> Reply:
        found = listed(call, self._catalogue)
        if found is None:
            raise nowhere(call)
        return await self._failure(call, ids) or json_reply(200, found)

    async def _batch(self, call: Call, model: Model, ids: Ids) -> Reply:
        """Many inputs of the native door at once, text or not (workers-ai §11)."""
        try:
            return await self._failure(call, ids) or await self._batches.answer(
                call, model, lambda single: self.answer(single, ids)
            )
        except TaskRefused as wrong:
            raise refused_task(call, wrong) from wrong

    async def _task(self, call: Call, model: Model, ids: Ids) -> Reply:
        """A request for something other than text."""
        task = tasks.task_of(call, model, ids.request, None)
        assert task is not None
        faults = self._faults(call, orders_in(task))
        failure = await self._misfortune(call, faults, ids)
        if failure is not None:
            return failure
        if faults.refuse and draws(task):
            raise flagged(call)
        try:
            return self._whole(await tasks.answer(task), faults)
        except TaskRefused as wrong:
            raise refused_task(call, wrong) from wrong

    async def _text(self, wire: Wire, call: Call, model: Model, body: Mapping[str, Any], ids: Ids) -> Reply:
        if not model.chats:
            raise no_such_model(call, f": this address is for chat, and it is for {model.task}")
        ask = _read(wire.read, body, call, model)
        faults = self._faults(call, ask.orders)
        failure = await self._misfortune(call, faults, ids)
        if failure is not None:
            return failure
        try:
            answer = refusal(ask) if faults.refuse else self._recollection.answer(ask, faults.tokens)
        except Unsatisfiable as cannot:
            raise unmet_schema(call, cannot) from cannot
        if ask.options.canvas is not None and not answer.refused:
            answer = replace(answer, picture=await _drawn(ask))
        return await self._reply(wire, call, ask, answer, faults, ids)

    async def _reply(
        self, wire: Wire, call: Call, ask: Ask, answer: Answer, faults: Faults, ids: Ids
    ) -> Reply:
        headers = _neurons(ask, answer)
        if not ask.options.stream or faults.json_instead_of_sse:
            if faults.pace:
                await asyncio.sleep(answer.completion_tokens / faults.pace)
            found = wire.whole(ask, answer, ids.request)
            return self._whole(json_reply(200, enveloped(found) if call.envelope else found, headers), faults)
        trouble = interrupting(faults, maker_of(call))
        frames = wire.stream(ask, answer, ids.request)
        stream = delivered(frames, faults, self._closing, trouble=trouble, broken=wire.broken)
        grows = maker_of(call) == GOOGLE and ":stream" in call.endpoint and not in_events(call.endpoint)
        return Reply(200, [JSON if grows else EVENT_STREAM, NO_STORE, *headers], stream=stream)

    def _whole(self, reply: Reply, faults: Faults) -> Reply:
        """A whole answer, broken where that was ordered."""
        if reply.stream is not None:
            return reply
        if breaks_off(faults):
            return structs.replace(reply, body=b"", stream=broken_off(reply.body, faults, self._closing))
        if faults.malformed_after is not None:
            return structs.replace(reply, body=reply.body[: len(reply.body) // 2])
        return reply

    def _model(self, call: Call) -> Model:
        """The catalogue's entry; a third-party id is taken as it is, and an endpoint without a model has none."""
        if call.provider != WORKERS_AI:
            name = call.model.lower()
            thinks = any(word in name for word in _THINKERS)
            return Model(id=f"{call.provider}/{call.model}", reasoning=thinks, known=False)
        if not call.model:
            return _NO_MODEL
        model = self._catalogue.find(call.model)
        if model is None or model.deprecated:
            raise no_such_model(call)
        return model

    def _faults(self, call: Call, orders: str) -> Faults:
        element = call.element
        try:
            asked = parse(call.headers.get(FAULTS_HEADER, ""), element).over(parse(orders, element))
        except BadFaults as bad:
            raise bad_orders(bad) from bad
        names = (call.model, f"{call.provider}/{call.model}", call.wire)
        return asked.over(self.faults.of(element, *names))

    async def _failure(self, call: Call, ids: Ids, orders: str = "") -> Reply | None:
        return await self._misfortune(call, self._faults(call, orders), ids)

    async def _misfortune(self, call: Call, faults: Faults, ids: Ids) -> Reply | None:
        """Wait as ordered; the ordered error, or None where an answer may go out. Raises Cut after a hang."""
        if faults is NO_FAULTS:
            return None
        dice = None
        if faults.error_rate is not None or faults.latency is not None:
            dice = self._dice.thrown(call, ids.request, seeded=not faults.unseeded)
        if dice is not None and faults.latency is not None:
            await asyncio.sleep(faults.latency.drawn(dice))
        if faults.hang:
            await self._closing.wait()
            raise Cut
        if not _fails(faults, dice):
            return None
        retry = [] if faults.retry_after is None else [(b"retry-after", str(faults.retry_after).encode())]
        return reply_of(ordered(faults, maker_of(call)), call.family, retry)


def _fails(faults: Faults, dice: Random | None) -> bool:
    if faults.error_rate is None or dice is None:
        # With error-after, the code is for the frame that comes later.
        return faults.error_after is None and (faults.status is not None or faults.code is not None)
    return dice.random() < faults.error_rate


def _body(call: Call) -> dict[str, Any]:
    try:
        return call.json
    except BadBody as bad:
        raise bad_input(call, str(bad)) from bad


def _read(read: Reader, body: Mapping[str, Any], call: Call, model: Model) -> Ask:
    try:
        return read(body, call, model)
    except AskRefused as wrong:
        raise refused_ask(call, wrong) from wrong


async def _drawn(ask: Ask) -> bytes:
    """The picture of an answer. Of the newest pictures that came along the first is built on, the others are shown beside."""
    from workbench.gateway.sandbox.media.picture import png

    assert ask.options.canvas is not None
    width, height = ask.options.canvas
    came: list[bytes] = []
    for turn in ask.turns:
        came = [a.content() for a in turn.attachments if a.kind == PICTURE and a.data] or came
    return await asyncio.to_thread(
        png,
        ask.question,
        ask.seed,
        width,
        height,
        source=came[0] if came else None,
        references=came[1:],
    )


def _neurons(ask: Ask, answer: Answer) -> Headers:
    if ask.provider != WORKERS_AI:
        return []
    usd = estimated_usd(ask.model, answer.prompt_tokens, answer.completion_tokens)
    # Unpriced models are charged 0.00 (workers-ai §3.3).
    return [(b"cf-ai-neurons", f"{(usd or 0) / USD_PER_NEURON:.2f}".encode())]
