"""What to suggest while a route is written: fields and values that recent requests carried, providers and their models."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from workbench.domain.errors import WorkbenchError
from workbench.domain.exchange import SECRET_HEADERS
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.models import Model
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.findings import WORKERS_AI, LintFacts
from workbench.domain.secret import MASK
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.domain.urls import PROVIDERS
from workbench.routing.conditions import compile_condition
from workbench.routing.facts import DERIVED, parts_of
from workbench.services.gateway_requests import Details, headers_in

MOST_ROWS = 50
MOST_BODIES = 20
MOST_FIELDS = 200
MOST_VALUES = 30
"""Of one field."""
LONGEST_VALUE = 80
LARGEST_BODY = 1_000_000
"""Bytes; a larger one is not looked into."""
DEEPEST = 4
REQUEST = tuple(f"request.{name}" for name in DERIVED)
USUAL = ("metadata.plan", "metadata.user_id", "headers.cf-ipcountry")
"""What routes ask most often: suggested before any request was seen."""
_CLAIMS = tuple(field for field in REQUEST if field != "request.prompt_tokens_estimate")
_TRANSPORT = frozenset(
    {"accept-encoding", "connection", "content-length", "date", "host", "transfer-encoding", "x-request-id"}
)
"""Headers that say nothing a route would ask."""
_CREDENTIAL = frozenset(
    {"auth", "authorization", "cookie", "credential", "credentials", "key", "password", "secret", "session", "token"}
)  # fmt: skip
_LIKE_A_CREDENTIAL = re.compile(
    r"(bearer|basic|token) \S|(sk|pk|rk)[-_]|gh[pousr]_|xox[a-z]-|eyJ[\w-]+\.|AKIA|AIza|-----BEGIN",
    re.IGNORECASE,
)
"""What keys and tokens begin with, under whatever name they were sent."""
_ROOTS = ("metadata", "request", "headers", "body")


class Requests(Protocol):
    """services.gateway_requests.GatewayRequests."""

    async def page(self, query: LogQuery, number: int) -> LogPage: ...
    async def details(self, row: LogRow) -> Details: ...


class Catalogue(Protocol):
    """services.catalogue.Catalogue."""

    async def load(self, target_id: str) -> tuple[Model, ...]: ...


class RouteSuggestions:
    """What is asked for is answered at once, from what the last `refresh` found. gateway: whose log is looked at.

    Headers that hold credentials, and values of anything that is called like one, are never suggested.
    """

    def __init__(
        self,
        requests: Requests,
        catalogue: Catalogue,
        *,
        gateway: str = DEFAULT_GATEWAY,
        target: str = "local",
    ) -> None:
        self._requests = requests
        self._catalogue = catalogue
        self._gateway = gateway
        self._target = target
        self._facts = LintFacts()
        self._slugs: frozenset[str] = PROVIDERS
        self._models: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, Counter[str]] = {field: Counter() for field in REQUEST}
        self._kinds: dict[str, set[type]] = {}
        self._counted: dict[str, set[str]] = {"metadata": set(), "details": set()}

    def fields(self) -> tuple[str, ...]:
        """Metadata first, then what follows from a request, headers and the body; each by its name."""
        known = {*self._seen, *USUAL}
        return tuple(sorted(known, key=lambda field: (_ROOTS.index(field.partition(".")[0]), field)))

    def values(self, field: str) -> tuple[str, ...]:
        """As texts, the most frequent first."""
        if field in _CLAIMS:
            return ("true", "false")
        return tuple(value for value, _ in self._seen.get(field, Counter()).most_common())

    def kind(self, field: str) -> type | None:
        """What its values have been so far: str, float or bool; None where nobody has seen one, or several of these."""
        if field in _CLAIMS:
            return bool
        if field in REQUEST:
            return float
        kinds = self._kinds.get(field, set())
        return next(iter(kinds)) if len(kinds) == 1 else None

    def providers(self) -> tuple[str, ...]:
        """Slugs; Workers AI first, then those whose models are known."""
        return tuple(
            sorted(self._slugs, key=lambda slug: (slug != WORKERS_AI, not self.models(slug), slug)),
        )

    def models(self, provider: str) -> tuple[str, ...]:
        """The provider's own ids of what the catalogue lists."""
        known = self._models.get(provider)
        if known is None:
            known = self._models[provider] = tuple(sorted(self._facts.models_of(provider)))
        return known

    async def refresh(self) -> None:
        """Look again at the catalogue and at the newest requests. What cannot be found out now stays as it was."""
        try:
            models = await self._catalogue.load(self._target)
            self._facts = LintFacts(models={model.id: model for model in models})
            self._models = {}
        except* WorkbenchError:
            pass
        try:
            rows = (await self._requests.page(LogQuery(self._gateway), 1)).rows[:MOST_ROWS]
            self._learn_rows(rows)
            await self._learn_details(rows)
        except* WorkbenchError:
            pass

    def _learn_rows(self, rows: Sequence[LogRow]) -> None:
        for row in self._new("metadata", rows):
            self._counted["metadata"].add(row.id)
            self._learn((f"metadata.{name}", value) for name, value in row.metadata.items())
            if row.provider:
                self._slugs |= {row.provider}

    async def _learn_details(self, rows: Sequence[LogRow]) -> None:
        """One after another: whoever looks at the log meanwhile comes first."""
        for row in self._new("details", rows[:MOST_BODIES]):
            found = (await self._requests.details(row)).row
            self._counted["details"].add(row.id)
            self._learn(_in_head(found.request_head))
            body = found.request_body
            if body and len(body) <= LARGEST_BODY:
                self._learn(await asyncio.to_thread(_in_body, body))

    def _new(self, part: str, rows: Sequence[LogRow]) -> list[LogRow]:
        """Those that were not looked at yet, so that nothing counts twice."""
        counted = self._counted[part]
        counted &= {row.id for row in rows}
        return [row for row in rows if row.id not in counted]

    def _learn(self, found: Iterable[tuple[str, Any]]) -> None:
        for field, value in found:
            if field not in self._seen and len(self._seen) >= MOST_FIELDS:
                continue
            if field_problem(field):
                continue
            counted = self._seen.setdefault(field, Counter())
            kind, text = _told(value)
            if kind is None or _is_credential(field) or MASK in text or _LIKE_A_CREDENTIAL.match(text):
                continue
            self._kinds.setdefault(field, set()).add(kind)
            if text in counted or len(counted) < MOST_VALUES and 0 < len(text) <= LONGEST_VALUE:
                counted[text] += 1


