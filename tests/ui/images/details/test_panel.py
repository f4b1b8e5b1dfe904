"""The details say everything of a picture, follow what becomes of it, and ask for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.images.fakes import FakeGallery, entry
from tests.ui.pictures import chunk, picture
from workbench.domain.images.abilities import Abilities, Range
from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.domain.images.recalling import Recall
from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import Cost
from workbench.services.images.repeat import Repeat, Verdict
from workbench.ui.images.actions import PictureActions
from workbench.ui.images.details.chips import Chip
from workbench.ui.images.details.panel import DetailsPanel
from workbench.ui.images.details.rows import Value
from workbench.ui.images.details.words import total_words
from workbench.ui.images.thumbnails import Thumbnails
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import Theme

FOREIGN = (
    "a castle\nNegative prompt: fog\nSteps: 30, Sampler: Euler a, CFG scale: 6.5, Seed: 77, Size: 832x1216, "
    "Model: sd_xl_base_1.0, Clip skip: 2, Version: v1.7.0"
)


class Files(FakeGallery):
    """A gallery whose picture 9 was written by another program."""

    async def data(self, digest: str) -> bytes:
        data = picture(80, 60)
        if digest == entry(9).digest:
            text = b"parameters\0" + FOREIGN.encode("latin-1")
            return data[:33] + chunk(b"tEXt", text) + data[33:]
        return data


class Scene:
    def __init__(self, theme: Theme) -> None:
        self.gallery = Files([entry(1, tags=("sea",)), entry(2, cost=Cost(0.002)), entry(3)])
        foreign = ImageSettings("a castle", "fog", 832, 1216, steps=30, guidance=6.5, seed=77)
        self.gallery.entries["image-9"] = entry(
            9, origin=Origin.IMPORTED, settings=foreign, model="sd_xl_base_1.0", cost=None, exchange_id=""
        )
        self.notifier = Notifier()
        self.thumbnails = Thumbnails(self.gallery)
        self.actions = PictureActions(theme, self.gallery, self.notifier)
        self.panel = DetailsPanel(theme, self.gallery, self.thumbnails, self.actions)
        self.panel.resize(320, 1400)

    def image(self, number: int) -> GalleryImage:
        return self.gallery.entries[f"image-{number}"]

    async def show(self, *numbers: int) -> None:
        self.panel.show()
        self.panel.show_images([self.image(number) for number in numbers])
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await self.actions._tasks.finish()
            await self.panel.model._tasks.finish()
            await self.thumbnails._tasks.finish()

    async def aclose(self) -> None:
        await self.panel.aclose()
        await self.actions.aclose()
        await self.thumbnails.aclose()

    def said(self) -> dict[str, str]:
        """Every fact that is shown, by its name."""
        values = self.panel.findChildren(Value)
        return {value.fact.name: value.fact.value for value in values if value.isVisible()}

    def button(self, words: str) -> QPushButton:
        found = (made for made in self.panel.findChildren(QPushButton) if made.text() == words)
        return next(made for made in found if made.isVisible())

    def chips(self) -> Sequence[Chip]:
        return [chip for chip in self.panel.findChildren(Chip) if chip.isVisible()]


@pytest.fixture
def scene(theme: Theme, qtbot: QtBot, run_qt: Run) -> Iterator[Scene]:
    made = Scene(theme)
    qtbot.addWidget(made.panel)
    yield made
    run_qt(made.aclose())


def test_nothing_selected_says_what_the_panel_is_for(scene: Scene, run_qt: Run) -> None:
    run_qt(scene.show())
    assert scene.panel._stack.currentWidget() is scene.panel._blank


def test_a_picture_tells_how_it_was_made_and_what_it_cost(scene: Scene, run_qt: Run) -> None:
    run_qt(scene.show(1))
    said = scene.said()
    assert said["model"] == entry(1).model
    assert said["seed"] == "1001"
    assert said["steps"] == "4"
    assert said["cost"] == "$0.0012, charged"
    assert said["took"] == "1.83 s"
    assert said["target"] == "Local gateway"
    assert "guidance" not in said  # it was not sent
    assert scene.panel.made.prompt.text.text() == entry(1).settings.prompt
    assert not scene.panel.made.negative.isVisible()


def test_of_a_long_prompt_the_beginning_is_shown_and_all_is_copied(scene: Scene, run_qt: Run) -> None:
    prompt = "A very long prompt, with many words. " * 30
    for number, text in ((1, prompt), (2, "short")):
        scene.gallery.entries[f"image-{number}"] = entry(number, settings=ImageSettings(prompt=text))
    run_qt(scene.show(1))
    passage = scene.panel.made.prompt
    folded = passage.text.maximumHeight()
    passage.copy.click()
    assert QGuiApplication.clipboard().text() == prompt
    passage.more.click()
    assert passage.text.maximumHeight() > 10 * folded
    run_qt(scene.show(2))
    assert not passage.more.isVisible()
    run_qt(scene.show(1))
    assert passage.text.maximumHeight() == folded


def test_estimated_and_sandbox_costs_are_told_apart(scene: Scene, run_qt: Run) -> None:
    run_qt(scene.show(2))
    assert scene.said()["cost"].endswith("estimated")
    scene.gallery.entries["image-3"] = entry(3, sandbox=True)
    run_qt(scene.show(3))
    assert "sandbox" in scene.said()["cost"]


def test_a_click_on_a_value_copies_it(scene: Scene, run_qt: Run) -> None:
    run_qt(scene.show(1))
    seed = next(value for value in scene.panel.findChildren(Value) if value.fact.name == "seed")
    seed.click()
    assert QGuiApplication.clipboard().text() == "1001"
    scene.panel.made.prompt.copy.click()
    assert QGuiApplication.clipboard().text() == entry(1).settings.prompt
    scene.panel.made.copy.click()
    assert '"seed": 1001' in QGuiApplication.clipboard().text()


def test_stars_tags_and_boards_are_changed_in_place_and_followed(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.show(1)
        QTest.mouseClick(
            scene.panel.stars, Qt.MouseButton.LeftButton, pos=scene.panel.stars._place(4).center()
        )
        await scene.settle()
        assert scene.image(1).rating == 4
        QTest.keyClick(scene.panel.stars, Qt.Key.Key_2)
        await scene.settle()
        assert scene.image(1).rating == 2
        QTest.keyClicks(scene.panel.tags.line, "night, harbour")
        QTest.keyClick(scene.panel.tags.line, Qt.Key.Key_Return)
        await scene.settle()
        assert [chip.word for chip in scene.chips()] == ["sea", "night", "harbour"]
        scene.chips()[0].remove.click()
        await scene.settle()
        assert scene.image(1).tags == ("night", "harbour")
        QTest.keyClicks(scene.panel.boards.line, "Lights")
        QTest.keyClick(scene.panel.boards.line, Qt.Key.Key_Return)
        await scene.settle()
        assert scene.image(1).boards == ("Lights",)
        await scene.gallery.rate(["image-1"], 5)  # from elsewhere
        await scene.settle()
        assert scene.panel.stars.stars == 5

    run_qt(play())


def test_known_tags_are_offered_but_not_those_it_has(scene: Scene, run_qt: Run) -> None:
    scene.gallery.entries["image-3"] = entry(3, tags=("night",))
    run_qt(scene.show(1))
    assert scene.panel.tags._known.stringList() == ["night"]


def test_settings_are_asked_back_and_the_picture_used(scene: Scene, run_qt: Run) -> None:
    heard: list[tuple[object, ...]] = []
    actions = scene.actions
    actions.recall_wanted.connect(lambda *told: heard.append(told))
    actions.use_wanted.connect(lambda *told: heard.append(told))
    actions.try_on_wanted.connect(lambda *told: heard.append(told))
    actions.opened.connect(lambda *told: heard.append(told))
    scene.panel.exchange_wanted.connect(lambda *told: heard.append(told))

    async def play() -> None:
        await scene.show(1)
        scene.button("All but the seed").click()
        scene.button("Seed").click()
        for act in scene.panel.reuse._menu.actions()[1:3]:
            act.trigger()
        scene.panel.preview.click()
        scene.panel.exchange.click()

    run_qt(play())
    image = entry(1, tags=("sea",))
    assert heard == [
        (image, Recall.WITHOUT_SEED.value),
        (image, Recall.SEED.value),
        (image.digest, "reference"),
        (image.digest, "person"),
        ("image-1",),
        ("exchange-1",),
    ]
    assert "Size" not in [made.text() for made in scene.panel.findChildren(QPushButton) if made.isVisible()]


def test_what_the_forms_model_would_not_take_is_said(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.show(9)
        scene.panel.set_model("flux-1-schnell", Abilities(steps=Range(1, 8, 4), seed=True))
        homeless = scene.panel.reuse.homeless
        assert homeless.isVisible()
        assert "flux-1-schnell" in homeless.text()
        assert "negative prompt dropped" in homeless.text()
        assert "8" in homeless.text()
        scene.panel.set_model("anything", Abilities(known=False))
        assert not homeless.isVisible()
        await scene.show(1)
        scene.panel.set_model(entry(1).model, Abilities())
        assert not homeless.isVisible()  # this model made it

    run_qt(play())


def test_a_file_of_another_program_says_what_has_no_field_here(scene: Scene, run_qt: Run) -> None:
    run_qt(scene.show(9))
    assert "AUTOMATIC1111" in scene.panel.made.recipe.text()
    said = scene.said()
    assert said["Sampler"] == "Euler a"
    assert said["Clip skip"] == "2"
    assert not scene.panel.reuse.again.isVisible()  # it names no model that can be asked
    assert not scene.panel.exchange.isVisible()
    run_qt(scene.show(1))
    assert not scene.panel.made.recipe.isVisible()
    assert "Sampler" not in scene.said()


@pytest.mark.parametrize(
    ("verdict", "words"),
    [(Verdict.SAME, "same"), (Verdict.SIMILAR, "similar"), (Verdict.DIFFERENT, "different")],
)
def test_running_it_again_tells_how_it_came_out(
    scene: Scene, run_qt: Run, verdict: Verdict, words: str
) -> None:
    asked: list[str] = []
    compared: list[tuple[str, str]] = []
    scene.actions.repeat_wanted.connect(asked.append)
    scene.actions.compare_wanted.connect(lambda one, other: compared.append((one, other)))

    async def play() -> None:
        await scene.show(1)
        again = scene.panel.reuse.again
        again.click()
        scene.panel.begin_repeat("image-1")
        again.click()  # it is under way
        assert "again" in again.text()
        scene.panel.end_repeat("image-1", Repeat(entry(3, repeats="image-1"), verdict, 7))
        assert words in scene.panel.reuse._words.text()
        assert scene.panel.reuse.verdict.isVisible()
        scene.panel.reuse.compare.click()
        await scene.show(2)
        assert not scene.panel.reuse.verdict.isVisible()
        await scene.show(1)
        assert scene.panel.reuse.verdict.isVisible()
        scene.panel.begin_repeat("image-1")
        scene.panel.end_repeat("image-1")  # it failed
        assert not scene.panel.reuse.verdict.isVisible()

    run_qt(play())
    assert asked == ["image-1"]
    assert compared == [("image-1", "image-3")]


def test_a_repeat_leads_to_what_it_repeats(scene: Scene, run_qt: Run) -> None:
    opened: list[str] = []
    scene.actions.opened.connect(opened.append)
    scene.gallery.entries["image-3"] = entry(3, repeats="image-1")
    run_qt(scene.show(3))
    scene.panel.repeats.click()
    assert opened == ["image-1"]


def test_several_are_told_together(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.show(1, 2, 3)
        assert scene.panel.title.text() == "3 pictures"
        assert scene.said()["total"].startswith("1.0 MB · $0.0044")
        assert not scene.panel.made.isVisible()
        assert not scene.panel.reuse.isVisible()
        assert not scene.panel.compare.isVisible()
        QTest.keyClick(scene.panel.stars, Qt.Key.Key_3)
        await scene.settle()
        assert {image.rating for image in scene.gallery.entries.values()} == {0, 3}
        await scene.show(1, 2)
        assert scene.panel.compare.isVisible()

    run_qt(play())


def test_what_is_deleted_leaves_the_panel(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.show(1, 2)
        await scene.gallery.delete(["image-2"])
        await scene.settle()
        assert scene.panel.model.one is not None
        await scene.gallery.delete(["image-1"])
        await scene.settle()

    run_qt(play())
    assert scene.panel._stack.currentWidget() is scene.panel._blank


@pytest.mark.parametrize("rtl", [False, True])
def test_a_click_between_the_stars_rates_nothing_and_one_on_the_last_takes_all(
    scene: Scene, run_qt: Run, rtl: bool
) -> None:
    stars = scene.panel.stars
    heard: list[int] = []
    stars.rated.connect(heard.append)
    stars.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
    stars.set_stars(3)
    stars.resize(stars.sizeHint())
    QTest.mouseClick(stars, Qt.MouseButton.LeftButton, pos=stars._place(3).center())
    QTest.mouseClick(stars, Qt.MouseButton.LeftButton, pos=QPoint(stars.width() - 1 if not rtl else 0, 1))
    QTest.keyClick(stars, Qt.Key.Key_Left if rtl else Qt.Key.Key_Right)
    assert heard == [0, 1]


def test_costs_that_are_not_known_are_not_counted_as_nothing() -> None:
    known, unknown = entry(1), replace(entry(2), cost=None)
    assert "unknown" in total_words([known, unknown])
    assert "$" not in total_words([unknown])
