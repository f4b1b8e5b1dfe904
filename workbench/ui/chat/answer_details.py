"""The wire record of an answer, with the way it took through its route."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from workbench.domain.exchange import Exchange
from workbench.ui.chat.records import WayPhase, WayTaken
from workbench.ui.chat.way_view import WayView
from workbench.ui.support.buttons import IconButton
from workbench.ui.support.exchange_panel import ExchangePanel
from workbench.ui.support.theme import Theme


class AnswerDetails(ExchangePanel):
    """Signals: try_wanted (on a route), and those of ExchangePanel."""

    try_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.missing.setText(self.tr("Nothing was recorded for this message: it was not sent."))
        self._taken = WayTaken()
        self.way = WayView(theme)
        self.add_page("way", self.tr("Way"), self.way)
        self.views["way"].toggled.connect(self._show_taken)
        self.try_it = IconButton(theme, "flask-conical", self.tr("Try on a route"))
        self.try_it.set_text(
            self.tr("Try on a route"), self.tr("Try on a route: see which way this request would take")
        )
        self.try_it.clicked.connect(self.try_wanted)
        self.tools.addWidget(self.try_it)
        self.show_answer(None)

    def show_answer(self, exchange: Exchange | None, way: WayTaken | None = None) -> None:
        """None: there is no record, which is said."""
        self._taken = way or WayTaken()
        self.try_it.setEnabled(exchange is not None)
        self.views["way"].setVisible(self._taken.phase is not WayPhase.NONE)
        self.show_exchange(exchange)
        self._show_taken()

    def show_way(self, way: WayTaken) -> None:
        """More is known of the way of the answer that is shown."""
        self._taken = way
        self._show_taken()

    def _show_taken(self) -> None:
        if self.views["way"].isChecked():
            self.way.show_way(self._taken)
