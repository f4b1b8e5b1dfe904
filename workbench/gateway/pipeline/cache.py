"""Giving an answer again: what is cached, under which key, for how long (ai-gateway §4)."""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace

from workbench.domain.errors import StorageFailed
from workbench.domain.gateways import KEYED_CACHE_TTL_S, MAX_CACHED_BYTES, GatewaySettings
from workbench.gateway.access import TOKEN_HEADERS, Access
from workbench.gateway.calls import Call, Shape
from workbench.gateway.pipeline.background import Background
from workbench.gateway.pipeline.options import Options
from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.sandbox import FAULTS_HEADER
from workbench.storage.gateway_cache import CachedAnswer, GatewayCache

log = logging.getLogger(__name__)

HOT_BYTES = 32 * 1024 * 1024
HOT_ANSWER_BYTES = 1024 * 1024
WAITING_BYTES = 64 * 1024 * 1024
"""Answers still to be written may hold so much memory; beyond it they stay uncached, and nobody waits."""
UPSTREAM = "cache"

_KEPT_HEADERS = frozenset({b"content-type", b"content-encoding", b"content-language", b"content-disposition"})
_FRAME_END = re.compile(rb"\r?\n\r?\n|\r\r")
_ENDINGS: Mapping[Shape, tuple[bytes, ...]] = {
    Shape.CHAT: (b"[DONE]",),
    Shape.MESSAGES: (b"message_stop",),
    Shape.RESPONSES: (b"response.completed",),
}
"""What the end of a finished stream says; one without it was given up on the way, however politely."""


def ttl_of(options: Options) -> int:
    """Seconds; 0 for what is not cached. A custom key alone asks for five minutes."""
    if options.cache_ttl_s is None:
        return KEYED_CACHE_TTL_S if options.cache_key else 0
    return options.cache_ttl_s


def is_cacheable(call: Call, settings: GatewaySettings) -> bool:
    return call.method == "POST" and (settings.cache_streams or not call.stream)


def key_of(call: Call, options: Options, place: str, access: Access) -> bytes:
    """SHA-256 over provider, endpoint, model, the provider's auth header and the body; a custom key in place of all these.

    place: who answers behind the gateway, so that the sandbox's answers are never taken for a provider's. Metadata is not in
    it, and neither is our own access token, wherever an SDK put it. What the sandbox is told to do is: a failure that is
    ordered has to be met, however often the request was answered before.
    """
    parts = [call.gateway.encode(), place.encode(), call.headers.get(FAULTS_HEADER, "").encode()]
    if options.cache_key:
        parts += [b"custom", options.cache_key.encode()]
    else:
        credentials = [
            f"{name}:{value}"
            for name in TOKEN_HEADERS
            if (value := call.headers.get(name))
            and name != "cf-aig-authorization"
            and not access.is_token(value)
        ]
        named = (call.provider, call.endpoint, call.model, "\n".join(credentials))
        parts += [
            *(part.encode() for part in named),
            call.headers.get("content-type", "").encode(),
            call.body,
        ]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def is_kept(call: Call, reply: Reply, body: bytes) -> bool:
    """Whether a whole answer may be given again: it succeeded, it is not too large, and a stream came to its end."""
    if reply.status != 200 or len(body) > MAX_CACHED_BYTES:
        return False
    endings = _ENDINGS.get(call.shape)
    return (
        endings is None or not is_event_stream(reply.headers) or any(end in body[-4096:] for end in endings)
    )


def is_event_stream(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name == b"content-type" and b"event-stream" in value for name, value in headers)


def kept_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[bytes, bytes], ...]:
    """Those that describe the body; ids and quotas belong to the request that was really made."""
    return tuple(header for header in headers if header[0] in _KEPT_HEADERS)


def frames_of(body: bytes) -> list[bytes]:
    """A stream's bytes cut behind every frame; together they are the body again."""
    ends = [match.end() for match in _FRAME_END.finditer(body)]
    starts = [0, *ends]
    return [body[start:end] for start, end in zip(starts, [*ends, len(body)], strict=True) if start < end]


def reply_of(answer: CachedAnswer) -> Reply:
    reply = Reply(answer.status, list(answer.headers), answer.body, upstream=UPSTREAM)
    if answer.streamed and is_event_stream(answer.headers):
        reply.body, reply.stream = b"", Replay(frames_of(answer.body))
    return reply


class Replay:
    """A finished stream, frame by frame, as fast as it is read."""

    def __init__(self, frames: list[bytes]) -> None:
        self._frames = frames

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for frame in self._frames:
            yield frame

    async def aclose(self) -> None:
        pass


class Cache:
    """Hot answers in memory, all of them on disk. What the disk refuses costs the answer, never the request."""

    def __init__(
        self, store: GatewayCache, background: Background, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._background = background
        self._clock = clock
        self._hot: OrderedDict[bytes, CachedAnswer] = OrderedDict()
        self._hot_bytes = 0
        self._waiting_bytes = 0
        self._troubled = False
        self.generation = 0
        """Changes when something is dropped: an answer that was asked for before is then not kept."""

    async def get(self, key: bytes) -> CachedAnswer | None:
        now = self._clock()
        answer = self._hot.get(key)
        if answer is not None:
            if answer.expires_at > now:
                self._hot.move_to_end(key)
                return answer
            self._cool(key)
            return None
        if not self._store.has(key, now):
            return None
        try:
            answer = await self._store.get(key, now)
        except StorageFailed as failed:
            self._tell(failed)
            return None
        if answer is not None:
            self._heat(answer)
        return answer

    def put(self, answer: CachedAnswer, ttl_s: int, generation: int) -> None:
        """Keep it from now on for so long; at once in memory, soon on disk."""
        if generation != self.generation or self._waiting_bytes + answer.size > WAITING_BYTES:
            return
        now = self._clock()
        answer = replace(answer, created_at=now, expires_at=now + ttl_s)
        self._heat(answer)
        self._waiting_bytes += answer.size
        self._background.start(self._write(answer, generation), brief=True)

    def drop(self, *, gateway: str | None = None, provider: str | None = None) -> None:
        """Forget what belongs to a gateway, to a provider, or to both at once; None stands for any."""
        self.generation += 1
        for key, answer in list(self._hot.items()):
            if gateway in (None, answer.gateway) and provider in (None, answer.provider):
                self._cool(key)
        if gone := self._store.forget(gateway=gateway, provider=provider):
            self._background.start(self._delete(gone), brief=True)

    async def _delete(self, keys: list[bytes]) -> None:
        try:
            await self._store.delete(keys)
        except StorageFailed as failed:
            self._tell(failed)

    async def _write(self, answer: CachedAnswer, generation: int) -> None:
        try:
            if generation == self.generation:
                await self._store.put(answer)
                self._troubled = False
        except StorageFailed as failed:
            self._tell(failed)
        finally:
            self._waiting_bytes -= answer.size

    def _heat(self, answer: CachedAnswer) -> None:
        self._cool(answer.key)
        if answer.size > HOT_ANSWER_BYTES:
            return
        self._hot[answer.key] = answer
        self._hot_bytes += answer.size
        while self._hot_bytes > HOT_BYTES:
            self._cool(next(iter(self._hot)))

    def _cool(self, key: bytes) -> None:
        answer = self._hot.pop(key, None)
        if answer is not None:
            self._hot_bytes -= answer.size

    def _tell(self, failed: StorageFailed) -> None:
        """Once for a row of failures."""
        if not self._troubled:
            log.warning("The cache file cannot be used: %s %s", failed.what, failed.why)
        self._troubled = True
