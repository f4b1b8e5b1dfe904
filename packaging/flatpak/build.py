"""Makes the Flatpak of a bundle: the manifest, what it installs, and with flatpak-builder one file that can be given away."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import names
from desktop.share import write_share

PLATFORM, SDK, PLATFORM_VERSION = "org.freedesktop.Platform", "org.freedesktop.Sdk", "25.08"
TREE = "tree"
PERMISSIONS = (
    "--share=network",
    "--share=ipc",
    "--socket=wayland",
    "--socket=fallback-x11",
    "--socket=pulseaudio",
    "--device=dri",
    "--talk-name=org.freedesktop.secrets",
)
"""No folder of the user's is among them: files come in, and go out, through the dialogs of the desktop."""


def manifest() -> dict[str, object]:
    """As flatpak-builder reads it, with what is installed in the folder `tree` beside it."""
    return {
        "id": names.APP_ID,
        "branch": "stable",
        "runtime": PLATFORM,
        "runtime-version": PLATFORM_VERSION,
        "sdk": SDK,
        "command": names.COMMAND,
        "finish-args": list(PERMISSIONS),
        # It has been stripped, and holds what others must be able to replace: it stays as it is.
        "build-options": {"strip": False, "no-debuginfo": True},
        "modules": [
            {
                "name": names.NAME,
                "buildsystem": "simple",
                "build-commands": ["cp -a . /app/"],
                "sources": [{"type": "dir", "path": TREE}],
            }
        ],
    }


def lay_out(root: Path, bundle: Path, place: Path) -> Path:
    """The manifest, with its tree beside it, in the folder place; returns the manifest's path."""
    tree = place / TREE
    home = tree / "lib" / names.NAME
    shutil.copytree(bundle, home, symlinks=True)
    if not (home / names.COMMAND).is_file():
        raise FileNotFoundError(f"{bundle} is no bundle: there is no {names.COMMAND} in it")
    (tree / "bin").mkdir()
    (tree / "bin" / names.COMMAND).symlink_to(f"../lib/{names.NAME}/{names.COMMAND}")
    write_share(root, tree, service=False)
    path = place / f"{names.APP_ID}.json"
    path.write_text(json.dumps(manifest(), indent=2) + "\n", encoding="utf-8")
    return path


def without_platform() -> str:
    """That the platform is not installed, and what to type; "" where it is."""
    wanted = [f"{name}//{PLATFORM_VERSION}" for name in (PLATFORM, SDK)]
    asked = [["flatpak", "info", "--show-ref", name] for name in wanted]
    if all(subprocess.run(one, capture_output=True, check=False).returncode == 0 for one in asked):
        return ""
    return f"its platform is not installed; type: flatpak install --user flathub {' '.join(wanted)}"


def build_flatpak(root: Path, bundle: Path, out: Path) -> Path:
    """Written into the folder out; returns its path. Raises CalledProcessError where a tool fails.

    flatpak-builder takes the platform that is installed: see without_platform.
    """
    out.mkdir(parents=True, exist_ok=True)
    package = out / names.artifact("flatpak")
    with tempfile.TemporaryDirectory(prefix="flatpak-", dir=out) as folder:
        place = Path(folder)
        recipe = lay_out(root, bundle, place)
        repository, draft = place / "repository", place / package.name
        build = ["flatpak-builder", "--disable-cache", "--disable-rofiles-fuse", "--force-clean"]
        state = ["--state-dir", str(place / "state"), "--repo", str(repository)]
        subprocess.run([*build, *state, str(place / "build"), str(recipe)], check=True)
        subprocess.run(
            ["flatpak", "build-bundle", str(repository), str(draft), names.APP_ID, "stable"], check=True
        )
        os.replace(draft, package)
    return package
