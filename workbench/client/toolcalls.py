"""Tool calls in every shape models answer with (workers-ai §5.4)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from typing import Any

import msgspec

from workbench.client.values import as_text
from workbench.domain.chat import ToolCallDelta


def invented_id() -> str:
    """An id for a call that came without one: nine letters and digits, which is all that Mistral's schema takes."""
    return uuid.uuid4().hex[:9]


class ToolCallReader:
    """Normalises lists of calls or of fragments of calls, flat or OpenAI's, with `index` or without."""

    def __init__(self, make_id: Callable[[], str] = invented_id) -> None:
        self._make_id = make_id
        self._ids: list[str] = []
        self._named: list[bool] = []
        self._by_wire_index: dict[int, int] = {}

    @property
    def any(self) -> bool:
        return bool(self._ids)

    def read(self, calls: Any) -> list[ToolCallDelta]:
        if not isinstance(calls, list):
            return []
        return [delta for call in calls if isinstance(call, dict) for delta in self._read(call)]

    def add(self, name: str, arguments: str) -> ToolCallDelta:
        """A whole call of which only name and arguments are known."""
        return self._begin("", name, arguments)

    def _read(self, call: dict[str, Any]) -> list[ToolCallDelta]:
        function = call.get("function")
        if not isinstance(function, dict):
            function = call
        name = as_text(function.get("name"))
        identity = as_text(call.get("id"))
        given = function.get("arguments", function.get("parameters"))
        arguments = arguments_text(given)
        if not (name or identity or arguments):
            return []  # the sentinel that closes a call: every field null
        wire_index = call.get("index")
        index = self._index(wire_index, identity, name)
        if index is None:
            delta = self._begin(identity, name, arguments)
            if isinstance(wire_index, int):
                self._by_wire_index[wire_index] = delta.index
            return [delta]
        name_now = "" if self._named[index] else name
        self._named[index] = self._named[index] or bool(name)
        return [ToolCallDelta(index, "", name_now, arguments)] if name_now or arguments else []

    def _index(self, wire_index: Any, identity: str, name: str) -> int | None:
        """The call that a fragment goes on with; None for a new one.

        Some servers number every call 0: a new name under a new id is a new call, whatever its number.
        """
        if isinstance(wire_index, int):
            index = self._by_wire_index.get(wire_index)
            renewed = index is not None and name and identity and identity != self._ids[index]
            return None if renewed else index
        if not self._ids:
            return None
        last = len(self._ids) - 1
        return None if name and identity != self._ids[last] else last

    def _begin(self, identity: str, name: str, arguments: str) -> ToolCallDelta:
        index = len(self._ids)
        self._ids.append(identity or self._make_id())
        self._named.append(bool(name))
        return ToolCallDelta(index, self._ids[index], name, arguments)


def arguments_text(value: Any) -> str:
    """Arguments as JSON text: models give text, an object, or nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def printed_call(text: str, tools: Collection[str]) -> tuple[str, str] | None:
    """Name and arguments, where text is nothing but a call of one of tools, printed as JSON."""
    try:
        call = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None
    if not isinstance(call, dict) or call.get("name") not in tools:
        return None
    return call["name"], arguments_text(call.get("arguments", call.get("parameters", {})))
