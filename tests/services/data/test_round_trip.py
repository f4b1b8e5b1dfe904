"""What is handed out on one machine is there on another, and what was there before is not lost."""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import Run
from tests.services.data.homes import DIGEST, PICTURE, SOUND, exported, furnished, looks, put, theme_of
from tests.storage.format_rows import READ
from workbench.domain.errors import StorageFailed
from workbench.domain.settings import Settings
from workbench.services.data import export, incoming
from workbench.services.data.desk import YourData
from workbench.services.data.stopping import Gauge, Stopped, in_thread
from workbench.storage.data_files import DATABASES, WORKBENCH
from workbench.storage.database import Database
from workbench.storage.paths import Paths
from workbench.storage.settings import SettingsFile
from workbench.storage.takeover import take_over


async def moved(folder: Path) -> tuple[Paths, Paths]:
    """A furnished home, and another one that took over its data."""
    old, new = await furnished(folder / "old"), Paths.under(folder / "new").make()
    await exported(old, folder / "all.zip")
    data = YourData(new)
    await data.accept(await data.look_at(folder / "all.zip", lambda share: None))
    done = await asyncio.to_thread(take_over, new)
    assert done
    assert done.problem is None
    return old, new


def test_every_row_is_found_by_the_stores_of_the_other_machine(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        _, new = await moved(tmp_path)
        for name, migrations in DATABASES.items():
            if name == "thumbnails.db":
                assert not (new.data / name).exists()
                continue
            database = await Database.open(new.data / name, migrations=migrations)
            try:
                for step in migrations:
                    if step.__name__ in READ and step.__name__ not in ("speech", "route_drafts"):
                        await READ[step.__name__](database)
            finally:
                await database.aclose()

    run_async(scenario())


def test_files_come_along_and_drafts_and_what_is_made_again_do_not(tmp_path: Path, run_async: Run) -> None:
    _, new = run_async(moved(tmp_path))
    assert (new.images / DIGEST[:2] / f"{DIGEST}.png").read_bytes() == PICTURE
    assert (new.spoken / "s1.mp3").read_bytes() == (new.recordings / "r2.wav").read_bytes() == SOUND
    assert (new.own_vectors / "o1.f32").exists()
    assert (new.data / "faults.json").read_bytes() == b"{}"
    assert not (new.images / "drafts").exists()
    assert not new.samples.exists()
    assert theme_of(new) == "dark"
    assert not list(new.data.glob(".*"))


def test_own_recordings_are_looked_for_where_they_are_now(tmp_path: Path, run_async: Run) -> None:
    _, new = run_async(moved(tmp_path))
    with closing(sqlite3.connect(new.data / WORKBENCH)) as database:
        paths = dict(database.execute("SELECT id, path FROM recordings").fetchall())
    assert paths == {"r1": "/music/talk.mp3", "r2": str(new.recordings / "r2.wav")}


def test_a_route_file_that_is_not_there_any_more_is_replaced_by_its_copy(
    tmp_path: Path, run_async: Run
) -> None:
    async def scenario() -> Paths:
        old, new = await furnished(tmp_path / "old"), Paths.under(tmp_path / "new").make()
        await exported(old, tmp_path / "all.zip")
        (tmp_path / "old" / "mine" / "Поддержка.route.json").unlink()
        data = YourData(new)
        await data.accept(await data.look_at(tmp_path / "all.zip", lambda share: None))
        await asyncio.to_thread(take_over, new)
        return new

    new = run_async(scenario())
    with closing(sqlite3.connect(new.data / WORKBENCH)) as database:
        paths = [row[0] for row in database.execute("SELECT path FROM route_files ORDER BY path")]
    copies = [path for path in paths if path.startswith(str(new.data))]
    assert len(copies) == 1
    assert b"support" in Path(copies[0]).read_bytes()


def test_what_was_there_before_is_moved_aside_and_never_deleted(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        old, new = await furnished(tmp_path / "old"), await furnished(tmp_path / "new")
        SettingsFile(new.settings_file).save(Settings(theme="light"))
        kept = put(new.data / "something of mine.txt", b"mine").name
        await exported(old, tmp_path / "all.zip")
        data = YourData(new)
        before = looks(new)
        plan = await data.accept(await data.look_at(tmp_path / "all.zip", lambda share: None))
        assert data.planned == plan
        assert theme_of(new) == "light", "nothing is replaced yet"
        done = await asyncio.to_thread(take_over, new)
        assert done
        assert (done.problem, done.backup) == (None, data.backup_of(plan))
        assert data.planned is None
        assert theme_of(new) == "dark"
        assert (done.backup / kept).read_bytes() == b"mine"
        assert SettingsFile(done.backup / "settings.json").load().theme == "light"
        after = looks(new)
        prefix = f"data/backups/{done.backup.name}/"
        for name, digest in before.items():
            if name.startswith("data/") and not name.endswith(".db"):
                assert after[prefix + name.removeprefix("data/")] == digest, name

    run_async(scenario())


def test_the_file_tells_what_is_in_it(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        old = await furnished(tmp_path / "old")
        manifest = await exported(old, tmp_path / "all.zip")
        assert manifest.counts["conversations"] == manifest.counts["connections"] == 1
        assert (manifest.counts["recordings"], manifest.counts["recordings_elsewhere"]) == (2, 1)
        assert (manifest.counts["messages"], manifest.counts["logged_requests"]) == (2, 1)
        assert [name for name in manifest.left_out if "support.route.json" in name], "it is not there"
        with ZipFile(tmp_path / "all.zip") as pack:
            told = json.loads(pack.read("manifest.json"))
            assert {entry["name"] for entry in told["files"]} | {"manifest.json", "README.txt"} == set(
                pack.namelist()
            )
            for entry in told["files"]:
                data = pack.read(entry["name"])
                assert (len(data), sha256(data).hexdigest()) == (entry["size"], entry["sha256"])
        assert told["formats"][WORKBENCH] == len(DATABASES[WORKBENCH])

    run_async(scenario())


def test_the_data_may_be_worked_with_meanwhile(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        old = await furnished(tmp_path / "old")
        database = await Database.open(old.data / WORKBENCH)
        try:
            await database.write(lambda c: c.execute("INSERT INTO targets VALUES ('late', 0, x'7b7d')"))
            manifest = await exported(old, tmp_path / "all.zip")
            assert manifest.counts["connections"] == 2, "what is in the write-ahead log is data, too"
            await database.write(lambda c: c.execute("DELETE FROM targets"))
        finally:
            await database.aclose()
        assert hidden_in(old.data) == []

    run_async(scenario())


def test_progress_is_told_to_the_end(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        old = await furnished(tmp_path / "old")
        shares: list[float] = []
        await YourData(old).export(tmp_path / "all.zip", shares.append)
        assert shares == sorted(shares)
        assert shares[-1] == pytest.approx(1.0, abs=0.01)
        shares.clear()
        data = YourData(old)
        await data.drop(await data.look_at(tmp_path / "all.zip", shares.append))
        assert shares[-1] == pytest.approx(1.0, abs=0.01)

    run_async(scenario())


def test_what_is_stopped_half_way_leaves_nothing_behind(tmp_path: Path, run_async: Run) -> None:
    old = run_async(furnished(tmp_path / "old"))
    run_async(exported(old, tmp_path / "real.zip"))
    put(tmp_path / "all.zip", b"the one of yesterday")
    before = looks(old)
    for work in (
        lambda gauge: export.export(old, tmp_path / "all.zip", gauge),
        lambda gauge: incoming.take_in(old, tmp_path / "real.zip", gauge),
    ):
        stop = threading.Event()
        with pytest.raises(Stopped):
            work(Gauge(partial(stopping, stop), stop))
        assert looks(old) == before
    assert (tmp_path / "all.zip").read_bytes() == b"the one of yesterday"
    assert hidden_in(tmp_path) == []


def test_cancelling_waits_until_the_thread_has_stopped(run_async: Run) -> None:
    ended: list[str] = []

    def work(gauge: Gauge) -> None:
        gauge.total = 10**9
        try:
            while True:
                gauge.add(1)
                time.sleep(0.001)
        finally:
            ended.append("stopped")

    async def scenario() -> None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(in_thread(work, lambda share: None))
            await asyncio.sleep(0.02)
            task.cancel()
            await asyncio.wait([task])
            assert ended == ["stopped"]

    run_async(scenario())


def stopping(stop: threading.Event, share: float) -> None:
    stop.set()


def hidden_in(folder: Path) -> list[Path]:
    return list(folder.glob(".*"))


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a full disk: what is written beyond fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits like these")
def test_a_disk_that_is_full_in_the_middle_changes_nothing(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        old, new = await furnished(tmp_path / "old"), await furnished(tmp_path / "new")
        put(old.recordings / "long.wav", bytes(range(256)) * 4096)
        await exported(old, tmp_path / "all.zip")
        before = looks(new), looks(old)
        with files_of_at_most(500_000):
            with pytest.raises(StorageFailed) as caught:
                await YourData(new).look_at(tmp_path / "all.zip", lambda share: None)
            assert "Nothing was changed" in caught.value.fix
            with pytest.raises(StorageFailed):
                await exported(old, tmp_path / "again.zip")
        assert (looks(new), looks(old)) == before
        assert not (tmp_path / "again.zip").exists()
        assert hidden_in(tmp_path) == []

    run_async(scenario())


def test_one_that_was_not_taken_leaves_nothing(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        old = await furnished(tmp_path / "old")
        await exported(old, tmp_path / "all.zip")
        before, data = looks(old), YourData(old)
        found = await data.look_at(tmp_path / "all.zip", lambda share: None)
        assert found.counts["pictures"] == 1
        await data.drop(found)
        assert looks(old) == before
        await data.look_at(tmp_path / "all.zip", lambda share: None)  # and the window is closed
        await data.drop(await data.look_at(tmp_path / "all.zip", lambda share: None))
        assert looks(old) == before

    run_async(scenario())
