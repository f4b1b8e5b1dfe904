"""The way there and back for a call in the unified shape."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from workbench.client.frames import BadFrame, ErrorFrame, FrameReader
from workbench.client.sse import EventTooLarge, SseDecoder, SseEvent
from workbench.domain.chat import Delta
from workbench.domain.ids import new_id
from workbench.gateway.calls import Call, Shape
from workbench.gateway.protocol import json_object
from workbench.gateway.replies import JSON, Cut, Reply, Stream
from workbench.gateway.translation import anthropic, google
from workbench.gateway.translation.completions import Chunks, completion, error_frame

MAX_WHOLE = 64 * 1024 * 1024
_RUN_ONLY = ("lora", "raw", "guided_json")
"""What only Workers AI's native door takes (workers-ai §6); a request with one of these goes there."""


class Reader(Protocol):
    """Turns a provider's answer into deltas; read and read_reply raise BadFrame and ErrorFrame."""

    def read(self, data: str) -> list[Delta]: ...

    def read_reply(self, data: bytes) -> list[Delta]: ...

    def end(self, *, truncated: bool = False) -> list[Delta]: ...


def native_call(call: Call) -> Call:
    """A unified chat call as its provider wants it; the same call where the provider takes chat completions itself.

    Raises BadBody where the body cannot be told in the provider's shape.
    """
    if not call.unified or call.shape is not Shape.CHAT:
        return call
    match call.provider:
        case "anthropic":
            request = anthropic.request_of(json_object(call.body), call.model)
            return _as(call, Shape.MESSAGES, anthropic.ENDPOINT, request)
        case "google-ai-studio":
            request = google.request_of(json_object(call.body))
            return _as(call, Shape.GENERATE, google.endpoint_of(call.model, stream=call.stream), request)
        case "workers-ai" if any(name.encode() in call.body for name in _RUN_ONLY):
            return _run_call(call)
    return call


def _run_call(call: Call) -> Call:
    body = json_object(call.body)
    if not any(name in body for name in _RUN_ONLY):
        return call
    return _as(call, Shape.RUN, call.model, {key: value for key, value in body.items() if key != "model"})


def _as(call: Call, shape: Shape, endpoint: str, request: Mapping[str, Any]) -> Call:
    return replace(call, shape=shape, endpoint=endpoint, body=msgspec.json.encode(request))


def unified_reply(call: Call, native: Call, reply: Reply) -> Reply:
    """The provider's answer as chat completions. Errors pass as they are, and so does what needed no translation."""
    if native.shape is call.shape or reply.status != 200:
        return reply
    reader = _reader(native)
    streamed = any(name == b"content-type" and b"event-stream" in value for name, value in reply.headers)
    headers = [header for header in reply.headers if header[0] not in (b"content-length", b"content-type")]
    if streamed and reply.stream is not None:
        chunks = Chunks(model=call.wire or call.model, request_id=new_id(), with_usage=_wants_usage(call))
        kept = [header for header in reply.headers if header[0] != b"content-length"]
        return replace(reply, headers=kept, stream=_Translated(reply.stream, reader, chunks))
    if reply.stream is not None:
        return replace(
            reply,
            headers=[JSON, *headers],
            stream=_WholeTranslated(reply.stream, reader, call.wire or call.model),
        )
    try:
        body = _whole(reader, reply.body, call.wire or call.model)
    except (BadFrame, ErrorFrame):
        return reply
    return replace(reply, headers=[JSON, *headers], body=body)


def _reader(native: Call) -> Reader:
    match native.shape:
        case Shape.MESSAGES:
            return anthropic.Reader()
        case Shape.GENERATE:
            return google.Reader()
    return FrameReader()


def _wants_usage(call: Call) -> bool:
    if b"include_usage" not in call.body:
        return False
    options = json_object(call.body).get("stream_options")
    return isinstance(options, Mapping) and options.get("include_usage") is True


def _whole(reader: Reader, body: bytes, model: str) -> bytes:
    deltas = reader.read_reply(body)
    return completion([*deltas, *reader.end()], model=model, request_id=new_id())


class _Translated:
    """A provider's event stream, frame by frame as chat completions; a cut stays a cut."""

    def __init__(self, stream: Stream, reader: Reader, chunks: Chunks) -> None:
        self._stream = stream
        self._reader = reader
        self._chunks = chunks
        self._decoder = SseDecoder()
        self._broken = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            if frames := self._frames(self._decoded(piece)):
                yield frames
            if self._broken:
                raise Cut
        if frames := self._frames(self._decoder.end()):
            yield frames
        ending = b"" if self._broken else self._chunks.write(self._reader.end())
        if not ending:  # the provider stopped without saying that it was done
            raise Cut
        yield ending + self._chunks.close()

    def _decoded(self, piece: bytes) -> list[SseEvent]:
        try:
            return self._decoder.feed(piece)
        except EventTooLarge as large:
            raise Cut from large

    def _frames(self, events: list[SseEvent]) -> bytes:
        """What the events come to, up to the first that is an error or no frame at all: that one ends the stream."""
        written = []
        try:
            for event in events:
                if event.data != "[DONE]":
                    written.append(self._chunks.write(self._reader.read(event.data)))
        except ErrorFrame as failed:
            self._broken = True
            written.append(error_frame(_message_of(failed.frame), "provider_error"))
        except BadFrame as bad:
            self._broken = True
            written.append(error_frame(f"The provider sent a frame that cannot be read: {bad}", "bad_frame"))
        return b"".join(written)

    async def aclose(self) -> None:
        await self._stream.aclose()


class _WholeTranslated:
    """A whole reply that arrives in pieces: it leaves in one, once it has all been understood."""

    def __init__(self, stream: Stream, reader: Reader, model: str) -> None:
        self._stream = stream
        self._reader = reader
        self._model = model

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces, size = [], 0
        async for piece in self._stream:
            size += len(piece)
            if size > MAX_WHOLE:
                raise Cut
            pieces.append(piece)
        body = b"".join(pieces)
        try:
            yield _whole(self._reader, body, self._model)
        except (BadFrame, ErrorFrame):
            yield body

    async def aclose(self) -> None:
        await self._stream.aclose()


def _message_of(frame: Any) -> str:
    error = frame.get("error") if isinstance(frame, Mapping) else None
    if isinstance(error, Mapping):
        error = error.get("message")
    return str(error) if error else "The provider reported an error."
