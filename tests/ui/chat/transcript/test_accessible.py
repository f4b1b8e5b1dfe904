"""What a screen reader finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible

from tests.ui.chat.transcript.stage import answer, entry, history, question, settle
from workbench.domain.trouble import Trouble
from workbench.ui.chat.transcript.message import Metric
from workbench.ui.chat.transcript.view import TranscriptView

Name = QAccessible.Text.Name


@pytest.fixture(autouse=True)
def _listening() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def test_the_messages_in_view_can_be_read(view: TranscriptView) -> None:
    view.set_messages(
        [
            question("q", "What is *it*?"),
            answer("a", "# It\n\nis `this`.", metrics=(Metric("0.4 s", "Time"),), note="Stopped"),
        ]
    )
    settle(view)
    found = QAccessible.queryAccessibleInterface(view)
    assert found.role() == QAccessible.Role.List
    assert found.text(Name) == "Conversation"
    assert found.childCount() == 2
    assert found.child(0).text(Name) == "You\nWhat is it?"
    said = found.child(1)
    assert said.text(Name) == "model, Stopped\nIt\nis this."
    assert said.text(QAccessible.Text.Description) == "0.4 s"
    assert said.role() == QAccessible.Role.ListItem
    assert not said.rect().isEmpty()


def test_only_what_is_in_view_is_listed(view: TranscriptView) -> None:
    view.set_messages(history(300))
    settle(view)
    found = QAccessible.queryAccessibleInterface(view)
    assert 0 < found.childCount() < 30
    last = found.child(found.childCount() - 1)
    assert "299:" in last.text(Name)
    assert found.indexOfChild(last) == found.childCount() - 1


def test_trouble_and_actions_are_told(view: TranscriptView) -> None:
    trouble = Trouble("It failed.", "No network.", "Connect.")
    view.set_messages([answer("a", "", trouble=trouble, can_retry=True)])
    settle(view)
    said = QAccessible.queryAccessibleInterface(view).child(0)
    assert "It failed.\nNo network.\nConnect." in said.text(Name)
    button = said.child(0)
    assert (button.role(), button.text(Name)) == (QAccessible.Role.Button, "Try again")
    view.keys.focus_on(entry(view, "a"))
    assert said.state().focused
    view.keys.step_spot(True)
    assert button.state().focused
    assert not said.state().focused


def test_an_answer_that_streams_is_busy(view: TranscriptView) -> None:
    view.set_messages([answer("a", "Some", streaming=True)])
    settle(view)
    said = QAccessible.queryAccessibleInterface(view).child(0)
    assert said.state().busy
    view.replace(answer("a", "Some words"))
    settle(view)
    assert not said.state().busy
    assert said.text(Name) == "model\nSome words"
