"""What failed in one line, as far as it is known."""

from __future__ import annotations

from typing import Protocol


class Told(Protocol):
    """A WorkbenchError, a Trouble, the state of a connection: what happened, why, and what to do about it."""

    @property
    def what(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def fix(self) -> str: ...


def in_words(trouble: Told) -> str:
    """What happened, why, and what to do."""
    return " ".join(part for part in (trouble.what, trouble.why, trouble.fix) if part)


def reason(trouble: Told) -> str:
    """The same without what happened, which stands above it."""
    return " ".join(part for part in (trouble.why, trouble.fix) if part)
