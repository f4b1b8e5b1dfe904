"""A gateway desk in memory, and a tab over it."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.gateway.journal.rows import row
from workbench.domain.errors import Failure, InvalidFields, Maker, RequestFailed, WorkbenchError
from workbench.domain.gateway import GatewayPhase, GatewayState
from workbench.domain.gateways import CUSTOM, CustomProvider, Mode, ProviderConfig, RouteEntry
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.routes.imports import Imported
from workbench.domain.routes.trace import Trace
from workbench.domain.secret import Secret
from workbench.services.deployments import Deployed, Version
from workbench.services.discovery import FoundServer
from workbench.services.gateway_desk import Remarks
from workbench.services.gateway_providers import ProviderState
from workbench.services.gateway_requests import PAGE, Details, FeedEvent
from workbench.services.gateway_settings import NEW, RouteState

RUNNING = GatewayState(GatewayPhase.RUNNING, "http://127.0.0.1:8787")
DOWN = RequestFailed(
    "The local gateway is not running.",
    failure=Failure.CONNECT,
    maker=Maker.NETWORK,
    why="Nothing listens.",
    fix="Start it.",
)
REFUSED = RequestFailed("It may not.", failure=Failure.UNAUTHORIZED, maker=Maker.GATEWAY)
OLLAMA = FoundServer("Ollama", "http://127.0.0.1:11434/v1")


class FakeRequests:
    """rows: newest first. live: events for the feed, put there by a test. error: what the next reading raises."""

    def __init__(self, rows: Sequence[LogRow] = ()) -> None:
        self.rows = list(rows)
        self.live: asyncio.Queue[FeedEvent] = asyncio.Queue()
        self.error: WorkbenchError | None = None
        self.pages: list[int] = []
        self.queries: list[LogQuery] = []
        self.since: list[str] = []
        self.rated: list[tuple[str, int | None, float | None]] = []
        self.deleted: list[LogQuery] = []
        self.asked: list[tuple[str, str]] = []
        self.trace: Trace | None = None
        self.body: bytes | None = b'{"model":"openai/gpt-4o-mini"}'

    async def page(self, query: LogQuery, number: int) -> LogPage:
        self.pages.append(number)
        self.queries.append(query)
        if self.error is not None:
            raise self.error
        found = [one for one in self.rows if query.holds(one)]
        return LogPage(tuple(found[(number - 1) * PAGE : number * PAGE]), len(found))

    async def feed(self, since: str = "") -> AsyncGenerator[FeedEvent, None]:
        self.since.append(since)
        while True:
            yield await self.live.get()

    async def details(self, row: LogRow) -> Details:
        if self.error is not None:
            raise self.error
        whole = replace(row, request_body=self.body, request_head='{"content-type":"application/json"}')
        return Details(whole, self.trace, RUNNING.address)

    async def rate(self, row: LogRow, *, feedback: int | None, score: float | None) -> None:
        self.rated.append((row.id, feedback, score))

    async def ask(
        self, model: str, text: str, *, gateway: str = "default", metadata: Mapping[str, Any] | None = None
    ) -> None:
        self.asked.append((model, gateway))
        self.live.put_nowait(row(id="asked", created_at=2e9, gateway=gateway))

    async def delete(self, query: LogQuery) -> None:
        self.deleted.append(query)
        self.rows = [one for one in self.rows if not query.holds(one)]

    async def export(self, query: LogQuery) -> list[LogRow]:
        return [one for one in self.rows if query.holds(one)]


class FakeProviders:
    """refuse: problems that the next change is refused with."""

    def __init__(self) -> None:
        self.states = {slug: ProviderState(slug) for slug in ("openai", "workers-ai")}
        self.refuse: dict[str, str] = {}
        self.error: WorkbenchError | None = None
        self.given: list[str] = []
        self.gateways: list[str] = []

    async def all(self, gateway_id: str) -> tuple[ProviderState, ...]:
        self.gateways.append(gateway_id)
        if self.error is not None:
            raise self.error
        return tuple(self.states.values())

    async def set_mode(self, slug: str, mode: Mode) -> None:
        self.states[slug] = replace(self.states[slug], mode=mode)

    async def put_key(self, config: ProviderConfig, key: Secret, *, in_place_of: str = "") -> ProviderConfig:
        self._check()
        self.given.append(key.reveal())
        kept = replace(config, id=f"k{len(self.given)}", preview=key.reveal()[-4:])
        before = self.states[config.provider_slug]
        keys = tuple(one for one in before.keys if one.id != in_place_of)
        self.states[config.provider_slug] = replace(before, keys=(*keys, kept))
        return kept

    async def remove_key(self, config: ProviderConfig) -> None:
        before = self.states[config.provider_slug]
        self.states[config.provider_slug] = replace(
            before, keys=tuple(one for one in before.keys if one.id != config.id)
        )

    async def add(self, name: str, slug: str, base_url: str) -> CustomProvider:
        self._check()
        made = CustomProvider(f"id-{slug}", name, slug, base_url, enable=True)
        self.states[CUSTOM + slug] = ProviderState(CUSTOM + slug, custom=made)
        return made

    async def change(
        self, provider: CustomProvider, *, name: str, base_url: str, enable: bool
    ) -> CustomProvider:
        self._check()
        changed = replace(provider, name=name, base_url=base_url, enable=enable)
        slug = CUSTOM + provider.slug
        self.states[slug] = replace(self.states[slug], custom=changed)
        return changed

    async def delete(self, provider: CustomProvider) -> Callable[[], Awaitable[object]]:
        gone = self.states.pop(CUSTOM + provider.slug)

        async def restore() -> None:
            self.states[gone.slug] = gone

        return restore

    async def found(self) -> Sequence[FoundServer]:
        return (OLLAMA,)

    async def models(self, server: FoundServer) -> tuple[str, ...]:
        return ("llama3.2", "qwen3")

    def _check(self) -> None:
        if self.refuse:
            problems, self.refuse = self.refuse, {}
            raise InvalidFields(problems)


class FakeGateways:
    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {"default": document("default", is_default=True)}
        self.route_states: dict[str, tuple[RouteState, ...]] = {}
        self.refuse: dict[str, str] = {}
        self.error: WorkbenchError | None = None
        self.deployed: list[tuple[str, str, bool]] = []
        self.deploy_error: WorkbenchError | None = None

    async def all(self) -> tuple[Mapping[str, Any], ...]:
        if self.error is not None:
            raise self.error
        return tuple(copy.deepcopy(list(self.documents.values())))

    async def create(self, gateway_id: str) -> Mapping[str, Any]:
        self._check()
        self.documents[gateway_id] = document(gateway_id)
        return copy.deepcopy(self.documents[gateway_id])

    async def save(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        self._check()
        self.documents[str(document["id"])] = copy.deepcopy(dict(document))
        return copy.deepcopy(dict(document))

    async def delete(self, document: Mapping[str, Any]) -> Callable[[], Awaitable[object]]:
        gone = self.documents.pop(str(document["id"]))

        async def restore() -> None:
            self.documents[gone["id"]] = gone

        return restore

    async def routes(self, gateway_id: str) -> tuple[RouteState, ...]:
        return self.route_states.get(gateway_id, ())

    async def roll_back(self, gateway_id: str, name: str, version: Version) -> None:
        self.route_states[gateway_id] = tuple(
            replace(one, versions=tuple(replace(each, live=each.id == version.id) for each in one.versions))
            if one.entry.name == name
            else one
            for one in self.route_states[gateway_id]
        )

    async def delete_route(self, gateway_id: str, entry: RouteEntry) -> Callable[[], Awaitable[object]]:
        before = self.route_states[gateway_id]
        self.route_states[gateway_id] = tuple(one for one in before if one.entry.id != entry.id)

        async def restore() -> None:
            self.route_states[gateway_id] = before

        return restore

    async def deploy(
        self, gateway_id: str, imported: Imported, *, in_spite_of_errors: bool = False
    ) -> Deployed:
        if self.deploy_error is not None and not in_spite_of_errors:
            raise self.deploy_error
        self.deployed.append((gateway_id, imported.route.name, in_spite_of_errors))
        from workbench.services.deployment_plan import Plan, Step

        return Deployed(Plan(imported.route.name, "Local", gateway_id, Step.CREATE, ()), "v1")

    def _check(self) -> None:
        if self.refuse:
            problems, self.refuse = self.refuse, {}
            raise InvalidFields(problems)


class FakeDesk:
    def __init__(self, rows: Sequence[LogRow] = (), state: GatewayState = RUNNING) -> None:
        self.requests = FakeRequests(rows)
        self.providers = FakeProviders()
        self.gateways = FakeGateways()
        self.state = state
        self.told = Remarks()
        self.listeners: list[Callable[[GatewayState], None]] = []

    async def start(self) -> GatewayState:
        self.become(RUNNING)
        return self.state

    async def access_token(self) -> Secret:
        return Secret("canary-access-token")

    def on_change(self, listener: Callable[[GatewayState], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def become(self, state: GatewayState) -> None:
        self.state = state
        for listener in tuple(self.listeners):
            listener(state)

    async def remarks(self) -> Remarks:
        return self.told

    async def clear_faults(self) -> None:
        self.told = replace(self.told, faults=False)


def document(gateway_id: str, *, is_default: bool = False) -> dict[str, Any]:
    return {
        **NEW,
        "id": gateway_id,
        "is_default": is_default,
        "log_management": 100_000,
        "workbench": {"cache_streams": True, "coalesce": True, "collect_payloads": True},
    }


def route_state(name: str = "by-plan", live: int = 2) -> RouteState:
    versions = tuple(Version(number, f"v{number}", float(number), number == live) for number in (2, 1))
    return RouteState(RouteEntry(f"id-{name}", name, "default", f"v{live}"), versions)
