"""A disk that is full, files that are locked, damaged or another gateway's, and SIGKILL: answers go on, nothing made is lost."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import repeat
from pathlib import Path

import pytest

from tests.bad_days.children import Child, child, refused
from tests.bad_days.gateways import MANAGE, THEIRS, rows, total
from tests.gateway.wire import COMPAT, Wire

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="prlimit and SIGKILL")
PATIENCE_S = 15.0
ROUTE = {
    "name": "mine",
    "elements": [
        {"id": "start", "type": "start", "outputs": {"next": {"elementId": "m"}}},
        {
            "id": "m",
            "type": "model",
            "properties": {"provider": "openai", "model": "gpt-4o", "retries": 0, "timeout": 1000},
            "outputs": {"success": {"elementId": "end"}, "fallback": {"elementId": "end"}},
        },
        {"id": "end", "type": "end", "outputs": {}},
    ],
}


def wait_for(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


def asked(wire: Wire, prompt: str = "Hello", **headers: str) -> str:
    """The log id of a request that is answered."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = wire.chat(prompt, path=COMPAT, model=THEIRS, headers=named)
    assert answer.status == 200, answer.body
    return answer.headers["cf-aig-log-id"]


def warning(wire: Wire) -> str:
    told: str = wire.ask("GET", "/workbench/status").json["journal"]["warning"]
    return told


def recorded(folder: Path) -> set[str]:
    """What is on disk, by the file alone; nothing while the first row is still to make it."""
    try:
        with closing(sqlite3.connect(f"file:{folder / 'journal.db'}?mode=ro", uri=True)) as connection:
            return {log_id for (log_id,) in connection.execute("SELECT id FROM logs")}
    except sqlite3.OperationalError:
        return set()


@contextmanager
def full_disk(gateway: Child) -> Iterator[None]:
    """No file of that process may grow, which is what a full disk is to it."""
    pid = gateway.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system with little room on it, where this user may make one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("there is no mount command here")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"no small file system can be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(file: Path) -> None:
    """Take what room there is."""
    with open(file, "wb", buffering=0) as ballast, pytest.raises(OSError, match="No space left"):
        ballast.writelines(repeat(b"x" * 1024))


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def told_in_feed(wire: Wire) -> str:
    """The warning that a reader of the feed is greeted with."""
    with wire.open("GET", "/workbench/feed") as feed:
        while feed.readline().strip() != b"event: warning":
            pass
        told: str = json.loads(feed.readline().removeprefix(b"data: "))["warning"]
        return told


@pytest.mark.parametrize("trouble", ["full", "locked"])
def test_answers_go_on_without_a_journal_and_rows_arrive_later(tmp_path: Path, trouble: str) -> None:
    with child(tmp_path) as gateway:
        wire = gateway.wire
        first = asked(wire)
        wait_for(lambda: first in recorded(tmp_path))
        with full_disk(gateway) if trouble == "full" else locked(tmp_path / "journal.db"):
            during = {asked(wire, f"Number {number}") for number in range(20)}
            wait_for(lambda: warning(wire) != "")
            assert "answered but not recorded" in warning(wire)
            assert told_in_feed(wire) == warning(wire)
            with wire.open("POST", COMPAT, {"model": THEIRS, "stream": True, "messages": []}) as reply:
                assert reply.status == 400  # still in our words
            during.add(asked(wire, "And with a cache", cf_aig_cache_ttl="60"))
        wait_for(lambda: during <= recorded(tmp_path))
        wait_for(lambda: warning(wire) == "")
        status = wire.ask("GET", "/workbench/status").json["journal"]
        assert status["lost"] == 0
        code, output = gateway.ended()
        assert (code, "Traceback" in output) == (0, False)


def test_a_disk_that_is_really_full_stops_no_answer_and_is_told_until_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with child(small_disk) as gateway:
        wire = gateway.wire
        first = asked(wire)
        wait_for(lambda: first in recorded(small_disk))
        fill(ballast)
        during = {asked(wire, f"Number {number}", cf_aig_cache_ttl="60") for number in range(60)}
        wait_for(lambda: "There is no room left" in warning(wire))
        again = wire.chat("Number 1", path=COMPAT, model=THEIRS, headers={"cf-aig-cache-ttl": "60"})
        assert again.headers["cf-aig-cache-status"] == "HIT"
        refused = wire.ask("PUT", "/workbench/providers", {"modes": {"openai": "stored-key"}})
        assert (refused.status, "The disk is full" in refused.body.decode()) == (500, True)
        assert wire.ask("PUT", "/workbench/faults", {"*": "pace=max"}).json["note"]
        ballast.unlink()
        wait_for(lambda: {*during, again.headers["cf-aig-log-id"]} <= recorded(small_disk))
        wait_for(lambda: warning(wire) == "")
        assert wire.ask("GET", "/workbench/status").json["journal"]["lost"] == 0
        code, output = gateway.ended()
        assert (code, "Traceback" in output) == (0, False)


