"""A target: where requests go, and what it can do (design §2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.domain.secret import Secret

CLOUDFLARE_API = "https://api.cloudflare.com/client/v4"
CLOUDFLARE_GATEWAY = "https://gateway.ai.cloudflare.com/v1"
LOCAL_ACCOUNT = "local"
"""The account name our own calls use on the local gateway, which accepts any."""
DEFAULT_GATEWAY = "default"
"""The gateway that always exists (ai-gateway §1.1)."""


class TargetKind(StrEnum):
    LOCAL = "local"
    CLOUDFLARE = "cloudflare"
    OPENAI = "openai"


@dataclass(frozen=True, slots=True)
class Target:
    """One connection, without its secrets.

    account, gateway: Cloudflare's names; an empty gateway means "Workers AI without a gateway".
    api_base: prefix of `/accounts/{account}/…` and `/user/tokens/verify`. gateway_base: prefix of `/{account}/{gateway}/…`.
    base_url: the OpenAI-compatible base, up to and including `/v1`; only for `openai` targets.
    Addresses never end in a slash. `local` targets get theirs when the gateway has told its port.
    """

    id: str
    name: str
    kind: TargetKind
    account: str = ""
    gateway: str = ""
    api_base: str = CLOUDFLARE_API
    gateway_base: str = CLOUDFLARE_GATEWAY
    base_url: str = ""
    position: int = 0

    @property
    def can(self) -> Capabilities:
        """What may be asked of this target; callers ask this and never the kind."""
        match self.kind:
            case TargetKind.LOCAL:
                return Capabilities(
                    cloudflare_api=True,
                    gateway=True,
                    sandbox=True,
                    desk_routes=True,
                    catalogue=True,
                    needs_token=True,
                    editable=False,
                )
            case TargetKind.CLOUDFLARE:
                return Capabilities(
                    cloudflare_api=True,
                    gateway=bool(self.gateway),
                    catalogue=True,
                    needs_token=True,
                    verify_token=True,
                )
            case TargetKind.OPENAI:
                return Capabilities(openai_models=True)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a target offers.

    cloudflare_api: the REST family under /accounts/{account}/ai (native run, v1, catalogue).
    gateway: requests pass an AI Gateway, so `cf-aig-*` options have an effect. sandbox: may answer without any model.
    desk_routes: routes run there as on the desk, with sticky splits, sliding windows, custom providers, and keep their sidecar.
    catalogue: `models/search`. openai_models: `GET {base}/models`. verify_token: token verification has a meaning.
    needs_token: nothing works without an API token. editable: the user may change or delete it.
    """

    cloudflare_api: bool = False
    gateway: bool = False
    sandbox: bool = False
    desk_routes: bool = False
    catalogue: bool = False
    openai_models: bool = False
    verify_token: bool = False
    needs_token: bool = False
    editable: bool = True


class SecretKind(StrEnum):
    """The secrets a target may have; the keychain entry is `secret_name(target_id, kind)`."""

    API_TOKEN = "api-token"
    GATEWAY_TOKEN = "gateway-token"


def secret_name(target_id: str, kind: SecretKind | str) -> str:
    """Keychain entry of one secret. Provider keys use the kind `provider:{slug}`."""
    return f"target/{target_id}/{kind}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A target's secrets, in memory for the length of a call.

    api_token: Cloudflare API token, local access token, or the OpenAI-compatible server's key.
    gateway_token: sent as `cf-aig-authorization` on the gateway family. provider_keys: by provider slug.
    """

    api_token: Secret | None = None
    gateway_token: Secret | None = None
    provider_keys: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connection:
    """A target with its credentials: all that a call needs to know about where it goes."""

    target: Target
    credentials: Credentials = field(default_factory=Credentials)


class Reach(StrEnum):
    """What the status dot says."""

    UNKNOWN = "unknown"
    CHECKING = "checking"
    READY = "ready"
    UNAUTHORISED = "unauthorised"
    UNREACHABLE = "unreachable"
    STARTING = "starting"


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """The truth about a target at one moment. latency_ms: of the cheapest authorised call, None when it failed.

    what, why, fix: as in WorkbenchError, empty when ready. sandbox: answers are simulated.
    """

    reach: Reach = Reach.UNKNOWN
    latency_ms: float | None = None
    what: str = ""
    why: str = ""
    fix: str = ""
    sandbox: bool = False
