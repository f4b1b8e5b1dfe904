"""Lives with the package as a new user would, in bare Debian systems: installs it, uses it, upgrades it, removes it.

    sudo python3 packaging/debian/try_in_root.py dist/ai-workbench_*.deb

Needs root, debootstrap, Xvfb, xdotool and x11-utils; the screen and the keyboard are this machine's, all else is of the bare system.
With --pictures (and ImageMagick) the screen is kept at each step, for somebody to look at. Exit code 1 where something was not as it
should be.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import names  # noqa: E402  found since the line above
from dev import start_display  # noqa: E402

from debian.roots import Failed, Root, bare_root, in_a_room_of_its_own, mirror, scratch  # noqa: E402

SUITES = ("bookworm", "trixie")
USER, HOME = "1234", "/home/Зоя ß"
"""A name that is neither ASCII nor without a space, and no locale: many programs stumble there."""
SESSION = f"/run/user/{USER}"
"""As logging in makes it, and logging out takes it away."""
OLDER = "0.0.1~older"
DESKTOP = (
    "xdg-utils",
    "shared-mime-info",
    "desktop-file-utils",
    "libglib2.0-bin",
    "man-db",
    "bash-completion",
)
TYPES = {
    "support.route.json": "application/vnd.ai-workbench.route+json",
    "Tea.chat.json": "application/vnd.ai-workbench.conversation+json",
    "other.json": "application/json",
}
ENTRY = f"{names.APP_ID}.desktop"
WRITTEN_ANEW = {"route_drafts"}
"""Tables with rows that a window writes again, with another time, when it opens what was open."""
QUESTION = "How tall is the tower of the installed program"
TOOLS = ("debootstrap", "Xvfb", "xdotool", "xwininfo", "dpkg-deb", "unshare", "chroot")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", type=Path, metavar="DEB")
    parser.add_argument(
        "--suite", action="append", help=f"of Debian; may be repeated (default: {', '.join(SUITES)})"
    )
    parser.add_argument("--mirror", default="", help="of Debian (default: the one this machine uses)")
    parser.add_argument(
        "--keep", type=Path, default=Path("/var/tmp/bare-debian"), help="folder of the bare systems"
    )
    parser.add_argument("--pictures", type=Path, help="folder for what the screen shows")
    options = parser.parse_args()
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing or os.geteuid() != 0:
        print(f"Needs root and {', '.join(missing or TOOLS)}.", file=sys.stderr)
        return 2
    in_a_room_of_its_own()
    failed = False
    for suite in options.suite or SUITES:
        bare = bare_root(suite, options.mirror or mirror(), options.keep.resolve())
        place = scratch(options.keep.resolve())
        try:
            print(f"\n{suite}", flush=True)
            trial = Trial(Root(bare, place), options.package.resolve(), place, options.pictures, suite)
            trial.run()
            failed |= bool(trial.failures)
        finally:
            subprocess.run(["umount", "--recursive", "--lazy", str(place / "root")], check=False)
            shutil.rmtree(place, ignore_errors=True)
    return 1 if failed else 0


class Trial:
    """failures: the steps that were not as they should be."""

    def __init__(self, root: Root, package: Path, place: Path, pictures: Path | None, suite: str) -> None:
        self.root, self.package, self.place, self.pictures, self.suite = root, package, place, pictures, suite
        self.home = root.path / HOME.lstrip("/")
        self.failures: list[str] = []
        self.server, number = start_display("Xvfb")
        self.display = f":{number}"
        self.environ = {
            "HOME": HOME,
            "DISPLAY": self.display,
            "XDG_CURRENT_DESKTOP": "GNOME",
            "XDG_RUNTIME_DIR": SESSION,
        }

    def run(self) -> None:
        try:
            self._run()
        except Failed as error:
            self._told("the rest", str(error))
        finally:
            self.server.terminate()
            self.server.wait()

    def _run(self) -> None:
        root = self.root
        root.run("apt-get", "update", "-q")
        root.run("useradd", "--uid", USER, "--create-home", "--home-dir", HOME, "zoe")
        root.run("install", "--directory", f"--owner={USER}", "--mode=0700", SESSION)
        self._files()
        before = root.files()
        with self.step("apt installs an older build, and nothing but what it needs"):
            shutil.copyfile(older(self.package, self.place), root.path / "tmp/older.deb")
            shutil.copyfile(self.package, root.path / "tmp/newer.deb")
            root.install("/tmp/older.deb")
        with self.step("no library of the bundle is missing in the bare system"):
            self._libraries()
        with self.step("workbench self-test passes"):
            said = self._as_user("workbench", "self-test", "--json")
            report = json.loads(said)
            check(report.get("ok", not report.get("failed")), said[-800:])
        with self.step("desktop tools come later, and find everything"):
            root.install(*DESKTOP)
        with self.step("files have their types"):
            for name, kind in TYPES.items():
                equal(self._as_user("xdg-mime", "query", "filetype", f"{HOME}/{name}"), kind)
        with self.step("types and links belong to the program"):
            for kind in (*list(TYPES.values())[:2], "x-scheme-handler/ai-workbench"):
                equal(self._as_user("xdg-mime", "query", "default", kind), ENTRY)
        with self.step("shells and man know it"):
            check("WORKBENCH(1)" in self._as_user("man", "workbench"), "no manual page")
            load = ". /usr/share/bash-completion/bash_completion; _completion_loader workbench; complete -p workbench"
            check("_workbench" in root.run("bash", "-c", load), "no completion")
        self._window()
        kept = self._kept()
        with self.step("an upgrade to this build"):
            root.install("/tmp/newer.deb")
            equal(root.run("dpkg-query", "-W", "-f", "${Version}", names.NAME), names.version())
        with self.step("the upgrade keeps all data"):
            with self._open("workbench"):
                self._see("upgraded")
            after = self._kept()
            fewer = [table for table, rows in kept.items() if len(after.get(table, ())) < len(rows)]
            equal(str(fewer), "[]")
            changed = [
                table for table, rows in kept.items() if rows - after[table] and table not in WRITTEN_ANEW
            ]
            equal(str(changed), "[]")
            check(self._keeps(QUESTION), "the question is gone")
        with self.step("removing takes every file away, and none of the user's"):
            mine = {path for path in root.files() if path.startswith(HOME)}
            placed = [
                line
                for line in root.run("dpkg", "-L", names.NAME).splitlines()
                if not (root.path / line[1:]).is_dir()
            ]
            root.run("apt-get", "remove", "-y", "-q", names.NAME)
            check(not [path for path in placed if os.path.lexists(root.path / path[1:])], "files are left")
            equal(str(mine - root.files()), "set()")
        with self.step("purging leaves nothing outside of the user's own folders"):
            root.run(
                "dpkg", "--purge", names.NAME
            )  # apt does not know it any more: there was nothing left to purge
            self._nothing_left(before)

    def _files(self) -> None:
        starters = HERE.parent.parent / "resources/routes"
        shutil.copyfile(sorted(starters.glob("*.route.json"))[0], self.home / "support.route.json")
        (self.home / "other.json").write_text("{}", encoding="utf-8")
        (self.home / "Tea.chat.json").write_text('{"format": "ai-workbench.chat"}', encoding="utf-8")
        for path in self.home.iterdir():
            os.chown(path, int(USER), int(USER))

    def _libraries(self) -> None:
        look = f"find /usr/lib/{names.NAME} -name '*.so*' -type f -exec ldd {{}} + 2>&1"
        folder = f"/usr/lib/{names.NAME}/_internal"
        found = self.root.run(
            "sh", "-c", look, environ={"LD_LIBRARY_PATH": f"{folder}:{folder}/PySide6/Qt/lib"}
        )
        missing = set(re.findall(r"(\S+) => not found", found))
        check(not missing, ", ".join(sorted(missing)))

    def _window(self) -> None:
        with self.step("a double click on a route file opens it"):
            log = self.place / "window.log"
            self._start("xdg-open", f"{HOME}/support.route.json", log=log)
            until(lambda: len(self._windows()) == 1, "no window came")
            until(
                lambda: "support" in self._title().lower() or "route" in self._title().lower(),
                "it shows no route",
            )
            self._see("route file")
        with self.step("a second start opens in the running window"):
            self._as_user("workbench", "--new-chat", wait_s=60)
            until(lambda: "chat" in self._title().lower(), "it shows no chat")
            equal(str(len(self._windows())), "1")
            self._see("second start")
        with self.step("a conversation is had with the sandbox"):
            self._type(QUESTION, "Return")
            until(
                lambda: any(QUESTION in row for rows in self._kept().values() for row in rows),
                "nothing was stored",
            )
            time.sleep(5)
            self._see("answer")
        with self.step("a link is asked about"):
            self._as_user(
                "xdg-open",
                "ai-workbench:connection?name=Desk&kind=openai&base_url=http://127.0.0.1:9/v1",
                wait_s=60,
            )
            until(lambda: len(self._windows()) == 2, "no question came")
            time.sleep(1)
            self._see("link")
            self._type("", "Escape")
            until(lambda: len(self._windows()) == 1, "the question does not go")
        with self.step("the desktop entry starts the program"):
            self._as_user(
                "gio", "launch", f"/usr/share/applications/{ENTRY}", f"{HOME}/support.route.json", wait_s=60
            )
            until(lambda: "chat" not in self._title().lower(), "it still shows the chat")
            equal(str(len(self._windows())), "1")
        with self.step("closing ends everything"):
            self._close()

    @contextmanager
    def _open(self, *command: str) -> Iterator[None]:
        self._start(*command, log=self.place / "window.log")
        until(lambda: len(self._windows()) == 1, "no window came")
        time.sleep(6)
        yield
        self._close()

    def _close(self) -> None:
        for line in self._processes():
            number, *words = line.split()
            if words[0].endswith(f"/{names.COMMAND}") and "gateway" not in words or words[0] == names.COMMAND:
                os.kill(int(number), signal.SIGTERM)
        until(lambda: not self._processes(), lambda: f"these still run: {self._processes()}", 40)

    def _processes(self) -> list[str]:
        """Of the user: number and command. Those that have ended and that nobody has awaited do not count: there is no init here."""
        done = subprocess.run(
            ["ps", "-u", USER, "-o", "pid=,args="], capture_output=True, text=True, check=False
        )
        return [line for line in done.stdout.splitlines() if not line.endswith("<defunct>")]

    def _windows(self) -> list[str]:
        """The program's windows of the desktop that can be seen, by number."""
        search = ["xdotool", "search", "--onlyvisible", "--class", f"^{names.NAME}$"]
        done = subprocess.run(search, env=self._screen(), capture_output=True, text=True, check=False)
        return done.stdout.split()

    def _title(self) -> str:
        for window in self._windows():
            done = subprocess.run(
                ["xdotool", "getwindowname", window],
                env=self._screen(),
                capture_output=True,
                text=True,
                check=False,
            )
            return done.stdout.strip()
        return ""

    def _type(self, text: str, key: str) -> None:
        for window in self._windows()[-1:]:
            subprocess.run(["xdotool", "windowfocus", "--sync", window], env=self._screen(), check=False)
        if text:
            subprocess.run(["xdotool", "type", "--delay", "20", text], env=self._screen(), check=True)
        subprocess.run(["xdotool", "key", key], env=self._screen(), check=True)

    def _see(self, what: str) -> None:
        if self.pictures and shutil.which("import"):
            self.pictures.mkdir(parents=True, exist_ok=True)
            name = self.pictures / f"{self.suite} {what}.png"
            subprocess.run(["import", "-window", "root", str(name)], env=self._screen(), check=False)

    def _screen(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.display}

    def _as_user(self, *command: str, wait_s: float = 300) -> str:
        return self.root.run(*command, user=USER, environ=self.environ, wait_s=wait_s).strip()

    def _start(self, *command: str, log: Path) -> None:
        self.root.start(*command, user=USER, environ=self.environ, log=log)

    def _kept(self) -> dict[str, set[str]]:
        """Every row that is kept, by its table."""
        data = self.home / ".local/share" / names.NAME / "workbench.db"
        if not data.exists():
            return {}
        rows: dict[str, set[str]] = {}
        with sqlite3.connect(f"file:{data}?mode=ro", uri=True) as database:
            tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            for (table,) in database.execute(tables).fetchall():
                rows[table] = {repr(row) for row in database.execute(f'SELECT * FROM "{table}"')}
        return rows

    def _keeps(self, text: str) -> bool:
        return any(text in row for rows in self._kept().values() for row in rows)

    def _nothing_left(self, before: set[str]) -> None:
        files = self.root.files()
        named = [
            path
            for path in files - before
            if re.search(r"workbench", path) and not path.startswith((HOME, "/tmp/"))
        ]
        equal(str(sorted(named)), "[]")
        own = [word for folder in (HOME, SESSION) for word in ("-not", "-path", f"{folder}*")]
        owned = self.root.run("find", "/", "/run", "-xdev", "-user", USER, *own)
        equal(owned.strip(), "")
        look = "grep -rlE 'ai.workbench' /usr /etc /var --exclude-dir=log --exclude-dir=archives || true"
        equal(self.root.run("sh", "-c", look).strip(), "")

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        except Failed as error:
            self._see(f"failed, {what}")
            self._told(what, str(error))
        else:
            print(f"  well    {what} ({time.monotonic() - began:.0f} s)", flush=True)

    def _told(self, what: str, why: str) -> None:
        self.failures.append(what)
        print(f"  FAILED  {what}: {why}", flush=True)


def older(package: Path, place: Path) -> Path:
    """The same package under a lower version: what the database was before is for other tests."""
    tree = place / "older"
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(tree)], check=True)
    control = tree / "DEBIAN/control"
    text = re.sub(
        r"^Version: .*$", f"Version: {OLDER}", control.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    control.write_text(text, encoding="utf-8")
    made = place / "older.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(made)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(tree)
    return made


def check(true: object, otherwise: str) -> None:
    if not true:
        raise Failed(otherwise)


def equal(found: str, wanted: str) -> None:
    check(found == wanted, f"{found or 'nothing'} instead of {wanted or 'nothing'}")


def until(true: Callable[[], object], otherwise: str | Callable[[], str], wait_s: float = 60) -> None:
    end = time.monotonic() + wait_s
    while not true():
        if time.monotonic() > end:
            raise Failed(otherwise if isinstance(otherwise, str) else otherwise())
        time.sleep(0.2)


if __name__ == "__main__":
    raise SystemExit(main())
