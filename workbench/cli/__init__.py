"""The `workbench` command. Importing this costs nothing: what a command needs is imported when it runs."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from workbench.cli.start import Start

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or open the window where none is named. Returns the exit code: 0, 1 failed, 2 wrong usage."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    stand_in()
    try:
        return _run(given) if given else _open_window()
    except KeyboardInterrupt:
        return _INTERRUPTED


def stand_in() -> None:
    """For standard streams that were closed: or the next file that is opened, such as the database, gets their number and their text."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    if sys.platform == "win32":  # a program without a console has none by right
        return
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(handle, True)
    os.close(handle)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            stream = open(number, "w" if number else "r", encoding="utf-8", closefd=False)  # noqa: SIM115  for good
            setattr(sys, name, stream)


def _run(given: Sequence[str]) -> int:
    from workbench.cli.edge import guarded
    from workbench.cli.start import Start

    def run() -> int:
        start = Start.read(given)
        return start.run() if start.command else _open_window(start)

    return guarded(run)


def _open_window(start: Start | None = None) -> int:
    """No exception leaves it, except that $WORKBENCH_DEBUG lets the unexpected ones through."""
    try:
        return _opened(start)
    except Exception as error:
        from workbench.cli.edge import DEBUG, FAILED, described
        from workbench.cli.refusal import tell
        from workbench.domain.errors import WorkbenchError

        if os.environ.get(DEBUG) and not isinstance(error, WorkbenchError):
            raise
        tell(f"workbench: {described(error)}")
        return FAILED


def _opened(start: Start | None) -> int:
    """Nothing is imported on this way that the window does not need: it is timed to the first paint."""
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        return _cannot("There is no display", "start it on a desktop, or use a command: workbench --help")
    gc.disable()  # a tenth of the start; the window's Collector takes over when it stands
    try:
        from workbench.storage.paths import Paths
        from workbench.storage.window_place import WindowPlace

        paths = start.paths() if start else Paths.of_user()
        place = WindowPlace(paths)
        if not place.is_free():
            from workbench.cli.start import handed_over

            if handed_over(place, start):
                return 0
        from workbench.app import main as open_window
    except ImportError as error:
        return _cannot(f"The window cannot be opened: {error}", how_to_complete(error))
    return open_window(paths, place, start.opening if start else None)


def how_to_complete(error: ImportError | None = None) -> str:
    """What to do where Qt, or what it needs of the system, is missing."""
    if not getattr(sys, "frozen", False):
        return "./dev run installs what is missing, also system libraries"
    ours = isinstance(error, ModuleNotFoundError) or getattr(sys, "_MEIPASS", "\0") in str(error)
    if sys.platform.startswith("linux") and not ours:
        return (
            "it needs what desktops have; on Debian and Ubuntu: sudo apt-get install libgl1 libegl1 libx11-xcb1 libdrm2 "
            "libwayland-cursor0 libwayland-egl1 fontconfig-config xkb-data"
        )
    return "install AI Workbench again; what you made with it stays"


def _cannot(what: str, hint: str) -> int:
    from workbench.cli.refusal import refuse

    return refuse(what, hint)
