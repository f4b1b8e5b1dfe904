from __future__ import annotations

import asyncio

from tests.conftest import Run
from tests.fakes.settings import MemorySettings
from workbench.domain.errors import StorageFailed
from workbench.domain.settings import Settings
from workbench.ui.support.settings import SettingsModel


def test_many_changes_are_saved_once_soon_after(run_qt: Run) -> None:
    async def scenario() -> list[Settings]:
        file = MemorySettings()
        model = SettingsModel(Settings(), file)
        for theme in ("dark", "light", "dark"):
            model.set("theme", theme)
        assert file.saved == []
        await asyncio.sleep(0.6)
        await model.aclose()
        return file.saved

    assert [settings.theme for settings in run_qt(scenario())] == ["dark"]


def test_a_value_that_cannot_be_is_refused_with_a_sentence() -> None:
    model, heard = SettingsModel(Settings(), MemorySettings()), list[str]()
    model.changed.connect(heard.append)
    assert "at least" in model.set("gateway_port", 80)
    assert model.value.gateway_port == 8787
    assert heard == []


def test_a_setting_goes_back_to_its_default() -> None:
    model, heard = SettingsModel(Settings(theme="dark"), MemorySettings()), list[str]()
    model.changed.connect(heard.append)
    assert not model.is_default("theme")
    model.reset("theme")
    assert model.is_default("theme")
    assert heard == ["theme"]
    model.flush()


def test_what_is_not_saved_yet_is_saved_at_the_end() -> None:
    file = MemorySettings()
    model = SettingsModel(Settings(), file)
    model.set("rail_collapsed", True)
    model.flush()
    model.flush()
    assert [settings.rail_collapsed for settings in file.saved] == [True]


def test_a_failure_to_save_is_told_and_the_value_holds() -> None:
    file = MemorySettings()
    file.failure = StorageFailed("The settings could not be saved.")
    model, told = SettingsModel(Settings(), file), list[object]()
    model.failed.connect(told.append)
    model.set("theme", "dark")
    model.flush()
    assert told == [file.failure]
    assert model.value.theme == "dark"
