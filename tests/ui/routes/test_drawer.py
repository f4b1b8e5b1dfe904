"""The drawer under the canvas: panels are made when first opened, and one is in front at a time."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from workbench.domain.routes.elements import Route
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.drawer import Drawer, PanelSpec
from workbench.ui.routes.overlay import NOTHING, Overlay
from workbench.ui.routes.panel import Panel
from workbench.ui.support.theme import Theme


class Lit(Panel):
    def opened(self) -> None:
        super().opened()
        self.document.show_overlay(Overlay(says={"m": "here"}))


class Stage:
    def __init__(self, theme: Theme) -> None:
        self.document = RouteDocument(Route("r", ()))
        self.built: list[str] = []
        self.drawer = Drawer(
            theme,
            [
                PanelSpec("problems", "Problems", "circle-alert", self._builder("problems", Panel)),
                PanelSpec("trial", "Dry run", "play", self._builder("trial", Lit)),
            ],
        )
        self.drawer.resize(600, 300)
        self.drawer.show()

    def _builder(self, id: str, kind: type[Panel]):  # type: ignore[no-untyped-def]
        def build() -> Panel:
            self.built.append(id)
            return kind(self.document)

        return build


@pytest.fixture
def stage(theme: Theme, qtbot: object) -> Stage:
    made = Stage(theme)
    qtbot.addWidget(made.drawer)  # type: ignore[attr-defined]
    return made


def test_no_panel_is_made_before_it_is_opened(stage: Stage) -> None:
    assert stage.built == []
    stage.drawer.open_panel("trial")
    assert stage.built == ["trial"]
    assert stage.drawer.panel is stage.drawer.built("trial")


def test_leaving_a_panel_takes_its_overlay_away(stage: Stage) -> None:
    stage.drawer.open_panel("trial")
    assert stage.document.overlay.says == {"m": "here"}
    stage.drawer.open_panel("problems")
    assert stage.document.overlay == NOTHING


def test_a_click_on_the_open_tab_closes_the_drawer_and_another_opens_it(stage: Stage) -> None:
    tabs = stage.drawer.tabs
    told: list[bool] = []
    stage.drawer.toggled.connect(told.append)
    for place in (1, 1, 1):
        QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(place).center())
    assert told == [True, False, True]
    assert stage.drawer.panel is stage.drawer.built("trial")


def test_a_badge_stands_behind_the_title(stage: Stage) -> None:
    stage.drawer.set_badge("problems", "3", "bad")
    assert stage.drawer.tabs.tabText(0) == "Problems 3"
    stage.drawer.set_badge("problems", "")
    assert stage.drawer.tabs.tabText(0) == "Problems"
