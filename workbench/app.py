"""The window's composition root: builds every layer, wires them, and closes them in reverse order.

The shell is painted first; the event loop, the services and the tabs come after it, in steps (performance §1). What a
step needs is imported in it, so that nothing heavy stands before the first paint.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import workbench.ui  # noqa: F401  before Qt: it makes its import cheaper, and every one after it (ui.interpreter)

# isort: split
from PySide6.QtCore import QEventLoop, QObject, QTimer, QtMsgType, Slot, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from workbench.domain.errors import DataDamaged, WorkbenchError
from workbench.domain.resources import resource
from workbench.storage.paths import Paths
from workbench.storage.settings import SettingsFile
from workbench.ui.collector import Collector
from workbench.ui.shell.display import SearchForDisplay, has_letters
from workbench.ui.shell.main_window import MainWindow
from workbench.ui.support.notify import Level, Notice, Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import FUSION, Theme, styled
from workbench.ui.support.work import RunningWork
from workbench.ui.tabs import TABS, places

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from workbench.domain.gateway import GatewayState
    from workbench.domain.opening import Opening
    from workbench.storage.logs import Masker
    from workbench.storage.takeover import TakeOver
    from workbench.storage.window_place import WindowPlace
    from workbench.ui.doorway import Doorway
    from workbench.ui.parts import Parts, Services
    from workbench.ui.shell.file_open import FileOpenEvents
    from workbench.ui.shell.links import Links
    from workbench.ui.support.commands import CommandRegistry

APP_ID = "io.github.ai_workbench"
"""Desktop file name, Wayland app id, X11 class."""
TRACE = "WORKBENCH_TRACE_STARTUP"
"""Number of an open file descriptor that is told the steps of the start: a line each: name, time.monotonic(), time.thread_time()."""
_PAINT_WITHIN_MS = 3000
_FILL_WITHIN_S = 2.0
_LOOK_AGAIN_MS = 60_000


def main(paths: Paths, place: WindowPlace | None = None, opening: Opening | None = None) -> int:
    """Open the window; returns when it has been closed. place: what later starts of the program hand over to; it is left then."""
    front = Front(application(), paths)
    front.paint()
    try:
        code = live(front, place, opening)
    finally:
        if place is not None:
            place.leave()
    if front.wants_restart:
        _start_program(paths)
    return code


def _start_program(paths: Paths) -> None:
    """Once more, after everything of this one has been closed."""
    import subprocess

    from workbench.services.gateway_process import own_command, own_environment

    portable = [f"--portable={paths.profile}"] if paths.portable else []
    subprocess.Popen(
        (*own_command(), *portable),
        stdin=subprocess.DEVNULL,
        env=own_environment(os.environ),
        start_new_session=True,
    )


def application() -> QApplication:
    """The QApplication with its names and icon, or the one there is."""
    qt = QApplication.instance()
    if not isinstance(qt, QApplication):
        with SearchForDisplay(_refuse) as search:
            qt = QApplication([*sys.argv[:1], *FUSION])
        styled(qt)
        for kind, text in search.said:
            _to_log(kind, None, text)
    qInstallMessageHandler(_to_log)
    qt.setApplicationName("ai-workbench")
    qt.setApplicationDisplayName("AI Workbench")
    qt.setDesktopFileName(APP_ID)
    qt.setQuitOnLastWindowClosed(False)
    return qt


def _to_log(kind: QtMsgType, context: object, text: str) -> None:
    """What Qt and its plugins have to say belongs in the log: that there is no sound server is nothing a terminal need hear."""
    import logging

    levels = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}
    logging.getLogger("qt").log(levels.get(kind, logging.WARNING), "%s", text)


def _refuse(what: str, hint: str) -> int:
    from workbench.cli import how_to_complete
    from workbench.cli.refusal import refuse

    return refuse(what, hint or how_to_complete())


def _file_events(qt: QApplication) -> FileOpenEvents | None:
    if sys.platform != "darwin":
        return None
    from workbench.ui.shell.file_open import FileOpenEvents

    return FileOpenEvents(qt)


def _set_icon(qt: QApplication) -> None:
    from PySide6.QtGui import QIcon

    qt.setWindowIcon(QIcon(str(resource("icons/app.svg"))))


def mark(step: str) -> None:
    """Tell a step of the start to whoever measures it."""
    if TRACE in os.environ:
        import time

        os.write(int(os.environ[TRACE]), f"{step} {time.monotonic()} {time.thread_time()}\n".encode())


class Front(QObject):
    """What there is at the first paint: settings, looks, and the window without its pages."""

    def __init__(self, qt: QApplication, paths: Paths) -> None:
        super().__init__()
        self.qt = qt
        self.paths = paths
        self.taken_over = _taken_over(paths)
        self.wants_restart = False
        self.file = SettingsFile(paths.settings_file)
        self.settings = SettingsModel(self.file.load(), self.file, self)
        self.theme = Theme(self.settings.value.theme, self.settings.value.font_scale, self)
        self.theme.apply(qt)
        self.notifier = Notifier(self)
        self.running = RunningWork(self)
        self.window = MainWindow(self.theme, places(), self.settings, self.notifier, self.running)
        if paths.portable:
            self.window.set_mark(self.tr("Portable"))
        self.file_events = _file_events(qt)
        self._commands: CommandRegistry | None = None
        self.settings.changed.connect(self._setting_changed)
        self.settings.failed.connect(self._not_saved)

    @property
    def commands(self) -> CommandRegistry:
        """Made when first asked for, which is after the first paint."""
        if self._commands is None:
            from workbench.ui.shell.own_files import OwnFiles
            from workbench.ui.support.commands import CommandRegistry
            from workbench.ui.support.file_opener import FileOpener

            self._commands = CommandRegistry(self)
            self.window.set_commands(self._commands)
            own = OwnFiles(FileOpener(self.notifier, self), self.paths.data, self.paths.log_file, self)
            self._commands.add(*own.commands())
        return self._commands

    def restart(self) -> None:
        """Close the window, and start the program again once all is closed."""
        self.wants_restart = True
        if not self.window.close():
            self.wants_restart = False

    def paint(self) -> None:
        """Show the window; returns when it has been painted."""
        waiting = QEventLoop()
        self.window.painted.connect(lambda: QTimer.singleShot(0, waiting.quit))
        QTimer.singleShot(_PAINT_WITHIN_MS, waiting, waiting.quit)  # minimised, or on another desktop
        self.window.show()
        waiting.exec()
        mark("painted")

    @Slot(str)
    def _setting_changed(self, name: str) -> None:
        if name == "theme":
            self.theme.set_mode(self.settings.value.theme)
        elif name == "font_scale":
            self.theme.set_scale(self.settings.value.font_scale)

    @Slot(object)
    def _not_saved(self, error: BaseException) -> None:
        self.notifier.error(error, key="settings")


def _taken_over(paths: Paths) -> TakeOver | None:
    """Put other data in the place of what there is, if that was planned: before anything of it is read."""
    try:
        if not paths.takeover.exists():
            return None
    except PermissionError:  # the folder is somebody else's; the window says so
        return None
    from workbench.storage.takeover import take_over

    return take_over(paths)


def live(front: Front, place: WindowPlace | None = None, opening: Opening | None = None) -> int:
    """Run the event loop until the window has been closed. place, opening: as in `main`."""
    import asyncio

    import qasync  # type: ignore[import-untyped]  # ships no types

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(front.qt)) as runner:
        runner.run(_until_closed(front, place, opening))
    return 0


async def _until_closed(front: Front, place: WindowPlace | None, opening: Opening | None) -> None:
    import asyncio
    import signal
    from contextlib import AsyncExitStack

    closed, loop = asyncio.Event(), asyncio.get_running_loop()
    front.qt.lastWindowClosed.connect(closed.set)
    if sys.platform != "win32":
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _close, front.window)
    async with AsyncExitStack() as stack:
        (await open_workbench(front, stack, place, opening)).start()
        _look_for_letters()
        await closed.wait()


def _close(window: MainWindow) -> None:
    """Also out of a drag: it has a loop of its own, the platform's, that would never end without a window."""
    from PySide6.QtGui import QDrag

    QDrag.cancel()
    window.close()


