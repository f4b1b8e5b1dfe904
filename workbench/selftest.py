"""`workbench self-test`: the real window on a throw-away profile, every tab opened and used through its widgets.

The gateway it starts answers from its sandbox on a free port. Nothing of the user's is read or changed: not the
settings, not the database, not the keychain.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import os
import socket
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TextIO

import workbench
from workbench.domain.errors import WorkbenchError
from workbench.domain.gateway import GatewayPhase
from workbench.domain.targets import Reach
from workbench.ui.support.self_test import SelfTestFailed, wait_until
from workbench.ui.support.sentences import in_words

if TYPE_CHECKING:
    from workbench.app import Front
    from workbench.ui.parts import Parts
    from workbench.ui.support.notify import Notice
    from workbench.ui.support.pages import Page

PATIENCE_S = 60.0
"""For one step."""
HANGS_S = 240
"""After this the process ends itself and prints where every thread stands: a step gives up long before, unless nothing runs any more."""
IMPORTED_BY_CHANCE = ("httptools", "numpy", "re2", *(() if os.name == "nt" else ("uvloop",)))
"""What is imported late, or done without when it is not there, and slows the gateway down then."""


@dataclass(frozen=True, slots=True)
class Step:
    """what: why it failed, "" if it passed."""

    name: str
    ok: bool
    ms: float
    what: str = ""


@dataclass(slots=True)
class Report:
    """The steps so far; each is told to `out` as it ends, unless out is None."""

    out: TextIO | None = None
    steps: list[Step] = field(default_factory=list)

    @property
    def failed(self) -> Step | None:
        return next((step for step in self.steps if not step.ok), None)

    @asynccontextmanager
    async def step(self, name: str) -> AsyncGenerator[None, None]:
        """Time what is inside and note how it ended. A failure is raised again, to end the test."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_S):
                yield
        except Exception as error:
            failed = f"{name}: {error.step}" if isinstance(error, SelfTestFailed) else name
            self._end(Step(failed, False, _ms_since(began), _sentence(error)))
            raise
        self._end(Step(name, True, _ms_since(began)))

    def _end(self, step: Step) -> None:
        self.steps.append(step)
        if self.out is not None:
            mark = "ok" if step.ok else "FAILED"
            self.out.write(f"  {mark:>6}  {step.name} ({step.ms:.0f} ms)\n")
            self.out.flush()


def run(*, as_json: bool) -> int:
    """Returns 0 when every step passed; raises WorkbenchError naming the first that did not."""
    report = Report(None if as_json else sys.stdout)
    # Windows removes nothing that somebody has open, if only to look for viruses.
    kept_open = os.name == "nt"
    with TemporaryDirectory(prefix="workbench-self-test-", ignore_cleanup_errors=kept_open) as folder:
        _stay_apart()
        faulthandler.dump_traceback_later(HANGS_S, exit=True, file=sys.__stderr__ or sys.stderr)
        try_window(Path(folder), report)
    failed = report.failed
    if as_json:
        told = {
            "ok": failed is None,
            "failed": failed.name if failed else None,
            "steps": [asdict(step) for step in report.steps],
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    if failed:
        raise WorkbenchError(
            f"The self-test failed at “{failed.name}”.",
            why=failed.what,
            fix="Set WORKBENCH_DEBUG=1 to see where.",
        )
    return 0


def try_window(folder: Path, report: Report) -> None:
    """Open the window on a profile in folder, use it, close it; how that went is in report."""
    import qasync  # type: ignore[import-untyped]  # ships no types

    from workbench.app import Front, application
    from workbench.storage.paths import Paths

    paths = Paths.under(folder).make()
    settings = {"version": 1, "gateway_port": _free_port(), "welcome_dismissed": True}
    paths.settings_file.write_text(json.dumps(settings), encoding="utf-8")
    front = Front(application(), paths)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(front.qt)) as runner:
        try:
            runner.run(_use(front, report))
        except Exception:
            if report.failed is None or os.environ.get("WORKBENCH_DEBUG"):
                raise


async def _use(front: Front, report: Report) -> None:
    from workbench.app import open_workbench
    from workbench.ui.support.notify import Level
    from workbench.ui.tabs import TABS

    troubles: list[Notice] = []
    front.notifier.posted.connect(
        lambda notice: troubles.append(notice) if notice.level is Level.BAD else None
    )
    async with AsyncExitStack() as stack:
        async with report.step("the window is painted"):
            painted = asyncio.Event()
            front.window.painted.connect(painted.set)
            front.window.show()
            await painted.wait()
        async with report.step("the services open"):
            parts = await (await open_workbench(front, stack)).open()
        async with report.step("nothing is missing"):
            if missing := missing_parts():
                raise WorkbenchError(
                    f"Not there: {'; '.join(missing)}.", fix="Install AI Workbench again, completely."
                )
        async with report.step("the gateway runs"):
            state = await parts.services.gateway.ensure()
            if state.phase is not GatewayPhase.RUNNING:
                raise WorkbenchError(state.what or "It does not run.", why=state.why, fix=state.fix)
        for tab in TABS:
            async with report.step(f"{tab.id} opens"):
                front.window.open(tab.id)
                await wait_until("it is shown", lambda: _shown(front))
            page = _shown(front)
            assert page is not None
            async with report.step(f"{tab.id} does its job"):
                await JOBS[tab.id](parts, page)
        async with report.step("no trouble was reported"):
            if troubles:
                raise WorkbenchError(troubles[0].text, why=troubles[0].detail)
        front.window.close()


