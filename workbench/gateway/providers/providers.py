"""Who answers a call: the sandbox, the provider itself with a stored or the caller's key, or the gateway's upstream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.gateways import CUSTOM, DEFAULT_ALIAS, CustomProvider, Mode, ProviderConfig
from workbench.domain.secret import Secret
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.domain.upstream_addresses import is_local_name
from workbench.gateway.access import Access
from workbench.gateway.calls import Answerer, Call, Shape
from workbench.gateway.naming import NotNamed, named
from workbench.gateway.protocol import (
    INVALID_PROVIDER,
    WORKERS_AI,
    BadBody,
    Door,
    Family,
    Ids,
    Refusal,
)
from workbench.gateway.providers.cloudflare import to_cloudflare
from workbench.gateway.providers.envelopes import enveloped_reply
from workbench.gateway.providers.forwarding import Transport, forward
from workbench.gateway.providers.hosts import HOSTS, KEY_HEADERS, Host, custom_host
from workbench.gateway.providers.keys import Ours, caller_key, takes_openai_key
from workbench.gateway.providers.model_lists import upstream_models
from workbench.gateway.providers.outgoing import Outgoing, to_host, to_server
from workbench.gateway.replies import (
    Reply,
    refusal_reply,
)
from workbench.gateway.requests import refusal_of
from workbench.gateway.translation.unified import native_call, unified_reply

NO_KEY = 8003
"""A code of our own, next to those in replies.py: a live provider, and no key for it. 400 as for `byok_only` (ai-gateway §3.2)."""
_USE_STORED = frozenset({Mode.STORED, Mode.SANDBOX})
_STREAM_JSON = (Shape.GENERATE, Shape.OTHER)
_OF_THE_CONNECTION = ("connection", "content-length", "transfer-encoding")
STORED, CALLER, CLOUDFLARE, SERVER, SANDBOX = "stored-key", "caller-key", "cloudflare", "server", "sandbox"


class Configuration(Protocol):
    """What has to be known here of gateway.configuration.Configuration."""

    def mode(self, provider: str) -> Mode: ...

    def provider_config(self, gateway_id: str, slug: str, alias: str = ...) -> ProviderConfig | None: ...

    async def provider_key(self, config: ProviderConfig) -> Secret | None: ...

    def custom_provider(self, slug: str) -> CustomProvider | None: ...

    async def custom_headers(self, provider: CustomProvider) -> Mapping[str, str]: ...


class _Refused(Exception):
    """Nobody is asked; the caller gets this instead."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class _Way(msgspec.Struct, frozen=True):
    """How a call leaves. call: in the shape that is asked. who: as in LogRow.upstream."""

    call: Call
    outgoing: Outgoing
    who: str


