"""The messages of one conversation in memory, growing as an answer comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from workbench.domain.chat import Role
from workbench.domain.conversations import MessageState, StoredMessage


class Thread:
    """Messages in order. What streams in is kept in pieces and joined when somebody asks, so a long answer costs once."""

    def __init__(self, messages: Iterable[StoredMessage] = ()) -> None:
        self._messages = {message.id: message for message in messages}
        self._text: dict[str, list[str]] = {}
        self._reasoning: dict[str, list[str]] = {}

    @property
    def messages(self) -> tuple[StoredMessage, ...]:
        for message_id in set(self._text) | set(self._reasoning):
            self._join(message_id)
        return tuple(self._messages.values())

    def get(self, message_id: str) -> StoredMessage | None:
        self._join(message_id)
        return self._messages.get(message_id)

    def put(self, message: StoredMessage) -> None:
        """Add a message, or replace the one of that id with all that had streamed into it."""
        self._text.pop(message.id, None)
        self._reasoning.pop(message.id, None)
        self._messages[message.id] = message

    def extend(self, message_id: str, text: str, reasoning: str) -> None:
        if text:
            self._text.setdefault(message_id, []).append(text)
        if reasoning:
            self._reasoning.setdefault(message_id, []).append(reasoning)

    def end(self, state: MessageState) -> tuple[StoredMessage, ...]:
        """Mark what still streams with state; the messages that changed."""
        ended = tuple(
            replace(message, state=state)
            for message in self.messages
            if message.state is MessageState.STREAMING
        )
        for message in ended:
            self._messages[message.id] = message
        return ended

    def streaming(self) -> StoredMessage | None:
        """The answer that is coming in."""
        return next((m for m in self._messages.values() if m.state is MessageState.STREAMING), None)

    def last_answer(self) -> StoredMessage | None:
        """The newest answer that counts."""
        return self._last(Role.ASSISTANT)

    def last_question(self) -> StoredMessage | None:
        return self._last(Role.USER)

    def _last(self, role: Role) -> StoredMessage | None:
        return next(
            (m for m in reversed(self.messages) if m.role is role and not m.superseded),
            None,
        )

    def _join(self, message_id: str) -> None:
        text, reasoning = self._text.pop(message_id, ()), self._reasoning.pop(message_id, ())
        message = self._messages.get(message_id)
        if message is not None and (text or reasoning):
            self._messages[message_id] = replace(
                message,
                text=message.text + "".join(text),
                reasoning=message.reasoning + "".join(reasoning),
            )
