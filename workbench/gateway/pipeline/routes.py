"""Running a dynamic route: the engine decides, this carries out what it asks for (ai-gateway §7)."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from msgspec.structs import replace

from workbench.domain.routes.errors import RouteError
from workbench.gateway.calls import Call
from workbench.gateway.configuration import Configuration, LiveRoute
from workbench.gateway.naming import NotNamed
from workbench.gateway.pipeline.attempts import Policy, is_success, let_go
from workbench.gateway.pipeline.limits import Ledger, RouteLimits
from workbench.gateway.pipeline.passage import Passage
from workbench.gateway.protocol import BadBody
from workbench.gateway.replies import PROVIDER_FAILED, Reply, error_reply
from workbench.gateway.requests import Leg
from workbench.routing.attempts import Attempt, Ending, Outcome
from workbench.routing.facts import Facts

Ask = Callable[[Passage, Call, Policy], Awaitable[Reply]]


class Caller(Protocol):
    """Makes a route's model element a call (gateway.providers.Providers)."""

    def call_for(self, provider: str, model: str, unified_body: dict[str, Any], like: Call) -> Call: ...


class Routes:
    """ask: sends one call, through cache, budgets and attempts. now: Unix seconds, for the limits."""

    def __init__(
        self,
        configuration: Configuration,
        caller: Caller,
        ledger: Ledger,
        ask: Ask,
        *,
        now: Callable[[], float],
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._configuration = configuration
        self._caller = caller
        self._ledger = ledger
        self._ask = ask
        self._now = now
        self._dice = dice

    async def answer(self, passage: Passage, leg: Leg) -> Reply:
        """The answer of the model that counts, or why there is none: 400 / 2005, naming the element the request ended at."""
        passage.route = leg.route
        try:
            live = self._configuration.route(passage.settings.id, leg.route)
        except RouteError as wrong:
            return _refused(passage, leg, f"The route “{leg.route}” cannot run: {wrong.what}")
        if live is None:
            return _refused(passage, leg, self._unknown(passage.settings.id, leg.route))
        if leg.body is None:
            return _refused(passage, leg, "A route takes a chat-completions body, a JSON object")
        passage.live = live
        return await self._run(passage, leg, live, leg.body)

    async def _run(self, passage: Passage, leg: Leg, live: LiveRoute, body: Mapping[str, Any]) -> Reply:
        facts = Facts(passage.options.metadata, leg.call.headers, body)
        limits = RouteLimits(self._ledger, passage.settings.id, self._now)
        steps = live.compiled.run(facts, dice=self._dice, limits=limits)
        answer: tuple[Call, Reply] | None = None
        error = ""
        try:
            attempt = next(steps)
            while True:
                call, reply = await self._attempt(passage, leg, attempt, body)
                if is_success(reply.status):
                    if answer is not None:
                        await let_go(answer[1])  # the last model that answers counts
                    answer, outcome = (call, reply), Outcome(True, reply.status)
                else:
                    error = _why(passage, reply)
                    outcome = Outcome(False, reply.status, error)
                    await let_go(reply)
                attempt = steps.send(outcome)
        except StopIteration as end:
            ending: Ending = end.value
        except BaseException:
            if answer is not None:
                await let_go(answer[1])
            raise
        passage.ending = ending
        passage.budgets = ending.budgets
        if answer is not None and ending.answered:
            passage.call = answer[0]
            passage.upstream = answer[1].upstream
            return answer[1]
        if answer is not None:
            await let_go(answer[1])
        return self._nobody(passage, leg, ending, error)

    async def _attempt(
        self, passage: Passage, leg: Leg, attempt: Attempt, body: Mapping[str, Any]
    ) -> tuple[Call, Reply]:
        options = passage.options
        policy = Policy(
            attempt.retries + 1,
            attempt.timeout_ms,
            options.delay_ms,
            options.backoff,
            quotes=options.collect_payload,
        )
        call = leg.call
        try:
            call = self._caller.call_for(attempt.provider, attempt.model, dict(body), leg.call)
        except (BadBody, NotNamed) as wrong:
            return call, error_reply(call.family, 400, PROVIDER_FAILED, str(wrong))
        call = replace(call, element=f"{leg.route}/{attempt.element}")
        return call, await self._ask(passage, call, policy)

    def _nobody(self, passage: Passage, leg: Leg, ending: Ending, error: str) -> Reply:
        what = f"The route “{leg.route}” ended at its element “{ending.element}” without an answer."
        return _refused(passage, leg, f"{what} {error}".rstrip(), "Failed to get response from provider: ")

    def _unknown(self, gateway: str, name: str) -> str:
        names = ", ".join(f"“{route.name}”" for route in self._configuration.routes.of(gateway))
        there = f"it has {names}" if names else "it has no routes yet"
        return f"There is no route “{name[:100]}” on the gateway “{gateway}”: {there}"


def _refused(passage: Passage, leg: Leg, message: str, lead: str = "") -> Reply:
    passage.error = message
    return error_reply(leg.call.family, 400, PROVIDER_FAILED, lead + message)


def _why(passage: Passage, reply: Reply) -> str:
    """What the last attempt says; a refusal of our own, such as a budget's, made none."""
    rows = passage.attempts.rows
    return (
        rows[-1].error
        if rows and rows[-1].status == reply.status
        else passage.error or f"Status {reply.status}."
    )
