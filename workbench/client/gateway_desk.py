"""The local gateway as the window that runs it looks into it and sets it: logs, gateways, keys, providers, its own doors.

What AI Gateway's management API has is asked there (ai-gateway §3.4, §8.3, §9.1, §9.5), the rest at `/workbench/…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from workbench.client.addresses import api_token, api_url, asked_of, bearer, gateway_url, secrets_of
from workbench.client.connection import Call, HttpClient, Timeouts, Whole
from workbench.client.desk_replies import config_of, log_of, provider_of, refusal_of, trace_of
from workbench.client.failures import Door, failure_of
from workbench.client.management_replies import decoded, unreadable
from workbench.client.masking import Masker
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.gateways import CustomProvider, Mode, ProviderConfig
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.routes.trace import Trace
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection

PAGE = 50
"""Rows on one page of the log (the most the API gives)."""
_PER_PAGE = 50
_TIMEOUTS = Timeouts(connect_s=5.0, first_byte_s=30.0, idle_s=30.0)
_OWN = "/client/v4"

Document = Mapping[str, Any]
"""A gateway as the API tells it: kept whole, so that writing it back loses nothing that is not shown."""


class GatewayDesk:
    """Everything raises RequestFailed; what changes something raises InvalidFields where the gateway refuses fields of it."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    # gateways

    async def gateways(self, connection: Connection) -> tuple[Document, ...]:
        return tuple(await self._all(connection, "/ai-gateway/gateways"))

    async def create_gateway(self, connection: Connection, document: Document) -> Document:
        return await self._changed(connection, "POST", "/ai-gateway/gateways", document)

    async def replace_gateway(self, connection: Connection, gateway_id: str, document: Document) -> Document:
        """A full update: what the document leaves out goes back to its default."""
        return await self._changed(connection, "PUT", _gateway(gateway_id), document)

    async def delete_gateway(self, connection: Connection, gateway_id: str) -> None:
        await self._changed(connection, "DELETE", _gateway(gateway_id))

    # keys

    async def keys(self, connection: Connection, gateway_id: str) -> tuple[ProviderConfig, ...]:
        found = await self._all(connection, _gateway(gateway_id, "provider_configs"))
        return tuple(config_of(entry) for entry in found)

    async def add_key(self, connection: Connection, config: ProviderConfig, key: Secret) -> ProviderConfig:
        """The key goes into the keychain of the gateway and does not come back; config's id and preview are not sent."""
        document: dict[str, Any] = {
            "provider_slug": config.provider_slug,
            "alias": config.alias,
            "default_config": config.default_config,
            "secret": key.reveal(),
        }
        if config.rate_limit is not None:
            document |= {"rate_limit": config.rate_limit, "rate_limit_period": config.rate_limit_period_s}
        path = _gateway(config.gateway_id, "provider_configs")
        return config_of(await self._changed(connection, "POST", path, document, (key,)))

    async def delete_key(self, connection: Connection, gateway_id: str, config_id: str) -> None:
        await self._changed(connection, "DELETE", _gateway(gateway_id, "provider_configs", config_id))

    # custom providers

    async def custom_providers(self, connection: Connection) -> tuple[CustomProvider, ...]:
        return tuple(
            provider_of(entry) for entry in await self._all(connection, "/ai-gateway/custom-providers")
        )

    async def add_custom_provider(
        self, connection: Connection, *, name: str, slug: str, base_url: str
    ) -> CustomProvider:
        """Enabled: the API's own default is not to be."""
        document = {"name": name, "slug": slug, "base_url": base_url, "enable": True}
        return provider_of(await self._changed(connection, "POST", "/ai-gateway/custom-providers", document))

    async def change_custom_provider(
        self, connection: Connection, provider_id: str, *, name: str, base_url: str, enable: bool
    ) -> CustomProvider:
        document = {"name": name, "base_url": base_url, "enable": enable}
        return provider_of(await self._changed(connection, "PATCH", _custom(provider_id), document))

    async def delete_custom_provider(self, connection: Connection, provider_id: str) -> None:
        await self._changed(connection, "DELETE", _custom(provider_id))

    # logs

    async def logs(self, connection: Connection, query: LogQuery, page: int = 1) -> LogPage:
        """Newest first; page counts from 1."""
        asked: dict[str, Any] = {"page": page, "per_page": PAGE}
        if query.text.strip():
            asked["search"] = query.text.strip()
        if conditions := query.conditions():
            asked["filters"] = msgspec.json.encode(conditions).decode()
        body = await self._json(connection, "GET", f"{_gateway(query.gateway, 'logs')}?{urlencode(asked)}")
        info, found = body.get("result_info"), body.get("result")
        if not isinstance(info, Mapping) or not isinstance(found, list):
            raise unreadable("a list of logs")
        return LogPage(
            tuple(log_of(entry, query.gateway) for entry in found), int(info.get("total_count") or 0)
        )

    async def log(self, connection: Connection, gateway_id: str, log_id: str) -> LogRow:
        """With its heads; `log_body` gives what was sent and answered."""
        return log_of(await self._result(connection, _gateway(gateway_id, "logs", log_id)), gateway_id)

    async def log_body(self, connection: Connection, gateway_id: str, log_id: str, part: str) -> bytes | None:
        """part: "request" or "response". None where it was not kept."""
        path = _gateway(gateway_id, "logs", log_id, part)
        reply = await self._fetched(connection, "GET", api_url(connection.target, path))
        return None if reply.status == 204 else reply.body

    async def rate_log(
        self,
        connection: Connection,
        gateway_id: str,
        log_id: str,
        *,
        feedback: int | None,
        score: float | None,
    ) -> None:
        """feedback: 1 for thumbs up, -1 for thumbs down, None for neither. score: any number, or None."""
        document = {"feedback": feedback, "score": score}
        await self._changed(connection, "PATCH", _gateway(gateway_id, "logs", log_id), document)

    async def delete_logs(
        self, connection: Connection, gateway_id: str, conditions: list[dict[str, Any]]
    ) -> None:
        """All that fit the conditions (LogQuery.conditions); the gateway's whole log for none."""
        query = urlencode({"filters": msgspec.json.encode(conditions).decode()}) if conditions else ""
        await self._changed(connection, "DELETE", f"{_gateway(gateway_id, 'logs')}?{query}")

    async def ask(
        self, connection: Connection, gateway_id: str, model: str, text: str, metadata: Mapping[str, Any]
    ) -> None:
        """One small question at the unified address, as any program would put it; for what comes of it, see the log."""
        document = {"model": model, "messages": [{"role": "user", "content": text}]}
        target = replace(connection.target, gateway=gateway_id)
        url = gateway_url(target, "/compat/chat/completions")
        headers = (("cf-aig-metadata", msgspec.json.encode(metadata).decode()),) if metadata else ()
        await self._fetched(connection, "POST", url, msgspec.json.encode(document), headers=headers)

    # its own doors

    async def status(self, connection: Connection) -> Mapping[str, Any]:
        return await self._own(connection, "GET", "status")

    async def modes(self, connection: Connection) -> Mapping[str, Mode]:
        """The modes that were set, by provider; "*" for all."""
        return _modes(await self._own(connection, "GET", "providers"))

    async def set_modes(self, connection: Connection, modes: Mapping[str, Mode]) -> Mapping[str, Mode]:
        """These and no others."""
        return _modes(await self._own(connection, "PUT", "providers", {"modes": modes}))

    async def faults(self, connection: Connection) -> Mapping[str, str]:
        """What the sandbox has been told to do wrong, by glob: models, and elements of routes as `route/{route}/{element}`."""
        return _orders(await self._own(connection, "GET", "faults"))

    async def set_faults(self, connection: Connection, orders: Mapping[str, str]) -> Mapping[str, str]:
        """These and no others; an order that cannot be read is refused, and changes nothing."""
        return _orders(await self._own(connection, "PUT", "faults", orders))

    async def clear_faults(self, connection: Connection) -> None:
        """The sandbox stops misbehaving."""
        await self._own(connection, "PUT", "faults", {})

    async def trace(self, connection: Connection, trace_id: str) -> Trace | None:
        """A request's way through its route; None where it is not kept any more."""
        try:
            reply = await self._fetched(
                connection, "GET", _own_url(connection, f"traces/{quote(trace_id, safe='')}")
            )
        except RequestFailed as error:
            if error.status == 404:
                return None
            raise
        return trace_of(reply.body)

    async def _own(
        self, connection: Connection, method: str, door: str, document: Document | None = None
    ) -> dict[str, Any]:
        body = b"" if document is None else msgspec.json.encode(document)
        found = decoded((await self._fetched(connection, method, _own_url(connection, door), body)).body)
        if found is None:
            raise unreadable("the reply")
        return found

    async def _all(self, connection: Connection, path: str) -> list[Mapping[str, Any]]:
        entries: list[Mapping[str, Any]] = []
        for page in range(1, 1000):
            query = urlencode({"page": page, "per_page": _PER_PAGE})
            found = (await self._json(connection, "GET", f"{path}?{query}")).get("result")
            if not isinstance(found, list):
                raise unreadable("a list")
            entries += found
            if len(found) < _PER_PAGE:
                break
        return entries

    async def _changed(
        self,
        connection: Connection,
        method: str,
        path: str,
        document: Document | None = None,
        secrets: tuple[Secret, ...] = (),
    ) -> Document:
        body = b"" if document is None else msgspec.json.encode(document)
        found = (await self._json(connection, method, path, body, secrets)).get("result")
        return found if isinstance(found, Mapping) else {}

    async def _result(self, connection: Connection, path: str) -> Document:
        found = (await self._json(connection, "GET", path)).get("result")
        if not isinstance(found, Mapping):
            raise unreadable("what was asked for")
        return found

    async def _json(
        self,
        connection: Connection,
        method: str,
        path: str,
        body: bytes = b"",
        secrets: tuple[Secret, ...] = (),
    ) -> dict[str, Any]:
        reply = await self._fetched(connection, method, api_url(connection.target, path), body, secrets)
        found = decoded(reply.body)
        if found is None:
            raise unreadable("the reply")
        return found

    async def _fetched(
        self,
        connection: Connection,
        method: str,
        url: str,
        body: bytes = b"",
        secrets: tuple[Secret, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Whole:
        secrets = (*secrets_of(connection), *secrets)
        asked = replace(asked_of(connection, Door.API), mask=Masker(secrets).text)
        sent = [("authorization", bearer(api_token(connection))), *headers]
        if body:
            sent.append(("content-type", "application/json"))
        call = Call(method, url, asked, tuple(sent), body, secrets)
        reply = await self._http.fetch(call, _TIMEOUTS)
        if reply.status >= 300:
            if refused := refusal_of(reply.status, reply.body):
                raise refused
            raise _told_better(failure_of(reply.status, reply.headers, reply.body, asked))
        return reply


def _told_better(failed: RequestFailed) -> RequestFailed:
    """A 404 here is about a row, a key or a provider, not about a model."""
    if failed.status != 404:
        return failed
    return failed.reworded(
        "This is not there any more.", fix="Read the list again.", failure=Failure.NOT_FOUND
    )


def _gateway(*steps: str) -> str:
    return "/ai-gateway/gateways" + "".join(f"/{quote(step, safe='')}" for step in steps)


def _custom(provider_id: str) -> str:
    return f"/ai-gateway/custom-providers/{quote(provider_id, safe='')}"


def _own_url(connection: Connection, door: str) -> str:
    return f"{connection.target.api_base.removesuffix(_OWN)}/workbench/{door}"


def _orders(told: Mapping[str, Any]) -> Mapping[str, str]:
    orders = told.get("faults")
    return {str(glob): str(order) for glob, order in orders.items()} if isinstance(orders, Mapping) else {}


def _modes(told: Mapping[str, Any]) -> Mapping[str, Mode]:
    modes = told.get("modes")
    known = frozenset(Mode)
    return {name: Mode(mode) for name, mode in (modes or {}).items() if mode in known}
