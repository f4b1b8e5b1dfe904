"""The queue's panel: order, pausing, cancelling, asking again, how long it takes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.fakes.settings import MemorySettings
from tests.ui.images.results.fakes import (
    DREAM,
    FLUX,
    NOW,
    FakeQueue,
    batch_of,
    done,
    draft_of,
    failed,
    grid_draft,
    held,
    running,
)
from tests.waiting import until
from workbench.domain.errors import StorageFailed
from workbench.domain.settings import Settings
from workbench.domain.trouble import Trouble
from workbench.ui.images.results.queue_model import KEPT_OVER, QueueModel
from workbench.ui.images.results.queue_panel import QueuePanel
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme


class Made:
    def __init__(self, theme: Theme) -> None:
        self.queue = FakeQueue()
        self.settings = SettingsModel(Settings(), MemorySettings())
        self.model = QueueModel(
            self.queue, per_model=lambda: self.settings.value.images_at_once, clock=lambda: NOW
        )
        self.panel = QueuePanel(theme, self.model, self.settings)
        self.panel.resize(320, 480)

    @property
    def ids(self) -> list[str]:
        return [
            job.id for at in range(self.model.rowCount()) if (job := self.model.job(self.model.index(at)))
        ]

    async def add(self, count: int = 4) -> None:
        batch, jobs = batch_of(draft_of(count=count), "b")
        self.queue.submit(batch, jobs)
        await until(lambda: self.model.rowCount() == count)


def go(run_qt: Run, theme: Theme, act: Callable[[Made], Awaitable[None]]) -> None:
    @asynccontextmanager
    async def made() -> AsyncGenerator[Made]:
        one = Made(theme)
        one.panel.show()
        try:
            yield one
        finally:
            one.panel.hide()
            await one.model.aclose()
            await one.settings.aclose()
            one.panel.close()
            one.panel.deleteLater()

    async def scenario() -> None:
        async with made() as one:
            await act(one)

    run_qt(scenario())


def test_a_row_says_what_sets_its_call_apart(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        batch, jobs = batch_of(grid_draft(2, 2), "b")
        one.queue.submit(batch, jobs)
        await until(lambda: one.model.rowCount() == 4)
        assert [one.model.apart(id) for id in one.ids] == [
            "steps 1 · seed 1000",
            "steps 1 · seed 1001",
            "steps 2 · seed 1000",
            "steps 2 · seed 1001",
        ]

    go(run_qt, theme, act)


def test_a_call_that_is_alone_needs_only_its_prompt(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add(1)
        assert one.model.apart(one.ids[0]) == ""

    go(run_qt, theme, act)


def test_an_empty_queue_says_so(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        assert one.panel.blank.isVisible()
        await one.add()
        assert one.panel.list.isVisible()
        assert one.panel.facts.text() == "4 waiting"

    go(run_qt, theme, act)


def test_what_runs_stands_first_and_what_is_over_last(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add()
        jobs = one.queue.jobs
        one.queue.put(failed(jobs[0]))
        one.queue.put(running(jobs[2]))
        await until(lambda: one.ids == ["b-2", "b-1", "b-3", "b-0"])
        assert one.panel.facts.text() == "1 running · 2 waiting · 1 failed"
        one.panel.grab()
        one.panel.clear.click()
        assert one.ids == ["b-2", "b-1", "b-3"]

    go(run_qt, theme, act)


def test_the_keyboard_moves_a_call_up_and_down(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add()
        one.panel.list.setCurrentIndex(one.model.index(2))
        QTest.keyClick(one.panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        await until(lambda: one.ids == ["b-0", "b-2", "b-1", "b-3"])
        assert one.panel.selected_ids() == ["b-2"]  # it takes the selection along
        QTest.keyClick(one.panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        await until(lambda: one.ids[0] == "b-2")
        QTest.keyClick(one.panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        QTest.keyClick(one.panel.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        await until(lambda: one.ids == ["b-0", "b-2", "b-1", "b-3"])

    go(run_qt, theme, act)


def test_several_move_together(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add()
        one.model.move_by(["b-0", "b-1"], down=True)
        await until(lambda: one.ids == ["b-2", "b-0", "b-1", "b-3"])
        one.model.move_by(["b-0", "b-1"], down=True)
        await until(lambda: one.ids == ["b-2", "b-3", "b-0", "b-1"])
        one.model.move_by(["b-0", "b-1"], down=True)  # there is no further down
        one.model.move_by(["b-0", "b-1"], down=False)
        await until(lambda: one.ids == ["b-2", "b-0", "b-1", "b-3"])

    go(run_qt, theme, act)


def test_calls_are_dragged_to_another_place(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add()
        one.queue.put(running(one.queue.jobs[0]))
        await until(lambda: one.model.running == 1)
        model, move = one.model, Qt.DropAction.MoveAction
        mime = model.mimeData([model.index(0), model.index(3)])  # what runs already cannot be moved
        assert not model.dropMimeData(mime, move, 0, 0, QModelIndex())
        await until(lambda: one.ids == ["b-0", "b-3", "b-1", "b-2"])
        mime = model.mimeData([model.index(1)])
        model.dropMimeData(mime, move, -1, -1, QModelIndex())
        await until(lambda: one.ids == ["b-0", "b-1", "b-2", "b-3"])

    go(run_qt, theme, act)


def test_rows_keep_their_selection_while_the_queue_goes_on(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add(50)
        kept = QPersistentModelIndex(one.model.index(30))
        for job in one.queue.jobs[:10]:
            one.queue.put(done(job, 1)[0])
        await until(lambda: one.model.over == 10)
        shown = one.model.job(kept)
        assert shown is not None
        assert shown.id == "b-30"
        assert kept.row() == 20

    go(run_qt, theme, act)


def test_cancel_and_retry_by_key(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add(2)
        one.panel.list.setCurrentIndex(one.model.index(0))
        QTest.keyClick(one.panel.list, Qt.Key.Key_Delete)
        await until(lambda: one.queue.asked == [("cancel", ("b-0",))])
        await until(lambda: one.ids == ["b-1", "b-0"])
        QTest.keyClick(one.panel.list, Qt.Key.Key_R)
        await until(lambda: one.queue.asked[1:] == [("retry", ("b-0",))])
        await until(lambda: one.ids == ["b-0", "b-1"])

    go(run_qt, theme, act)


def test_the_button_at_a_rows_end_cancels_it(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add(2)
        row = one.panel.list.visualRect(one.model.index(1))
        spot = one.panel.delegate.act_place(row, Qt.LayoutDirection.LeftToRight).center()
        QTest.mouseClick(one.panel.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        await until(lambda: one.queue.asked == [("cancel", ("b-1",))])

    go(run_qt, theme, act)


def test_the_menu_offers_what_can_be_done(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add(2)
        one.queue.put(failed(one.queue.jobs[0]))
        await until(lambda: one.ids == ["b-1", "b-0"])
        for ids, wanted in (
            (["b-1"], ["Sooner", "Later", "Cancel", "", "Show its batch"]),
            (["b-0"], ["Ask again", "", "Show its batch", "What was sent and came back"]),
            (["b-0", "b-1"], ["Sooner", "Later", "Cancel", "Ask again"]),
        ):
            menu = one.panel.menu_of(ids)
            assert [action.text() for action in menu.actions()] == wanted
            menu.deleteLater()

    go(run_qt, theme, act)


def test_pause_and_go_on(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add(1)
        one.panel.pause.click()
        await until(lambda: one.panel.facts.text() == "Paused · 1 waiting")
        assert one.panel.pause.text() == "Go on"
        one.queue.trouble = Trouble("The disk is full.", fix="Make room.")
        one.model.refresh()
        assert one.panel.remark.isVisible()
        one.panel.pause.click()
        await until(lambda: not one.queue.paused)
        await until(lambda: not one.panel.remark.isVisible())

    go(run_qt, theme, act)


def test_cancelling_all_leaves_everything_to_be_asked_for_again(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add(3)
        one.panel.cancel.click()
        await until(lambda: one.model.over == 3)
        assert not one.panel.cancel.isVisible()
        one.model.retry(one.ids)
        await until(lambda: one.model.waiting == 3)

    go(run_qt, theme, act)


def test_how_long_it_takes_is_told_from_what_has_ended(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        batch, jobs = batch_of(draft_of(models=(FLUX, DREAM), count=5), "b")
        one.queue.submit(batch, jobs)
        await until(lambda: one.model.rowCount() == 10)
        assert one.model.left_s is None
        one.queue.put(done(jobs[0], 1)[0])  # took 3 s
        await until(lambda: one.model.over == 1)
        # Two at once: four more of the one in two turns, five of the other in three.
        assert one.model.left_s == 9.0
        one.settings.set("images_at_once", 5)
        assert one.model.left_s == 4.5  # nine calls, six at once in all
        one.queue.put(held(one.queue.jobs[0], for_s=60))
        await until(lambda: one.model.left_s == 60)
        assert "about 1 min 0 s left" in one.panel.facts.text()

    go(run_qt, theme, act)


def test_calls_at_once_are_a_setting(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        one.panel.at_once.setValue(5)
        assert one.settings.value.images_at_once == 5
        one.settings.set("images_at_once", 3)
        assert one.panel.at_once.value() == 3

    go(run_qt, theme, act)


def test_the_batch_of_a_call_is_shown_by_enter(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add(1)
        wanted: list[str] = []
        one.panel.batch_wanted.connect(wanted.append)
        one.panel.list.setCurrentIndex(one.model.index(0))
        QTest.keyClick(one.panel.list, Qt.Key.Key_Return)
        assert wanted == ["b"]

    go(run_qt, theme, act)


def test_a_long_day_does_not_fill_the_list(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add(KEPT_OVER + 20)
        one.queue.put(failed(one.queue.jobs[0]))
        for job in one.queue.jobs:
            one.queue.put(done(job, 1)[0])
        await until(lambda: one.model.rowCount() == KEPT_OVER)
        assert one.model.failures == 1  # what went wrong stays longest

    go(run_qt, theme, act)


def test_a_wish_that_fails_is_reported(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        failures: list[Exception] = []
        one.model.failed.connect(failures.append)
        one.queue.problem = StorageFailed("Not stored.")
        one.model.toggle_pause()
        await until(lambda: failures)

    go(run_qt, theme, act)


def test_a_call_that_is_waited_for_says_how_long(theme: Theme, run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.add(1)
        one.queue.put(replace(held(one.queue.jobs[0])))
        await until(lambda: one.model.ticking)
        spoken = str(one.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole))
        assert spoken.startswith("Again in 17 s")
        assert one.panel._tick.active
        one.panel.hide()
        assert not one.panel._tick.active

    go(run_qt, theme, act)
