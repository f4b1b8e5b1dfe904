"""The routes tab: open routes in tabs, each with its editor; a page to begin from while none is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from workbench.domain.errors import WorkbenchError
from workbench.domain.gateway import GatewayPhase, GatewayState
from workbench.domain.routes.starters import STARTERS, Starter
from workbench.services.route_desk import RouteDesk
from workbench.ui.routes.editor import DEPLOY, DRY_RUN, RouteEditor
from workbench.ui.routes.model import RoutesModel
from workbench.ui.routes.open_route import SUFFIX, OpenRoute
from workbench.ui.routes.start_page import StartPage, starter_words
from workbench.ui.support import dialogs
from workbench.ui.support.buttons import IconButton, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.pages import MOST_FOUND, Found, Page, named
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.surfaces import Ground, small
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import GRID, INSIDE, PADDING, Theme
from workbench.ui.support.work import RunningWork

_TITLE = 180
"""Pixels that the name of a route has in its tab."""


class RoutesTab(QWidget):
    """Shows a RoutesModel. Signals: title_changed."""

    title_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        model: RoutesModel,
        desk: RouteDesk,
        settings: SettingsModel,
        notifier: Notifier,
        running: RunningWork,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._desk = desk
        self._settings = settings
        self._notifier = notifier
        self._running = running
        self._editors: dict[OpenRoute, RouteEditor] = {}
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._forget = desk.gateway.on_change(self._gateway_changed)
        self.tabs = QTabBar(self)
        self.start = StartPage(theme, self)
        self._stack = QStackedWidget(self)
        self._build()
        self._connect()
        self.setAcceptDrops(True)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._came_back)
        self._show_current()

    @property
    def editor(self) -> RouteEditor | None:
        """Of the route in front."""
        return self._editors.get(self.model.current) if self.model.current is not None else None

    def page(self) -> Page:
        return Page(self, self.title, self.matching, self.focus, self.regions, self.aclose)

    async def aclose(self) -> None:
        self._forget()
        await self._tasks.aclose()
        for editor in self._editors.values():
            await editor.aclose()
        await self.model.aclose()

    def title(self) -> str:
        return self.model.current.title if self.model.current is not None else ""

    def matching(self, words: str) -> Sequence[Found]:
        """Open routes and files of late whose names have all the words."""
        found = [
            Found(route.title, partial(self.model.select, route), "waypoints")
            for route in named(words, self.model.routes, attrgetter("title"))
        ]
        found += [
            Found(file.path.name, partial(self.model.open, file.path), "file-json", str(file.path.parent))
            for file in named(words, self.model.recent, attrgetter("path.name"))
            if file.there
        ]
        return found[:MOST_FOUND]

    def regions(self) -> Sequence[QWidget]:
        editor = self.editor
        return (self.tabs, *editor.regions()) if editor is not None else (self.start,)

    def focus(self) -> None:
        editor = self.editor
        if editor is not None:
            editor.focus_canvas()
        else:
            self.start.focus_first()

    # What the user can do; the commands call these too

    @Slot()
    def new(self) -> None:
        self.model.new()
        self.focus()

    @Slot(object)
    def begin(self, starter: Starter) -> None:
        self.model.begin(starter.route)
        self.focus()

    @Slot()
    def open(self) -> None:
        self._tasks.start("open", self._open())

    @Slot()
    def save(self) -> None:
        route = self.model.current
        if route is None:
            return
        if route.path is None:
            self.save_as()
        else:
            self.model.save(route)

    @Slot()
    def save_as(self) -> None:
        if self.model.current is not None:
            self._tasks.start("save-as", self._save_as(self.model.current))

    @Slot()
    def paste(self) -> None:
        """A route out of the clipboard, in any shape that can be read."""
        self.model.open_text(QGuiApplication.clipboard().text())

    @Slot()
    def close_current(self) -> None:
        if self.model.current is not None:
            self.model.close(self.model.current)

    def open_panel(self, id: str) -> None:
        if self.editor is not None:
            self.editor.open_panel(id)

    def show_route(self, name: str, trace_id: str = "") -> None:
        """Bring the open route of this name to the front, and light a request's way on it."""
        route = next((one for one in self.model.routes if one.document.route.name == name), None)
        if route is None:
            self._tasks.start("fetch", self._fetch(name, trace_id))
            return
        self.model.select(route)
        if trace_id:
            self._editor_of(route).show_trace(trace_id)

    def try_request(self, request: Mapping[str, Any]) -> None:
        """Dry-run what somebody really sent on the route in front; on a starter where none is open."""
        if self.editor is None:
            self.begin(STARTERS[0])
        if (editor := self.editor) is not None:
            editor.try_request(request)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.look_at_disk()
        self._gateway_changed(self._desk.gateway.state)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _routes_in(event.mimeData()) or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _routes_in(event.mimeData())
        for path in paths:
            self.model.open(path)
        if not paths and event.mimeData().hasText():
            self.model.open_text(event.mimeData().text())
        event.acceptProposedAction()

    def _build(self) -> None:
        theme = self._theme
        self.tabs.setMovable(True)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)  # many are scrolled, not cut off beyond reading
        self.tabs.setMinimumWidth(1)
        self.tabs.setAccessibleName(self.tr("Open routes"))
        self.add = IconButton(theme, "plus", self.tr("New route or file"), self)
        self.undo = IconButton(theme, "undo-2", self.tr("Undo"), self)
        self.redo = IconButton(theme, "redo-2", self.tr("Redo"), self)
        self.save_button = IconButton(theme, "save", self.tr("Save"), self)
        self.arrange = IconButton(theme, "workflow", self.tr("Arrange"), self)
        self.fit = IconButton(theme, "maximize", self.tr("Zoom to fit"), self)
        self.source = IconButton(theme, "braces", self.tr("JSON beside the canvas"), self)
        self.inspector = IconButton(theme, "panel-right", self.tr("Inspector"), self)
        for toggle in (self.source, self.inspector):
            toggle.setCheckable(True)
        self.try_it = button(self.tr("Dry run"), "", self)
        set_icon(self.try_it, theme, "play")
        self.deploy = button(self.tr("Deploy"), "primary", self)
        set_icon(self.deploy, theme, "rocket", "on_accent")
        self._bar = Ground(theme, "bottom", "canvas", self)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(INSIDE, GRID, PADDING, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.tabs)
        row.addWidget(self.add)
        row.addStretch(1)
        self._tools = (
            self.undo,
            self.redo,
            self.save_button,
            self.arrange,
            self.fit,
            self.source,
            self.inspector,
            self.try_it,
            self.deploy,
        )
        for tool in self._tools:
            row.addWidget(tool)
        self._stack.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        model = self.model
        model.opened.connect(self._opened)
        model.closed.connect(self._closed)
        model.current_changed.connect(self._show_current)
        model.recent_changed.connect(self._show_recent)
        self.tabs.currentChanged.connect(self._tab_chosen)
        self.tabs.tabMoved.connect(self._tab_moved)
        self.start.new_wanted.connect(self.new)
        self.start.open_wanted.connect(self.open)
        self.start.paste_wanted.connect(self.paste)
        self.start.starter_chosen.connect(self.begin)
        self.start.file_chosen.connect(self._open_path)
        self.add.clicked.connect(self._open_menu)
        self.undo.clicked.connect(self.undo_step)
        self.redo.clicked.connect(self.redo_step)
        self.save_button.clicked.connect(self.save)
        self.arrange.clicked.connect(self._arrange)
        self.fit.clicked.connect(self._zoom_to_fit)
        self.source.clicked.connect(self.toggle_source)
        self.inspector.clicked.connect(self.toggle_inspector)
        self.try_it.clicked.connect(lambda: self.open_panel(DRY_RUN))
        self.deploy.clicked.connect(lambda: self.open_panel(DEPLOY))

    @Slot(Qt.ApplicationState)
    def _came_back(self, state: Qt.ApplicationState) -> None:
        """The user comes from another program, which may have written a file."""
        if state is Qt.ApplicationState.ApplicationActive and self.isVisible():
            self.model.look_at_disk()

    def _gateway_changed(self, state: GatewayState) -> None:
        """Learn what it knows while somebody looks; looking does not start it."""
        if state.phase is GatewayPhase.RUNNING and self.isVisible():
            self._tasks.start("learn", self._learn())

    @Slot(object)
    def _opened(self, route: OpenRoute) -> None:
        self.tabs.blockSignals(True)
        place = self.tabs.addTab(route.title)
        self.tabs.setTabData(place, route)
        shut = small(IconButton(self._theme, "x", self.tr("Close {0}").format(route.title), self.tabs))
        shut.clicked.connect(lambda: self.model.close(route))
        self.tabs.setTabButton(place, QTabBar.ButtonPosition.RightSide, shut)
        self.tabs.blockSignals(False)
        route.changed.connect(self._show_titles, Qt.ConnectionType.UniqueConnection)
        self._show_titles()

    def _editor_of(self, route: OpenRoute) -> RouteEditor:
        """Made when the route first comes to the front: a dozen at once would hold the window up."""
        if route in self._editors:
            return self._editors[route]
        editor = RouteEditor(
            self._theme, route, self._desk, self._settings, self._notifier, self._running, self
        )
        self._editors[route] = editor
        editor.layout_changed.connect(self._show_tools)
        editor.remarks.reload_wanted.connect(lambda: self.model.reload(route))
        editor.remarks.overwrite_wanted.connect(lambda: self.model.save(route, overwrite=True))
        editor.remarks.save_as_wanted.connect(self.save_as)
        history = route.document.history
        for changed in (history.canUndoChanged, history.canRedoChanged, history.undoTextChanged):
            changed.connect(self._show_tools)
        self._stack.addWidget(editor)
        editor.count_from_now()
        return editor

    @Slot(object)
    def _closed(self, route: OpenRoute) -> None:
        """Its editor stays for as long as it may be reopened."""
        place = self._place(route)
        if place >= 0:
            self.tabs.blockSignals(True)
            self.tabs.removeTab(place)
            self.tabs.blockSignals(False)
        self._show_current()

    @Slot()
    def _show_current(self) -> None:
        route = self.model.current
        editor = self._editor_of(route) if route is not None else None
        if route is not None:
            self.tabs.blockSignals(True)
            self.tabs.setCurrentIndex(self._place(route))
            self.tabs.blockSignals(False)
            self._settings.set("last_route", route.id)
        self._stack.setCurrentWidget(editor or self.start)
        self._bar.setVisible(bool(self.model.routes))
        self._show_tools()
        self.title_changed.emit()
        self._take_keyboard()

    def _take_keyboard(self) -> None:
        """It goes along to what is in front, unless it is on the tabs, or elsewhere in the window."""
        focus = QApplication.focusWidget()
        if self.isVisible() and focus is not self.tabs and (focus is None or self.isAncestorOf(focus)):
            self.focus()

    @Slot()
    def _show_titles(self) -> None:
        for place in range(self.tabs.count()):
            route = self.tabs.tabData(place)
            mark = " •" if route.unsaved else ""
            title = self.fontMetrics().elidedText(
                route.title, Qt.TextElideMode.ElideMiddle, self._theme.px(_TITLE)
            )
            self.tabs.setTabText(place, f"{title}{mark}")
            where = str(route.path) if route.path is not None else self.tr("In no file yet")
            self.tabs.setTabToolTip(place, f"{route.title}\n{where}")
        self._show_tools()
        self.title_changed.emit()

    @Slot()
    def _show_tools(self) -> None:
        editor = self.editor
        for tool in self._tools:
            tool.setVisible(editor is not None)
        if editor is None:
            return
        history = editor.route.document.history
        for made, can, words, step, keys in (
            (self.undo, history.canUndo(), self.tr("Undo"), history.undoText(), "Ctrl+Z"),
            (self.redo, history.canRedo(), self.tr("Redo"), history.redoText(), "Ctrl+Shift+Z"),
        ):
            made.setEnabled(can)
            text = f"{words}: {step}" if step else words
            made.set_text(text, f"{text} ({keys})")
        self.save_button.set_text(self.tr("Save"), self.tr("Save (Ctrl+S)"))
        self.source.setChecked(not editor.source.isHidden())
        self.inspector.setChecked(not editor.inspector.isHidden())

    @Slot()
    def _show_recent(self) -> None:
        self.start.show_files(self.model.recent)

    def _place(self, route: OpenRoute) -> int:
        return next((place for place in range(self.tabs.count()) if self.tabs.tabData(place) is route), -1)

    @Slot(int)
    def _tab_chosen(self, place: int) -> None:
        if place >= 0:
            self.model.select(self.tabs.tabData(place))

    @Slot()
    def _tab_moved(self) -> None:
        self.model.routes[:] = [self.tabs.tabData(place) for place in range(self.tabs.count())]

    @Slot()
    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("New route")).triggered.connect(self.new)
        menu.addAction(self.tr("Open…")).triggered.connect(self.open)
        menu.addAction(self.tr("Paste a route")).triggered.connect(self.paste)
        menu.addSeparator()
        for starter in STARTERS:
            action = menu.addAction(starter_words(starter.id)[0])
            action.triggered.connect(lambda _=False, starter=starter: self.begin(starter))
        menu.popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))

    @Slot()
    def undo_step(self) -> None:
        if self.editor is not None:
            self.editor.route.document.history.undo()

    @Slot()
    def redo_step(self) -> None:
        if self.editor is not None:
            self.editor.route.document.history.redo()

    @Slot()
    def _arrange(self) -> None:
        if self.editor is not None:
            self.editor.canvas.arrange()

    @Slot()
    def _zoom_to_fit(self) -> None:
        if self.editor is not None:
            self.editor.canvas.zoom_to_fit()

    @Slot()
    def toggle_source(self) -> None:
        if self.editor is not None:
            self.editor.toggle_source()

    @Slot()
    def toggle_inspector(self) -> None:
        if self.editor is not None:
            self.editor.toggle_inspector()

    @Slot(object)
    def _open_path(self, path: Path) -> None:
        self.model.open(path)

    async def _open(self) -> None:
        filters = self.tr("Routes (*.json);;All files (*)")
        for name in await dialogs.open_files(self, self.tr("Open routes"), filters=filters, several=True):
            self.model.open(Path(name))

    async def _save_as(self, route: OpenRoute) -> None:
        filters = self.tr("Routes (*{0})").format(SUFFIX)
        proposed = str(route.path) if route.path is not None else route.proposed_name
        name = await dialogs.save_file(self, self.tr("Save the route"), proposed, filters=filters)
        if name:
            self.model.save(route, Path(name if name.endswith(".json") else f"{name}{SUFFIX}"))

    async def _fetch(self, name: str, trace_id: str) -> None:
        """The route as it runs in the local gateway, where it is not open."""
        try:
            route = await self._desk.deployments.live("local", name)
        except WorkbenchError as error:
            self._notifier.error(error, key="route-fetch")
            return
        opened = self.model.begin(route, self.tr("As it runs in the local gateway."))
        if trace_id:
            self._editor_of(opened).show_trace(trace_id)

    async def _learn(self) -> None:
        """What the linter and the suggestions know of models, providers and requests."""
        await self._desk.suggestions.refresh()
        if await self._desk.proof.learn():
            for route in self.model.routes:
                route.document.relint()


def _routes_in(data: QMimeData) -> list[Path]:
    return [
        Path(url.toLocalFile())
        for url in data.urls()
        if url.isLocalFile() and url.toLocalFile().lower().endswith(".json")
    ]
