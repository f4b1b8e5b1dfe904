"""The .tar.xz of a bundle, and the checksums beside what is given to people."""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import tarfile
from pathlib import Path

import names

from bundle.build import INSIDE
from bundle.libraries import oldest_glibc

README = """\
AI Workbench {version}, {system}: start it with ./{command}; ./{command} --help lists its commands. It needs no Python, but {needs}.
To remove it, delete this folder. What you made with it stays, in the folders called {name} where your system keeps data and settings.
It is free software: {inside}/resources/NOTICES.txt tells the terms of all that is in here, and how to put another Qt into it.
"""


def build_tar(bundle: Path, out: Path) -> Path:
    """Pack it: the same bundle and commit make the same bytes."""
    archive = out / names.artifact("tar.xz")
    draft = archive.with_name(f"{archive.name}.part")
    folder = f"{names.NAME}-{names.version()}"
    with (
        lzma.open(draft, "wb", format=lzma.FORMAT_XZ, filters=_filters(names.architecture())) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT) as tar,
    ):
        note = readme(bundle).encode()
        entry = tarfile.TarInfo(f"{folder}/README.txt")
        entry.size = len(note)
        tar.addfile(_plain(entry), io.BytesIO(note))
        for path in sorted(bundle.rglob("*")):
            inside = path.relative_to(bundle).as_posix()
            if path.is_symlink() or not path.is_dir():
                entry = _plain(tar.gettarinfo(path, f"{folder}/{inside}"))
                if entry.isreg():
                    with path.open("rb") as content:
                        tar.addfile(entry, content)
                else:
                    tar.addfile(entry)
    os.replace(draft, archive)
    return archive


def readme(bundle: Path) -> str:
    glibc = oldest_glibc(bundle) if names.system() == "linux" else ""
    return README.format(
        version=names.version(),
        system=f"{names.system()} {names.architecture()}",
        command=names.COMMAND,
        name=names.NAME,
        inside=INSIDE,
        needs=f"a desktop with libGL, libEGL and glibc {glibc} or newer" if glibc else "a desktop",
    )


def write_checksum(artifact: Path) -> Path:
    """`{artifact}.sha256`, as `sha256sum --check` reads it."""
    with artifact.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    beside = artifact.with_name(f"{artifact.name}.sha256")
    beside.write_text(f"{digest}  {artifact.name}\n", encoding="utf-8")
    return beside


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without what is of this machine: who owns it, when it was written."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = names.source_date()
    entry.mode = 0o755 if entry.mode & 0o100 or entry.issym() else 0o644
    if entry.islnk():
        raise ValueError(f"{entry.name} is a second name of another file")
    return entry


def _filters(architecture: str) -> list[dict[str, int]]:
    shrink = {"id": lzma.FILTER_LZMA2, "preset": 7}
    return [{"id": lzma.FILTER_X86}, shrink] if architecture == "x86_64" else [shrink]
