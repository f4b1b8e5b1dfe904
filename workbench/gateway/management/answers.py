"""What the management API says: results, pages, and refusals that name the field (ai-gateway §3.3 C)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.routes.errors import RouteError
from workbench.gateway.configured.changes import Missing
from workbench.gateway.protocol import NO_ROUTE, BadBody, json_object
from workbench.gateway.replies import Reply, enveloped, json_reply

T = TypeVar("T")
Path = tuple[str | int, ...]

INVALID = 7001
NOT_FOUND = 7002
NOT_STORED = 8010
"""Our own: the change could not be written to disk."""
NOTE = 8011
"""Our own, in `messages`: done, and there is something to know about it."""

_INDEX = r"0|[1-9]\d{0,8}"

PER_PAGE = 20
MAX_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Problem:
    message: str
    path: Path


class Refused(Exception):
    """What was sent cannot be taken: 400 with code 7001 for each problem."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Request:
    query: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, query: str, body: bytes) -> Request:
        return cls(dict(parse_qsl(query, keep_blank_values=True)), body)

    def json(self) -> dict[str, Any]:
        """The body's JSON object. Raises Refused."""
        try:
            return json_object(self.body)
        except BadBody as bad:
            message = str(bad)
            raise Refused(Problem(f"{message[0].upper()}{message[1:]}", ("body",))) from bad


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted. A page behind the last one is empty, which is how clients notice the end."""

    page: int = 1
    per_page: int = PER_PAGE

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Page:
        """Raises Refused."""
        return cls(_number(query, "page", 1, 10**9), _number(query, "per_page", PER_PAGE, MAX_PER_PAGE))

    def cut(self, items: Sequence[T]) -> Sequence[T]:
        first = (self.page - 1) * self.per_page
        return items[first : first + self.per_page]


def _number(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0
    if not 1 <= number <= most:
        raise Refused(Problem(f"Expected a whole number from 1 to {most}", ("query", name)))
    return number


def query_flag(query: Mapping[str, str], name: str) -> bool | None:
    """None when it is not asked for. Raises Refused."""
    text = query.get(name, "").lower()
    if text in ("", "true", "false"):
        return {"true": True, "false": False}.get(text)
    raise Refused(Problem("Expected true or false", ("query", name)))


def result(value: Any, *notes: str) -> Reply:
    """notes: sentences for `messages`; empty ones are left out."""
    messages = [{"code": NOTE, "message": note} for note in notes if note]
    return json_reply(200, {**enveloped(value), "messages": messages})


def listed(items: Sequence[T], page: Page, tell: Any) -> Reply:
    """One page of items, each as tell says it, with `result_info`."""
    cut = [tell(item) for item in page.cut(items)]
    info = {"page": page.page, "per_page": page.per_page, "count": len(cut), "total_count": len(items)}
    return json_reply(200, enveloped(cut, result_info=info))


def told_time(seconds: float) -> str:
    """Fine enough that two versions saved one after the other sort."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def refusal(error: Refused | InvalidInput | StorageFailed) -> Reply:
    """The envelope for what a handler or the configuration raised."""
    match error:
        case Refused():
            return _errors(400, *((INVALID, problem.message, problem.path) for problem in error.problems))
        case RouteError():
            return _errors(400, (INVALID, _sentence(error), path_of(error.pointer)))
        case Missing():
            return _errors(404, (NOT_FOUND, _sentence(error), ()))
        case StorageFailed():
            return _errors(503, (NOT_STORED, _sentence(error), ()))
        case _:
            return _errors(400, (INVALID, _sentence(error), ("body", error.field) if error.field else ()))


def no_route(message: str = "No route for that URI") -> Reply:
    return _errors(404, (NO_ROUTE, message, ()))


def too_large(most: int) -> Reply:
    return _errors(413, (INVALID, f"The body has more than {most} bytes", ("body",)))


def wrong_method(method: str, allow: Sequence[str]) -> Reply:
    reply = _errors(405, (NO_ROUTE, f"Method {method[:20]} is not available for that URI", ()))
    reply.headers.append((b"allow", ", ".join(allow).encode()))
    return reply


def path_of(pointer: str) -> Path:
    """A JSON pointer into the body as the list that Cloudflare's errors carry."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return ("body", *(int(part) if re.fullmatch(_INDEX, part, re.ASCII) else part for part in parts))


def _errors(status: int, *errors: tuple[int, str, Path]) -> Reply:
    told = [
        {"code": code, "message": message, **({"path": path} if path else {})}
        for code, message, path in errors
    ]
    body = {"success": False, "errors": told, "messages": [], "result": None}
    return json_reply(status, body)


def _sentence(error: InvalidInput | StorageFailed) -> str:
    return " ".join(part for part in (error.what, error.why, error.fix) if part)
