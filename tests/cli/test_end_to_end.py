"""The commands as a user types them, each in a process of its own, on a profile of its own, with the real gateway."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.domain.targets import Target, TargetKind
from workbench.storage.database import Database
from workbench.storage.paths import Paths
from workbench.storage.targets import TargetStore

FIELDS = {
    "text",
    "reasoning",
    "model",
    "provider",
    "finish_reason",
    "truncated",
    "usage",
    "ttft_ms",
    "duration_ms",
    "cost_usd",
    "cache",
    "request_id",
}
MODEL = "@cf/zai-org/glm-4.7-flash"
TOKEN = "an-access-token-for-tests"


def workbench(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workbench", *arguments],
        env={**os.environ, "WORKBENCH_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def nobody_listens(home: Path) -> bool:
    port = json.loads((home / "config" / "settings.json").read_text())["gateway_port"]
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) != 0


def test_chat_answers_from_a_gateway_started_for_the_call_and_stopped_after_it(home: Path) -> None:
    done = workbench(home, "chat", "-m", MODEL, "--json", "Why is the sky blue?")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert set(told) == FIELDS
    assert told["text"]
    assert told["truncated"] is False
    assert told["usage"]["completion_tokens"] > 0
    assert 0 < told["ttft_ms"] <= told["duration_ms"]
    assert nobody_listens(home)


def test_chat_prints_the_same_text_without_json(home: Path) -> None:
    asked = ("chat", "-m", MODEL, "--system", "Be brief.", "Why is the sky blue?")
    plain, as_json = workbench(home, *asked), workbench(home, *asked, "--json")
    assert plain.stderr == ""
    assert plain.stdout.rstrip("\n") == json.loads(as_json.stdout)["text"].rstrip("\n")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_answer_keeps_what_came_and_leaves_no_gateway(
    home: Path, number: signal.Signals, code: int
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "workbench", "chat", "-m", MODEL, "Write a long story"],
        env={**os.environ, "WORKBENCH_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert len(process.stdout.read(10)) == 10
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (code, "")
    assert nobody_listens(home)


def test_an_unknown_target_is_wrong_usage_and_the_known_ones_are_named(home: Path) -> None:
    done = workbench(home, "chat", "-m", MODEL, "--target", "nowhere", "hello")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "Local gateway" in done.stderr


def test_a_server_that_is_not_there_is_a_failure_in_one_line(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    done = workbench(home, "chat", "-m", "any", "--base-url", f"http://127.0.0.1:{port}/v1", "hello")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("workbench: ")
    assert done.stderr.count("\n") == 1
    assert "Hint:" in done.stderr
    assert not (home / "data").exists(), "a call with --base-url leaves the user's profile alone"


def test_the_doctor_finds_nothing_wrong_with_the_local_target(home: Path) -> None:
    done = workbench(home, "doctor", "--target", "local", "--json")
    told = json.loads(done.stdout)
    assert told["failed"] is None
    assert (done.returncode, done.stderr) == (0, "")
    assert nobody_listens(home)


class Peer(BaseHTTPRequestHandler):
    """An OpenAI-compatible server with one answer."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        reply = {"choices": [{"message": {"role": "assistant", "content": "from the peer"}}]}
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def peer() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Peer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


def test_a_gateway_by_itself_answers_from_where_the_settings_say(home: Path, run_async: Run) -> None:
    async def connect(address: str) -> None:
        database = await Database.open(Paths.under(home).make().database)
        await TargetStore(database).save(Target("peer", "Peer", TargetKind.OPENAI, base_url=address))
        await database.aclose()

    (home / "config" / "settings.json").write_text(json.dumps({"version": 1, "gateway_upstream": "peer"}))
    (home / "token").write_text(TOKEN)
    with peer() as address:
        run_async(connect(address))
        with subprocess.Popen(
            [
                sys.executable,
                "-m",
                "workbench",
                "gateway",
                "--port",
                "0",
                "--token-file",
                str(home / "token"),
            ],
            env={**os.environ, "WORKBENCH_HOME": str(home)},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            base = process.stdout.readline().split()[-1]
            request = urllib.request.Request(
                f"{base}/v1/any/default/compat/chat/completions",
                json.dumps({"model": "m", "messages": [{"role": "user", "content": "hi"}]}).encode(),
                {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=20) as reply:
                told = json.load(reply)
            process.terminate()
            assert process.wait(timeout=10) == 0
    assert told["choices"][0]["message"]["content"] == "from the peer"
