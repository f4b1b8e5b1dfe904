"""The sandbox as the gateway's answerer: a request in, a decided reply out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from hashlib import blake2b
from random import Random, SystemRandom
from typing import Any, overload

from workbench.domain.models import TEXT_GENERATION, USD_PER_NEURON, Model, estimated_usd
from workbench.gateway.calls import Call, Shape
from workbench.gateway.catalogue import Catalogue
from workbench.gateway.naming import Named, NotNamed, named_at
from workbench.gateway.protocol import Action, BadBody, Family, Ids, Inference, json_object
from workbench.gateway.replies import (
    BAD_INPUT,
    EVENT_STREAM,
    NO_STORE,
    NO_SUCH_MODEL,
    Cut,
    Headers,
    Reply,
    id_headers,
    json_reply,
)
from workbench.gateway.sandbox import shapes
from workbench.gateway.sandbox.ask import Ask, Dialect, dialect_of, read_ask
from workbench.gateway.sandbox.compose import Answer, compose
from workbench.gateway.sandbox.delivery import delivered
from workbench.gateway.sandbox.faults import BadFaults, Faults, ModelFaults, parse
from workbench.gateway.sandbox.schemas import Unsatisfiable
from workbench.gateway.sandbox.troubles import Trouble, openai_error, ordered, reply_of
from workbench.gateway.sandbox.turns import AskRefused

FAULTS_HEADER = "x-sandbox"
UPSTREAM = "sandbox"
SANDBOX = (b"cf-aig-sandbox", b"true")


class Refused(Exception):
    """The request gets this error instead of an answer; param: JSON pointer of the field that is wrong."""

    def __init__(self, trouble: Trouble, param: str = "") -> None:
        super().__init__(trouble.message)
        self.trouble = trouble
        self.param = param


class Sandbox:
    """Answers chat for every model there is. closing: set when the gateway stops, so that hung requests let go."""

    def __init__(self, catalogue: Catalogue, closing: asyncio.Event) -> None:
        self._catalogue = catalogue
        self._closing = closing
        self.faults = ModelFaults()

    @overload
    async def answer(self, call: Call, ids: Ids) -> Reply: ...

    @overload
    async def answer(self, call: Inference) -> Reply: ...

    async def answer(self, call: Call | Inference, ids: Ids | None = None) -> Reply:
        """Never raises for a bad request: that is an answer too. Raises Cut when the gateway stops meanwhile."""
        if isinstance(call, Inference):
            return await self._answer_inference(call)
        assert ids is not None
        try:
            reply = await self._answer(call, ids)
        except Refused as refused:
            reply = self._refusal(refused, call.family)
        reply.headers.append((b"cf-ai-req-id", ids.request.encode()))
        reply.upstream = UPSTREAM
        return reply

    async def _answer_inference(self, inference: Inference) -> Reply:
        """The entry of before there were calls; it adds what the gateway itself now adds."""
        try:
            call = self._call_of(inference)
        except Refused as refused:
            reply = self._refusal(refused, inference.door.family)
        else:
            reply = await self.answer(call, inference.ids)
            if inference.door.family is Family.GATEWAY and reply.status == 200:
                reply.headers.append((b"cf-aig-model", call.model.encode()))
                reply.headers.append((b"cf-aig-provider", call.provider.encode()))
        reply.headers.append(SANDBOX)
        if inference.door.family is Family.GATEWAY or "cf-aig-gateway-id" in inference.headers:
            reply.headers += id_headers(inference.ids)
        return reply

    def _call_of(self, inference: Inference) -> Call:
        door = inference.door
        body = self._body(inference.body)
        named = self._named(inference, body)
        run = door.action is Action.RUN
        return Call(
            family=door.family,
            gateway=door.gateway,
            provider=named.provider,
            endpoint=named.model if run else "chat/completions",
            model=named.wire if door.family is Family.REST else named.model,
            shape=Shape.RUN if run else Shape.CHAT,
            method="POST",
            headers=inference.headers,
            body=inference.body,
            stream=body.get("stream") is True,
            unified=not run,
            envelope=run,
        )

    def _body(self, body: bytes) -> dict[str, Any]:
        try:
            return json_object(body)
        except BadBody as bad:
            raise Refused(Trouble("workers-ai", 400, BAD_INPUT, f"AiError: Bad input: {bad}")) from bad

    async def _answer(self, call: Call, ids: Ids) -> Reply:
        body = self._body(call.body)
        ask = self._read(call, body)
        faults = self._faults(call, ask)
        if faults.latency:
            await asyncio.sleep(faults.latency)
        if faults.hang:
            await self._closing.wait()
            raise Cut
        if self._fails(faults, call):
            retry = [] if faults.retry_after is None else [(b"retry-after", str(faults.retry_after).encode())]
            return reply_of(ordered(faults, ask.provider), call.family, retry)
        try:
            answer = compose(ask, tokens=faults.tokens)
        except Unsatisfiable as cannot:
            message = f"AiError: JSON Mode couldn't be met: {cannot}"
            raise Refused(Trouble(ask.provider, 400, BAD_INPUT, message), "response_format") from cannot
        return self._reply(ids, ask, answer, faults)

    def _named(self, inference: Inference, body: Mapping[str, Any]) -> Named:
        try:
            return named_at(inference.door, body.get("model"))
        except NotNamed as wrong:
            raise Refused(Trouble(wrong.maker, wrong.status, wrong.code, wrong.message), "model") from wrong

    def _read(self, call: Call, body: Mapping[str, Any]) -> Ask:
        model = self._model(call)
        native_door = call.shape is Shape.RUN
        try:
            return read_ask(
                body,
                model,
                wire_model=call.model,
                provider=call.provider,
                dialect=dialect_of(model, native_door=native_door),
                native_door=native_door,
            )
        except AskRefused as wrong:
            message = wrong.message
            if call.provider == "workers-ai":
                message = (
                    f"AiError: Bad input: Error: {message}"
                    if wrong.code == BAD_INPUT
                    else f"AiError: {message}"
                )
            raise Refused(Trouble(call.provider, wrong.status, wrong.code, message), wrong.pointer) from wrong

    def _model(self, named: Call) -> Model:
        """The catalogue's entry; a third-party id is taken as it is."""
        if named.provider != "workers-ai":
            name = named.model.lower()
            thinks = any(word in name for word in ("reasoner", "thinking", "deepseek-r"))
            return Model(id=f"{named.provider}/{named.model}", reasoning=thinks, known=False)
        model = self._catalogue.find(named.model)
        if model is None or model.deprecated:
            raise Refused(
                Trouble("workers-ai", 400, NO_SUCH_MODEL, f"No such model {named.model} or task"), "model"
            )
        if model.task != TEXT_GENERATION or not model.chats:
            message = f"No such model {named.model} or task: the sandbox answers chat models only, this one is {model.task}"
            raise Refused(Trouble("workers-ai", 400, NO_SUCH_MODEL, message), "model")
        return model

    def _faults(self, call: Call, ask: Ask) -> Faults:
        try:
            asked = parse(call.headers.get(FAULTS_HEADER, "")).over(parse(ask.orders))
        except BadFaults as bad:
            raise Refused(
                Trouble("gateway", 400, BAD_INPUT, f"The sandbox was told something unknown: {bad}")
            ) from bad
        return asked.over(self.faults.of(ask.wire_model, f"{ask.provider}/{ask.wire_model}"))

    def _fails(self, faults: Faults, call: Call) -> bool:
        if faults.error_rate is None:
            # With error-after, the code is for the frame that comes later.
            return faults.error_after is None and (faults.status is not None or faults.code is not None)
        dice = SystemRandom() if faults.unseeded else Random(blake2b(call.body, digest_size=8).digest())
        return dice.random() < faults.error_rate

    def _reply(self, ids: Ids, ask: Ask, answer: Answer, faults: Faults) -> Reply:
        headers = self._headers(ask, answer)
        if not ask.stream or faults.json_instead_of_sse:
            return json_reply(200, shapes.whole(ask, answer, ids.request), headers)
        error = shapes.error_frame(ask, faults.code or 3043, faults.message or "Internal server error")
        frames = shapes.frames(ask, answer, ids.request)
        stream = delivered(frames, faults, error, self._closing, opening=ask.dialect is Dialect.OPENAI)
        return Reply(200, [EVENT_STREAM, NO_STORE, *headers], stream=stream)

    def _headers(self, ask: Ask, answer: Answer) -> Headers:
        if ask.provider != "workers-ai":
            return []
        usd = estimated_usd(ask.model, answer.prompt_tokens, answer.completion_tokens)
        # Unpriced models are charged 0.00 (workers-ai §3.3).
        return [(b"cf-ai-neurons", f"{(usd or 0) / USD_PER_NEURON:.2f}".encode())]

    def _refusal(self, refused: Refused, family: Family) -> Reply:
        trouble = refused.trouble
        if trouble.maker in ("gateway", "workers-ai"):
            return reply_of(trouble, family)
        param = refused.param.strip("/").replace("/", ".") or None
        plain = Trouble(trouble.maker, trouble.status, None, trouble.message)
        return json_reply(trouble.status, openai_error(plain, param))
