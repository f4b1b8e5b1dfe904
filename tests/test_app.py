"""The composition root: what is imported when, what a failed start looks like, how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.conftest import Run
from tests.waiting import until
from workbench.app import TRACE, Front, Workbench, application, open_workbench
from workbench.domain.conversations import Conversation
from workbench.domain.opening import Opening
from workbench.services.conversation_files import written
from workbench.storage.paths import Paths
from workbench.ui.shell.link_dialog import LinkDialog
from workbench.ui.shell.problem import Problem

TOO_EARLY = (
    "aiohttp",
    "aiosqlite",
    "asyncio",
    "httpx",
    "jsonschema",
    "keyring",
    "logging.handlers",
    "markdown_it",
    "msgspec",
    "numpy",
    "platformdirs",
    "pygments",
    "qasync",
    "sqlite3",
    "ssl",
    "starlette",
    "uvicorn",
    "workbench.client",
    "workbench.domain.chat",
    "workbench.services",
    "workbench.storage.database",
    "PySide6.QtNetwork",
    "workbench.cli.start",
    "workbench.ui.chat",
    "workbench.ui.doorway",
    "workbench.ui.gateway",
    "workbench.ui.preferences",
    "workbench.ui.shell.palette",
    "workbench.ui.targets",
)

NOT_FOR_THE_FIRST_TAB = (
    "httpx",
    "keyring",
    "workbench.client",
    "workbench.domain.gateways",
    "workbench.domain.routes",
    "workbench.storage.image_files",
)


def run_script(script: str, home: Path) -> str:
    environment = os.environ | {"WORKBENCH_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_heavy_is_imported_before_the_first_paint(tmp_path: Path) -> None:
    script = (
        "import sys, json\n"
        "from workbench.app import Front, Paths, application\n"
        "front = Front(application(), Paths.of_user())\n"
        "front.paint()\n"
        f"print(json.dumps([name for name in {TOO_EARLY!r} if name in sys.modules]))\n"
    )
    assert json.loads(run_script(script, tmp_path)) == []


def test_the_first_tab_does_not_wait_for_what_it_does_not_show(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "import workbench.app as app\n"
        "front = app.Front(app.application(), app.Paths.of_user())\n"
        "front.paint()\n"
        "def done(_):\n"
        f"    print([name for name in {NOT_FOR_THE_FIRST_TAB!r} if name in sys.modules])\n"
        "    front.window.close()\n"
        "front.window.filled.connect(done)\n"
        "app.live(front)\n"
    )
    assert run_script(script, tmp_path).strip() == "[]"


@asynccontextmanager
async def opened(
    folder: Path, *things: str, portable: bool = False
) -> AsyncGenerator[tuple[Front, Workbench]]:
    front = Front(application(), Paths.under(folder, portable=portable))
    front.settings.set("gateway_autostart", False)
    front.settings.set("welcome_dismissed", True)
    front.window.show()
    try:
        async with AsyncExitStack() as stack:
            yield front, await open_workbench(front, stack, None, Opening(things))
    finally:
        front.window.close()
        front.window.deleteLater()
        front.deleteLater()


def test_a_damaged_database_is_told_in_place_and_can_be_tried_again(
    qapp: QApplication, run_qt: Run, tmp_path: Path
) -> None:
    async def scenario() -> None:
        paths = Paths.under(tmp_path).make()
        paths.database.write_text("this is no database, whatever it is called " * 100, encoding="utf-8")
        async with opened(tmp_path) as (front, workbench):
            workbench.start()
            await until(lambda: isinstance(front.window.host.currentWidget(), Problem))
            problem = front.window.host.currentWidget()
            assert problem is not None
            assert "damaged" in problem.accessibleName()
            assert front.window.isVisible()
            paths.database.unlink()
            next(one for one in problem.findChildren(QPushButton) if one.text() == "Try again").click()
            await until(lambda: workbench.parts is not None)
            assert front.window.host.current is not None

    run_qt(scenario())


def test_a_damaged_settings_file_is_kept_and_told(qapp: QApplication, run_qt: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        paths = Paths.under(tmp_path).make()
        paths.settings_file.write_text("{", encoding="utf-8")
        async with opened(tmp_path) as (front, workbench):
            workbench.start()
            await until(lambda: workbench.parts is not None)
            assert any("damaged" in said.notice.text for said in front.window.notices.said)

    run_qt(scenario())


def test_a_bug_in_a_slot_is_logged_reported_and_said_calmly(
    qapp: QApplication, run_qt: Run, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as (front, _):
            try:
                raise KeyError("sk-very-secret-value-0123456789abcdef")
            except KeyError as error:
                sys.excepthook(KeyError, error, error.__traceback__)
            (said,) = front.window.notices.said
            assert "secret" not in said.notice.text + said.notice.detail

    run_qt(scenario())
    logs = list(Paths.under(tmp_path).logs.iterdir())
    assert any(log.name.startswith("crash-") for log in logs)
    assert "KeyError" in Paths.under(tmp_path).log_file.read_text(encoding="utf-8")
    assert all("sk-very-secret" not in log.read_text(encoding="utf-8") for log in logs)


def test_a_window_opens_the_conversation_and_the_link_it_is_started_with(
    qapp: QApplication, run_qt: Run, tmp_path: Path
) -> None:
    file = tmp_path / "rivers.chat.json"
    file.write_bytes(written(Conversation("c", "Three rivers", 1.0, 1.0), ()))
    link = "ai-workbench:connection?name=Mine&kind=openai&base_url=https%3A%2F%2Fexample.org%2Fv1"

    async def scenario() -> None:
        async with opened(tmp_path, str(file), link, portable=True) as (front, workbench):
            workbench.start()
            await until(lambda: front.window.windowTitle() == "Three rivers · Portable")
            await until(lambda: front.window.findChildren(LinkDialog))
            front.window.findChildren(LinkDialog)[0].yes.click()
            await until(lambda: front.window.open_id == "connections")
            assert workbench.parts is not None
            assert [one.name for one in workbench.parts.services.targets.targets] == ["Local gateway"]

    run_qt(scenario())


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process at once there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_the_window_and_keeps_what_was_set(tmp_path: Path, number: signal.Signals) -> None:
    paths = Paths.under(tmp_path).make()
    paths.settings_file.write_text(
        json.dumps({"version": 1, "gateway_autostart": False, "welcome_dismissed": True}), encoding="utf-8"
    )
    reader, writer = os.pipe()
    environment = os.environ | {"WORKBENCH_HOME": str(tmp_path), TRACE: str(writer)}
    child = subprocess.Popen([sys.executable, "-m", "workbench"], env=environment, pass_fds=(writer,))
    os.close(writer)
    with os.fdopen(reader) as marks:
        names = []
        for line in marks:
            names.append(line.split()[0])
            if names[-1] == "settled":
                break
    assert names == ["painted", "usable", "settled"]
    child.send_signal(number)
    assert child.wait(timeout=20) == 0
    assert json.loads(paths.settings_file.read_text(encoding="utf-8"))["window_geometry"]


def test_no_garbage_is_collected_while_the_window_is_made(tmp_path: Path) -> None:
    script = (
        "import gc\n"
        "import workbench.app as app\n"
        "from workbench.cli import main\n"
        "app.main = lambda *given: print(gc.isenabled()) or 0\n"
        "main([])\n"
    )
    assert run_script(script, tmp_path).split() == ["False"]


DRAG = """
import os
import workbench.ui
from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QWidget
from workbench.app import _close

app = QApplication([])
app.setQuitOnLastWindowClosed(False)
window = QWidget()
window.show()

def drag():
    carried = QDrag(window)
    data = QMimeData()
    data.setText("x")
    carried.setMimeData(data)
    QTimer.singleShot(200, lambda: _close(window))
    QTimer.singleShot(20_000, lambda: os._exit(3))
    carried.exec()
    print("ended", window.isVisible(), flush=True)
    os._exit(0)

QTimer.singleShot(0, drag)
app.exec()
"""


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="only a display has drags")
def test_a_drag_does_not_keep_the_window_from_being_ended() -> None:
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with open(reader, encoding="ascii") as told:
            number = told.readline().strip()
        environment = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        done = subprocess.run(
            [sys.executable, "-c", DRAG],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        server.terminate()
        server.wait()
    assert done.stdout.strip() == "ended False", done.stderr
