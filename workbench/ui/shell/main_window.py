"""The main window: rail, header, notice bar, pages. It shows what it is given and knows no service."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QMoveEvent,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from workbench.ui.shell.header import Header
from workbench.ui.shell.host import PageHost
from workbench.ui.shell.notices import NoticeBar, NoticeLog, Toasts
from workbench.ui.shell.rail import Rail
from workbench.ui.support.notify import Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork

if TYPE_CHECKING:
    from workbench.ui.shell.palette import CommandPalette, Finder
    from workbench.ui.shell.regions import Regions
    from workbench.ui.shell.shortcuts import ShortcutsSheet
    from workbench.ui.support.commands import CommandRegistry
    from workbench.ui.support.pages import Page
    from workbench.ui.support.targets import TargetsModel

_SMALLEST = QSize(640, 420)
_FIRST = QSize(1180, 780)
_TOKEN = "XDG_ACTIVATION_TOKEN"


class Place(NamedTuple):
    """Somewhere the rail or a command leads to. title: translated. on_rail: has a button; low: at the rail's foot."""

    id: str
    title: str
    icon: str
    shortcut: str = ""
    on_rail: bool = True
    low: bool = False


class MainWindow(QMainWindow):
    """Signals: painted (once, at the first paint), filled (page id: what a page shows has been loaded), opened (page id),
    dropped (list of paths and links that no page took).
    """

    painted = Signal()
    filled = Signal(str)
    opened = Signal(str)
    dropped = Signal(object)

    def __init__(
        self,
        theme: Theme,
        places: Sequence[Place],
        settings: SettingsModel,
        notifier: Notifier,
        running: RunningWork,
    ) -> None:
        super().__init__()
        self.theme = theme
        self.settings = settings
        self._notifier = notifier
        self.commands: CommandRegistry | None = None
        self._places = {place.id: place for place in places}
        self._open_id = ""
        self._is_painted = False
        self._mark = ""
        self.notices = NoticeLog(notifier, self)
        self.rail = Rail(theme, self)
        self.header = Header(theme, running, self.notices, self)
        self.notice_bar = NoticeBar(theme, notifier, self, takes=lambda notice: notice.lasting)
        self.host = PageHost(theme, self)
        self.toasts = Toasts(theme, notifier, self.host)
        self.host.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._regions: Regions | None = None
        self._palette: CommandPalette | None = None
        self._sheet: ShortcutsSheet | None = None
        self._lay_out()
        self._fill_rail()
        self._connect()
        self._restore()

    @property
    def open_id(self) -> str:
        """The page that is open, or is to be as soon as it can be built."""
        return self._open_id

    def set_commands(self, commands: CommandRegistry) -> None:
        """From now on there are shortcuts and a palette. After the first paint: nobody types before it."""
        from workbench.ui.shell.commands import window_commands

        self.commands = commands
        commands.add(*window_commands(self, tuple(self._places.values())))
        commands.attach(self)
        commands.set_place(self.open_id)
        self.opened.connect(commands.set_place)

    def set_builder(self, page_id: str, build: Callable[[], Page]) -> None:
        """How the page of a place is made; it is made when first opened."""
        self.host.set_builder(page_id, build)
        if page_id == self._open_id and (page := self.host.current) is not None:
            self.refresh_title()
            if self.focusWidget() in (None, self.host):
                page.focus()

    def set_targets(self, model: TargetsModel) -> None:
        self.header.switcher.set_model(model)

    def open(self, page_id: str) -> None:
        """Open a place; an unknown id opens the first one."""
        if page_id not in self._places:
            page_id = next(iter(self._places))
        self._open_id = page_id
        self.rail.select(page_id)
        page = self.host.open(page_id)
        self.refresh_title()
        if page is not None:
            page.focus()
        self.settings.set("last_tab", page_id)
        self.opened.emit(page_id)

    @Slot()
    def refresh_title(self) -> None:
        """What is open has another name now."""
        page = self.host.current
        title = page.title() if page is not None else ""
        title = title or self._places[self._open_id].title
        self.header.title.setText(title)
        self.setWindowTitle(f"{title} · {self._mark}" if self._mark else title)

    def set_mark(self, mark: str) -> None:
        """A word that the title bar has behind every title."""
        self._mark = mark
        self.refresh_title()

    def come_forward(self, token: str = "") -> None:
        """Before other windows, out of the task bar too. token: the desktop's word that it may."""
        if token:
            os.environ[_TOKEN] = token  # Qt on Wayland takes it from there
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        os.environ.pop(_TOKEN, None)
        if not self.isActiveWindow():
            QApplication.alert(self)  # where the desktop does not let it

    def show_palette(self) -> None:
        if self._palette is None and self.commands is not None:
            from workbench.ui.shell.palette import CommandPalette

            self._palette = CommandPalette(self.theme, self.commands, self._finders, self)
        if self._palette is not None:
            self._palette.open()

    def show_shortcuts(self) -> None:
        if self._sheet is None and self.commands is not None:
            from workbench.ui.shell.shortcuts import ShortcutsSheet

            self._sheet = ShortcutsSheet(self.theme, self.commands, self)
        if self._sheet is not None:
            self._sheet.open()

    def move_focus(self, forward: bool = True) -> None:
        if self._regions is None:
            from workbench.ui.shell.regions import Regions

            self._regions = Regions(self._focus_regions, self)
        self._regions.move(forward)

    def remember_geometry(self) -> None:
        encoded = self.saveGeometry().toBase64().toStdString()
        self.settings.set("window_geometry", encoded)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is None:
            self.host.setFocus()  # else the first button of the rail would be lit up

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._geometry_changed()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._geometry_changed()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._geometry_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Escape takes the newest notice away, when nothing nearer wanted it.
        escape = event.key() == Qt.Key.Key_Escape
        if not escape or not (self.toasts.dismiss_newest() or self.notice_bar.dismiss_newest()):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _things_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if things := _things_in(event.mimeData()):
            event.acceptProposedAction()
            self.dropped.emit(things)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.remember_geometry()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        centre = QWidget(self)
        content = QVBoxLayout()
        content.setContentsMargins(0, 0, 0, 0)
        content.setSpacing(0)
        content.addWidget(self.header)
        content.addWidget(self.notice_bar)
        content.addWidget(self.host, 1)
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(content, 1)
        self.setCentralWidget(centre)
        self.setMinimumSize(_SMALLEST)
        self.setAcceptDrops(True)

    def _fill_rail(self) -> None:
        for place in self._places.values():
            if place.on_rail:
                tooltip = f"{place.title} ({place.shortcut})" if place.shortcut else place.title
                self.rail.add(place.id, place.title, place.icon, tooltip=tooltip, bottom=place.low)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.open)
        self.host.failed.connect(self._notifier.error)
        self.host.currentChanged.connect(self.toasts.raise_)
        self.rail.collapsed_changed.connect(self._rail_collapsed)
        self.header.palette_wanted.connect(self.show_palette)
        self.header.switcher.connections_wanted.connect(self._open_connections)
        self.header.switcher.doctor_wanted.connect(self._open_doctor)

    def _restore(self) -> None:
        value = self.settings.value
        self.rail.set_collapsed(value.rail_collapsed)
        geometry = QByteArray.fromBase64(value.window_geometry.encode())
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            screen = QGuiApplication.primaryScreen()
            room = screen.availableSize() if screen is not None else _FIRST
            self.resize(_FIRST.boundedTo(room * 0.95))
        self.open(value.last_tab)

    def _geometry_changed(self) -> None:
        if self._is_painted:  # what comes before is the restoring itself
            self.remember_geometry()

    def _finders(self) -> list[Finder]:
        return [page.find for page in self.host.pages.values()]

    def _focus_regions(self) -> list[QWidget]:
        page = self.host.current
        inside = list(page.regions()) if page is not None else []
        return [self.rail, self.header, self.notice_bar, *(inside or [self.host]), self.toasts]

    @Slot(bool)
    def _rail_collapsed(self, collapsed: bool) -> None:
        self.settings.set("rail_collapsed", collapsed)

    @Slot()
    def _open_connections(self) -> None:
        self.open("connections")

    @Slot()
    def _open_doctor(self) -> None:
        self.open("doctor")


def _things_in(data: QMimeData) -> list[str]:
    """Local files, and links of the program's own scheme."""
    from workbench.domain.opening import SCHEME

    urls = data.urls() if data.hasUrls() else []
    return [
        url.toLocalFile() if url.isLocalFile() else url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        for url in urls
        if url.isLocalFile() or url.scheme() == SCHEME
    ]
