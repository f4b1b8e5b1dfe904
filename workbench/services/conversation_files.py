"""Conversations in files: one JSON document each, which can be read by people and opened again."""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from workbench.domain.chat import Role, ToolCall
from workbench.domain.conversations import (
    ChatSettings,
    Conversation,
    MessageState,
    ReplyFacts,
    StoredMessage,
)
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.ids import new_id
from workbench.domain.trouble import Trouble
from workbench.services.opened_files import CHAT_MARK
from workbench.storage.disk import whole_file

T = TypeVar("T")

SUFFIX = ".chat.json"
MAX_BYTES = 64 * 1024 * 1024
MAX_MESSAGES = 100_000
_VERSION = 1
_TITLE = 200
_LAST_DAY = 4_102_444_800.0
"""Of 2099. What is said to be later, or before 1970, has no date at all."""
_WHAT = "This conversation cannot be opened."


class _Message(msgspec.Struct, frozen=True, omit_defaults=True):
    role: Role
    text: str
    created_at: float
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    state: MessageState = MessageState.DONE
    superseded: bool = False
    facts: ReplyFacts | None = None
    trouble: Trouble | None = None


class _Head(msgspec.Struct, frozen=True):
    format: str
    version: int


class _Document(msgspec.Struct, frozen=True):
    """The mark comes first: by it a file is known whatever it is called."""

    format: str
    version: int
    title: str
    created_at: float
    settings: ChatSettings
    messages: tuple[_Message, ...]


def written(conversation: Conversation, messages: Sequence[StoredMessage]) -> bytes:
    """Wire records, ids and the draft stay behind; an answer that is still coming in counts as cut off."""
    kept = tuple(
        _Message(
            one.role,
            one.text,
            one.created_at,
            one.reasoning,
            one.tool_calls,
            MessageState.CUT if one.state is MessageState.STREAMING else one.state,
            one.superseded,
            one.facts,
            one.trouble,
        )
        for one in messages
    )
    document = _Document(
        CHAT_MARK, _VERSION, conversation.title, conversation.created_at, conversation.settings, kept
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def read(content: bytes, now: float, name: str = "") -> tuple[Conversation, tuple[StoredMessage, ...]]:
    """As a new conversation, with ids of its own. name: its title where it has none. Raises InvalidInput."""
    head = _decoded(content, _Head, "It does not begin as an exported conversation does.")
    if head.format != CHAT_MARK:
        raise InvalidInput(_WHAT, why=f"It says that it is “{_short(head.format)}”, not “{CHAT_MARK}”.")
    if head.version != _VERSION:
        raise InvalidInput(
            _WHAT,
            why=f"It is written in version {head.version} of its form; this program reads version {_VERSION}.",
            fix="Open it with the version of AI Workbench that wrote it, or a newer one.",
        )
    document = _decoded(content, _Document, "")
    if len(document.messages) > MAX_MESSAGES:
        raise InvalidInput(
            _WHAT, why=f"It has {len(document.messages):,} messages; at most {MAX_MESSAGES:,} are read."
        )
    document.settings.options.check()
    title = " ".join(document.title.split())[:_TITLE] or name[:_TITLE] or "Conversation"
    made = Conversation(new_id(), title, _time(document.created_at, now), now, settings=document.settings)
    return made, tuple(_stored(one, made.id, now) for one in document.messages)


def load(path: Path) -> bytes:
    """Blocks. Raises StorageFailed, InvalidInput."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for without end
            raise InvalidInput(f"{path.name} is no ordinary file.", fix="Open a file.")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise StorageFailed(
            f"{path.name} cannot be read.",
            why=f"{path}: {error.strerror or error}.",
            fix="Look whether it is there and may be read.",
        ) from error
    if len(content) > MAX_BYTES:
        raise InvalidInput(
            f"{path.name} is too large for a conversation.",
            why=f"At most {MAX_BYTES // 1024 // 1024} MB are read.",
        )
    return content


def save(path: Path, content: bytes) -> None:
    """Whole, or not at all. Blocks. Raises StorageFailed."""
    with whole_file(path, f"{path.name} could not be saved.") as file:
        file.write(content)


def file_name(title: str) -> str:
    """What an exported conversation is called, on any system."""
    stem = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", title).strip(" .-")[:80].rstrip(" .-")
    return f"{stem or 'conversation'}{SUFFIX}"


def _decoded(content: bytes, kind: type[T], why: str) -> T:
    """why: the reason in words, "" for the one that is found."""
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidInput(
            _WHAT,
            why=why or f"It is not as an exported conversation is: {_short(str(error), 200)}.",
            fix="Open a file that was exported from a chat.",
        ) from error


def _stored(message: _Message, conversation_id: str, now: float) -> StoredMessage:
    state = MessageState.CUT if message.state is MessageState.STREAMING else message.state
    return StoredMessage(
        new_id(),
        conversation_id,
        message.role,
        message.text,
        _time(message.created_at, now),
        message.reasoning,
        message.tool_calls,
        state,
        message.superseded,
        message.facts,
        message.trouble,
    )


def _time(told: float, now: float) -> float:
    return told if 0 <= told < _LAST_DAY else now


def _short(text: str, length: int = 40) -> str:
    return ascii(text[:length])[1:-1]
