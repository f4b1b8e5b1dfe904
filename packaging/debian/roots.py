"""Bare Debian systems in a folder, to try packages in: made by debootstrap from the mirror that this machine uses. Needs root."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_MARK = "IN_A_ROOM_OF_ITS_OWN"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


class Failed(Exception):
    """A command ended otherwise than it should; the message has its last words."""


def in_a_room_of_its_own() -> None:
    """Start this program once more where its mounts and processes are nobody else's and end with it."""
    if _MARK not in os.environ:
        os.environ[_MARK] = "1"
        apart = [
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
        ]
        os.execvp(apart[0], [*apart, sys.executable, *sys.argv])


def mirror() -> str:
    """Where this machine has its own Debian from. Raises Failed where it is no Debian, or has no lists yet."""
    form = "$(ORIGIN)|$(LABEL)|$(REPO_URI)"
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", form, "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        origin, label, address = line.split("|", 2)
        if (origin, label) == ("Debian", "Debian"):
            return address
    raise Failed(
        "No mirror of Debian is set up here, or apt-get update has not been run. Name one with --mirror."
    )


class Root:
    """One such system, on top of a bare one that stays as it is."""

    def __init__(self, bare: Path, scratch: Path) -> None:
        self.path = scratch / "root"
        layers = [scratch / name for name in ("root", "upper", "work")]
        for layer in layers:
            layer.mkdir()
        options = f"lowerdir={bare},upperdir={layers[1]},workdir={layers[2]}"
        _run(["mount", "-t", "overlay", "overlay", "-o", options, str(self.path)])
        for kind, place in (("proc", "proc"), ("sysfs", "sys"), ("tmpfs", "run")):
            _run(["mount", "-t", kind, kind, str(self.path / place)])
        _run(["mount", "--rbind", "/dev", str(self.path / "dev")])
        _run(["mount", "-t", "tmpfs", "tmpfs", str(self.path / "dev/shm")])
        (self.path / "etc/resolv.conf").write_bytes(Path("/etc/resolv.conf").read_bytes())
        (self.path / "etc/hosts").write_bytes(Path("/etc/hosts").read_bytes())
        (self.path / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
        (self.path / "usr/sbin/policy-rc.d").chmod(0o755)

    def run(
        self, *command: str, user: str = "", environ: dict[str, str] | None = None, wait_s: float = 900
    ) -> str:
        """What the command says. user: who runs it; "" for root. Raises Failed."""
        try:
            return _run(self.command(*command, user=user, environ=environ), wait_s)
        except subprocess.TimeoutExpired:
            raise Failed(f"{' '.join(command)} has not ended after {wait_s:.0f} s") from None

    def start(self, *command: str, user: str, environ: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as file:
            return subprocess.Popen(
                self.command(*command, user=user, environ=environ), stdout=file, stderr=file
            )

    def command(self, *command: str, user: str = "", environ: dict[str, str] | None = None) -> list[str]:
        variables = {"PATH": _PATH, "HOME": "/root", **_QUIET, **(environ or {})}
        given = [f"{name}={value}" for name, value in variables.items()]
        who = [f"--userspec={user}:{user}"] if user else []
        return [
            "env",
            "-i",
            *given,
            "chroot",
            *who,
            str(self.path),
            "env",
            f"--chdir={variables['HOME']}",
            *command,
        ]

    def install(self, *what: str, recommended: bool = False) -> None:
        """Packages by name, or as files by their path in the root."""
        more = [] if recommended else ["--no-install-recommends"]
        self.run("apt-get", "install", "-y", "-q", *more, *what)

    def files(self) -> set[str]:
        """Every path but of what the kernel shows."""
        found = set()
        for folder, folders, files in os.walk(self.path):
            inside = os.path.relpath(folder, self.path)
            if inside == ".":
                folders[:] = [name for name in folders if name not in ("proc", "sys", "dev")]
            found |= {os.path.normpath(f"/{inside}/{name}") for name in (*folders, *files)}
        return found


def bare_root(suite: str, address: str, keep: Path) -> Path:
    """A minimal system of that suite, made now unless it is kept from an earlier time."""
    place = keep / suite
    if not (place / "etc/debian_version").exists() or not (place / "made").exists():
        keep.mkdir(parents=True, exist_ok=True)
        _run(["debootstrap", "--variant=minbase", suite, str(place), address], 1800)
        (place / "made").touch()
    return place


def scratch(keep: Path) -> Path:
    return Path(tempfile.mkdtemp(prefix="try-", dir=keep))


def _run(command: Sequence[str], wait_s: float = 900) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=wait_s, check=False)
    said = done.stdout.decode(errors="replace")
    if done.returncode:
        words = (said + done.stderr.decode(errors="replace")).strip()[-1500:]
        raise Failed(f"{' '.join(command[-4:])} ended with {done.returncode}: {words}")
    return said
