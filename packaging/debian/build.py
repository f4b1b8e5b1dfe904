"""Makes the .deb: the bundle under /usr/lib, a link in /usr/bin, and all that desktops and shells are told.

There are no maintainer scripts: the triggers of dpkg refresh the caches of menus, icons, types and manual pages.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import names
from desktop.share import gzipped, write_share

from debian.changelog import changelog
from debian.control import control
from debian.copyright import copyright_file

HERE = Path(__file__).resolve().parent


def build_deb(root: Path, bundle: Path, out: Path) -> Path:
    """The package of bundle (a folder with the program and its _internal), written into the folder out; returns its path.

    root: the checkout that bundle was made of. Raises CalledProcessError where dpkg-deb fails.
    """
    out.mkdir(parents=True, exist_ok=True)
    package = out / names.artifact("deb")
    with tempfile.TemporaryDirectory(prefix="deb-", dir=out) as folder:
        tree = Path(folder) / "tree"
        lay_out(root, bundle, tree)
        draft = Path(folder) / package.name
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(draft)]
        when = {"SOURCE_DATE_EPOCH": str(names.source_date())}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **when})
        os.replace(draft, package)
    return package


def lay_out(root: Path, bundle: Path, tree: Path) -> None:
    """What the package unpacks to, with DEBIAN/ beside it."""
    usr = tree / "usr"
    home = usr / "lib" / names.NAME
    shutil.copytree(bundle, home, symlinks=True)
    if not (home / names.COMMAND).is_file():
        raise FileNotFoundError(f"{bundle} is no bundle: there is no {names.COMMAND} in it")
    (usr / "bin").mkdir()
    (usr / "bin" / names.COMMAND).symlink_to(f"../lib/{names.NAME}/{names.COMMAND}")
    write_share(root, usr)
    documents = usr / "share/doc" / names.NAME
    documents.mkdir(parents=True)
    (documents / "changelog.gz").write_bytes(gzipped(changelog(root)))
    (documents / "copyright").write_text(copyright_file(bundle), encoding="utf-8")
    overrides = usr / "share/lintian/overrides"
    overrides.mkdir(parents=True)
    shutil.copyfile(HERE / "lintian-overrides", overrides / names.NAME)
    _allow_all_to_read(tree)
    about = tree / "DEBIAN"
    about.mkdir()
    (about / "control").write_text(control(bundle, _kilobytes(tree)), encoding="utf-8")
    (about / "md5sums").write_text("".join(_sums(tree)), encoding="utf-8")
    _allow_all_to_read(about)


def _allow_all_to_read(tree: Path) -> None:
    """Whatever umask and file system this was laid out with: 755 for folders and programs, 644 for libraries and the rest."""
    tree.chmod(0o755)
    for path in tree.rglob("*"):
        if not path.is_symlink():
            program = path.stat().st_mode & 0o100 and ".so" not in path.suffixes
            path.chmod(0o755 if path.is_dir() or program else 0o644)


def _kilobytes(tree: Path) -> int:
    """As policy reckons it: each file in whole kilobytes, one for everything else."""
    return sum(
        -(-path.stat().st_size // 1024) if path.is_file() and not path.is_symlink() else 1
        for path in tree.rglob("*")
    )


def _sums(tree: Path) -> Iterator[str]:
    for path in sorted(tree.rglob("*")):
        inside = path.relative_to(tree)
        if path.is_file() and not path.is_symlink() and inside.parts[0] != "DEBIAN":
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
            yield f"{digest}  {inside.as_posix()}\n"
