"""The line over the log: what is looked for, and what can be done with what is found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.log_query import ANY_ROUTE, Ended
from workbench.ui.gateway.requests.model import RequestsModel
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.search_field import PatientSearchField
from workbench.ui.support.theme import INSIDE, PADDING, Theme, follow

_ONE_LINE = 960


class FilterBar(QWidget):
    """Writes every choice to the model. Signals: export_wanted (as a table: bool), delete_wanted."""

    export_wanted = Signal(bool)
    delete_wanted = Signal()

    def __init__(self, theme: Theme, model: RequestsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.search = PatientSearchField(self.tr("Search model, path, error, metadata…"), self)
        self.search.setAccessibleName(self.tr("Search the requests"))
        self.search.setToolTip(self.tr("Search the requests (Ctrl+F)"))
        self.ended = self._combo(self.tr("How they ended"))
        self.provider = self._combo(self.tr("Provider"))
        self.route = self._combo(self.tr("Route"))
        self.cached = self._combo(self.tr("Cache"))
        self.gateway = self._combo(self.tr("Gateway"))
        self.gateway.hide()
        self.clear = IconButton(theme, "circle-x", self.tr("Clear the filter"), self)
        self.held = TextLabel(theme, "", self, role="muted")
        self.pause = IconButton(theme, "pause", "", self)
        self.pause.setCheckable(True)
        self.more = IconButton(theme, "ellipsis", self.tr("Export or delete"), self)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._fill()
        self._lay_out()
        self._connect()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """As the model has it."""
        query, model = self._model.query, self._model
        for combo, value in (
            (self.ended, query.ended),
            (self.provider, query.provider),
            (self.route, query.route),
            (self.cached, query.cached),
            (self.gateway, query.gateway),
        ):
            with QSignalBlocker(combo):
                combo.setCurrentIndex(max(0, combo.findData(value)))
        if not self.search.hasFocus() and self.search.text().strip() != query.text:
            self.search.show_sought(query.text)
        self.clear.setVisible(query.narrowed)
        self.pause.setChecked(model.paused)
        words = (
            self.tr("Go on showing what comes") if model.paused else self.tr("Pause: let nothing new come in")
        )
        self.pause.set_text(words)
        self.pause.set_icon("play" if model.paused else "pause", "accent" if model.paused else "muted")
        self.held.setVisible(model.paused)
        self.held.setText(self.tr("Paused, {0} new").format(model.held))

    def show_gateways(self, ids: Sequence[str]) -> None:
        """A choice only where there is one."""
        with QSignalBlocker(self.gateway):
            self.gateway.clear()
            for gateway_id in ids:
                self.gateway.addItem(gateway_id, gateway_id)
            self.gateway.setCurrentIndex(max(0, self.gateway.findData(self._model.query.gateway)))
        self.gateway.setVisible(len(ids) > 1)
        if ids and self._model.query.gateway not in ids:
            self._model.narrow(gateway=ids[0])

    @Slot()
    def show_routes(self) -> None:
        with QSignalBlocker(self.route):
            self.route.clear()
            self.route.addItem(self.tr("Routed or not"), "")
            self.route.addItem(self.tr("Any route"), ANY_ROUTE)
            for name in self._model.routes:
                self.route.addItem(f"dynamic/{name}", name)
        self.refresh()

    def show_providers(self, slugs: Sequence[str]) -> None:
        with QSignalBlocker(self.provider):
            self.provider.clear()
            self.provider.addItem(self.tr("All providers"), "")
            for slug in slugs:
                self.provider.addItem(slug, slug)
        self.refresh()

    def _combo(self, name: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(6)
        return combo

    def _fill(self) -> None:
        for value, words in (
            (Ended.ANY, self.tr("Any status")),
            (Ended.OK, self.tr("Succeeded")),
            (Ended.FAILED, self.tr("Failed")),
            (Ended.LIMITED, self.tr("Limited (429)")),
            (Ended.CALLER_ERROR, self.tr("Refused (other 4xx)")),
            (Ended.SERVER_ERROR, self.tr("Upstream failed (5xx)")),
        ):
            self.ended.addItem(words, value)
        cached: tuple[tuple[bool | None, str], ...] = (
            (None, self.tr("Cached or not")),
            (True, self.tr("From the cache")),
            (False, self.tr("Not from the cache")),
        )
        for known, words in cached:
            self.cached.addItem(words, known)
        self.show_providers(self._model.providers)
        self.show_routes()
        menu = QMenu(self)
        menu.addAction(self.tr("Export what is found as JSON…")).triggered.connect(
            lambda: self.export_wanted.emit(False)
        )
        menu.addAction(self.tr("Export what is found as CSV…")).triggered.connect(
            lambda: self.export_wanted.emit(True)
        )
        menu.addSeparator()
        menu.addAction(self.tr("Delete what is found…")).triggered.connect(self.delete_wanted)
        self.more.setMenu(menu)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        column.setSpacing(INSIDE)
        self._first, self._second = QHBoxLayout(), QHBoxLayout()
        for row in (self._first, self._second):
            row.setSpacing(INSIDE)
            column.addLayout(row)
        self._first.addWidget(self.search, 2)
        for widget in (self.clear, self.held, self.pause, self.more):
            # Aligned, for what is not holds the whole line down to its own height, whatever the search needs for its text.
            self._first.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._in_two = True
        for combo in self._combos:
            self._second.addWidget(combo, 1)
        follow(self, self._theme, self._dress)

    @property
    def _combos(self) -> tuple[QComboBox, ...]:
        return (self.gateway, self.ended, self.provider, self.route, self.cached)

    def _arrange(self) -> None:
        """The choices stand beside the search where there is room, and under it where there is not."""
        in_two = self.width() < self._theme.px(_ONE_LINE)
        if in_two is self._in_two:
            return
        self._in_two = in_two
        for at, combo in enumerate(self._combos):
            if in_two:
                self._second.addWidget(combo, 1)
            else:
                self._first.insertWidget(at + 1, combo, 1)

    def _dress(self) -> None:
        self.search.setMinimumWidth(self._theme.px(120))
        for combo in self._combos:
            combo.setMinimumWidth(self._theme.px(72))
        self._arrange()

    def _connect(self) -> None:
        model = self._model
        self.search.sought.connect(lambda text: model.narrow(text=text.strip()))
        self.ended.activated.connect(lambda at: model.narrow(ended=Ended(self.ended.itemData(at))))
        self.provider.activated.connect(lambda at: model.narrow(provider=self.provider.itemData(at)))
        self.route.activated.connect(lambda at: model.narrow(route=self.route.itemData(at)))
        self.cached.activated.connect(lambda at: model.narrow(cached=self.cached.itemData(at)))
        self.gateway.activated.connect(lambda at: model.narrow(gateway=self.gateway.itemData(at)))
        self.clear.clicked.connect(self._clear)
        self.pause.toggled.connect(model.set_paused)
        model.changed.connect(self.refresh)
        model.routes_changed.connect(self.show_routes)

    @Slot()
    def _clear(self) -> None:
        self.search.show_sought("")
        self._model.widen()
