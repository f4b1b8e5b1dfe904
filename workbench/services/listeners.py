"""Whoever wants to know what happens in a service."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

E = TypeVar("E")

_log = logging.getLogger(__name__)


class Listeners(Generic[E]):
    def __init__(self) -> None:
        self._listeners: list[Callable[[E], object]] = []

    def add(self, listener: Callable[[E], object]) -> Callable[[], None]:
        """Call it with each event; returns what ends that, and does no harm a second time."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def tell(self, event: E) -> None:
        """The service goes on whoever stumbles over what it says."""
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:  # noqa: BLE001  logged
                _log.exception("A listener failed")
