"""Over the composer: the transcript, or what stands in its place while there is nothing, not yet anything, or a failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from workbench.ui.chat.library import Phase
from workbench.ui.chat.model import ChatModel
from workbench.ui.chat.skeleton import SkeletonPage
from workbench.ui.support.frames import FrameClock
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import Theme
from workbench.ui.support.timers import once

if TYPE_CHECKING:
    from workbench.ui.chat.feed import TranscriptFeed
    from workbench.ui.chat.pages import EmptyPage, Example, FailedPage
    from workbench.ui.chat.transcript.view import TranscriptView

_SKELETON_AFTER_MS = 150


class Middle(QStackedWidget):
    """Shows the page that fits the open conversation of a ChatModel.

    Its pages are made when first needed: together they are half of the tab, and the composer waits for none of them.
    when_idle: told what may wait until the list is read and the composer takes a question; until then there is the skeleton.
    """

    write_wanted = Signal()
    """The user wants to write the first question."""

    def __init__(
        self,
        model: ChatModel,
        theme: Theme,
        frames: FrameClock,
        notifier: Notifier,
        when_idle: Callable[[Callable[[], object]], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._frames = frames
        self._notifier = notifier
        self._transcript: TranscriptView | None = None
        self._feed: TranscriptFeed | None = None
        self._empty: EmptyPage | None = None
        self._failed: FailedPage | None = None
        self._skeleton = SkeletonPage(theme)
        self.addWidget(self._skeleton)
        self._late = once(self, _SKELETON_AFTER_MS, self._show_skeleton)
        self._filled = False
        model.library.phase_changed.connect(self._show_page)
        model.current_changed.connect(self._opened)
        model.thread_loaded.connect(self._show_page)
        model.message_added.connect(self._fill)
        model.hit_opened.connect(self._reveal)
        self._show_page()
        when_idle(self._fill)
        when_idle(lambda: self.transcript)

    @property
    def transcript(self) -> TranscriptView:
        """With what the open conversation has by then."""
        if self._transcript is None:
            from workbench.ui.chat.feed import TranscriptFeed
            from workbench.ui.chat.transcript.view import TranscriptView

            self._transcript = TranscriptView(self._theme, self._frames)
            self._feed = TranscriptFeed(self._model, self._transcript, self._notifier, self)
            self.addWidget(self._transcript)
        return self._transcript

    @property
    def empty(self) -> EmptyPage:
        if self._empty is None:
            from workbench.ui.chat.pages import EmptyPage

            self._empty = EmptyPage(self._theme)
            self._empty.write_wanted.connect(self.write_wanted)
            self._empty.chosen.connect(self._try_example)
            self.addWidget(self._empty)
        return self._empty

    @property
    def failed(self) -> FailedPage:
        if self._failed is None:
            from workbench.ui.chat.pages import FailedPage

            self._failed = FailedPage(self._theme)
            self._failed.retried.connect(self._model.load)
            self.addWidget(self._failed)
        return self._failed

    def stop(self) -> None:
        """Nothing runs afterwards."""
        self._late.stop()
        if self._feed is not None:
            self._feed.stop()

    def regions(self) -> Sequence[QWidget]:
        """What the keyboard stops at."""
        return () if self._transcript is None else (self._transcript,)

    def offer(self, card: QWidget) -> None:
        """Show a newcomer what the window has to offer, where the first question is asked."""
        self.empty.add_card(card)

    def _fill(self) -> None:
        """From now on there is more than the skeleton: the idle step is there, or a question came before it."""
        self._filled = True
        self._show_page()

    def _opened(self) -> None:
        if not self._model.loaded:
            self._late.start()

    def _show_skeleton(self) -> None:
        if not self._model.loaded:
            self.setCurrentWidget(self._skeleton)

    def _show_page(self) -> None:
        library = self._model.library
        if library.phase is Phase.FAILED and library.trouble is not None:
            self.failed.show_trouble(library.trouble)
            self.setCurrentWidget(self.failed)
        elif not self._model.loaded:
            if library.phase is Phase.LOADING:
                self.setCurrentWidget(self._skeleton)
        elif self._filled:
            self._late.stop()
            self.setCurrentWidget(self.transcript if self._model.messages else self.empty)

    def _reveal(self, message_id: str, words: str) -> None:
        self.transcript.reveal(message_id, words)

    def _try_example(self, example: Example) -> None:
        self._model.send(example.question)
