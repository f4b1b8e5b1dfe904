"""A route graph while it is put together: ids that can be read, one start, one end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.domain.routes.document import check_number
from workbench.domain.routes.elements import (
    FALLBACK,
    FALSE,
    NEXT,
    SUCCESS,
    TRUE,
    AnyElement,
    Conditional,
    End,
    ModelCall,
    Percentage,
    Start,
)

START, END = "start", "end"


class Graph:
    """Grows from its ends: what an element leads to is there before it is filled in."""

    def __init__(self) -> None:
        self._elements: dict[str, AnyElement | None] = {START: None}
        self._last: dict[str, int] = {}  # the number given last for a name
        self._models: dict[tuple[str, str, int, int, str], str] = {}
        self.notes: dict[str, str] = {}

    def begin(self, wish: str) -> str:
        """Take an id that nobody has, like the one wished for."""
        check_number(len(self._elements))
        name = re.sub(r"[^a-z0-9.]+", "-", wish.lower()).strip("-.") or "element"
        number = self._last.get(name, 0) + 1
        while (found := _numbered(name, number)) in self._elements or found == END:
            number += 1
        self._last[name] = number
        self._elements[found] = None
        return found

    def condition(self, id: str, conditions: Mapping[str, Any], holds: str, fails: str) -> None:
        self._elements[id] = Conditional(id=id, conditions=conditions, outputs={TRUE: holds, FALSE: fails})

    def split(self, id: str, outputs: Mapping[str, str], sticky: str = "") -> None:
        self._elements[id] = Percentage(id=id, outputs=outputs, sticky=sticky)

    def model(self, provider: str, model: str, timeout_ms: int, retries: int, fallback: str) -> str:
        """The element that asks this model; the same one where it was added before."""
        key = (provider, model, timeout_ms, retries, fallback)
        if key not in self._models:
            id = self.begin(model.rsplit("/", 1)[-1])
            self._models[key] = id
            self._elements[id] = ModelCall(
                id=id,
                provider=provider,
                model=model,
                timeout_ms=timeout_ms,
                retries=retries,
                outputs={SUCCESS: END, FALLBACK: fallback},
            )
        return self._models[key]

    def elements(self, first: str) -> tuple[AnyElement, ...]:
        """In the order a request can meet them, the end last."""
        found: dict[str, AnyElement] = {}
        waiting = [first]
        while waiting:
            element = self._elements.get(waiting.pop())
            if element is not None and element.id not in found:
                found[element.id] = element
                waiting += reversed(list(element.outputs.values()))
        return (Start(id=START, outputs={NEXT: first}), *found.values(), End(id=END))


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"
