"""The local gateway as the rest of the program sees it: where its answers come from, how it is doing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from workbench.domain.secret import Secret
from workbench.domain.settings import DEFAULT_PORT as DEFAULT_PORT
from workbench.domain.targets import CLOUDFLARE_API, CLOUDFLARE_GATEWAY

ACCESS_TOKEN = "gateway/access-token"
"""Keychain entry of the machine's access token (design §2)."""


class UpstreamKind(StrEnum):
    SANDBOX = "sandbox"
    OPENAI = "openai"
    CLOUDFLARE = "cloudflare"


@dataclass(frozen=True, slots=True)
class Upstream:
    """Who answers behind the local gateway. Secrets live in memory only and are never written by the gateway.

    openai: base_url up to `/v1`, api_token its key. cloudflare: account, gateway (may be empty), bases, api_token, gateway_token.
    """

    kind: UpstreamKind = UpstreamKind.SANDBOX
    base_url: str = ""
    account: str = ""
    gateway: str = ""
    api_base: str = CLOUDFLARE_API
    gateway_base: str = CLOUDFLARE_GATEWAY
    api_token: Secret | None = field(default=None)
    gateway_token: Secret | None = field(default=None)


class GatewayPhase(StrEnum):
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class GatewayState:
    """shared: started by another window. what, why, fix: as in WorkbenchError, when FAILED.

    note: what the user should know of a running one, for example that its port is not the usual one.
    """

    phase: GatewayPhase = GatewayPhase.STOPPED
    address: str = ""
    shared: bool = False
    restarts: int = 0
    what: str = ""
    why: str = ""
    fix: str = ""
    note: str = ""
