"""What the doctor looks at, in order, and how each finding reads."""

from __future__ import annotations

import difflib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from workbench.client.sockets import Place, place_of
from workbench.domain.chat import (
    ChatMessage,
    ChatParameters,
    ChatReply,
    ChatRequest,
    Delta,
    Finished,
    ReasoningDelta,
    Role,
    Served,
    TextDelta,
)
from workbench.domain.errors import Failure, RequestFailed, WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.gateways import is_route
from workbench.domain.ids import new_id
from workbench.domain.models import Model
from workbench.domain.targets import Connection, Target
from workbench.services.readiness import lacking

_QUESTION = "Reply with the word OK."
_TOKENS = 16
_STEP_FAILED = 2005
"""The gateway's code when every leg of a route or a universal request failed (ai-gateway §3.3)."""
_LIKENESS = 0.5
_MAY_NOT_LOOK = frozenset({Failure.UNAUTHORIZED, Failure.FORBIDDEN})


class Outcome(StrEnum):
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """See doctor.Check."""

    outcome: Outcome
    what: str = ""
    why: str = ""
    fix: str = ""
    failure: str = ""
    replacement: str = ""

    @classmethod
    def ok(cls, what: str) -> Finding:
        return cls(Outcome.OK, what)

    @classmethod
    def skipped(cls, why: str) -> Finding:
        return cls(Outcome.SKIPPED, why=why)

    @classmethod
    def failed(cls, what: str, why: str, fix: str) -> Finding:
        return cls(Outcome.FAILED, what, why, fix)

    @classmethod
    def of(cls, error: WorkbenchError) -> Finding:
        failure = error.failure if isinstance(error, RequestFailed) else ""
        replacement = error.replacement if isinstance(error, RequestFailed) else ""
        return cls(Outcome.FAILED, error.what, error.why, error.fix, failure, replacement)


class Targets(Protocol):
    """services.targets.TargetService."""

    @property
    def current(self) -> Target: ...
    def get(self, target_id: str) -> Target: ...
    async def draft_connection(self, target_id: str = "") -> Connection: ...


class Probe(Protocol):
    """client.probe.ProbeClient."""

    async def reach(self, connection: Connection) -> float: ...
    async def verify_token(self, connection: Connection) -> str: ...
    async def account(self, connection: Connection) -> None: ...
    async def workers_ai_permission(self, connection: Connection) -> None: ...
    async def gateway_exists(self, connection: Connection) -> None: ...
    async def gateway_token(self, connection: Connection) -> None: ...


class Sockets(Protocol):
    """client.sockets.Sockets."""

    async def resolve(self, place: Place) -> tuple[str, ...]: ...
    async def connect(self, place: Place) -> None: ...
    async def handshake(self, place: Place) -> str: ...


class Wire(Protocol):
    """client.chat.ChatClient."""

    def stream(
        self, connection: Connection, request: ChatRequest, exchange: Exchange
    ) -> AsyncGenerator[Delta, None]: ...


