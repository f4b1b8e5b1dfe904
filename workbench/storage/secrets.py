"""Secrets: in the system's keychain, or, when there is none, in memory with a note that says so."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from workbench.domain.secret import Secret

T = TypeVar("T")

SERVICE = "ai-workbench"
FIRST_TOUCH_S = 3.0
"""A keychain that does not answer at all is given up this soon."""
TOUCH_S = 30.0
"""Later calls may wait for the user to type the keychain's password."""

_log = logging.getLogger(__name__)


class SecretStore(Protocol):
    """Tokens and keys by name. No method raises; `note` tells when nothing will be there after a restart."""

    @property
    def note(self) -> str:
        """A sentence for the user while secrets are kept in memory only; "" when they are kept for good."""

    async def get(self, name: str) -> Secret | None: ...

    async def put(self, name: str, value: Secret) -> None: ...

    async def delete(self, name: str) -> None: ...


class Keychain(Protocol):
    """What is used of a `keyring` backend; any call may block, and raise anything."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class NoKeychain(Exception):
    """There is none; the message says why, as a clause."""


class MemorySecrets:
    """Forgets everything when the program ends. seen: told each secret, so that the log can mask it."""

    def __init__(
        self,
        note: str = "Secrets are kept in memory only and must be entered again at the next start.",
        seen: Callable[[Secret], None] | None = None,
    ) -> None:
        self.note = note
        self._seen = seen or (lambda secret: None)
        self._values: dict[str, Secret] = {}

    async def get(self, name: str) -> Secret | None:
        return self._values.get(name)

    async def put(self, name: str, value: Secret) -> None:
        self._seen(value)
        self._values[name] = value

    async def delete(self, name: str) -> None:
        self._values.pop(name, None)


class KeyringSecrets:
    """The system's keychain. The first failure, or a call that hangs, moves it to memory, and `note` says so.

    `retry` goes back to the keychain when it works again. find: returns the keychain or raises NoKeychain; called once,
    off the main thread, at the first use. The keychain is asked in threads that do not keep the program from ending.
    """

    def __init__(
        self,
        find: Callable[[], Keychain],
        *,
        service: str = SERVICE,
        first_touch_s: float = FIRST_TOUCH_S,
        touch_s: float = TOUCH_S,
        seen: Callable[[Secret], None] | None = None,
    ) -> None:
        self._find = find
        self._service = service
        self._first_touch_s = first_touch_s
        self._touch_s = touch_s
        self._seen = seen or (lambda secret: None)
        self._keychain: Keychain | None = None
        self._memory: dict[str, Secret | None] = {}  # None: deleted since the keychain failed
        self._note = ""

    @property
    def note(self) -> str:
        return self._note

    async def get(self, name: str) -> Secret | None:
        if name in self._memory:
            return self._memory[name]
        value = await self._ask(lambda keychain: keychain.get_password(self._service, name))
        if value is None:
            return None
        secret = Secret(value)
        self._seen(secret)
        return secret

    async def put(self, name: str, value: Secret) -> None:
        self._seen(value)
        self._memory[name] = value  # first, so that a failing keychain cannot lose it
        await self._store(name)

    async def delete(self, name: str) -> None:
        self._memory[name] = None
        await self._store(name)

    async def retry(self) -> None:
        """Try the keychain again; what was kept in memory meanwhile moves into it."""
        self._note, self._keychain = "", None
        for name in tuple(self._memory):
            await self._store(name)
        if not self._memory:
            await self._ask(lambda keychain: keychain.get_password(self._service, "probe"))

    async def _store(self, name: str) -> None:
        value = self._memory[name]
        await self._ask(lambda keychain: _set(keychain, self._service, name, value))
        if not self._note and self._memory.get(name) is value:
            del self._memory[name]

    async def _ask(self, work: Callable[[Keychain], T]) -> T | None:
        """The keychain's answer; None, with `note` set, when it gave none."""
        if self._note:
            return None
        limit = self._first_touch_s if self._keychain is None else self._touch_s
        try:
            async with asyncio.timeout(limit):
                return await _in_own_thread(lambda: work(self._found()))
        except TimeoutError:
            self._give_up("the keychain did not answer; it may be waiting for its password")
        except NoKeychain as error:
            self._give_up(str(error))
        except Exception as error:  # noqa: BLE001  backends raise anything
            _log.warning("The keychain failed: %s", type(error).__name__)
            locked = (
                type(error).__name__ == "KeyringLocked"
            )  # by name: importing it costs as much as the keychain
            self._give_up("the keychain is locked" if locked else "the keychain failed")
        return None

    def _found(self) -> Keychain:
        if self._keychain is None:
            self._keychain = self._find()
        return self._keychain

    def _give_up(self, why: str) -> None:
        self._note = (
            f"Secrets are kept in memory only and must be entered again at the next start, because {why}."
        )


def open_secrets(*, profile: str = "", seen: Callable[[Secret], None] | None = None) -> KeyringSecrets:
    """The user's keychain, found at the first use. profile: a separate one has entries of its own (Paths.profile)."""
    return KeyringSecrets(find_keychain, service=f"{SERVICE}:{profile}" if profile else SERVICE, seen=seen)


def find_keychain() -> Keychain:
    """The system's keychain; raises NoKeychain where there is none, or only one that writes plain text."""
    import keyring.backend
    import keyring.backends.chainer
    import keyring.backends.fail
    import keyring.backends.null

    backend = keyring.get_keyring()
    if isinstance(backend, keyring.backends.chainer.ChainerBackend):
        choices: list[keyring.backend.KeyringBackend] = [
            one for one in backend.backends if not _writes_plain_text(one)
        ]
    else:
        choices = [backend]
    if not choices or isinstance(choices[0], keyring.backends.fail.Keyring | keyring.backends.null.Keyring):
        raise NoKeychain("this system has no keychain")
    if _writes_plain_text(choices[0]):
        raise NoKeychain("the keychain that is set up keeps secrets in a plain file")
    return choices[0]


def import_keychain() -> None:
    """Import what asks this system's keychain, whether or not there is one; raises ImportError where a part is missing."""
    from importlib import import_module

    modules = {"win32": ("keyring.backends.Windows",), "darwin": ("keyring.backends.macOS",)}
    for name in modules.get(sys.platform, ("keyring.backends.SecretService", "secretstorage")):
        import_module(name)


def _writes_plain_text(backend: object) -> bool:
    return type(backend).__module__.startswith("keyrings.alt")


def _set(keychain: Keychain, service: str, name: str, value: Secret | None) -> None:
    if value is not None:
        keychain.set_password(service, name, value.reveal())
    elif keychain.get_password(service, name) is not None:
        keychain.delete_password(service, name)


async def _in_own_thread(work: Callable[[], T]) -> T:
    """Unlike asyncio.to_thread, a call that never returns keeps neither the loop nor the program from ending."""
    future: Future[T] = Future()

    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  handed to the caller
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, name="keychain", daemon=True).start()
    return await asyncio.wrap_future(future)
