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
from workbench.domain.routes.elements import Route
from workbench.routing.combinations import PROMPT, Described
from workbench.routing.facts import MISSING, Facts
from workbench.routing.lint.uses import uses_of
from workbench.routing.population import (
    Behaviour,
    Histogram,
    Lengths,
    LogNormal,
    Population,
    Segment,
    canonical,
)

_TOO_LATE = 504
_NO_CHAT = ("embeddings", "audio/", "images/", "rerank", "moderations", "realtime")
_MOST_LENGTHS = 50


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
    def facts(self) -> Facts:
        said = (
            {}
            if self.body is not None or self.tokens_in is None
            else {"prompt_tokens_estimate": self.tokens_in}
        )
        headers = {name.lower(): value for name, value in (self.headers or {}).items()}
        return Described(Segment(1.0, self.metadata, headers, self.body or {}, said), {})

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
    if not chats(row.path):
        return "it is no chat"
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


def chats(path: str) -> bool:
    """Whether a request to this path can have been meant for a route, which answers chats."""
    return not any(part in path.lower() for part in _NO_CHAT)


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


def described_by(requests: Sequence[Logged], route: Route) -> Population:
    """A population of these requests: alike ones are one segment; models fail, and take their time, as they did.

    Only what the route looks at is taken over: a description holds no prompt that nothing asks for.
    """
    usual = Population()
    if not requests:
        return usual
    fields = tuple(dict.fromkeys(canonical(use.field) for use in uses_of(route)))
    alike: dict[str, list[Logged]] = {}
    kinds: dict[str, Segment] = {}
    for one in requests:
        segment = _looked_at(one, fields)
        key = repr(segment)
        kinds[key] = segment
        alike.setdefault(key, []).append(one)
    times = [one.at for one in requests]
    span_h = (max(times) - min(times)) / 3600
    return Population(
        segments=tuple(_together(kinds[key], some) for key, some in alike.items()),
        models=_behaviours(requests),
        requests_per_hour=len(requests) / span_h if span_h > 0 else usual.requests_per_hour,
    )


def _looked_at(request: Logged, fields: Sequence[str]) -> Segment:
    """What these fields are in the request; the length of its prompt is told otherwise."""
    facts = request.facts
    metadata: dict[str, Any] = {}
    headers: dict[str, str] = {}
    body: dict[str, Any] = {}
    said: dict[str, Any] = {}
    for name in fields:
        root, _, rest = name.partition(".")
        value = facts.get(name)
        if value is MISSING or name == PROMPT:
            continue
        if root == "metadata":
            metadata[rest] = value
        elif root == "headers":
            headers[rest] = value
        elif root == "request":
            said[rest] = value
        else:
            top = rest.split(".")[0]
            body[top] = (request.body or {})[top]
    return Segment(1.0, metadata, headers, body, said)


def _together(segment: Segment, requests: Sequence[Logged]) -> Segment:
    prompts = [one.facts.get(PROMPT) if one.tokens_in is None else one.tokens_in for one in requests]
    outputs = [one.tokens_out for one in requests if one.tokens_out is not None]
    return replace(segment, share=float(len(requests)), prompt=_counted(prompts), output=_counted(outputs))


def _counted(lengths: Sequence[int]) -> Lengths | None:
    """These lengths as they are; where they are very many, those between them too."""
    if not lengths:
        return None
    counts = sorted(Counter(lengths).items())
    if len(counts) == 1:
        return LogNormal(counts[0][0], counts[0][0])
    if len(counts) <= _MOST_LENGTHS:
        return Histogram(tuple((length, length, float(count)) for length, count in counts))
    step = -(-len(counts) // _MOST_LENGTHS)
    pieces = [counts[place : place + step] for place in range(0, len(counts), step)]
    return Histogram(
        tuple((piece[0][0], piece[-1][0], float(sum(count for _, count in piece))) for piece in pieces)
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
