"""Why a route was refused, and where in it."""

from __future__ import annotations

from workbench.domain.errors import InvalidInput


def pointer(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901): pointer("elements", 2, "outputs") is "/elements/2/outputs"; of nothing, the whole document."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


class RouteError(InvalidInput):
    """A route, or a condition in one, cannot be used.

    pointer: the place, as a JSON pointer into what was read; "" means all of it. line: where the text stops being JSON,
    counted from 1; 0 when it is JSON.
    """

    def __init__(self, what: str, *, pointer: str = "", why: str = "", fix: str = "", line: int = 0) -> None:
        super().__init__(what, field=pointer, why=why, fix=fix)
        self.pointer = pointer
        self.line = line
