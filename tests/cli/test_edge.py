"""Exceptions become one line and an exit code; signals end a command cleanly."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest

from workbench.cli.edge import guarded
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed


def failing(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


def test_a_failure_is_told_with_cause_and_hint_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    error = RequestFailed(
        "The token was refused.",
        failure=Failure.UNAUTHORIZED,
        maker=Maker.GATEWAY,
        why="It has\nexpired.",
        fix="Make a new one.",
    )
    assert guarded(failing(error)) == 1
    assert (
        capsys.readouterr().err == "workbench: The token was refused. It has expired. Hint: Make a new one.\n"
    )


def test_what_the_user_typed_wrong_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(failing(InvalidInput("No target is called x."))) == 2
    assert capsys.readouterr().err == "workbench: No target is called x.\n"


def test_a_document_that_is_refused_is_told_with_the_place(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(failing(InvalidInput("It has no id.", field="/elements/2/id", fix="Give it one.")))
    told = capsys.readouterr().err
    assert told == "workbench: It has no id. It is at /elements/2/id. Hint: Give it one.\n"
    guarded(failing(InvalidInput("The prompt is empty.", field="prompt")))
    assert capsys.readouterr().err == "workbench: The prompt is empty.\n"


def test_the_unexpected_shows_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(failing(TypeError("a\nb"))) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "TypeError: a b" in said


def test_what_belongs_to_somebody_else_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> int:
        raise PermissionError(13, "Permission denied", "/home/other/journal.db")

    assert guarded(command) == 1
    said = capsys.readouterr().err
    assert said.startswith("workbench: /home/other/journal.db cannot be opened: Permission denied. Hint: ")


def test_the_unexpected_passes_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_DEBUG", "1")
    with pytest.raises(TypeError):
        guarded(failing(TypeError()))


def test_ctrl_c_is_130() -> None:
    assert guarded(failing(KeyboardInterrupt())) == 130


WAITING = """
    import asyncio, sys
    from workbench.cli.edge import finish, guarded

    async def wait():
        print("ready", flush=True)
        try:
            await asyncio.sleep(60)
        finally:
            print("closed", flush=True)
        return 0

    sys.exit(guarded(lambda: finish(wait())))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_closes_what_is_open_and_says_nothing(number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WAITING)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.read() == "closed\n"
        assert process.stderr.read() == ""
        assert process.wait() == code


@pytest.mark.skipif(sys.platform == "win32", reason="pipes differ")
def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    code = """
        import sys
        from workbench.cli.edge import guarded

        def write():
            while True:
                print("x" * 1000)

        sys.exit(guarded(write))
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
