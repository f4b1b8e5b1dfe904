"""Which wire a call speaks: who reads it and who writes its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.models import Model
from workbench.gateway.calls import Call, Shape
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.compose import Answer
from workbench.gateway.sandbox.delivery import Frames
from workbench.gateway.sandbox.reading import chat, cohere, generate, messages, responses
from workbench.gateway.sandbox.writing import chat as _chat
from workbench.gateway.sandbox.writing import cohere as _cohere
from workbench.gateway.sandbox.writing import generate as _generate
from workbench.gateway.sandbox.writing import messages as _messages
from workbench.gateway.sandbox.writing import responses as _responses
from workbench.gateway.sandbox.writing import run as _run

Body = Mapping[str, Any]
Reader = Callable[[Body, Call, Model], Ask]


@dataclass(frozen=True, slots=True)
class Wire:
    """read raises AskRefused. whole: the answer as one JSON reply. stream: its frames. broken: see `malformed-after`."""

    read: Reader
    whole: Callable[[Ask, Answer, str], dict[str, Any]]
    stream: Callable[[Ask, Answer, str], Frames]
    broken: bytes


@dataclass(frozen=True, slots=True)
class Counter:
    """An endpoint that only counts what a request would take."""

    read: Reader
    counted: Callable[[Ask], dict[str, Any]]


CHAT = Wire(chat.read, _chat.whole, _chat.Stream, _chat.BROKEN)
RUN = Wire(chat.read, _run.whole, _run.Stream, _run.BROKEN)
RESPONSES = Wire(responses.read, _responses.whole, _responses.Stream, _responses.BROKEN)
MESSAGES = Wire(messages.read, _messages.whole, _messages.Stream, _messages.BROKEN)
GENERATE = Wire(generate.read, _generate.whole, _generate.Stream, _generate.BROKEN)
COHERE = Wire(cohere.read, _cohere.whole, _cohere.Stream, _cohere.BROKEN)

_COUNTERS = {
    "messages/count_tokens": Counter(messages.read_counted, _messages.counted),
    ":countTokens": Counter(generate.read, _generate.counted),
}
_BY_SHAPE = {
    Shape.CHAT: CHAT,
    Shape.RESPONSES: RESPONSES,
    Shape.MESSAGES: MESSAGES,
    Shape.GENERATE: GENERATE,
}
_BY_ENDING = {
    "chat/completions": CHAT,
    "responses": RESPONSES,
    "messages": MESSAGES,
    "enerateContent": GENERATE,
}


def path_of(call: Call) -> str:
    """The endpoint without its query."""
    return call.endpoint.partition("?")[0].strip("/")


def counter_of(call: Call) -> Counter | None:
    path = path_of(call)
    return next((counter for ending, counter in _COUNTERS.items() if path.endswith(ending)), None)


def wire_of(call: Call, model: Model, body: Body) -> Wire | None:
    """None for an endpoint that nobody here understands."""
    if call.shape is Shape.RUN:
        return _run_wire(call, model, body)
    if (wire := _BY_SHAPE.get(call.shape)) is not None:
        return wire
    path = path_of(call)
    if call.provider == "cohere" and path.endswith("v2/chat"):
        return COHERE
    return next((wire for ending, wire in _BY_ENDING.items() if path.endswith(ending)), None)


def _run_wire(call: Call, model: Model, body: Body) -> Wire:
    """The native door takes each family's own input (workers-ai §5.1), and third parties' under `/ai/run` (ai-gateway §1.2)."""
    if call.provider == "workers-ai":
        if "input" in body and "responses" in model.schema_shape:
            return RESPONSES
        return CHAT if chat.answers_in_chat(model) else RUN
    if "contents" in body:
        return GENERATE
    if "input" in body and "messages" not in body:
        return RESPONSES
    return MESSAGES if call.provider == "anthropic" else CHAT
