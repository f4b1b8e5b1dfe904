"""What the packages are called: by version, system and architecture. Standard library only."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "ai-workbench"
"""Of the packages and of the folder in them; the command is COMMAND."""
COMMAND = "workbench"
APP_ID = "io.github.ai_workbench"
"""As in workbench.app: desktop file, icons and metainfo are named after it."""
TITLE, PUBLISHER = "AI Workbench", "AI Workbench maintainers"
"""As people read them."""
COPYRIGHT = f"2026 {PUBLISHER}. Apache-2.0"

_SYSTEMS = {"linux": "linux", "win32": "windows", "darwin": "macos"}
_KINDS = {"exe": "windows", "dmg": "macos", "AppImage": "linux", "flatpak": "linux"}
"""What is for one system only, and may be made on another."""
_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64"}
_DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}


def version() -> str:
    """workbench.__version__, read and not imported: nothing of the program need be installed here."""
    text = (ROOT / "workbench" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if not found:
        raise ValueError("workbench/__init__.py does not say its version")
    return found[1]


def system(name: str = sys.platform) -> str:
    """linux, windows or macos."""
    return _SYSTEMS[name]


def architecture(machine: str = "") -> str:
    """x86_64 or aarch64, whatever the system calls them."""
    plain = (machine or platform.machine()).lower()
    return _MACHINES.get(plain, plain)


def deb_architecture(machine: str = "") -> str:
    """amd64 or arm64."""
    plain = architecture(machine)
    return _DEBIAN.get(plain, plain)


def artifact(kind: str, on: str = "", machine: str = "") -> str:
    """The file name of what is given to people; kind is its ending: tar.xz, deb, exe, dmg, AppImage, cdx.json …

    on, machine: a system and an architecture, by default those of this machine.
    """
    if kind == "deb":
        return f"{NAME}_{version()}_{deb_architecture(machine)}.deb"
    return f"{NAME}-{version()}-{_KINDS.get(kind) or on or system()}-{architecture(machine)}.{kind}"


def commit() -> str:
    """What is checked out, shortened; with a + when files differ from it; "" outside of a checkout."""
    sha = _git("rev-parse", "--short=12", "HEAD")
    changed = sha and _git("status", "--porcelain", "--untracked-files=no")
    return f"{sha}+" if changed else sha


def source_date(environ: Mapping[str, str] = os.environ) -> int:
    """SOURCE_DATE_EPOCH, or when what is checked out was committed: the date of everything that is built from it."""
    return int(environ.get("SOURCE_DATE_EPOCH") or _git("show", "-s", "--format=%ct", "HEAD") or 0)


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
