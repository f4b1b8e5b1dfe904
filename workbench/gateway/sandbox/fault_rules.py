"""The orders that hold until they are changed: for models and for elements of routes, kept in `faults.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from workbench.gateway.sandbox.faults import NO_FAULTS, BadFaults, Faults, parse

FILE = "faults.json"
_ROUTE = "route/"
Rule = tuple[str, str, Faults]


class FaultRules:
    """path: the file they are kept in; None keeps them in memory only. Used from the event loop's thread."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._rules: list[Rule] = []

    def load(self) -> None:
        """Read the file, if there is one; raises BadFaults, which names it, and changes nothing when it cannot be read."""
        if self._path is None:
            return
        try:
            rules = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            raise BadFaults(f"{self._path}: {error}") from error
        if not isinstance(rules, dict):
            raise BadFaults(f"{self._path}: an object of globs and orders is wanted")
        try:
            self.set(rules)
        except BadFaults as bad:
            raise BadFaults(f"{self._path}: {bad}") from bad

    def set(self, rules: Mapping[str, Any]) -> None:
        """Replace all rules; raises BadFaults and changes nothing when one cannot be read."""
        parsed = []
        for glob, order in rules.items():
            if isinstance(order, Mapping):
                order = _as_text(order)
            if not isinstance(order, str):
                raise BadFaults(f'“{glob}”: a text such as "latency=800ms, pace=50/s" is wanted')
            parsed.append((glob, order, parse(order)))
        self._rules = sorted(parsed, key=lambda rule: len(rule[0]), reverse=True)

    def save(self) -> None:
        """Write the file, whole or not at all; raises OSError. Blocks on the disk."""
        if self._path is None:
            return
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self.as_told(), indent=2, ensure_ascii=False) + "\n", "utf-8")
        os.replace(new, self._path)

    def of(self, element: str, *names: str) -> Faults:
        """What is ordered for a model that goes by these names, asked by this element (`{route}/{element}`, "" for none)."""
        for_model = self._longest(*names, routes=False)
        return self._longest(_ROUTE + element, routes=True).over(for_model) if element else for_model

    def _longest(self, *names: str, routes: bool) -> Faults:
        return next(
            (
                faults
                for glob, _, faults in self._rules
                if glob.startswith(_ROUTE) is routes and any(fnmatchcase(name, glob) for name in names)
            ),
            NO_FAULTS,
        )

    def as_told(self) -> dict[str, str]:
        return {glob: order for glob, order, _ in self._rules}


def _as_text(order: Mapping[str, Any]) -> str:
    """{"retry-after": 3, "hang": true} in the grammar."""
    entries = []
    for key, value in order.items():
        told = str(value).lower() if isinstance(value, bool) else str(value)
        entries.append(f"{key}={told.replace(' ', '_') if key == 'message' else told}")
    return ", ".join(entries)
