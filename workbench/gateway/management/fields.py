"""A JSON object read field by field: typed, in range, every problem collected with its path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from workbench.gateway.management.answers import Path, Problem, Refused

D = TypeVar("D")
E = TypeVar("E", bound=StrEnum)

_KINDS: Mapping[type, str] = {str: "a text", bool: "true or false", dict: "an object", list: "an array"}


class Fields:
    """What is wrong does not stop the reading: a default stands in, and `check` refuses all problems at once."""

    def __init__(
        self, values: Mapping[str, Any], path: Path = ("body",), problems: list[Problem] | None = None
    ) -> None:
        self.values = values
        self._path = path
        self._read: set[str] = set()
        self._problems: list[Problem] = [] if problems is None else problems

    def check(self) -> None:
        """To be called when all was read. Raises Refused."""
        self._find_misspelt()
        if self._problems:
            raise Refused(*dict.fromkeys(self._problems))  # what is read twice is told once

    def _find_misspelt(self) -> None:
        """Unknown fields are ignored, but not a `spendLimits` that was to be a limit."""
        meant = {_squeezed(name): name for name in self._read}
        for name in self.values.keys() - self._read:
            if known := meant.get(_squeezed(name)):
                self.wrong(f"Unknown; did you mean {known}?", name)

    def wrong(self, message: str, *where: str | int) -> None:
        self._problems.append(Problem(message, (*self._path, *where)))

    def need(self, *names: str) -> None:
        for name in names:
            if not self.has(name):
                self.wrong("Required", name)

    def has(self, name: str) -> bool:
        self._read.add(name)
        return name in self.values

    def raw(self, name: str) -> Any:
        self._read.add(name)
        return self.values.get(name)

    def text(self, name: str, default: str = "", *, most: int = 1000) -> str:
        value = self._of(name, str)
        if value is not None and len(value) > most:
            return self._default(name, f"Expected at most {most} characters", default)
        return default if value is None else str(value)

    def name(self, name: str, pattern: str, words: str) -> str:
        """A text that the pattern matches; words: what it says."""
        value = self.text(name)
        if self.has(name) and not re.fullmatch(pattern, value, re.ASCII):
            self.wrong(f"Expected {words}", name)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self._of(name, bool)
        return default if value is None else bool(value)

    def whole(
        self, name: str, least: int, most: int, default: int | None = None, *, or_zero: bool = False
    ) -> int | None:
        """null and a missing field are the default."""
        value = self.raw(name)
        if value is None:
            return default
        whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
        if not whole or not (least <= value <= most or (or_zero and value == 0)):
            zero = "0, or " if or_zero and least > 0 else ""
            return self._default(name, f"Expected {zero}a whole number from {least} to {most}", default)
        return int(value)

    def above_zero(self, name: str) -> float:
        value = self.raw(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e12:
            return value
        if self.has(name):
            self.wrong("Expected a number above 0", name)
        return 1.0

    def choice(self, name: str, kind: type[E], default: E | None = None) -> E | None:
        """null and a missing field are the default."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, str) and value in tuple(kind):
            return kind(value)
        return self._default(name, f"Expected one of {', '.join(kind)}", default)

    def object(self, name: str) -> Fields:
        """The object there; an empty one for null and a missing field."""
        value = self._of(name, dict)
        return Fields(value or {}, (*self._path, name), self._problems)

    def objects(self, name: str) -> Sequence[Fields]:
        """The objects of the array there."""
        found = []
        for index, value in enumerate(self._of(name, list) or ()):
            if isinstance(value, dict):
                found.append(Fields(value, (*self._path, name, index), self._problems))
            else:
                self.wrong("Expected an object", name, index)
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._of(name, list) or ()
        for index, value in enumerate(values):
            if not isinstance(value, str):
                self.wrong("Expected a text", name, index)
        return tuple(value for value in values if isinstance(value, str))

    def _of(self, name: str, kind: type) -> Any:
        value = self.raw(name)
        if value is None or isinstance(value, kind):
            return value
        return self._default(name, f"Expected {_KINDS[kind]}", None)

    def _default(self, name: str, message: str, default: D) -> D:
        self.wrong(message, name)
        return default


def _squeezed(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
