"""The odds: who sends requests on one side, what the route makes of them on the other, and how much flows where on the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.odds.model import OddsModel, Reckoner, Rows
from workbench.ui.routes.odds.population_form import PopulationForm
from workbench.ui.routes.odds.results import Results
from workbench.ui.routes.panel import Panel
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import Theme, follow
from workbench.ui.support.work import RunningWork

_FORM, _RESULTS = 300, 360


class OddsPanel(Panel):
    """rows: the last requests of the local gateway, to describe others by (services.route_replay.RouteReplay.rows)."""

    def __init__(
        self,
        theme: Theme,
        document: RouteDocument,
        odds: Reckoner,
        notifier: Notifier,
        running: RunningWork,
        parent: QWidget | None = None,
        *,
        rows: Rows | None = None,
    ) -> None:
        super().__init__(document, parent)
        self._theme = theme
        self._notifier = notifier
        self.model = OddsModel(document, odds, notifier, running, rows, self)
        self.form = PopulationForm(theme, self.model, self)
        self.results = Results(theme, self.model, self)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(self.form)
        split.addWidget(self.results)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(1, 1)
        split.setSizes([300, 880])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        follow(self, theme, self._dress)
        self.results.element_chosen.connect(document.reveal)
        self.model.overlay_changed.connect(self._show_overlay)
        self.model.described.connect(self._say_described)

    def opened(self) -> None:
        super().opened()
        self.model.watch(True)
        self._show_overlay()

    def left(self) -> None:
        self.model.watch(False)
        super().left()

    def focus_first(self) -> None:
        self.form.focus_first()

    async def aclose(self) -> None:
        await self.model.aclose()

    def _dress(self) -> None:
        self.form.setMinimumWidth(self._theme.px(_FORM))
        self.results.setMinimumWidth(self._theme.px(_RESULTS))

    @Slot()
    def _show_overlay(self) -> None:
        if self.in_front:
            self.document.show_overlay(self.model.overlay)

    @Slot(int)
    def _say_described(self, rows: int) -> None:
        words = (
            self.tr("Described by the last requests of the log: %n.", "", rows)
            if rows
            else self.tr("The log has no request to a chat model yet, so it describes nothing.")
        )
        self._notifier.info(words, key="odds-log")