class Models(Protocol):
    """services.catalogue.Catalogue."""

    async def models(self, target_id: str) -> tuple[Model, ...]: ...
    def find(self, model_id: str) -> Model: ...
    def default_model(self, target_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What the checks are made with."""

    targets: Targets
    models: Models
    probe: Probe
    wire: Wire
    sockets: Sockets


@dataclass(slots=True)
class Case:
    """One examination. connection and places are there once the first step has passed."""

    tools: Tools
    target_id: str
    model: str
    connection: Connection = field(init=False)
    places: tuple[Place, ...] = ()

    @property
    def target(self) -> Target:
        return self.connection.target


@dataclass(frozen=True, slots=True)
class Step:
    """name: stable, for programs. slow: a model answers, which may take its time."""

    name: str
    label: str
    look: Callable[[Case], Awaitable[Finding]]
    slow: bool = False


async def configured(case: Case) -> Finding:
    case.connection = await case.tools.targets.draft_connection(case.target_id)
    if lack := lacking(case.connection):
        return Finding.of(lack)
    places = [place_of(base) for base in _bases(case.connection)]
    case.places = tuple({(place.host, place.port): place for place in places}.values())
    if case.target.can.sandbox:
        return Finding.ok(f"The local gateway runs at {case.target.api_base.removesuffix('/client/v4')}.")
    return Finding.ok(f"“{case.target.name}” has everything a call needs.")


async def resolves(case: Case) -> Finding:
    found = []
    for place in case.places:
        addresses = await case.tools.sockets.resolve(place)
        if addresses:
            found.append(f"{place.host} is {addresses[0]}.")
    if not found:
        return Finding.skipped("The address is a number, so there is no name to look up.")
    return Finding.ok(" ".join(found))


async def listens(case: Case) -> Finding:
    for place in case.places:
        await case.tools.sockets.connect(place)
    words = (
        f"the proxy {place.host}:{place.port}" if place.proxy else f"{place.host}:{place.port}"
        for place in case.places
    )
    return Finding.ok(f"Something listens at {' and '.join(words)}.")


async def encrypted(case: Case) -> Finding:
    places = [place for place in case.places if place.tls]
    if not places:
        proxied = any(place.proxy for place in case.places)
        return Finding.skipped(
            "The connection goes through a proxy; the request below shows whether TLS works."
            if proxied
            else "The address is http://, which is not encrypted."
        )
    versions = [await case.tools.sockets.handshake(place) for place in places]
    return Finding.ok(f"The certificate is trusted ({versions[0]}).")


async def token(case: Case) -> Finding:
    if not case.target.can.verify_token:
        return Finding.skipped("This target has no way to verify a token by itself; the next calls show it.")
    if not case.connection.credentials.api_token:
        return Finding.skipped("There is a gateway token only, which cannot be verified by itself.")
    whose = await case.tools.probe.verify_token(case.connection)
    return Finding.ok(f"The API token is active; it belongs to the {whose}.")


async def account(case: Case) -> Finding:
    if not case.target.can.cloudflare_api:
        return Finding.skipped("This target has no accounts.")
    if case.target.can.sandbox:
        return Finding.skipped("The local gateway answers for any account.")
    if not case.connection.credentials.api_token:
        return Finding.skipped("Without an API token the account cannot be looked at.")
    await case.tools.probe.account(case.connection)
    return Finding.ok(f"The account {case.target.account} is there.")


async def permission(case: Case) -> Finding:
    if not case.target.can.cloudflare_api:
        latency_ms = await case.tools.probe.reach(case.connection)
        return Finding.ok(
            f"The server answers within {latency_ms:.0f} ms and takes what it was given as a key."
        )
    if not case.connection.credentials.api_token:
        return Finding.skipped("There is no API token; everything goes through the gateway.")
    await case.tools.probe.workers_ai_permission(case.connection)
    if case.target.can.sandbox:
        return Finding.ok("The local gateway takes the access token.")
    return Finding.ok("The token may use Workers AI.")


async def gateway(case: Case) -> Finding:
    if not case.target.can.gateway:
        return Finding.skipped("No gateway is set; requests go to Workers AI directly.")
    if case.target.can.sandbox:
        return Finding.skipped("The local gateway answers to any name.")
    try:
        await case.tools.probe.gateway_exists(case.connection)
    except RequestFailed as error:
        if error.failure in _MAY_NOT_LOOK:
            return Finding.skipped(
                "The token may not look at gateways; the next check shows whether it is there."
            )
        raise
    return Finding.ok(f"The gateway “{case.target.gateway}” exists.")


async def gateway_token(case: Case) -> Finding:
    if not case.target.can.gateway:
        return Finding.skipped("No gateway is set.")
    await case.tools.probe.gateway_token(case.connection)
    return Finding.ok("The gateway takes the token.")


async def model(case: Case) -> Finding:
    tools = case.tools
    unlisted: RequestFailed | None = None
    listed: tuple[Model, ...] = ()
    try:
        listed = await tools.models.models(case.target.id)
    except RequestFailed as error:
        unlisted = error
    case.model = case.model or tools.models.default_model(case.target.id)
    if not case.model and unlisted is not None:
        return Finding.of(unlisted)
    if not case.model:
        return Finding.failed(
            "There is no model to ask.",
            "The target lists none that can chat.",
            "Load a model in the server, or name one.",
        )
    if is_route(case.model):
        return Finding.skipped(f"“{case.model}” is a route; the request below shows whether it works.")
    found = tools.models.find(case.model)
    if unlisted is not None and not found.deprecated:
        return Finding.skipped(
            f"The list of models did not come ({unlisted.what}) The request below shows more."
        )
    return _known(case, found, listed)


async def answers(case: Case) -> Finding:
    request = ChatRequest(
        case.model,
        (ChatMessage(Role.USER, _QUESTION),),
        parameters=ChatParameters(max_tokens=_TOKENS),
    )
    reply = ChatReply()
    try:
        async with aclosing(
            case.tools.wire.stream(case.connection, request, Exchange(new_id(), 0.0))
        ) as deltas:
            async for delta in deltas:
                reply.add(delta, 0.0)
                match delta:
                    case TextDelta() | ReasoningDelta():
                        return _answered(case, reply.served)
                    case Finished(truncated=False):
                        return _wordless(case)
    except RequestFailed as error:
        return _unanswered(case, error)
    return Finding.failed(
        "The answer was cut off before its first word.", "The connection ended too early.", "Try again."
    )


STEPS: Sequence[Step] = (
    Step("configured", "Connection set up", configured),
    Step("dns", "Name found", resolves),
    Step("port", "Port answers", listens),
    Step("tls", "Encryption", encrypted),
    Step("token", "API token", token),
    Step("account", "Account", account),
    Step("permission", "Permission for models", permission),
    Step("gateway", "Gateway exists", gateway),
    Step("gateway-token", "Gateway token", gateway_token),
    Step("model", "Model", model),
    Step("request", "A question is answered", answers, slow=True),
)


def _bases(connection: Connection) -> list[str]:
    target = connection.target
    if not target.can.cloudflare_api:
        return [target.base_url]
    return [target.api_base, target.gateway_base] if target.can.gateway else [target.api_base]


def _known(case: Case, found: Model, listed: tuple[Model, ...]) -> Finding:
    name = f"“{case.model}”"
    if found.deprecated:
        return Finding(
            Outcome.FAILED,
            f"{name} has been retired.",
            f"It was taken down on {found.retires_on}." if found.retires_on else "It is no longer offered.",
            f"Use “{found.replacement}” instead." if found.replacement else "Choose another model.",
            Failure.MODEL_RETIRED,
            found.replacement,
        )
    if not any(one.id == found.id for one in listed):
        return _unlisted(case, listed)
    if found.requires_workers_paid and not case.target.can.sandbox:
        return Finding(
            Outcome.WARNING,
            f"{name} is only for paying accounts.",
            "A free account is refused; the request below shows which one this is.",
            "Upgrade the account to Workers Paid, or choose a model of the free plan.",
            Failure.MODEL_PAID_ONLY,
        )
    if not found.chats:
        return Finding.failed(
            f"{name} does not chat.", f"Its task is {found.task}.", "Choose a model for text generation."
        )
    return Finding.ok(f"{name} is there.")


def _unlisted(case: Case, listed: tuple[Model, ...]) -> Finding:
    own = case.model.startswith(("@cf/", "@hf/"))
    if case.target.can.cloudflare_api and not own:
        return Finding.skipped(
            f"“{case.model}” is another provider's; the request below shows whether it works."
        )
    close = difflib.get_close_matches(
        case.model, [one.id for one in listed if not one.deprecated], 1, _LIKENESS
    )
    return Finding(
        Outcome.FAILED,
        f"There is no model “{case.model}” here.",
        "The list of this target does not have it.",
        f"Did you mean “{close[0]}”?" if close else "Choose one from the list.",
        Failure.MODEL_NOT_FOUND,
    )


def _answered(case: Case, served: Served) -> Finding:
    name = served.model or case.model
    if served.sandbox:
        return Finding.ok(f"The sandbox answers in place of “{name}”: simulated, and free of charge.")
    provider = f" by {served.provider}" if served.provider else ""
    return Finding.ok(f"“{name}”{provider} answers.")


def _wordless(case: Case) -> Finding:
    return Finding(
        Outcome.WARNING,
        f"“{case.model}” answered without a word.",
        f"It was given {_TOKENS} tokens to answer in.",
        "Ask it something in the chat to be sure.",
    )


def _unanswered(case: Case, error: RequestFailed) -> Finding:
    finding = Finding.of(error)
    if error.code == _STEP_FAILED or (is_route(case.model) and error.failure is Failure.SERVER):
        return replace(
            finding,
            what=f"A step of “{case.model}” failed, and no other step took over.",
            why=f"{error.what} {error.why}".strip(),
            fix="Ask the models of its steps one by one; the gateway's log names the step that failed.",
        )
    return finding
