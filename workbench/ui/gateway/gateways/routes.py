"""The routes of a gateway: which version runs, which ran before, and the way back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QDateTime, QLocale, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.services.deployments import Version
from workbench.services.gateway_settings import RouteState
from workbench.ui.gateway.gateways.model import GatewaysModel
from workbench.ui.gateway.providers.page import Rows
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.surfaces import Pill, small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, RELATED, SEMIBOLD, Theme

_SHOWN = 5


class RouteCards(Rows):
    """Shows the model's routes."""

    def __init__(self, theme: Theme, model: GatewaysModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._model = model
        self._open: set[str] = set()
        model.routes_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        self.show_rows([self._row(state) for state in self._model.routes])

    def _row(self, state: RouteState) -> QWidget:
        entry, versions = state.entry, state.versions
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(PADDING, RELATED, INSIDE, RELATED)
        column.setSpacing(GRID)
        live = next((one for one in versions if one.live), None)
        head = QHBoxLayout()
        head.setSpacing(INSIDE)
        name = TextLabel(self._theme, f"dynamic/{entry.name}", box, weight=SEMIBOLD)
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head.addWidget(name)
        if live is not None:
            head.addWidget(Pill(self._theme, self.tr("version {0} runs").format(live.number), "good", box))
        head.addStretch(1)
        copy = small(
            IconButton(self._theme, "copy", self.tr("Copy the name dynamic/{0}").format(entry.name), box)
        )
        copy.clicked.connect(partial(QGuiApplication.clipboard().setText, f"dynamic/{entry.name}"))
        delete = small(IconButton(self._theme, "trash-2", self.tr("Delete {0}").format(entry.name), box))
        delete.clicked.connect(partial(self._model.delete_route, entry))
        for widget in (copy, delete):
            head.addWidget(widget)
        column.addLayout(head)
        for version in versions if entry.name in self._open else versions[:_SHOWN]:
            column.addLayout(self._version(entry.name, version, box))
        if len(versions) > _SHOWN and entry.name not in self._open:
            more = button(self.tr("Show all {0} versions").format(len(versions)), "quiet", box)
            more.clicked.connect(partial(self._show_all, entry.name))
            column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeading)
        return box

    def _version(self, name: str, version: Version, parent: QWidget) -> QHBoxLayout:
        made = _moment(version.created_at)
        words = self.tr("Version {0}, saved {1}").format(version.number, made)
        if version.deployed_at and not version.live:
            words += self.tr(", ran since {0}").format(_moment(version.deployed_at[-1]))
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(TextLabel(self._theme, words, parent, size=CAPTION + 1, role="muted"), 1)
        if not version.live:
            back = button(self.tr("Let it run"), "quiet", parent)
            back.setAccessibleName(self.tr("Let version {0} of {1} run").format(version.number, name))
            back.clicked.connect(partial(self._model.roll_back, name, version))
            row.addWidget(back)
        return row

    def _show_all(self, name: str) -> None:
        self._open.add(name)
        self.refresh()


def _moment(seconds: float) -> str:
    moment = QDateTime.fromMSecsSinceEpoch(round(seconds * 1000))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
