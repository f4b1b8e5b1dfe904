"""The turns of a chat request, checked as the real schemas check them (workers-ai §5.1, §15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.models import Model
from workbench.gateway.replies import BAD_INPUT
from workbench.gateway.sandbox.faults import taken_from

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})


class AskRefused(Exception):
    """The request itself is wrong. pointer: JSON pointer of the field, "" for the whole body."""

    def __init__(self, message: str, *, status: int = 400, code: int = BAD_INPUT, pointer: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Turn:
    """text: all text parts, without directives. called: names of the tools an assistant turn called."""

    role: str
    text: str
    called: tuple[str, ...] = ()
    pictures: int = 0


def read_turns(body: Mapping[str, Any], model: Model, *, strict: bool) -> tuple[tuple[Turn, ...], str]:
    messages = body.get("messages")
    prompt = body.get("prompt")
    if messages is None:
        if not isinstance(prompt, str):
            raise AskRefused(
                "oneOf at '/' not met, 0 matches: required properties at '/' are 'prompt', "
                "required properties at '/' are 'messages'"
            )
        messages = [{"role": "user", "content": prompt}]
    if not isinstance(messages, list):
        raise AskRefused(mismatch("/messages", messages, "array"), pointer="/messages")
    if not messages:
        raise AskRefused("'/messages' must hold at least one message", pointer="/messages")
    parts_allowed = not strict or "parts" in model.schema_shape
    turns = []
    orders = []
    newest_user = max((i for i, m in enumerate(messages) if _role(m) == "user"), default=-1)
    for index, message in enumerate(messages):
        turn = _turn(message, f"/messages/{index}", strict=strict, parts_allowed=parts_allowed)
        if turn.role in ("system", "developer") or index == newest_user:
            text, order = taken_from(turn.text)
            if order:
                turn = Turn(turn.role, text, turn.called, turn.pictures)
                orders.append(order)
        turns.append(turn)
    # The newest message's orders are read last, so that they win over a system message's.
    return tuple(turns), " ".join(orders)


def _role(message: Any) -> str:
    return str(message.get("role", "")) if isinstance(message, dict) else ""


def _turn(message: Any, where: str, *, strict: bool, parts_allowed: bool) -> Turn:
    if not isinstance(message, dict):
        raise AskRefused(mismatch(where, message, "object"), pointer=where)
    role = message.get("role")
    if not isinstance(role, str):
        raise AskRefused(f"required properties at '{where}' are 'role'", pointer=f"{where}/role")
    if role not in ROLES:
        raise AskRefused(f"'{where}/role' must be one of {', '.join(sorted(ROLES))}", pointer=f"{where}/role")
    content = message.get("content")
    called = _called(message)
    at = f"{where}/content"
    if content is None:
        if strict or not called:
            raise AskRefused(mismatch(at, content, "string"), pointer=at)
        return Turn(role, "", called)
    if isinstance(content, str):
        return Turn(role, content, called)
    if not isinstance(content, list) or not parts_allowed:
        raise AskRefused(mismatch(at, content, "string"), pointer=at)
    text, pictures = _parts(content, at)
    return Turn(role, text, called, pictures)


def _parts(content: Sequence[Any], where: str) -> tuple[str, int]:
    texts = []
    pictures = 0
    for index, part in enumerate(content):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text" and isinstance(part.get("text"), str):
            texts.append(part["text"])
        elif kind == "image_url":
            pictures += 1
        elif kind not in ("input_audio", "file", "refusal"):
            raise AskRefused(f"'{where}/{index}' is not a content part", pointer=f"{where}/{index}")
    return "\n".join(texts), pictures


def _called(message: Mapping[str, Any]) -> tuple[str, ...]:
    calls = message.get("tool_calls")
    if not isinstance(calls, list):
        return ()
    names = []
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        holder = function if isinstance(function, dict) else call
        if isinstance(holder, dict) and isinstance(holder.get("name"), str):
            names.append(holder["name"])
    return tuple(names)


def mismatch(where: str, value: Any, wanted: str) -> str:
    """The wording of workers-ai §15."""
    return f"Type mismatch of '{where}', '{_type_name(value)}' not in '{wanted}'"


def _type_name(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"
