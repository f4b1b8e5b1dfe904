"""Chat: the request, the normalised stream of deltas, and the reply they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from workbench.domain.errors import InvalidInput


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """arguments: JSON text, as the OpenAI shape has it, whatever shape the model answered in."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One turn as it is sent. tool_call_id: on `tool` turns, the call that `content` answers.

    pictures: encoded ones that the model is to look at; models without eyes refuse them or pass them over.
    """

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    pictures: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ChatParameters:
    """Sampling settings; None means "not sent", so the model's own default holds."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    reasoning_effort: str | None = None


class Backoff(StrEnum):
    CONSTANT = "constant"
    LINEAR = "linear"
    EXPONENTIAL = "exponential"


MetadataValue = str | int | float | bool
MAX_METADATA_ENTRIES = 5
MAX_CACHE_TTL_S = 31 * 24 * 3600


@dataclass(frozen=True, slots=True)
class GatewayOptions:
    """Per-request gateway settings, sent as `cf-aig-*` headers (ai-gateway §2.1); None means "not sent".

    Times are in the unit of the header: cache_ttl_s seconds (0, or 60 to one month), the others milliseconds.
    """

    cache_ttl_s: int | None = None
    skip_cache: bool = False
    cache_key: str = ""
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    max_attempts: int | None = None
    retry_delay_ms: int | None = None
    backoff: Backoff | None = None
    request_timeout_ms: int | None = None
    collect_log: bool | None = None

    def check(self) -> None:
        """Raise InvalidInput, naming the field, where a value lies outside what the gateway takes."""
        if self.cache_ttl_s is not None and not (
            self.cache_ttl_s == 0 or 60 <= self.cache_ttl_s <= MAX_CACHE_TTL_S
        ):
            raise InvalidInput(
                "The cache time must be 0, or from 60 seconds to one month.",
                field="cache_ttl_s",
                fix="Give 0 to leave the cache out, or at least 60.",
            )
        if self.max_attempts is not None and not 1 <= self.max_attempts <= 5:
            raise InvalidInput("Attempts must be from 1 to 5.", field="max_attempts")
        if self.retry_delay_ms is not None and not 0 <= self.retry_delay_ms <= 5000:
            raise InvalidInput("The retry delay must be from 0 to 5000 ms.", field="retry_delay_ms")
        if self.request_timeout_ms is not None and self.request_timeout_ms < 1:
            raise InvalidInput("The time-out must be at least 1 ms.", field="request_timeout_ms")
        if len(self.metadata) > MAX_METADATA_ENTRIES:
            raise InvalidInput(
                f"Metadata takes at most {MAX_METADATA_ENTRIES} entries; there are {len(self.metadata)}.",
                field="metadata",
                why="The gateway drops the rest without a word.",
            )
        for key, value in self.metadata.items():
            if not isinstance(key, str) or not key or key.startswith("cf."):
                raise InvalidInput(
                    f"“{key}” cannot be a metadata name.",
                    field="metadata",
                    why="Names starting “cf.” are reserved.",
                )
            if not isinstance(value, str | int | float | bool):
                raise InvalidInput(
                    f"The metadata value of “{key}” must be text, a number, or true or false.",
                    field="metadata",
                    why="A nested value makes the gateway ignore all metadata.",
                )


