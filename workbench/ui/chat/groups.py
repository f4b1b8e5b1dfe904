"""Where a conversation stands in the list: pinned first, then by how long ago it was used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from workbench.domain.conversations import Conversation


class Group(StrEnum):
    PINNED = "pinned"
    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this-week"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Section:
    group: Group
    conversations: tuple[Conversation, ...]


def group_of(conversation: Conversation, today: date) -> Group:
    """The group by the local day it was last used; "this week" is the seven days up to today."""
    if conversation.pinned:
        return Group.PINNED
    day = datetime.fromtimestamp(conversation.updated_at).date()
    if day >= today:
        return Group.TODAY
    if day == today - timedelta(days=1):
        return Group.YESTERDAY
    if day > today - timedelta(days=7):
        return Group.THIS_WEEK
    return Group.OLDER


def sections(conversations: Iterable[Conversation], today: date) -> tuple[Section, ...]:
    """The groups that have conversations, in order, each newest first."""
    newest = sorted(conversations, key=lambda each: (each.updated_at, each.id), reverse=True)
    found: dict[Group, list[Conversation]] = {group: [] for group in Group}
    for conversation in newest:
        found[group_of(conversation, today)].append(conversation)
    return tuple(Section(group, tuple(members)) for group, members in found.items() if members)
