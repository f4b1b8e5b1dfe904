from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.storage.conftest import Loop
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.gallery import GalleryFilter, GalleryImage, GalleryOrder, Origin
from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import Cost
from workbench.storage.database import Database
from workbench.storage.images import ImageStore

SOURCE, MASK, LOOK = "5" * 64, "6" * 64, "7" * 64
FULL = GalleryImage(
    "i1",
    10.0,
    "a" * 64,
    "image/png",
    1024,
    768,
    size=12_345,
    origin=Origin.GENERATED,
    received="b" * 64,
    model="@cf/black-forest-labs/flux-1-schnell",
    target="Local gateway",
    settings=ImageSettings(
        prompt="a red fox in the snow",
        negative_prompt="blurry",
        width=1024,
        height=768,
        aspect_ratio="4:3",
        steps=8,
        guidance=7.5,
        seed=2**63 + 5,
        strength=0.4,
        source=SOURCE,
        mask=MASK,
        references=(LOOK, SOURCE),
    ),
    cost=Cost(0.0021, charged=True),
    took_ms=812.5,
    exchange_id="e1",
    batch_id="b1",
    sandbox=True,
    said="Here it is. 🦊",
    name="fox.png",
    rating=4,
    tags=("animals", "winter"),
    boards=("Best", "狐"),
    repeats="i0",
)


def picture(id: str, **facts: Any) -> GalleryImage:
    prompt = facts.pop("prompt", "")
    image = GalleryImage(id, 1.0, facts.pop("digest", id * 64)[:64], "image/png", 1, 1)
    return replace(image, settings=ImageSettings(prompt=prompt), **facts)


@pytest.fixture
def store(database: Database) -> ImageStore:
    return ImageStore(database)


def fill(run: Loop, store: ImageStore, *images: GalleryImage) -> None:
    for image in images:
        run(store.add(image))


def found(run: Loop, store: ImageStore, **wanted: Any) -> Sequence[str]:
    return run(store.ids(GalleryFilter(**wanted)))


def test_a_picture_comes_back_as_it_was_stored(run: Loop, store: ImageStore) -> None:
    fill(run, store, FULL)
    assert run(store.get("i1")) == FULL
    assert run(store.images(["i1"])) == [FULL]
    assert run(store.find("a" * 64)) == FULL
    assert run(store.get("nobody")) is None
    assert run(store.find("c" * 64)) is None


def test_pictures_come_in_the_order_asked_for_without_those_that_are_gone(
    run: Loop, store: ImageStore
) -> None:
    fill(run, store, picture("a"), picture("b"), picture("c"))
    run(store.mark_deleted(["b"], 5.0))
    assert [image.id for image in run(store.images(["c", "gone", "b", "a"]))] == ["c", "a"]
    assert run(store.images([])) == []


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (GalleryOrder.NEWEST, ("late", "cheap", "dear", "early")),
        (GalleryOrder.OLDEST, ("early", "dear", "cheap", "late")),
        (GalleryOrder.BEST, ("dear", "cheap", "late", "early")),
        (GalleryOrder.DEAREST, ("dear", "cheap", "late", "early")),
    ],
)
def test_orders(run: Loop, store: ImageStore, order: GalleryOrder, ids: tuple[str, ...]) -> None:
    fill(
        run,
        store,
        picture("early", created_at=1.0),
        picture("dear", created_at=2.0, cost=Cost(0.5), rating=5),
        picture("cheap", created_at=2.0, cost=Cost(0.1), rating=3),
        picture("late", created_at=3.0, cost=Cost(None)),
    )
    assert found(run, store, order=order) == ids


def test_inputs_are_listed_only_when_asked_for(run: Loop, store: ImageStore) -> None:
    fill(run, store, picture("g"), picture("i", origin=Origin.INPUT), picture("m", origin=Origin.IMPORTED))
    assert found(run, store) == ("m", "g")
    assert found(run, store, inputs=True) == ("m", "i", "g")


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("fox", ("i1",)),
        ("FOX sno", ("i1",)),
        ("blur", ("i1",)),
        ("winter fox", ("i1",)),
        ("fox.png", ("i1",)),
        ("лис", ("ru",)),
        ("fox cat", ()),
        ("naive", ("n",)),
        ("", ("ru", "n", "i1")),
        ("  ", ("ru", "n", "i1")),
        ('"', ()),
        ("prompt:fox", ()),
        ("NEAR(fox", ()),
    ],
)
def test_all_words_must_begin_words_of_prompts_name_or_tags(
    run: Loop, store: ImageStore, words: str, ids: tuple[str, ...]
) -> None:
    fill(run, store, FULL, picture("n", created_at=11.0, prompt="naïve art"))
    fill(run, store, picture("ru", created_at=12.0, prompt="Лиса в снегу"))
    assert found(run, store, words=words) == ids


@pytest.mark.parametrize("words", ["狐狸", "红色的狐", "一只 雪地", "きつね", "キャラ", "标签", "狐狸 fox"])
def test_a_word_within_writing_without_spaces_is_found(run: Loop, store: ImageStore, words: str) -> None:
    fill(run, store, picture("z", prompt="一只红色的狐狸fox在雪地里、きつね、キャラクター", tags=("新标签",)))
    fill(run, store, picture("o", prompt="狸狐 雪の地"))
    assert found(run, store, words=words) == ("z",)


