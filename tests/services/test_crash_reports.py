"""What a report of a crash holds, and what never gets into one."""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workbench
from tests.conftest import Run
from workbench.domain.secret import MASK, Secret
from workbench.services.crash_reports import LOG_LINES, CrashReports
from workbench.storage.logs import Masker, log_handler

HOME = Path("/home/amina")
CANARY = "canary/7d+1c=2b 9e5f"


def reports_in(folder: Path, *secrets: str) -> CrashReports:
    masker = Masker()
    for secret in secrets:
        masker.add(Secret(secret))
    return CrashReports(
        folder / "workbench.log",
        masker,
        system=lambda: ("Qt 6.12",),
        home=HOME,
        user="amina",
        clock=lambda: 1e9,
    )


def caught(what: str) -> Exception:
    try:
        raise ValueError(what)
    except ValueError as error:
        return error


def elsewhere() -> Exception:
    try:
        raise ValueError("elsewhere")
    except ValueError as error:
        return error


def log(folder: Path, *messages: str, at: str = "2001-09-09T01:46:40") -> None:
    lines = [
        json.dumps({"time": f"{at}.000Z", "level": "INFO", "logger": "a.b", "message": message})
        for message in messages
    ]
    (folder / "workbench.log").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_it_says_version_system_where_it_happened_and_what_came_before(
    run_async: Run, tmp_path: Path
) -> None:
    log(tmp_path, *(f"step {number}" for number in range(LOG_LINES + 10)))
    reports = reports_in(tmp_path)
    report = run_async(reports.of(reports.caught(caught("the river is dry"))))
    assert f"AI Workbench {workbench.__version__}" in report.text
    assert "Qt 6.12" in report.text
    assert "ValueError: the river is dry" in report.text
    assert "raise ValueError(what)" in report.text
    assert report.text.count("INFO a.b: step") == LOG_LINES
    assert report.text.endswith(f"step {LOG_LINES + 9}\n")
    assert report.file_name == "ai-workbench-crash-20010909-014640.txt"


def test_what_was_logged_after_it_is_not_in_it(run_async: Run, tmp_path: Path) -> None:
    log(tmp_path, "much later", at="2001-09-09T01:47:00")
    reports = reports_in(tmp_path)
    report = run_async(reports.of(reports.caught(caught("x"))))
    assert "later" not in report.text
    assert "Last lines" not in report.text


@pytest.mark.parametrize(
    "text",
    [
        f"asked with {CANARY}",
        f"https://example.org/v1?q={quote(CANARY, safe='')}",
        f"at {CANARY!r} and {json.dumps({'k': CANARY})}",
    ],
)
def test_a_known_secret_never_gets_into_a_report(run_async: Run, tmp_path: Path, text: str) -> None:
    log(tmp_path, text)
    reports = reports_in(tmp_path, CANARY)
    report = run_async(reports.of(reports.caught(caught(text))))
    reports.keep(reports.caught(caught(text)))
    (kept,) = tmp_path.glob("crash-*.txt")
    for told in (report.text, kept.read_text(encoding="utf-8")):
        assert "ValueError" in told
        assert "7d" not in told
        assert MASK in told


@pytest.mark.parametrize(
    "text",
    [
        "https://amina:hunter2@example.org/x",
        "https://generativelanguage.example/v1?key=hunter2&alt=sse",
        "wss://example.org/s?alt=sse&token=hunter2",
        "GET /cb#access_token=hunter2",
        "Authorization: Bearer hunter2hunter2hunter2",
        "sk-proj-hunter2hunter2hunter2",
        "the account 0123456789abcdefhunter2456789abc",
    ],
)
def test_what_looks_like_a_secret_never_gets_into_a_report(run_async: Run, tmp_path: Path, text: str) -> None:
    reports = reports_in(tmp_path)
    assert "hunter2" not in run_async(reports.of(reports.caught(caught(text)))).text


