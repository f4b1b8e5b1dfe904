"""The words of the wire: doors, refusals, requests for a model, and the JSON in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

from workbench.domain.ids import new_id


class Family(StrEnum):
    """Who speaks at an address; each has its own error envelope (ai-gateway §3.3 A and C)."""

    GATEWAY = "gateway"
    REST = "rest"
    OWN = "own"


class Action(StrEnum):
    """What a door is for. PROVIDER: a provider's own endpoint. CHAT, EMBEDDINGS, RESPONSES, MESSAGES: the model is in the body."""

    PROVIDER = "provider"
    CHAT = "chat"
    EMBEDDINGS = "embeddings"
    RESPONSES = "responses"
    MESSAGES = "messages"
    RUN = "run"
    UNIVERSAL = "universal"
    TOMARKDOWN = "tomarkdown"
    MODELS = "models"
    SEARCH = "search"
    SCHEMA = "schema"
    MANAGE = "manage"
    VERIFY = "verify"
    HEALTH = "health"
    STATUS = "status"
    UPSTREAM = "upstream"
    PROVIDERS = "providers"
    FAULTS = "faults"
    FEED = "feed"
    TRACE = "trace"
    LEASE = "lease"
    RELEASE = "release"


INFERENCE = frozenset(
    {
        Action.PROVIDER,
        Action.CHAT,
        Action.EMBEDDINGS,
        Action.RESPONSES,
        Action.MESSAGES,
        Action.RUN,
        Action.UNIVERSAL,
        Action.TOMARKDOWN,
    }
)
"""The doors whose requests become calls (requests.calls_of)."""


@dataclass(frozen=True, slots=True)
class Door:
    """One address of the gateway. gateway: its id at a gateway address ("default" at the prefix-free one), "" on the REST family.

    provider: the slug in the path ("compat" at the unified address, "workers-ai" where the path is Workers AI's), "" elsewhere.
    model: the id in a run path (`@cf/author/name`); on the other doors it is in the body.
    tail: what follows the provider's slug, still percent-encoded and safe to put behind the provider's address; for MANAGE
    what follows `/ai-gateway/`, for TRACE the trace's id, both decoded; for TOMARKDOWN the endpoint.
    """

    family: Family
    action: Action
    methods: tuple[str, ...]
    account: str = ""
    gateway: str = ""
    provider: str = ""
    model: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """No door there. allow: the methods that would do, when it is only the method that is wrong.

    native: Workers AI says so, in its own envelope, whatever the family of the address.
    """

    family: Family
    status: int
    code: int
    message: str
    allow: tuple[str, ...] = ()
    native: bool = False


class Ids(msgspec.Struct, frozen=True):
    """What one request is called in its answer's headers (ai-gateway §2.2): log id and request id are the same here."""

    request: str
    event: str


class Inference(msgspec.Struct, frozen=True):
    """A request for a model. headers: lower-case names. query: as it came, without the question mark."""

    door: Door
    headers: Mapping[str, str]
    query: str
    body: bytes
    ids: Ids
    method: str


class BadBody(Exception):
    """The body is not what this door takes; the text says what is wrong."""


NO_ROUTE = 7000
BAD_ACCOUNT = 7003
MALFORMED_MODEL = 3042
INVALID_PROVIDER = 2008
"""(inferred)"""
COMPAT = "compat"
WORKERS_AI = "workers-ai"


def json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; raises BadBody, saying what is wrong with it."""
    value = json_value(body)
    if not isinstance(value, dict):
        raise BadBody("the body is not a JSON object")
    return value


def json_value(body: bytes) -> Any:
    """The body as JSON; raises BadBody."""
    if not body:
        raise BadBody("the body is empty")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadBody(f"the body is not valid JSON: {error}") from error


@lru_cache(maxsize=256)
def header_name(raw: bytes) -> str:
    """The same few come again and again."""
    return raw.decode("latin-1")


def ids_of(headers: Mapping[str, str]) -> Ids:
    """Fresh ids; the caller's `cf-aig-event-id` is kept when it can be a header again."""
    request = new_id()
    event = headers.get("cf-aig-event-id", "")
    return Ids(request, event if event.isascii() and event.isprintable() and event else request)