def test_filters_go_together(run: Loop, store: ImageStore) -> None:
    fill(run, store, FULL, picture("x", created_at=20.0, model="m", rating=2, batch_id="b2"))
    assert found(run, store, models=("m",)) == ("x",)
    assert found(run, store, models=("m", FULL.model)) == ("x", "i1")
    assert found(run, store, since=10.0, until=20.0) == ("i1",)
    assert found(run, store, since=20.0) == ("x",)
    assert found(run, store, least_rating=3) == ("i1",)
    assert found(run, store, tags=("Winter",)) == ("i1",)
    assert found(run, store, tags=("winter", "summer")) == ()
    assert found(run, store, board="狐") == ("i1",)
    assert found(run, store, board="nowhere") == ()
    assert found(run, store, batch_id="b2") == ("x",)
    assert found(run, store, words="fox", models=("m",)) == ()
    assert found(run, store, words="fox", least_rating=4, tags=("animals",), board="Best") == ("i1",)


def test_rating_and_tags_change_many_at_once_and_are_searched(run: Loop, store: ImageStore) -> None:
    fill(run, store, picture("a", prompt="tea"), picture("b", prompt="tea"))
    run(store.rate(["a", "b", "gone"], 5))
    run(store.tag(["a", "b"], ["Red Fox", "x"], []))
    run(store.tag(["b"], ["red fox"], ["X"]))
    assert [(image.rating, image.tags) for image in run(store.images(["a", "b"]))] == [
        (5, ("Red Fox", "x")),
        (5, ("Red Fox",)),
    ]
    assert found(run, store, words="tea red") == ("b", "a")
    assert found(run, store, words="x") == ("a",)
    assert run(store.tags()) == (("Red Fox", 2), ("x", 1))
    run(store.mark_deleted(["a"], 1.0))
    assert run(store.tags()) == (("Red Fox", 1),)


def test_boards_are_made_renamed_and_removed_and_the_pictures_stay(run: Loop, store: ImageStore) -> None:
    fill(run, store, picture("a"), picture("b"))
    run(store.put_on_board(["a", "b", "a"], "Foxes"))
    run(store.put_on_board(["a"], "foxes"))
    run(store.put_on_board([], "Empty"))
    assert run(store.boards()) == (("Empty", 0), ("Foxes", 2))
    run(store.take_off_board(["b"], "Foxes"))
    run(store.rename_board("Foxes", "Füchse"))
    assert run(store.boards()) == (("Empty", 0), ("Füchse", 1))
    assert run(store.images(["a"]))[0].boards == ("Füchse",)
    with pytest.raises(InvalidInput) as caught:
        run(store.rename_board("Empty", "Füchse"))
    assert caught.value.field == "board"
    run(store.rename_board("Empty", "empty"))
    run(store.delete_board("Füchse"))
    assert run(store.boards()) == (("empty", 0),)
    assert found(run, store) == ("b", "a")


def test_models_are_counted_as_the_list_shows_them(run: Loop, store: ImageStore) -> None:
    fill(run, store, *(picture(id, model="m2") for id in "abc"), picture("d", model="m1"))
    fill(run, store, picture("e"), picture("f", model="m3", origin=Origin.INPUT))
    run(store.mark_deleted(["c"], 1.0))
    assert run(store.models()) == (("m2", 2), ("m1", 1))


def test_what_is_deleted_can_come_back_with_all_that_was_said_of_it(run: Loop, store: ImageStore) -> None:
    fill(run, store, FULL)
    assert run(store.mark_deleted(["i1", "gone"], 50.0)) == ("i1",)
    assert run(store.mark_deleted(["i1"], 60.0)) == ()
    assert found(run, store) == ()
    assert found(run, store, words="fox") == ()
    assert run(store.find(FULL.digest)) is None
    assert run(store.get("i1")) == replace(FULL, deleted_at=50.0)
    assert run(store.mark_deleted(["i1"], None)) == ("i1",)
    assert run(store.images(["i1"])) == [FULL]


def test_the_same_bytes_make_one_entry(run: Loop, store: ImageStore) -> None:
    given = picture("g", digest="1" * 64, origin=Origin.INPUT, created_at=1.0)
    assert run(store.add_once(given)) == (given, True)
    again, new = run(store.add_once(replace(given, id="h", created_at=9.0)))
    assert (again.id, again.created_at, new) == ("g", 9.0, False)


def test_a_generated_picture_is_also_an_input_but_an_input_is_no_import(run: Loop, store: ImageStore) -> None:
    fill(run, store, picture("g", digest="1" * 64))
    as_input, new = run(store.add_once(picture("i", digest="1" * 64, origin=Origin.INPUT)))
    assert (as_input.id, new) == ("g", False)
    given = picture("j", digest="2" * 64, origin=Origin.INPUT)
    run(store.add_once(given))
    imported, new = run(store.add_once(replace(given, id="k", origin=Origin.IMPORTED)))
    assert (imported.id, new) == ("k", True)
    assert run(store.find("2" * 64)) == imported


