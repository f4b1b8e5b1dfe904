"""The notices: what is in the bundle, in which version, on what terms, with the text of those terms.

They are made of the list of files that went into the bundle (the spec writes it), so that nothing can be forgotten: a file
whose terms are not found ends the build.
"""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import names

TEXTS = Path(__file__).with_name("texts")
QT = ("pyside6-essentials", "pyside6-addons", "shiboken6")
FREEZER = "pyinstaller"
"""What starts the program is a part of it: GPL, with an exception for what is frozen."""
COMMON_LICENCES = Path("/usr/share/common-licenses")
"""Of Debian, whose notices point there."""

_LICENCE_FILE = re.compile(r"(?:licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_COMMON = re.compile(rf"{COMMON_LICENCES}/([A-Za-z]+-[\d.]*\d|[A-Z][A-Za-z]+)")
_DEBIAN_FIELD = re.compile(r"^License:[ \t]*(\S.*)$", re.MULTILINE)
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST_NAME = 80


class NoTerms(Exception):
    """Something is in the bundle, and its licence is not known; the message names it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """licence: its short name, "" where the text has no such name."""

    name: str
    version: str
    licence: str
    text: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def collect(root: Path, site: Path, contents: Sequence[tuple[str, Path]]) -> list[Notice]:
    """contents: each file of the bundle with the one it was made from; site: where the distributions are installed.

    Ours first, then the others by name, the texts that several refer to at the end. Raises NoTerms.
    """
    own = (root / "LICENSE").read_text(encoding="utf-8")
    first = [
        Notice("AI Workbench", names.version(), "Apache-2.0", own),
        Notice("Lucide icons", "", "ISC", (root / "resources/icons/LICENSE").read_text(encoding="utf-8")),
    ]
    by_file = {path: dist for dist in metadata.distributions(path=[str(site)]) for path in _files(dist)}
    used: dict[str, metadata.Distribution] = {}
    others: list[Path] = []
    for _, source in contents:
        path = source.resolve()
        if dist := by_file.get(path):
            used[dist.metadata["Name"].lower().replace("_", "-")] = dist
        elif not (_is_pythons(path) or path.is_relative_to(root.resolve())):
            others.append(path)
    used |= {  # what starts the program is in the bundle, but made of no file that is
        dist.metadata["Name"]: dist
        for dist in set(by_file.values())
        if dist.metadata["Name"] == "pyinstaller"
    }
    found = [
        *([_of_distribution(dist, own) for name, dist in used.items() if name not in QT]),
        *_of_qt(used),
        _of_python(),
        *_together(_of_the_system(others)),
    ]
    return [*first, *sorted(found, key=lambda notice: notice.name.lower()), *_texts(found)]


def plain_text(notices: Iterable[Notice]) -> str:
    """All of them in one text."""
    parts = [
        "AI Workbench is free software under the Apache License 2.0. These parts of others come with it, on these terms:\n"
    ]
    listed = list(notices)
    parts += [
        f"  {' '.join(filter(None, (one.name, one.version)))}: {one.licence or 'see below'}" for one in listed
    ]
    for one in listed:
        title = " ".join(filter(None, (one.name, one.version)))
        parts.append(f"\n\n{'=' * 100}\n{title}\n{one.licence}\n{'=' * 100}\n\n{one.text.strip()}")
    return "\n".join(parts) + "\n"


def _files(dist: metadata.Distribution) -> Iterator[Path]:
    for file in dist.files or ():
        yield Path(str(dist.locate_file(file))).resolve()


def _of_distribution(dist: metadata.Distribution, apache: str) -> Notice:
    name, licence = dist.metadata["Name"], _licence_name(dist)
    texts = [
        Path(str(dist.locate_file(file))).read_text(encoding="utf-8", errors="replace")
        for file in dist.files or ()
        if _LICENCE_FILE.match(file.name) and ".dist-info" in file.parts[0]
    ]
    if name == FREEZER:
        licence = "GPL-2.0-or-later WITH Bootloader-exception"
    if not texts and "Apache-2.0" in licence.split(" OR "):
        texts = [apache]
    if not texts:
        raise NoTerms(
            f"{name} comes without the text of its licence ({licence or 'which it does not name'})."
        )
    return Notice(name, dist.version, licence, "\n\n".join(texts))


def _licence_name(dist: metadata.Distribution) -> str:
    about = dist.metadata
    classifiers = [
        one.removeprefix(_CLASSIFIER)
        for one in about.get_all("Classifier") or ()
        if one.startswith(_CLASSIFIER)
    ]
    given = [about[key] for key in ("License-Expression", "License") if key in about]
    short = [one for one in given if one != "UNKNOWN" and len(one) <= _LONGEST_NAME]
    return short[0] if short else ", ".join(classifiers)


def _of_qt(used: dict[str, metadata.Distribution]) -> Iterator[Notice]:
    version = next((dist.version for name, dist in used.items() if name in QT), "")
    if version:
        yield Notice("Qt and PySide6", version, "LGPL-3.0-only", _text("qt"))
        yield Notice("Qt: parts of others", version, "", _text("qt-parts"))
        yield Notice("FFmpeg", "", "LGPL-2.1-or-later", _text("ffmpeg"))


def _of_python() -> Notice:
    """Of its standard library and what that is linked to; Python's own text has the terms of these."""
    places = [Path(sysconfig.get_path("stdlib"), "LICENSE.txt"), Path(sys.base_prefix, "LICENSE.txt")]
    for place in places:
        if place.exists():
            text = place.read_text(encoding="utf-8", errors="replace")
            return Notice("Python", platform.python_version(), "PSF-2.0", text)
    raise NoTerms(f"Python comes without its licence: it is not in {places[0].parent}.")


def _is_pythons(path: Path) -> bool:
    prefix = Path(sys.base_prefix).resolve()
    if prefix == Path("/usr"):  # there it is one of many
        return path.is_relative_to(Path(sysconfig.get_path("stdlib")).resolve())
    return path.is_relative_to(prefix) or path.suffix in (".zip", ".pyc")


def _of_the_system(paths: Sequence[Path]) -> Iterator[Notice]:
    """Of the libraries that were copied from this machine, by the package of Debian that brought each."""
    packages = sorted({package for path in paths for package in [_package(path)] if package})
    for package in packages:
        name, version = _asked("dpkg-query", "-W", "-f", "${Package} ${Version}", package).split()
        text = Path("/usr/share/doc", name, "copyright").read_text(encoding="utf-8", errors="replace")
        licences = list(dict.fromkeys(_DEBIAN_FIELD.findall(text)))
        short = ", ".join(licences)
        yield Notice(name, version, short if len(short) <= _LONGEST_NAME else "", text)


def _package(path: Path) -> str:
    if not sys.platform.startswith("linux"):
        return ""  # what Windows and macOS let programs bring along is their makers' own
    try:
        # By its last name: since /lib became /usr/lib, packages are not of one mind where their files are.
        lines = _asked("dpkg-query", "-S", f"*/{path.name}").splitlines()
    except (OSError, subprocess.CalledProcessError):
        raise NoTerms(
            f"{path} is of no package of this system: nobody says on what terms it comes."
        ) from None
    for line in lines:
        package, _, place = line.rpartition(": ")
        if Path(place).resolve() == path:
            return package.split(",")[0]
    raise NoTerms(f"{path} is of no package of this system: nobody says on what terms it comes.")


def _together(notices: Iterable[Notice]) -> list[Notice]:
    """Packages that come from the same source say the same, often at length: once is enough."""
    names_by_terms: dict[tuple[str, str, str], list[str]] = {}
    for one in notices:
        names_by_terms.setdefault((one.version, one.licence, one.text), []).append(one.name)
    return [Notice(", ".join(all_names), *terms) for terms, all_names in names_by_terms.items()]


def _texts(notices: Iterable[Notice]) -> list[Notice]:
    """Those that the notices only point at."""
    wanted = {"LGPL-3", "GPL-3", "LGPL-2.1"}
    for notice in notices:
        wanted |= {name for name in _COMMON.findall(notice.text) if (COMMON_LICENCES / name).exists()}
    return [Notice(f"Text: {name}", "", name, _licence_text(name)) for name in sorted(wanted)]


def _licence_text(name: str) -> str:
    own = TEXTS / f"{name}.txt"
    return (own if own.exists() else COMMON_LICENCES / name).read_text(encoding="utf-8", errors="replace")


def _text(name: str) -> str:
    return (TEXTS / f"{name}.txt").read_text(encoding="utf-8")


def _asked(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
