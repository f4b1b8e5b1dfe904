"""packaging/flatpak: the manifest and what it installs. Building takes a platform that is fetched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import names
import pytest
from flatpak.build import PERMISSIONS, PLATFORM, PLATFORM_VERSION, SDK, lay_out, manifest, without_platform

ROOT = Path(__file__).parents[3]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    bundle, place = tmp_path / "bundle", tmp_path / "place"
    (bundle / "_internal").mkdir(parents=True)
    (bundle / names.COMMAND).write_text("program", encoding="utf-8")
    place.mkdir()
    assert lay_out(ROOT, bundle, place) == place / f"{names.APP_ID}.json"
    return place


def test_the_manifest_lies_beside_what_it_installs(place: Path) -> None:
    read = json.loads((place / f"{names.APP_ID}.json").read_text(encoding="utf-8"))
    assert read == manifest()
    assert read["id"] == names.APP_ID
    assert len(names.APP_ID.split(".")) >= 3
    for module in read["modules"]:
        for source in module["sources"]:
            assert (place / source["path"]).is_dir()
    program = place / "tree/bin" / read["command"]
    assert program.resolve(strict=True) == (place / "tree/lib/ai-workbench/workbench").resolve()


def test_what_desktops_are_to_see_is_named_after_the_program(place: Path) -> None:
    """Nothing else gets out of a Flatpak."""
    for folder in ("applications", "metainfo", "mime/packages", "icons/hicolor/128x128/apps"):
        assert [
            path.stem.removesuffix(".metainfo") for path in (place / "tree/share" / folder).iterdir()
        ] == [names.APP_ID], folder
    assert not list(place.rglob("*.service"))


def test_it_gets_the_keychain_and_the_network_and_no_folder() -> None:
    assert "--talk-name=org.freedesktop.secrets" in PERMISSIONS
    assert "--share=network" in PERMISSIONS
    assert not [
        one for one in PERMISSIONS if one.startswith(("--filesystem", "--device=all", "--socket=session"))
    ]


@pytest.mark.skipif(not shutil.which("flatpak-builder"), reason="there is no flatpak-builder here")
def test_flatpak_builder_reads_the_manifest(place: Path) -> None:
    done = subprocess.run(
        ["flatpak-builder", "--show-manifest", f"{names.APP_ID}.json"],
        cwd=place,
        env={**os.environ, "HOME": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["id"] == names.APP_ID
    assert shown["finish-args"] == list(PERMISSIONS)
    assert shown["modules"][0]["build-commands"] == ["cp -a . /app/"]


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for the tool")
@pytest.mark.parametrize(("installed", "told"), [((), True), ((PLATFORM,), True), ((PLATFORM, SDK), False)])
def test_a_platform_that_is_not_installed_is_told_with_what_to_type(
    installed: tuple[str, ...], told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "flatpak"
    there = "|".join(f"{name}//{PLATFORM_VERSION}" for name in installed) or "nothing"
    tool.write_text(f'#!/bin/sh\ncase "$3" in {there}) exit 0;; esac\nexit 1\n', encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    words = f"flatpak install --user flathub {PLATFORM}//{PLATFORM_VERSION} {SDK}//{PLATFORM_VERSION}"
    assert without_platform().endswith(words) is told
    assert bool(without_platform()) is told
