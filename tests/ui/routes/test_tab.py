"""The routes tab as somebody uses it: tabs, the keyboard, what stands in the drawer, what comes back at the next start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.routes.inspector.conftest import Suggested
from workbench.domain.gateway import GatewayState
from workbench.domain.routes.canvas import free_notes
from workbench.domain.routes.elements import Route
from workbench.domain.routes.keeping import Draft, Fingerprint, RecentFile
from workbench.domain.routes.starters import STARTERS
from workbench.domain.settings import Settings
from workbench.services.route_proof import RouteProof
from workbench.ui.routes.editor import RouteEditor
from workbench.ui.routes.model import RoutesModel
from workbench.ui.routes.tab import RoutesTab
from workbench.ui.support.notify import Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork


class NoFile:
    def save(self, settings: Settings) -> None:
        pass


class Files:
    """Drafts in memory, and no disk."""

    def __init__(self, *drafts: Draft) -> None:
        self.kept = {draft.id: draft for draft in drafts}

    async def drafts(self) -> Sequence[Draft]:
        return tuple(self.kept.values())

    async def keep(self, draft: Draft) -> None:
        self.kept[draft.id] = draft

    async def discard(self, draft_id: str) -> None:
        self.kept.pop(draft_id, None)

    async def recent(self) -> Sequence[RecentFile]:
        return ()

    async def save(
        self, path: Path, route: Route, known: Fingerprint | None, *, overwrite: bool = False
    ) -> Fingerprint:
        raise AssertionError("nothing is saved here")


class Gateway:
    state = GatewayState()

    def on_change(self, listener: Callable[[GatewayState], None]) -> Callable[[], None]:
        return lambda: None


class Stage:
    """The tab over drafts and settings that outlive it. What happens to it happens in the window's own loop."""

    def __init__(self, theme: Theme, qtbot: QtBot, run_qt: Run) -> None:
        self._theme, self._qtbot, self._run = theme, qtbot, run_qt
        self.files = Files()
        self.settings = SettingsModel(Settings(), NoFile())

    def run(self, story: Coroutine[Any, Any, None]) -> None:
        async def whole() -> None:
            try:
                await story
            finally:
                await self.settings.aclose()

        self._run(whole())

    @asynccontextmanager
    async def window(self, *, loaded: bool = True) -> AsyncGenerator[RoutesTab, None]:
        nobody: Any = None  # nothing is learned while the gateway rests
        proof = RouteProof(nobody, nobody, nobody)
        desk: Any = SimpleNamespace(suggestions=Suggested(), targets=tuple, proof=proof, gateway=Gateway())
        files: Any = self.files
        model = RoutesModel(files, proof.lint, lambda route: route, Notifier())
        tab = RoutesTab(self._theme, model, desk, self.settings, Notifier(), RunningWork())
        model.setParent(tab)
        self._qtbot.addWidget(tab)
        tab.resize(1200, 800)
        tab.show()
        tab.activateWindow()
        if loaded:
            await load(tab, self.settings.value.last_route)
        yield tab
        await tab.aclose()
        tab.hide()


@pytest.fixture
def stage(theme: Theme, qtbot: QtBot, run_qt: Run) -> Stage:
    return Stage(theme, qtbot, run_qt)


async def load(tab: RoutesTab, front: str = "") -> None:
    tab.model.load(front)
    await tab.model._tasks.finish()


async def shown(tab: RoutesTab) -> RouteEditor:
    editor = tab.editor
    assert editor is not None
    for _ in range(5):
        await asyncio.sleep(0)
    return editor


async def begin(tab: RoutesTab, number: int = 0) -> RouteEditor:
    tab.begin(STARTERS[number])
    return await shown(tab)