def test_what_was_deleted_comes_back_when_it_is_brought_again(run: Loop, store: ImageStore) -> None:
    fill(run, store, FULL)
    run(store.mark_deleted(["i1"], 50.0))
    as_input, new = run(store.add_once(replace(picture("x"), digest=FULL.digest, origin=Origin.INPUT)))
    assert (as_input.id, new) == ("x", True)
    brought, new = run(store.add_once(replace(picture("y"), digest=FULL.digest, origin=Origin.IMPORTED)))
    assert (brought, new) == (FULL, True)


class Disk:
    def __init__(self) -> None:
        self.removed: list[str] = []
        self.failing: set[str] = set()

    def remove(self, digest: str) -> None:
        if digest in self.failing:
            raise StorageFailed("No.", why="Read-only.")
        self.removed.append(digest)


def test_purging_takes_what_was_deleted_long_ago_with_its_file(
    run: Loop, store: ImageStore, database: Database
) -> None:
    fill(run, store, FULL, picture("b"), picture("c"))
    run(store.mark_deleted(["i1"], 50.0))
    run(store.mark_deleted(["b"], 90.0))
    disk = Disk()
    assert run(store.purge(60.0, (), disk.remove)) == (FULL.digest,)
    assert disk.removed == [FULL.digest]
    assert run(store.get("i1")) is None
    assert run(store.get("b")) is not None
    for table in ("image_tags", "image_sources", "boarded_images", "images_text('fox')"):
        statement = f"SELECT count(*) FROM {table}"
        assert run(database.read(lambda c, s=statement: c.execute(s).fetchone()[0])) == 0  # type: ignore[misc]


def test_a_file_stays_as_long_as_anything_speaks_of_it(run: Loop, store: ImageStore) -> None:
    shared, used = "1" * 64, "2" * 64
    fill(run, store, picture("a", digest=shared), picture("b", digest=shared))
    fill(run, store, picture("s", digest=SOURCE), FULL, picture("j", digest=used))
    run(store.mark_deleted(["a", "s", "j"], 1.0))
    disk = Disk()
    assert run(store.purge(60.0, {used}, disk.remove)) == ()
    assert run(store.get("a")) is None
    assert run(store.get("b")) is not None
    assert run(store.get("s")) is not None
    assert run(store.get("j")) is not None
    run(store.mark_deleted(["b", "i1"], 1.0))
    run(store.purge(60.0, (), disk.remove))
    run(store.purge(60.0, (), disk.remove))
    assert sorted(disk.removed) == sorted([shared, SOURCE, FULL.digest, used])


def test_two_deleted_entries_of_one_file_take_it_away_once(run: Loop, store: ImageStore) -> None:
    fill(run, store, picture("a", digest="1" * 64), picture("b", digest="1" * 64))
    run(store.mark_deleted(["a", "b"], 1.0))
    disk = Disk()
    assert run(store.purge(60.0, (), disk.remove)) == ("1" * 64,)


def test_inputs_that_came_to_nothing_go_and_the_others_stay(run: Loop, store: ImageStore) -> None:
    inputs = [picture(id, origin=Origin.INPUT) for id in ("n", "t", "r", "o")]
    fill(run, store, *inputs, picture("s", digest=SOURCE, origin=Origin.INPUT), FULL)
    fill(run, store, picture("fresh", origin=Origin.INPUT, created_at=99.0))
    run(store.tag(["t"], ["keep"], []))
    run(store.rate(["r"], 1))
    run(store.put_on_board(["o"], "Board"))
    assert run(store.purge(60.0, (), Disk().remove)) == ("n" * 64,)
    assert set(found(run, store, inputs=True)) == {"t", "r", "o", "s", "i1", "fresh"}


def test_an_entry_whose_file_cannot_be_removed_is_tried_again_next_time(run: Loop, store: ImageStore) -> None:
    many = [picture(f"{n:03}", digest=f"{n:064}") for n in range(250)]
    fill(run, store, *many)
    run(store.mark_deleted([image.id for image in many], 1.0))
    disk = Disk()
    disk.failing = {f"{7:064}"}
    assert len(run(store.purge(60.0, (), disk.remove))) == 249
    disk.failing.clear()
    assert run(store.purge(60.0, (), disk.remove)) == (f"{7:064}",)


def test_two_windows_see_each_others_pictures_and_are_told_of_them(run: Loop, store: ImageStore) -> None:
    other = ImageStore(run.database())
    assert found(run, store) == ()
    run(other.add(FULL))
    assert run(store.changed_elsewhere())
    assert not run(store.changed_elsewhere())
    run(store.rate(["i1"], 1))
    assert not run(store.changed_elsewhere())
    run(other.tag(["i1"], ["new"], []))
    run(store.tag(["i1"], ["newer"], []))
    assert run(other.images(["i1"]))[0] == replace(FULL, rating=1, tags=("animals", "new", "newer", "winter"))
