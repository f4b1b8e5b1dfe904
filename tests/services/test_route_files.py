"""Routes in files, on a real disk and a real database."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.domain.routes.samples import documents
from tests.storage.conftest import Loop
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.routes.canvas import notes, with_note
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.edits import renamed
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.keeping import Draft, OnDisk
from workbench.domain.routes.starters import STARTERS
from workbench.services.route_files import ChangedOnDisk, RouteFiles, text_of
from workbench.storage import route_files
from workbench.storage.database import Database
from workbench.storage.route_drafts import MOST_RECENT, RouteDrafts

ROUTE = STARTERS[0].route


def desk(run: Loop) -> RouteFiles:
    return RouteFiles(route_files, RouteDrafts(run.database()))


def test_what_is_saved_opens_as_it_was(run: Loop, tmp_path: Path) -> None:
    files, path = desk(run), tmp_path / "support.route.json"
    written = run(files.save(path, ROUTE, None))
    opened = run(files.open(path))
    assert (opened.route, opened.remarks, opened.own) == (ROUTE, (), True)
    assert opened.fingerprint.digest == written.digest


@given(documents)
def test_the_text_of_a_route_reads_back_equal(document: dict[str, Any]) -> None:
    route = read_route(document).route
    assert read_route(text_of(route)).route == route
    assert text_of(route).endswith("}\n")


def test_a_file_without_a_name_in_it_is_called_as_the_file(run: Loop, tmp_path: Path) -> None:
    path = tmp_path / "sales.route.json"
    path.write_text('{"elements": []}', encoding="utf-8")
    assert run(desk(run).open(path)).route.name == "sales"


def test_a_hand_written_shape_is_imported_and_its_file_left_alone(run: Loop, tmp_path: Path) -> None:
    path = tmp_path / "chain.json"
    path.write_text(json.dumps({"primary": "openai/gpt-4o", "fallbacks": ["openai/gpt-4o-mini"]}), "utf-8")
    opened = run(desk(run).open(path))
    assert not opened.own
    assert [element.id for element in opened.route.elements][0] == "start"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[1]",
        b'{"elements": 5}',
        b"[" * 100_000,
        b'{"name": "a", "name": "b"}',
        b"1e999999",
    ],
)
def test_what_is_no_route_is_refused_with_words(run: Loop, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.route.json"
    path.write_bytes(content)
    with pytest.raises((RouteError, InvalidInput)) as raised:
        run(desk(run).open(path))
    assert raised.value.what


def test_a_file_that_is_far_too_large_is_not_read(run: Loop, tmp_path: Path) -> None:
    path = tmp_path / "huge.route.json"
    path.write_bytes(b" " * (route_files.MAX_BYTES + 1))
    with pytest.raises(StorageFailed, match="too large"):
        run(desk(run).open(path))


def test_a_change_by_another_program_is_not_saved_over(run: Loop, tmp_path: Path) -> None:
    files, path = desk(run), tmp_path / "support.route.json"
    known = run(files.save(path, ROUTE, None))
    theirs = text_of(renamed(ROUTE, "theirs"))
    path.write_text(theirs, encoding="utf-8")
    assert run(files.on_disk(path, known)) is OnDisk.CHANGED
    with pytest.raises(ChangedOnDisk):
        run(files.save(path, renamed(ROUTE, "ours"), known))
    assert path.read_text(encoding="utf-8") == theirs
    run(files.save(path, renamed(ROUTE, "ours"), known, overwrite=True))
    assert run(files.open(path)).route.name == "ours"


def test_a_file_that_was_only_touched_is_the_same(run: Loop, tmp_path: Path) -> None:
    files, path = desk(run), tmp_path / "support.route.json"
    known = run(files.save(path, ROUTE, None))
    os.utime(path, (1, 1))
    assert run(files.on_disk(path, known)) is OnDisk.SAME


def test_a_file_that_was_deleted_is_told_before_it_is_made_anew(run: Loop, tmp_path: Path) -> None:
    files, path = desk(run), tmp_path / "support.route.json"
    known = run(files.save(path, ROUTE, None))
    path.unlink()
    assert run(files.on_disk(path, known)) is OnDisk.GONE
    with pytest.raises(ChangedOnDisk, match="gone"):
        run(files.save(path, ROUTE, known))


def test_saving_keeps_the_permissions_and_follows_a_link(run: Loop, tmp_path: Path) -> None:
    files, path, link = desk(run), tmp_path / "support.route.json", tmp_path / "link.route.json"
    run(files.save(path, ROUTE, None))
    path.chmod(0o640)
    link.symlink_to(path)
    run(files.save(link, renamed(ROUTE, "sales"), None))
    assert path.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert run(files.open(path)).route.name == "sales"


def test_nothing_is_left_behind_where_saving_fails(run: Loop, tmp_path: Path) -> None:
    files = desk(run)
    folder = tmp_path / "there"
    folder.mkdir()
    with pytest.raises(StorageFailed, match="could not be saved"):
        run(files.save(folder, ROUTE, None))
    with pytest.raises(StorageFailed):
        run(files.save(tmp_path / "nowhere" / "x.route.json", ROUTE, None))
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".draft") == []


def test_recent_files_come_newest_first_with_whether_they_are_there(run: Loop, tmp_path: Path) -> None:
    moments = iter(range(1000))
    files = RouteFiles(route_files, RouteDrafts(run.database(), clock=lambda: float(next(moments))))
    for number in range(MOST_RECENT + 3):
        run(files.save(tmp_path / f"{number}.route.json", ROUTE, None))
    (tmp_path / f"{MOST_RECENT + 2}.route.json").unlink()
    recent = run(files.recent())
    assert len(recent) == MOST_RECENT
    assert [one.path.name for one in recent[:2]] == [
        f"{MOST_RECENT + 2}.route.json",
        f"{MOST_RECENT + 1}.route.json",
    ]
    assert [one.there for one in recent[:2]] == [False, True]
    run(files.forget(recent[0].path))
    assert len(run(files.recent())) == MOST_RECENT - 1


def test_drafts_come_back_as_they_were_in_the_order_they_were_opened(run: Loop, tmp_path: Path) -> None:
    files, path = desk(run), tmp_path / "a.route.json"
    fingerprint = run(files.save(path, ROUTE, None))
    first, second = Draft("1", ROUTE, path, fingerprint, unsaved=False), Draft("2", renamed(ROUTE, "new"))
    for draft in (first, second, first):
        run(files.keep(draft))
    assert run(files.drafts()) == (first, second)
    run(files.discard("1"))
    assert run(files.drafts()) == (second,)


def test_another_windows_drafts_are_its_own_until_it_is_gone(run: Loop, tmp_path: Path) -> None:
    theirs, ours = run.database(), run(Database.open(run.path))
    run(RouteDrafts(theirs).keep(Draft("1", ROUTE)))
    assert run(RouteDrafts(ours).all()) == ()
    run(theirs.aclose())
    assert [draft.id for draft in run(RouteDrafts(ours).all())] == ["1"]
    run(ours.aclose())


def test_a_change_that_keeps_size_and_time_is_not_saved_over(run: Loop, tmp_path: Path) -> None:
    """Clocks of file systems are coarse: two programs can write within one tick."""
    files, path = desk(run), tmp_path / "support.route.json"
    known = run(files.save(path, renamed(ROUTE, "ours"), None))
    path.write_text(text_of(renamed(ROUTE, "them")), encoding="utf-8")
    os.utime(path, ns=(known.modified_ns, known.modified_ns))
    with pytest.raises(ChangedOnDisk):
        run(files.save(path, ROUTE, known))
    assert run(files.open(path)).route.name == "them"


def test_what_another_program_made_huge_has_changed(run: Loop, tmp_path: Path) -> None:
    files, path = desk(run), tmp_path / "support.route.json"
    known = run(files.save(path, ROUTE, None))
    path.write_bytes(b" " * (route_files.MAX_BYTES + 1))
    assert run(files.on_disk(path, known)) is OnDisk.CHANGED


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with a name in a folder")
def test_pipes_and_devices_are_neither_waited_for_nor_replaced(run: Loop, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.route.json"
    os.mkfifo(pipe)
    with pytest.raises(StorageFailed, match="cannot be read") as raised:
        run(desk(run).open(pipe))
    assert "not an ordinary file" in raised.value.why
    with pytest.raises(StorageFailed, match="could not be saved"):
        run(desk(run).save(pipe, ROUTE, None))
    assert pipe.is_fifo()


def test_what_is_saved_is_saved_though_the_list_of_recent_files_is_not(run: Loop, tmp_path: Path) -> None:
    class Full(RouteDrafts):
        async def note_file(self, path: Path) -> None:
            raise StorageFailed("The disk is full.")

    files, path = RouteFiles(route_files, Full(run.database())), tmp_path / "support.route.json"
    known = run(files.save(path, ROUTE, None))
    assert run(files.open(path)).fingerprint.digest == known.digest


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_not_text_is_a_name_too(run: Loop, tmp_path: Path) -> None:
    """Linux has file names that are no UTF-8."""
    files, path = desk(run), Path(os.fsdecode(os.fsencode(tmp_path) + b"/odd\xff.route.json"))
    known = run(files.save(path, ROUTE, None))
    run(files.keep(Draft("1", ROUTE, path, known)))
    assert run(files.drafts())[0].path == path
    assert run(files.recent())[0].path == path
    assert run(files.recent())[0].there
    run(files.forget(path))
    assert run(files.recent()) == ()


def test_half_a_character_does_not_keep_the_rest_from_being_kept(run: Loop, tmp_path: Path) -> None:
    files, path = desk(run), tmp_path / "support.route.json"
    odd = with_note(ROUTE, "note-1", "half \ud83d")
    run(files.keep(Draft("1", odd)))
    run(files.save(path, odd, None))
    for route in (run(files.drafts())[0].route, run(files.open(path)).route):
        assert route.elements == ROUTE.elements
        assert notes(route)["note-1"] == "half ?"


def test_recent_files_are_found_from_any_folder(
    run: Loop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = desk(run)
    monkeypatch.chdir(tmp_path)
    run(files.save(Path("support.route.json"), ROUTE, None))
    monkeypatch.chdir("/")
    assert [(one.path, one.there) for one in run(files.recent())] == [(tmp_path / "support.route.json", True)]


@pytest.mark.parametrize(
    "document",
    [
        {"name": "x", "elements": [{"id": "a", "type": "end"}] * 5001},
        {"primary": "openai/gpt-4o", "fallbacks": ["openai/gpt-4o"] * 100_000},
        {"rules": [{"condition": f"metadata.plan == 'p{number}'", "model": "openai/gpt-4o"} for number in range(9000)],
         "default": "openai/gpt-4o"},
    ],
    ids=["graph", "fallbacks", "rules"],
)  # fmt: skip
def test_a_route_of_more_elements_than_can_be_shown_is_refused(
    run: Loop, tmp_path: Path, document: dict[str, Any]
) -> None:
    path = tmp_path / "many.route.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(RouteError, match=r"more than 5,000 elements"):
        run(desk(run).open(path))
