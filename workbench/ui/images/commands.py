"""What the images tab offers to the palette and to shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from workbench.ui.images.model import PageId, Side
from workbench.ui.images.tab import ImagesTab
from workbench.ui.support.commands import Command, shown_first

PLACE = "images"


class ImagesCommands(QObject):
    """show: brings the tab to the front. Lives as long as the tab."""

    def __init__(self, tab: ImagesTab, show: Callable[[], object]) -> None:
        super().__init__(tab)
        self._tab = tab
        self._show = show

    def all(self) -> tuple[Command, ...]:
        tab, group = self._tab, self.tr("Images")
        page = partial(shown_first, self._show, tab.show_page)
        own = (
            ("images.create", self.tr("Create pictures"), page(PageId.CREATE), "Alt+1", "wand-sparkles"),
            ("images.try-on", self.tr("Try an outfit on"), page(PageId.TRY_ON), "Alt+2", "shirt"),
            ("images.gallery", self.tr("Open the gallery"), page(PageId.GALLERY), "Alt+3", "images"),
            (
                "images.details",
                self.tr("Show or hide the details"),
                partial(tab.toggle_side, Side.DETAILS),
                "Ctrl+I",
                "panel-right",
            ),
            (
                "images.queue",
                self.tr("Show or hide the queue"),
                partial(tab.toggle_side, Side.QUEUE),
                "Ctrl+Shift+Q",
                "list",
            ),
            (
                "images.pause",
                self.tr("Pause or go on with the queue"),
                tab.results_model.toggle_pause,
                "",
                "pause",
            ),
        )
        return tuple(
            Command(
                id,
                title,
                run,
                keys,
                icon,
                group,
                place=PLACE if keys else "",
                keywords=self.tr("picture image"),
            )
            for id, title, run, keys, icon in own
        )
