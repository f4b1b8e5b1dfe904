"""What the routes tab offers to the palette and to shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from workbench.domain.routes.starters import STARTERS
from workbench.ui.routes.editor import (
    CODE,
    DEPLOY,
    DRY_RUN,
    FAULTS,
    LIVE,
    ODDS,
    PROBLEMS,
    REPLAY,
    TESTS,
)
from workbench.ui.routes.start_page import starter_words
from workbench.ui.routes.tab import RoutesTab
from workbench.ui.support.commands import Command, shown_first

PLACE = "routes"


class RoutesCommands(QObject):
    """show: brings the tab to the front. Lives as long as the tab."""

    def __init__(self, tab: RoutesTab, show: Callable[[], object]) -> None:
        super().__init__(tab)
        self._tab = tab
        self._show = show

    def all(self) -> tuple[Command, ...]:
        tab, group = self._tab, self.tr("Routes")
        here, open_ = tab.isVisible, self._open
        own = (
            ("routes.new", self.tr("New route"), tab.new, "Ctrl+N", "plus", here),
            ("routes.open", self.tr("Open a route file"), tab.open, "Ctrl+O", "folder-open", here),
            ("routes.paste", self.tr("Import a route from the clipboard"), tab.paste, "", "clipboard", here),
            ("routes.save", self.tr("Save the route"), tab.save, "Ctrl+S", "save", open_),
            ("routes.save-as", self.tr("Save the route as…"), tab.save_as, "Ctrl+Shift+S", "save", open_),
            ("routes.close", self.tr("Close the route"), tab.close_current, "Ctrl+W", "x", open_),
            ("routes.undo", self.tr("Undo the last step"), tab.undo_step, "Ctrl+Z", "undo-2", open_),
            (
                "routes.redo",
                self.tr("Redo the step"),
                tab.redo_step,
                "Ctrl+Shift+Z; Ctrl+Y",
                "redo-2",
                open_,
            ),
            (
                "routes.source",
                self.tr("Show the JSON beside the canvas"),
                tab.toggle_source,
                "Ctrl+J",
                "braces",
                open_,
            ),
            (
                "routes.inspector",
                self.tr("Show the inspector"),
                tab.toggle_inspector,
                "Ctrl+I",
                "panel-right",
                open_,
            ),
        )
        panels = (
            (PROBLEMS, self.tr("Show the route’s problems"), "circle-alert"),
            (DRY_RUN, self.tr("Try a request on the route"), "play"),
            (TESTS, self.tr("Run the route’s tests"), "test-tube"),
            (ODDS, self.tr("Reckon the route’s odds and cost"), "chart-scatter"),
            (REPLAY, self.tr("Replay logged requests through the route"), "history"),
            (FAULTS, self.tr("Make elements of the route fail"), "flask-conical"),
            (LIVE, self.tr("Watch the route at work"), "activity"),
            (DEPLOY, self.tr("Deploy the route"), "rocket"),
            (CODE, self.tr("Write code that calls the route"), "code-xml"),
        )
        return (
            *(
                Command(id, title, run, keys, icon, group, enabled=enabled, place=PLACE)
                for id, title, run, keys, icon, enabled in own
            ),
            *(
                Command(
                    f"routes.{id}",
                    title,
                    partial(tab.open_panel, id),
                    icon=icon,
                    group=group,
                    enabled=open_,
                    place=PLACE,
                )
                for id, title, icon in panels
            ),
            *(
                Command(
                    f"routes.begin.{starter.id}",
                    self.tr("New route: {0}").format(starter_words(starter.id)[0]),
                    shown_first(self._show, tab.begin, starter),
                    icon="waypoints",
                    group=group,
                    keywords="starter template",
                )
                for starter in STARTERS
            ),
        )

    def _open(self) -> bool:
        return self._tab.isVisible() and self._tab.editor is not None
