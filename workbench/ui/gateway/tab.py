"""The gateway tab: four parts behind a line of choices, how the gateway does, and what should be known of it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.gateway import GatewayPhase
from workbench.ui.gateway.gateways.page import GatewaysPage
from workbench.ui.gateway.model import GatewayModel, Part
from workbench.ui.gateway.providers.page import ProvidersPage
from workbench.ui.gateway.requests.page import RequestsPage
from workbench.ui.gateway.usage.page import UsagePage
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import ElidedLabel
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.pages import Page
from workbench.ui.support.shortcuts import spelled
from workbench.ui.support.surfaces import Ground, Remark
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, Theme

ICONS = {
    Part.REQUESTS: "scroll-text",
    Part.PROVIDERS: "key-round",
    Part.GATEWAYS: "router",
    Part.USE: "code-xml",
}


class GatewayTab(QWidget):
    """Shows a GatewayModel."""

    def __init__(
        self, theme: Theme, model: GatewayModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self.requests = RequestsPage(theme, model.requests, notifier)
        self.providers = ProvidersPage(theme, model.providers)
        self.gateways = GatewaysPage(theme, model.gateways, notifier)
        self.usage = UsagePage(theme, model.usage, notifier)
        self._pages = {
            Part.REQUESTS: self.requests,
            Part.PROVIDERS: self.providers,
            Part.GATEWAYS: self.gateways,
            Part.USE: self.usage,
        }
        self.buttons: dict[Part, QPushButton] = {}
        self._group = QButtonGroup(self)
        self.remark = Remark(theme, self)
        self.faults = Remark(theme, self, icon="flask-conical")
        self.down = Blank(theme, self)
        self._start = self.down.offer(self.tr("Start the gateway"), model.start, "primary")
        self._stack = QStackedWidget(self)
        self._build()
        model.changed.connect(self.refresh)
        model.remarks_changed.connect(self._show_remarks)
        model.gateways.routes_changed.connect(self._show_choices)
        self.refresh()
        self._show_remarks()

    def page(self) -> Page:
        """What the window needs of it; closing it closes the model too."""
        return Page(
            self,
            title=lambda: self.tr("Gateway"),
            focus=self.focus_part,
            regions=lambda: (self.buttons[self.model.part], self._stack),
            aclose=self.aclose,
        )

    async def aclose(self) -> None:
        await self.requests.aclose()
        await self.gateways.aclose()
        await self.model.aclose()

    def open_part(self, part: Part) -> None:
        self.model.open(part)
        self.focus_part()

    def focus_part(self) -> None:
        self.model.open()
        if self.model.part is Part.REQUESTS and self.requests.table.isVisible():
            self.requests.table.setFocus()
        else:
            self.buttons[self.model.part].setFocus()

    @Slot()
    def refresh(self) -> None:
        model, state = self.model, self.model.state
        self.buttons[model.part].setChecked(True)
        shown: QWidget = self._pages[model.part]
        if not model.running and model.part is not Part.USE:
            self._say_down()
            shown = self.down
        self._stack.setCurrentWidget(shown)
        self._state.setText(self._state_words())
        if state.address:
            self.requests.set_address(state.address)
        self._show_choices()

    def _build(self) -> None:
        bar = Ground(self._theme, "bottom", "canvas", self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        row.setSpacing(GRID)
        titles = {
            Part.REQUESTS: self.tr("Requests"),
            Part.PROVIDERS: self.tr("Providers"),
            Part.GATEWAYS: self.tr("Gateways and routes"),
            Part.USE: self.tr("Use it"),
        }
        for number, (part, title) in enumerate(titles.items(), 1):
            made = QPushButton(title, bar)
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setProperty("kind", "segment")
            keys = QKeySequence(f"Alt+{number}")
            made.setToolTip(f"{title} ({spelled(keys)})")
            set_icon(made, self._theme, ICONS[part], "muted")
            made.clicked.connect(lambda _, part=part: self.open_part(part))
            QShortcut(keys, self, lambda part=part: self.open_part(part))
            self._group.addButton(made)
            self.buttons[part] = made
            row.addWidget(made)
        self._state = ElidedLabel(self._theme, "", bar, size=CAPTION + 1, role="muted")
        row.addSpacing(PADDING)
        row.addWidget(self._state, 1)
        for page in (*self._pages.values(), self.down):
            self._stack.addWidget(page)
        self.faults.act.setText(self.tr("Let it answer normally"))
        self.faults.act.show()
        self.faults.act.clicked.connect(self.model.clear_faults)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (bar, self.remark, self.faults):
            column.addWidget(widget)
        column.addWidget(self._stack, 1)

    def _say_down(self) -> None:
        state = self.model.state
        starting = state.phase in (GatewayPhase.STARTING, GatewayPhase.RESTARTING)
        if starting:
            self.down.say("loader-circle", "accent", self.tr("The gateway is starting…"))
        elif state.phase is GatewayPhase.FAILED:
            self.down.say_trouble(state)
        else:
            words = self.tr("It answers on this machine only, and keeps what it answered.")
            self.down.say("router", "muted", self.tr("The local gateway is not running."), words)
        self._start.setVisible(not starting)
        failed = state.phase is GatewayPhase.FAILED
        self._start.setText(self.tr("Try again") if failed else self.tr("Start the gateway"))

    def _state_words(self) -> str:
        state = self.model.state
        if state.phase is not GatewayPhase.RUNNING:
            return ""
        return self.tr("Listens at {0}").format(state.address)

    @Slot()
    def _show_remarks(self) -> None:
        remarks = self.model.remarks
        self.remark.say(" ".join(part for part in (remarks.journal, remarks.keys) if part))
        words = self.tr(
            "The sandbox has been told to misbehave, so some answers are slow or fail on purpose."
        )
        self.faults.say(words if remarks.faults else "")
        self.providers.show_default(remarks.behind)

    @Slot()
    def _show_choices(self) -> None:
        ids = self.model.gateway_ids
        self.requests.filters.show_gateways(ids)
        self.providers.show_gateways(ids)
        self.usage.show_choices(ids, self.model.gateways.route_names)
