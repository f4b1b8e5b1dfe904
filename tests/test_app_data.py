"""All data replaced or reset at the start: before anything is read, told in the window, and never half."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.services.data.homes import exported, furnished
from workbench.app import Front, Workbench, application, open_workbench
from workbench.domain.settings import Settings
from workbench.services.data.desk import YourData
from workbench.storage.database import Database
from workbench.storage.paths import Paths
from workbench.storage.settings import SettingsFile
from workbench.storage.takeover import keys_to_forget, planned
from workbench.ui.shell.problem import Problem


@asynccontextmanager
async def opened(paths: Paths) -> AsyncGenerator[tuple[Front, Workbench]]:
    front = Front(application(), paths)
    front.settings.set("gateway_autostart", False)
    front.window.show()
    try:
        async with AsyncExitStack() as stack:
            workbench = await open_workbench(front, stack)
            workbench.start()
            async with asyncio.timeout(20):
                while workbench.parts is None:  # noqa: ASYNC110  it sets no event
                    await asyncio.sleep(0.01)
            yield front, workbench
    finally:
        front.window.close()
        front.window.deleteLater()
        front.deleteLater()


def said(front: Front) -> str:
    return " ".join(f"{one.notice.text} {one.notice.detail}" for one in front.window.notices.said)


def test_what_was_imported_is_there_at_the_next_start_and_told(
    qapp: QApplication, run_qt: Run, tmp_path: Path
) -> None:
    async def scenario() -> None:
        old, new = await furnished(tmp_path / "old"), Paths.under(tmp_path / "new").make()
        await exported(old, tmp_path / "all.zip")
        SettingsFile(new.settings_file).save(Settings(theme="light"))
        data = YourData(new)
        await data.accept(await data.look_at(tmp_path / "all.zip", lambda share: None))
        async with opened(new) as (front, workbench):
            assert front.settings.value.theme == "dark", "settings are read after they were replaced"
            assert "All data was imported" in said(front)
            assert str(new.backups) in said(front)
            assert workbench.parts
            targets = workbench.parts.services.targets
            assert [target.name for target in targets.targets] == ["Local gateway", "Mine"]
            assert keys_to_forget(new) == ()
        assert new.backups.name in new.log_file.read_text(encoding="utf-8")

    run_qt(scenario())


def test_after_a_reset_the_program_begins_as_new(qapp: QApplication, run_qt: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        paths = await furnished(tmp_path / "home")
        await YourData(paths).reset(keys_too=True)
        async with opened(paths) as (front, workbench):
            assert front.settings.value.theme == "system"
            assert "Everything was reset" in said(front)
            assert workbench.parts
            assert len(workbench.parts.services.targets.targets) == 1
            assert keys_to_forget(paths) == ()

    run_qt(scenario())


def test_while_another_window_has_the_data_open_it_stays_and_the_reason_is_told(
    qapp: QApplication, run_qt: Run, tmp_path: Path
) -> None:
    async def scenario() -> None:
        paths = await furnished(tmp_path / "home")
        other = await Database.open(paths.database)
        try:
            await YourData(paths).reset(keys_too=False)
            async with opened(paths) as (front, _):
                assert front.settings.value.theme == "dark"
                assert "could not be replaced yet" in said(front)
                assert "Another window" in said(front)
                assert planned(paths)
        finally:
            await other.aclose()

    run_qt(scenario())


def test_a_damaged_database_is_recovered_at_a_click_and_kept(
    qapp: QApplication, run_qt: Run, tmp_path: Path
) -> None:
    async def scenario() -> None:
        paths = await furnished(tmp_path / "home")
        raw = bytearray(paths.database.read_bytes())
        with closing(sqlite3.connect(paths.database)) as database:
            (page,) = database.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = 'messages'"
            ).fetchone()
        raw[20] ^= 0xFF  # of the head: nothing of it can be opened as it is
        raw[4096 * (page - 1) : 4096 * page] = b"\xaa" * 4096
        paths.database.write_bytes(raw)
        front = Front(application(), paths)
        front.settings.set("gateway_autostart", False)
        front.window.show()
        try:
            async with AsyncExitStack() as stack:
                workbench = await open_workbench(front, stack)
                workbench.start()
                async with asyncio.timeout(20):
                    while not isinstance(problem := front.window.host.currentWidget(), Problem):  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                    problem.mend.click()
                    while workbench.parts is None:  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                assert "damaged file is kept in" in said(front)
                (kept,) = paths.backups.iterdir()
                assert (kept / "workbench.db").read_bytes() == bytes(raw)
        finally:
            front.window.close()
            front.window.deleteLater()
            front.deleteLater()

    run_qt(scenario())


def test_the_program_is_started_again_after_everything_was_closed(tmp_path: Path) -> None:
    script = (
        "import json, sys, subprocess\n"
        "import workbench.app as app\n"
        "from pathlib import Path\n"
        "subprocess.Popen = lambda command, **more: print(json.dumps(list(command)))\n"
        "paths = app.Paths.under(Path(sys.argv[1]), portable=True)\n"
        "def live(front, place, opening):\n"
        "    front.restart()\n"
        "    print('closed', not front.window.isVisible())\n"
        "    return 0\n"
        "app.live = live\n"
        "app.main(paths)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"WORKBENCH_HOME": str(tmp_path)},
        timeout=50,
    )
    closed, command = done.stdout.splitlines()
    assert closed == "closed True"
    assert json.loads(command)[-3:] == ["-m", "workbench", f"--portable={tmp_path}"]
