"""The card of the first start: it can be closed, asks nothing, and is in nobody's way."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.services.discovery import FoundServer
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    INSIDE,
    PADDING,
    RELATED,
    SECTION,
    SEMIBOLD,
    Theme,
    follow,
)
from workbench.ui.targets.fields import Link
from workbench.ui.targets.welcome_model import WelcomeModel
from workbench.ui.targets.words import TOKENS_HELP, TOKENS_PAGE, Words


class Offer(QWidget):
    """One thing to connect to: icon, words, a button."""

    def __init__(
        self, theme: Theme, icon: str, title: str, action: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        mark = QLabel(self)
        follow(mark, theme, lambda: mark.setPixmap(pixmap(theme, icon, "accent", 20)))
        self.title = TextLabel(theme, title, self, weight=SEMIBOLD)
        self.button = button(action, "", self)
        self.button.setAccessibleName(f"{title}: {action}")
        self.body = QVBoxLayout()
        self.body.setSpacing(GRID)
        self.body.addWidget(self.title)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(RELATED)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self.body, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)


class WelcomeCard(QFrame):
    """Shows itself while its model wants it."""

    def __init__(self, theme: Theme, model: WelcomeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._words = Words(self)
        self._shown: tuple[FoundServer, ...] = ()
        self.servers: list[Offer] = []
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Getting started"))
        self.close_button = IconButton(theme, "x", self.tr("Do not show this again"), self)
        self.close_button.clicked.connect(model.dismiss)
        heading = QHBoxLayout()
        heading.addWidget(
            TextLabel(theme, self.tr("Ready to use, offline"), self, size=SECTION, weight=SEMIBOLD), 1
        )
        heading.addWidget(self.close_button)
        lead = TextLabel(
            theme,
            self.tr(
                "The local gateway answers from its sandbox: no account, no network, no cost. "
                "Connect real models whenever you like."
            ),
            self,
            role="muted",
            wrap=True,
        )
        self.cloudflare = self._build_cloudflare()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(PADDING, RELATED, RELATED, PADDING)
        self._column.setSpacing(RELATED)
        self._column.addLayout(heading)
        self._column.addWidget(lead)
        self._column.addWidget(self.cloudflare)
        model.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        self.cloudflare.setVisible(self._model.offers_cloudflare)
        if self._model.servers != self._shown:
            self._shown = self._model.servers
            for offer in self.servers:
                self._column.removeWidget(offer)
                offer.deleteLater()
            self.servers = [self._server(server) for server in self._shown]
            for offer in self.servers:
                self._column.insertWidget(2, offer)  # before Cloudflare: it is one click away
        self.setVisible(self._model.wanted)

    def _server(self, server: FoundServer) -> Offer:
        title = self.tr("{0} runs on this machine").format(server.name)
        offer = Offer(self._theme, "server", title, self.tr("Use it"), self)
        address = TextLabel(self._theme, server.base_url, offer, size=CAPTION + 1, role="muted")
        offer.body.addWidget(address)
        offer.button.clicked.connect(lambda: self._model.use(server))
        return offer

    def _build_cloudflare(self) -> Offer:
        offer = Offer(
            self._theme, "cloud", self.tr("Connect your Cloudflare account"), self.tr("Connect…"), self
        )
        offer.button.clicked.connect(self._model.connect_cloudflare)
        words = TextLabel(
            self._theme,
            self.tr("It takes the account ID, and an API token with these permissions on the account:"),
            offer,
            role="muted",
            wrap=True,
        )
        table = QGridLayout()
        table.setHorizontalSpacing(PADDING)
        table.setVerticalSpacing(2)
        table.setColumnStretch(1, 1)
        for row, permission in enumerate(self._words.permissions(gateway=True)):
            name = TextLabel(self._theme, permission.name, offer)
            purpose = TextLabel(self._theme, permission.purpose, offer, role="muted", wrap=True)
            table.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            table.addWidget(purpose, row, 1)
        links = QHBoxLayout()
        links.setSpacing(INSIDE)
        links.setContentsMargins(-INSIDE, 0, 0, 0)
        links.addWidget(Link(self._theme, self.tr("Create the token"), TOKENS_PAGE, offer))
        links.addWidget(Link(self._theme, self.tr("About gateway tokens"), TOKENS_HELP, offer))
        links.addStretch(1)
        offer.body.addWidget(words)
        offer.body.addLayout(table)
        offer.body.addLayout(links)
        return offer
