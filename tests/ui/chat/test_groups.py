"""Groups of the conversation list."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.ui.chat.fakes import conversation
from workbench.ui.chat.groups import Group, group_of, sections

TODAY = date(2026, 11, 22)


def at(days_ago: int, hour: int = 12) -> float:
    return datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time()).timestamp() + hour * 3600


@pytest.mark.parametrize(
    ("days_ago", "group"),
    [
        (-1, Group.TODAY),
        (0, Group.TODAY),
        (1, Group.YESTERDAY),
        (2, Group.THIS_WEEK),
        (6, Group.THIS_WEEK),
        (7, Group.OLDER),
        (400, Group.OLDER),
    ],
)
def test_a_conversation_stands_under_the_day_it_was_last_used(days_ago: int, group: Group) -> None:
    assert group_of(conversation("talk", at(days_ago)), TODAY) is group


def test_the_day_begins_at_local_midnight() -> None:
    assert group_of(conversation("late", at(1, hour=23)), TODAY) is Group.YESTERDAY
    assert group_of(conversation("early", at(0, hour=0)), TODAY) is Group.TODAY


def test_pinned_ones_come_first_and_each_group_is_newest_first() -> None:
    listed = [
        conversation("old", at(30)),
        conversation("a", at(0, 8)),
        conversation("b", at(0, 9)),
        conversation("kept", at(60), pinned=True),
    ]
    shown = [
        (section.group, [each.title for each in section.conversations]) for section in sections(listed, TODAY)
    ]
    assert shown == [(Group.PINNED, ["kept"]), (Group.TODAY, ["b", "a"]), (Group.OLDER, ["old"])]
