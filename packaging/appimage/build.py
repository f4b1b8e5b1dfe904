"""Makes the AppImage: a small program that mounts what follows it in the same file (the runtime), and a squashfs of the bundle.

The runtime is no part of this repository. APPIMAGE_RUNTIME is the path of one that was fetched from RUNTIME_PAGE; its digest is held
against RUNTIMES, so that nothing else gets into what is given to people.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import names
from desktop.share import write_share

HERE = Path(__file__).resolve().parent
RUNTIME_VERSION = "20251108"
RUNTIME_PAGE = f"https://github.com/AppImage/type2-runtime/releases/download/{RUNTIME_VERSION}"
RUNTIMES = {"x86_64": "2fca8b443c92510f1483a883f60061ad09b46b978b2631c807cd873a47ec260d"}
"""Architecture -> SHA-256 of `runtime-{architecture}` there."""


class NoRuntime(Exception):
    """There is none to put before the rest, or not the one that was looked at; the message says what to do."""


def runtime(environ: Mapping[str, str] = os.environ) -> bytes:
    """The one that APPIMAGE_RUNTIME names. Raises NoRuntime."""
    architecture = names.architecture()
    if architecture not in RUNTIMES:
        raise NoRuntime(f"No runtime for {architecture} has been looked at.")
    if not (path := environ.get("APPIMAGE_RUNTIME")):
        raise NoRuntime(f"Fetch {RUNTIME_PAGE}/runtime-{architecture} and set APPIMAGE_RUNTIME to its path.")
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise NoRuntime(f"{path} cannot be read: {error.strerror}.") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != RUNTIMES[architecture]:
        raise NoRuntime(f"{path} is not runtime {RUNTIME_VERSION}: its SHA-256 is {digest}.")
    return content


def build_appimage(root: Path, bundle: Path, out: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Written into the folder out; returns its path. Raises NoRuntime, or CalledProcessError where mksquashfs fails."""
    out.mkdir(parents=True, exist_ok=True)
    before = runtime(environ)
    image = out / names.artifact("AppImage")
    with tempfile.TemporaryDirectory(prefix="appimage-", dir=out) as folder:
        tree, packed, draft = (Path(folder) / name for name in ("AppDir", "packed", image.name))
        lay_out(root, bundle, tree)
        pack(tree, packed)
        draft.write_bytes(before + packed.read_bytes())
        draft.chmod(0o755)
        os.replace(draft, image)
    return image


def lay_out(root: Path, bundle: Path, tree: Path) -> None:
    """The AppDir: as under /usr, and at its top what menus and stores read without mounting much of it."""
    usr = tree / "usr"
    shutil.copytree(bundle, usr / "lib" / names.NAME, symlinks=True)
    if not (usr / "lib" / names.NAME / names.COMMAND).is_file():
        raise FileNotFoundError(f"{bundle} is no bundle: there is no {names.COMMAND} in it")
    (usr / "bin").mkdir()
    (usr / "bin" / names.COMMAND).symlink_to(f"../lib/{names.NAME}/{names.COMMAND}")
    write_share(root, usr, service=False)
    shutil.copyfile(HERE / "AppRun", tree / "AppRun")
    (tree / "AppRun").chmod(0o755)
    entry, icon = f"{names.APP_ID}.desktop", f"{names.APP_ID}.svg"
    (tree / entry).symlink_to(f"usr/share/applications/{entry}")
    (tree / icon).symlink_to(f"usr/share/icons/hicolor/scalable/apps/{icon}")
    (tree / ".DirIcon").symlink_to(f"usr/share/icons/hicolor/256x256/apps/{names.APP_ID}.png")


def pack(tree: Path, image: Path) -> None:
    """The same tree and commit make the same bytes."""
    same = ["-all-root", "-all-time", str(names.source_date()), "-mkfs-time", str(names.source_date())]
    shrink = ["-comp", "zstd", "-Xcompression-level", "19"]
    environ = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    subprocess.run(
        ["mksquashfs", str(tree), str(image), "-noappend", "-no-progress", "-quiet", *same, *shrink],
        check=True,
        env=environ,
        stdout=subprocess.DEVNULL,
    )
