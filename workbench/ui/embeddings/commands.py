"""What the embeddings tab offers to the palette and to shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from workbench.ui.embeddings.leave.taking import Subject
from workbench.ui.embeddings.model import PageId
from workbench.ui.embeddings.tab import EmbeddingsTab
from workbench.ui.support.commands import Command, shown_first

PLACE = "embeddings"


class EmbeddingsCommands(QObject):
    """show: brings the tab to the front. Lives as long as the tab."""

    def __init__(self, tab: EmbeddingsTab, show: Callable[[], object]) -> None:
        super().__init__(tab)
        self._tab = tab
        self._show = show

    def all(self) -> tuple[Command, ...]:
        tab, group = self._tab, self.tr("Embeddings")
        here = partial(shown_first, self._show)
        pages = (
            (PageId.TEXTS, self.tr("See the texts of the set"), "table"),
            (PageId.SIMILARITY, self.tr("Compare every text with every other"), "grid-3x3"),
            (PageId.MAP, self.tr("See the texts as a map"), "chart-scatter"),
            (PageId.NEIGHBOURS, self.tr("See what is nearest to a text"), "text-search"),
            (PageId.DECIDE, self.tr("Decide on a model and a threshold"), "scale"),
        )
        own = (
            *(
                (f"embeddings.{page}", title, here(tab.show_page, page), f"Alt+{place}", icon)
                for place, (page, title, icon) in enumerate(pages, start=1)
            ),
            ("embeddings.new", self.tr("New set of texts"), here(tab.new_set), "Ctrl+N", "plus"),
            (
                "embeddings.open",
                self.tr("Open a file of texts"),
                here(tab.choose_file),
                "Ctrl+O",
                "folder-open",
            ),
            ("embeddings.embed", self.tr("Embed the texts"), here(tab.embed), "", "play"),
            (
                "embeddings.list",
                self.tr("Show or hide the sets of texts"),
                tab.toggle_list,
                "Ctrl+B",
                "panel-left",
            ),
            (
                "embeddings.bring",
                self.tr("Load vectors from a file"),
                here(tab.bring_in),
                "",
                "file-input",
            ),
        )
        leaving = (
            (
                "embeddings.leave",
                self.tr("Take vectors and results along"),
                here(tab.show_leave),
                "Ctrl+Shift+E",
                "download",
            ),
            (
                "embeddings.report",
                self.tr("Save a report with pictures"),
                here(tab.take_along, Subject.REPORT),
                "",
                "file-text",
            ),
        )
        words = self.tr("vectors similarity export")
        return (
            *(Command(*each, group, words, place=PLACE) for each in own),
            *(Command(*each, group, words, tab.can_take, PLACE) for each in leaving),
        )
