from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from workbench.domain.errors import StorageFailed
from workbench.domain.settings import Settings, info_of, problem_with
from workbench.storage.settings import SettingsFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold_and_nothing_is_written(path: Path) -> None:
    file = SettingsFile(path)
    assert file.load() == Settings()
    assert file.problems == ()
    assert not path.exists()


def test_settings_come_back_as_they_were_saved(path: Path) -> None:
    settings = Settings(theme="dark", gateway_port=9000, favourites=("a", "ب"), font_scale=1.25)
    SettingsFile(path).save(settings)
    assert SettingsFile(path).load() == settings


def test_a_damaged_file_is_kept_aside_and_reported(path: Path) -> None:
    written(path, "{ not json")
    file = SettingsFile(path)
    assert file.load() == Settings()
    assert path.with_suffix(".json.bad").read_text() == "{ not json"
    assert "kept as" in file.problems[0]


@pytest.mark.parametrize("text", ["[]", "null", "3", '"x"', ""])
def test_a_file_that_is_no_object_is_damaged(path: Path, text: str) -> None:
    file = SettingsFile(written(path, text))
    assert file.load() == Settings()
    assert file.problems


def test_a_file_that_is_no_text_is_damaged(path: Path) -> None:
    written(path, "").write_bytes(b"\xff\xfe\x00")
    file = SettingsFile(path)
    assert file.load() == Settings()
    assert "damaged" in file.problems[0]


def test_one_bad_value_costs_only_that_value(path: Path) -> None:
    file = SettingsFile(written(path, '{"gateway_port": 80, "theme": "dark", "favourites": [1]}'))
    assert file.load() == Settings(theme="dark")
    assert len(file.problems) == 2
    assert "“Gateway port” must be at least 1024" in file.problems[0]


def test_keys_of_a_newer_version_survive_a_save(path: Path) -> None:
    written(path, '{"version": 9, "hologram": true, "theme": "light"}')
    file = SettingsFile(path)
    file.save(replace(file.load(), theme="dark"))
    assert json.loads(path.read_text()) == {"version": 9, "hologram": True, "theme": "dark"}


def test_two_windows_do_not_undo_each_others_changes(path: Path) -> None:
    one, two = SettingsFile(path), SettingsFile(path)
    mine, yours = one.load(), two.load()
    mine = replace(mine, theme="dark")
    one.save(mine)
    two.save(replace(yours, last_tab="gateway"))
    one.save(replace(mine, rail_collapsed=True))
    assert SettingsFile(path).load() == Settings(theme="dark", last_tab="gateway", rail_collapsed=True)


def test_a_save_that_changes_nothing_writes_nothing(path: Path) -> None:
    file = SettingsFile(path)
    file.save(Settings(theme="dark"))
    before = path.stat().st_mtime_ns
    file.save(Settings(theme="dark"))
    assert path.stat().st_mtime_ns == before


def test_a_save_leaves_no_draft_behind(path: Path) -> None:
    SettingsFile(path).save(Settings(theme="dark"))
    assert sorted(one.name for one in path.parent.iterdir()) == [".settings.json.lock", "settings.json"]


def test_a_failed_save_says_so_and_leaves_the_old_file(path: Path) -> None:
    file = SettingsFile(path)
    file.save(Settings(theme="dark"))
    path.with_name(f"{path.name}.{os.getpid()}.draft").mkdir()
    with pytest.raises(StorageFailed) as caught:
        file.save(Settings(theme="light"))
    assert "could not be saved" in caught.value.what
    assert SettingsFile(path).load().theme == "dark"


def test_a_failed_save_is_made_up_for_by_the_next(tmp_path: Path) -> None:
    blocker = tmp_path / "config"
    blocker.write_text("")
    file = SettingsFile(blocker / "settings.json")
    with pytest.raises(StorageFailed):
        file.save(Settings(theme="dark"))
    blocker.unlink()
    file.save(Settings(theme="dark"))
    assert SettingsFile(blocker / "settings.json").load().theme == "dark"


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_each_default_is_allowed_and_what_is_shown_has_words(field: object) -> None:
    name = field.name  # type: ignore[attr-defined]  # dataclasses.Field is generic; any will do
    info = info_of(name)
    assert problem_with(name, getattr(Settings(), name)) == ""
    assert bool(info.label) == info.shown


@pytest.mark.parametrize(
    ("name", "value"),
    [("theme", "pink"), ("gateway_port", True), ("gateway_port", "8787"), ("rail_collapsed", 1), ("font_scale", float("nan")),
     ("font_scale", 9), ("gateway_upstream", None), ("favourites", "abc")],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_or_range_is_named(name: str, value: object) -> None:
    assert problem_with(name, value).startswith("“")


def test_loading_needs_no_heavy_library() -> None:
    code = (
        "import sys, pathlib; from workbench.storage.settings import SettingsFile; from workbench.storage.paths import Paths;"
        "SettingsFile(Paths.of_user({'WORKBENCH_HOME': '/nowhere'}).settings_file).load();"
        "print([m for m in ('msgspec', 'keyring', 'sqlite3', 'platformdirs', 'asyncio', 'httpx') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert out.stdout.strip() == "[]"


def test_a_folder_of_somebody_else_is_told_and_the_defaults_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    for name in ("exists", "read_text", "mkdir"):
        monkeypatch.setattr(Path, name, refused)
    file = SettingsFile(tmp_path / "settings.json")
    assert file.load() == Settings()
    assert "Permission denied" in file.problems[0]
    with pytest.raises(StorageFailed):
        file.save(Settings(theme="dark"))