def _look_for_letters() -> None:
    """The window could not say so itself."""
    if not has_letters():
        from workbench.cli.refusal import tell

        what = "There are no fonts, so the window has boxes in place of letters"
        tell(
            f"workbench: {what}. Hint: install one; on Debian and Ubuntu: sudo apt-get install fonts-dejavu-core."
        )


async def open_workbench(
    front: Front, stack: AsyncExitStack, place: WindowPlace | None = None, opening: Opening | None = None
) -> Workbench:
    """Everything behind the window. Leaving the stack closes it all, last opened first. place, opening: as in `main`."""
    from workbench.services.bugs import catch_bugs
    from workbench.services.crash_reports import CrashReports
    from workbench.storage.logs import Masker
    from workbench.ui.shell.crashes import Crashes

    masker = Masker()
    reports = CrashReports(front.paths.log_file, masker, system=_system)
    stack.push_async_callback(front.settings.aclose)
    crashes = Crashes(front.window, front.theme, reports, front.notifier)
    stack.push_async_callback(crashes.aclose)
    stack.callback(
        catch_bugs(front.paths.log_file, masker, reports, front.notifier.error, front.window.close)
    )
    workbench = Workbench(front, masker, place, opening)
    crashes.look_back()
    stack.push_async_callback(workbench.aclose)
    return workbench


