"""Conversations as they are kept: messages, the state each is in, and the facts shown under an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from workbench.domain.chat import ChatParameters, ChatReply, GatewayOptions, Role, ToolCall, Usage
from workbench.domain.models import Cost
from workbench.domain.trouble import Trouble


class MessageState(StrEnum):
    """STREAMING found at start-up means the program died in mid-answer: it is shown, and kept, as CUT."""

    DONE = "done"
    STREAMING = "streaming"
    STOPPED = "stopped"
    CUT = "cut"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReplyFacts:
    """What is shown under an answer. Times in ms; cache "HIT", "MISS" or "" (not known).

    asked: the id that was asked for, which a route's answer is not. trace_id: of its way through the route, where the gateway told.
    """

    model: str = ""
    provider: str = ""
    target: str = ""
    usage: Usage = field(default_factory=Usage)
    cost: Cost = field(default_factory=lambda: Cost(None))
    ttft_ms: float | None = None
    duration_ms: float | None = None
    tokens_per_s: float | None = None
    finish_reason: str = ""
    cache: str = ""
    log_id: str = ""
    request_id: str = ""
    sandbox: bool = False
    asked: str = ""
    trace_id: str = ""

    @classmethod
    def of(cls, reply: ChatReply, cost: Cost, *, model: str, target: str) -> ReplyFacts:
        """model is what was asked for; the served one replaces it where the provider named it."""
        return cls(
            model=reply.served.model or model,
            provider=reply.served.provider,
            target=target,
            usage=reply.usage,
            cost=cost,
            ttft_ms=reply.ttft_ms,
            duration_ms=reply.duration_ms,
            tokens_per_s=reply.tokens_per_s,
            finish_reason=reply.finish_reason,
            cache=reply.served.cache,
            log_id=reply.served.log_id,
            request_id=reply.served.request_id,
            sandbox=reply.served.sandbox,
            asked=model,
            trace_id=reply.served.trace_id,
        )


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message of a conversation. Ids sort in the order of the conversation (ids.new_id).

    superseded: a retry replaced it; it is kept and can be unfolded, but is not sent again.
    exchange_id: its wire record, "" when there is none. created_at: Unix seconds.
    """

    id: str
    conversation_id: str
    role: Role
    text: str
    created_at: float
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    state: MessageState = MessageState.DONE
    superseded: bool = False
    facts: ReplyFacts | None = None
    trouble: Trouble | None = None
    exchange_id: str = ""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What the next question of a conversation is asked with."""

    model: str = ""
    system_prompt: str = ""
    parameters: ChatParameters = field(default_factory=ChatParameters)
    options: GatewayOptions = field(default_factory=GatewayOptions)


@dataclass(frozen=True, slots=True)
class Conversation:
    """draft: the text in the composer, saved as it is typed. Times are Unix seconds."""

    id: str
    title: str
    created_at: float
    updated_at: float
    pinned: bool = False
    settings: ChatSettings = field(default_factory=ChatSettings)
    draft: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message that matched a full-text search; excerpt marks the matched words with U+E000 … U+E001."""

    conversation_id: str
    conversation_title: str
    message_id: str
    excerpt: str
