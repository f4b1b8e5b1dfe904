"""The form as it is seen and worked: which fields there are, what they say, and what they do to the model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.images.form.fakes import (
    FLUX_2,
    GEMINI,
    INPAINTING,
    PHOENIX,
    SCHNELL,
    Desk,
    FakeThumbnails,
    png,
)
from workbench.domain.images.settings import AxisField, SeedMode
from workbench.domain.models import Model
from workbench.ui.images.form.form import ImageForm
from workbench.ui.images.form.intake import REFERENCE, SOURCE
from workbench.ui.images.form.picture_field import take
from workbench.ui.support.theme import Theme

Show = Callable[[Desk], ImageForm]


@pytest.fixture
def show(theme: Theme) -> Iterator[Show]:
    made: list[ImageForm] = []

    def shown(desk: Desk) -> ImageForm:
        form = ImageForm(theme, desk.model, FakeThumbnails())
        form.resize(340, 900)
        form.show()
        made.append(form)
        return form

    yield shown
    for form in made:
        form.close()
        form.deleteLater()


def fields(form: ImageForm) -> set[str]:
    """Names of the fields that are there."""
    all_of_them: dict[str, QWidget] = {
        "negative": form.negative,
        "source": form.source,
        "references": form.references,
        "size": form.size_field,
        "ratio": form.ratio,
        "steps": form.steps,
        "guidance": form.guidance,
        "strength": form.strength,
        "seed": form.seed,
    }
    return {name for name, widget in all_of_them.items() if widget.isVisibleTo(form)}


def set_steps(desk: Desk) -> int | None:
    return desk.model.settings.steps


def set_width(desk: Desk) -> int | None:
    return desk.model.settings.width


def references(desk: Desk) -> tuple[str, ...]:
    return desk.model.settings.references


@pytest.mark.parametrize(
    ("models", "there"),
    [
        ((SCHNELL,), {"steps"}),
        ((PHOENIX,), {"negative", "size", "steps", "guidance", "seed"}),
        ((GEMINI,), {"references", "ratio"}),
        ((SCHNELL, GEMINI), {"references", "ratio", "steps"}),
        (
            (INPAINTING,),
            {"negative", "source", "size", "steps", "guidance", "strength", "seed"},
        ),
    ],
)
def test_there_are_the_fields_the_models_take_and_no_more(
    show: Show, models: tuple[Model, ...], there: set[str]
) -> None:
    assert fields(show(Desk(*models, prompt="a kite"))) == there


def test_other_models_bring_other_fields(show: Show) -> None:
    desk = Desk(SCHNELL, prompt="a kite")
    form = show(desk)
    desk.model.toggle_model(PHOENIX.id)
    assert fields(form) == {"negative", "size", "steps", "guidance", "seed"}
    assert len(form.models.lines) == 2
    form.models.lines[0].remove.click()
    assert desk.model.draft.models == (PHOENIX.id,)


def test_the_button_says_how_many_and_why_it_cannot(show: Show) -> None:
    desk = Desk(SCHNELL)
    form = show(desk)
    assert not form.generate.isEnabled()
    assert form.foot.hindrance.text() == "The prompt is empty."
    QTest.keyClicks(form.prompt.edit, "a {red|blue} kite")
    assert form.generate.isEnabled()
    assert form.generate.text() == "Generate 2 pictures"
    assert form.foot.total.text().startswith("2 pictures, about ")
    assert form.prompt.preview.button.text() == "2 prompts"


def test_ctrl_enter_in_the_prompt_generates(show: Show, run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(SCHNELL, prompt="a kite") as desk:
            form = show(desk)
            form.activateWindow()
            form.focus()
            await asyncio.sleep(0.01)  # for the window to become active
            QTest.keyClick(form.prompt.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            await desk.model.finish()
            assert len(desk.desk.queue.sent) == 1
            assert form.generate.isEnabled()
            await form.aclose()

    run_qt(story())


def test_a_prompt_that_is_too_long_says_so_while_it_is_typed(show: Show) -> None:
    desk = Desk(SCHNELL, prompt="x" * 2048)
    form = show(desk)
    assert form.prompt.counter.text() == "\u20662048 / 2048\u2069"
    QTest.keyClicks(form.prompt.edit, "y")
    assert form.prompt.counter.property("role") == "bad"
    assert "2,049 characters" in form.prompt.note.text()
    assert not form.generate.isEnabled()


def test_a_number_is_typed_or_slid_and_goes_back_to_the_default(show: Show) -> None:
    desk = Desk(PHOENIX, prompt="a kite")
    form = show(desk)
    steps = form.steps
    assert steps.edit.placeholderText() == "25"
    QTest.keyClicks(steps.edit, "30")
    assert set_steps(desk) == 30
    assert steps.slider.value() == 29
    steps.slider.setValue(9)
    assert (set_steps(desk), steps.edit.text()) == (10, "10")
    steps.reset_button.click()
    assert (set_steps(desk), steps.edit.text()) == (None, "")
    assert not steps.reset_button.isVisibleTo(form)


def test_what_cannot_be_read_stays_in_its_field_with_a_sentence_under_it(show: Show) -> None:
    desk = Desk(PHOENIX, prompt="a kite")
    form = show(desk)
    QTest.keyClicks(form.guidance.edit, "7x")
    assert form.guidance.edit.text() == "7x"
    assert form.guidance.note.text() == "This must be a number."
    assert form.guidance.edit.property("invalid") is True
    form.guidance.reset_button.click()
    assert form.generate.isEnabled()


def test_a_value_beyond_the_model_is_sent_as_it_takes_it_and_the_field_says_so(show: Show) -> None:
    form = show(Desk(SCHNELL, prompt="a kite", steps=20))
    assert form.steps.note.text() == "\u2066flux-1-schnell\u2069 gets 8."
    assert form.foot.receipt.isVisibleTo(form)
    form.foot.receipt.fold.setChecked(True)
    assert form.foot.receipt.details.isVisibleTo(form)


def test_a_size_is_chosen_by_ratio_typed_swapped_and_reset(show: Show) -> None:
    desk = Desk(PHOENIX, prompt="a kite")
    form = show(desk)
    size = form.size_field
    size.preset.setCurrentIndex(2)
    size.preset.activated.emit(2)
    assert (set_width(desk), desk.model.settings.height) == (1184, 896)
    assert size.width_edit.text() == "1184"
    size.swap.click()
    assert (size.width_edit.text(), size.height_edit.text()) == ("896", "1184")
    assert "3:4" in size.preset.currentText()
    QTest.keyClicks(size.width_edit, "1")
    assert set_width(desk) == 8961
    assert size.preset.currentText() == "Own"
    size.reset_button.click()
    assert (set_width(desk), size.width_edit.text()) == (None, "")


def test_the_dice_draw_a_seed_that_stays(show: Show) -> None:
    desk = Desk(PHOENIX, prompt="a kite")
    form = show(desk)
    assert not form.seed.edit.isVisibleTo(form)
    form.seed.dice.click()
    assert desk.model.draft.seed_mode is SeedMode.FIXED
    assert form.seed.edit.text() == str(desk.model.settings.seed)


def test_the_count_goes_up_and_down(show: Show) -> None:
    desk = Desk(SCHNELL, prompt="a kite")
    form = show(desk)
    assert not form.count.fewer.isEnabled()
    form.count.more.click()
    assert form.generate.text() == "Generate 2 pictures"


def test_alt_up_brings_the_prompt_of_the_run_before(show: Show, run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(SCHNELL, prompt="mine") as desk:
            desk.desk.queue.ran("before")
            form = show(desk)
            QTest.keyClick(form.prompt.edit, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
            await desk.model.finish()
            assert form.prompt.edit.toPlainText() == "before"
            QTest.keyClick(form.prompt.edit, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
            assert form.prompt.edit.toPlainText() == "mine"
            await form.aclose()

    run_qt(story())


def test_a_group_of_the_prompt_becomes_an_axis_with_one_click(show: Show) -> None:
    desk = Desk(PHOENIX, prompt="a {red|blue} kite")
    form = show(desk)
    form.grid.button.setChecked(True)
    desk.model.add_axis(AxisField.STEPS)
    assert [group for group, _ in desk.model.groups()] == ["{red|blue}"]
    desk.model.add_group_axis("{red|blue}")
    row = form.grid.rows[1]
    assert row.values.toPlainText() == "red\nblue"
    assert row.part.currentText() == "{red|blue}"
    QTest.keyClicks(form.grid.rows[0].values, "10, 20, 30")
    assert form.grid.summary.text().startswith("6 pictures: \u20663 × 2\u2069, about ")
    form.grid.rows[0].remove.click()
    assert [axis.field for axis in desk.model.draft.axes] == [AxisField.PROMPT]
    assert form.grid.rows[0].values.toPlainText() == "red\nblue"


def test_an_axis_tells_what_is_wrong_with_its_values(show: Show) -> None:
    desk = Desk(PHOENIX, prompt="a kite")
    form = show(desk)
    desk.model.add_axis(AxisField.STEPS)
    QTest.keyClicks(form.grid.rows[0].values, "10, x")
    assert "“x” is no number of steps" in form.grid.rows[0].note.text()
    assert not form.generate.isEnabled()


def test_the_mask_is_asked_for_with_its_picture(show: Show, run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(INPAINTING, prompt="a kite") as desk:
            form = show(desk)
            wanted: list[tuple[str, str]] = []
            form.paint_wanted.connect(lambda source, mask: wanted.append((source, mask)))
            assert "give it one to start from" in form.source.note.text()
            source, mask = desk.desk.gallery.put(png(64, 48, 1)), desk.desk.gallery.put(png(64, 48, 2))
            desk.model.use_picture(source.digest, SOURCE)
            await desk.model.finish()
            assert form.source.paint.text().strip() == "Paint mask"
            form.source.paint.click()
            desk.model.set_mask(mask.digest)
            form.source.paint.click()
            assert wanted == [(source.digest, ""), (source.digest, mask.digest)]
            form.source.remove_mask.click()
            assert desk.model.settings.mask == ""
            form.source.remove.click()
            assert desk.model.settings.source == ""
            await form.aclose()

    run_qt(story())


def test_references_are_moved_and_removed_by_key_and_by_hand(show: Show, run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(FLUX_2, prompt="a kite") as desk:
            form = show(desk)
            images = [desk.desk.gallery.put(png(64, 48, number)) for number in range(3)]
            one, two, three = (image.digest for image in images)
            for image in images:
                desk.model.use_picture(image.digest, REFERENCE)
            await desk.model.finish()
            QTest.keyClick(form.references.tiles[2], Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
            assert references(desk) == (one, three, two)
            first, last = form.references.tiles[0], form.references.tiles[2]
            QTest.mousePress(first, Qt.MouseButton.LeftButton, pos=QPoint(30, 40))
            at = first.mapFromGlobal(last.mapToGlobal(QPoint(30, 40)))
            QTest.mouseMove(first, at)
            QTest.mouseRelease(first, Qt.MouseButton.LeftButton, pos=at)
            assert references(desk) == (three, two, one)
            QTest.keyClick(form.references.tiles[0], Qt.Key.Key_Delete)
            cross = form.references.tiles[0].cross_rect().center()
            QTest.mouseClick(form.references.tiles[0], Qt.MouseButton.LeftButton, pos=cross)
            assert references(desk) == (one,)
            await form.aclose()

    run_qt(story())


def test_a_large_photo_is_asked_about_in_its_place(show: Show, run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(FLUX_2, prompt="a kite") as desk:
            form = show(desk)
            desk.model.add_data(png(8000, 6000), REFERENCE, "beach.png")
            await desk.model.finish()
            question = form.references.question
            assert question.isVisibleTo(form)
            assert "“beach.png” has \u20668000×6000\u2069 pixels" in question.accessibleName()
            assert "scaled down to \u2066512×384\u2069" in question.accessibleName()
            question.agree.click()
            await desk.model.finish()
            assert not question.isVisibleTo(form)
            assert len(form.references.tiles) == 1
            await form.aclose()

    run_qt(story())


def test_a_drop_of_a_picture_from_another_program_is_taken(show: Show, run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(INPAINTING, prompt="a kite") as desk:
            form = show(desk)
            mime = QMimeData()
            mime.setData("image/png", png(64, 48, 3))
            form.source.dropEvent(
                QDropEvent(
                    QPointF(5, 5),
                    Qt.DropAction.CopyAction,
                    mime,
                    Qt.MouseButton.LeftButton,
                    Qt.KeyboardModifier.NoModifier,
                )
            )
            await desk.model.finish()
            assert desk.model.settings.source
            assert form.source.size_label.text() == "\u206664×48\u2069"
            text = QMimeData()
            text.setText("hello")
            assert not take(desk.model, text, SOURCE)
            await form.aclose()

    run_qt(story())


def test_a_picture_pasted_into_the_prompt_goes_where_the_models_take_one(show: Show, run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(FLUX_2, prompt="a kite") as desk:
            form = show(desk)
            mime = QMimeData()
            mime.setData("image/png", png(64, 48, 3))
            form.prompt.edit.insertFromMimeData(mime)
            text = QMimeData()
            text.setText(" at dawn")
            form.prompt.edit.insertFromMimeData(text)
            await desk.model.finish()
            assert len(references(desk)) == 1
            assert desk.model.settings.prompt == "a kite at dawn"
            await form.aclose()

    run_qt(story())


def test_a_grid_that_was_folded_stays_so_while_one_types(show: Show) -> None:
    desk = Desk(PHOENIX, prompt="a kite")
    form = show(desk)
    desk.model.add_axis(AxisField.STEPS)
    assert form.grid.button.isChecked()
    desk.model.set_axis_text(0, "1-3")
    form.grid.button.setChecked(False)
    QTest.keyClicks(form.prompt.edit, "s")
    assert not form.grid.button.isChecked()
    assert form.grid.button.text() == "Grid: \u20663\u2069"


def test_a_retired_model_is_told_with_what_to_use_instead(show: Show) -> None:
    desk = Desk(SCHNELL, prompt="a kite")
    old = replace(PHOENIX, id="@cf/leonardo/phoenix-0.9", deprecated=True, replacement=PHOENIX.id)
    desk.desk.catalogue.list = (*desk.desk.catalogue.list, old)
    form = show(desk)
    desk.model.set_models([old.id])
    assert form.models.note.text() == f"phoenix-0.9 is retired; use {PHOENIX.id}."


def test_a_new_axis_takes_the_keyboard_where_its_values_are_written(show: Show, qtbot: QtBot) -> None:
    desk = Desk(PHOENIX, prompt="a kite")
    form = show(desk)
    added: list[object] = []
    form.grid.added.connect(added.append)
    form.grid._fill()
    next(each for each in form.grid._menu.actions() if each.text() == "Steps").trigger()
    qtbot.waitUntil(lambda: bool(added))
    assert added == [form.grid.rows[0]]
    assert form.grid.rows[0].values.hasFocus() or form.focusWidget() is form.grid.rows[0].values


def test_a_new_axis_comes_into_view_whole(show: Show, qtbot: QtBot) -> None:
    desk = Desk(PHOENIX, prompt="a kite")
    form = show(desk)
    form.resize(form.width(), 420)
    form.grid.button.setChecked(True)
    form.grid._fill()
    next(each for each in form.grid._menu.actions() if each.text() == "Part of the prompt").trigger()

    def shows_all() -> bool:
        (row,) = form.grid.rows
        below = form.grid.add.mapTo(form.fields.viewport(), form.grid.add.rect().bottomLeft()).y()
        return row.values.isVisible() and 0 <= below < form.fields.viewport().height()

    qtbot.waitUntil(shows_all)


def test_pictures_in_the_form_follow_the_size_of_the_text(show: Show, theme: Theme) -> None:
    form = show(Desk(PHOENIX, prompt="a kite"))
    before = form.source.thumb.sizeHint().width()
    theme.set_scale(2.0)
    try:
        assert form.source.thumb.sizeHint().width() == 2 * before
    finally:
        theme.set_scale(1.0)
