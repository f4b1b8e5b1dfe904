"""Where a chat request goes, and what it carries in its headers, on each of the four wires (ai-gateway §1, §2, §3.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import quote, urlsplit

from workbench.client.failures import Asked, Door, Replacing
from workbench.client.masking import Masker
from workbench.client.network import unusable_address
from workbench.domain.chat import ChatRequest, ChatWire, GatewayOptions
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.gateways import ROUTE, is_route
from workbench.domain.secret import Secret
from workbench.domain.targets import DEFAULT_GATEWAY, LOCAL_ACCOUNT, Connection, Credentials, Target
from workbench.domain.urls import PROVIDERS

Headers = tuple[tuple[str, str], ...]
IDENTITY = ("accept-encoding", "identity")
"""So that what is recorded can be read, and nothing waits for a compressor to fill its block."""

_AUTHORS = frozenset({"openai", "anthropic", "deepseek"})
"""Names that are an author on the REST family and a provider on the gateway; the other slugs are only the latter."""
_REST_NAMES = {"google-ai-studio": "google", "grok": "xai"}
_GATEWAY_NAMES = {author: slug for slug, author in _REST_NAMES.items()}
WORKERS_AI = "workers-ai"
"""Provider slug (ai-gateway §1.3)."""
AUTHORIZATION = "authorization"


class Wire(StrEnum):
    """ChatWire once it is decided. RUN_ANY: `/ai/run` with the model in the body. BASE: an OpenAI-compatible server."""

    V1 = "v1"
    RUN = "run"
    RUN_ANY = "run-any"
    COMPAT = "compat"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class Way:
    """How to get there. model: as this family spells it. headers: with credentials; secrets: those that are in them."""

    wire: Wire
    url: str
    model: str
    asked: Asked
    headers: Headers
    secrets: tuple[Secret, ...]

    def __repr__(self) -> str:  # headers hold revealed secrets
        return f"Way({self.wire}, {self.model})"


def way_of(connection: Connection, request: ChatRequest, replacement_of: Replacing = lambda _: None) -> Way:
    """Decide the wire and write address and headers. Raises RequestFailed (NOT_CONFIGURED), InvalidInput."""
    if not request.model.strip():
        raise InvalidInput("No model is chosen.", field="model", fix="Pick a model from the list.")
    target = connection.target
    wire = _wire(connection, request)
    model = spelt(request.model, wire)
    url = _url(target, wire, model)
    asked = replace(asked_of(connection, _door(wire)), model=request.model, replacement_of=replacement_of)
    return Way(wire, url, model, asked, _headers(connection, request, wire, model), secrets_of(connection))


def asked_of(connection: Connection, door: Door) -> Asked:
    """Who is asked through door, for the sentences of a failure; its secrets are kept out of them."""
    target = connection.target
    mask = Masker(secrets_of(connection)).text
    return Asked(door, place_of(target, door), local=target.can.sandbox, mask=mask)


def secrets_of(connection: Connection) -> tuple[Secret, ...]:
    """All that a connection holds, sent or not: whatever of it turns up in a record or a sentence is masked."""
    credentials = connection.credentials
    held = (credentials.api_token, credentials.gateway_token, *credentials.provider_keys.values())
    return tuple(secret for secret in held if secret)


def place_of(target: Target, door: Door) -> str:
    """Who is asked, as sentences name it."""
    if target.can.sandbox:
        return "the local gateway"
    if door is Door.SERVER:
        return f"the server at {urlsplit(target.base_url).netloc.rpartition('@')[2]}"
    return "Cloudflare" if door is Door.API else "the gateway"


def api_url(target: Target, path: str) -> str:
    """An address of Cloudflare's REST family under this account; path starts behind `/accounts/{account}`."""
    account = target.account or (LOCAL_ACCOUNT if target.can.sandbox else "")
    if not account:
        raise _unconfigured(
            f"“{target.name}” has no account id yet.", "Add the account id to the connection."
        )
    return f"{_base(target.api_base, target)}/accounts/{quote(account, safe='')}{path}"


