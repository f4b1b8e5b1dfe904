"""The logs of the management API (ai-gateway §8.2, §8.3): list, look at, rate and delete rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from workbench.domain.errors import StorageFailed
from workbench.domain.journal import CostSource, LogRow
from workbench.gateway.journal.journal import Journal
from workbench.gateway.journal.log_queries import BadQuery, Listing, deletion, listing
from workbench.gateway.protocol import BadBody, Family, json_object
from workbench.gateway.replies import INTERNAL, Reply, enveloped, error_reply, json_reply
from workbench.storage import journal_queries
from workbench.storage.journal_queries import RANGED, Page

BAD_FIELD = 7001
NO_SUCH_LOG = 7002
"""(inferred): the reference has 7002 for a gateway that is not found; of a log it tells only the status, 404."""
NO_ROUTE = 7000
_HUGE = 1e300
_EDITABLE = ("feedback", "score", "metadata")


class LogsApi:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def answer(self, method: str, gateway_id: str, tail: str, query: str, body: bytes) -> Reply:
        """tail: what follows `gateways/{id}/logs/`: "", "{log id}", "{log id}/request" or "{log id}/response"."""
        log_id, _, part = tail.strip("/").partition("/")
        try:
            match method, bool(log_id), part:
                case "GET", False, "":
                    return await self._list(gateway_id, listing(query, gateway_id))
                case "DELETE", False, "":
                    return await self._delete(query, gateway_id)
                case "GET", True, "":
                    return await self._get(gateway_id, log_id)
                case "GET", True, "request" | "response":
                    return await self._body(gateway_id, log_id, part)
                case "PATCH", True, "":
                    return await self._edit(gateway_id, log_id, body)
        except BadQuery as bad:
            return _bad(bad)
        except BadBody as bad:
            return error_reply(Family.REST, 400, BAD_FIELD, str(bad))
        except StorageFailed as failed:
            return error_reply(Family.REST, 500, INTERNAL, f"{failed.what} {failed.why}")
        if part in ("", "request", "response"):
            allow = ("GET", "PATCH") if log_id and not part else ("GET",) if log_id else ("GET", "DELETE")
            header = (b"allow", ", ".join(allow).encode())
            message = f"Method {method[:20]} is not available for that URI"
            return error_reply(Family.REST, 405, NO_ROUTE, message, [header])
        return error_reply(Family.REST, 404, NO_ROUTE, "No route for that URI")

    async def _list(self, gateway_id: str, asked: Listing) -> Reply:
        found = await self._journal.read(
            lambda connection: journal_queries.page(
                connection,
                asked.query,
                offset=(asked.page - 1) * asked.per_page,
                limit=asked.per_page,
                ranges=asked.meta_info,
            )
        )
        items = [log_item(row) for row in found.rows]
        return json_reply(200, enveloped(items, result_info=_result_info(asked, found)))

    async def _delete(self, query: str, gateway_id: str) -> Reply:
        wanted, limit = deletion(query, gateway_id)
        await self._journal.write(lambda connection: journal_queries.delete(connection, wanted, limit))
        return json_reply(200, enveloped(None))

    async def _get(self, gateway_id: str, log_id: str) -> Reply:
        row = await self._found(gateway_id, log_id)
        return _no_such(log_id) if row is None else json_reply(200, enveloped(_log(row)))

    async def _body(self, gateway_id: str, log_id: str, part: str) -> Reply:
        """As it was, with its own content type. A body that was not kept is empty: 204 (inferred)."""
        row = await self._found(gateway_id, log_id)
        if row is None:
            return _no_such(log_id)
        body = row.request_body if part == "request" else row.response_body
        kind = row.request_content_type if part == "request" else row.response_content_type
        if body is None:
            return Reply(204)
        # A stored page must not act as one of this address in a browser.
        safe = (b"x-content-type-options", b"nosniff"), (b"content-disposition", b"attachment")
        return Reply(200, [(b"content-type", _header(kind or "application/octet-stream")), *safe], body)

    async def _found(self, gateway_id: str, log_id: str) -> LogRow | None:
        return await self._journal.read(
            lambda connection: journal_queries.find(connection, log_id, gateway_id)
        )

    async def _edit(self, gateway_id: str, log_id: str, body: bytes) -> Reply:
        given = json_object(body)
        values = {name: _edited(name, given[name]) for name in _EDITABLE if name in given}
        there = await self._journal.write(
            lambda connection: journal_queries.change(connection, gateway_id, log_id, values)
        )
        return json_reply(200, enveloped({})) if there else _no_such(log_id)


def log_item(row: LogRow) -> dict[str, Any]:
    """A row as the API lists it; what only this gateway knows is under `workbench`."""
    return {
        "id": row.id,
        "created_at": _iso(row.created_at),
        "provider": row.provider,
        "model": row.model,
        "model_type": row.model_type,
        "path": row.path,
        "duration": round(row.duration_ms),
        "success": row.success,
        "cached": row.cached,
        "status_code": row.status_code,
        "tokens_in": row.tokens_in,
        "tokens_out": row.tokens_out,
        "cost": row.cost,
        "custom_cost": row.cost_source is CostSource.CUSTOM,
        "metadata": msgspec.json.encode(row.metadata).decode(),
        "request_type": row.request_type,
        "request_content_type": row.request_content_type,
        "response_content_type": row.response_content_type,
        "step": row.step,
        "event_id": row.event_id,
        "feedback": row.feedback,
        "score": row.score,
        "workbench": {
            "upstream": row.upstream,
            "queue_ms": row.queue_ms,
            "first_byte_ms": row.first_byte_ms,
            "last_byte_ms": row.last_byte_ms,
            "cached_tokens": row.cached_tokens,
            "tokens_estimated": row.tokens_estimated,
            "cost_source": row.cost_source,
            "route": row.route,
            "trace_id": row.trace_id,
            "cache_key": row.cache_key,
            "user_agent": row.user_agent,
            "client_gone": row.client_gone,
            "error": row.error,
            "attempts": row.attempts,
        },
    }


def _log(row: LogRow) -> dict[str, Any]:
    """`*_head_complete`: whether the head says everything, which ours do when they are kept (inferred)."""
    return {
        **log_item(row),
        "request_head": row.request_head,
        "request_head_complete": row.request_head is not None,
        "request_size": row.request_size,
        "response_head": row.response_head,
        "response_head_complete": row.response_head is not None,
        "response_size": row.response_size,
    }


def _result_info(asked: Listing, found: Page) -> dict[str, Any]:
    info: dict[str, Any] = {
        "page": asked.page,
        "per_page": asked.per_page,
        "count": len(found.rows),
        "total_count": found.total,
    }
    for name in RANGED if asked.meta_info else ():
        called = {"duration_ms": "duration", "tokens": "total_tokens"}.get(name, name)
        info[f"min_{called}"], info[f"max_{called}"] = found.ranges[name]
    return info


def _edited(name: str, value: Any) -> float | str | None:
    """What PATCH may set, as it is stored. Raises BadQuery."""
    if name == "metadata":
        entries = {} if value is None else value
        flat = isinstance(entries, dict) and all(
            isinstance(entry, str | int | float | bool) for entry in entries.values()
        )
        if not flat:
            raise BadQuery("Expected a flat object of texts, numbers and booleans", "body", name)
        return msgspec.json.encode(entries).decode()
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _HUGE
    if name == "feedback" and not (number and value in (-1, 1)):
        raise BadQuery("Expected -1, 1 or null", "body", name)
    if not number:
        raise BadQuery("Expected a number or null", "body", name)
    return float(value) if name == "score" else int(value)


def _bad(bad: BadQuery) -> Reply:
    """Envelope C with a path, as validation errors carry one (ai-gateway §3.3)."""
    error = {"code": BAD_FIELD, "message": str(bad), "path": list(bad.path)}
    return json_reply(400, {"success": False, "errors": [error], "messages": [], "result": None})


def _no_such(log_id: str) -> Reply:
    return error_reply(Family.REST, 404, NO_SUCH_LOG, f"No such log {log_id[:64]}")


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _header(value: str) -> bytes:
    return value.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\n", b"")
