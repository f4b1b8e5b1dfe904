"""Links that were opened: each is asked about, and done only then."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from workbench.domain.links import ConnectionLink, RouteLink, Whereabouts, host_of, read_link
from workbench.domain.targets import Target, TargetKind
from workbench.services.shared_routes import Outline
from workbench.ui.errands import Errands
from workbench.ui.shell.link_dialog import Fact, LinkDialog
from workbench.ui.support import dialogs
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork

if TYPE_CHECKING:
    from workbench.ui.support.notify import Notifier

_MOST_MODELS = 12


class Shared(Protocol):
    """services.shared_routes.SharedRoutes. Everything may raise WorkbenchError."""

    async def fetch(self, address: str, progress: Callable[[float | None], None]) -> str: ...
    async def outline(self, text: str) -> Outline: ...


class Links(QObject):
    """The window's own answer to links; what they bring ends as a draft that is stored nowhere."""

    def __init__(
        self,
        window: QWidget,
        theme: Theme,
        errands: Errands,
        shared: Shared,
        running: RunningWork,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._theme = theme
        self._errands = errands
        self._shared = shared
        self._running = running
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)

    async def follow(self, link: str) -> None:
        """Ask about it, and do it if the user agrees. Raises WorkbenchError, InvalidInput for a link that is refused."""
        match read_link(link):
            case RouteLink(address="", text=text):
                if await self._agreed(self._about_route(await self._shared.outline(text))):
                    self._errands.begin_route(text)
            case RouteLink(address=address):
                if await self._agreed(self._about_address(address)):
                    self._tasks.start(f"fetch/{address}", self._fetch(address))
            case ConnectionLink(target):
                if await self._agreed(self._about_connection(target)):
                    self._errands.offer_connection(target)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _agreed(self, dialog: LinkDialog) -> bool:
        return await dialogs.finished(dialog) == QDialog.DialogCode.Accepted

    async def _fetch(self, address: str) -> None:
        title = self.tr("Fetching a route from {0}").format(host_of(address).name)
        work = self._running.add(title, partial(self._tasks.cancel, f"fetch/{address}"))
        try:
            text = await self._shared.fetch(address, work.set_progress)
        finally:
            work.done()
        self._errands.begin_route(text)

    def _about_route(self, outline: Outline) -> LinkDialog:
        models = list(outline.models[:_MOST_MODELS])
        if more := len(outline.models) - len(models):
            models.append(self.tr("and {0} more").format(more))
        facts = [Fact(self.tr("Name"), outline.name or self.tr("none"))]
        facts.append(Fact(self.tr("Elements"), str(outline.elements)))
        facts.append(Fact(self.tr("Models"), "\n".join(models) or self.tr("none"), bool(models)))
        return self._dialog(
            self.tr("Open the route in this link?"),
            self.tr(
                "A link that was opened outside this window holds it. It becomes a draft: nothing runs or is deployed before you do it."
            ),
            facts,
            [],
            self.tr("Open as a draft"),
        )

    def _about_address(self, address: str) -> LinkDialog:
        return self._dialog(
            self.tr("Fetch a route from this address?"),
            self.tr(
                "A link that was opened outside this window asks for it. Nothing is sent before you agree, and no keys go along. "
                "What comes becomes a draft."
            ),
            [
                Fact(self.tr("From"), host_of(address).name, code=True),
                Fact(self.tr("Address"), address, code=True),
            ],
            self._warnings(address),
            self.tr("Fetch it"),
        )

    def _about_connection(self, target: Target) -> LinkDialog:
        facts = [Fact(self.tr("Name"), target.name)]
        warnings: list[str] = []
        if target.kind is TargetKind.OPENAI:
            facts.append(Fact(self.tr("Kind"), self.tr("OpenAI-compatible server")))
            facts.append(Fact(self.tr("Server"), host_of(target.base_url).name, code=True))
            facts.append(Fact(self.tr("Address"), target.base_url, code=True))
            warnings = self._warnings(target.base_url)
        else:
            facts.append(Fact(self.tr("Kind"), self.tr("Cloudflare account")))
            facts.append(Fact(self.tr("Account"), target.account, code=True))
            facts.append(Fact(self.tr("Gateway"), target.gateway or self.tr("none"), bool(target.gateway)))
        return self._dialog(
            self.tr("Add this connection?"),
            self.tr(
                "A link that was opened outside this window proposes it. You see it in the form before it is saved. "
                "What you ask there, and the key you enter for it, goes to this server or account: add it only if you know whose it is."
            ),
            facts,
            warnings,
            self.tr("Look at it in the form"),
        )

    def _warnings(self, address: str) -> list[str]:
        host = host_of(address)
        warnings = []
        if host.whereabouts is Whereabouts.HERE:
            warnings.append(self.tr("This address is on this machine."))
        elif host.whereabouts is Whereabouts.OWN_NETWORK:
            warnings.append(self.tr("This address is in your own network, not on the internet."))
        if host.disguised:
            warnings.append(
                self.tr(
                    "Its name is written in letters of other languages, and may look like another one elsewhere."
                )
            )
        return warnings

    def _dialog(
        self, title: str, lead: str, facts: list[Fact], warnings: list[str], accept: str
    ) -> LinkDialog:
        return LinkDialog(self._theme, self._window, title, lead, facts, warnings, accept)
