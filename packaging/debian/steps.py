"""The steps of a trial: what went well, and what did not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from debian.roots import Failed


class Steps:
    """failures: the names of those that were not as they should be. on_failure is called with one as soon as it failed."""

    def __init__(self, on_failure: Callable[[str], None] = lambda name: None) -> None:
        self.failures: list[str] = []
        self._on_failure = on_failure

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """What is inside may raise Failed; the next step is taken all the same."""
        began = time.monotonic()
        try:
            yield
        except Failed as error:
            self._on_failure(name)
            self.failures.append(name)
            print(f"  FAILED  {name}: {error}", flush=True)
        else:
            print(f"  well    {name} ({time.monotonic() - began:.0f} s)", flush=True)


def check(true: object, otherwise: str) -> None:
    if not true:
        raise Failed(otherwise)


def equal(found: str, wanted: str) -> None:
    check(found == wanted, f"{found or 'nothing'} instead of {wanted or 'nothing'}")


def until(true: Callable[[], object], otherwise: str | Callable[[], str], wait_s: float = 60) -> None:
    end = time.monotonic() + wait_s
    while not true():
        if time.monotonic() > end:
            raise Failed(otherwise if isinstance(otherwise, str) else otherwise())
        time.sleep(0.2)
