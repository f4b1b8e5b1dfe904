"""Where in a JSON text a value stands: pointer to place and back.

Only what is asked for is looked at, with the json module's own scanner, so that a text of megabytes costs milliseconds.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
_scan = json.JSONDecoder().raw_decode
_NONE: tuple[Child, ...] = ()


@dataclass(frozen=True, slots=True)
class Child:
    """A member of an object or an item of a list. begin: where its key is, or the value where there is none. start, end: of the value."""

    step: str | int
    begin: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """A value in the text, as offsets. begin: where its key begins."""

    begin: int
    start: int
    end: int


class Places:
    """Of one text, which must be JSON as Python reads it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines: list[int] | None = None
        self._inside: dict[int, tuple[Child, ...]] = {}
        start = _after_space(text, 0)
        self.whole = Place(start, start, len(text.rstrip()))

    def children(self, start: int) -> tuple[Child, ...]:
        """Of the value that begins at start; none of what is neither object nor list."""
        found = self._inside.get(start)
        if found is None:
            opening = self.text[start : start + 1]
            found = self._scanned(start, opening == "{") if opening in ("{", "[") else _NONE
            self._inside[start] = found
        return found

    def of(self, pointer: str) -> Place:
        """The value a JSON pointer names; where that is not there, the nearest around it."""
        here = self.whole
        for step in steps_of(pointer):
            found = self._child(here.start, step)
            if found is None:
                break
            here = Place(found.begin, found.start, found.end)
        return here

    def has(self, pointer: str) -> bool:
        here = self.whole.start
        for step in steps_of(pointer):
            found = self._child(here, step)
            if found is None:
                return False
            here = found.start
        return True

    def at(self, offset: int, depth: int = 64) -> tuple[str | int, ...]:
        """The steps to the innermost value around the offset, no more than depth of them; a key belongs to its value."""
        steps: list[str | int] = []
        here = self.whole.start
        while len(steps) < depth:
            children = self.children(here)
            found = children[at] if (at := bisect_right(children, offset, key=_begin) - 1) >= 0 else None
            if found is None or offset > found.end:
                break
            steps.append(found.step)
            here = found.start
        return tuple(steps)

    def line_of(self, offset: int) -> tuple[int, int]:
        """(line, column), both counted from 0."""
        starts = self._line_starts()
        line = bisect_right(starts, offset) - 1
        return line, offset - starts[line]

    def _line_starts(self) -> list[int]:
        if self._lines is None:
            self._lines = [0, *(found.end() for found in re.finditer("\n", self.text))]
        return self._lines

    def _child(self, start: int, step: str) -> Child | None:
        children = self.children(start)
        if not children:
            return None
        if isinstance(children[0].step, int):
            at = int(step) if step.isascii() and step.isdigit() and len(step) < 10 else -1
            return children[at] if 0 <= at < len(children) else None
        # The last of two counts, as for the parser.
        return next((child for child in reversed(children) if child.step == step), None)

    def _scanned(self, start: int, is_object: bool) -> tuple[Child, ...]:
        text = self.text
        found: list[Child] = []
        at = _after_space(text, start + 1)
        while text[at] not in "}]":
            begin = at
            step: str | int = len(found)
            if is_object:
                step, at = _scan(text, at)
                at = _after_space(text, _after_space(text, at) + 1)  # over the colon
            end = _end_of(text, at)
            found.append(Child(step, begin, at, end))
            at = _after_space(text, end)
            if text[at] == ",":
                at = _after_space(text, at + 1)
        return tuple(found)


def steps_of(pointer: str) -> tuple[str, ...]:
    """The parts of a JSON pointer (RFC 6901)."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def _begin(child: Child) -> int:
    return child.begin


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None  # nothing is a match too
    return found.end()


def _end_of(text: str, start: int) -> int:
    value_and_end: tuple[Any, int] = _scan(text, start)
    return value_and_end[1]
