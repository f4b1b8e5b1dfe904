"""What the program says of itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import workbench
from tests.conftest import Run
from workbench.services.about import Build, Notice, build, notices, system

SHA = "0123456789abcdef0123456789abcdef01234567"


def test_a_bundle_tells_of_its_build(tmp_path: Path) -> None:
    file = tmp_path / "build.json"
    file.write_text(json.dumps({"version": "1.2.3", "commit": "abc+", "built_at": "2026-01-31T12:00:00Z"}))
    assert build(file, tmp_path) == Build("1.2.3", "abc+", "2026-01-31T12:00:00Z", True)


@pytest.mark.parametrize("packed", [False, True])
def test_a_checkout_tells_of_its_commit(tmp_path: Path, packed: bool) -> None:
    git = tmp_path / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    if packed:
        (git / "packed-refs").write_text(f"# pack-refs\n{'f' * 40} refs/heads/other\n{SHA} refs/heads/main\n")
    else:
        (git / "refs/heads/main").write_text(f"{SHA}\n")
    assert build(tmp_path / "none", tmp_path) == Build(workbench.__version__, SHA[:12], "", False)


@pytest.mark.parametrize("head", ["", "ref: ../../../etc/passwd", "ref: refs/heads/none", "what is this"])
def test_where_there_is_no_commit_none_is_told(tmp_path: Path, head: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text(head)
    assert build(tmp_path / "none", tmp_path).commit == ""
    assert build(tmp_path / "none", tmp_path / "nowhere").commit == ""


def test_the_notices_of_a_bundle_are_those_it_came_with(run_async: Run, tmp_path: Path) -> None:
    file = tmp_path / "notices.json"
    listed = [
        {"name": "httpx", "version": "1", "licence": "BSD-3-Clause", "text": "Copyright"},
        {"name": "x"},
        3,
    ]
    file.write_text(json.dumps(listed))
    assert run_async(notices(file)) == (
        Notice("httpx", "1", "BSD-3-Clause", "Copyright"),
        Notice("x", "", "", ""),
    )


def test_the_notices_of_a_checkout_are_of_what_is_installed(run_async: Run, tmp_path: Path) -> None:
    found = run_async(notices(tmp_path / "none"))
    assert [one.name for one in found[:3]] == ["AI Workbench", "Lucide icons", "Python"]
    assert "Apache License" in found[0].text
    by_name = {one.name.lower(): one for one in found}
    assert by_name["httpx"].licence
    assert "Redistribution" in by_name["httpx"].text
    qt = by_name["pyside6_essentials"]
    assert qt.licence.startswith("LGPL-3.0-only")
    assert "https://pyside.org" in qt.text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in qt.text
    names = [one.name.lower() for one in found[3:]]
    assert names == sorted(names)
    assert len(set(names)) == len(names)


def test_the_system_has_a_name() -> None:
    assert len(system()) > 5