class ChatWire(StrEnum):
    """Which door a chat request goes through; see client.chat for the address of each."""

    AUTO = "auto"
    V1 = "v1"
    RUN = "run"
    COMPAT = "compat"


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """model: the id as the user picked it. tools, response_format: OpenAI shapes, passed on as they are.

    options are checked by the client before anything is sent. stream=False asks for one JSON reply (the deltas are the same).
    session: the same for the turns of one conversation, so that a provider's prompt cache can hit (workers-ai §5.8); may be "".
    """

    model: str
    messages: tuple[ChatMessage, ...]
    parameters: ChatParameters = field(default_factory=ChatParameters)
    tools: tuple[Mapping[str, Any], ...] = ()
    tool_choice: str | Mapping[str, Any] | None = None
    response_format: Mapping[str, Any] | None = None
    options: GatewayOptions = field(default_factory=GatewayOptions)
    wire: ChatWire = ChatWire.AUTO
    stream: bool = True
    session: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider reported them; None where it said nothing. neurons: charged for this call.

    prompt_tokens: all of the input, what the provider's prompt cache gave (cached_tokens) or took (cache_write_tokens)
    included. estimated: the provider said nothing and somebody counted by rule of thumb; show it with “≈”.
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    neurons: float | None = None
    cache_write_tokens: int | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of call number `index`: id and name come once (empty otherwise), arguments in fragments of JSON text."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """The newest usage; replaces what came before, field by field where the new one knows it."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Served:
    """Who answered, from response headers and frames; empty fields are not known (yet). Later ones fill in earlier ones.

    cache: "HIT", "MISS" or "". sandbox: the local gateway's sandbox answered. trace_id: of the way through a route.
    """

    model: str = ""
    provider: str = ""
    cache: str = ""
    log_id: str = ""
    request_id: str = ""
    sandbox: bool = False
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """reason: `stop length tool_calls content_filter …` as the model gave it. truncated: the stream was cut, what came is kept."""

    reason: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Retrying:
    """An attempt failed before anything was shown, and the request is sent again in wait_s seconds. what: the failure, a sentence."""

    what: str
    wait_s: float


Delta = TextDelta | ReasoningDelta | ToolCallDelta | UsageDelta | Served | Finished | Retrying


@dataclass(slots=True)
class ChatReply:
    """What the deltas of one answer add up to; grows by `add`.

    ttft_ms: from sending to the first text or reasoning. duration_ms: from sending to the end. Both None until known.
    """

    text: str = ""
    reasoning: str = ""
    tool_calls: list[ToolCall] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    served: Served = field(default_factory=Served)
    finish_reason: str = ""
    truncated: bool = False
    ttft_ms: float | None = None
    duration_ms: float | None = None
    _text: list[str] = field(default_factory=list, repr=False)
    _reasoning: list[str] = field(default_factory=list, repr=False)

    def add(self, delta: Delta, at_ms: float) -> None:
        """Take one delta that came at_ms after sending. `text` and `reasoning` are joined by `settle`, not here."""
        match delta:
            case TextDelta(text):
                self._text.append(text)
                self._first(at_ms)
            case ReasoningDelta(text):
                self._reasoning.append(text)
                self._first(at_ms)
            case ToolCallDelta():
                self._add_call(delta)
                self._first(at_ms)
            case UsageDelta(usage):
                self.usage = _merged(self.usage, usage)
            case Served():
                self.served = _merged(self.served, delta)
            case Finished(reason, truncated):
                self.finish_reason = reason or self.finish_reason
                self.truncated = self.truncated or truncated

    def settle(self, at_ms: float | None = None) -> None:
        """Join what has come so far into `text` and `reasoning`; at_ms is given once, when the answer has ended."""
        if self._text:
            self.text += "".join(self._text)
            self._text.clear()
        if self._reasoning:
            self.reasoning += "".join(self._reasoning)
            self._reasoning.clear()
        if at_ms is not None:
            self.duration_ms = at_ms

    @property
    def tokens_per_s(self) -> float | None:
        """Completion tokens over the time after the first one; None where either is unknown."""
        tokens = self.usage.completion_tokens
        if not tokens or self.ttft_ms is None or self.duration_ms is None or self.duration_ms <= self.ttft_ms:
            return None
        return tokens / ((self.duration_ms - self.ttft_ms) / 1000)

    def _first(self, at_ms: float) -> None:
        if self.ttft_ms is None:
            self.ttft_ms = at_ms

    def _add_call(self, delta: ToolCallDelta) -> None:
        while len(self.tool_calls) <= delta.index:
            self.tool_calls.append(ToolCall("", "", ""))
        call = self.tool_calls[delta.index]
        self.tool_calls[delta.index] = ToolCall(
            call.id or delta.id, call.name or delta.name, call.arguments + delta.arguments
        )


_Record = TypeVar("_Record", Usage, Served)


def _merged(older: _Record, newer: _Record) -> _Record:
    """newer, with the gaps (None, "", False) filled from older."""
    values = {f.name: getattr(newer, f.name) for f in fields(newer)}
    known = {name: v for name, v in values.items() if not (v is None or v is False or v == "")}
    return replace(older, **known)