def test_the_route_in_front_is_in_front_at_the_next_start(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            for number in range(3):
                await begin(tab, number)
            tab.model.select(tab.model.routes[1])
        async with stage.window() as again:
            assert [route.title for route in again.model.routes] == [one.id for one in STARTERS[:3]]
            assert again.title() == STARTERS[1].id

    stage.run(story())


def test_what_is_begun_before_the_drafts_are_back_stays_in_front(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            await begin(tab)
        async with stage.window(loaded=False) as again:
            new = again.model.new()
            await load(again)
            assert len(again.model.routes) == 2
            assert again.model.current is new

    stage.run(story())


def test_a_route_that_comes_back_with_problems_counts_them_in_the_drawer(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            tab.new()
        async with stage.window() as again:
            assert "2" in (await shown(again)).drawer.tabs.tabText(0)

    stage.run(story())


def test_many_tabs_keep_names_that_can_be_read(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            for number in range(2 * len(STARTERS)):
                await begin(tab, number % len(STARTERS))
            for place in range(tab.tabs.count()):
                words = tab.tabs.fontMetrics().horizontalAdvance(tab.tabs.tabText(place))
                assert tab.tabs.tabRect(place).width() >= words
            assert tab.add.geometry().right() < tab.undo.geometry().left()

    stage.run(story())


def test_the_keyboard_is_on_the_canvas_after_renaming_there(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            editor = await begin(tab)
            view = editor.canvas.view
            view.setFocus()
            editor.route.document.select(["pro"])
            QTest.keyClick(view, Qt.Key.Key_F2)
            field = QApplication.focusWidget()
            assert field is not None
            assert field is not view
            QTest.keyClicks(field, "paying")
            QTest.keyClick(field, Qt.Key.Key_Return)
            assert editor.route.document.route.find("paying") is not None
            assert QApplication.focusWidget() is view

    stage.run(story())


def test_what_is_in_view_is_not_scrolled(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            view = (await begin(tab)).canvas.view
            seen, corner = view.seen, view.scene_at(QPointF(20, 20))
            view.bring_in(QRectF(corner, corner).adjusted(0, 0, 40, 20))
            assert view.seen == seen
            view.bring_in(QRectF(corner, corner).adjusted(-400, 0, -360, 20))
            assert view.seen != seen

    stage.run(story())


def test_a_canvas_nobody_moved_shows_everything_when_json_takes_its_room(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            editor = await begin(tab)
            view = editor.canvas.view
            QTest.keyClick(view, Qt.Key.Key_Control)
            editor.toggle_source()
            await shown(tab)
            assert view.seen.contains(editor.canvas.scene.content)

    stage.run(story())


def test_the_starters_stand_in_equal_columns(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            for _ in range(5):
                await asyncio.sleep(0)
            widths = {card.width() for card in tab.start.cards}
            assert max(widths) - min(widths) <= 1

    stage.run(story())


def test_the_keyboard_goes_along_to_the_route_in_front(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            first, second = await begin(tab, 0), await begin(tab, 1)
            assert QApplication.focusWidget() is second.canvas.view
            tab.close_current()
            await shown(tab)
            assert QApplication.focusWidget() is first.canvas.view
            tab.close_current()
            assert tab.editor is None
            assert QApplication.focusWidget() is tab.start.new
            tab.model.begin(STARTERS[2].route)
            assert QApplication.focusWidget() is (await shown(tab)).canvas.view

    stage.run(story())


def test_tabs_are_walked_by_keys_without_losing_them(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            await begin(tab, 0)
            await begin(tab, 1)
            tab.tabs.setFocus()
            QTest.keyClick(tab.tabs, Qt.Key.Key_Left)
            await shown(tab)
            assert tab.title() == STARTERS[0].id
            assert QApplication.focusWidget() is tab.tabs

    stage.run(story())


def test_a_note_is_written_as_soon_as_it_is_added(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            editor = await begin(tab)
            view = editor.canvas.view
            view.setFocus()
            QTest.keyClick(view, Qt.Key.Key_A)
            for words in ("note", "call it all off"):
                field = QApplication.focusWidget()
                assert field is not None
                QTest.keyClicks(field, words)
                QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            texts = list(free_notes(editor.route.document.route).values())
            assert texts == ["call it all off"]

    stage.run(story())


def test_the_map_gives_way_on_a_small_canvas_unless_it_was_asked_for(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            canvas = (await begin(tab)).canvas
            assert not canvas.minimap.isHidden()
            tab.resize(900, 420)
            await shown(tab)
            assert canvas.minimap.isHidden()
            canvas.toggle_minimap()
            tab.resize(900, 440)
            await shown(tab)
            assert not canvas.minimap.isHidden()

    stage.run(story())


def test_what_is_added_by_keys_to_a_port_covers_nothing(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            tab.new()
            canvas = (await shown(tab)).canvas
            for key in ("start", "model"):
                canvas.add(key)
            canvas.document.select(["start"])
            QTest.keyClick(canvas.view, Qt.Key.Key_C)
            QTest.keyClick(canvas.view, Qt.Key.Key_A)
            field = QApplication.focusWidget()
            assert field is not None
            QTest.keyClicks(field, "end")
            QTest.keyClick(field, Qt.Key.Key_Return)
            cards = canvas.scene.cards
            assert ("start", "next", "end") in list(canvas.document.route.links())
            assert not cards["end"].scene_rect.intersects(cards["model"].scene_rect)

    stage.run(story())
