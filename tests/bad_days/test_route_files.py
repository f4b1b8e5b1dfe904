"""A folder that is read-only, a disk that is full, other programs, SIGKILL: a route that was drawn is never lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from itertools import repeat
from pathlib import Path

import pytest

from tests.bad_days.children import ROOT
from tests.conftest import Run
from workbench.domain.errors import StorageFailed, WorkbenchError
from workbench.domain.routes.edits import renamed
from workbench.domain.routes.starters import STARTERS
from workbench.services.route_files import ChangedOnDisk, RouteFiles, text_of
from workbench.storage import route_files
from workbench.storage.database import Database
from workbench.storage.route_drafts import RouteDrafts
from workbench.ui.routes.model import RoutesModel
from workbench.ui.routes.open_route import OpenRoute
from workbench.ui.support.notify import Notice, Notifier

ROUTE = renamed(STARTERS[0].route, "support")
PATIENCE_S = 30


class Window:
    """The tab's model over a real disk and a real database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.files = RouteFiles(route_files, RouteDrafts(database))
        self.said: list[Notice] = []
        notifier = Notifier()
        notifier.posted.connect(self.said.append)
        self.model = RoutesModel(self.files, lambda route: (), lambda route: route, notifier)

    @property
    def route(self) -> OpenRoute:
        assert self.model.current is not None
        return self.model.current

    async def done(self) -> None:
        await self.model._tasks.finish()

    async def open(self, path: Path) -> OpenRoute:
        self.model.open(path)
        await self.done()
        return self.route

    async def keep(self) -> None:
        """What the timers after an edit do."""
        self.model._keep()
        await self.done()

    def rename(self, name: str) -> None:
        self.route.document.edit("Rename", renamed(self.route.document.route, name))

    async def save(self, path: Path | None = None, *, overwrite: bool = False) -> None:
        self.model.save(self.route, path, overwrite=overwrite)
        await self.done()


@asynccontextmanager
async def window(data: Path) -> AsyncIterator[Window]:
    database = await Database.open(data / "workbench.db")
    made = Window(database)
    try:
        yield made
    finally:
        await made.model.aclose()
        await database.aclose()


@pytest.fixture
def file(tmp_path: Path, qapp: object) -> Path:
    """A route in a folder of its own, beside the data folder."""
    folder = tmp_path / "routes"
    folder.mkdir()
    path = folder / "support.route.json"
    put(path, text_of(ROUTE))
    return path


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A real file system at the folder, where this user may make one."""
    mount = shutil.which("mount")
    if mount is None or sys.platform != "linux":
        pytest.skip("there is no mount command here")
    command = [mount, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may write in the folder, and root cannot either."""
    if os.name == "posix" and os.geteuid() != 0:
        folder.chmod(0o500)
        try:
            yield
        finally:
            folder.chmod(0o700)
        return
    content = {path.name: path.read_bytes() for path in folder.iterdir()}
    with mounted(folder, "size=1m"):
        for name, data in content.items():
            (folder / name).write_bytes(data)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield


