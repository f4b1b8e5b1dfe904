"""Exceptions that nobody caught: logged, reported in a file, and said to the user in one calm line."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from workbench.domain.errors import StorageFailed
from workbench.services.crash_reports import CrashReports
from workbench.storage.logs import Masker, log_handler

_log = logging.getLogger(__name__)


def catch_bugs(
    log_file: Path,
    masker: Masker,
    reports: CrashReports,
    say: Callable[[BaseException], None],
    interrupted: Callable[[], object],
) -> Callable[[], None]:
    """Take over the hooks of Python, its threads and the running loop, and log to log_file; returns what ends that.

    A fault that ends the process leaves something to report, too (CrashReports.watch).

    say is called with what was not caught, and with StorageFailed when there can be no log; interrupted for Ctrl+C.
    """
    root, handler = logging.getLogger(), None
    try:
        handler = log_handler(log_file, masker)
        root.addHandler(handler)
    except StorageFailed as error:
        say(error)

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            interrupted()
            return
        try:
            reports.keep(reports.caught(error, trace))
        except OSError:
            _log.warning("The crash report could not be written")
        say(error)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        _log.error("a thread failed", exc_info=args.exc_value)

    def in_loop(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            caught(type(error), error, error.__traceback__)
        else:
            _log.error("the event loop: %s", context.get("message"))

    before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = caught, in_thread
    asyncio.get_running_loop().set_exception_handler(in_loop)
    unwatched = reports.watch()

    def undo() -> None:
        unwatched()
        sys.excepthook, threading.excepthook = before
        if handler is not None:
            root.removeHandler(handler)
            handler.close()

    return undo
