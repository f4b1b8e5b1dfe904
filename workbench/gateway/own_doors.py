"""The gateway's own doors: how it does, who answers behind it, its sandbox's orders, its feed, its traces, its leases."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.gateway import Upstream
from workbench.domain.gateways import CUSTOM, PROVIDER_SLUGS, Mode
from workbench.domain.routes.trace import Trace
from workbench.gateway.configuration import ALL_PROVIDERS, Configuration
from workbench.gateway.leases import Leases
from workbench.gateway.own import Instance, read_upstream, upstream_facts
from workbench.gateway.protocol import Action, BadBody, Door, Family, json_object
from workbench.gateway.replies import (
    BAD_INPUT,
    EVENT_STREAM,
    INTERNAL,
    NO_STORE,
    Reply,
    enveloped,
    error_reply,
    json_reply,
)
from workbench.gateway.sandbox import faults
from workbench.gateway.sandbox.fault_rules import FaultRules

NO_TRACE = 8004
"""A code of our own, as those in replies.py."""


class Journal(Protocol):
    """What is told of gateway.journal.Journal here."""

    @property
    def warning(self) -> str: ...

    @property
    def lost(self) -> int: ...

    def feed(self, since: str = "") -> AsyncGenerator[bytes, None]: ...

    async def trace(self, trace_id: str) -> Trace | None: ...


class OwnDoors:
    """answered: how many requests for models there have been. set_upstream: takes effect from the next request on."""

    def __init__(
        self,
        *,
        instance: Instance,
        leases: Leases,
        journal: Journal,
        configuration: Configuration,
        faults: FaultRules,
        upstream: Upstream,
        set_upstream: Callable[[Upstream], None],
        answered: Callable[[], int],
    ) -> None:
        self._instance = instance
        self._leases = leases
        self._journal = journal
        self._configuration = configuration
        self._faults = faults
        self._upstream = upstream
        self._set_upstream = set_upstream
        self._answered = answered

    async def answer(
        self, door: Door, method: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        changes = method == "PUT"
        try:
            match door.action:
                case Action.HEALTH:
                    return json_reply(200, self._instance.health(), [NO_STORE])
                case Action.STATUS:
                    return self._status()
                case Action.VERIFY:
                    token = {"id": self._instance.id.replace("-", ""), "status": "active"}
                    return json_reply(200, enveloped(token))
                case Action.LEASE:
                    return Reply(200, [EVENT_STREAM, NO_STORE], stream=self._leases.hold())
                case Action.RELEASE:
                    ends = self._leases.release()
                    return json_reply(200, {"exits": ends, "leases": self._leases.held})
                case Action.UPSTREAM:
                    return self._put_upstream(body)
                case Action.FAULTS:
                    return await self._put_faults(body) if changes else self._told_faults()
                case Action.PROVIDERS:
                    return await self._put_modes(body) if changes else self._told_modes()
                case Action.FEED:
                    since = headers.get("last-event-id") or dict(parse_qsl(query)).get("since", "")
                    return Reply(200, [EVENT_STREAM, NO_STORE], stream=self._journal.feed(since))
                case Action.TRACE:
                    return await self._trace(door.tail)
        except (BadBody, faults.BadFaults) as bad:
            return error_reply(Family.OWN, 400, BAD_INPUT, str(bad))
        except InvalidInput as wrong:
            return error_reply(
                Family.OWN, 400, BAD_INPUT, " ".join(filter(None, (wrong.what, wrong.why, wrong.fix)))
            )
        except StorageFailed as failed:
            return error_reply(Family.OWN, 500, INTERNAL, f"{failed.what} {failed.why}")
        raise AssertionError(door)

    def _put_upstream(self, body: bytes) -> Reply:
        self._upstream = read_upstream(json_object(body))
        self._set_upstream(self._upstream)
        return self._status()

    async def _put_faults(self, body: bytes) -> Reply:
        """In force at once; a file that cannot be written is told, and they hold until the gateway ends."""
        self._faults.set(json_object(body) if body else {})
        try:
            await asyncio.to_thread(self._faults.save)
        except OSError as error:
            return self._told_faults(f"They are not kept on disk: {error.strerror or error}.")
        return self._told_faults()

    def _told_faults(self, note: str = "") -> Reply:
        told = {"faults": self._faults.as_told(), "grammar": faults.__doc__}
        return json_reply(200, {**told, "note": note} if note else told, [NO_STORE])

    async def _put_modes(self, body: bytes) -> Reply:
        modes = json_object(body).get("modes")
        if not isinstance(modes, dict):
            raise BadBody('{"modes": {provider: mode}} is wanted, provider being a slug or * for all')
        await self._configuration.set_modes({provider: _mode(value) for provider, value in modes.items()})
        return self._told_modes()

    def _told_modes(self) -> Reply:
        custom = [CUSTOM + provider.slug for provider in self._configuration.custom.all()]
        told = {
            "modes": {provider: mode.value for provider, mode in self._configuration.modes().items()},
            "providers": {slug: self._configuration.mode(slug).value for slug in (*PROVIDER_SLUGS, *custom)},
            "all": ALL_PROVIDERS,
        }
        return json_reply(200, told, [NO_STORE])

    async def _trace(self, trace_id: str) -> Reply:
        trace = await self._journal.trace(trace_id)
        if trace is None:
            return error_reply(Family.OWN, 404, NO_TRACE, f"There is no trace {trace_id[:64]}, or no longer")
        return json_reply(200, trace, [NO_STORE])

    def _status(self) -> Reply:
        return json_reply(
            200,
            {
                **self._instance.health(),
                "address": self._instance.address,
                "port": self._instance.port,
                "uptime_s": round(time.time() - self._instance.started_at, 1),
                "leases": self._leases.held,
                "requests": self._answered(),
                "upstream": upstream_facts(self._upstream),
                "modes": {provider: mode.value for provider, mode in self._configuration.modes().items()},
                "journal": {"warning": self._journal.warning, "lost": self._journal.lost},
                "note": self._configuration.note,
                "sandbox": {"faults": self._faults.as_told(), "grammar": faults.__doc__},
            },
            [NO_STORE],
        )


def _mode(value: Any) -> Mode:
    try:
        return Mode(value)
    except ValueError:
        known = ", ".join(mode.value for mode in Mode)
        raise BadBody(f"a mode is one of {known}, not “{str(value)[:40]}”") from None
