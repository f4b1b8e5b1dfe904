"""Between the model and the transcript: what the view shows, and what its buttons do."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from workbench.domain.conversations import StoredMessage
from workbench.ui.chat.model import ChatModel
from workbench.ui.chat.presenter import Presenter
from workbench.ui.chat.transcript.message import TranscriptMessage
from workbench.ui.chat.transcript.view import TranscriptView
from workbench.ui.support.notify import Notifier

_SAFE_SCHEMES = ("http", "https", "mailto")


class TranscriptFeed(QObject):
    """Keeps a view in step with the open conversation, and counts down where a provider asked to wait."""

    def __init__(
        self,
        model: ChatModel,
        view: TranscriptView,
        notifier: Notifier,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._view = view
        self._notifier = notifier
        self._presenter = Presenter(self)
        self._clock = clock
        self._open_url = open_url
        self._latest = ""
        self._until: dict[str, float] = {}
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._count_down)
        self._connect()
        self._load()

    def stop(self) -> None:
        """Count no more seconds."""
        self._second.stop()

    def _connect(self) -> None:
        model, view = self._model, self._view
        model.current_changed.connect(self._clear)
        model.thread_loaded.connect(self._load)
        model.message_added.connect(self._add)
        model.message_changed.connect(self._change)
        model.reply_extended.connect(view.extend)
        model.reply_delayed.connect(view.delay)
        model.records.way_known.connect(self._tell_way)
        view.retry_requested.connect(model.retry)
        view.edit_requested.connect(model.edit)
        view.fix_requested.connect(model.mend)
        view.details_requested.connect(model.show_details)
        view.try_requested.connect(model.try_on_route)
        view.link_activated.connect(self._open_link)
        view.copied.connect(self._copied)

    def _clear(self) -> None:
        if not self._model.loaded:
            self._view.clear()

    def _load(self) -> None:
        self._until.clear()
        self._latest = self._newest()
        self._view.set_messages([self._shown(message) for message in self._model.messages])

    def _add(self, message: StoredMessage) -> None:
        self._view.append(self._shown(message))
        self._move_latest()

    def _change(self, message: StoredMessage) -> None:
        trouble = message.trouble
        if trouble is not None and trouble.retry_after_s and message.id not in self._until:
            self._until[message.id] = self._clock() + trouble.retry_after_s
            self._second.start()
        self._view.replace(self._shown(message))
        self._move_latest()

    def _tell_way(self, message_id: str) -> None:
        message = self._model.message(message_id)
        if message is not None:
            self._view.replace(self._shown(message))

    def _move_latest(self) -> None:
        """Only the newest message can be asked again: the one before loses its button."""
        newest = self._newest()
        if newest != self._latest:
            before, self._latest = self._latest, newest
            for message_id in (before, newest):
                message = self._model.message(message_id)
                if message is not None:
                    self._view.replace(self._shown(message))

    def _newest(self) -> str:
        return next((each.id for each in reversed(self._model.messages) if not each.superseded), "")

    def _shown(self, message: StoredMessage) -> TranscriptMessage:
        wait_s = self._until.get(message.id, 0.0) - self._clock()
        return self._presenter.message(
            message,
            latest=message.id == self._latest,
            wait_s=max(0.0, wait_s),
            fix=self._model.fix_for(message),
            way=self._model.records.way_of(message.id),
        )

    def _count_down(self) -> None:
        for message_id, until in tuple(self._until.items()):
            if until <= self._clock():
                del self._until[message_id]
            message = self._model.message(message_id)
            if message is None:
                self._until.pop(message_id, None)
            else:
                self._view.replace(self._shown(message))
        if not self._until:
            self._second.stop()

    def _open_link(self, url: str) -> None:
        target = QUrl(url)
        if target.scheme().lower() in _SAFE_SCHEMES:
            self._open_url(target)
        else:
            self._notifier.info(
                self.tr("This link was not opened."),
                detail=self.tr("Only web and mail addresses are opened: {0}").format(url),
                key="link",
            )

    def _copied(self) -> None:
        self._notifier.copied()
