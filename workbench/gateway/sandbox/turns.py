"""The turns of a conversation as the sandbox understands them, whatever wire they came by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from workbench.gateway.replies import BAD_INPUT
from workbench.gateway.sandbox.attachments import Attachment
from workbench.gateway.sandbox.faults import taken_from


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
    """role: "system", "user", "assistant" or "tool". text: all text parts, without directives.

    name: of the tool whose result a tool's turn tells, "" where that is not known.
    """

    role: str
    text: str
    name: str = ""
    attachments: tuple[Attachment, ...] = ()


def without_orders(turns: Iterable[Turn]) -> tuple[tuple[Turn, ...], str]:
    """The turns without their directive lines, and what those ordered: system messages and the newest user's are read."""
    kept = list(turns)
    newest_user = max((i for i, turn in enumerate(kept) if turn.role == "user"), default=-1)
    orders = []
    for index, turn in enumerate(kept):
        if turn.role == "system" or index == newest_user:
            text, order = taken_from(turn.text)
            if order:
                kept[index] = replace(turn, text=text)
                orders.append(order)
    # The newest message's orders are read last, so that they win over a system message's.
    return tuple(kept), " ".join(orders)


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
