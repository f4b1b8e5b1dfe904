"""A keychain that throws, hangs or is locked: secrets stay in memory, a note says so, and everything else works."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.bad_days.desk import CANARY, open_desk
from tests.bad_days.loopback import loopback
from tests.conftest import Run
from workbench.domain.conversations import MessageState
from workbench.storage.secrets import Keychain, KeyringSecrets


class KeyringLocked(Exception):
    """What keyring raises of a keychain that stays locked."""


class Broken:
    """fails: raised by every call. slow_s: how long each hangs first."""

    def __init__(self, fails: Exception, slow_s: float = 0.0) -> None:
        self._fails = fails
        self._slow_s = slow_s

    def get_password(self, service: str, username: str) -> str | None:
        return self._fail()

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()

    def delete_password(self, service: str, username: str) -> None:
        self._fail()

    def _fail(self) -> str | None:
        time.sleep(self._slow_s)
        raise self._fails


@pytest.mark.parametrize(
    "keychain",
    [
        Broken(RuntimeError(f"D-Bus exploded near {CANARY.reveal()}")),
        Broken(KeyringLocked()),
        Broken(RuntimeError(), slow_s=0.4),
    ],
    ids=["throws", "locked", "hangs"],
)
def test_a_bad_keychain_is_noted_and_everything_works(
    tmp_path: Path, run_async: Run, keychain: Keychain, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = KeyringSecrets(lambda: keychain, first_touch_s=0.1, touch_s=0.1)

    async def scenario() -> None:
        async with loopback() as server, open_desk(tmp_path, secrets=secrets) as desk:
            local = await desk.ask(await desk.conversation(), "[sandbox pace=max tokens=5] Hello")
            assert local.state is MessageState.DONE
            await desk.use_server(f"{server.address}/v1")
            assert (await desk.ask(await desk.conversation())).text == "All is well."
            assert server.requests[-1][1]["authorization"] == f"Bearer {CANARY.reveal()}"
            assert "memory" in desk.targets.secrets_note

    run_async(scenario())
    assert CANARY.reveal() not in caplog.text
