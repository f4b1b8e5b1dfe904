"""What the window asks of the journal, in the words of the logs API (ai-gateway §8.3), and whether a live row fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from workbench.domain.journal import LogRow
from workbench.domain.journal_filters import Filter, Op, filter_of
from workbench.domain.targets import DEFAULT_GATEWAY

ANY_ROUTE = "*"
"""Stands for every route, so that requests without one are left out."""


class Ended(StrEnum):
    """How requests ended. LIMITED: with 429. CALLER_ERROR, SERVER_ERROR: with another 4xx, with a 5xx."""

    ANY = ""
    OK = "ok"
    FAILED = "failed"
    LIMITED = "limited"
    CALLER_ERROR = "caller-error"
    SERVER_ERROR = "server-error"


@dataclass(frozen=True, slots=True)
class LogQuery:
    """text: anywhere in a row but its bodies. provider: a slug. route: a name, ANY_ROUTE, or "" for all rows. cached: None for both.

    until: Unix seconds; only rows that came before it, so that pages stay where they are while new rows come. without: ids of
    rows that are left out for the same reason: they came before, and ended later.
    """

    gateway: str = DEFAULT_GATEWAY
    text: str = ""
    ended: Ended = Ended.ANY
    provider: str = ""
    route: str = ""
    cached: bool | None = None
    until: float | None = None
    without: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """It leaves something out of the gateway's rows."""
        return self.everywhere != LogQuery(self.gateway)

    @property
    def everywhere(self) -> LogQuery:
        """The same for rows of any time."""
        return replace(self, until=None, without=())

    def conditions(self) -> list[dict[str, Any]]:
        """As `filters` of the logs API has them; text is not among them, it is asked by `search`."""
        found: list[tuple[str, Op, Any]] = list(_BY_END[self.ended])
        if self.provider:
            found.append(("provider", Op.EQ, self.provider))
        if self.route:
            op, name = (Op.NEQ, "") if self.route == ANY_ROUTE else (Op.EQ, self.route)
            found.append(("workbench.route", op, name))
        if self.cached is not None:
            found.append(("cached", Op.EQ, self.cached))
        if self.until is not None:
            found.append(("created_at", Op.LT, self.until))
        asked = [{"key": key, "operator": op.value, "value": [value]} for key, op, value in found]
        if self.without:
            asked.append({"key": "id", "operator": Op.NEQ.value, "value": list(self.without)})
        return asked

    def holds(self, row: LogRow) -> bool:
        """Whether a row of the live feed would be found."""
        if row.gateway != self.gateway or not _mentions(row, self.text.strip()):
            return False
        return all(_filter(condition).holds(row) for condition in self.conditions())


_BY_END: dict[Ended, tuple[tuple[str, Op, Any], ...]] = {
    Ended.ANY: (),
    Ended.OK: (("success", Op.EQ, True),),
    Ended.FAILED: (("success", Op.EQ, False),),
    Ended.LIMITED: (("workbench.status_code", Op.EQ, 429),),
    Ended.CALLER_ERROR: (
        ("workbench.status_code", Op.GT, 399),
        ("workbench.status_code", Op.LT, 500),
        ("workbench.status_code", Op.NEQ, 429),
    ),
    Ended.SERVER_ERROR: (("workbench.status_code", Op.GT, 499),),
}
_SEARCHED = ("id", "event_id", "model", "provider", "path", "route", "error", "user_agent")


def _filter(condition: dict[str, Any]) -> Filter:
    name = str(condition["key"]).removeprefix("workbench.")
    return filter_of(name, Op(condition["operator"]), condition["value"])


def _mentions(row: LogRow, text: str) -> bool:
    wanted = text.casefold()
    if not wanted or any(wanted in getattr(row, name).casefold() for name in _SEARCHED):
        return True
    return any(wanted in f"{key} {value}".casefold() for key, value in row.metadata.items())
