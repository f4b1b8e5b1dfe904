"""The replay panel: a button, two columns of figures, a list."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from tests.conftest import Run
from tests.ui.routes.replay.test_model import FREE, PRO, ROWS, Live, Replaying
from workbench.domain.errors import InvalidInput
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import NOTHING
from workbench.ui.routes.replay.panel import ReplayPanel
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork


class Made:
    def __init__(self, theme: Theme) -> None:
        self.document = RouteDocument(FREE)
        self.service = Replaying(ROWS)
        self.live = Live(PRO)
        self.panel = ReplayPanel(theme, self.document, self.service, self.live, Notifier(), RunningWork())
        self.panel.resize(1180, 250)
        self.panel.show()
        self.panel.opened()

    async def click(self) -> None:
        self.panel.run.click()
        await self.panel.model._tasks.finish()

    @property
    def blank(self) -> str:
        assert self.panel.blank.isVisibleTo(self.panel)
        return self.panel.blank.what.text()


@pytest.fixture
def made(theme: Theme) -> Iterator[Made]:
    found = Made(theme)
    yield found
    found.panel.left()
    found.panel.close()
    found.panel.deleteLater()


def test_it_says_what_it_is_for_and_then_shows_both_sides(made: Made, run_qt: Run) -> None:
    assert made.blank == "See what would have happened."
    run_qt(made.click())
    panel = made.panel
    assert not panel.blank.isVisibleTo(panel)
    assert not panel.stop.isVisible()
    assert panel.figures.table.text(2, 1) == "0"
    assert panel.figures.table.text(2, 3) == "±0"
    assert [(part.name, part.before, part.after) for part in panel.figures.mix.parts] == [
        ("m2", 20, 20),
        ("m1", 10, 10),
    ]
    assert "m1: 10 · 33.3 %, deployed: 10" in panel.figures.mix.accessibleDescription()
    assert panel.changes.title.text().endswith(": 20")
    assert "no price is known" in panel.figures.notes.words.text()
    assert not panel.grab().isNull()


def test_a_chosen_change_lights_its_way_until_all_are_wanted(made: Made, run_qt: Run) -> None:
    run_qt(made.click())
    changes = made.panel.changes
    all_ways = made.document.overlay
    changes.list.setCurrentIndex(made.panel.model.changes.index(2))
    assert made.document.overlay.elements
    changes.all.click()
    assert made.document.overlay == all_ways
    made.panel.left()
    assert made.document.overlay == NOTHING


def test_with_nothing_deployed_the_draft_stands_alone(made: Made, run_qt: Run) -> None:
    made.live.found = InvalidInput("no route")
    run_qt(made.click())
    figures, changes = made.panel.figures, made.panel.changes
    assert figures.alone.isVisibleTo(figures)
    assert not figures.table.isVisibleTo(figures)
    assert "Nothing is deployed" in changes.nothing.text()
    assert not changes.list.isVisibleTo(changes)


def test_where_nothing_would_change_that_is_said(made: Made, run_qt: Run) -> None:
    made.live.found = FREE
    run_qt(made.click())
    assert made.panel.changes.title.text() == "Nothing would change"


def test_a_failure_and_an_empty_log_are_said_in_place(made: Made, run_qt: Run) -> None:
    made.service.failing = True
    run_qt(made.click())
    assert made.blank == "No gateway."
    made.panel.model._replay = Replaying([])
    run_qt(made.click())
    assert made.blank == "There is no request to replay."


def test_the_number_of_requests_is_chosen(made: Made, run_qt: Run) -> None:
    source = made.panel.source
    source.activated.emit(2)
    run_qt(made.click())
    assert made.service.asked[0]["count"] == 2000
    assert source.currentIndex() == 2


def test_a_dropped_log_is_replayed(made: Made, run_qt: Run, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("id,provider,model,metadata\n1,openai,m1,\n", encoding="utf-8")

    def dropped(path: Path) -> QDropEvent:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        kept.append(data)
        return QDropEvent(
            QPointF(9, 9),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )

    kept: list[QMimeData] = []

    async def scenario() -> None:
        made.panel.dropEvent(dropped(tmp_path / "picture.png"))
        assert made.panel.model.path is None
        made.panel.dropEvent(dropped(file))
        await made.panel.model._tasks.finish()

    run_qt(scenario())
    assert made.panel.model.result is not None
    assert made.panel.model.result.rows == 1
    assert made.panel.source.currentIndex() == -1
    assert made.panel.source.placeholderText() == "export.csv"
    assert not made.panel.only.isVisible()


def test_while_it_runs_it_can_be_stopped(made: Made, run_qt: Run) -> None:
    async def scenario() -> None:
        made.service.held = True
        made.panel.run.click()
        await asyncio.sleep(0.01)
        assert not made.panel.run.isVisible()
        assert not made.panel.source.isEnabled()
        assert made.panel.bar.value() == 500
        made.panel.stop.click()
        await made.panel.model._tasks.finish()

    run_qt(scenario())
    assert made.panel.run.isVisible()
    assert not made.panel.stop.isVisible()
    assert made.panel.source.isEnabled()