@given(st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_+/=.~ %&\"'\\é", min_size=8, max_size=60))
def test_no_secret_is_in_a_report_however_it_is_written(secret: str) -> None:
    reports = reports_in(Path("/nowhere"), secret)
    for text in (secret, f"x {secret}", f"https://e.org/?a={quote(secret, safe='')}", json.dumps([secret])):
        assert secret not in reports.safe(text).replace(MASK, "\0")


@pytest.mark.parametrize(
    "path",
    [
        "/home/amina/notes.txt",
        "file:///home/amina/notes.txt",
        "C:\\Users\\Amina\\notes.txt",
        repr("C:\\Users\\Amina\\notes.txt"),
        "/media/amina/stick/notes.txt",
        "/Users/amina/notes.txt",
    ],
)
def test_the_users_name_is_in_no_path(tmp_path: Path, path: str) -> None:
    safe = reports_in(tmp_path).safe(f"No such file: '{path}'")
    assert "amina" not in safe.lower()
    assert "notes.txt" in safe


def test_the_home_folder_is_shortened_and_what_only_looks_like_it_is_not(tmp_path: Path) -> None:
    reports = CrashReports(tmp_path / "log", Masker(), home=Path("/root"), user="root")
    assert reports.safe("open /root/x, '/root', /rooted/y and /srv/rootfs") == (
        "open ~/x, '~', /rooted/y and /srv/rootfs"
    )
    assert reports.safe("/srv/roots/a.root") == "/srv/roots/a.root"


@pytest.mark.parametrize(
    "text",
    [
        "KeyError: 'choices'",
        "/usr/lib/python3.11/asyncio/base_events.py",
        "@cf/meta/llama-4-scout-17b-16e-instruct",
        "libQt6EglFSDeviceIntegration.so.6",
        "_ProactorBasePipeTransport._call_connection_lost",
    ],
)
def test_what_helps_to_find_the_fault_stays(tmp_path: Path, text: str) -> None:
    assert reports_in(tmp_path).safe(text) == text


def test_the_same_fault_has_the_same_key_and_is_written_once(tmp_path: Path) -> None:
    reports = reports_in(tmp_path)
    first, second = (reports.caught(caught(what)) for what in ("one", "two"))
    assert first.key == second.key
    reports.keep(first)
    reports.keep(second)
    assert len(list(tmp_path.glob("crash-*.txt"))) == 1
    assert reports.caught(elsewhere()).key != first.key


def test_nothing_of_the_exception_is_kept_alive(tmp_path: Path) -> None:
    error = caught("x")
    bug = reports_in(tmp_path).caught(error)
    assert isinstance(bug.trace, traceback.TracebackException)
    assert all(frame.locals is None for frame in bug.trace.stack)
    assert not any(value is error for value in vars(bug.trace).values())


def test_a_run_that_a_fault_has_ended_is_reported_with_its_own_version(
    run_async: Run, tmp_path: Path
) -> None:
    (tmp_path / "fatal-1.txt").write_text(
        'Fatal Python error: Aborted\n  File "/home/amina/x.py", line 3 in fall\n', encoding="utf-8"
    )
    (tmp_path / "fatal-2.txt").write_text(
        "0.0.9\nFatal Python error: Aborted in /home/amina/x.py\n", encoding="utf-8"
    )
    reports = reports_in(tmp_path)
    report = run_async(reports.of_last_run())
    assert report is not None
    assert report.text.startswith("AI Workbench 0.0.9\n")
    assert "Aborted in ~/x.py" in report.text
    assert run_async(reports.of_last_run()) is None


def test_lines_of_the_real_log_are_read(run_async: Run, tmp_path: Path) -> None:
    handler = log_handler(tmp_path / "workbench.log", Masker())
    record = logging.LogRecord("workbench.x", logging.ERROR, "", 1, "it %s", ("broke",), None)
    record.created = 1e9
    error = caught("deep down")
    record.exc_info = (ValueError, error, error.__traceback__)
    handler.handle(record)
    handler.close()
    reports = reports_in(tmp_path)
    report = run_async(reports.of(reports.caught(caught("x"))))
    assert "ERROR workbench.x: it broke (ValueError: deep down)" in report.text
