"""A transport that records what would leave, a configuration in a dict, a sandbox that says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.gateway import Upstream
from workbench.domain.gateways import CustomProvider, Mode, ProviderConfig
from workbench.domain.secret import Secret
from workbench.gateway.access import Access
from workbench.gateway.calls import Call
from workbench.gateway.doors import door_of
from workbench.gateway.protocol import Door, Ids, Inference
from workbench.gateway.providers.forwarding import UpstreamFailed
from workbench.gateway.providers.keys import Ours
from workbench.gateway.providers.outgoing import Outgoing
from workbench.gateway.providers.providers import Providers
from workbench.gateway.replies import Reply, json_reply
from workbench.gateway.requests import calls_of

TOKEN = "our-access-token"
ACCESS = Access(Secret(TOKEN))
IDS = Ids("r", "e")
GW = "/v1/x/y"
COMPAT = f"{GW}/compat/chat/completions"
REST = "/client/v4/accounts/x/ai"
V1 = f"{REST}/v1/chat/completions"
RUN = f"{REST}/run/@cf/a/b"
NATIVE = f"{GW}/workers-ai/@cf/a/b"


def ours(upstream: Upstream | None = None) -> Ours:
    return Ours(ACCESS, upstream or Upstream())


def call_at(path: str, body: Any, query: str = "", method: str = "POST", **headers: str) -> Call:
    """What a request with our token is a call for; header names with underscores."""
    door = door_of(method, path)
    assert isinstance(door, Door), door
    given = {"authorization": f"Bearer {TOKEN}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    given = {name: value for name, value in given.items() if value}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return calls_of(Inference(door, given, query, raw, IDS, method))[0].call


class Answered:
    """A reply that is all there. cut: says so after its pieces."""

    def __init__(
        self,
        body: bytes = b"{}",
        status: int = 200,
        headers: Sequence[tuple[bytes, bytes]] = ((b"content-type", b"application/json"),),
        *,
        cut: bool = False,
    ) -> None:
        self.status = status
        self.headers = list(headers)
        self.closed = False
        self._body = body
        self._cut = cut

    def arrived(self) -> bytes | None:
        return None

    async def pieces(self) -> AsyncIterator[bytes]:
        yield self._body
        if self._cut:
            raise UpstreamFailed("it ended its answer in the middle")

    async def aclose(self) -> None:
        self.closed = True


class Recorder:
    """A Transport. sent: what would have left; answer: what comes back, or why nothing does."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.answer: Answered | UpstreamFailed = Answered()

    async def send(self, outgoing: Outgoing) -> Answered:
        self.sent.append(outgoing)
        if isinstance(self.answer, UpstreamFailed):
            raise self.answer
        return self.answer


class SandboxSays:
    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def answer(self, call: Call, ids: Ids) -> Reply:
        self.calls.append(call)
        return json_reply(200, {"said": "sandbox"})


@dataclass
class Told:
    """A configuration. keys: (gateway, slug, alias) to key. custom: slug to base_url."""

    modes: dict[str, Mode] = field(default_factory=dict)
    keys: dict[tuple[str, str, str], str] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)

    def mode(self, provider: str) -> Mode:
        return self.modes.get(provider) or self.modes.get("*", Mode.FOLLOW)

    def provider_config(self, gateway_id: str, slug: str, alias: str = "default") -> ProviderConfig | None:
        if (gateway_id, slug, alias) not in self.keys:
            return None
        return ProviderConfig(f"{gateway_id}/{slug}/{alias}", gateway_id, slug, alias)

    async def provider_key(self, config: ProviderConfig) -> Secret | None:
        return Secret(self.keys[config.gateway_id, config.provider_slug, config.alias])

    def custom_provider(self, slug: str) -> CustomProvider | None:
        if slug not in self.custom:
            return None
        return CustomProvider(slug, slug, slug, self.custom[slug], enable=slug not in self.disabled)

    async def custom_headers(self, provider: CustomProvider) -> Mapping[str, str]:
        return self.headers.get(provider.slug, {})


class Desk:
    """Providers with everything around them faked."""

    def __init__(self, told: Told | None = None, upstream: Upstream | None = None) -> None:
        self.told = told or Told()
        self.recorder = Recorder()
        self.sandbox = SandboxSays()
        self.providers = Providers(
            self.told, self.sandbox, lambda: self.recorder, ACCESS, upstream or Upstream()
        )

    def answer(self, call: Call) -> Reply:
        return asyncio.run(self.providers.answer(call, IDS))

    def sent(self, call: Call) -> tuple[Outgoing, str]:
        """What left for it, and who answered."""
        reply = self.answer(call)
        assert self.recorder.sent, reply.body
        return self.recorder.sent[-1], reply.upstream

    def refused(self, call: Call) -> tuple[int, int, str]:
        """Status, code and message of an error that asked nobody."""
        reply = self.answer(call)
        assert not self.recorder.sent
        assert not self.sandbox.calls
        assert reply.upstream == ""
        told = json.loads(reply.body)
        error = (told.get("errors") or told["error"])[0]
        return reply.status, error["code"], error["message"]
