"""The place of the window that others hand over to: one for each data folder."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from workbench.storage.locks import FileLock
from workbench.storage.paths import APP, Paths

_LOCK, _ADDRESS = "window.lock", "window.address"
_LONGEST_ADDRESS = 4096


class WindowPlace:
    """Taken by the first window, and free again when its process has ended, however it ended.

    Whoever has it tells where it listens; a later start of the program finds that in `address`.
    """

    def __init__(self, paths: Paths) -> None:
        self._folder = paths.data
        self._lock = FileLock(paths.data / _LOCK)
        self.taken = False

    def take(self) -> bool:
        """Try once; True when it is ours. Raises OSError where nothing can be locked."""
        if not self.taken:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.taken = self._lock.take()
        return self.taken

    def is_free(self) -> bool:
        """It is ours now; also where nothing can be locked, for then nobody has it."""
        try:
            return self.take()
        except OSError:
            return True

    def leave(self) -> None:
        if self.taken:
            (self._folder / _ADDRESS).unlink(missing_ok=True)
            self.taken = False
            self._lock.release()

    @property
    def address(self) -> str:
        """Where the window listens that has the place; "" while it does not, or where the address is not the user's own."""
        try:
            with (self._folder / _ADDRESS).open(encoding="utf-8") as file:
                address = file.read(_LONGEST_ADDRESS).strip()
        except (OSError, UnicodeError):
            return ""
        return address if sys.platform == "win32" or _is_ours(address) else ""

    def tell(self, address: str) -> None:
        """Raises OSError."""
        draft = self._folder / f"{_ADDRESS}.draft"
        draft.write_text(address, encoding="utf-8")
        os.replace(draft, self._folder / _ADDRESS)

    def new_address(self) -> str:
        """Where to listen: a socket in a folder that only the user may enter, or a pipe's name. Raises OSError."""
        from hashlib import sha256

        folder = os.path.realpath(self._folder)
        name = f"{APP}-{sha256(os.fsencode(os.path.normcase(folder))).hexdigest()[:24]}"
        return name if sys.platform == "win32" else str(_own_folder() / name)


def _own_folder() -> Path:
    """Short, for a socket's whole path may have about a hundred characters."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if given and (
        flatpak := os.environ.get("FLATPAK_ID")
    ):  # each start has a room of its own, and this door between them
        given = os.path.join(given, "app", flatpak)
    if given and len(given) < 60 and _is_private(Path(given)):
        return Path(given)
    import tempfile

    folder = Path(tempfile.gettempdir()) / f"{APP}-{_user()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_private(folder):
        raise PermissionError(f"{folder} belongs to somebody else, or others may enter it")
    return folder


def _is_private(folder: Path) -> bool:
    try:
        state = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(state.st_mode) and state.st_uid == _user() and not state.st_mode & 0o077


def _is_ours(address: str) -> bool:
    try:
        state = os.lstat(address)
    except (OSError, ValueError):
        return False
    return os.path.isabs(address) and stat.S_ISSOCK(state.st_mode) and state.st_uid == _user()


def _user() -> int:
    return os.getuid() if sys.platform != "win32" else 0
