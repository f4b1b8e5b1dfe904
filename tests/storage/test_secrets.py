from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

import pytest

from tests.storage.conftest import Loop
from workbench.domain.secret import Secret
from workbench.storage.secrets import (
    Keychain,
    KeyringSecrets,
    MemorySecrets,
    NoKeychain,
    SecretStore,
    find_keychain,
)

T = TypeVar("T")


class FakeKeychain:
    """trouble: called before every access; raises or blocks to order."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.trouble: Callable[[], None] = lambda: None

    def get_password(self, service: str, username: str) -> str | None:
        self.trouble()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.trouble()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.trouble()
        del self.kept[service, username]


class KeyringLocked(Exception):
    """Named as keyring's own."""


def raising(error: Exception) -> Callable[[], None]:
    def trouble() -> None:
        raise error

    return trouble


def none_found() -> Keychain:
    raise NoKeychain("this system has no keychain")


@pytest.mark.parametrize(
    "make", [MemorySecrets, lambda: KeyringSecrets(FakeKeychain), lambda: KeyringSecrets(none_found)]
)
def test_a_secret_can_be_put_read_replaced_and_deleted(run: Loop, make: Callable[[], SecretStore]) -> None:
    store = make()
    assert run(store.get("a")) is None
    run(store.put("a", Secret("one")))
    run(store.put("a", Secret("two")))
    assert run(store.get("a")) == Secret("two")
    run(store.delete("a"))
    run(store.delete("a"))
    assert run(store.get("a")) is None


def test_a_working_keychain_keeps_the_secret_and_needs_no_note(run: Loop) -> None:
    keychain = FakeKeychain()
    store = KeyringSecrets(lambda: keychain, service="s")
    run(store.put("a", Secret("one")))
    assert keychain.kept == {("s", "a"): "one"}
    assert store.note == ""
    assert run(KeyringSecrets(lambda: keychain, service="s").get("a")) == Secret("one")


def test_without_a_keychain_secrets_stay_in_memory_and_the_note_says_so(run: Loop) -> None:
    store = KeyringSecrets(none_found)
    run(store.put("a", Secret("one")))
    assert run(store.get("a")) == Secret("one")
    assert "in memory only" in store.note
    assert "no keychain" in store.note


@pytest.mark.parametrize(
    ("error", "word"),
    [(KeyringLocked(), "locked"), (RuntimeError("secret one"), "failed"), (OSError("gone"), "failed")],
)
def test_a_keychain_that_throws_moves_to_memory(run: Loop, error: Exception, word: str) -> None:
    keychain = FakeKeychain()
    keychain.trouble = raising(error)
    store = KeyringSecrets(lambda: keychain)
    run(store.put("a", Secret("one")))
    assert run(store.get("a")) == Secret("one")
    assert word in store.note
    assert "secret one" not in store.note


def test_a_keychain_that_breaks_later_loses_no_new_secret(run: Loop) -> None:
    keychain = FakeKeychain()
    store = KeyringSecrets(lambda: keychain)
    run(store.put("old", Secret("1")))
    keychain.trouble = raising(RuntimeError())
    run(store.put("new", Secret("2")))
    assert run(store.get("new")) == Secret("2")
    assert store.note


def test_a_keychain_that_hangs_is_given_up_and_does_not_hold_the_program(run: Loop) -> None:
    keychain, release = FakeKeychain(), threading.Event()
    keychain.trouble = lambda: (release.wait(30), None)[1]
    store = KeyringSecrets(lambda: keychain, first_touch_s=0.05)
    run(store.put("a", Secret("one")))
    assert run(store.get("a")) == Secret("one")
    assert "did not answer" in store.note
    release.set()


def test_a_retry_moves_what_was_kept_in_memory_into_the_keychain(run: Loop) -> None:
    keychain = FakeKeychain()
    store = KeyringSecrets(lambda: keychain, service="s")
    run(store.put("gone", Secret("0")))
    keychain.trouble = raising(KeyringLocked())
    run(store.put("a", Secret("one")))
    run(store.delete("gone"))
    assert run(store.get("gone")) is None
    run(store.retry())
    assert store.note
    keychain.trouble = lambda: None
    run(store.retry())
    assert store.note == ""
    assert keychain.kept == {("s", "a"): "one"}
    assert run(store.get("a")) == Secret("one")


def test_a_cancelled_read_does_not_count_as_a_failure(run: Loop) -> None:
    keychain, begun, release = FakeKeychain(), threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        release.wait(30)

    keychain.trouble = wait
    store = KeyringSecrets(lambda: keychain)

    async def cancelled() -> None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(store.get("a"))
            await asyncio.to_thread(begun.wait, 10)
            task.cancel()

    run(cancelled())
    release.set()
    assert store.note == ""


def test_each_secret_seen_is_told_so_that_the_log_can_mask_it(run: Loop) -> None:
    keychain, seen = FakeKeychain(), list[Secret]()
    keychain.kept["s", "old"] = "1"
    store = KeyringSecrets(lambda: keychain, service="s", seen=seen.append)
    run(store.get("old"))
    run(store.put("new", Secret("2")))
    assert seen == [Secret("1"), Secret("2")]


def test_a_backend_that_fails_by_design_is_no_keychain() -> None:
    import keyring
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]  # keyring leaves it out
    try:
        with pytest.raises(NoKeychain):
            find_keychain()
    finally:
        keyring.set_keyring(before)


REAL = """
import asyncio, sys
from workbench.domain.secret import Secret
from workbench.storage.secrets import open_secrets

async def main():
    store = open_secrets(profile="test")
    if sys.argv[1] == "put":
        await store.put("a", Secret("canary"))
    found = await store.get("a")
    assert store.note == "", store.note
    assert found == Secret("canary")
    if sys.argv[1] == "delete":
        await store.delete("a")
        assert await store.get("a") is None

asyncio.run(main())
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs dbus-run-session and gnome-keyring-daemon",
)
def test_a_real_keychain_keeps_secrets_between_programs(tmp_path: object) -> None:
    folders = {
        name: str(tmp_path)
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME")
    }
    script = (
        "printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "
        '"$0" -c "$1" put && "$0" -c "$1" get && "$0" -c "$1" delete'
    )
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON_KEYRING", "DBUS"))
    }
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script, sys.executable, REAL],
        env=environ | folders,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
