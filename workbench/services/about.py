"""What this program is: version, build, parts of others in it and their terms."""

from __future__ import annotations

import asyncio
import json
import platform
import re
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import workbench
from workbench.domain.resources import resource

LICENCE = "Apache-2.0"
_LICENCE_FILE = re.compile(r"(?:licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST_NAME = 80
_LGPL = Path(workbench.__file__).parents[1] / "packaging/bundle/texts/LGPL-3.txt"
"""Of a checkout: what bundles have is in their notices."""
_SHA = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Build:
    """commit: shortened, with a + where files differed from it, "" where it is not known. built_at: ISO 8601, "" from source."""

    version: str
    commit: str
    built_at: str
    packaged: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A part of others. licence: its short name, "" where the text has no such name."""

    name: str
    version: str
    licence: str
    text: str


def build(file: Path | None = None, root: Path | None = None) -> Build:
    """file: what packaging writes of the build; root: of a checkout, whose commit is read without starting anything."""
    told = _json(file or resource("build.json"))
    if isinstance(told, dict):
        version, commit, built_at = (str(told.get(key) or "") for key in ("version", "commit", "built_at"))
        return Build(version, commit, built_at, packaged=True)
    commit = _commit(root or Path(workbench.__file__).parents[1])
    return Build(workbench.__version__, commit, "", packaged=False)


def program_folder() -> Path:
    return (
        Path(sys.executable).parent if getattr(sys, "frozen", False) else Path(workbench.__file__).parents[1]
    )


def system() -> str:
    """“Debian GNU/Linux 12 (bookworm), x86_64”, “Windows 11”, “macOS 15.1, arm64”, as far as it tells."""
    name = ""
    if sys.platform == "darwin":
        name = f"macOS {platform.mac_ver()[0]}"
    elif sys.platform == "win32":
        name = f"Windows {platform.release()} ({platform.version()})"
    else:
        with suppress(OSError):
            name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    return f"{name or platform.platform()}, {platform.machine()}"


async def notices(file: Path | None = None) -> tuple[Notice, ...]:
    """Of what is in the bundle; in a checkout, of what is installed with it. Ours first, then by name."""
    return await asyncio.to_thread(_notices, file or resource("notices.json"))


def _notices(file: Path) -> tuple[Notice, ...]:
    told = _json(file)
    if isinstance(told, list):
        keys = ("name", "version", "licence", "text")
        return tuple(
            Notice(*(str(one.get(key) or "") for key in keys)) for one in told if isinstance(one, dict)
        )
    return (*_ours(), *sorted(_installed(), key=lambda one: one.name.lower()))


def _ours() -> Iterator[Notice]:
    root = Path(workbench.__file__).parents[1]
    for name, licence, version, file in (
        ("AI Workbench", LICENCE, workbench.__version__, root / "LICENSE"),
        ("Lucide icons", "ISC", "", resource("icons/LICENSE")),
        ("Python", "PSF-2.0", platform.python_version(), Path(sysconfig.get_path("stdlib"), "LICENSE.txt")),
    ):
        yield Notice(name, version, licence, _text(file))


def _installed() -> Iterator[Notice]:
    seen = set[str]()
    for dist in metadata.distributions():
        name = dist.metadata["Name"]
        if not name or name.lower() in seen or name.lower() == "ai-workbench":
            continue
        seen.add(name.lower())
        texts = [
            _text(Path(str(dist.locate_file(file))))
            for file in dist.files or ()
            if _LICENCE_FILE.match(file.name) and ".dist-info" in file.parts[0]
        ]
        licence = _licence(dist)
        if not any(texts):
            texts = [_pages(dist), _text(_LGPL) if licence.startswith("LGPL-3.0") else ""]
        yield Notice(name, dist.version, licence, "\n\n".join(text for text in texts if text))


def _licence(dist: metadata.Distribution) -> str:
    about = dist.metadata
    given = [about[key] for key in ("License-Expression", "License") if key in about]
    short = [one for one in given if one != "UNKNOWN" and len(one) <= _LONGEST_NAME]
    classifiers = [
        one.removeprefix(_CLASSIFIER)
        for one in about.get_all("Classifier") or ()
        if one.startswith(_CLASSIFIER)
    ]
    return short[0] if short else ", ".join(classifiers)


def _pages(dist: metadata.Distribution) -> str:
    """Where to read on, of what comes without its terms: a line each."""
    about = dist.metadata
    given = [("Homepage", about["Home-page"])] if "Home-page" in about else []
    given += [
        (name, url) for name, _, url in (one.partition(", ") for one in about.get_all("Project-URL") or ())
    ]
    return "\n".join(f"{name}: {url}" for name, url in given if url.startswith("https://"))


def _commit(root: Path) -> str:
    """Of a plain checkout; "" for anything more curious."""
    git = root / ".git"
    head = _text(git / "HEAD").strip()
    if head.startswith("ref: "):
        ref = head.removeprefix("ref: ")
        head = _text(git / ref).strip() if ".." not in ref else ""
        if not head:
            lines = _text(git / "packed-refs").splitlines()
            head = next((line.partition(" ")[0] for line in lines if line.endswith(f" {ref}")), "")
    return head[:12] if _SHA.fullmatch(head) else ""


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