def condition_problem(query: Mapping[str, Any]) -> str:
    """Why the condition cannot be evaluated, in a sentence or two; "" if it can."""
    try:
        compile_condition(query)
    except RouteError as error:
        return f"{error.what} {error.fix}".strip()
    return ""


def field_problem(field: str) -> str:
    """Why that is no field of a request, in a sentence or two; "" if it is one."""
    try:
        parts_of(field)
    except RouteError as error:
        return f"{error.what} {error.fix}".strip()
    return ""


def _in_head(head: str | None) -> Iterator[tuple[str, str]]:
    for name, value in headers_in(head):
        low = name.lower()
        if low not in SECRET_HEADERS and low not in _TRANSPORT and not _is_credential(low):
            yield f"headers.{low}", value


def _in_body(body: bytes) -> list[tuple[str, Any]]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return []
    return list(_walked("body", found, 0)) if isinstance(found, dict) else []


def _walked(path: str, value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Every value with the path to it; of a list the first one."""
    if isinstance(value, dict) and depth < DEEPEST:
        for name, inner in value.items():
            yield from _walked(f"{path}.{name}", inner, depth + 1)
    elif isinstance(value, list) and value and depth < DEEPEST:
        yield from _walked(f"{path}.0", value[0], depth + 1)
    elif not isinstance(value, dict | list):
        yield path, value


def _told(value: Any) -> tuple[type | None, str]:
    """Its kind and how it is written; None for what is no single value."""
    if isinstance(value, bool):
        return bool, "true" if value else "false"
    if isinstance(value, int | float):
        return float, json.dumps(value)
    if isinstance(value, str):
        return str, value
    return None, ""


def _is_credential(field: str) -> bool:
    words = field.lower().replace("_", "-").replace(".", "-").split("-")
    return not _CREDENTIAL.isdisjoint(words) or "apikey" in words
