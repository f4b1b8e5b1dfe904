from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from workbench.ui.shell.notices import NoticeBar, NoticeLog, Toasts
from workbench.ui.support.notify import Level, Notice, Notifier
from workbench.ui.support.theme import Theme


@pytest.fixture
def bar(qtbot: QtBot, theme: Theme) -> tuple[NoticeBar, Notifier]:
    notifier = Notifier()
    made = NoticeBar(theme, notifier)
    qtbot.addWidget(made)
    return made, notifier


def texts(bar: NoticeBar) -> list[str]:
    return [notice.text for notice in bar.notices]


def test_the_newest_stands_on_top_and_three_are_the_most(bar: tuple[NoticeBar, Notifier]) -> None:
    shown, notifier = bar
    for text in ("one", "two", "three", "four"):
        notifier.info(text)
    assert texts(shown) == ["four", "three", "two"]


def test_a_lasting_notice_outlives_passing_ones(bar: tuple[NoticeBar, Notifier]) -> None:
    shown, notifier = bar
    notifier.post(Notice("broken", level=Level.BAD, lasting=True))
    for text in ("one", "two", "three"):
        notifier.info(text)
    assert texts(shown) == ["three", "two", "broken"]


def test_a_newer_notice_with_the_same_key_replaces_the_older(bar: tuple[NoticeBar, Notifier]) -> None:
    shown, notifier = bar
    notifier.info("saving failed", key="save")
    notifier.info("other")
    notifier.info("saved", key="save")
    assert texts(shown) == ["saved", "other"]
    notifier.withdraw("save")
    assert texts(shown) == ["other"]


def test_what_is_said_again_stands_once_and_on_top(bar: tuple[NoticeBar, Notifier]) -> None:
    shown, notifier = bar
    for text in ("nothing can be heard", "other", "nothing can be heard"):
        notifier.warn(text)
    assert texts(shown) == ["nothing can be heard", "other"]


def test_the_button_does_its_action_and_the_notice_goes(bar: tuple[NoticeBar, Notifier]) -> None:
    shown, notifier = bar
    undone: list[bool] = []
    notifier.undo("Deleted", lambda: undone.append(True))
    shown.findChildren(QPushButton)[0].click()
    assert undone == [True]
    assert texts(shown) == []
    assert not shown.isVisible()


def test_a_notice_leaves_the_keyboard_where_it_is(qtbot: QtBot, theme: Theme) -> None:
    window, notifier = QWidget(), Notifier()
    qtbot.addWidget(window)
    field, shown = QLineEdit(), NoticeBar(theme, notifier)
    layout = QVBoxLayout(window)
    layout.addWidget(field)
    layout.addWidget(shown)
    window.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    notifier.warn("No keychain")
    assert shown.isVisible()
    assert field.hasFocus()


def test_the_history_keeps_what_has_gone_from_the_bar() -> None:
    notifier = Notifier()
    log = NoticeLog(notifier)
    notifier.info("one", key="k")
    notifier.info("two", key="k")
    assert [said.notice.text for said in log.said] == ["two", "one"]
    assert log.unread == 2
    log.read()
    assert log.unread == 0


def test_what_passes_floats_and_what_lasts_stands_in_the_bar(qtbot: QtBot, theme: Theme) -> None:
    page, notifier = QWidget(), Notifier()
    qtbot.addWidget(page)
    page.resize(800, 600)
    page.show()
    bar = NoticeBar(theme, notifier, page, takes=lambda notice: notice.lasting)
    toasts = Toasts(theme, notifier, page)
    notifier.info("Copied")
    notifier.post(Notice("Broken", level=Level.BAD, lasting=True))
    assert (texts(toasts), texts(bar)) == (["Copied"], ["Broken"])
    assert page.rect().contains(toasts.geometry())
    page.resize(300, 600)
    assert page.rect().contains(toasts.geometry())
    assert toasts.dismiss_newest()
    assert not toasts.isVisible()


def test_a_lasting_notice_replaces_a_passing_one_of_the_same_key(qtbot: QtBot, theme: Theme) -> None:
    page, notifier = QWidget(), Notifier()
    qtbot.addWidget(page)
    bar = NoticeBar(theme, notifier, page, takes=lambda notice: notice.lasting)
    toasts = Toasts(theme, notifier, page)
    notifier.info("Saving", key="save")
    notifier.post(Notice("Not saved", level=Level.BAD, key="save", lasting=True))
    assert (texts(toasts), texts(bar)) == ([], ["Not saved"])
