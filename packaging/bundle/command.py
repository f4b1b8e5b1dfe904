"""`./dev package`: builds what is given to people, tries each, and puts a checksum beside it."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import names
from windows.signing import CannotSign

from bundle.archive import write_checksum
from bundle.build import INSIDE, NotFit, build_bundle
from bundle.materials import write_materials
from bundle.notices import NoTerms
from bundle.packages import PACKAGES, USUAL, Package, Say

KINDS = ("bundle", *PACKAGES, "all")
SMOKE = Path(__file__).with_name("smoke.py")


def run(arguments: Sequence[str], say: Say) -> int:
    """Returns the exit code; subprocess.CalledProcessError when a tool fails."""
    options = parser().parse_args(arguments)
    out = options.out.absolute()
    try:
        return _build(wanted(options.kinds), options.bundle, out, say)
    except (NotFit, NoTerms, CannotSign) as error:
        say(str(error))
        return 1


def wanted(kinds: Sequence[str]) -> list[str]:
    """Each once, in their own order; what is usual here for "all" and for none."""
    usual = USUAL[names.system()] if not kinds or "all" in kinds else ()
    return [kind for kind in KINDS if kind in {*kinds, *usual}]


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="./dev package", description=__doc__, epilog="Example: ./dev package tar --out /tmp/packages"
    )
    top.add_argument(
        "kinds",
        nargs="*",
        type=_kind,  # with `choices`, Python 3.11.2 refuses that there is none
        metavar="KIND",
        help="bundle: the folder that the others are made of; tar: it as a .tar.xz; deb, appimage, flatpak: for Linux; nsis: for "
        "Windows; app, dmg: for macOS; all: what is usual on this system (default)",
    )
    top.add_argument(
        "--out", type=Path, default=names.ROOT / "dist", metavar="DIR", help="where they go (default: dist)"
    )
    top.add_argument(
        "--bundle",
        type=Path,
        metavar="DIR",
        help="make them of this one, such as comes out of the .tar.xz, and freeze nothing",
    )
    return top


def _kind(text: str) -> str:
    if text not in KINDS:
        raise argparse.ArgumentTypeError(f"there is no {text!r}: choose from {', '.join(KINDS)}")
    return text


def _build(kinds: Sequence[str], given: Path | None, out: Path, say: Say) -> int:
    bundle = _frozen(out, say) if given is None else given.absolute()
    if not (bundle / INSIDE).is_dir():
        raise NotFit(f"{bundle} is no bundle: there is no {INSIDE} in it.")
    if failed := _smoke(lambda place: _copy(bundle, place), say):
        return failed
    packages = [PACKAGES[kind] for kind in kinds if kind in PACKAGES]
    for package in packages:
        if failed := _package(package, bundle, out, say):
            return failed
    if packages:
        write_checksum(write_materials(names.ROOT, bundle, out))
    return 0


def _frozen(out: Path, say: Say) -> Path:
    say("freezing the program")
    began = time.monotonic()
    bundle = build_bundle(names.ROOT, names.ROOT / "build" / "package", out)
    say(f"{bundle} ({_megabytes(bundle):.0f} MB, {time.monotonic() - began:.0f} s)")
    return bundle


def _package(package: Package, bundle: Path, out: Path, say: Say) -> int:
    """Build it and try it; the exit code."""
    elsewhere = package.system not in ("", names.system())
    if lacking := f"it is made on {package.system}" if elsewhere else package.lacking():
        say(f"NOT BUILT the {package.called}: {lacking}")
        return 0
    began = time.monotonic()
    artifact = package.build(bundle, out, say)
    seconds = time.monotonic() - began
    if artifact.is_dir():
        say(f"{artifact} ({seconds:.0f} s)")
        return 0
    write_checksum(artifact)
    say(f"{artifact} ({artifact.stat().st_size / 1e6:.1f} MB, {seconds:.0f} s)")
    if package.unpacked:
        return _smoke(partial(unpack, artifact), say)
    say(f"NOT TRIED the {package.called}: install it, and run `{names.COMMAND} self-test`")
    return 0


def _smoke(lay_out: Callable[[Path], Path], say: Say) -> int:
    """Try the bundle that lay_out puts into an empty folder outside of the checkout; the exit code."""
    with tempfile.TemporaryDirectory(
        prefix="workbench-package-", ignore_cleanup_errors=os.name == "nt"
    ) as folder:
        say("trying it elsewhere")
        bundle = lay_out(Path(folder))
        return subprocess.run([sys.executable, SMOKE, bundle, names.version()], check=False).returncode


def unpack(artifact: Path, place: Path) -> Path:
    """Unpack a .tar.xz, a .deb or an AppImage without installing it; returns the bundle in it."""
    if artifact.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", artifact, place], check=True)
        return place / "usr" / "lib" / names.NAME
    if artifact.suffix == ".AppImage":
        extract = [str(artifact), "--appimage-extract"]
        subprocess.run(extract, cwd=place, check=True, stdout=subprocess.DEVNULL)
        return place / "squashfs-root" / "usr" / "lib" / names.NAME
    with tarfile.open(artifact) as tar:
        # Older releases of 3.11 have none, and do not ask for one.
        if hasattr(tarfile, "data_filter"):
            tar.extraction_filter = tarfile.data_filter
        tar.extractall(place)
    return place / f"{names.NAME}-{names.version()}"


def _copy(bundle: Path, place: Path) -> Path:
    return Path(shutil.copytree(bundle, place / bundle.name, symlinks=True))


def _megabytes(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6
