"""The details of a message."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QGuiApplication

from tests.ui.support.test_exchange_text import SENT
from workbench.services.snippets import Language
from workbench.ui.support.exchange_panel import ExchangePanel
from workbench.ui.support.theme import Theme


def test_the_request_is_shown_first_and_the_rest_at_a_click(theme: Theme) -> None:
    panel = ExchangePanel(theme)
    panel.show_exchange(SENT)
    assert panel.text.toPlainText().startswith("POST http")
    panel.views["stream"].click()
    assert panel.text.toPlainText().startswith("    90.0  data: 1")
    panel.views["attempts"].click()
    assert "Rate limited." in panel.text.toPlainText()
    panel.deleteLater()


def test_what_there_is_not_is_not_offered(theme: Theme) -> None:
    panel = ExchangePanel(theme)
    panel.show_exchange(SENT)
    panel.views["attempts"].click()
    panel.show_exchange(replace(SENT, chunks=SENT.chunks[:1], attempts=[]))
    assert panel.views["stream"].isHidden()
    assert panel.views["attempts"].isHidden()
    assert panel.text.toPlainText().startswith("POST http")
    panel.deleteLater()


def test_a_message_that_was_not_sent_says_so(theme: Theme) -> None:
    panel = ExchangePanel(theme)
    panel.show_exchange(SENT)
    panel.show_exchange(None)
    assert panel.text.isHidden()
    assert not panel.views["request"].isEnabled()
    panel.deleteLater()


def test_copies_as_code_and_as_a_whole(theme: Theme) -> None:
    panel = ExchangePanel(theme)
    said: list[str] = []
    panel.copied.connect(said.append)
    panel.show_exchange(SENT)
    panel.copy_code(Language.CURL)
    assert QGuiApplication.clipboard().text().startswith("curl ")
    panel.copy_all()
    assert "data: 2" in QGuiApplication.clipboard().text()
    assert said == ["curl", "Everything"]
    panel.deleteLater()
