"""The tab proves itself: it asks a question through its own widgets and looks at what comes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from workbench.domain.conversations import MessageState
from workbench.ui.chat.library import Phase
from workbench.ui.chat.presenter import Presenter
from workbench.ui.chat.tab import ChatTab
from workbench.ui.support.self_test import SelfTestFailed, wait_until

_QUESTION = "Explain what a token bucket is, with a short example."


async def self_test(tab: ChatTab) -> None:
    """Type a question into the composer, press Send, wait for the answer, check text and metrics; else SelfTestFailed.

    Works on a conversation of its own, which stays.
    """
    model = tab.model
    until = partial(wait_until, seen=partial(_seen, tab))
    await until("the conversations are read", lambda: model.library.phase is Phase.READY and model.loaded)
    before = model.current_id
    empty = not model.messages and not model.draft
    tab.new_chat()
    await until("a new conversation opens", lambda: model.loaded and (empty or model.current_id != before))
    _type(tab, _QUESTION)
    if tab.composer.field.toPlainText() != _QUESTION:
        raise SelfTestFailed("the question is typed", tab.composer.field.toPlainText())
    tab.composer.send_button.click()
    await until("the question is stored", lambda: len(model.messages) > 0)
    await until("an answer begins", lambda: model.last_answer() is not None)
    await until("the answer ends", lambda: not model.busy)
    answer = model.last_answer()
    if answer is None or answer.state is not MessageState.DONE or not answer.text.strip():
        raise SelfTestFailed("the answer is whole", _seen(tab))
    if tab.composer.field.toPlainText():
        raise SelfTestFailed("the composer is empty again", tab.composer.field.toPlainText())
    facts = answer.facts
    if facts is None or facts.ttft_ms is None or not facts.usage.completion_tokens:
        raise SelfTestFailed("the answer is measured", repr(facts))
    if len(Presenter().metrics(facts)) < 4:
        raise SelfTestFailed("the metrics are shown", repr(facts))
    await until("the conversation has its title", lambda: bool(model.current and model.current.title))
    model.show_details(answer.id)
    await until("the wire record opens", lambda: model.records.exchange is not None)
    if not tab.details.text.toPlainText().startswith("POST "):
        raise SelfTestFailed("the wire record is shown", tab.details.text.toPlainText()[:80])
    model.records.close()


def _type(tab: ChatTab, text: str) -> None:
    """Key by key, as a keyboard would."""
    tab.composer.focus()
    for char in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, char)
            QApplication.sendEvent(tab.composer.field, event)


def _seen(tab: ChatTab) -> str:
    answer = tab.model.last_answer()
    if answer is None:
        return tab.composer.problem.text or "no answer"
    trouble = answer.trouble
    return f"{answer.state}: {trouble.what} {trouble.why}" if trouble else str(answer.state)
