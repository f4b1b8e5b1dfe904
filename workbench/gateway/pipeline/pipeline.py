"""The way of a request: rate limit → cache → route or direct → attempts → reply → journal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from workbench.domain.chat import Usage
from workbench.domain.gateway import Upstream
from workbench.domain.gateways import GatewaySettings, Mode, ProviderConfig
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.gateway.access import Access
from workbench.gateway.calls import Answerer, Call
from workbench.gateway.configuration import Configuration
from workbench.gateway.naming import NotNamed
from workbench.gateway.pipeline import cache as caching
from workbench.gateway.pipeline import refusals
from workbench.gateway.pipeline.attempts import ONCE, Attempts, Policy, is_success, let_go
from workbench.gateway.pipeline.background import Background
from workbench.gateway.pipeline.cache import Cache
from workbench.gateway.pipeline.flights import Flight, Flights
from workbench.gateway.pipeline.headers import dressed
from workbench.gateway.pipeline.limits import Ledger
from workbench.gateway.pipeline.options import BadOption, Options, options_of, read_options
from workbench.gateway.pipeline.passage import Passage
from workbench.gateway.pipeline.recorder import BROKEN, Recorder, Rows, usage_in
from workbench.gateway.pipeline.routes import Caller, Routes
from workbench.gateway.pipeline.spend import Spending
from workbench.gateway.protocol import BadBody, Inference
from workbench.gateway.replies import PROVIDER_FAILED, Cut, Reply, error_reply, refusal_reply
from workbench.gateway.requests import Leg, calls_of, refusal_of
from workbench.storage.gateway_cache import CachedAnswer

STOPPING = 503
BARE = GatewaySettings(id="", authentication=True)
"""What holds where no gateway was asked for: nothing is limited, cached or repeated; the desk still writes its row."""


class Asked(Answerer, Caller, Protocol):
    """Who answers calls (gateway.providers.Providers)."""

    def stored_for(self, call: Call) -> ProviderConfig | None: ...


class Pipeline:
    def __init__(
        self,
        *,
        configuration: Configuration,
        providers: Asked,
        rows: Rows,
        cache: Cache,
        background: Background,
        access: Access,
        ledger: Ledger,
        stopping: Callable[[], bool],
        upstream: Upstream,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._configuration = configuration
        self._providers = providers
        self._cache = cache
        self._flights = Flights(background)
        self._access = access
        self._ledger = ledger
        self._spending = Spending(ledger)
        self._recorder = Recorder(rows, ledger, stopping=stopping, clock=clock, now=now)
        self._routes = Routes(configuration, providers, ledger, self._ask, now=now)
        self._stopping = stopping
        self._now = now
        self._clock = clock
        self._sleep = sleep
        self._base: dict[str, tuple[GatewaySettings, Options]] = {}
        self.set_upstream(upstream)
        configuration.on_change.append(self._changed)

    def set_upstream(self, upstream: Upstream) -> None:
        """Who answers for providers that follow it: answers of another one are not given again."""
        self._follows = f"{upstream.kind}|{upstream.base_url}|{upstream.account}|{upstream.gateway}|{upstream.gateway_base}"

    def settle(self) -> None:
        """Rows of requests that have been answered are the journal's from here on."""
        self._recorder.flush()

    async def answer(self, inference: Inference) -> Reply:
        """Never raises for what the request or a provider did; its row is written when the answer has ended.

        A stream in it must be closed. Cancelled, it writes the row and lets go of the provider.
        """
        began = self._clock()
        attempts = Attempts(
            self._providers, began, stopping=self._stopping, clock=self._clock, sleep=self._sleep
        )
        passage = Passage(inference, BARE, _NOTHING, self._now(), began, attempts)
        try:
            reply = await self._answer(passage)
        except asyncio.CancelledError:
            self._recorder.unanswered(passage)
            raise
        except Cut:
            passage.error = "The gateway was stopping."
            reply = error_reply(inference.door.family, STOPPING, PROVIDER_FAILED, "The gateway is stopping")
        except Exception:
            passage.error = BROKEN
            self._recorder.unanswered(passage)
            raise
        return self._sent(passage, reply)

    async def _answer(self, passage: Passage) -> Reply:
        inference = passage.inference
        family = inference.door.family
        gateway = inference.door.gateway or inference.headers.get("cf-aig-gateway-id", "")
        if not self._settle(passage, gateway):
            return refusals.no_gateway(family, gateway)
        try:
            legs = calls_of(inference)
        except (BadBody, NotNamed) as wrong:
            passage.error = str(wrong)
            return refusal_reply(refusal_of(wrong, family))
        passage.call = legs[0].call
        # The REST family sends some models through the default gateway without being asked to (ai-gateway §1.1).
        meant = legs[0].call.gateway or (DEFAULT_GATEWAY if legs[0].route else "")
        if meant != gateway and not self._settle(passage, meant):
            return refusals.no_gateway(family, meant)
        limited = self._limited(passage)
        if limited is not None:
            return limited
        try:
            return await self._legs(passage, legs)
        except BadOption as bad:
            passage.error = str(bad)
            return refusals.bad_option(family, str(bad))

    def _settle(self, passage: Passage, gateway: str) -> bool:
        """The gateway's settings hold from here on; False where there is no such gateway."""
        if not gateway:
            passage.options = _UNASKED
            return True
        settings = self._configuration.gateway(gateway)
        if settings is None:
            return False
        known = self._base.get(gateway)
        if known is None or known[0] is not settings:
            known = self._base[gateway] = (settings, options_of(settings))
        passage.settings, passage.options = known
        return True

    def _limited(self, passage: Passage) -> Reply | None:
        settings = passage.settings
        limit, window_s = settings.rate_limiting_limit, settings.rate_limiting_interval
        if not limit or not window_s:
            return None
        technique = settings.rate_limiting_technique
        standing = self._ledger.take(("gateway", settings.id), limit, window_s, technique, self._now())
        if standing.allowed:
            return None
        passage.error = "The gateway's rate limit was reached."
        family = passage.inference.door.family
        return refusals.gateway_limited(family, settings.id, window_s, technique, standing)

    async def _legs(self, passage: Passage, legs: tuple[Leg, ...]) -> Reply:
        """The first leg that succeeds, or what the last one says."""
        base = passage.options
        last = len(legs) - 1
        for step, leg in enumerate(legs):
            passage.step = step
            passage.call = leg.call
            passage.error = ""
            if passage.settings is not BARE:
                passage.options = read_options(base, leg.call.headers)
            if leg.route:
                reply = await self._routes.answer(passage, leg)
            else:
                policy = _policy(passage.options, final=step == last, alone=last == 0)
                reply = await self._ask(passage, leg.call, policy)
            if step == last or is_success(reply.status):
                return reply
            await let_go(reply)
        raise AssertionError("a plan has legs")

    async def _ask(self, passage: Passage, call: Call, policy: Policy) -> Reply:
        """One call: out of the cache, along with another one under way, or upstream.

        A route's model elements come here one by one: so a hit never bypasses what the route decides, only the call (inferred).
        """
        passage.call = call
        passage.cached = False
        passage.tokens = None
        passage.error = ""
        ttl_s = caching.ttl_of(passage.options)
        if ttl_s and caching.is_cacheable(call, passage.settings):
            reply = await self._cached(passage, call, policy, ttl_s)
        else:
            reply = await self._send(passage, call, policy)
        passage.upstream = reply.upstream
        return reply

    async def _cached(self, passage: Passage, call: Call, policy: Policy, ttl_s: int) -> Reply:
        options = passage.options
        key = caching.key_of(call, options, self._place(call), self._access)
        passage.cache_key = options.cache_key or key.hex()
        if not options.skip_cache:
            answer = await self._cache.get(key)
            if answer is not None:
                passage.cached = True
                passage.tokens = Usage(*answer.tokens)
                return caching.reply_of(answer)
            flight = self._flights.find(key) if passage.settings.coalesce else None
            if flight is not None:
                return await self._joined(passage, flight)
        flight = self._flights.start(
            key,
            lambda: self._send(passage, call, policy),
            self._keeper(key, call, ttl_s),
            shared=passage.settings.coalesce and not options.skip_cache,
        )
        return await flight.board()

    async def _joined(self, passage: Passage, flight: Flight) -> Reply:
        """Somebody else's answer, which costs nothing more: a hit, unless it turns out to be an error."""
        reply = await flight.board()
        passage.cached = is_success(reply.status)
        if passage.cached:
            reply.upstream = caching.UPSTREAM
        return reply

    def _keeper(self, key: bytes, call: Call, ttl_s: int) -> Callable[[Reply, bytes], None]:
        generation = self._cache.generation

        def keep(reply: Reply, body: bytes) -> None:
            if not caching.is_kept(call, reply, body):
                return
            usage = usage_in(call, reply.headers, body, streamed=reply.stream is not None)
            answer = CachedAnswer(
                key=key,
                gateway=call.gateway,
                provider=call.provider,
                created_at=0.0,
                expires_at=0.0,
                status=reply.status,
                headers=caching.kept_headers(reply.headers),
                body=body,
                streamed=reply.stream is not None,
                tokens=(usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens),
            )
            self._cache.put(answer, ttl_s, generation)

        return keep

    async def _send(self, passage: Passage, call: Call, policy: Policy) -> Reply:
        """Upstream, if no budget and no key's own limit is in the way."""
        if passage.settings.spend_rules:
            over = self._spending.over(passage.settings, call, passage.options.metadata, self._now())
            if over is not None:
                passage.error = refusals.overspent_words(over)
                return refusals.overspent(over)
        config = self._providers.stored_for(call)
        if config is not None and config.rate_limit and config.rate_limit_period_s:
            limited = self._key_limited(passage, call, config, config.rate_limit, config.rate_limit_period_s)
            if limited is not None:
                return limited
        return await passage.attempts.answer(call, passage.inference.ids, policy)

    def _key_limited(
        self, passage: Passage, call: Call, config: ProviderConfig, limit: int, window_s: int
    ) -> Reply | None:
        technique = passage.settings.rate_limiting_technique
        standing = self._ledger.take(("key", config.id), limit, window_s, technique, self._now())
        if standing.allowed:
            return None
        passage.error = "The stored key's rate limit was reached."
        return refusals.key_limited(call.family, config, window_s, technique, standing)

    def _place(self, call: Call) -> str:
        mode = self._configuration.mode(call.provider)
        return self._follows if mode is Mode.FOLLOW else mode.value

    def _sent(self, passage: Passage, reply: Reply) -> Reply:
        dressed(passage, reply)
        if reply.stream is not None:
            reply.stream = self._recorder.tapped(passage, reply, reply.stream)
        else:
            self._recorder.whole(passage, reply)
        return reply

    def _changed(self, gateway: str, what: str) -> None:
        """Configuration changed: answers that are no longer the right ones go (ai-gateway §4)."""
        if what.startswith("provider:"):
            self._cache.drop(gateway=gateway or None, provider=what.removeprefix("provider:"))
        elif what == "gateway":
            settings = self._configuration.gateway(gateway)
            if settings is None or settings.cache_invalidate_on_update:
                self._cache.drop(gateway=gateway)


def _policy(options: Options, *, final: bool, alone: bool) -> Policy:
    if options.tries == 1 and not options.timeout_ms and options.collect_payload:
        return ONCE
    waits = final and (options.tries > 1 or not alone)
    return Policy(
        options.tries, options.timeout_ms, options.delay_ms, options.backoff, waits, options.collect_payload
    )


_NOTHING = Options(collect_log=False)
"""Before it is known which gateway is meant: a request for one that is not there leaves no row."""
_UNASKED = options_of(BARE)
