"""Paths to doors, bytes to requests: what the server understands, apart from any socket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from workbench.domain.ids import new_id


class Family(StrEnum):
    """Who speaks at an address; each has its own error envelope (ai-gateway §3.3 A and C)."""

    GATEWAY = "gateway"
    REST = "rest"
    OWN = "own"


class Action(StrEnum):
    CHAT = "chat"
    RUN = "run"
    MODELS = "models"
    SEARCH = "search"
    SCHEMA = "schema"
    VERIFY = "verify"
    HEALTH = "health"
    STATUS = "status"
    UPSTREAM = "upstream"
    SANDBOX = "sandbox"
    LEASE = "lease"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Door:
    """One address of the gateway. provider: the slug in a gateway path ("compat" at the unified one), "" elsewhere.

    model: the id in a native path (`@cf/author/name`); on the chat doors the model is in the body.
    """

    family: Family
    action: Action
    methods: tuple[str, ...]
    account: str = ""
    gateway: str = ""
    provider: str = ""
    model: str = ""


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


@dataclass(frozen=True, slots=True)
class Ids:
    """What one request is called in its answer's headers (ai-gateway §2.2): log id and request id are the same here."""

    request: str
    event: str


@dataclass(frozen=True, slots=True)
class Inference:
    """A request for a model. headers: lower-case names. query: as it came, without the question mark."""

    door: Door
    headers: Mapping[str, str]
    query: str
    body: bytes
    ids: Ids


class BadBody(Exception):
    """The body is not what this door takes; the text says what is wrong."""


_READ = ("GET", "HEAD")
_POST = ("POST",)
_OWN: Mapping[str, Door] = {
    "/healthz": Door(Family.OWN, Action.HEALTH, _READ),
    "/-/status": Door(Family.OWN, Action.STATUS, _READ),
    "/-/upstream": Door(Family.OWN, Action.UPSTREAM, ("PUT",)),
    "/-/sandbox": Door(Family.OWN, Action.SANDBOX, ("PUT",)),
    "/-/lease": Door(Family.OWN, Action.LEASE, ("GET",)),
    "/-/release": Door(Family.OWN, Action.RELEASE, _POST),
    "/client/v4/user/tokens/verify": Door(Family.REST, Action.VERIFY, _READ),
}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MODEL = re.compile(r"@(?:cf|hf)/[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_REST_TAILS: Mapping[str, tuple[Action, tuple[str, ...]]] = {
    "ai/v1/chat/completions": (Action.CHAT, _POST),
    "ai/v1/models": (Action.MODELS, _READ),
    "ai/models/search": (Action.SEARCH, _READ),
    "ai/models/schema": (Action.SCHEMA, _READ),
    "tokens/verify": (Action.VERIFY, _READ),
}
_GATEWAY_TAILS: Mapping[str, tuple[Action, str, tuple[str, ...]]] = {
    "compat/chat/completions": (Action.CHAT, "compat", _POST),
    "compat/models": (Action.MODELS, "compat", _READ),
    "workers-ai/v1/chat/completions": (Action.CHAT, "workers-ai", _POST),
    "workers-ai/v1/models": (Action.MODELS, "workers-ai", _READ),
}

NO_ROUTE = 7000
BAD_ACCOUNT = 7003
MALFORMED_MODEL = 3042


def door_of(method: str, path: str) -> Door | Refusal:
    """The door at a decoded path, or why there is none. Never raises, whatever the path holds."""
    door = _OWN.get(path) or _door_at(path)
    if isinstance(door, Refusal) or method in door.methods:
        return door
    # workers-ai §15 gives 7000 for a wrong method as for a wrong path; the status 405 is (inferred).
    return Refusal(
        door.family, 405, NO_ROUTE, f"Method {method[:20]} is not available for that URI", door.methods
    )


def _door_at(path: str) -> Door | Refusal:
    if path.startswith("/v1/"):
        return _gateway_door(path.removeprefix("/v1/"))
    if path.startswith("/client/v4/accounts/"):
        return _rest_door(path.removeprefix("/client/v4/accounts/"))
    return _no_route(Family.REST)


def _gateway_door(rest: str) -> Door | Refusal:
    account, _, rest = rest.partition("/")
    gateway, _, tail = rest.partition("/")
    if not _NAME.fullmatch(account) or not _NAME.fullmatch(gateway):
        return _no_route(Family.GATEWAY)
    if (known := _GATEWAY_TAILS.get(tail)) is not None:
        action, provider, methods = known
        return Door(Family.GATEWAY, action, methods, account, gateway, provider)
    if tail.startswith("workers-ai/"):
        model = tail.removeprefix("workers-ai/").removeprefix("run/")
        return _run_door(Family.GATEWAY, account, gateway, "workers-ai", model)
    return _no_route(Family.GATEWAY)


def _rest_door(rest: str) -> Door | Refusal:
    account, _, tail = rest.partition("/")
    if not _NAME.fullmatch(account):
        return Refusal(
            Family.REST,
            404,
            BAD_ACCOUNT,
            f"Could not route to /accounts/{account[:64]}, perhaps your object identifier is invalid?",
        )
    if (known := _REST_TAILS.get(tail)) is not None:
        action, methods = known
        return Door(Family.REST, action, methods, account)
    if tail.startswith("ai/run/"):
        return _run_door(Family.REST, account, "", "", tail.removeprefix("ai/run/"))
    return _no_route(Family.REST)


def _run_door(family: Family, account: str, gateway: str, provider: str, model: str) -> Door | Refusal:
    if _MODEL.fullmatch(model):
        return Door(family, Action.RUN, _POST, account, gateway, provider, model)
    if model.startswith("@"):
        message = f"Invalid model id “{model[:100]}”: it reads @cf/author/name"
        return Refusal(family, 404, MALFORMED_MODEL, message, native=True)
    # ai-gateway §3.3: `/ai/run/dynamic/x` is answered with 400, other unknown paths with 404 (workers-ai §15).
    return _no_route(family, 400 if family is Family.REST else 404)


def _no_route(family: Family, status: int = 404) -> Refusal:
    return Refusal(family, status, NO_ROUTE, "No route for that URI")


def json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; raises BadBody, saying what is wrong with it."""
    if not body:
        raise BadBody("the body is empty")
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadBody(f"the body is not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise BadBody("the body is not a JSON object")
    return value


def ids_of(headers: Mapping[str, str]) -> Ids:
    """Fresh ids; the caller's `cf-aig-event-id` is kept when it can be a header again."""
    request = new_id()
    event = headers.get("cf-aig-event-id", "")
    return Ids(request, event if event.isascii() and event.isprintable() and event else request)
