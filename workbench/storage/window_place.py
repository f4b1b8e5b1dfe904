"""The place of the window that others hand over to: one for each data folder."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
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
        address = self._told()[0]
        return address if sys.platform == "win32" or _is_ours(address) else ""

    def is_in_sight(self, environ: Mapping[str, str] = os.environ) -> bool:
        """Whether the window that has the place is on a display that this start could open one on; True where that is not known."""
        there, here = set(self._told()[1:]), set(_displays(environ))
        return not there or not here or bool(there & here)

    def tell(self, address: str, environ: Mapping[str, str] = os.environ) -> None:
        """Raises OSError."""
        draft = self._folder / f"{_ADDRESS}.draft"
        draft.write_text("\n".join([address, *_displays(environ)]), encoding="utf-8")
        os.replace(draft, self._folder / _ADDRESS)

    def _told(self) -> list[str]:
        """The address and the displays; [""] where there is none."""
        try:
            with (self._folder / _ADDRESS).open(encoding="utf-8") as file:
                return file.read(_LONGEST_ADDRESS).strip().splitlines() or [""]
        except (OSError, UnicodeError):
            return [""]

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


def _displays(environ: Mapping[str, str]) -> list[str]:
    """Those a window may be on, where a user can have several. A desktop of Wayland has one of X as well."""
    if not sys.platform.startswith("linux"):
        return []
    x = environ.get("DISPLAY", "")
    if ":" in x and "." in x.rpartition(":")[2]:  # the number of a screen
        x = x.rpartition(".")[0]
    return [name for name in (environ.get("WAYLAND_DISPLAY", ""), x) if name]


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
