"""packaging/debian/build.py: the .deb of a bundle that is one small program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import names
import pytest
from debian.build import build_deb, lay_out
from debian.changelog import changelog
from debian.control import OPENED_BY_NAME, UnknownLibrary, control, depends
from debian.copyright import copyright_file

from workbench.cli import how_to_complete

ROOT = Path(__file__).parents[3]
NOTICES = [
    {"name": "AI Workbench", "version": "1", "licence": "Apache-2.0", "text": "Apache License"},
    {
        "name": "tool",
        "version": "2.1",
        "licence": "MIT OR BSD-3-Clause",
        "text": "Copyright Somebody\n\nYou may.\n",
    },
    {"name": "odd", "version": "", "licence": "", "text": "Terms of its own"},
    {"name": "Text: LGPL-3", "version": "", "licence": "LGPL-3", "text": "GNU LESSER"},
    {"name": "Text: Artistic", "version": "", "licence": "Artistic", "text": "Artistic words"},
]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder like the freezer's: a program that says where it is, files beside it, a link, odd permissions."""
    folder = tmp_path / "out" / names.NAME
    resources = folder / "_internal/resources"
    resources.mkdir(parents=True)
    program = folder / names.COMMAND
    program.write_text('#!/bin/sh\necho "$(dirname "$(readlink -f "$0")")"\n', encoding="utf-8")
    program.chmod(0o700)
    (resources / "notices.json").write_text(json.dumps(NOTICES), encoding="utf-8")
    (resources / "notices.json").chmod(0o600)
    (folder / "_internal/liba.so.1").write_bytes(b"no library at all")
    (folder / "_internal/liba.so.1").chmod(0o755)
    (folder / "_internal/liba.so").symlink_to("liba.so.1")
    return folder


@pytest.fixture
def tree(bundle: Path, tmp_path: Path) -> Path:
    lay_out(ROOT, bundle, tmp_path / "tree")
    return tmp_path / "tree"


def fields(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w-]+): (.*(?:\n .*)*)", text, re.MULTILINE))


def test_the_command_leads_to_the_program_wherever_it_is_unpacked(tree: Path) -> None:
    link = tree / "usr/bin/workbench"
    assert os.readlink(link) == "../lib/ai-workbench/workbench"
    if os.name == "posix":
        said = subprocess.run([link], capture_output=True, text=True, check=True).stdout.strip()
        assert said == str((tree / "usr/lib/ai-workbench").resolve())


def test_everybody_may_read_it_and_only_programs_may_run(tree: Path) -> None:
    for path in tree.rglob("*"):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode & 0o777
        assert mode == (
            0o755 if path.is_dir() or path.name == "workbench" and "lib" in path.parts else 0o644
        ), path


def test_links_of_the_bundle_stay_links(tree: Path) -> None:
    assert os.readlink(tree / "usr/lib/ai-workbench/_internal/liba.so") == "liba.so.1"


def test_there_is_no_script_of_a_maintainer(tree: Path) -> None:
    assert sorted(path.name for path in (tree / "DEBIAN").iterdir()) == ["control", "md5sums"]


def test_the_sums_are_those_of_all_files(tree: Path) -> None:
    lines = (tree / "DEBIAN/md5sums").read_text(encoding="utf-8").splitlines()
    listed = [line.split("  ", 1)[1] for line in lines]
    there = {
        path.relative_to(tree).as_posix()
        for path in (tree / "usr").rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    assert sorted(listed) == sorted(there)
    if shutil.which("md5sum"):
        subprocess.run(["md5sum", "--check", "--quiet", "DEBIAN/md5sums"], cwd=tree, check=True)


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="is no bundle"):
        lay_out(ROOT, tmp_path / "empty", tmp_path / "tree")


def test_control_says_what_it_is(bundle: Path) -> None:
    said = fields(control(bundle, 1234))
    assert said["Package"] == "ai-workbench"
    assert said["Version"] == names.version()
    assert said["Installed-Size"] == "1234"
    assert "libgl1" in said["Depends"].split(", ")
    assert "gnome-keyring | " in said["Recommends"]
    assert len(said["Description"].splitlines()[0]) <= 80


def test_a_library_that_nobody_knows_the_package_of_ends_the_build(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "debian.control.from_the_system", lambda folder: {"libc.so.6", "libxcb.so.1", "libnew.so.3"}
    )
    with pytest.raises(UnknownLibrary, match=r"libnew\.so\.3"):
        depends(bundle)


