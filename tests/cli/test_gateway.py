"""`workbench gateway`: where its token comes from, and where it may listen."""

from __future__ import annotations

import io
import json
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.cli.gateway import check_host, token_from, token_in
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.gateway import ACCESS_TOKEN
from workbench.domain.secret import Secret
from workbench.storage.secrets import MemorySecrets

TOKEN = "a-token-of-good-length"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_may_be_listened_on(host: str) -> None:
    check_host(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", ""])
def test_the_network_may_not_reach_the_gateway(host: str) -> None:
    with pytest.raises(InvalidInput, match="unless it is told to"):
        check_host(host)


def test_the_network_may_reach_it_when_that_is_wanted_and_then_it_warns() -> None:
    assert "not encrypted" in check_host("192.168.1.5", allow_remote=True)
    assert check_host("127.0.0.1", allow_remote=True) == ""


def test_the_token_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\nmore\n", encoding="utf-8")
    assert token_from(str(file), io.StringIO()).reveal() == TOKEN


def test_a_dash_reads_the_token_from_standard_input() -> None:
    assert token_from("-", io.StringIO(f"{TOKEN}\n")).reveal() == TOKEN


def test_a_missing_token_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="gone cannot be read"):
        token_from(str(tmp_path / "gone"), io.StringIO())


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least 16"):
        token_from("-", io.StringIO("1234\n"))


def test_the_keychain_token_is_made_once_and_kept(run_async: Run) -> None:
    secrets = MemorySecrets(note="")
    first = run_async(token_in(secrets))
    assert len(first.reveal()) >= 32
    assert run_async(secrets.get(ACCESS_TOKEN)) == first
    assert run_async(token_in(secrets)) == first


def test_without_a_keychain_a_token_file_is_asked_for(run_async: Run) -> None:
    secrets = MemorySecrets(note="There is no keychain.")
    with pytest.raises(WorkbenchError) as error:
        run_async(token_in(secrets))
    assert "--token-file" in error.value.fix


def test_a_token_does_not_show_in_the_complaint_about_it() -> None:
    with pytest.raises(InvalidInput) as error:
        token_from("-", io.StringIO("hunter2\n"))
    assert "hunter2" not in f"{error.value} {error.value.fix} {error.value.why}"
    assert "hunter2" not in repr(Secret("hunter2"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_real_gateway_says_one_line_answers_and_stops_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    command = [sys.executable, "-m", "workbench", "gateway", "--port", "0", "--token-file", "-"]
    with subprocess.Popen(
        [*command, "--data-dir", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(f"{TOKEN}\n")
        process.stdin.close()
        address = process.stdout.readline().removeprefix("listening on ").strip()
        with urllib.request.urlopen(f"{address}/healthz") as reply:
            assert json.load(reply)["service"] == "ai-workbench-gateway"
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "workbench", "gateway", "--port", port, "--token-file", "-"],
            input=f"{TOKEN}\n",
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert port in done.stderr
    assert "Hint:" in done.stderr