def gateway_url(target: Target, path: str) -> str:
    """An address of the gateway family; path starts behind the gateway's name. Without a name it is the default gateway."""
    account = target.account or (LOCAL_ACCOUNT if target.can.sandbox else "")
    if not account:
        raise _unconfigured(
            f"“{target.name}” has no account id yet.", "Add the account id to the connection."
        )
    gateway = quote(target.gateway or DEFAULT_GATEWAY, safe="")
    return f"{_base(target.gateway_base, target)}/{quote(account, safe='')}/{gateway}{path}"


def server_url(target: Target, path: str) -> str:
    """An address of an OpenAI-compatible server; path starts behind its base, which ends in `/v1`."""
    return f"{_base(target.base_url, target)}{path}"


def api_token(connection: Connection) -> Secret:
    """The token for the REST family; a gateway token may be one too. Raises RequestFailed where there is none."""
    credentials = connection.credentials
    token = credentials.api_token or credentials.gateway_token
    if not token:
        raise _unconfigured(
            f"“{connection.target.name}” has no API token yet.", "Add a token to the connection."
        )
    return token


def gateway_token(connection: Connection) -> Secret:
    """The token for `cf-aig-authorization`; an API token may be one too. Raises RequestFailed where there is none."""
    return connection.credentials.gateway_token or api_token(connection)


def api_headers(connection: Connection, gateway: str = "") -> Headers:
    """Credentials for the REST family. gateway: the one that the request is to pass, "" for the connection's own, if any."""
    gateway = gateway or connection.target.gateway
    headers = ((AUTHORIZATION, bearer(api_token(connection))),)
    return (*headers, ("cf-aig-gateway-id", gateway)) if gateway else headers


def gateway_headers(connection: Connection, provider: str, *, key_in: str = AUTHORIZATION) -> Headers:
    """Credentials for the gateway's own addresses, and the key for a provider (its slug), in the header key_in.

    No key is sent unless it is meant: any value there replaces the stored key (ai-gateway §3.2). Workers AI takes the
    account's own token.
    """
    entry = ("cf-aig-authorization", bearer(gateway_token(connection)))
    held = connection.credentials.provider_keys.get(provider)
    key = api_token(connection) if provider == WORKERS_AI else held
    if not key:
        return (entry,)
    return (entry, (key_in, bearer(key) if key_in == AUTHORIZATION else _sendable(key)))


def bearer(token: Secret) -> str:
    """The value of a header that carries token. Raises RequestFailed where it cannot be one, without quoting it."""
    return f"Bearer {_sendable(token)}"


def _sendable(token: Secret) -> str:
    value = token.reveal().strip()
    if not value or not all("!" <= char <= "~" for char in value):
        raise RequestFailed(
            "The token or key holds a character that cannot be sent.",
            why="Often a space, a line break or a quotation mark came along when it was copied.",
            fix="Copy it again into the connection.",
            failure=Failure.UNAUTHORIZED,
            maker=Maker.WORKBENCH,
        )
    return value


def option_headers(options: GatewayOptions) -> Headers:
    """The `cf-aig-*` headers of ai-gateway §2.1 for what is set; options were checked before."""
    named: dict[str, object] = {
        "cf-aig-cache-ttl": options.cache_ttl_s,
        "cf-aig-skip-cache": options.skip_cache or None,
        "cf-aig-cache-key": options.cache_key or None,
        "cf-aig-metadata": dict(options.metadata) or None,
        "cf-aig-max-attempts": options.max_attempts,
        "cf-aig-retry-delay": options.retry_delay_ms,
        "cf-aig-backoff": options.backoff,
        "cf-aig-request-timeout": options.request_timeout_ms,
        "cf-aig-collect-log": options.collect_log,
    }
    return tuple(
        (name, value if isinstance(value, str) else json.dumps(value))
        for name, value in named.items()
        if value is not None
    )


