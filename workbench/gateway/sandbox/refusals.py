"""Requests that get an error in place of an answer because they are wrong, told as their maker tells it."""

from __future__ import annotations

from workbench.gateway.calls import Call
from workbench.gateway.replies import BAD_INPUT, NO_SUCH_MODEL
from workbench.gateway.sandbox.faults import BadFaults
from workbench.gateway.sandbox.media.task import TaskRefused
from workbench.gateway.sandbox.schemas import Unsatisfiable
from workbench.gateway.sandbox.troubles import COHERE, GATEWAY, WORKERS_AI, Trouble, maker_of
from workbench.gateway.sandbox.turns import AskRefused
from workbench.gateway.sandbox.wires import path_of

_NO_ROUTE = 7000
_FLAGGED = 3030


class Refused(Exception):
    """The request gets this error instead of an answer."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def bad_input(call: Call, message: str, pointer: str = "", status: int = 400) -> Refused:
    if call.provider == WORKERS_AI:
        message = f"AiError: Bad input: Error: {message}"
    return _refused(call, status, BAD_INPUT, message, pointer)


def refused_ask(call: Call, wrong: AskRefused) -> Refused:
    if wrong.code == BAD_INPUT:
        return bad_input(call, wrong.message, wrong.pointer, wrong.status)
    message = f"AiError: {wrong.message}" if call.provider == WORKERS_AI else wrong.message
    return _refused(call, wrong.status, wrong.code, message, wrong.pointer)


def refused_task(call: Call, wrong: TaskRefused) -> Refused:
    return _refused(call, wrong.status, wrong.code, wrong.message, wrong.pointer)


def flagged(call: Call) -> Refused:
    """A prompt that the maker of the pictures will not have (workers-ai §8.1); OpenAI's wording is that of its API."""
    if call.provider == WORKERS_AI:
        message = "AiError: InferenceUpstreamError: Input prompt was flagged as NSFW content"
        return _refused(call, 400, _FLAGGED, message, "/prompt")
    message = "Your request was rejected by the safety system"
    return Refused(Trouble(maker_of(call), 400, None, message, "/prompt", word="moderation_blocked"))


def unmet_schema(call: Call, cannot: Unsatisfiable) -> Refused:
    message = f"AiError: JSON Mode couldn't be met: {cannot}"
    return _refused(call, 400, BAD_INPUT, message, "/response_format")


def bad_orders(bad: BadFaults) -> Refused:
    message = f"The sandbox was told something unknown: {bad}"
    return Refused(Trouble(GATEWAY, 400, BAD_INPUT, message))


def no_such_model(call: Call, why: str = "") -> Refused:
    return _refused(call, 400, NO_SUCH_MODEL, f"No such model {call.model} or task{why}", "/model")


def nowhere(call: Call) -> Refused:
    """An address of the provider's that nobody here stands in for."""
    message = f"The sandbox has no answer for {call.method} {path_of(call)[:100]} of {call.provider}"
    if call.provider == COHERE and path_of(call).endswith("v1/chat"):
        message += ": it speaks version 2, v2/chat"
    return _refused(call, 404, _NO_ROUTE, message)


def _refused(call: Call, status: int, code: int, message: str, pointer: str = "") -> Refused:
    """Only Workers AI tells numbers."""
    told = code if call.provider == WORKERS_AI else None
    return Refused(Trouble(maker_of(call), status, told, message, pointer))
