"""One request on its way through the gateway: what is known of it so far, and the row it becomes."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from workbench.domain.chat import Usage
from workbench.domain.exchange import SECRET_HEADERS, masked_query, masked_value
from workbench.domain.gateways import GatewaySettings
from workbench.domain.journal import CostSource, LogRow
from workbench.domain.routes.elements import Rate
from workbench.domain.routes.trace import Trace
from workbench.gateway.calls import Call, Shape
from workbench.gateway.configuration import LiveRoute
from workbench.gateway.legs import keepable
from workbench.gateway.pipeline.attempts import Attempts
from workbench.gateway.pipeline.options import Options
from workbench.gateway.protocol import Action, Inference, header_name
from workbench.gateway.replies import Headers
from workbench.routing.attempts import Ending, LimitKey

MAX_KEPT_BYTES = 10 * 1024 * 1024
"""A body over this is not kept in the journal (ai-gateway §8.1: 10 MB for a log)."""


class Passage(msgspec.Struct):
    """began: on the attempts' clock. call: what was asked last, None while nothing was. tokens: counted before, for a hit.

    upstream: as in LogRow. route, ending: of a route that ran.
    """

    inference: Inference
    settings: GatewaySettings
    options: Options
    created_at: float
    began: float
    attempts: Attempts
    call: Call | None = None
    upstream: str = ""
    cached: bool = False
    tokens: Usage | None = None
    cache_key: str = ""
    step: int = 0
    route: str = ""
    live: LiveRoute | None = None
    ending: Ending | None = None
    error: str = ""
    budgets: tuple[tuple[LimitKey, Rate], ...] = ()

    @property
    def logged(self) -> bool:
        return self.options.collect_log

    @property
    def trace_id(self) -> str:
        """A trace is kept with its row, and under the same id."""
        return self.inference.ids.request if self.ending is not None and self.logged else ""


class Outcome(msgspec.Struct):
    """How it ended. body: None where it was not kept. Times are seconds on the attempts' clock; None: it never came to that."""

    status: int
    headers: Headers
    ended: float
    first_byte: float | None = None
    last_byte: float | None = None
    size: int = 0
    body: bytes | None = None
    client_gone: bool = False
    cut: bool = False


def row_of(
    passage: Passage, outcome: Outcome, usage: Usage, cost: float | None, source: CostSource
) -> LogRow:
    inference, call, options = passage.inference, passage.call, passage.options
    asked = inference.headers
    attempts = tuple(passage.attempts.rows)
    began = passage.began
    # Fields are set one by one: so many arguments by name would be gathered and sorted first, for twice the cost.
    row = LogRow(inference.ids.request, passage.created_at, passage.settings.id)
    row.path = _path(call.endpoint) if call is not None else inference.door.tail
    row.provider = call.provider if call is not None else inference.door.provider
    row.model = call.model if call is not None else inference.door.model
    row.upstream = passage.upstream
    row.status_code = outcome.status
    row.success = outcome.status < 400 and not outcome.cut and not outcome.client_gone
    row.cached = passage.cached
    row.duration_ms = (outcome.ended - began) * 1000
    row.queue_ms = attempts[0].started_ms if attempts else None
    row.first_byte_ms = None if outcome.first_byte is None else (outcome.first_byte - began) * 1000
    row.last_byte_ms = None if outcome.last_byte is None else (outcome.last_byte - began) * 1000
    row.tokens_in = usage.prompt_tokens
    row.tokens_out = usage.completion_tokens
    row.cached_tokens = usage.cached_tokens
    row.tokens_estimated = usage.estimated
    row.cost = cost
    row.cost_source = source
    row.metadata = options.metadata
    row.event_id = inference.ids.event
    row.model_type = _NAMES[call.shape] if call is not None else ""
    row.request_type = _NAMES[inference.door.action]
    row.request_content_type = asked.get("content-type", "")
    row.response_content_type = _content_type(outcome.headers)
    row.request_size = len(inference.body)
    row.response_size = outcome.size
    row.step = passage.step
    row.attempts = attempts
    row.route = passage.route
    row.trace_id = passage.trace_id
    row.cache_key = passage.cache_key
    row.user_agent = asked.get("user-agent", "")
    row.authentication = passage.settings.authentication
    row.client_gone = outcome.client_gone
    row.error = passage.error
    if options.collect_payload:
        row.request_head = _head(dict(asked))
        row.response_head = _head(
            {header_name(name): value.decode("latin-1") for name, value in outcome.headers}
        )
        row.request_body = _kept_body(inference)
        row.response_body = outcome.body
    return row


def trace_of(passage: Passage) -> Trace | None:
    ending, live, call = passage.ending, passage.live, passage.call
    if ending is None or live is None:
        return None
    answered = ending.answered and call is not None
    return Trace(
        id=passage.trace_id,
        route=passage.route,
        version=live.version_id,
        created_at=passage.created_at,
        visits=ending.visits(),
        ended=ending.element,
        answered=ending.answered,
        provider=call.provider if answered and call is not None else "",
        model=call.model if answered and call is not None else "",
    )


def _content_type(headers: Headers) -> str:
    for name, value in headers:
        if name == b"content-type":
            return value.decode("latin-1")
    return ""


def _path(endpoint: str) -> str:
    """Google takes its key in the query."""
    return masked_query(endpoint) if "?" in endpoint else endpoint


def _kept_body(inference: Inference) -> bytes | None:
    if len(inference.body) > MAX_KEPT_BYTES:
        return None
    return keepable(inference.body) if inference.door.action is Action.UNIVERSAL else inference.body


def _head(headers: dict[str, str]) -> str:
    for name in SECRET_HEADERS.intersection(headers):
        headers[name] = masked_value(headers[name])
    return _encode(headers).decode()


_NAMES: dict[StrEnum, str] = {member: member.value for kind in (Shape, Action) for member in kind}
"""An enum's own `value` costs more than a look-up."""
_encode = msgspec.json.Encoder().encode
