"""A request into calls: whose model it names, at which of the provider's endpoints, in which shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from workbench.domain.gateways import ROUTE
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.gateway.calls import Call, Shape
from workbench.gateway.legs import read_legs
from workbench.gateway.naming import Named, NotNamed, checked, named, not_here
from workbench.gateway.protocol import (
    WORKERS_AI,
    Action,
    BadBody,
    Family,
    Inference,
    Refusal,
    json_object,
)
from workbench.gateway.replies import BAD_INPUT

Body = dict[str, Any]


class Leg(msgspec.Struct, frozen=True):
    """One thing to try. route: the name of `dynamic/{name}`, "" for a direct call.

    call: what to ask. With a route it is the pattern of what its model elements ask: provider "" and the unified body. Its
    headers already hold the precedence of ai-gateway §1.4: a universal leg's own `headers` over its `config` (told as the
    `cf-aig-*` headers that mean the same) over the request's. body: the JSON body as parsed, None where it is not an object.
    """

    call: Call
    route: str = ""
    body: Mapping[str, Any] | None = None


def calls_of(inference: Inference) -> tuple[Leg, ...]:
    """What a request asks for: legs in order, the first that succeeds answers.

    Raises BadBody where the body is not what the door takes, NotNamed where its model cannot be called there.

    A model that names nobody we know makes a call with provider "": a server behind the gateway may have it all the same.
    """
    if inference.door.action is not Action.UNIVERSAL:
        return (_leg(inference, _read(inference)),)
    return tuple(_universal(inference))


def refusal_of(wrong: BadBody | NotNamed, family: Family) -> Refusal:
    """What calls_of raised, as the answer says it."""
    if isinstance(wrong, NotNamed):
        return Refusal(family, wrong.status, wrong.code, wrong.message, native=wrong.maker == WORKERS_AI)
    maker = "AiError: " if family is Family.REST else ""  # as Workers AI begins its messages (workers-ai §15)
    return Refusal(family, 400, BAD_INPUT, f"{maker}Bad input: {wrong}")


def _universal(inference: Inference) -> Iterator[Leg]:
    for number, (leg, body) in enumerate(read_legs(inference)):
        try:
            yield _leg(leg, body)
        except NotNamed as wrong:
            message = f"leg {number}: {wrong.message}"
            raise NotNamed(wrong.maker, wrong.status, wrong.code, message) from wrong


def _read(inference: Inference) -> Body | None:
    """The JSON body, or None where there need be none."""
    door = inference.door
    if door.action in _SHAPES:
        return json_object(inference.body)
    if door.action is Action.TOMARKDOWN:
        return None
    if door.action is Action.PROVIDER:
        understood = _endpoint_shape(inference) is not Shape.OTHER
    else:
        understood = not door.model or not _is_media(inference)
    if understood:
        return json_object(inference.body)
    if inference.body[:1] != b"{":
        return None
    try:
        return json_object(inference.body)
    except BadBody:
        return None


def _is_media(inference: Inference) -> bool:
    """A body of raw bytes, such as audio, in place of JSON (workers-ai §9); curl says "form" for JSON if nobody tells it."""
    kind = inference.headers.get("content-type", "")
    return inference.body.lstrip()[:1] != b"{" and "json" not in kind


def _leg(inference: Inference, body: Body | None) -> Leg:
    door = inference.door
    if door.action in _SHAPES and body is not None:
        return _on_workers_ai(inference, body) if door.provider == WORKERS_AI else _unified(inference, body)
    match door.action:
        case Action.PROVIDER:
            return _native(inference, body)
        case Action.TOMARKDOWN:
            return Leg(_call(inference, WORKERS_AI, door.tail, Shape.OTHER, envelope=True))
        case Action.RUN if door.model:
            call = _call(inference, WORKERS_AI, door.model, Shape.RUN, body, model=door.model, envelope=True)
            return Leg(call, body=body)
    assert body is not None
    return _run_any(inference, body)


_SHAPES = {
    Action.CHAT: Shape.CHAT,
    Action.EMBEDDINGS: Shape.EMBEDDINGS,
    Action.RESPONSES: Shape.RESPONSES,
    Action.MESSAGES: Shape.MESSAGES,
}
_UNIFIED_ENDPOINTS = {
    Shape.CHAT: "chat/completions",
    Shape.EMBEDDINGS: "embeddings",
    Shape.RESPONSES: "responses",
    Shape.MESSAGES: "v1/messages",
}


def _on_workers_ai(inference: Inference, body: Body) -> Leg:
    door = inference.door
    model = checked(body.get("model"))
    if model.startswith(ROUTE):
        raise not_here(model)
    return Leg(_call(inference, WORKERS_AI, door.tail, _SHAPES[door.action], body, model=model), body=body)


def _unified(inference: Inference, body: Body) -> Leg:
    """A door where the model's name says whose it is."""
    shape = _SHAPES[inference.door.action]
    endpoint = _UNIFIED_ENDPOINTS[shape]
    unified = shape is not Shape.MESSAGES
    model = checked(body.get("model"))
    if model.startswith(ROUTE):
        if shape is not Shape.CHAT:
            raise not_here(model)
        call = _call(inference, "", endpoint, shape, body, model=model, unified=True)
        return Leg(call, model.removeprefix(ROUTE), body)
    whose = _whose(inference.door.family, model)
    sent = body
    if whose.model != model:
        sent = {**body, "model": whose.model}
        # Built once here and not replaced later: this is the hot path.
        inference = _with_body(inference, sent)
    wire = whose.wire if whose.wire != whose.model else ""
    call = _call(
        inference, whose.provider, endpoint, shape, sent, model=whose.model, unified=unified, wire=wire
    )
    return Leg(call, body=sent)


