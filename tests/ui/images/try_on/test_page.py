"""The page with its widgets, over fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.ui.images.results.fakes import done, failed
from tests.ui.images.try_on.fakes import COAT, EYES, FLUX, GEMINI, Stage, broken, png
from workbench.domain.images.formats import digest_of
from workbench.domain.images.jobs import JobState
from workbench.domain.images.try_on import OUTFIT, PERSON
from workbench.ui.images.actions import PictureActions
from workbench.ui.images.dragging import mime_of
from workbench.ui.images.form.words import ltr
from workbench.ui.images.results.exporting import Exporter
from workbench.ui.images.thumbnails import Thumbnails
from workbench.ui.images.try_on.page import TryOnPage
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork


class Shown(Stage):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        gallery, notifier = self.desk.gallery, Notifier()
        self.thumbnails = Thumbnails(gallery)
        self.actions = PictureActions(theme, gallery, notifier)
        self.exporter = Exporter(theme, gallery, RunningWork(), notifier)
        self.page = TryOnPage(
            theme,
            self.model,
            self.thumbnails,
            self.actions,
            self.exporter,
            lambda images: mime_of(images, gallery.path),
        )
        self.page.resize(1200, 900)
        self.records: list[str] = []
        self.page.record_wanted.connect(self.records.append)

    async def aclose(self) -> None:
        self.page.hide()  # what is not painted asks for no thumbnails
        await self.page.aclose()
        await self.exporter.aclose()
        await self.model.aclose()
        await self.thumbnails.aclose()
        await self.actions.aclose()
        self.page.close()
        self.page.deleteLater()


Tell = Callable[[Callable[[Shown], Awaitable[None]]], None]


@pytest.fixture
def tell(theme: Theme, run_qt: Run) -> Tell:
    """Runs a coroutine that is given the page, shown."""

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Shown]:
        shown = Shown(theme)
        try:
            shown.page.show()
            await shown.settled(lambda: shown.model.results.loaded)
            yield shown
        finally:
            await shown.aclose()

    async def story(plot: Callable[[Shown], Awaitable[None]]) -> None:
        async with opened() as shown:
            await plot(shown)

    return lambda plot: run_qt(story(plot))


def click(button: object) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]  # any widget


def test_an_empty_page_offers_examples_and_says_why_nothing_runs(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        page = shown.page
        assert not page.shows_results
        assert len(page.start.tiles) == 3
        assert not page.bar.run.isEnabled()
        assert page.bar.facts.text() == "Choose photo A first: the person."
        assert page.describe.run.toolTip() == "Choose photo B first: the outfit."
        assert page.start.choose.isVisible()

    tell(plot)


def test_an_example_runs_both_steps_at_a_click(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        click(shown.page.start.tiles[0])
        await shown.settled(lambda: shown.model.results.jobs)
        assert shown.desk.try_on.sent[0].description == COAT
        assert shown.page.shows_results
        assert shown.page.describe.facts.text() == (
            f"llama-4-scout-17b-16e-instruct · 1.23 s · {ltr('830 → 120')} tokens · $0.00030"
        )
        click(shown.page.describe.record)
        assert shown.records == ["exchange-1"]

    tell(plot)


def test_a_dropped_picture_goes_where_it_is_dropped(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        mime = QMimeData()
        mime.setData("image/png", png(seed=5))
        assert shown.page.photos.outfit.take(mime)
        await shown.model.finish()
        assert shown.model.draft.outfit == digest_of(png(seed=5))
        assert shown.page.photos.outfit.thumb.isVisible()
        assert not shown.page.photos.outfit.take(QMimeData())
        click(shown.page.photos.outfit.remove)
        assert shown.model.draft.outfit == ""
        assert shown.page.photos.outfit.add.isVisible()

    tell(plot)


def test_a_photo_from_the_gallery_is_taken_by_its_digest(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        image = await shown.desk.incoming.keep(png(seed=6), "seen")
        assert shown.page.photos.person.take(mime_of([image], shown.desk.gallery.path))
        assert shown.model.draft.person == image.digest

    tell(plot)


def test_a_refused_photo_says_so_at_its_place(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        shown.model.add_data(b"nothing", PERSON)
        await shown.model.finish()
        assert shown.page.photos.person.note.text() == "This is no picture."
        assert shown.page.photos.outfit.note.text() == "Drop a photo of an outfit"

    tell(plot)


def test_the_form_edits_the_description_and_pins_it(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        await shown.described()
        card = shown.page.describe
        assert card.form is not None
        form = card.form
        style = form.controls["style"]
        style.setFocus()
        QTest.keyClick(style, Qt.Key.Key_End)
        QTest.keyClicks(style, "!")
        assert shown.model.description["style"] == "practical!"
        assert card.pin.isChecked()
        assert card.form is form
        assert shown.page.bar.run.text() == "Run step 2"
        click(card.pin)
        assert not shown.model.draft.pinned

    tell(plot)


def test_the_description_is_also_shown_as_json(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        await shown.described()
        card = shown.page.describe
        assert card.form is not None
        card.views.chosen.emit("json")
        assert card.json.isVisible()
        assert not card.form.isVisible()
        assert '"kind": "raincoat"' in card.json.text
        shown.model.describe()
        await shown.settled()
        assert card.json.isVisible()
        card.views.chosen.emit("form")
        assert card.form.isVisible()

    tell(plot)


def test_an_error_of_step_1_is_shown_there_with_cause_and_fix(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        shown.desk.try_on.answers = [broken(), COAT]
        await shown.described()
        box = shown.page.describe.trouble
        assert box.isVisible()
        assert box.what.text() == "Step 1: The answer is no JSON."
        assert box.why.text() == "It says “nothing”."
        assert box.fix.text().startswith("Try again")
        click(box.details)
        assert shown.records == ["exchange-1"]
        click(box.retry)
        await shown.settled()
        assert not box.isVisible()
        assert shown.model.description == COAT

    tell(plot)


def test_while_step_1_runs_it_says_for_how_long_and_can_be_stopped(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        await shown.photos()
        shown.desk.try_on.gate = asyncio.Event()
        click(shown.page.describe.run)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        card = shown.page.describe
        assert card.facts.text() == "Asking llama-4-scout-17b-16e-instruct… 0.00 s"
        assert card.progress.isVisible()
        assert shown.page.bar.stop.isVisible()
        click(card.stop)
        await shown.settled()
        assert card.run.isVisible()
        assert not card.progress.isVisible()

    tell(plot)


def test_models_are_ticked_and_what_they_do_not_get_is_told(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        await shown.described()
        lines = shown.page.dress._lines
        assert lines[FLUX.id].box.isChecked()
        assert not lines[GEMINI.id].box.isChecked()
        lines[GEMINI.id].box.click()
        assert shown.model.chosen_models == (FLUX.id, GEMINI.id)
        assert "seed 1 dropped" in lines[GEMINI.id].remark.text()
        assert shown.page.bar.facts.text() == "2 pictures · ≈ $0.020"

    tell(plot)


def test_seeds_that_are_none_are_told_beside_the_field(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        seeds = shown.page.dress.seeds
        seeds.selectAll()
        QTest.keyClicks(seeds, "one")
        assert shown.page.dress.seeds_field.note.text().startswith("“one” is no seed.")
        seeds.selectAll()
        QTest.keyClicks(seeds, "1-3")
        assert not shown.page.dress.seeds_field.note.isVisible()
        assert shown.model.draft.seeds == "1-3"

    tell(plot)


def test_ctrl_enter_runs_what_is_left_to_run(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        await shown.described()
        shown.page.activateWindow()
        shown.page.dress.seeds.setFocus()
        QTest.keyClick(shown.page.dress.seeds, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await shown.settled(lambda: shown.model.results.jobs)
        assert len(shown.desk.try_on.asked) == 1

    tell(plot)


def test_failed_pictures_are_told_as_step_2_and_tried_again(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        await shown.described()
        shown.model.set_seeds("4,5,6")
        click(shown.page.dress.run)
        await shown.settled(lambda: shown.model.results.jobs)
        first, second, third = shown.model.results.jobs
        over, images = done(first, 1)
        shown.desk.gallery.entries.update((image.id, image) for image in images)
        for job in (over, failed(second), failed(third)):
            shown.desk.queue.put(job)
        await shown.settled(lambda: not shown.model.results.counts.busy)
        await asyncio.sleep(0.01)
        card = shown.page.dress
        assert (
            card.trouble.what.text()
            == "Step 2: flux-2-dev, seed 5: The model refused the prompt. 1 more failed."
        )
        assert card.trouble.why.text()
        assert card.facts.text().startswith("1 of 3 done · 2 failed")
        click(card.trouble.details)
        assert shown.records == [f"exchange-{second.id}"]
        click(card.trouble.retry)
        await shown.settled(lambda: ("retry", (second.id, third.id)) in shown.desk.queue.asked)
        assert {job.state for job in shown.model.results.jobs} == {JobState.DONE, JobState.WAITING}

    tell(plot)


def test_the_keyboard_stays_on_the_button_while_run_becomes_stop(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        await shown.described()
        card = shown.page.dress
        card.run.setFocus()
        click(card.run)
        await shown.settled(lambda: shown.model.results.jobs)
        assert shown.page.focusWidget() is card.stop
        over, images = done(shown.model.results.jobs[0], 1)
        shown.desk.gallery.entries.update((image.id, image) for image in images)
        shown.desk.queue.put(over)
        await shown.settled(lambda: not shown.model.results.counts.busy)
        await asyncio.sleep(0.01)
        assert shown.page.focusWidget() is card.run

    tell(plot)


def test_the_keyboard_begins_at_the_first_photo_that_is_missing(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        shown.page.focus_first()
        assert shown.page.focusWidget() is shown.page.photos.person.add
        await shown.described()
        shown.page.focus_first()
        assert shown.page.focusWidget() is shown.page.bar.run

    tell(plot)


def test_a_picture_opens_in_the_viewer(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        opened: list[str] = []
        shown.page.opened.connect(opened.append)
        await shown.described()
        shown.model.dress()
        await shown.settled(lambda: shown.model.results.jobs)
        over, images = done(shown.model.results.jobs[0], 1)
        shown.desk.gallery.entries.update((image.id, image) for image in images)
        shown.desk.queue.put(over)
        await shown.settled(lambda: shown.page.results.image_ids())
        view = shown.page.results.view
        view.setFocus()
        view.setCurrentIndex(view.model().index(0, 0))
        QTest.keyClick(view, Qt.Key.Key_Return)
        assert opened == [images[0].id]

    tell(plot)


def test_the_photos_swap_and_start_over(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        await shown.photos()
        before = shown.model.draft
        click(shown.page.photos.swap)
        assert (shown.model.draft.person, shown.model.draft.outfit) == (before.outfit, before.person)
        click(shown.page.over)
        assert shown.model.empty
        assert shown.page.photos.person.add.isVisible()

    tell(plot)


def test_vision_models_are_listed_and_chosen(tell: Tell) -> None:
    async def plot(shown: Shown) -> None:
        combo = shown.page.describe.models
        assert combo.currentData() == EYES.id
        combo.setCurrentIndex(1)
        combo.activated.emit(1)
        assert shown.model.vision_model == combo.itemData(1)
        shown.desk.catalogue.list = (FLUX,)
        shown.model.use_picture(digest_of(png()), OUTFIT)
        assert shown.page.describe.run.toolTip() == ""  # the one that was chosen may still be asked

    tell(plot)
