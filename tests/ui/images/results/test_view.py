"""The open batch on the screen: cards, grid, header, and what stands there without a batch."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from tests.conftest import Run
from tests.ui.images.results.fakes import (
    FakeQueue,
    a_batch_of_four,
    batch_of,
    done,
    draft_of,
    failed,
    grid_draft,
    half_done,
    running,
)
from tests.ui.images.results.stage import Stage, go
from tests.ui.support.test_dialogs import shown
from tests.waiting import until
from workbench.domain.errors import Failure
from workbench.domain.images.jobs import ImageBatch, JobState
from workbench.domain.trouble import Trouble
from workbench.ui.images.dragging import digests_in, files_in
from workbench.ui.images.results.delegate import Act
from workbench.ui.images.results.items import result_of
from workbench.ui.images.results.result import Phase
from workbench.ui.images.results.view import file_name
from workbench.ui.shell.regions import Regions
from workbench.ui.support.theme import Theme


def spot_of(made: Stage, row: int, act: Act) -> QPoint:
    """The middle of a painted button."""
    cards = made.view.cards
    index = cards.items.index(row)
    result = result_of(index)
    assert result is not None
    places = cards.delegate.acts(result, cards.visualRect(index), cards.layoutDirection())
    return places[act].center()


def test_without_a_batch_three_examples_stand_there_to_run(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        wanted: list[str] = []
        made.view.example_wanted.connect(wanted.append)
        await made.open()
        assert made.view.blank.isVisible()
        assert not made.view.header.isVisible()
        for card in made.view.blank.cards:
            card.click()
        assert len(set(wanted)) == 3
        made.view.grab()

    go(run_qt, theme, act)


def test_each_card_says_its_state_in_words(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*a_batch_of_four(made.gallery))
        await until(lambda: made.view.image_ids())
        said = [str(made.view.cards.items.index(at).data()) for at in range(4)]
        assert said[0].startswith("Done, flux-1-schnell, seed ")
        assert said[1].startswith("Running · 12 s")
        assert said[2].startswith("Again in 17 s")
        assert "The model refused the prompt." in said[3]
        assert "Say it in other words." in said[3]
        made.view.grab()

    go(run_qt, theme, act)


def test_the_header_tells_how_far_the_batch_is(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*a_batch_of_four(made.gallery))
        header = made.view.header
        await until(lambda: "$0.0011" in header.facts.text())
        assert header.facts.text().startswith("1 of 4 done · 1 failed")
        assert header.progress.isVisible()
        assert header.retry.isVisible()
        assert not header.resume.isVisible()
        made.model.cancel_all()
        await until(lambda: header.resume.isVisible())
        assert not header.progress.isVisible()
        assert not header.pause.isVisible()

    go(run_qt, theme, act)


def test_f6_comes_to_the_pictures(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*a_batch_of_four(made.gallery))
        if (focused := QApplication.focusWidget()) is not None:
            focused.clearFocus()
        Regions(lambda: [made.view]).move()
        assert made.view.focusWidget() is made.view.cards

    go(run_qt, theme, act)


def test_a_failed_one_tells_why_and_is_asked_again(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*a_batch_of_four(made.gallery))
        records: list[str] = []
        made.view.record_wanted.connect(records.append)
        bar = made.view.trouble_bar
        assert not bar.isVisible()
        made.view.cards.setCurrentIndex(made.view.cards.items.index(3))
        assert bar.what.text() == "The model refused the prompt."
        bar.details.click()
        QTest.mouseClick(
            made.view.cards.viewport(), Qt.MouseButton.LeftButton, pos=spot_of(made, 3, Act.DETAILS)
        )
        QTest.keyClick(made.view.cards, Qt.Key.Key_D)
        assert records == ["exchange-batch-3"] * 3
        bar.retry.click()
        await until(lambda: made.queue.asked == [("retry", ("batch-3",))])
        await until(lambda: not bar.isVisible())

    go(run_qt, theme, act)


def test_painted_buttons_cancel_and_retry(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*a_batch_of_four(made.gallery))
        port = made.view.cards.viewport()
        QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=spot_of(made, 1, Act.CANCEL))
        await until(lambda: made.queue.asked == [("cancel", ("batch-1",))])
        QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=spot_of(made, 1, Act.RETRY))
        await until(lambda: made.queue.asked[1:] == [("retry", ("batch-1",))])
        assert made.view.cards.currentIndex().row() != 1

    go(run_qt, theme, act)


def test_the_keyboard_goes_through_the_cards_and_opens_them(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*a_batch_of_four(made.gallery))
        await until(lambda: made.view.image_ids())
        opened, selected = list[str](), list[str]()
        made.view.opened.connect(opened.append)
        made.view.selected.connect(selected.append)
        cards = made.view.cards
        cards.setCurrentIndex(cards.items.index(0))
        QTest.keyClick(cards, Qt.Key.Key_Return)
        QTest.keyClick(cards, Qt.Key.Key_Right)
        assert cards.currentIndex().row() == 1
        QTest.keyClick(cards, Qt.Key.Key_Delete)
        assert opened == ["batch-0-image-0"]
        assert selected == ["batch-0-image-0", ""]
        await until(lambda: made.queue.asked == [("cancel", ("batch-1",))])

    go(run_qt, theme, act)


def test_a_picture_that_was_looked_at_is_selected_behind_the_viewer(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*a_batch_of_four(made.gallery))
        await until(lambda: made.view.image_ids())
        last = made.view.image_ids()[-1]
        made.view.hands.go_to(last)
        assert [image.id for image in made.view.selected_images()] == [last]
        made.view.hands.go_to("of another batch")
        assert [image.id for image in made.view.selected_images()] == [last]

    go(run_qt, theme, act)


def test_a_double_click_opens_a_picture(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*a_batch_of_four(made.gallery))
        await until(lambda: made.view.image_ids())
        opened: list[str] = []
        made.view.opened.connect(opened.append)
        cards = made.view.cards
        spot = cards.visualRect(cards.items.index(0)).center()
        QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        QTest.mouseDClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        assert opened == ["batch-0-image-0"]

    go(run_qt, theme, act)


def test_several_pictures_are_dragged_out_as_files(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        batch, jobs = batch_of(draft_of(count=3))
        ended = []
        for at, job in enumerate(jobs):
            over, images = done(job, at)
            made.gallery.entries.update((image.id, image) for image in images)
            ended.append(over)
        await made.open(batch, ended)
        await until(lambda: len(made.view.image_ids()) == 3)
        cards = made.view.cards
        cards.selectAll()
        mime = cards.items.mimeData(cards.selectedIndexes())
        assert len(files_in(mime)) == 3
        assert len(digests_in(mime)) == 3
        assert [image.id for image in made.view.selected_images()] == list(made.view.image_ids())

    go(run_qt, theme, act)


def test_the_menu_has_what_fits_pictures_and_calls(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*a_batch_of_four(made.gallery))
        await until(lambda: made.view.image_ids())
        cards = made.view.cards
        cards.setCurrentIndex(cards.items.index(3))
        menu = cards.hands.menu_of(cards.hands.selected())
        assert [action.text() for action in menu.actions()] == ["Ask again", "What was sent and came back"]
        menu.deleteLater()
        cards.setCurrentIndex(cards.items.index(0))
        menu = cards.hands.menu_of(cards.hands.selected())
        assert len(menu.actions()) > 5
        assert "Ask again" not in [action.text() for action in menu.actions()]
        menu.deleteLater()

    go(run_qt, theme, act)


def test_the_keys_of_the_menu_work_on_pictures(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*a_batch_of_four(made.gallery))
        await until(lambda: made.view.image_ids())
        id, cards = made.view.image_ids()[0], made.view.cards
        cards.setCurrentIndex(cards.items.index(0))
        QTest.keyClick(cards, Qt.Key.Key_4)
        await until(lambda: made.gallery.entries[id].rating == 4)
        QTest.keyClick(cards, Qt.Key.Key_Delete)
        await until(lambda: id in made.gallery.deleted)
        assert made.queue.asked == []
        first = result_of(cards.items.index(0))
        assert first is not None
        assert first.phase is Phase.GONE

    go(run_qt, theme, act)


def test_pictures_that_came_damaged_are_told_beside_those_that_did_not(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        batch, jobs = batch_of(draft_of())
        over, images = done(jobs[0], 1)
        made.gallery.entries.update((image.id, image) for image in images)
        await made.open(batch, [replace(over, trouble=Trouble("One of two pictures broke off."))])
        await until(lambda: made.view.image_ids())
        made.view.cards.setCurrentIndex(made.view.cards.items.index(0))
        assert made.view.trouble_bar.what.text() == "One of two pictures broke off."
        assert not made.view.trouble_bar.retry.isVisible()

    go(run_qt, theme, act)


def test_one_without_a_token_leads_to_the_connection(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        batch, jobs = batch_of(draft_of())
        trouble = Trouble("There is no token.", failure=Failure.NOT_CONFIGURED)
        await made.open(batch, [replace(jobs[0], state=JobState.FAILED, trouble=trouble)])
        wanted: list[bool] = []
        made.view.connection_wanted.connect(lambda: wanted.append(True))
        made.view.cards.setCurrentIndex(made.view.cards.items.index(0))
        assert made.view.trouble_bar.connection.isVisible()
        made.view.trouble_bar.connection.click()
        assert wanted == [True]

    go(run_qt, theme, act)


def test_a_call_that_brings_several_pictures_becomes_several_cards(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        batch, jobs = batch_of(draft_of(count=2))
        await made.open(batch, jobs)
        over, images = done(jobs[0], 1, pictures=3)
        for image in images:
            made.gallery.arrive(image)
        made.queue.put(over)
        items = made.view.cards.items
        assert items.rowCount() == 4
        assert [result.job.id for result in items.results] == ["batch-0"] * 3 + ["batch-1"]
        made.queue.put(running(jobs[0]))
        assert items.rowCount() == 2
        assert items.row_of("batch-1") == 1

    go(run_qt, theme, act)


def test_a_grid_has_its_values_in_headers_and_its_z_in_pages(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*half_done(grid_draft(3, 2, 2), made.gallery))
        grid, view = made.view.grid, made.view
        assert view.view is grid
        assert grid.isVisible()
        items = grid.items
        assert [items.headerData(at, Qt.Orientation.Horizontal) for at in range(3)] == [
            "1000",
            "1001",
            "1002",
        ]
        assert [items.headerData(at, Qt.Orientation.Vertical) for at in range(2)] == ["1", "2"]
        assert view.pages.count() == 2
        before = result_of(items.index(1, 2))
        grid.setCurrentIndex(items.index(1, 2))
        QTest.keyClick(grid, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
        assert view.pages.currentIndex() == 1
        after = result_of(grid.currentIndex())
        assert before is not None
        assert after is not None
        assert before.job.cell == (2, 1, 0)
        assert after.job.cell == (2, 1, 1)
        made.view.grab()

    go(run_qt, theme, act)


def test_a_failed_cell_is_asked_again_alone(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*half_done(grid_draft(3, 3), made.gallery))
        grid = made.view.grid
        grid.setCurrentIndex(grid.items.index(1, 1))
        assert made.view.trouble_bar.isVisible()
        QTest.keyClick(grid, Qt.Key.Key_R)
        await until(lambda: made.queue.asked == [("retry", ("batch-4",))])
        cell = result_of(grid.items.index(1, 1))
        assert cell is not None
        assert cell.phase is Phase.WAITING

    go(run_qt, theme, act)


def test_cells_fit_at_first_and_zoom_as_one(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*half_done(grid_draft(3, 3), made.gallery))
        grid = made.view.grid
        fitted = grid.columnWidth(0)
        assert 3 * fitted <= grid.viewport().width()
        turn = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(),
            QPoint(0, 240),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(grid.viewport(), turn)
        await until(lambda: grid.columnWidth(0) > fitted)
        assert len({grid.columnWidth(at) for at in range(3)}) == 1
        assert made.view.header.fit.isEnabled()
        made.view.header.fit.click()
        await until(lambda: grid.columnWidth(0) == fitted)
        made.view.header.zoom.setValue(0)
        await until(lambda: grid.columnWidth(0) < fitted)
        QTest.keyClick(grid, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: grid.columnWidth(0) == fitted)

    go(run_qt, theme, act)


def test_a_thousand_cells_paint_only_what_is_seen(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*half_done(grid_draft(100, 10), made.gallery))
        await until(lambda: len(made.view.image_ids()) > 500)
        made.view.grab()
        assert made.thumbnails.waiting < 200
        assert len(made.view.grid.children()) < 40

    go(run_qt, theme, act)


def test_settings_of_the_batch_go_back_into_the_form(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        batch, jobs = batch_of(draft_of("a {red|blue} boat"))
        await made.open(batch, jobs)
        wanted: list[ImageBatch] = []
        made.view.recall_wanted.connect(wanted.append)
        made.view.header.recall.click()
        assert wanted == [batch]

    go(run_qt, theme, act)


def test_the_list_of_batches_opens_and_deletes(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        for at in range(3):
            made.queue.add(*batch_of(draft_of(f"prompt {at}"), f"b{at}", created_at=float(at)))
        await made.open()
        made.view.open_history()
        history = made.view.history
        await until(history.isVisible)
        assert history.list.currentIndex().row() == 0
        QTest.keyClick(history.list, Qt.Key.Key_Down)
        QTest.keyClick(history.list, Qt.Key.Key_Return)
        assert made.view.header.title.text() == "prompt 1"
        made.view.open_history()
        QTest.keyClick(history.list, Qt.Key.Key_Delete)
        box = await shown(QMessageBox)
        assert isinstance(box, QMessageBox)
        assert "stay in the gallery" in box.informativeText()
        next(one for one in box.findChildren(QPushButton) if one.text() == "Delete").click()
        await until(lambda: ("delete", "b1") in made.queue.asked)
        await until(lambda: made.view.header.title.text() == "prompt 0")

    go(run_qt, theme, act)


def test_a_queue_that_paused_itself_says_why_and_goes_on(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        await made.open(*batch_of(draft_of()))
        made.queue.trouble = Trouble("The disk is full.", fix="Make room.")
        made.queue._set_paused(True)
        await until(lambda: made.view.remark.isVisible())
        assert "Make room." in made.view.remark.words.text()
        made.view.remark.act.click()
        await until(lambda: not made.view.remark.isVisible())
        assert not made.queue.paused

    go(run_qt, theme, act)


def test_time_ticks_only_while_something_passes(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        batch, jobs = batch_of(draft_of())
        await made.open(batch, jobs)
        assert not made.view._tick.active
        made.queue.put(running(jobs[0]))
        assert made.view._tick.active
        made.view.hide()
        assert not made.view._tick.active
        made.view.show()
        assert made.view._tick.active
        made.queue.put(failed(jobs[0]))
        assert not made.view._tick.active

    go(run_qt, theme, act)


@pytest.mark.parametrize("draft", [draft_of(count=3), grid_draft(3, 2, 2)], ids=["cards", "grid"])
def test_a_batch_is_exported_three_ways(theme: Theme, run_qt: Run, tmp_path: Path, draft: object) -> None:
    async def act(made: Stage) -> None:
        batch, jobs = half_done(draft, made.gallery)  # type: ignore[arg-type]  # a Draft
        await made.open(batch, jobs)
        for kind in ("png", "html", "json"):
            made.exporter.export(kind, batch, jobs, tmp_path / f"out.{kind}")
        await until(lambda: len(made.notices) == 3)
        assert QImage(str(tmp_path / "out.png")).width() > 400
        assert (tmp_path / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")
        calls = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["calls"]
        assert [call["model"] for call in calls] == [job.model for job in jobs]
        assert made.work.items == ()

    go(run_qt, theme, act)


def test_an_export_that_cannot_be_written_says_so(theme: Theme, run_qt: Run, tmp_path: Path) -> None:
    async def act(made: Stage) -> None:
        batch, jobs = half_done(grid_draft(2, 2), made.gallery)
        await made.open(batch, jobs)
        made.exporter.export("json", batch, jobs, tmp_path / "no" / "folder.json")
        await until(lambda: made.notices)
        assert made.notices[0].text == "folder.json could not be written."

    go(run_qt, theme, act)


def test_nothing_can_be_exported_before_a_picture_is_there(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        batch, jobs = batch_of(draft_of())
        await made.open(batch, jobs)
        assert not made.view.header.export.isEnabled()
        assert made.view.header.export.toolTip() == "No picture has come yet"
        over, images = done(jobs[0], 1)
        made.gallery.arrive(images[0])
        made.queue.put(over)
        await until(lambda: made.view.header.export.isEnabled())

    go(run_qt, theme, act)


def test_selection_survives_pictures_that_come_in(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        batch, jobs = half_done(grid_draft(3, 3), made.gallery)
        await made.open(batch, jobs)
        grid = made.view.grid
        flags = QItemSelectionModel.SelectionFlag
        grid.setCurrentIndex(grid.items.index(0, 0))
        grid.selectionModel().select(grid.items.index(0, 1), flags.Select)
        over, images = done(jobs[8], 70)
        made.gallery.arrive(images[0])
        made.queue.put(over)
        assert len(grid.selectedIndexes()) == 2

    go(run_qt, theme, act)


def test_titles_become_file_names_of_every_system() -> None:
    assert file_name('a/b: "c" <d>|e?') == "a-b-c-d-e"
    assert file_name("…") == "batch"
    assert len(file_name("word " * 50)) <= 60
    assert file_name("منارة عند الغروب") == "منارة-عند-الغروب"


def test_cancelled_cells_are_resumed(theme: Theme, run_qt: Run) -> None:
    async def act(made: Stage) -> None:
        queue: FakeQueue = made.queue
        batch, jobs = batch_of(grid_draft(2, 1))
        await made.open(batch, [replace(jobs[0], state=JobState.CANCELLED), jobs[1]])
        assert made.view.header.resume.isVisible()
        made.view.header.resume.click()
        await until(lambda: queue.asked == [("retry", ("batch-0",))])

    go(run_qt, theme, act)