def missing_parts() -> list[str]:
    """What an installation lacks that was copied in half, or packed without it: nothing else would say so before it is needed."""
    from PySide6.QtMultimedia import QMediaFormat

    from workbench.client.connection import tls_context

    missing = [*missing_modules(), *missing_resources()]
    if not QMediaFormat().supportedAudioCodecs(QMediaFormat.ConversionMode.Decode):
        missing.append("what reads sound")
    if not tls_context(trusting=True).cert_store_stats()["x509_ca"]:
        missing.append("certificates")
    return missing


def missing_modules() -> list[str]:
    """Imports all that the program has; what could not be, in words."""
    from workbench.storage.secrets import import_keychain

    names = [module.name for module in walk_packages(workbench.__path__, "workbench.")]
    missing = [] if names else ["the program's own modules"]
    imports: list[Callable[[], object]] = [
        partial(import_module, name) for name in (*names, *IMPORTED_BY_CHANCE)
    ]
    for load in (*imports, import_keychain):
        try:
            load()
        except ImportError as error:
            missing.append(str(error))
    return missing


def missing_resources() -> list[str]:
    from workbench.domain.resources import resource

    return [name for name in ("models.json", "icons", "routes", "stylesheet") if not resource(name).exists()]


def _shown(front: Front) -> Page | None:
    page = front.window.host.current
    return page if page is not None and page.widget.isVisible() else None


# Each tab's main job, done through its widgets


async def _prove_itself(package: str, parts: Parts, page: Page) -> None:
    """A tab with a job of many steps has a module of its own for it."""
    await import_module(f"workbench.ui.{package}.self_test").self_test(page.widget)


async def _test_connection(parts: Parts, page: Page) -> None:
    from workbench.ui.targets.page import TargetsPage

    assert isinstance(page.widget, TargetsPage)
    reached: list[Reach] = []
    parts.targets.status_changed.connect(lambda _, status: reached.append(status.reach))
    page.widget.status.test.click()
    over = {Reach.READY, Reach.UNREACHABLE, Reach.UNAUTHORISED}
    await wait_until("the connection is tested", lambda: over.intersection(reached))
    status = parts.targets.status()
    if status.reach is not Reach.READY:
        raise WorkbenchError(status.what, why=status.why, fix=status.fix)


async def _examine(parts: Parts, page: Page) -> None:
    from workbench.services.doctor import first_failure
    from workbench.ui.doctor.page import DoctorPage

    doctor = page.widget
    assert isinstance(doctor, DoctorPage)
    doctor.run.click()
    await wait_until("it has looked", lambda: doctor.checks.rows and doctor.run.isVisible())
    if failed := first_failure([row.check for row in doctor.checks.rows]):
        raise WorkbenchError(failed.what, why=failed.why, fix=failed.fix)


async def _darken(parts: Parts, page: Page) -> None:
    from PySide6.QtWidgets import QAbstractButton

    from workbench.ui.preferences.page import PreferencesPage

    assert isinstance(page.widget, PreferencesPage)
    choices = page.widget.field("theme").control.findChildren(QAbstractButton)
    for dark in (True, False):
        choices[2 if dark else 1].click()
        step = "the window is dark" if dark else "the window is light"
        await wait_until(step, lambda dark=dark: parts.theme.dark is dark)  # type: ignore[misc]  # bound now
    await wait_until("the choice is kept", lambda: parts.settings.value.theme == "light")


JOBS: Mapping[str, Callable[[Parts, Page], Awaitable[None]]] = {
    "chat": partial(_prove_itself, "chat"),
    "images": partial(_prove_itself, "images"),
    "speech": partial(_prove_itself, "speech"),
    "embeddings": partial(_prove_itself, "embeddings"),
    "routes": partial(_prove_itself, "routes"),
    "gateway": partial(_prove_itself, "gateway"),
    "connections": _test_connection,
    "doctor": _examine,
    "preferences": _darken,
    "about": partial(_prove_itself, "about"),
}


def _stay_apart() -> None:
    """No display where there is none, and no keychain but memory."""
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _ms_since(began: float) -> float:
    return (time.monotonic() - began) * 1000


def _sentence(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"It did not happen within {PATIENCE_S:.0f} seconds."
    if isinstance(error, WorkbenchError):
        return in_words(error)
    return str(error) or type(error).__name__