def test_a_change_that_cannot_be_stored_is_refused_and_is_not_true(tmp_path: Path) -> None:
    change = {"id": "mine", "cache_ttl": 0, "collect_logs": True, "rate_limiting_limit": 0, "rate_limiting_interval": 0,
              "cache_invalidate_on_update": False}  # fmt: skip
    with child(tmp_path) as gateway:
        wire = gateway.wire
        with full_disk(gateway):
            answer = wire.ask("POST", f"{MANAGE}gateways", change)
            assert (answer.status, answer.json["errors"][0]["code"]) == (503, 8010)
            assert wire.ask("GET", f"{MANAGE}gateways/mine").status == 404
            asked(wire)
        assert wire.ask("POST", f"{MANAGE}gateways", change).status == 200


def test_sigkill_loses_at_most_the_last_moment_and_nothing_that_was_made(tmp_path: Path) -> None:
    with child(tmp_path) as gateway:
        assert gateway.wire.ask("POST", f"{MANAGE}gateways/default/routes", ROUTE).status == 200
        settled = {asked(gateway.wire, f"Number {number}") for number in range(30)}
        wait_for(lambda: settled <= recorded(tmp_path))
        for number in range(30):
            asked(gateway.wire, f"Later {number}")
        gateway.kill()
    with child(tmp_path) as again:
        assert settled <= {row["id"] for row in rows(again.wire)}
        answer = again.wire.chat(path=COMPAT, model="dynamic/mine")
        assert (answer.status, answer.headers["cf-aig-model"]) == (200, "gpt-4o")


def test_a_second_gateway_is_refused_and_after_sigkill_the_folder_is_free(tmp_path: Path) -> None:
    with child(tmp_path) as first:
        told = refused(tmp_path)
        assert "Another local gateway uses this data folder already" in told
        assert "--data-dir" in told
        assert asked(first.wire)
        first.process.send_signal(signal.SIGKILL)
        with child(tmp_path) as second:
            assert second.wire.ask("GET", "/healthz").json["pid"] == second.process.pid
            assert json.loads((tmp_path / "gateway.json").read_text())["port"] == second.wire.port


def test_a_taken_port_names_the_next_free_one(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refused(tmp_path, "--port", str(port))
    assert f"cannot use port {port}" in told
    free = int(told.rpartition("--port ")[2].split(".")[0])
    assert free > port
    with child(tmp_path, "--port", str(free)) as gateway:
        assert gateway.wire.port == free


def damaged(file: Path, how: str) -> bytes:
    """Spoil the file; returns what is in it then."""
    data = file.read_bytes()
    spoilt = {
        "garbage": b"this is no database " * 500,
        "cut": data[: len(data) // 2],
        "hole": data[:100] + b"\xff" * (len(data) - 100),
    }[how]
    file.write_bytes(spoilt)
    for rest in ("-wal", "-shm"):
        file.with_name(file.name + rest).unlink(missing_ok=True)
    return spoilt


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a gateway that was used and has ended well."""
    folder = tmp_path_factory.mktemp("used")
    with child(folder) as gateway:
        assert gateway.wire.ask("POST", f"{MANAGE}gateways/default/routes", ROUTE).status == 200
        for number in range(5):
            asked(gateway.wire, f"Number {number}", cf_aig_cache_ttl="600")
        assert total(gateway.wire) == 5
        assert gateway.ended()[0] == 0
    return folder


@pytest.fixture
def copied(used: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(used, tmp_path / "data"))


@pytest.mark.parametrize("how", ["garbage", "hole"])
def test_a_damaged_configuration_is_told_and_left_alone(copied: Path, how: str) -> None:
    spoilt = damaged(copied / "gateway.db", how)
    told = refused(copied)
    assert "The data file is damaged" in told
    assert "gateway.db" in told
    assert (copied / "gateway.db").read_bytes() == spoilt


@pytest.mark.parametrize("how", ["garbage", "cut", "hole"])
def test_a_damaged_cache_is_made_anew(copied: Path, how: str) -> None:
    damaged(copied / "cache.db", how)
    with child(copied) as gateway:
        wire = gateway.wire
        assert total(wire) == 5
        assert wire.chat(path=COMPAT, model="dynamic/mine").status == 200
        asked(wire, "Kept", cf_aig_cache_ttl="600")
        assert wire.chat("Kept", path=COMPAT, model=THEIRS, headers={"cf-aig-cache-ttl": "600"}).headers[
            "cf-aig-cache-status"
        ] == "HIT"  # fmt: skip


@pytest.mark.parametrize("how", ["garbage", "cut", "hole"])
def test_a_damaged_journal_is_told_while_answers_go_on(copied: Path, how: str) -> None:
    spoilt = damaged(copied / "journal.db", how)
    with child(copied) as gateway:
        wire = gateway.wire
        asked(wire)
        wait_for(lambda: warning(wire) != "")
        assert "not recorded" in warning(wire)
        assert "journal.db" in warning(wire)
        answer = wire.ask("GET", f"{MANAGE}gateways/default/logs")
        assert (answer.status, answer.json["success"]) == (500, False)
        assert wire.chat(path=COMPAT, model="dynamic/mine").status == 200
        assert (copied / "journal.db").read_bytes() == spoilt