def test_the_packages_are_those_of_the_libraries_that_the_bundle_leaves_to_the_system(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "libxcb.so.1", "libdrm.so.2"}
    monkeypatch.setattr("debian.control.from_the_system", lambda folder: linked)
    monkeypatch.setattr("debian.control.oldest_glibc", lambda folder: "2.36")
    assert depends(bundle) == [
        "libc6 (>= 2.36)", "fontconfig-config", "libdrm2", "libegl1", "libgl1", "libxcb1", "xkb-data",
    ]  # fmt: skip


def test_where_it_was_only_unpacked_the_program_asks_for_fonts_and_keys_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    asked = how_to_complete(ImportError("libGL.so.1: cannot open shared object file"))
    assert {*OPENED_BY_NAME, "libx11-xcb1"} <= set(asked.partition("apt-get install ")[2].split())


def test_the_changelog_has_every_change_under_the_version_that_is_packaged() -> None:
    text = changelog(ROOT)
    assert text.startswith(f"ai-workbench ({names.version()}) unstable; urgency=medium\n\n  * ")
    assert all(len(line) <= 80 for line in text.splitlines() if not line.startswith(" -- "))
    assert "command palette (Ctrl+K)" in " ".join(text.split())
    assert re.search(r"^ -- .+ <.+@.+>  \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$", text, re.MULTILINE)


def test_versions_that_were_released_keep_their_dates(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\nAbout it.\n\n## Unreleased\n\n### Added\n\n- New,\n  in `two` lines\n\n"
        "## [0.0.2] - 2025-03-01\n\n### Fixed\n\n- *Old*\n\n## 0.0.1 – 2025-01-01\n\n- First\n",
        encoding="utf-8",
    )
    text = changelog(tmp_path)
    assert re.findall(r"^ai-workbench \((.+)\) ", text, re.MULTILINE) == [names.version(), "0.0.2", "0.0.1"]
    assert "  * New, in two lines\n" in text
    assert "  * Old\n" in text
    assert "Sat, 01 Mar 2025 12:00:00 +0000" in text


def test_copyright_has_the_words_of_every_part(bundle: Path) -> None:
    text = copyright_file(bundle)
    assert text.startswith("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n")
    assert "\nLicense: MIT or BSD-3-Clause\n Copyright Somebody\n .\n You may.\nComment: tool 2.1\n" in text
    assert "\nLicense: other\n Terms of its own\nComment: odd\n" in text
    assert "Artistic words" in text
    assert "GNU LESSER" not in text
    assert "/usr/share/common-licenses/Apache-2.0" in text
    for paragraph in text.strip().split("\n\n"):
        assert re.match(r"[A-Z][\w-]+:", paragraph)


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="there is no dpkg-deb here")
def test_the_package_is_whole_and_belongs_to_root(bundle: Path, tmp_path: Path) -> None:
    package = build_deb(ROOT, bundle, tmp_path / "dist")
    assert package == tmp_path / "dist" / names.artifact("deb")
    assert [path.name for path in (tmp_path / "dist").iterdir()] == [package.name]
    content = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(content)) as archive:
        members = archive.getmembers()
    assert {(member.uid, member.gid) for member in members} == {(0, 0)}
    assert "./usr/bin/workbench" in {member.name for member in members}
    assert b"debian-binary" in package.read_bytes()[:100]
    assert b"data.tar.xz" in package.read_bytes()[:2_000_000]


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="there is no dpkg-deb here")
def test_the_same_bundle_gives_the_same_package(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764000000")
    first = build_deb(ROOT, bundle, tmp_path / "one").read_bytes()
    os.utime(bundle / names.COMMAND)
    assert build_deb(ROOT, bundle, tmp_path / "two").read_bytes() == first


@pytest.mark.skipif(not shutil.which("lintian"), reason="there is no lintian here")
def test_lintian_finds_no_error(bundle: Path, tmp_path: Path) -> None:
    (bundle / names.COMMAND).chmod(0o755)
    package = build_deb(ROOT, bundle, tmp_path / "dist")
    done = subprocess.run(
        ["lintian", "--no-cfg", "--allow-root", "--fail-on", "error", "--tag-display-limit", "0", package],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