def _wire(connection: Connection, request: ChatRequest) -> Wire:
    if not connection.target.can.cloudflare_api:
        return Wire.BASE
    model = request.model
    own = model.startswith(("@cf/", "@hf/"))
    match request.wire:
        case ChatWire.V1:
            return Wire.V1
        case ChatWire.COMPAT:
            return Wire.COMPAT
        case ChatWire.RUN:
            if is_route(model):
                raise InvalidInput(
                    f"“{model}” cannot be asked through /ai/run.",
                    field="wire",
                    why="Routes are answered by the gateway only.",
                    fix="Choose the gateway's chat address, or let the program choose.",
                )
            return Wire.RUN if own or model.startswith(f"{WORKERS_AI}/@") else Wire.RUN_ANY
    if own:
        return Wire.V1 if connection.credentials.api_token else Wire.COMPAT
    return Wire.COMPAT if _is_gateways(model, connection.credentials) else Wire.V1


def _is_gateways(model: str, credentials: Credentials) -> bool:
    """Whether the model wants the gateway's own address: routes, provider slugs, a key of our own, or no API token."""
    slug = model.partition("/")[0]
    return (
        is_route(model)
        or slug in PROVIDERS - _AUTHORS
        or slug.startswith("custom-")
        or _GATEWAY_NAMES.get(slug, slug) in credentials.provider_keys
        or not credentials.api_token
    )


def spelt(model: str, wire: Wire) -> str:
    """The model's name in this family: google is google-ai-studio on the gateway, grok is xai on REST (ai-gateway §1.2)."""
    if wire is Wire.BASE:
        return model
    if wire is Wire.COMPAT:
        if model.startswith("@"):
            return f"{WORKERS_AI}/{model}"
        names = _GATEWAY_NAMES
    else:
        if model.startswith(f"{WORKERS_AI}/@"):
            return model.removeprefix(f"{WORKERS_AI}/")
        names = _REST_NAMES
    author, slash, rest = model.partition("/")
    return f"{names.get(author, author)}{slash}{rest}"


def _door(wire: Wire) -> Door:
    return {Wire.COMPAT: Door.GATEWAY, Wire.BASE: Door.SERVER}.get(wire, Door.API)


def _url(target: Target, wire: Wire, model: str) -> str:
    match wire:
        case Wire.V1:
            return api_url(target, "/ai/v1/chat/completions")
        case Wire.RUN:
            return api_url(target, f"/ai/run/{quote(model, safe='/@:')}")
        case Wire.RUN_ANY:
            return api_url(target, "/ai/run")
        case Wire.COMPAT:
            return gateway_url(target, "/compat/chat/completions")
        case Wire.BASE:
            return server_url(target, "/chat/completions")


def _headers(connection: Connection, request: ChatRequest, wire: Wire, model: str) -> Headers:
    headers: Headers = (("content-type", "application/json"), IDENTITY)
    if wire is Wire.BASE:
        return (*headers, *server_headers(connection))
    if wire is Wire.COMPAT:
        headers += gateway_headers(connection, model.partition("/")[0])
    else:
        in_want = is_route(model) and not connection.target.gateway
        headers += api_headers(connection, DEFAULT_GATEWAY if in_want else "")
    if model.startswith(ROUTE) and connection.target.can.desk_routes:
        headers += (("x-workbench-trace", "true"),)  # so that the way it took can be looked up
    if request.session:
        headers += (("x-session-affinity", request.session),)
    return (*headers, *option_headers(request.options))


def server_headers(connection: Connection) -> Headers:
    """The key of an OpenAI-compatible server, if it has one."""
    key = connection.credentials.api_token
    return ((AUTHORIZATION, bearer(key)),) if key else ()


def _base(address: str, target: Target) -> str:
    base = address.rstrip("/")
    if not base:
        if target.can.sandbox:
            raise RequestFailed(
                "The local gateway is not running yet.",
                why="It has not told its address.",
                fix="Wait a moment, or restart it.",
                failure=Failure.NOT_CONFIGURED,
                maker=Maker.WORKBENCH,
            )
        raise _unconfigured(f"“{target.name}” has no address yet.", "Add its address to the connection.")
    try:
        parts = urlsplit(base)
    except ValueError:
        raise unusable_address(base) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise unusable_address(base)
    return base


def _unconfigured(what: str, fix: str) -> RequestFailed:
    return RequestFailed(
        what,
        why="The connection is not set up completely.",
        fix=fix,
        failure=Failure.NOT_CONFIGURED,
        maker=Maker.WORKBENCH,
    )
