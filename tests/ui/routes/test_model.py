"""Which routes are open, and where they are kept: on a real disk and a real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.domain.routes.edits import renamed
from workbench.domain.routes.elements import Route
from workbench.domain.routes.starters import STARTERS
from workbench.services.route_files import ChangedOnDisk, RouteFiles, text_of
from workbench.storage import route_files
from workbench.storage.database import Database
from workbench.storage.route_drafts import RouteDrafts
from workbench.ui.routes.model import RoutesModel
from workbench.ui.support.notify import Notice, Notifier

ROUTE = STARTERS[0].route


class Window:
    """One window over the database in a folder."""

    def __init__(self, database: Database) -> None:
        self.notifier = Notifier()
        self.said: list[Notice] = []
        self.notifier.posted.connect(self.said.append)
        files = RouteFiles(route_files, RouteDrafts(database))
        self.model = RoutesModel(files, lambda route: (), lambda route: route, self.notifier)

    async def done(self) -> None:
        await self.model._tasks.finish()


@pytest.fixture
def path(tmp_path: Path, qapp: object) -> Path:
    file = tmp_path / "support.route.json"
    write(file, renamed(ROUTE, "support"))
    return file


def write(path: Path, route: Route) -> None:
    path.write_text(text_of(route), encoding="utf-8")


def text_in(path: Path) -> str:
    return path.read_text(encoding="utf-8")


async def opened(folder: Path) -> Database:
    return await Database.open(folder / "workbench.db")


def test_a_file_is_opened_once_and_brought_to_the_front_after_that(path: Path, run_qt: Run) -> None:
    async def check() -> None:
        database = await opened(path.parent)
        window = Window(database)
        window.model.open(path)
        await window.done()
        first = window.model.current
        window.model.new()
        window.model.open(path)
        assert window.model.current is first
        assert len(window.model.routes) == 2
        assert [one.path for one in window.model.recent] == [path]
        await window.model.aclose()
        await database.aclose()

    run_qt(check())


def test_saving_writes_what_is_drawn_and_nothing_is_unsaved_then(path: Path, run_qt: Run) -> None:
    async def check() -> None:
        database = await opened(path.parent)
        window = Window(database)
        window.model.open(path)
        await window.done()
        route = window.model.current
        assert route is not None
        route.document.edit("Rename", renamed(route.document.route, "sales"))
        assert route.unsaved
        window.model.save(route)
        await window.done()
        assert not route.unsaved
        assert '"name": "sales"' in text_in(path)
        await window.model.aclose()
        await database.aclose()

    run_qt(check())


def test_a_change_by_another_program_is_told_and_never_saved_over(path: Path, run_qt: Run) -> None:
    async def check() -> None:
        database = await opened(path.parent)
        window = Window(database)
        window.model.open(path)
        await window.done()
        route = window.model.current
        assert route is not None
        route.document.edit("Rename", renamed(route.document.route, "ours"))
        write(path, renamed(ROUTE, "theirs"))
        window.model.save(route)
        await window.done()
        assert isinstance(route.problem, ChangedOnDisk)
        assert route.on_disk_changed
        window.model.reload(route)
        await window.done()
        assert route.document.route.name == "theirs"
        assert not route.problem
        assert not route.on_disk_changed
        route.document.history.undo()
        assert route.document.route.name == "ours"
        await window.model.aclose()
        await database.aclose()

    run_qt(check())


def test_what_another_program_wrote_is_taken_where_nothing_is_lost_by_it(path: Path, run_qt: Run) -> None:
    async def check() -> None:
        database = await opened(path.parent)
        window = Window(database)
        window.model.open(path)
        await window.done()
        route = window.model.current
        assert route is not None
        write(path, renamed(ROUTE, "theirs"))
        window.model.look_at_disk()
        await window.done()
        assert route.document.route.name == "theirs"
        route.document.edit("Rename", renamed(route.document.route, "ours"))
        write(path, renamed(ROUTE, "again"))
        window.model.look_at_disk()
        await window.done()
        assert route.document.route.name == "ours"
        assert route.on_disk_changed
        await window.model.aclose()
        await database.aclose()

    run_qt(check())


def test_a_failed_save_keeps_the_route_and_says_why(path: Path, run_qt: Run) -> None:
    async def check() -> None:
        database = await opened(path.parent)
        window = Window(database)
        route = window.model.begin(ROUTE)
        window.model.save(route, path.parent / "nowhere" / "x.route.json")
        await window.done()
        assert route.problem is not None
        assert route.path is None
        window.model.save(route, path.parent / "x.route.json")
        await window.done()
        assert route.problem is None
        await window.model.aclose()
        await database.aclose()

    run_qt(check())


def test_after_a_crash_everything_is_open_again_as_it_was(path: Path, run_qt: Run) -> None:
    async def check() -> None:
        database = await opened(path.parent)
        window = Window(database)
        window.model.open(path)
        await window.done()
        saved = window.model.current
        assert saved is not None
        saved.document.edit("Rename", renamed(saved.document.route, "half-done"))
        window.model.open_text(text_of(renamed(ROUTE, "never-saved")))
        await window.done()
        window.model._keep()
        await window.done()
        window.model._soon.stop()
        await database.aclose()  # and nobody closed the model

        database = await opened(path.parent)
        again = Window(database)
        again.model.load()
        await again.done()
        assert [route.title for route in again.model.routes] == ["half-done", "never-saved"]
        assert [route.unsaved for route in again.model.routes] == [True, True]
        assert again.model.routes[0].path == path
        await again.model.aclose()
        await database.aclose()

    run_qt(check())


def test_a_closed_route_with_changes_can_be_reopened_from_the_notice(path: Path, run_qt: Run) -> None:
    async def check() -> None:
        database = await opened(path.parent)
        window = Window(database)
        route = window.model.begin(ROUTE)
        assert not route.unsaved  # a starter as it came can be had again
        route.document.edit("Rename", renamed(ROUTE, "sales"))
        window.model.close(route)
        await window.done()
        assert window.model.current is None
        notice = window.said[-1]
        assert notice.action is not None
        notice.action()
        assert window.model.current is route
        await window.model.aclose()
        await database.aclose()

    run_qt(check())


def test_closing_what_is_saved_asks_nothing_and_the_next_start_does_not_bring_it_back(
    path: Path, run_qt: Run
) -> None:
    async def check() -> None:
        database = await opened(path.parent)
        window = Window(database)
        window.model.open(path)
        await window.done()
        assert window.model.current is not None
        window.model.close(window.model.current)
        await window.done()
        assert window.said == []
        again = Window(database)
        again.model.load()
        await again.done()
        assert again.model.routes == []
        for one in (window, again):
            await one.model.aclose()
        await database.aclose()

    run_qt(check())


@pytest.mark.parametrize("text", ["", "hello", "{", '{"elements": 3}'])
def test_nonsense_opens_nothing(qapp: object, text: str, path: Path, run_qt: Run) -> None:
    async def check() -> None:
        database = await opened(path.parent)
        window = Window(database)
        window.model.open_text(text)
        await window.done()
        assert window.model.routes == []
        assert window.said[-1].text
        await window.model.aclose()
        await database.aclose()

    run_qt(check())


def test_an_import_says_what_it_changed(qapp: object, path: Path, run_qt: Run) -> None:
    async def check() -> None:
        database = await opened(path.parent)
        window = Window(database)
        window.model.open_text('{"primary": "openai/gpt-4o", "fallbacks": ["openai/gpt-4o-mini"]}')
        await window.done()
        route = window.model.current
        assert route is not None
        assert route.document.route.name == "route"
        assert isinstance(route.document.route, Route)
        await window.model.aclose()
        await database.aclose()

    run_qt(check())
