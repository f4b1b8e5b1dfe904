"""Freezes the program into one folder that needs no Python: the bundle. Every package is made of it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import time
from importlib import metadata
from pathlib import Path

import names

from bundle.environment import environment, site_packages
from bundle.forbidden import forbidden
from bundle.notices import collect, plain_text
from bundle.start import FILES

SPEC = Path(__file__).with_name("ai-workbench.spec")
INSIDE = "_internal"
"""The folder in the bundle that holds all but the program itself."""


class NotFit(Exception):
    """The bundle may not be given to people as it is; the message says why."""


def build_bundle(root: Path, work: Path, out: Path) -> Path:
    """Freeze the checkout at root; returns the folder that was made in out. work may be kept to be faster the next time.

    Raises NotFit, or subprocess.CalledProcessError when a tool fails; its words are on standard error then.
    """
    work.mkdir(parents=True, exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    python = environment(root, work / "environment")
    _freeze(python, root, work, out)
    bundle = out / names.NAME
    if names.system() == "linux":
        _strip(bundle)
    site = site_packages(python)
    contents = [
        (name, Path(source))
        for name, source in json.loads((work / SPEC.stem / "contents.json").read_text(encoding="utf-8"))
    ]
    notices = collect(root, site, contents)
    facts = build_facts(site)
    for resources in (bundle / INSIDE / "resources", *out.glob("*.app/Contents/Resources/resources")):
        _write_json(resources / "notices.json", [notice.as_json() for notice in notices])
        (resources / "NOTICES.txt").write_text(plain_text(notices), encoding="utf-8")
        _write_json(resources / "build.json", facts)
    for inside in (bundle / INSIDE, *out.glob("*.app/Contents/Frameworks")):
        list_files(inside)
    if found := forbidden(files(bundle)):
        raise NotFit(f"The bundle holds what it may not: {', '.join(found)}.")
    return bundle


def files(bundle: Path) -> list[str]:
    """What is in it, as paths inside of it with / between their parts."""
    return sorted(
        path.relative_to(bundle).as_posix()
        for path in bundle.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )


def list_files(inside: Path) -> None:
    """Write into it what has to be there, for the program to look at when it starts: see bundle.start.

    The .app of macOS has links to folders of its own, so they are followed.
    """
    paths = (Path(folder, name) for folder, _, names in os.walk(inside, followlinks=True) for name in names)
    there = sorted(path.relative_to(inside).as_posix() for path in paths if path.stat().st_size)
    (inside / FILES).write_text("".join(f"{name}\n" for name in there if name != FILES), encoding="utf-8")


def build_facts(site: Path) -> dict[str, str]:
    """What the window, and the bill of materials, tell of its build."""
    qt = next(iter(metadata.distributions(name="pyside6-essentials", path=[str(site)])), None)
    return {
        "version": names.version(),
        "commit": names.commit(),
        "built_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(names.source_date())),
        "python": platform.python_version(),
        "qt": qt.version if qt else "",
        "system": f"{names.system()}-{names.architecture()}",
        "made_on": made_on(),
    }


def made_on() -> str:
    """Which Linux, such as debian-12, for libraries of its come along; elsewhere the system's release."""
    try:
        told = platform.freedesktop_os_release()
    except OSError:
        return f"{names.system()}-{platform.release()}"
    return f"{told.get('ID', 'linux')}-{told.get('VERSION_ID', '')}".rstrip("-")


def _freeze(python: Path, root: Path, work: Path, out: Path) -> None:
    """Same sources, same bundle: the hash seed orders what is in the archives, the date is that of the commit."""
    shutil.rmtree(out / names.NAME, ignore_errors=True)
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_"))
    } | {
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(names.source_date()),
        "PYINSTALLER_CONFIG_DIR": str(work / "cache"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    places = ["--workpath", str(work), "--distpath", str(out)]
    subprocess.run(
        [python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN", *places, str(SPEC)],
        cwd=root,
        env=environ,
        check=True,
    )


def _strip(bundle: Path) -> None:
    """Without what only a debugger reads, a sixth of it. Qt comes without; what auditwheel has patched does not bear it."""
    binaries = [
        str(path)
        for path in bundle.rglob("*.so*")
        if path.is_file()
        and not path.is_symlink()
        and not any(part == "PySide6" or part.endswith(".libs") for part in path.parts)
    ]
    subprocess.run(["strip", "--strip-debug", *binaries], check=True)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