def _system() -> tuple[str, ...]:
    """What reports of crashes say of it."""
    import PySide6
    from PySide6.QtCore import QLocale, qVersion
    from PySide6.QtGui import QGuiApplication

    from workbench.services.about import system

    return (
        system(),
        f"Qt {qVersion()}, PySide6 {PySide6.__version__}, {QGuiApplication.platformName()}",
        f"Language {QLocale().name()}",
    )


class Workbench(QObject):
    """The services and pages of one window: opened in steps, opened again when a step failed, closed in reverse."""

    def __init__(
        self,
        front: Front,
        masker: Masker,
        place: WindowPlace | None = None,
        opening: Opening | None = None,
    ) -> None:
        from contextlib import AsyncExitStack

        super().__init__()
        self._front = front
        self._place = place
        self._opening = opening
        self._doorway: Doorway | None = None
        self._links: Links | None = None
        self._masker = masker
        self._stack = AsyncExitStack()
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(front.notifier.error)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_AGAIN_MS)
        self._waiting: list[Callable[[], object]] | None = []
        self.parts: Parts | None = None
        self._collector: Collector | None = None

    def start(self) -> None:
        """Open what can be opened. A failure is shown in the window, with a button that calls this again."""
        self._tasks.start("start", self._start())

    async def open(self) -> Parts:
        """Open everything and wait for it; raises WorkbenchError. `start` is this with the failure shown."""
        import asyncio

        from workbench.wiring import open_services

        front = self._front
        self._waiting = []
        await _frame()
        services = await open_services(front, self._masker, self._stack)
        await _frame()
        parts = self._put_together(services)
        filled = asyncio.Event()
        front.window.filled.connect(filled.set)
        for tab in TABS:
            front.window.set_builder(tab.id, partial(tab.build, parts))
        if front.window.open_id == TABS[0].id:
            with suppress(TimeoutError):  # its page may have failed to open
                async with asyncio.timeout(_FILL_WITHIN_S):
                    await filled.wait()  # what comes after this would only be in its way
                    mark("usable")
        await _frame()
        waiting: list[Callable[[], object]]
        waiting = [*self._waiting, lambda: front.commands, partial(_set_icon, front.qt)]
        self._waiting = None
        for work in waiting:
            work()
            await _frame()
        front.window.set_targets(parts.targets)
        parts.targets.reload()
        self._stack.callback(services.gateway.on_change(self._gateway_changed))
        self._timer.timeout.connect(parts.targets.refresh_current)
        self._timer.start()
        self.parts = parts
        return parts

    async def aclose(self) -> None:
        self._timer.stop()
        if self._doorway is not None:
            await self._doorway.aclose()
        await self._tasks.aclose()
        for page in reversed(self._front.window.host.pages.values()):
            await page.aclose()
        await self._stack.aclose()

    async def _start(self) -> None:
        front = self._front
        for problem in front.file.problems:
            front.notifier.warn(problem, key=problem)
        self._tell_of_taken_over()
        try:
            parts = await self.open()
        except Exception as error:  # noqa: BLE001  the edge: a window that only waits would say nothing
            if not isinstance(error, WorkbenchError):
                front.notifier.error(error)
            await self._stack.aclose()
            self._show_problem(error)
            return
        finally:
            if self._collector is None:
                self._collector = Collector(front.window)
            self._open_doorway()
        if front.settings.value.gateway_autostart:
            await parts.services.gateway.ensure()
        for name, resume in (
            ("images", parts.services.resume_images),
            ("speech", parts.services.resume_speech),
            ("embeddings", parts.services.resume_embeddings),
        ):
            try:
                await resume()
            except WorkbenchError as error:
                front.notifier.error(error, key=name)
        if (note := parts.services.keychain.note) and any(
            target.can.editable for target in parts.services.targets.targets
        ):  # with the local gateway alone there is no secret to enter again
            front.notifier.warn(note, key="keychain")
        parts.updates.start()
        self._watch_for_a_successor(parts)
        self._prepare_pages()
        mark("settled")

    def _prepare_pages(self) -> None:
        from workbench.ui.shell.preparing import Preparing

        preparing = Preparing({tab.id: tab.module for tab in TABS}, self)
        self._front.window.rail.considered.connect(preparing.prepare)
        self._stack.push_async_callback(preparing.aclose)

    def _watch_for_a_successor(self, parts: Parts) -> None:
        from workbench.ui.shell.successor import SuccessorNotice

        front = self._front
        # Asked for here, it is what was started: later it might be what an upgrade has put in its place.
        if not parts.services.successor.running.packaged:
            return
        notice = SuccessorNotice(parts.services.successor, front.notifier, front.restart, front)
        self._stack.push_async_callback(notice.aclose)
        self._timer.timeout.connect(notice.look)

    def _tell_of_taken_over(self) -> None:
        done = self._front.taken_over
        if done is None:
            return
        if done.problem is not None:
            self._front.notifier.error(done.problem, key="data")
            return
        import logging  # it was done before there was a log

        logging.getLogger(__name__).warning("All data was replaced; what there was is in %s", done.backup)
        what = self.tr("Everything was reset.") if done.plan.reset else self.tr("All data was imported.")
        detail = self.tr("What was there before is in {0}").format(done.backup)
        self._front.notifier.post(Notice(what, detail, Level.GOOD, key="data", lasting=True))

    def _open_doorway(self) -> None:
        """Files and links are taken from now on: what this start was given, and what later ones hand over."""
        from workbench.ui.doorway import Doorway

        if self._doorway is None:
            self._doorway = Doorway(self._front.window, self._front.notifier, self._place, self)
            if self._opening is not None:
                self._doorway.open(self._opening)
            if self._front.file_events is not None:
                self._front.file_events.hand_to(self._doorway.open_things)
        if self.parts is not None:
            self._doorway.admit(self.parts.errands, partial(self._follow, self.parts))

    async def _follow(self, parts: Parts, link: str) -> None:
        """Few windows are ever asked to: what it takes is made for the first link."""
        if self._links is None:
            from workbench.ui.shell.links import Links

            front = self._front
            shared, running = parts.services.shared_routes, front.running
            self._links = Links(
                front.window, front.theme, parts.errands, shared, running, front.notifier, self
            )
            self._stack.push_async_callback(self._links.aclose)
        await self._links.follow(link)

    def _show_problem(self, error: Exception) -> None:
        host = self._front.window.host
        if not isinstance(error, DataDamaged) or error.path != str(self._front.paths.database):
            host.set_problem(error, self._start_again)
            return
        fix = self.tr("What can be read is put into a new file. The damaged one is kept.")
        told = WorkbenchError(error.what, why=error.why, fix=fix)
        host.set_problem(told, self._start_again, (self.tr("Recover what can be read"), self._start_rescue))

    @Slot()
    def _start_rescue(self) -> None:
        self._tasks.start("rescue", self._rescue())

    async def _rescue(self) -> None:
        import asyncio

        from workbench.storage.rescue import rescue

        front = self._front
        front.window.host.clear_problem()
        try:
            done = await asyncio.to_thread(rescue, front.paths.database, front.paths.backups)
        except WorkbenchError as error:
            self._show_problem(error)
            return
        what = (
            self.tr("The data was recovered as far as it could be read.")
            if done.rows
            else self.tr("Nothing of the data could be read, so the program begins as new.")
        )
        detail = self.tr("The damaged file is kept in {0}").format(done.kept)
        front.notifier.post(Notice(what, detail, Level.WARN, key="data", lasting=True))
        self.start()

    @Slot()
    def _start_again(self) -> None:
        self._front.window.host.clear_problem()
        self.start()

    def _when_idle(self, work: Callable[[], object]) -> None:
        if self._waiting is None:
            work()
        else:
            self._waiting.append(work)

    def _put_together(self, services: Services) -> Parts:
        from workbench.ui.errands import Errands
        from workbench.ui.parts import Parts
        from workbench.ui.support.frames import FrameClock
        from workbench.ui.support.targets import TargetsModel
        from workbench.ui.support.updates import UpdatesModel

        front = self._front
        updates = UpdatesModel(services.updates, front.settings, front.notifier, front)
        self._stack.push_async_callback(updates.aclose)
        targets = TargetsModel(services.targets, front)
        targets.failed.connect(front.notifier.error)
        self._stack.push_async_callback(targets.aclose)
        return Parts(
            window=front.window,
            theme=front.theme,
            frames=FrameClock(front),
            commands=lambda: front.commands,
            notifier=front.notifier,
            running=front.running,
            settings=front.settings,
            targets=targets,
            errands=Errands(front.window.open, front),
            on_close=self._stack.push_async_callback,
            when_idle=self._when_idle,
            restart=front.restart,
            updates=updates,
            services=services,
        )

    def _gateway_changed(self, state: GatewayState) -> None:
        from workbench.domain.gateway import GatewayPhase

        notifier, parts = self._front.notifier, self.parts
        if state.phase is GatewayPhase.FAILED:
            detail = " ".join(part for part in (state.why, state.fix) if part)
            label = self.tr("Try again")
            notifier.post(
                Notice(state.what, detail, Level.BAD, label, self._start_gateway, "gateway", lasting=True)
            )
        elif state.phase is GatewayPhase.RUNNING:
            notifier.withdraw("gateway")
            if state.note:
                notifier.warn(state.note, key="gateway-port")
        if parts is not None:
            parts.targets.refresh("local")

    def _start_gateway(self) -> None:
        async def ensure() -> None:
            if self.parts is not None:
                await self.parts.services.gateway.ensure()

        self._tasks.start("gateway", ensure())


async def _frame() -> None:
    """Let the window answer between two steps."""
    import asyncio

    await asyncio.sleep(0.001)
