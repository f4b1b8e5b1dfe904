"""The field over a list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.ui.support.search_field import PatientSearchField

LONG_MS = 1_000_000


@pytest.fixture
def told() -> list[str]:
    return []


def field(qtbot: QtBot, told: list[str], pause_ms: int) -> PatientSearchField:
    made = PatientSearchField("Search pictures", pause_ms=pause_ms)
    qtbot.addWidget(made)
    made.sought.connect(told.append)
    return made


def test_it_says_what_is_searched(qtbot: QtBot, told: list[str]) -> None:
    made = field(qtbot, told, 0)
    assert made.placeholderText() == made.accessibleName() == "Search pictures"


def test_words_are_sought_once_when_the_typing_pauses(qtbot: QtBot, told: list[str]) -> None:
    made = field(qtbot, told, 0)
    QTest.keyClicks(made, "sea")
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1] == "sea"


def test_enter_does_not_wait(qtbot: QtBot, told: list[str]) -> None:
    made = field(qtbot, told, LONG_MS)
    QTest.keyClicks(made, "sea")
    assert told == []
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert told == ["sea"]
    made.show_sought("")


def test_what_is_looked_for_already_is_not_sought_again(qtbot: QtBot, told: list[str]) -> None:
    made = field(qtbot, told, 0)
    made.show_sought("sea")
    QTest.qWait(20)
    assert (made.text(), told) == ("sea", [])
