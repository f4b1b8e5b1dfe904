"""What the palette and the shortcuts sheet know of the gateway tab."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from workbench.ui.gateway.model import Part
from workbench.ui.gateway.tab import ICONS, GatewayTab
from workbench.ui.support.commands import Command, shown_first


class GatewayCommands(QObject):
    """show: brings the tab to the front."""

    def __init__(self, tab: GatewayTab, show: Callable[[], object]) -> None:
        super().__init__(tab)
        self._tab = tab
        self._show = show

    def all(self) -> tuple[Command, ...]:
        titles = {
            Part.REQUESTS: self.tr("Show the gateway’s requests"),
            Part.PROVIDERS: self.tr("Set the gateway’s providers and keys"),
            Part.GATEWAYS: self.tr("Set gateways and routes"),
            Part.USE: self.tr("Use the gateway from your code"),
        }
        group = self.tr("Gateway")
        return tuple(
            Command(
                f"gateway.{part}",
                title,
                shown_first(self._show, self._tab.open_part, part),
                icon=ICONS[part],
                group=group,
                keywords="log trace key cache limit curl sdk",
            )
            for part, title in titles.items()
        )
