"""What can be done to pictures is done to the gallery, can be taken back, and says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.images.fakes import FakeGallery, entry
from workbench.domain.errors import StorageFailed
from workbench.domain.images.recalling import Recall
from workbench.ui.images.actions import PictureActions, tags_in
from workbench.ui.images.dragging import digests_in, picture_in
from workbench.ui.images.naming import NameDialog
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme


class Scene:
    """Actions over a gallery of three, and what was said. parent: of dialogs and menus."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        self.gallery = FakeGallery([entry(1), entry(2, tags=("sea",)), entry(3)])
        self.notifier = Notifier()
        self.said: list[Notice] = []
        self.notifier.posted.connect(self.said.append)
        self.parent = parent
        self.actions = PictureActions(theme, self.gallery, self.notifier)

    @property
    def images(self) -> list[object]:
        return list(self.gallery.entries.values())

    async def settle(self) -> None:
        await self.actions._tasks.finish()


@pytest.fixture
def scene(theme: Theme, qtbot: QtBot, run_qt: Run) -> Iterator[Scene]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = Scene(theme, parent)
    yield made
    run_qt(made.actions.aclose())


def _act(menu: QMenu, *words: str) -> QAction:
    """The action under these words, each a submenu but the last."""
    for word in words:
        found = next(act for act in menu.actions() if act.text() == word)
        inner = found.menu()
        if isinstance(inner, QMenu):
            menu = inner
    return found


async def _dialog(kind: type) -> object:
    while True:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, kind) and widget.isVisible():
                return widget
        await asyncio.sleep(0.005)


def test_what_is_looked_at_already_is_not_offered_to_be_opened(scene: Scene, run_qt: Run) -> None:
    images = [scene.gallery.entries["image-1"]]

    async def play() -> None:
        for opened, wanted in ((False, ["Open", "Details"]), (True, ["Details"])):
            menu = scene.actions.menu(images, scene.parent, opened=opened)
            assert [act.text() for act in menu.actions()][: len(wanted)] == wanted

    run_qt(play())


def test_stars_are_given_and_taken(scene: Scene, run_qt: Run) -> None:
    images = [scene.gallery.entries["image-1"], scene.gallery.entries["image-2"]]

    async def play() -> None:
        scene.actions.rate(images, 4)
        await scene.settle()
        assert [image.rating for image in scene.gallery.entries.values()] == [4, 4, 0]
        menu = scene.actions.menu([scene.gallery.entries["image-3"]], scene.parent)
        _act(menu, "Stars", "★★★★★").trigger()
        await scene.settle()
        menu.close()

    run_qt(play())
    assert scene.gallery.entries["image-3"].rating == 5


