from __future__ import annotations

import logging

import pytest

from workbench.domain.errors import StorageFailed
from workbench.ui.support.notify import Level, Notice, Notifier


@pytest.fixture
def said() -> tuple[Notifier, list[Notice]]:
    notifier, notices = Notifier(), list[Notice]()
    notifier.posted.connect(notices.append)
    return notifier, notices


def test_an_expected_failure_is_said_in_its_own_words(said: tuple[Notifier, list[Notice]]) -> None:
    notifier, notices = said
    notifier.error(StorageFailed("The disk is full.", why="No space is left.", fix="Make room."), key="disk")
    (notice,) = notices
    assert (notice.text, notice.detail, notice.level, notice.key) == (
        "The disk is full.",
        "No space is left. Make room.",
        Level.BAD,
        "disk",
    )


def test_a_bug_is_logged_with_its_traceback_and_shown_calmly(
    said: tuple[Notifier, list[Notice]], caplog: pytest.LogCaptureFixture
) -> None:
    notifier, notices = said
    with caplog.at_level(logging.ERROR):
        notifier.error(KeyError("a secret detail"))
    assert "a secret detail" not in notices[0].text + notices[0].detail
    assert caplog.records[0].exc_info is not None


def test_a_bug_of_what_tells_of_bugs_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    notifier, told = Notifier(), list[Notice]()

    def fail_and_tell(notice: Notice) -> None:
        told.append(notice)
        notifier.error(ImportError("the bar is gone"))

    notifier.posted.connect(fail_and_tell)
    with caplog.at_level(logging.ERROR):
        notifier.error(KeyError("the first"))
        notifier.error(KeyError("the next"))
    assert len(told) == 2
    assert len(caplog.records) == 4


def test_undo_carries_the_way_back(said: tuple[Notifier, list[Notice]]) -> None:
    notifier, notices = said
    undone: list[str] = []
    notifier.undo("Conversation deleted", lambda: undone.append("yes"))
    assert notices[0].action_label == "Undo"
    assert notices[0].action is not None
    notices[0].action()
    assert undone == ["yes"]


def test_what_was_copied_is_named_where_it_has_a_name(said: tuple[Notifier, list[Notice]]) -> None:
    notifier, notices = said
    notifier.copied("the request")
    notifier.copied()
    assert [notice.text for notice in notices] == ["Copied: the request", "Copied."]
    assert {notice.key for notice in notices} == {"copied"}
