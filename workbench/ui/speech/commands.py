"""What the speech tab offers to the palette and to shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from workbench.ui.speech.model import PageId
from workbench.ui.speech.player.recorder_bar import RECORD_KEYS
from workbench.ui.speech.tab import SpeechTab
from workbench.ui.support.commands import Command, shown_first

PLACE = "speech"


class SpeechCommands(QObject):
    """show: brings the tab to the front. Lives as long as the tab."""

    def __init__(self, tab: SpeechTab, show: Callable[[], object]) -> None:
        super().__init__(tab)
        self._tab = tab
        self._show = show

    def all(self) -> tuple[Command, ...]:
        tab, group = self._tab, self.tr("Speech")
        here = partial(shown_first, self._show)
        page = partial(here, tab.show_page)
        own = (
            (
                "speech.transcribe",
                self.tr("Transcribe recordings"),
                page(PageId.TRANSCRIBE),
                "Alt+1",
                "audio-lines",
            ),
            ("speech.batch", self.tr("Transcribe many files"), page(PageId.BATCH), "Alt+2", "files"),
            ("speech.speak", self.tr("Have a text spoken"), page(PageId.SPEAK), "Alt+3", "volume-2"),
            ("speech.open", self.tr("Add recordings"), here(tab.choose_files), "Ctrl+O", "folder-open"),
            (
                "speech.record",
                self.tr("Record with a microphone"),
                here(tab.record_or_stop),
                RECORD_KEYS,
                "mic",
            ),
            ("speech.find", self.tr("Find in the text"), tab.find_in_text, "Ctrl+F", "text-search"),
            ("speech.list", self.tr("Show or hide the recordings"), tab.toggle_list, "Ctrl+B", "panel-left"),
            ("speech.play", self.tr("Play or pause"), tab.play_or_pause, "Ctrl+Space", "play"),
        )
        return tuple(
            Command(id, title, run, keys, icon, group, place=PLACE, keywords=self.tr("audio sound"))
            for id, title, run, keys, icon in own
        )