def test_what_is_deleted_comes_back_from_the_notice_and_by_undo(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        scene.actions.delete(["image-1", "image-3"])
        await scene.settle()
        assert list(scene.gallery.entries) == ["image-2"]
        assert "2 pictures" in scene.said[-1].text
        undo = scene.said[-1].action
        assert undo is not None
        undo()
        await scene.settle()
        assert set(scene.gallery.entries) == {"image-1", "image-2", "image-3"}
        scene.actions.undo_delete()  # it is undone already
        scene.actions.delete(["image-2"])
        await scene.settle()
        scene.actions.undo_delete()
        await scene.settle()

    run_qt(play())
    assert "image-2" in scene.gallery.entries
    assert "1 picture" in scene.said[-1].text


def test_a_disk_that_fails_is_told(scene: Scene, run_qt: Run) -> None:
    scene.gallery.problem = StorageFailed("The disk is full.", fix="Make room.")

    async def play() -> None:
        scene.actions.rate([entry(1)], 3)
        await scene.settle()

    run_qt(play())
    assert scene.said[-1].text == "The disk is full."


def test_a_board_shows_who_is_on_it_and_takes_and_gives_back(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.gallery.put_on_board(["image-1"], "Lights")
        menu = scene.actions.menu([scene.gallery.entries["image-1"]], scene.parent)
        await scene.settle()
        on_it = _act(menu, "Board", "Lights")
        assert on_it.isChecked()
        on_it.trigger()
        await scene.settle()
        assert scene.gallery.entries["image-1"].boards == ()
        undo = scene.said[-1].action
        assert undo is not None
        undo()
        await scene.settle()
        menu.close()

    run_qt(play())
    assert scene.gallery.entries["image-1"].boards == ("Lights",)


def test_a_new_board_is_named_and_filled(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        scene.actions.ask_board(["image-2"], scene.parent)
        dialog = await _dialog(NameDialog)
        assert isinstance(dialog, NameDialog)
        assert not dialog.yes.isEnabled()
        dialog.line.setText("  For   the talk ")
        dialog.yes.click()
        await scene.settle()

    run_qt(play())
    assert scene.gallery.entries["image-2"].boards == ("For the talk",)


def test_tags_are_asked_for_and_those_known_are_offered(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        scene.actions.ask_tags([entry(1), entry(3)], scene.parent)
        dialog = await _dialog(NameDialog)
        assert isinstance(dialog, NameDialog)
        assert dialog.line.completer().model().index(0, 0).data() == "sea"
        dialog.line.setText("night, sea ,, night")
        dialog.yes.click()
        await scene.settle()

    run_qt(play())
    assert scene.gallery.entries["image-3"].tags == ("night", "sea")


def test_a_dialog_that_is_closed_changes_nothing(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        scene.actions.ask_board(["image-2"], scene.parent)
        dialog = await _dialog(NameDialog)
        assert isinstance(dialog, NameDialog)
        dialog.reject()
        await scene.settle()

    run_qt(play())
    assert scene.gallery.names == {}
    assert scene.said == []


def test_the_picture_is_copied_with_its_bytes_for_others_and_its_name_for_us(
    scene: Scene, run_qt: Run
) -> None:
    async def play() -> bytes:
        scene.actions.copy_picture([scene.gallery.entries["image-1"]])
        await scene.settle()
        return await scene.gallery.data(entry(1).digest)

    data = run_qt(play())
    mime = QGuiApplication.clipboard().mimeData()
    assert picture_in(mime) == data
    assert mime.hasImage()
    assert digests_in(mime) == (entry(1).digest,)


def test_settings_and_prompts_are_copied_as_text(scene: Scene) -> None:
    scene.actions.copy_settings([entry(1)])
    told = json.loads(QGuiApplication.clipboard().text())
    assert told["seed"] == 1001
    assert told["model"] == entry(1).model
    assert "width" not in told  # it was not sent
    scene.actions.copy_settings([entry(1), entry(2)])
    assert [one["seed"] for one in json.loads(QGuiApplication.clipboard().text())] == [1001, 1002]
    scene.actions.copy_prompt([entry(1), entry(1), entry(2)])
    assert len(QGuiApplication.clipboard().text().split("\n\n")) == 2


def test_one_picture_is_saved_where_the_user_says(scene: Scene, run_qt: Run, tmp_path: Path) -> None:
    async def play() -> str:
        scene.actions.save_as([entry(1)], scene.parent)
        dialog = await _dialog(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        proposed = dialog.selectedFiles()[0]
        dialog.filesSelected.emit([str(tmp_path / "mine")])
        dialog.done(1)
        await scene.settle()
        return proposed

    assert "lighthouse" in Path(run_qt(play())).name
    assert scene.gallery.saved == [tmp_path / "mine.png"]


def test_several_pictures_are_saved_into_a_folder_under_names_of_their_own(
    scene: Scene, run_qt: Run, tmp_path: Path
) -> None:
    async def play() -> None:
        scene.actions.save_as([entry(1), entry(2)], scene.parent)
        dialog = await _dialog(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        dialog.filesSelected.emit([str(tmp_path)])
        dialog.done(1)
        await scene.settle()

    run_qt(play())
    assert len(set(scene.gallery.saved)) == 2
    assert all(path.parent == tmp_path for path in scene.gallery.saved)


def test_the_menu_asks_for_what_others_do(scene: Scene, run_qt: Run) -> None:
    heard: list[tuple[object, ...]] = []
    actions, image = scene.actions, entry(1)
    actions.opened.connect(lambda *told: heard.append(told))
    actions.recall_wanted.connect(lambda *told: heard.append(told))
    actions.use_wanted.connect(lambda *told: heard.append(told))
    actions.try_on_wanted.connect(lambda *told: heard.append(told))
    actions.repeat_wanted.connect(lambda *told: heard.append(told))
    actions.details_wanted.connect(lambda *told: heard.append(told))
    actions.compare_wanted.connect(lambda *told: heard.append(told))

    async def play() -> None:
        menu = actions.menu([image], scene.parent)
        _act(menu, "Open").trigger()
        _act(menu, "Use again", "All but the seed").trigger()
        _act(menu, "Use as", "Reference").trigger()
        _act(menu, "Use as", "Outfit to try on").trigger()
        _act(menu, "Run exactly again").trigger()
        _act(menu, "Details").trigger()
        menu.close()
        two = actions.menu([image, entry(2)], scene.parent)
        _act(two, "Compare the two").trigger()
        assert "Open" not in [act.text() for act in two.actions()]
        two.close()
        await scene.settle()

    run_qt(play())
    assert heard == [
        ("image-1",),
        (image, Recall.WITHOUT_SEED.value),
        (image.digest, "reference"),
        (image.digest, "outfit"),
        ("image-1",),
        ("image-1",),
        ("image-1", "image-2"),
    ]


def test_a_picture_without_settings_offers_none_to_be_used_again(scene: Scene, run_qt: Run) -> None:
    async def play() -> list[str]:
        bare, _ = await scene.gallery.bring(Path("photo.png"))
        menu = scene.actions.menu([bare], scene.parent)
        await scene.settle()
        words = [act.text() for act in menu.actions()]
        menu.close()
        return words

    words = run_qt(play())
    assert "Use as" in words
    assert not {"Use again", "Run exactly again", "Copy prompt", "Copy settings as JSON"} & set(words)


def test_tags_are_tidied() -> None:
    assert tags_in(" a,  b  c ,a,, ") == ("a", "b c")
    assert tags_in(" , ") == ()
