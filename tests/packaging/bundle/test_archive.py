"""packaging/bundle/archive.py: the same bundle makes the same .tar.xz, which unpacks to a program that can be started."""

from __future__ import annotations

import hashlib
import os
import tarfile
from pathlib import Path

import names
import pytest
from bundle import archive
from bundle.archive import build_tar, write_checksum
from bundle.command import unpack

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes and links")


def lay_out(bundle: Path, order: list[str]) -> Path:
    inside = bundle / "_internal"
    inside.mkdir(parents=True)
    for name in order:
        (bundle / name).write_text(name, encoding="utf-8")
    (bundle / "workbench").chmod(0o755)
    (inside / "libQt.so.6").symlink_to("libQt.so")
    return bundle


@pytest.fixture(autouse=True)
def no_objdump(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "oldest_glibc", lambda bundle: "2.36")


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for number, order in enumerate((["workbench", "b", "a"], ["a", "b", "workbench"])):
        out = tmp_path / f"out{number}"
        out.mkdir()
        bundle = lay_out(tmp_path / f"bundle{number}", order)
        for path in bundle.rglob("*"):
            os.utime(path, (number, number), follow_symlinks=False)
        made.append(build_tar(bundle, out).read_bytes())
    assert made[0] == made[1]


def test_it_unpacks_to_a_program_its_links_and_a_note(tmp_path: Path) -> None:
    packed = build_tar(lay_out(tmp_path / "bundle", ["workbench", "LICENSE"]), tmp_path)
    assert packed.name == names.artifact("tar.xz")
    found = unpack(packed, tmp_path / "elsewhere")
    assert found.name == f"ai-workbench-{names.version()}"
    assert os.access(found / "workbench", os.X_OK)
    assert not os.access(found / "LICENSE", os.X_OK)
    assert os.readlink(found / "_internal" / "libQt.so.6") == "libQt.so"
    note = (found / "README.txt").read_text(encoding="utf-8")
    assert len(note.splitlines()) == 3
    assert "./workbench" in note


def test_nothing_in_it_is_of_this_machine(tmp_path: Path) -> None:
    packed = build_tar(lay_out(tmp_path / "bundle", ["workbench"]), tmp_path)
    with tarfile.open(packed) as tar:
        for entry in tar:
            assert (entry.uid, entry.gid, entry.uname, entry.gname) == (0, 0, "", "")
            assert entry.mtime == names.source_date()


def test_nothing_half_written_keeps_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(bundle: Path) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(archive, "readme", fails)
    with pytest.raises(OSError, match="no space left"):
        build_tar(lay_out(tmp_path / "bundle", ["workbench"]), tmp_path)
    assert not list(tmp_path.glob("*.tar.xz"))


def test_the_checksum_beside_it_is_as_sha256sum_reads_it(tmp_path: Path) -> None:
    artifact = tmp_path / "x.deb"
    artifact.write_bytes(b"content")
    beside = write_checksum(artifact)
    assert beside.name == "x.deb.sha256"
    assert beside.read_text(encoding="utf-8") == f"{hashlib.sha256(b'content').hexdigest()}  x.deb\n"
