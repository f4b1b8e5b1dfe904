from __future__ import annotations

from pathlib import Path

import pytest

from workbench.domain.errors import StorageFailed
from workbench.storage.paths import Paths


def test_a_variable_moves_everything_into_one_folder(tmp_path: Path) -> None:
    paths = Paths.of_user({"WORKBENCH_HOME": str(tmp_path)}).make()
    for folder in (paths.config, paths.data, paths.logs, paths.runtime):
        assert folder.is_dir()
        assert folder.is_relative_to(tmp_path)
    assert paths.profile == str(tmp_path)


def test_the_users_own_folders_are_used_otherwise() -> None:
    paths = Paths.of_user({})
    assert paths.profile == ""
    assert "ai-workbench" in str(paths.data)
    assert len({paths.config, paths.logs, paths.runtime}) == 3


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed) as caught:
        Paths.under(tmp_path / "file").make()
    assert "WORKBENCH_HOME" in caught.value.fix
    with pytest.raises(StorageFailed) as caught:
        Paths.under(tmp_path / "file", portable=True).make()
    assert "--portable" in caught.value.fix


def test_a_mark_beside_the_installed_program_makes_it_portable(tmp_path: Path) -> None:
    program = tmp_path / "workbench"
    assert not Paths.of_user({}, str(program)).portable
    (tmp_path / "portable").touch()
    paths = Paths.of_user({}, str(program))
    assert (paths.portable, paths.data) == (True, tmp_path / "data" / "data")
    assert not Paths.of_user({"WORKBENCH_HOME": str(tmp_path / "home")}, str(program)).portable


def test_a_child_process_uses_the_same_folders_and_keychain_entries(tmp_path: Path) -> None:
    own = Paths.under(tmp_path, portable=True)
    child = Paths.of_user(own.environment({"PATH": "/bin"}))
    assert (child.data, child.profile) == (own.data, own.profile)
    users = Paths(tmp_path, tmp_path, tmp_path, tmp_path)
    assert users.environment({"PATH": "/bin"}) == {"PATH": "/bin"}
