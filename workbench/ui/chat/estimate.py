"""What the next question would cost before it is asked; rough, and shown as such."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from workbench.domain.chat import Role
from workbench.domain.conversations import MessageState, StoredMessage
from workbench.domain.models import Model, estimated_tokens, estimated_usd

_PER_MESSAGE = 4
"""Tokens the chat template adds around each message; about what common templates take."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """tokens of the whole prompt: system prompt, history and draft. usd: for reading it, None when no price is known."""

    tokens: int
    usd: float | None


def estimate(
    model: Model, system_prompt: str, messages: Iterable[StoredMessage], draft: str
) -> Estimate | None:
    """None for an empty draft: there is nothing to ask yet."""
    if not draft.strip():
        return None
    tokens = _counted(system_prompt, tuple(messages)) + estimated_tokens(draft) + _PER_MESSAGE
    return Estimate(tokens, estimated_usd(model, tokens, 0))


def _counted(system_prompt: str, messages: tuple[StoredMessage, ...]) -> int:
    """Tokens of what goes before the draft: the provider's own count up to its last answer, our guess after it."""
    known, after = 0, 0
    for index, message in enumerate(messages):
        usage = message.facts.usage if message.facts else None
        if usage is not None and not message.superseded and usage.prompt_tokens is not None:
            known, after = usage.prompt_tokens + (usage.completion_tokens or 0), index + 1
    rest = sum(_tokens(message.text) + _PER_MESSAGE for message in messages[after:] if is_sent(message))
    head = estimated_tokens(system_prompt) + _PER_MESSAGE if system_prompt and not known else 0
    return known + head + rest


@lru_cache(maxsize=4096)
def _tokens(text: str) -> int:
    """Messages do not change, and are counted again at every pause in typing."""
    return estimated_tokens(text)


def is_sent(message: StoredMessage) -> bool:
    """Whether a message goes out with the next question (as services.chat.context_of has it)."""
    failed_question = message.role is Role.USER and message.state is MessageState.FAILED
    return not message.superseded and bool(message.text.strip()) and not failed_question
