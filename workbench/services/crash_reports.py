"""Reports of what nobody expected: what they hold, without secrets and without the user's name.

They are written to a file or shown. Nothing is sent anywhere.
"""

from __future__ import annotations

import asyncio
import getpass
import json
import platform
import re
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import workbench
from workbench.domain.secret import MASK
from workbench.storage.crash_files import (
    last_lines,
    save_report,
    take_deaths,
    watch_for_death,
    write_report,
)
from workbench.storage.logs import Masker

LOG_LINES = 40
_LONGEST_LINE = 600
_OURS = Path(workbench.__file__).parent

_USER_IN_ADDRESS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@'\"]+@")
_VALUE_IN_ADDRESS = re.compile(r"([?&#][A-Za-z0-9_.~%\[\]-]+=)[^\s&#'\"<>)]+")
_HOMES = re.compile(r"(?i)([\\/]+(?:home|users|documents and settings)[\\/]+)[^\\/\s'\":]+")
_WORD = re.compile(r"[A-Za-z0-9]{20,}")


@dataclass(frozen=True, slots=True)
class Bug:
    """An exception as it was when it was caught, without holding on to anything of it. key: the same for the same fault."""

    key: str
    trace: traceback.TracebackException
    caught: float


@dataclass(frozen=True, slots=True)
class CrashReport:
    """text: all there is in it. file_name: what it is saved as, unless the user wants another name."""

    text: str
    file_name: str


class CrashReports:
    """system: facts of it, each a line; it is called for each report, in any thread."""

    def __init__(
        self,
        log_file: Path,
        masker: Masker,
        *,
        system: Callable[[], Iterable[str]] = tuple,
        home: Path | None = None,
        user: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._log_file = log_file
        self._masker = masker
        self._system = system
        self._home = home if home is not None else _home()
        self._user = user if user is not None else _user()
        self._clock = clock
        self._kept: set[str] = set()

    def caught(self, error: BaseException, trace: TracebackType | None = None) -> Bug:
        """Note an exception; quick enough for the main thread."""
        noted = traceback.TracebackException(
            type(error), error, trace or error.__traceback__, lookup_lines=False, compact=True
        )
        return Bug(f"{type(error).__name__}{_place(noted)}", noted, self._clock())

    def keep(self, bug: Bug) -> None:
        """Write a report at once, for the program may end now. The same fault is written once a run. May raise OSError."""
        if bug.key not in self._kept:
            self._kept.add(bug.key)
            write_report(self._log_file.parent, self._written(bug).text, self._clock)

    async def of(self, bug: Bug) -> CrashReport:
        return await asyncio.to_thread(self._written, bug)

    async def of_last_run(self) -> CrashReport | None:
        """The report of an earlier run that a fault has ended; it is told once."""
        return await asyncio.to_thread(self._of_last_run)

    async def save(self, path: Path, text: str) -> None:
        """Raises StorageFailed."""
        await asyncio.to_thread(save_report, path, text)

    def watch(self) -> Callable[[], None]:
        """Have a fault that ends the program leave something to report; returns what ends that."""
        return watch_for_death(self._log_file.parent, workbench.__version__)

    def safe(self, text: str) -> str:
        """Without secrets, values in addresses, and the user's name."""
        text = self._masker.masked(text)
        text = _USER_IN_ADDRESS.sub(rf"\1{MASK}@", text)
        text = _VALUE_IN_ADDRESS.sub(rf"\1{MASK}", text)
        return self._anonymous(_WORD.sub(_unless_readable, text))

    def _written(self, bug: Bug) -> CrashReport:
        return self._report(workbench.__version__, bug.caught, "".join(bug.trace.format()))

    def _of_last_run(self) -> CrashReport | None:
        deaths = take_deaths(self._log_file.parent)
        return self._report(deaths[-1].version, deaths[-1].ended, deaths[-1].traces) if deaths else None

    def _report(self, version: str, when: float, traces: str) -> CrashReport:
        told = datetime.fromtimestamp(when, UTC)
        head = [
            f"AI Workbench {version}",
            f"Python {platform.python_version()}",
            *self._system(),
            f"{told:%Y-%m-%d %H:%M:%S} UTC",
        ]
        log = [_log_line(line) for line in last_lines(self._log_file, LOG_LINES * 5)]
        until = f"{told:%Y-%m-%dT%H:%M:%S}Z"
        lines = [line for line in log if line[:20] <= until][-LOG_LINES:]
        parts = [
            "\n".join(head),
            traces.strip(),
            "\n".join(["Last lines of the log:", *lines]) if lines else "",
        ]
        text = "\n\n".join(part for part in parts if part)
        return CrashReport(f"{self.safe(text)}\n", f"ai-workbench-crash-{told:%Y%m%d-%H%M%S}.txt")

    def _anonymous(self, text: str) -> str:
        home = str(self._home)
        if self._home != self._home.parent:
            for form in (home, json.dumps(home)[1:-1], repr(home)[1:-1], quote(self._home.as_posix())):
                text = re.sub(rf"(?<![\w.~-]){re.escape(form)}(?![\w-])", "~", text)
        text = _HOMES.sub(r"\1…", text)
        if self._user:
            text = re.sub(
                rf"(?<=[\\/]){re.escape(self._user)}(?=[\\/\s'\":,;)]|$)", "…", text, flags=re.MULTILINE
            )
        return text


def _place(trace: traceback.TracebackException) -> str:
    """The line in our own code where it happened, or else the one where it was raised."""
    own = [frame for frame in trace.stack if _is_ours(Path(frame.filename))]
    at = next(reversed(own or list(trace.stack)), None)
    return f" at {Path(at.filename).name}:{at.lineno}" if at is not None else ""


def _is_ours(file: Path) -> bool:
    """In a bundle, names of modules' files begin with the package."""
    return _OURS in file.parents or file.parts[:1] == (_OURS.name,)


def _log_line(line: str) -> str:
    """A line of the log (storage.logs.JsonFormatter) as people read it; of a traceback, what it ends with."""
    try:
        entry = json.loads(line)
        text = f"{entry['time'][:19]}Z {entry['level']} {entry['logger']}: {entry['message']}"
        if trace := entry.get("traceback", "").strip():
            text += f" ({trace.splitlines()[-1]})"
    except (ValueError, KeyError, TypeError, AttributeError):
        text = line
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"


def _unless_readable(found: re.Match[str]) -> str:
    """Keys, hashes and account ids mix letters with many digits; names of things do not."""
    word = found[0]
    digits = sum(letter.isdigit() for letter in word)
    return MASK if 2 <= digits < len(word) else word


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # there is none
        return Path("/")


def _user() -> str:
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return ""