def _whose(family: Family, model: str) -> Named:
    try:
        return named(family, model)
    except NotNamed:
        return Named("", model, model)


def _with_body(inference: Inference, body: Body) -> Inference:
    encoded = msgspec.json.encode(body)
    return Inference(
        inference.door, inference.headers, inference.query, encoded, inference.ids, inference.method
    )


def _run_any(inference: Inference, request: Body) -> Leg:
    """`/ai/run` with the model in the body: `{"model": …, "input": {…}}`."""
    model = checked(request.get("model"))
    if model.startswith(ROUTE):
        raise not_here(model)
    given = request.get("input")
    if not isinstance(given, dict):
        raise BadBody("'input' must be an object")
    whose = _whose(Family.REST, model)
    shape, endpoint = _input_shape(whose, given)
    named_in_body = shape in _UNIFIED_ENDPOINTS
    body = {"model": whose.model, **given} if named_in_body else given
    call = _call(
        _with_body(inference, body),
        whose.provider,
        endpoint,
        shape,
        body,
        model=whose.model,
        envelope=True,
        unified=named_in_body and shape is not Shape.MESSAGES,
        wire=whose.wire if whose.wire != whose.model else "",
    )
    return Leg(call, body=body)


def _input_shape(whose: Named, given: Body) -> tuple[Shape, str]:
    """What kind of request an author's `input` is (ai-gateway §1.2): Anthropic's and Google's own shapes pass natively,
    chat completions and Responses are told by their fields; anything else stays what it is, a run of that model (inferred).
    """
    if whose.provider == WORKERS_AI:
        return Shape.RUN, whose.model
    if whose.provider == "anthropic":
        return Shape.MESSAGES, _UNIFIED_ENDPOINTS[Shape.MESSAGES]
    if whose.provider == "google-ai-studio" and "contents" in given:
        action = "streamGenerateContent?alt=sse" if given.get("stream") is True else "generateContent"
        return Shape.GENERATE, f"v1beta/models/{whose.model}:{action}"
    for field, shape in (("messages", Shape.CHAT), ("input", Shape.RESPONSES)):
        if field in given:
            if shape is Shape.RESPONSES and "embed" in whose.model:
                shape = Shape.EMBEDDINGS
            return shape, _UNIFIED_ENDPOINTS[shape]
    return Shape.RUN, whose.model


_PROVIDER_SHAPES = {
    "chat/completions": Shape.CHAT,
    "responses": Shape.RESPONSES,
    "messages": Shape.MESSAGES,
    "embeddings": Shape.EMBEDDINGS,
}
_VERSION = re.compile(r"(?:(?:openai|api|compatibility)/)?(?:v\d+(?:beta|alpha)?/)?(?:openai/)?")
_GENERATE = re.compile(r"(?:v\d+(?:beta|alpha)?/)?models/[^/:]+:(?:generateContent|streamGenerateContent)")
_MODEL_IN_PATH = re.compile(r"(?:^|/)models/([^/:]+)")


def _endpoint_shape(inference: Inference) -> Shape:
    """By the tail's last words, behind any version: clients write `chat/completions` and `v1/chat/completions` alike."""
    door = inference.door
    if inference.method != "POST":
        return Shape.OTHER
    if door.provider == "google-ai-studio" and _GENERATE.fullmatch(unquote(door.tail)):
        return Shape.GENERATE
    version = _VERSION.match(door.tail)
    assert version is not None  # it matches nothing, too
    return _PROVIDER_SHAPES.get(door.tail[version.end() :], Shape.OTHER)


def _native(inference: Inference, body: Body | None) -> Leg:
    door = inference.door
    shape = _endpoint_shape(inference)
    model = ""
    if body is not None and isinstance(in_body := body.get("model"), str):
        model = in_body
    if "models/" in door.tail and (in_path := _MODEL_IN_PATH.search(unquote(door.tail))):
        model = in_path[1]
    if model.startswith(ROUTE):
        raise not_here(model)
    streams = shape is Shape.GENERATE and "streamGenerateContent" in door.tail
    call = _call(inference, door.provider, door.tail, shape, body, model=model, stream=streams)
    return Leg(call, body=body)


def _call(
    inference: Inference,
    provider: str,
    endpoint: str,
    shape: Shape,
    body: Body | None = None,
    *,
    model: str = "",
    stream: bool = False,
    unified: bool = False,
    envelope: bool = False,
    wire: str = "",
) -> Call:
    return Call(
        family=inference.door.family,
        gateway=_gateway_of(inference, provider),
        provider=provider,
        endpoint=f"{endpoint}?{inference.query}" if inference.query else endpoint,
        model=model,
        shape=shape,
        method=inference.method,
        headers=inference.headers,
        body=inference.body,
        stream=stream or (body is not None and body.get("stream") is True),
        unified=unified,
        envelope=envelope,
        wire=wire,
        parsed=None if body is None else (inference.body, body),
    )


def _gateway_of(inference: Inference, provider: str) -> str:
    """On the REST family a header names it; without one Workers AI goes past every gateway, others take the default (§1.1)."""
    if inference.door.gateway:
        return inference.door.gateway
    return inference.headers.get("cf-aig-gateway-id", "") or (
        "" if provider == WORKERS_AI else DEFAULT_GATEWAY
    )