@contextmanager
def no_file_grows() -> Iterator[None]:
    """What a full disk is to this process."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def is_saved(route: OpenRoute) -> bool:
    return route.problem is None and not route.unsaved


def told(route: OpenRoute, kind: type[WorkbenchError]) -> WorkbenchError:
    """What is said of the route, which is of this kind."""
    assert isinstance(route.problem, kind)
    return route.problem


def text_in(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def delete(path: Path) -> None:
    path.unlink()


def fill(path: Path) -> None:
    """Take what room there is."""
    with open(path, "wb", buffering=0) as ballast, pytest.raises(OSError, match="No space"):
        ballast.writelines(repeat(b"x" * 4096))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_read_only_folder_is_told_and_the_route_is_saved_elsewhere(
    tmp_path: Path, file: Path, run_qt: Run
) -> None:
    async def scenario() -> None:
        async with window(tmp_path) as desk:
            with read_only(file.parent):
                route = await desk.open(file)
                desk.rename("ours")
                await desk.save()
                problem = told(route, StorageFailed)
                assert "could not be saved" in problem.what
                assert "writable" in problem.fix
                assert route.unsaved
                assert text_in(file) == text_of(ROUTE)
                assert names_in(file.parent) == [file.name]
                await desk.save(elsewhere := tmp_path / "mine.route.json")
                assert is_saved(route)
                assert route.path == elsewhere
                assert (await desk.files.open(elsewhere)).route == route.document.route

    run_qt(scenario())


def test_a_full_disk_keeps_the_old_file_whole_and_the_route_in_the_window(
    tmp_path: Path, file: Path, run_qt: Run
) -> None:
    async def scenario() -> None:
        async with window(tmp_path) as desk:
            route = await desk.open(file)
            desk.rename("ours")
            with no_file_grows():
                await desk.save()
                await desk.keep()
            problem = told(route, StorageFailed)
            assert "Free some space" in problem.fix
            assert [notice.key for notice in desk.said] == ["route-drafts"]
            assert (route.unsaved, route.document.route.name) == (True, "ours")
            assert text_in(file) == text_of(ROUTE)
            assert names_in(file.parent) == [file.name]

            await desk.save()
            assert is_saved(route)
            assert (await desk.files.open(file)).route == route.document.route

    run_qt(scenario())


def test_what_could_not_be_kept_for_a_while_is_kept_in_the_end(
    tmp_path: Path, file: Path, run_qt: Run
) -> None:
    async def scenario() -> None:
        async with window(tmp_path) as desk:
            await desk.open(file)
            await desk.keep()
            desk.rename("ours")
            with no_file_grows():
                await desk.keep()
        async with window(tmp_path) as desk:
            desk.model.load()
            await desk.done()
            assert (desk.route.document.route.name, desk.route.unsaved) == ("ours", True)

    run_qt(scenario())


def test_a_disk_without_room_is_told_in_the_same_words(tmp_path: Path, file: Path, run_async: Run) -> None:
    folder = tmp_path / "small"
    folder.mkdir()

    async def scenario() -> None:
        async with window(tmp_path) as desk:
            path = folder / "support.route.json"
            known = await desk.files.save(path, ROUTE, None)
            fill(folder / "ballast")
            with pytest.raises(StorageFailed, match="could not be saved") as raised:
                await desk.files.save(path, renamed(ROUTE, "x" * 9000), known)
            assert "Free some space" in raised.value.fix
            assert names_in(folder) == ["ballast", path.name]
            assert (await desk.files.open(path)).route == ROUTE
            delete(folder / "ballast")
            await desk.files.save(path, renamed(ROUTE, "ours"), known)

    with mounted(folder, "size=64k"):
        run_async(scenario())


def test_another_programs_change_waits_for_a_decision(tmp_path: Path, file: Path, run_qt: Run) -> None:
    async def scenario() -> None:
        async with window(tmp_path) as desk:
            route = await desk.open(file)
            desk.rename("ours")
            theirs = text_of(renamed(ROUTE, "theirs"))
            put(file, theirs)
            desk.model.look_at_disk()
            await desk.done()
            assert route.on_disk_changed
            await desk.save()
            told(route, ChangedOnDisk)
            assert (text_in(file), route.document.route.name) == (theirs, "ours")

            desk.model.reload(route)
            await desk.done()
            assert (route.document.route.name, route.unsaved) == ("theirs", False)
            route.document.history.undo()
            assert (route.document.route.name, route.unsaved) == ("ours", True)
            await desk.save()
            assert route.problem is None
            assert (await desk.files.open(file)).route.name == "ours"

    run_qt(scenario())


def test_a_file_that_turns_to_nonsense_while_it_is_open_takes_nothing_along(
    tmp_path: Path, file: Path, run_qt: Run
) -> None:
    async def scenario() -> None:
        async with window(tmp_path) as desk:
            route = await desk.open(file)
            put(file, "\0" * 40)
            desk.model.look_at_disk()
            await desk.done()
            assert route.problem is not None
            assert route.document.route == ROUTE
            await desk.save(overwrite=True)
            assert (await desk.files.open(file)).route == ROUTE

    run_qt(scenario())


def test_a_file_that_is_deleted_while_it_is_open_is_made_anew_when_asked(
    tmp_path: Path, file: Path, run_qt: Run
) -> None:
    async def scenario() -> None:
        async with window(tmp_path) as desk:
            route = await desk.open(file)
            desk.rename("ours")
            delete(file)
            desk.model.look_at_disk()
            await desk.done()
            assert route.on_disk_changed
            await desk.save()
            problem = told(route, ChangedOnDisk)
            assert "gone" in problem.what
            await desk.save(overwrite=True)
            assert is_saved(route)

            shutil.rmtree(file.parent)
            desk.rename("later")
            await desk.save(overwrite=True)
            problem = told(route, StorageFailed)
            assert "folder is gone" in problem.fix
            await desk.save(tmp_path / "mine.route.json")
            assert is_saved(route)

    run_qt(scenario())


def kept(data: Path) -> str:
    """The name of the route in the drafts, by the file alone."""
    try:
        with closing(sqlite3.connect(f"file:{data / 'workbench.db'}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT json_extract(route, '$.name') FROM route_drafts").fetchone()
    except sqlite3.OperationalError:
        return ""
    return str(found[0]) if found else ""


def wait_for(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_sigkill_in_the_middle_of_editing_loses_only_what_was_not_kept_yet(
    tmp_path: Path, file: Path, run_qt: Run
) -> None:
    """Somebody who never pauses is kept again and again: not only when the hand is lifted."""
    shutil.copy(file, tmp_path)
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.bad_days.route_writer", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        wait_for(lambda: kept(tmp_path).startswith("edit-"))
        first = kept(tmp_path)
        wait_for(lambda: kept(tmp_path) != first)
        second = kept(tmp_path)
    finally:
        writer.kill()
        output, _ = writer.communicate(timeout=PATIENCE_S)
    made = [int(line) for line in output.split()]

    async def scenario() -> None:
        async with window(tmp_path) as desk:
            desk.model.load()
            await desk.done()
            route = desk.route
            number = int(route.document.route.name.removeprefix("edit-"))
            assert int(second.removeprefix("edit-")) <= number <= made[-1] + 1
            assert route.document.route == renamed(ROUTE, f"edit-{number}")
            assert (route.path, route.unsaved) == (tmp_path / file.name, True)
            assert (await desk.files.open(tmp_path / file.name)).route == ROUTE
            await desk.save()
            assert is_saved(route)

    run_qt(scenario())


def test_routes_in_no_file_are_there_again_after_every_restart(
    tmp_path: Path, file: Path, run_qt: Run
) -> None:
    async def scenario() -> None:
        async with window(tmp_path) as desk:
            desk.model.begin(ROUTE)
            desk.rename("never saved")
        for _ in range(2):
            async with window(tmp_path) as desk:
                desk.model.load()
                await desk.done()
                assert [one.document.route.name for one in desk.model.routes] == ["never saved"]
                assert desk.route.path is None

    run_qt(scenario())