class Providers:
    """An Answerer. sandbox: answers for providers that are simulated. transport: made when it is first needed.

    access: tells the gateway's own token, which never leaves, from a provider's key. hosts: where the providers live.
    """

    def __init__(
        self,
        configuration: Configuration,
        sandbox: Answerer,
        transport: Callable[[], Transport],
        access: Access,
        upstream: Upstream,
        hosts: Mapping[str, Host] = HOSTS,
    ) -> None:
        self._configuration = configuration
        self._sandbox = sandbox
        self._transport = transport
        self._access = access
        self._hosts = hosts
        self.set_upstream(upstream)

    def set_upstream(self, upstream: Upstream) -> None:
        """From the next call on; those under way end where they began."""
        self._upstream = upstream
        self._simulates = upstream.kind is UpstreamKind.SANDBOX
        self._one_server = upstream.kind is UpstreamKind.OPENAI
        self._ours = Ours(self._access, upstream)

    async def answer(self, call: Call, ids: Ids) -> Reply:
        """A unified call is translated to the provider's own shape, and its answer back, where the one who answers needs it:
        callers pass it as it is. The reply has no ids of ours; those of a Cloudflare gateway behind us stay in it.
        """
        try:
            mode = self._mode(call)
            if mode is Mode.SANDBOX:
                return await self._simulated(call, ids)
            way = await self._way(self._with_its_keys(call, mode), mode)
        except _Refused as refused:
            return refusal_reply(refused.refusal)
        except BadBody as bad:
            return refusal_reply(refusal_of(bad, call.family))
        relayed = way.who == CLOUDFLARE
        reply = await forward(
            self._transport(),
            way.outgoing,
            call.family,
            cloudflare=relayed,
            json_streams=call.stream and call.shape in _STREAM_JSON,
        )
        reply = unified_reply(call, way.call, reply)
        if call.envelope and not relayed:
            reply = await enveloped_reply(reply, way.outgoing, call.family)
        reply.upstream = way.who
        return reply

    async def catalogue(self, door: Door, query: str) -> Reply | None:
        """The model list of a live upstream at one of our catalogue doors; None where the sandbox answers."""
        if self._simulates:
            return None
        return await upstream_models(self._upstream, self._transport(), door, query)

    def stored_for(self, call: Call) -> ProviderConfig | None:
        """The stored key this call would be sent with, whose own rate limit then holds; None where it goes without one.

        The sandbox stands in for a provider that has been given its key, so that such a limit is met on the desk too.
        """
        try:
            mode = self._mode(call)
            custom = call.provider.startswith(CUSTOM) and mode is not Mode.SANDBOX
            if mode not in _USE_STORED and not (custom and mode is Mode.FOLLOW):
                return None
            host = self._host(call)
        except _Refused:
            return None
        if host is not None and self._callers_key(host, self._with_its_keys(call, mode))[1]:
            return None
        return self._config(call)

    def call_for(self, provider: str, model: str, unified_body: Mapping[str, Any], like: Call) -> Call:
        """What a route's model element asks: the unified body with the provider's model in it. like: the leg's call.

        Its query stays behind: it was meant for nobody, or held a key for one provider.
        """
        body = {**unified_body, "model": model}
        encoded = msgspec.json.encode(body)
        return replace(
            like,
            provider=provider,
            endpoint=like.endpoint.partition("?")[0],
            model=model,
            wire="",
            shape=Shape.CHAT,
            body=encoded,
            parsed=(encoded, body),
            unified=True,
        )

    def _mode(self, call: Call) -> Mode:
        """Never FOLLOW for the sandbox as upstream: that is SANDBOX. Raises _Refused for a model that is nobody's."""
        mode = self._configuration.mode(call.provider)
        if call.provider.startswith(CUSTOM):
            self._custom(call)
            return mode
        if self._simulates and mode is Mode.FOLLOW:
            mode = Mode.SANDBOX
        if not call.provider and not (self._one_server and mode is Mode.FOLLOW):
            try:
                named(call.family, call.model)
            except NotNamed as wrong:
                raise _Refused(refusal_of(wrong, call.family)) from wrong
        return mode

    def _with_its_keys(self, call: Call, mode: Mode) -> Call:
        """A route chooses the provider, so the key on its request is not known to be that provider's: it goes along only
        where the provider is set to take the caller's, or one server answers for everybody. Routes are meant to run on
        stored keys (ai-gateway §7.1); that the caller's is withheld is (inferred).
        """
        if not call.element:
            return call
        one_server = self._one_server and mode is Mode.FOLLOW
        if mode is Mode.CALLER or (one_server and not call.provider.startswith(CUSTOM)):
            return call
        headers = {name: value for name, value in call.headers.items() if name not in KEY_HEADERS}
        return replace(call, headers=headers)

    async def _simulated(self, call: Call, ids: Ids) -> Reply:
        """The sandbox speaks the provider's own shape, so that what a translation loses is met on the desk too."""
        native = native_call(call)
        reply = unified_reply(call, native, await self._sandbox.answer(native, ids))
        reply.upstream = SANDBOX
        return reply

    async def _way(self, call: Call, mode: Mode) -> _Way:
        follows = mode is Mode.FOLLOW
        if call.provider.startswith(CUSTOM) or (not follows and call.provider != WORKERS_AI):
            return await self._live(call, mode)
        if self._one_server and follows:
            return _Way(call, to_server(self._upstream, call, self._ours), SERVER)
        if self._upstream.kind is UpstreamKind.CLOUDFLARE:
            return await self._relayed(call, mode)
        raise self._refused(
            call,
            400,
            NO_KEY,
            "Workers AI is asked through a Cloudflare account: set one as the gateway's upstream",
        )

    async def _relayed(self, call: Call, mode: Mode) -> _Way:
        native = native_call(call) if call.provider == WORKERS_AI else call
        outgoing = to_cloudflare(self._upstream, native, self._ours)
        if mode is Mode.FOLLOW or self._ours.keys_in(call, ("authorization",)):
            return _Way(native, outgoing, CLOUDFLARE)
        if mode is Mode.CALLER:
            raise self._no_key(call, "in Authorization")
        if key := await self._stored_key(call):
            headers = {**outgoing.headers, "authorization": f"Bearer {key.reveal()}"}
            outgoing = replace(outgoing, headers=headers)
        return _Way(native, outgoing, CLOUDFLARE)

    async def _live(self, call: Call, mode: Mode) -> _Way:
        """The provider itself, with the caller's key or, unless only that may be used, the stored one."""
        host = self._host(call)
        if host is None:
            raise self._refused(
                call, 400, INVALID_PROVIDER, f"Invalid provider: “{call.provider[:64]}” is not served here"
            )
        native = native_call(call)
        if native.shape is Shape.RUN:
            raise BadBody(f"what {call.provider} takes for this input is known to Cloudflare only")
        custom = call.provider.startswith(CUSTOM)
        headers, brought = self._callers_key(host, native)
        who = CALLER if brought else ""
        if not brought and mode is not Mode.CALLER and (key := await self._stored_key(call)):
            headers, who = host.key_headers(key.reveal(), openai=takes_openai_key(host, native)), STORED
        if not who and (mode is Mode.CALLER or not custom):
            raise self._no_key(call, f"in {host.auth}", stored=mode is not Mode.CALLER)
        outgoing = to_host(host, native, self._ours, headers)
        if custom:
            outgoing = await self._with_own_headers(call, outgoing)
        return _Way(native, outgoing, who or SERVER)

    def _callers_key(self, host: Host, call: Call) -> tuple[dict[str, str], bool]:
        """The key headers of the request as the host wants them, and whether it brought a key at all."""
        headers = caller_key(host, call, self._ours)
        return headers, bool(headers) or (host.auth == "x-goog-api-key" and self._ours.key_in_query(call))

    def _host(self, call: Call) -> Host | None:
        if not call.provider.startswith(CUSTOM):
            return self._hosts.get(call.provider)
        try:
            return custom_host(self._custom(call))
        except ValueError as wrong:
            raise self._refused(call, 400, INVALID_PROVIDER, f"Invalid provider: {wrong}") from wrong

    def _custom(self, call: Call) -> CustomProvider:
        provider = self._configuration.custom_provider(call.provider.removeprefix(CUSTOM))
        if provider is None or not provider.enable:
            there = "there is no such custom provider" if provider is None else "it is not enabled"
            message = f"Invalid provider: “{call.provider[:71]}”: {there}"
            raise self._refused(call, 400, INVALID_PROVIDER, message)
        return provider

    async def _with_own_headers(self, call: Call, outgoing: Outgoing) -> Outgoing:
        """A custom provider's configured headers, beneath what the request itself says."""
        more = await self._configuration.custom_headers(self._custom(call))
        headers = {
            name.lower(): value for name, value in more.items() if name.lower() not in _OF_THE_CONNECTION
        }
        guarded = not is_local_name(urlsplit(outgoing.place).hostname or "")
        return replace(outgoing, headers={**headers, **outgoing.headers}, guarded=guarded)

    async def _stored_key(self, call: Call) -> Secret | None:
        config = self._config(call)
        return None if config is None else await self._configuration.provider_key(config)

    def _config(self, call: Call) -> ProviderConfig | None:
        """An alias is looked at on provider-native requests only (ai-gateway §3.2)."""
        alias = DEFAULT_ALIAS
        if call.family is Family.GATEWAY and not call.unified:
            alias = call.headers.get("cf-aig-byok-alias") or DEFAULT_ALIAS
        return self._configuration.provider_config(call.gateway or DEFAULT_GATEWAY, call.provider, alias)

    def _no_key(self, call: Call, where: str, *, stored: bool = False) -> _Refused:
        if stored and (config := self._config(call)) is not None:
            message = f"The stored key “{config.alias}” of {call.provider} is not in the keychain any more"
            return self._refused(call, 400, NO_KEY, f"{message}: enter it again, or send one {where}")
        fix = f"send one {where}" + (" or store one in the gateway" if stored else "")
        return self._refused(call, 400, NO_KEY, f"There is no key for {call.provider}: {fix}")

    def _refused(self, call: Call, status: int, code: int, message: str) -> _Refused:
        return _Refused(Refusal(call.family, status, code, message))
