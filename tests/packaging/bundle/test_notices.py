"""packaging/bundle/notices.py: what is in the bundle is told with its terms, or the build ends."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest
from bundle import notices
from bundle.notices import NoTerms, Notice, collect, plain_text

ROOT = Path(__file__).parents[3]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An environment with one distribution in it, and what freezes."""
    return install(install(tmp_path / "site", "Some.Thing", "MIT"), "pyinstaller", "GPL")


def install(site: Path, name: str, licence: str, *, text: str = "You may.", version: str = "1.5") -> Path:
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    module = site / f"{name}.py"
    module.touch()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: {licence}\n",
        encoding="utf-8",
    )
    record = [module.name, f"{info.name}/METADATA"]
    if text:
        (info / "LICENSE").write_text(text, encoding="utf-8")
        record.append(f"{info.name}/LICENSE")
    (info / "RECORD").write_text("".join(f"{line},,\n" for line in record), encoding="utf-8")
    return site


def by_name(found: list[Notice]) -> dict[str, Notice]:
    return {one.name: one for one in found}


def test_what_a_file_was_taken_from_is_told_with_its_terms(site: Path) -> None:
    found = by_name(collect(ROOT, site, [("Some/Thing.pyc", site / "Some.Thing.py")]))
    assert found["Some.Thing"] == Notice("Some.Thing", "1.5", "MIT", "You may.")


def test_what_is_installed_and_not_taken_is_not_told(site: Path) -> None:
    assert "Some.Thing" not in by_name(collect(ROOT, site, []))


def test_the_program_its_icons_and_what_runs_it_are_always_told(site: Path) -> None:
    found = collect(ROOT, site, [])
    assert [one.name for one in found[:2]] == ["AI Workbench", "Lucide icons"]
    assert {"Python", "pyinstaller"} <= by_name(found).keys()
    assert "exception" in by_name(found)["pyinstaller"].licence
    assert all(one.text.strip() for one in found)


def test_files_of_the_program_and_of_python_are_nobody_elses(site: Path) -> None:
    python = Path(sysconfig.get_path("stdlib"), "json", "decoder.py")
    contents = [("a", ROOT / "workbench/app.py"), ("b", python)]
    assert by_name(collect(ROOT, site, contents)) == by_name(collect(ROOT, site, []))


def test_a_part_without_terms_ends_the_build(tmp_path: Path) -> None:
    site = install(tmp_path, "silent", "MIT", text="")
    with pytest.raises(NoTerms, match="silent"):
        collect(ROOT, site, [("silent.pyc", site / "silent.py")])


def test_a_file_of_nobody_ends_the_build(site: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    stray = tmp_path / "libstray-of-nobody.so.1"
    stray.touch()
    with pytest.raises(NoTerms, match="libstray"):
        collect(ROOT, site, [(stray.name, stray)])


def test_qt_is_told_with_where_its_sources_are_and_how_to_replace_it(tmp_path: Path) -> None:
    site = install(tmp_path, "PySide6_Essentials", "LGPL-3.0-only", text="", version="6.12.0")
    found = by_name(collect(ROOT, site, [("PySide6/x.so", site / "PySide6_Essentials.py")]))
    qt = found["Qt and PySide6"]
    assert (qt.version, qt.licence) == ("6.12.0", "LGPL-3.0-only")
    assert "https://download.qt.io" in qt.text
    assert "_internal/PySide6" in qt.text
    assert {"FFmpeg", "Text: LGPL-3", "Text: GPL-3", "Text: LGPL-2.1"} <= found.keys()
    assert "PySide6_Essentials" not in found


def test_the_same_terms_of_one_source_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = notices._together(
        [
            Notice("libk", "1", "MIT", "Same."),
            Notice("libm", "1", "MIT", "Same."),
            Notice("libx", "2", "", "Other."),
        ]
    )
    assert [one.name for one in found] == ["libk, libm", "libx"]


def test_the_text_of_all_lists_them_first() -> None:
    text = plain_text([Notice("A", "1", "MIT", "Of A."), Notice("B", "", "", "Of B.")])
    assert text.index("A 1: MIT") < text.index("B: see below") < text.index("Of A.") < text.index("Of B.")
