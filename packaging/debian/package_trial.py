"""The .deb in a bare system: from installing an older build to purging this one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import names
from bundle.build import INSIDE
from desktop.share import SERVICE

from debian.roots import Root
from debian.somebody import HOME, Somebody
from debian.steps import Steps, check, equal, until

OLDER = "0.0.1~older"
DESKTOP = (
    "xdg-utils",
    "shared-mime-info",
    "desktop-file-utils",
    "libglib2.0-bin",
    "man-db",
    "bash-completion",
    "systemd",
)
TYPES = {
    "support.route.json": "application/vnd.ai-workbench.route+json",
    "Tea.chat.json": "application/vnd.ai-workbench.conversation+json",
    "other.json": "application/json",
}
ENTRY = f"{names.APP_ID}.desktop"
COMPLETED = {"workbench ro": "route", "workbench route li": "lint", "workbench chat --js": "--json"}
"""What is typed, and what Tab makes of its last word."""
WRITTEN_ANEW = {"route_drafts"}
"""Tables with rows that a window writes again, with another time, when it opens what was open."""
QUESTION = "How tall is the tower of the installed program"
LINK = "ai-workbench:connection?name=Desk&kind=openai&base_url=http://127.0.0.1:9/v1"
TABS = ("chat", "images", "speech", "embeddings", "routes", "gateway")
"""In the order of the keys that open them, from Ctrl+1."""


class PackageTrial:
    def __init__(self, root: Root, package: Path, person: Somebody, steps: Steps, place: Path) -> None:
        self.root, self.package, self.person, self.place = root, package, person, place
        self.step = steps.step

    def run(self, older_package: Path | None) -> None:
        """older_package: to upgrade from; the same one under a lower version where there is none. Raises Failed."""
        before = self.root.files()
        self._install(older_package)
        self._desktop()
        self._service()
        self._window()
        self._upgrade()
        self._tour()
        self._remove(before)

    def _install(self, older_package: Path | None) -> None:
        root = self.root
        with self.step("apt installs an older build, and nothing but what it needs"):
            shutil.copyfile(older(older_package or self.package, self.place), root.path / "tmp/older.deb")
            shutil.copyfile(self.package, root.path / "tmp/newer.deb")
            root.install("/tmp/older.deb")
        with self.step("no library of the bundle is missing in the bare system"):
            self._libraries()
        with self.step("workbench self-test passes"):
            report = json.loads(self.person.run("workbench", "self-test", "--json"))
            check(report["ok"], str(report["failed"]))

    def _libraries(self) -> None:
        look = f"find /usr/lib/{names.NAME} -name '*.so*' -type f -exec ldd {{}} + 2>&1"
        folder = f"/usr/lib/{names.NAME}/_internal"
        found = self.root.run(
            "sh", "-c", look, environ={"LD_LIBRARY_PATH": f"{folder}:{folder}/PySide6/Qt/lib"}
        )
        missing = set(re.findall(r"(\S+) => not found", found))
        check(not missing, ", ".join(sorted(missing)))

    def _desktop(self) -> None:
        with self.step("desktop tools come later, and find everything"):
            self.root.install(*DESKTOP)
        with self.step("files have their types"):
            for name, kind in TYPES.items():
                equal(self.person.run("xdg-mime", "query", "filetype", f"{HOME}/{name}"), kind)
        with self.step("types and links belong to the program"):
            for kind in (*list(TYPES.values())[:2], "x-scheme-handler/ai-workbench"):
                equal(self.person.run("xdg-mime", "query", "default", kind), ENTRY)
        with self.step("man shows its page"):
            page = self.person.run("man", "workbench")
            check("WORKBENCH(1)" in page and "route lint" in page and "EXIT STATUS" in page, page[:800])
            warned = "LC_ALL=C.UTF-8 man --warnings workbench 2>&1 >/dev/null"
            equal(self.person.run("sh", "-c", warned), "")
        with self.step("bash completes what is typed"):
            for typed, wanted in COMPLETED.items():
                equal(self._completed(typed), wanted)

    def _completed(self, typed: str) -> str:
        script = f"""
            . /usr/share/bash-completion/bash_completion
            _completion_loader workbench
            COMP_WORDS=({typed}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
            COMP_LINE="{typed}" COMP_POINT={len(typed)}
            _workbench
            echo "${{COMPREPLY[@]}}"
        """
        return self.person.run("bash", "-c", script)

    def _service(self) -> None:
        unit = f"/usr/lib/systemd/user/{SERVICE}"
        with self.step("the user service is sound, and off"):
            equal(self.person.run("systemd-analyze", "verify", "--user", "--man=yes", unit), "")
            equal(
                self.root.run("sh", "-c", f"systemctl --global is-enabled {SERVICE} || true").strip(),
                "disabled",
            )
            equal(self.root.run("find", "/etc/systemd/user", "-name", f"*{SERVICE}*"), "")

    def _window(self) -> None:
        person = self.person
        with self.step("a double click on a route file opens it"):
            person.start("xdg-open", f"{HOME}/support.route.json")
            until(lambda: len(person.windows()) == 1, "no window came")
            until(lambda: "ab-test" in person.title(), lambda: f"it shows {person.title()}")
            time.sleep(2)
            person.see("route file")
        with self.step("a second start opens in the running window"):
            person.run("workbench", "--new-chat", wait_s=60)
            until(lambda: "chat" in person.title().lower(), "it shows no chat")
            equal(str(len(person.windows())), "1")
            person.see("second start")
        with self.step("a conversation is had with the sandbox"):
            person.type(QUESTION, "Return")
            until(lambda: person.keeps(QUESTION), "nothing was stored")
            time.sleep(5)
            person.see("answer")
        with self.step("a link is asked about"):
            person.run("xdg-open", LINK, wait_s=60)
            until(lambda: len(person.windows()) == 2, "no question came")
            time.sleep(1)
            person.see("link")
            person.type("", "Escape")
            until(lambda: len(person.windows()) == 1, "the question does not go")
            check(not person.keeps("127.0.0.1:9"), "it was added without a yes")
        with self.step("the desktop entry starts the program"):
            entry = f"/usr/share/applications/{ENTRY}"
            person.run("gio", "launch", entry, f"{HOME}/support.route.json", wait_s=60)
            until(lambda: "chat" not in person.title().lower(), "it still shows the chat")
            equal(str(len(person.windows())), "1")
        with self.step("closing ends everything"):
            person.close()

    def _upgrade(self) -> None:
        person, kept = self.person, self.person.kept()
        person.open("workbench")
        person.look_away()
        with self.step("an upgrade to this build, under an open window"):
            self.root.install("/tmp/newer.deb")
            equal(self.root.run("dpkg-query", "-W", "-f", "${Version}", names.NAME), names.version())
        with self.step("the window tells of it, and its button starts the new program"):
            before = person.program()
            person.type("", "ctrl+1", "ctrl+n")
            time.sleep(3)
            person.see("told of the upgrade")
            person.type("", "shift+F6", "shift+F6", "space")
            until(lambda: person.program() not in ([], before), "the old one goes on")
            until(lambda: len(person.windows()) == 1, "no window came")
            person.close()
        with self.step("the upgrade keeps all data"):
            with person.window("workbench"):
                person.see("upgraded")
            after = person.kept()
            fewer = [table for table, rows in kept.items() if len(after.get(table, ())) < len(rows)]
            equal(str(fewer), "[]")
            changed = [
                table for table, rows in kept.items() if rows - after[table] and table not in WRITTEN_ANEW
            ]
            equal(str(changed), "[]")
            check(person.keeps(QUESTION), "the question is gone")

    def _tour(self) -> None:
        """A first start in either theme, a question, then each tab: for whoever looks at the pictures."""
        for theme in ("light", "dark"):
            with self.step(f"each tab opens, {theme}, though the program's file has been replaced meanwhile"):
                folder = f"{HOME}/{theme}"
                self.person.run("mkdir", "--parents", f"{folder}/config")
                settings = json.dumps({"version": 1, "theme": theme})
                self.person.run("sh", "-c", f"echo '{settings}' > '{folder}/config/settings.json'")
                with self.person.window("workbench", "--portable", folder):
                    self.person.see(f"{theme} first start")
                    self.person.type(f"{QUESTION}, and how is Python code for it?", "Return")
                    time.sleep(8)
                    with self._replaced():
                        for number, tab in enumerate(TABS, 1):
                            self.person.type("", f"ctrl+{number}")
                            time.sleep(3)
                            self.person.see(f"{theme} {tab}")
                logs = self.person.home / theme / "logs"
                told = [
                    record
                    for path in logs.glob("*.log*")
                    for record in map(json.loads, path.read_text(encoding="utf-8").splitlines())
                    if record["level"] in ("ERROR", "CRITICAL")
                ]
                equal(str(told), "[]")

    @contextmanager
    def _replaced(self) -> Iterator[None]:
        """As while another version is there: dpkg puts new files in the place of those that are in use."""
        program = self.root.path / f"usr/lib/{names.NAME}/{names.COMMAND}"
        aside = program.with_name("aside")
        program.rename(aside)
        program.write_bytes(b"another version")
        try:
            yield
        finally:
            aside.replace(program)

    def _remove(self, before: set[str]) -> None:
        root = self.root
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
            # apt does not know it any more: there was nothing left to purge
            root.run("dpkg", "--purge", names.NAME)
            self._nothing_left(before)

    def _nothing_left(self, before: set[str]) -> None:
        named = [
            path
            for path in self.root.files() - before
            if re.search(r"workbench", path) and not path.startswith((HOME, "/tmp/"))
        ]
        equal(str(sorted(named)), "[]")
        equal(self.person.owned_elsewhere(), "")
        look = "grep -rlE 'ai.workbench' /usr /etc /var --exclude-dir=log --exclude-dir=archives || true"
        equal(self.root.run("sh", "-c", look).strip(), "")


def older(package: Path, place: Path) -> Path:
    """The same package under a lower version, also in its own words: what the database was before is for other tests."""
    tree = place / "older"
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(tree)], check=True)
    control = tree / "DEBIAN/control"
    text = re.sub(
        r"^Version: .*$", f"Version: {OLDER}", control.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    control.write_text(text, encoding="utf-8")
    facts = tree / "usr/lib" / names.NAME / INSIDE / "resources/build.json"
    told = json.loads(facts.read_text(encoding="utf-8"))
    facts.write_text(json.dumps({**told, "version": OLDER}), encoding="utf-8")
    made = place / "older.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(made)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(tree)
    return made
