"""packaging/release.py: what keeps a release back."""

from __future__ import annotations

import hashlib
from pathlib import Path

import names
import pytest
import release
from release import NotReady, check_tag, expected, gather, notes

from tests.client.test_updates import serving
from tests.conftest import Run
from workbench.client.updates import UpdateClient
from workbench.domain.releases import Release


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in expected():
        content = f"this is {name}".encode()
        (tmp_path / name).write_bytes(content)
        line = f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        (tmp_path / f"{name}.sha256").write_text(line, encoding="utf-8")
    return tmp_path


def test_every_system_gets_its_packages_and_a_bill_of_materials() -> None:
    version = names.version()
    assert {
        f"ai-workbench_{version}_amd64.deb",
        f"ai-workbench-{version}-linux-x86_64.tar.xz",
        f"ai-workbench-{version}-linux-x86_64.AppImage",
        f"ai-workbench-{version}-linux-x86_64.flatpak",
        f"ai-workbench-{version}-windows-x86_64.exe",
        f"ai-workbench-{version}-macos-aarch64.dmg",
        f"ai-workbench-{version}-macos-x86_64.dmg",
        f"ai-workbench-{version}-macos-aarch64.cdx.json",
    } < set(expected())


def test_a_tag_names_the_version() -> None:
    check_tag(f"v{names.version()}")
    with pytest.raises(NotReady, match=r"v9\.9\.9"):
        check_tag("v9.9.9")


def test_what_is_whole_is_summed_up(folder: Path) -> None:
    lines = gather(folder).splitlines()
    assert [line.split("  ")[1] for line in lines] == expected()
    assert (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines() == lines
    assert gather(folder).splitlines() == lines


def test_what_is_missing_changed_or_strange_keeps_it_back(folder: Path) -> None:
    name = expected()[0]
    (folder / "virus.exe").touch()
    with pytest.raises(NotReady, match=r"virus\.exe"):
        gather(folder)
    (folder / "virus.exe").unlink()
    (folder / name).write_bytes(b"another")
    with pytest.raises(NotReady, match="not what was built"):
        gather(folder)
    (folder / name).unlink()
    with pytest.raises(NotReady, match=f"Not built: {name}"):
        gather(folder)
    assert not (folder / "SHA256SUMS").exists()


def test_the_notes_are_those_of_this_version() -> None:
    text = f"# Changelog\n\n## Unreleased\n\n- New\n\n## {names.version()} - 2026-01-01\n\n- Old\n"
    assert notes(text) == "- Old\n"
    assert notes(text.replace(f"## {names.version()}", "## [0.0.0]")) == "- New\n"
    with pytest.raises(NotReady, match="tells nothing"):
        notes("# Changelog\n\n## 0.0.0\n\n- First\n")


def test_the_command_says_why_not(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert release.main(["tag", "v9.9.9"]) == 1
    assert release.main(["gather", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "Not built: " in told.err
    assert told.out == ""


def test_older_programs_read_what_is_told_of_the_newest(
    capsys: pytest.CaptureFixture[str], run_async: Run
) -> None:
    page = "https://forge.example/releases/tag/v1"
    assert release.main(["newest", page]) == 0
    told = capsys.readouterr().out.encode()

    async def look() -> Release:
        async with serving(told) as server:
            return await UpdateClient().newest(server.address)

    assert run_async(look()) == Release(names.version(), page)
