"""`./dev package`: builds what is given to people, tries each, and puts a checksum beside it."""

from __future__ import annotations

import argparse
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
from debian.build import build_deb

from bundle.archive import build_tar, write_checksum
from bundle.build import NotFit, build_bundle
from bundle.notices import NoTerms

KINDS = ("bundle", "tar", "deb", "all")
SMOKE = Path(__file__).with_name("smoke.py")


def run(arguments: Sequence[str], say: Callable[[str], None]) -> int:
    """Returns the exit code; subprocess.CalledProcessError when a tool fails."""
    options = parser().parse_args(arguments)
    out = options.out.absolute()
    try:
        return _build(set(KINDS[1:3]) if options.kind == "all" else {options.kind}, out, say)
    except (NotFit, NoTerms) as error:
        say(str(error))
        return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="./dev package", description=__doc__, epilog="Example: ./dev package tar --out /tmp/packages"
    )
    top.add_argument(
        "kind",
        nargs="?",
        choices=KINDS,
        default="all",
        help="bundle: the folder that the others are made of; tar: it as a .tar.xz; deb: for Debian and Ubuntu; all of them (default)",
    )
    top.add_argument(
        "--out", type=Path, default=names.ROOT / "dist", metavar="DIR", help="where they go (default: dist)"
    )
    return top


def _build(kinds: set[str], out: Path, say: Callable[[str], None]) -> int:
    say("freezing the program")
    began = time.monotonic()
    bundle = build_bundle(names.ROOT, names.ROOT / "build" / "package", out)
    say(f"{bundle} ({_megabytes(bundle):.0f} MB, {time.monotonic() - began:.0f} s)")
    if failed := _smoke(lambda place: _copy(bundle, place), say):
        return failed
    for kind in [kind for kind in KINDS if kind in kinds - {"bundle"}]:
        if kind == "deb" and not shutil.which("dpkg-deb"):
            say("NOT BUILT the .deb: there is no dpkg-deb here")
            continue
        began = time.monotonic()
        artifact = build_tar(bundle, out) if kind == "tar" else build_deb(names.ROOT, bundle, out)
        write_checksum(artifact)
        say(f"{artifact} ({artifact.stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s)")
        if failed := _smoke(partial(unpack, artifact), say):
            return failed
    return 0


def _smoke(lay_out: Callable[[Path], Path], say: Callable[[str], None]) -> int:
    """Try the bundle that lay_out puts into an empty folder outside of the checkout; the exit code."""
    with tempfile.TemporaryDirectory(prefix="workbench-package-") as folder:
        say("trying it elsewhere")
        bundle = lay_out(Path(folder))
        return subprocess.run([sys.executable, SMOKE, bundle, names.version()], check=False).returncode


def unpack(artifact: Path, place: Path) -> Path:
    """Unpack a .tar.xz or a .deb without installing it; returns the bundle in it."""
    if artifact.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", artifact, place], check=True)
        return place / "usr" / "lib" / names.NAME
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
