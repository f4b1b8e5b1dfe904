"""The rows of a list at a side, and what stands in their place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QListView

from workbench.domain.trouble import Trouble
from workbench.ui.support.search_field import SearchField
from workbench.ui.support.side_list import ListPages, lay_out_side
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import Theme


class Side:
    def __init__(self, theme: Theme) -> None:
        self.ground = Ground(theme, "right")
        self.field = SearchField("Search them", self.ground)
        self.rows = QListView(self.ground)
        self.pages = ListPages(theme, self.rows, self.ground)
        lay_out_side(theme, self.ground, "Things", (), self.field, self.pages)
        self.ground.show()


@pytest.fixture
def side(theme: Theme) -> Iterator[Side]:
    side = Side(theme)
    yield side
    side.ground.hide()
    side.ground.deleteLater()


def test_rows_stand_below_the_field(side: Side) -> None:
    side.pages.show_rows()
    assert side.rows.isVisible()
    assert side.field.mapTo(side.ground, side.field.rect().bottomLeft()).y() < side.pages.y()


def test_without_rows_it_is_said_why_and_offered_what_to_do(side: Side) -> None:
    wanted: list[bool] = []
    side.pages.act_wanted.connect(lambda: wanted.append(True))
    side.pages.say("file-text", "No things yet.", "Make one.", act="Make")
    assert not side.rows.isVisible()
    assert side.pages.blank.what.text() == "No things yet."
    side.pages.act.click()
    assert wanted == [True]


def test_where_nothing_can_be_done_nothing_is_offered(side: Side) -> None:
    side.pages.say("file-text", "No things yet.", act="Make")
    side.pages.say("loader-circle", "Reading the list…")
    assert not side.pages.act.isVisible()


def test_rows_that_could_not_be_read_can_be_read_again(side: Side) -> None:
    wanted: list[bool] = []
    side.pages.retry_wanted.connect(lambda: wanted.append(True))
    side.pages.show_trouble(Trouble("The disk is away."))
    assert side.pages.trouble.what.text() == "The disk is away."
    side.pages.trouble.retry.click()
    assert wanted == [True]


def test_a_search_that_is_begun_again_replaces_the_old_one(side: Side) -> None:
    side.field.setText("old words")
    side.field.begin()
    assert side.field.selectedText() == "old words"
    assert side.ground.focusWidget() is side.field
