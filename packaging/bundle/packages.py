"""The packages that a bundle can become, on which system, and with what."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import names
from appimage.build import NoRuntime, build_appimage
from appimage.build import runtime as appimage_runtime
from debian.build import build_deb
from flatpak.build import build_flatpak, without_platform
from macos.build import build_dmg, sign_app
from macos.properties import APP
from windows.build import build_nsis, makensis

from bundle.archive import build_tar

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Package:
    """called: in what is said. build: takes the bundle and the folder that it goes to. unpacked: whether `unpack` can open it."""

    called: str
    system: str
    lacking: Callable[[], str]
    """What is missing here to build it; "" where nothing is."""
    build: Callable[[Path, Path, Say], Path]
    unpacked: bool = False


def _without(*programs: str) -> Callable[[], str]:
    return lambda: next(
        (f"there is no {program} here" for program in programs if not shutil.which(program)), ""
    )


def _without_runtime() -> str:
    try:
        appimage_runtime()
    except NoRuntime as error:
        return str(error)
    return _without("mksquashfs")()


def _without_flatpak() -> str:
    return _without("flatpak-builder", "flatpak")() or without_platform()


def _app(bundle: Path, out: Path, say: Say) -> Path:
    sign_app(out / APP, say)
    return out / APP


PACKAGES = {
    "tar": Package(".tar.xz", "", lambda: "", lambda bundle, out, say: build_tar(bundle, out), unpacked=True),
    "deb": Package(
        ".deb",
        "linux",
        _without("dpkg-deb"),
        lambda bundle, out, say: build_deb(names.ROOT, bundle, out),
        unpacked=True,
    ),
    "appimage": Package(
        "AppImage",
        "linux",
        _without_runtime,
        lambda bundle, out, say: build_appimage(names.ROOT, bundle, out),
        unpacked=True,
    ),
    "flatpak": Package(
        "Flatpak",
        "linux",
        _without_flatpak,
        lambda bundle, out, say: build_flatpak(names.ROOT, bundle, out),
    ),
    "nsis": Package(
        "installer for Windows",
        "windows",
        lambda: "" if makensis() else "there is no makensis here",
        lambda bundle, out, say: build_nsis(bundle, out, say),
    ),
    "app": Package("application for macOS", "macos", _without("codesign"), _app),
    "dmg": Package(
        "disk image for macOS",
        "macos",
        _without("codesign", "hdiutil"),
        lambda bundle, out, say: build_dmg(_app(bundle, out, say), out, say),
    ),
}
USUAL = {"linux": ("tar", "deb"), "windows": ("nsis",), "macos": ("dmg",)}
"""What "all" means on each system: what needs nothing that is fetched by hand."""
