"""Requests that came, as a log has them: rows of the gateway's journal, and what populations are described by.

What routes looked at may not have been kept: without a body nothing is known but how many tokens it had.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from workbench.domain.journal import AttemptRow, LogRow
from workbench.routing.combinations import Described
from workbench.routing.facts import Facts
from workbench.routing.population import Behaviour, LogNormal, Population, Segment

_TOO_LATE = 504


class Tried(NamedTuple):
    """One try at "provider/model". status: 0 where no answer came. took_ms: None where it is not known."""

    model: str
    status: int
    took_ms: float | None = None

    @property
    def failed(self) -> bool:
        return not 0 < self.status < 400


@dataclass(frozen=True, slots=True)
class Logged:
    """One request. at: Unix seconds. headers, body: None where they were not kept. model: the "provider/model" that answered,
    or was the last to be asked. tries: in order, where they are known. cost: US dollars."""

    id: str
    at: float = 0.0
    metadata: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    model: str = ""
    status: int = 200
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = None
    tries: tuple[Tried, ...] = ()

    @property
    def segment(self) -> Segment:
        """As what a population is described by."""
        said = (
            {}
            if self.body is not None or self.tokens_in is None
            else {"prompt_tokens_estimate": self.tokens_in}
        )
        headers = {name.lower(): value for name, value in (self.headers or {}).items()}
        lengths = [None if one is None else LogNormal(one, one) for one in (self.tokens_in, self.tokens_out)]
        return Segment(1.0, self.metadata, headers, self.body or {}, said, *lengths)

    @property
    def facts(self) -> Facts:
        return Described(self.segment, {})

    def outcome(self, model: str) -> int | None:
        """The status that this model ended with then; None where it was not asked."""
        statuses = [one.status for one in self.tries if one.model == model]
        return statuses[-1] if statuses else None


def logged(row: LogRow) -> Logged | str:
    """A row of the journal, or why it is of no use."""
    body = json_object(row.request_body)
    if body is None and row.request_body:
        return "its body is no JSON object"
    if not row.model and not row.route:
        return "it asked no model"
    model = f"{row.provider}/{row.model}" if row.model else ""
    tries = tuple(map(_tried, row.attempts))
    return Logged(
        row.id,
        row.created_at,
        row.metadata,
        headers_of(row.request_head),
        body,
        model,
        row.status_code,
        row.tokens_in,
        row.tokens_out,
        row.cost,
        tries or only_try(model, row.status_code, row.duration_ms, cached=row.cached),
    )


def only_try(model: str, status: int, took_ms: float | None, *, cached: bool) -> tuple[Tried, ...]:
    """What a row without its attempts tells: nothing of a model where the answer came from a cache."""
    return () if cached or not model else (Tried(model, status, took_ms or None),)


def _tried(row: AttemptRow) -> Tried:
    late = row.status is None or (row.status == _TOO_LATE and "first byte" in row.error)
    return Tried(
        f"{row.provider}/{row.model}", 0 if late else int(row.status or 0), row.ended_ms - row.started_ms
    )


def json_object(text: str | bytes | None) -> dict[str, Any] | None:
    try:
        found = json.loads(text or b"")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def headers_of(head: str | None) -> dict[str, str] | None:
    """Of a stored head: a JSON object of names and values, perhaps under "headers"."""
    found = json_object(head)
    if found is None:
        return None
    inner = found.get("headers", found)
    return {str(name): str(value) for name, value in inner.items()} if isinstance(inner, dict) else None


def described_by(requests: Sequence[Logged]) -> Population:
    """A population of these requests: equal ones are one segment; models fail, and take their time, as they did."""
    usual = Population()
    if not requests:
        return usual
    kinds: dict[str, Segment] = {}
    for one in requests:
        segment = one.segment
        key = repr(segment)
        kinds[key] = replace(segment, share=kinds[key].share + 1) if key in kinds else segment
    times = [one.at for one in requests]
    span_h = (max(times) - min(times)) / 3600
    return Population(
        segments=tuple(kinds.values()),
        models=_behaviours(requests),
        requests_per_hour=len(requests) / span_h if span_h > 0 else usual.requests_per_hour,
    )


def _behaviours(requests: Sequence[Logged]) -> dict[str, Behaviour]:
    tries: dict[str, list[Tried]] = {}
    for request in requests:
        for one in request.tries:
            tries.setdefault(one.model, []).append(one)
    return {model: _behaviour(some) for model, some in tries.items()}


def _behaviour(tries: Sequence[Tried]) -> Behaviour:
    counted = Counter(one.status for one in tries)
    there = len(tries) - counted[0]
    failures = {status: count / there for status, count in sorted(counted.items()) if 400 <= status <= 599}
    times = sorted(one.took_ms for one in tries if one.took_ms and not one.failed)
    first_byte = Behaviour().first_byte
    if times:
        median = times[len(times) // 2]
        first_byte = LogNormal(median, max(median, times[min(len(times) - 1, int(len(times) * 0.95))]))
    return Behaviour(failures, counted[0] / len(tries), first_byte)
