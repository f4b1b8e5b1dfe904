"""The gallery is found, followed, chosen from and put in order, with no widget in sight."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.images.fakes import entry
from tests.ui.images.gallery.conftest import Scene
from workbench.domain.errors import StorageFailed
from workbench.domain.images.gallery import GalleryFilter, GalleryImage, GalleryOrder
from workbench.services.images.gallery import Changed
from workbench.services.images.incoming import Brought
from workbench.ui.images.gallery import kept
from workbench.ui.images.gallery.entries import MOST
from workbench.ui.images.gallery.model import Phase


def test_it_opens_with_ids_and_reads_entries_as_they_are_wanted(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        phases = [scene.model.phase]
        scene.model.changed.connect(lambda: phases.append(scene.model.phase))
        await scene.open()
        assert list(dict.fromkeys(phases)) == [Phase.NEW, Phase.LOADING, Phase.READY]
        assert scene.model.ids[0] == "image-11"
        assert scene.model.entry("image-11") is None
        scene.model.want(scene.model.ids[:3])
        await scene.settle()

    run_qt(play())
    assert scene.model.entry("image-9") == entry(9)
    assert scene.gallery.fetched == [3]


def test_words_model_stars_and_order_narrow_it(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        scene.model.narrow(words="number 7")
        await scene.settle()
        assert list(scene.model.ids) == ["image-7"]
        assert scene.model.narrowed
        scene.model.widen()
        scene.model.narrow(order=GalleryOrder.OLDEST)
        await scene.settle()
        assert list(scene.model.ids)[0] == "image-0"
        assert not scene.model.narrowed  # an order hides nothing

    run_qt(play())


def test_only_the_last_search_counts(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        for words in ("n", "nu", "number 3"):
            scene.model.narrow(words=words)
        await scene.settle()

    run_qt(play())
    assert scene.model.ids == ("image-3",)


def test_a_failure_is_told_and_can_be_tried_again(scene: Scene, run_qt: Run) -> None:
    scene.gallery.problem = StorageFailed("The database is locked.", fix="Close the other program.")

    async def play() -> None:
        await scene.open()
        assert scene.model.phase is Phase.FAILED
        assert scene.model.problem is scene.gallery.problem
        scene.gallery.problem = None
        scene.model.reload()
        await scene.settle()

    run_qt(play())
    assert scene.model.phase is Phase.READY
    assert scene.model.problem is None


def test_entries_that_cannot_be_read_are_told_beside_those_that_are_there(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        scene.model.want(scene.model.ids[:2])
        await scene.settle()
        scene.gallery.problem = StorageFailed("The disk does not answer.")
        scene.model.want(scene.model.ids)
        await scene.settle()
        assert scene.model.partly is not None
        assert scene.model.entry("image-11") is not None
        scene.gallery.problem = None
        scene.model.want(scene.model.ids)
        await scene.settle()

    run_qt(play())
    assert scene.model.partly is None
    assert scene.model.entry("image-0") is not None


def test_a_picture_that_comes_in_appears_and_the_selection_stays(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        scene.model.select("image-5")
        scene.gallery.arrive(entry(40))
        await scene.settle()

    run_qt(play())
    assert scene.model.ids[0] == "image-40"
    assert scene.model.selected == {"image-5"}
    assert scene.model.total == 13


def test_a_batch_that_comes_in_is_read_once(scene: Scene, run_qt: Run) -> None:
    asked: list[int] = []

    async def play() -> None:
        await scene.open()
        scene.model.ids_changed.connect(lambda: asked.append(len(scene.model.ids)))
        for number in range(30, 60):
            scene.gallery.arrive(entry(number))
        await scene.settle()

    run_qt(play())
    assert asked == [42]


def test_what_is_deleted_goes_at_once_and_its_neighbour_is_selected(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        scene.model.select("image-5")
        await scene.gallery.delete(["image-5"])
        assert "image-5" not in scene.model.ids
        assert scene.model.selected == {"image-4"}
        await scene.settle()

    run_qt(play())
    assert scene.model.total == 11


def test_stars_are_seen_at_once_and_may_take_it_out_of_the_filter(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        await scene.gallery.rate(["image-1", "image-2"], 4)
        scene.model.want(scene.model.ids)
        scene.model.narrow(least_rating=3)
        await scene.settle()
        assert scene.model.ids == ("image-2", "image-1")
        await scene.gallery.rate(["image-1"], 1)
        await scene.settle()

    run_qt(play())
    assert scene.model.ids == ("image-2",)
    changed = scene.model.entry("image-1")
    assert changed is not None
    assert changed.rating == 1


def test_another_window_that_changed_something_is_noticed(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        scene.model.want(scene.model.ids)
        await scene.settle()
        scene.gallery.entries["image-77"] = entry(77)
        scene.gallery.entries["image-3"] = entry(3, rating=5)
        scene.model.load()  # the window comes to the front
        await scene.settle()

    run_qt(play())
    assert scene.model.ids[0] == "image-77"
    changed = scene.model.entry("image-3")
    assert changed is not None
    assert changed.rating == 5


def test_all_that_is_selected_is_at_hand_in_order(scene: Scene, run_qt: Run) -> None:
    async def play() -> list[str]:
        await scene.open()
        scene.model.select_all()
        await scene.settle()
        assert [image.id for image in scene.model.at_hand()] == list(scene.model.ids)
        return [image.id for image in await scene.model.chosen()]

    assert run_qt(play()) == [f"image-{number}" for number in reversed(range(12))]


def test_boards_are_made_renamed_and_deleted_with_a_way_back(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        scene.model.make_board("Lights")
        await scene.gallery.put_on_board(["image-1", "image-2"], "Lights")
        await scene.settle()
        assert [(board.name, board.count) for board in scene.model.boards] == [("Lights", 2)]
        scene.model.open_board("Lights")
        await scene.settle()
        assert scene.model.ids == ("image-2", "image-1")
        scene.model.rename_board("Lights", "Lamps")
        await scene.settle()
        assert scene.model.filter.board == "Lamps"
        assert scene.model.ids == ("image-2", "image-1")
        scene.model.delete_board("Lamps")
        await scene.settle()
        assert scene.model.filter.board == ""
        assert scene.model.boards == ()
        undo = scene.said[-1].action
        assert undo is not None
        undo()
        await scene.settle()

    run_qt(play())
    assert [(board.name, board.count) for board in scene.model.boards] == [("Lamps", 2)]


def test_a_board_that_another_window_deleted_is_left(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        await scene.gallery.put_on_board(["image-1"], "Lights")
        scene.model.open_board("Lights")
        await scene.settle()
        scene.gallery.names.clear()
        scene.gallery.entries["image-1"] = entry(1)
        scene.gallery.tell(Changed(()))
        await scene.settle()

    run_qt(play())
    assert scene.model.filter.board == ""
    assert len(scene.model.ids) == 12


def test_a_name_that_is_taken_is_told(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        for name in ("One", "Two"):
            scene.model.make_board(name)
        await scene.settle()
        scene.model.rename_board("One", "Two")
        await scene.settle()

    run_qt(play())
    assert "Two" in scene.said[-1].text
    assert [board.name for board in scene.model.boards] == ["One", "Two"]


def test_what_is_brought_goes_on_the_open_board_and_what_is_refused_is_named(
    scene: Scene, run_qt: Run
) -> None:
    heard: list[object] = []

    async def play() -> None:
        await scene.open()
        scene.model.make_board("Lights")
        await scene.settle()
        scene.model.open_board("Lights")
        scene.model.brought.connect(heard.append)
        scene.model.bring([Path("one.png"), Path("two.bad.png")])
        await scene.settle()

    run_qt(play())
    assert len(heard) == 1
    assert [image.name for image in scene.gallery.entries.values() if image.boards] == ["one.png"]
    assert "two.bad.png" in scene.said[-1].text
    assert scene.running.items == ()


def test_all_that_is_selected_stays_at_hand_however_far_one_scrolls(qtbot: QtBot, run_qt: Run) -> None:
    scene = Scene(MOST + 400)

    async def play() -> None:
        await scene.open()
        scene.model.select_all()
        await scene.settle()
        scene.model.want(scene.model.ids[-20:])
        assert len(scene.model.at_hand()) == MOST + 400
        await scene.aclose()

    run_qt(play())


def test_all_that_is_brought_is_in_the_list_when_it_is_told(scene: Scene, run_qt: Run) -> None:
    missing: list[object] = []

    def hear(images: list[GalleryImage]) -> None:
        missing.extend(image for image in images if scene.model.place_of(image.id) < 0)

    async def play() -> None:
        await scene.open()
        scene.model.brought.connect(hear)
        scene.model.bring([Path(f"{number}.png") for number in range(5)])
        await scene.settle()

    run_qt(play())
    assert missing == []
    assert len(scene.model.ids) == 17
    assert not scene.said  # one sees them


def test_what_is_brought_and_hidden_by_the_filter_can_be_shown(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        scene.model.narrow(words="number 7")
        scene.model.bring([Path("one.png")])
        await scene.settle()
        notice = scene.said[-1]
        assert notice.action is not None
        notice.action()
        await scene.settle()

    run_qt(play())
    assert len(scene.model.ids) == 13


def test_a_folder_without_pictures_is_told(scene: Scene, run_qt: Run) -> None:
    async def nothing(sources: object, progress: object = None) -> Brought:
        return Brought(())

    async def play() -> None:
        await scene.open()
        scene.model._incoming.bring = nothing  # type: ignore[method-assign]
        scene.model.bring([Path("empty")])
        await scene.settle()

    run_qt(play())
    assert "no picture" in scene.said[-1].text


def test_an_import_can_be_stopped_in_the_header(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()

        async def wait(sources: object, progress: object = None) -> Brought:
            await asyncio.Event().wait()
            return Brought(())

        scene.model._incoming.bring = wait  # type: ignore[method-assign]
        scene.model.bring([Path("many")])
        await asyncio.sleep(0)
        (work,) = scene.running.items
        assert work.cancellable
        work.cancel()
        await scene.settle()

    run_qt(play())
    assert scene.running.items == ()


def test_what_is_shown_is_kept_but_not_what_was_searched_for(qtbot: QtBot, run_qt: Run) -> None:
    scene = Scene(12)

    async def play() -> None:
        await scene.open()
        scene.model.narrow(least_rating=2, order=GalleryOrder.OLDEST, words="fox", since=5.0, inputs=True)
        await scene.settle()
        again = Scene(12, scene.kept)
        assert again.model.filter == GalleryFilter(least_rating=2, order=GalleryOrder.OLDEST, inputs=True)
        await again.aclose()
        await scene.aclose()

    run_qt(play())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"order": "by smell"}', '{"models": 3}', "null"])
def test_whatever_was_kept_something_is_shown(text: str) -> None:
    assert kept.read(text) == GalleryFilter()


def test_an_export_runs_in_the_header_and_can_be_stopped(scene: Scene, run_qt: Run) -> None:
    async def play() -> None:
        await scene.open()
        scene.gallery.gate = asyncio.Event()
        scene.model.export(scene.model.ids[:2], Path("/tmp/a.zip"))
        await asyncio.sleep(0.01)
        (work,) = scene.running.items
        assert work.progress == 0.5
        work.cancel()
        await scene.settle()
        assert scene.running.items == ()
        assert scene.gallery.exported == []
        scene.gallery.gate = None
        scene.model.export(scene.model.ids[:2], Path("/tmp/a.zip"))
        await scene.settle()

    run_qt(play())
    assert scene.gallery.exported == [(("image-11", "image-10"), Path("/tmp/a.zip"))]
    assert "a.zip" in scene.said[-1].text


def test_ten_thousand_are_a_list_of_ids_and_little_more(run_qt: Run, qtbot: object) -> None:
    scene = Scene(10_000)

    async def play() -> None:
        await scene.open()
        scene.model.want(scene.model.ids[5000:5050])
        await scene.settle()
        assert scene.model.place_of("image-0") == 9999
        await scene.aclose()

    run_qt(play())
    assert sum(scene.gallery.fetched) == 50
