"""A person at a desktop of the bare system: with a home, a session, a screen and a keyboard."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import names
from dev import start_display

from debian.roots import Root
from debian.steps import until

USER, HOME = "1234", "/home/Зоя ß"
"""A name that is neither ASCII nor without a space, and no locale: many programs stumble there."""
SESSION = f"/run/user/{USER}"
"""As logging in makes it, and logging out takes it away."""
_STARTERS = Path(__file__).resolve().parents[2] / "resources/routes"


class Somebody:
    """home: as this machine sees it. pictures: the folder for what the screen shows; None where nobody looks."""

    def __init__(self, root: Root, place: Path, pictures: Path | None) -> None:
        self.root, self._pictures = root, pictures
        self.home = root.path / HOME.lstrip("/")
        self._log = place / "window.log"
        self._server, number = start_display("Xvfb")
        self._screen = {**os.environ, "DISPLAY": f":{number}"}
        self.environ = {
            "HOME": HOME,
            "DISPLAY": f":{number}",
            "XDG_CURRENT_DESKTOP": "GNOME",
            "XDG_RUNTIME_DIR": SESSION,
        }

    def come(self) -> None:
        """Into a system that does not know them yet, with some files."""
        self.root.run("useradd", "--uid", USER, "--create-home", "--home-dir", HOME, "zoe")
        self.root.run("install", "--directory", f"--owner={USER}", "--mode=0700", SESSION)
        shutil.copyfile(sorted(_STARTERS.glob("*.route.json"))[0], self.home / "support.route.json")
        (self.home / "other.json").write_text("{}", encoding="utf-8")
        (self.home / "Tea.chat.json").write_text('{"format": "ai-workbench.chat"}', encoding="utf-8")
        for path in self.home.iterdir():
            os.chown(path, int(USER), int(USER))

    def go(self) -> None:
        self._server.terminate()
        self._server.wait()

    def run(self, *command: str, wait_s: float = 300) -> str:
        """What it says. Raises Failed."""
        return self.root.run(*command, user=USER, environ=self.environ, wait_s=wait_s).strip()

    def tried(self, *command: str, wait_s: float = 300) -> tuple[int, str]:
        """How it ended, and what it said and complained of."""
        done = subprocess.run(
            self.root.command(*command, user=USER, environ=self.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=wait_s,
            check=False,
        )
        return done.returncode, done.stdout.decode(errors="replace").strip()

    def start(self, *command: str) -> None:
        self.root.start(*command, user=USER, environ=self.environ, log=self._log)

    def complaints(self) -> str:
        """What the windows have said on the terminal so far."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def open(self, *command: str) -> None:
        """Start it with that command, and wait for its window and what comes into it. Raises Failed."""
        self.start(*command)
        until(lambda: len(self.windows()) == 1, "no window came")
        time.sleep(6)

    @contextmanager
    def window(self, *command: str) -> Iterator[None]:
        """The program's window, started with that command; closed again. Raises Failed."""
        self.open(*command)
        yield
        self.close()

    def close(self) -> None:
        """End the window. Raises Failed where anything of the program goes on."""
        for number in self.program():
            os.kill(number, signal.SIGTERM)
        until(lambda: not self._processes(), lambda: f"these still run: {self._processes()}", 40)

    def program(self) -> list[int]:
        """The processes that show a window."""
        found = [line.split(maxsplit=1) for line in self._processes()]
        named = re.compile(rf"(^|/){names.COMMAND}( |$)")
        return [
            int(number) for number, command in found if named.search(command) and " gateway " not in command
        ]

    def look_away(self) -> None:
        """From the window to something else; typing comes back to it."""
        root = self._asked("xwininfo", "-root").partition("Window id: ")[2].split()[0]
        self._asked("xdotool", "windowfocus", root)

    def _processes(self) -> list[str]:
        """Number and command of each. Those that have ended and that nobody has awaited do not count: there is no init here."""
        done = subprocess.run(
            ["ps", "-u", USER, "-o", "pid=,args="], capture_output=True, text=True, check=False
        )
        return [line for line in done.stdout.splitlines() if not line.endswith("<defunct>")]

    def windows(self) -> list[str]:
        """The program's windows of the desktop that can be seen, by number."""
        return self._asked("xdotool", "search", "--onlyvisible", "--class", f"^{names.NAME}$").split()

    def title(self) -> str:
        """Of the first of them; "" where there is none."""
        return next((self._asked("xdotool", "getwindowname", window) for window in self.windows()), "")

    def type(self, text: str, *keys: str) -> None:
        """Into the last window, the keys after the text."""
        for window in self.windows()[-1:]:
            subprocess.run(["xdotool", "windowfocus", "--sync", window], env=self._screen, check=False)
        if text:
            subprocess.run(["xdotool", "type", "--delay", "20", text], env=self._screen, check=True)
        for key in keys:
            subprocess.run(["xdotool", "key", key], env=self._screen, check=True)

    def see(self, what: str) -> None:
        if self._pictures and shutil.which("import"):
            self._pictures.mkdir(parents=True, exist_ok=True)
            name = self._pictures / f"{what}.png"
            window = ["import", "-window", "root", "-crop", "1180x780+0+0", "+repage", str(name)]
            subprocess.run(window, env=self._screen, check=False)

    def _asked(self, *command: str) -> str:
        done = subprocess.run(command, env=self._screen, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def kept(self) -> dict[str, set[str]]:
        """Every row that the program keeps, by its table."""
        data = self.home / ".local/share" / names.NAME / "workbench.db"
        if not data.exists():
            return {}
        rows: dict[str, set[str]] = {}
        with sqlite3.connect(f"file:{data}?mode=ro", uri=True) as database:
            tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            for (table,) in database.execute(tables).fetchall():
                rows[table] = {repr(row) for row in database.execute(f'SELECT * FROM "{table}"')}
        return rows

    def keeps(self, text: str) -> bool:
        return any(text in row for rows in self.kept().values() for row in rows)

    def owned_elsewhere(self) -> str:
        """What is theirs outside of the folders that are."""
        own: Sequence[str] = [word for folder in (HOME, SESSION) for word in ("-not", "-path", f"{folder}*")]
        return self.root.run("find", "/", "/run", "-xdev", "-user", USER, *own).strip()
