"""The routes tab: which routes are open, where they are kept, and how they are opened, saved and brought back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.ids import new_id
from workbench.domain.routes.elements import Route
from workbench.domain.routes.imports import import_route
from workbench.services.route_files import ChangedOnDisk, Draft, Fingerprint, OnDisk, Opened, RecentFile
from workbench.ui.routes.document import Linter, RouteDocument
from workbench.ui.routes.open_route import OpenRoute
from workbench.ui.support.notify import Level, Notice, Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

_KEEP_AFTER_MS = 400
"""An edit is in the drafts this soon after it, and a second after the first of a row of edits at the latest."""
_KEEP_WITHIN_MS = 1000


class Files(Protocol):
    """services.route_files.RouteFiles."""

    async def open(self, path: Path) -> Opened: ...
    async def save(
        self, path: Path, route: Route, known: Fingerprint | None, *, overwrite: bool = False
    ) -> Fingerprint: ...
    async def on_disk(self, path: Path, known: Fingerprint) -> OnDisk: ...
    async def recent(self) -> Sequence[RecentFile]: ...
    async def keep(self, draft: Draft) -> None: ...
    async def drafts(self) -> Sequence[Draft]: ...
    async def discard(self, draft_id: str) -> None: ...


class RoutesModel(QObject):
    """Signals: opened, closed (OpenRoute); current_changed (OpenRoute or None); recent_changed; loaded (drafts are back)."""

    opened = Signal(object)
    closed = Signal(object)
    current_changed = Signal(object)
    recent_changed = Signal()
    loaded = Signal()

    def __init__(
        self,
        files: Files,
        lint: Linter,
        settled: Callable[[Route], Route],
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._files = files
        self._lint = lint
        self._settled = settled
        self._notifier = notifier
        self.routes: list[OpenRoute] = []
        self.current: OpenRoute | None = None
        self.recent: tuple[RecentFile, ...] = ()
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._unkept: dict[str, OpenRoute] = {}
        self._loading = False
        self._early: list[Callable[[], None]] = []
        self._soon = once(self, _KEEP_AFTER_MS, self._keep)
        self._late = once(self, _KEEP_WITHIN_MS, self._keep)

    def load(self, front: str = "") -> None:
        """Open what was open, with what had not been saved. front: id of the route that comes to the front."""
        self._loading = True
        self._tasks.start("load", self._load(front))

    def new(self) -> OpenRoute:
        return self.begin(Route(self._free_name("route"), ()))

    def begin(self, route: Route, *remarks: str) -> OpenRoute:
        """A route that is in no file yet."""
        made = self._add(OpenRoute(new_id(), self._document(route)))
        self.select(made)
        made.say(*remarks)
        self._note(made)
        return made

    def open(self, path: Path) -> None:
        """Open a file in any of the shapes that can be read, or bring it to the front where it is open already."""
        if self._loading:  # it may be among those that were open
            self._early.append(partial(self.open, path))
            return
        there = next((one for one in self.routes if one.path == path), None)
        if there is not None:
            self.select(there)
        else:
            self._tasks.start(f"open/{path}", self._open(path))

    def open_text(self, text: str, name: str = "") -> None:
        """Import a route from text, of any shape that can be read; what cannot is said, and opens nothing."""
        if self._loading:
            self._early.append(partial(self.open_text, text, name))
            return
        self._tasks.start("import", self._import(text, name))

    def select(self, route: OpenRoute | None) -> None:
        if route is not self.current:
            self.current = route
            self.current_changed.emit(route)

    def save(self, route: OpenRoute, path: Path | None = None, *, overwrite: bool = False) -> None:
        """To its own file, or from now on to path. Nothing is overwritten that somebody else wrote since, unless told to."""
        target = path or route.path
        if target is not None:
            self._tasks.start(f"save/{route.id}", self._save(route, target, overwrite))

    def reload(self, route: OpenRoute) -> None:
        """Take what is in its file now, as one step that can be undone."""
        if route.path is not None:
            self._tasks.start(f"save/{route.id}", self._reload(route, route.path))

    def close(self, route: OpenRoute) -> None:
        """What was not saved stays as long as the notice that offers to reopen it, and the window."""
        self._unkept.pop(route.id, None)
        place = self.routes.index(route)
        self.routes.remove(route)
        if route is self.current:
            self.select(self.routes[min(place, len(self.routes) - 1)] if self.routes else None)
        self.closed.emit(route)
        self._tasks.start(f"discard/{route.id}", self._files.discard(route.id))
        if route.unsaved:
            self._offer_back(route)

    def look_at_disk(self) -> None:
        """See whether other programs have written the open files."""
        self._tasks.start("look", self._look())

    async def aclose(self) -> None:
        """Everything that is not saved is in the drafts afterwards."""
        self._soon.stop()
        self._late.stop()
        self._tasks.cancel("look")
        await self._tasks.finish()
        await self._keep_all()
        await self._tasks.aclose()

    def _document(self, route: Route) -> RouteDocument:
        return RouteDocument(route, self._lint, self._settled)

    def _add(self, route: OpenRoute) -> OpenRoute:
        route.setParent(self)
        route.document.edited.connect(lambda: self._note(route))
        self.routes.append(route)
        self.opened.emit(route)
        return route

    def _free_name(self, stem: str) -> str:
        taken = {one.document.route.name for one in self.routes}
        number = 1
        while (name := stem if number == 1 else f"{stem}-{number}") in taken:
            number += 1
        return name

    def _note(self, route: OpenRoute) -> None:
        """It has something that is in no file: keep it soon."""
        self._unkept[route.id] = route
        self._soon.start()
        if not self._late.isActive():
            self._late.start()

    @Slot()
    def _keep(self) -> None:
        self._soon.stop()
        self._late.stop()
        self._tasks.start("keep", self._keep_all())

    async def _keep_all(self) -> None:
        """What cannot be kept now, or is edited or left off meanwhile, waits for the next time."""
        for route in list(self._unkept.values()):
            if route.id not in self._unkept:
                continue  # it was closed meanwhile
            draft = self._draft(route)
            try:
                await self._files.keep(draft)
            except WorkbenchError as error:
                self._notifier.error(error, key="route-drafts")
                continue
            if self._draft(route) == draft:
                self._unkept.pop(route.id, None)

    def _draft(self, route: OpenRoute) -> Draft:
        return Draft(route.id, route.document.route, route.path, route.fingerprint, unsaved=route.unsaved)

    async def _load(self, front: str) -> None:
        try:
            drafts = await self._files.drafts()
            self.recent = tuple(await self._files.recent())
        except WorkbenchError as error:
            self._notifier.error(error, key="route-drafts")
            drafts = ()
        for draft in drafts:
            self._restore(draft)
        if self.routes and self.current is None:
            self.select(next((one for one in self.routes if one.id == front), self.routes[-1]))
        self.recent_changed.emit()
        self._loading = False
        self.loaded.emit()
        for open_now in self._early:
            open_now()
        self._early.clear()
        await self._look()

    def _restore(self, draft: Draft) -> None:
        document = self._document(draft.route)
        if draft.unsaved:
            document.history.resetClean()
        self._add(OpenRoute(draft.id, document, draft.path, draft.fingerprint))

    async def _open(self, path: Path) -> None:
        try:
            found = await self._files.open(path)
        except WorkbenchError as error:
            self._notifier.error(error, key=f"open/{path}")
            return
        document = self._document(found.route)
        route = self._add(OpenRoute(new_id(), document, path if found.own else None, found.fingerprint))
        route.say(*found.remarks)
        self.select(route)
        self._note(route)
        await self._read_recent()

    async def _import(self, text: str, name: str) -> None:
        try:
            imported = await asyncio.to_thread(import_route, text, name)  # a large one takes a second
        except WorkbenchError as error:
            self._notifier.error(error, key="route-import")
            return
        route = imported.route
        if not route.name:
            route = Route(self._free_name("route"), route.elements, route.sidecar, route.unknown)
        self.begin(route, *imported.changes).document.history.resetClean()

    async def _save(self, route: OpenRoute, path: Path, overwrite: bool) -> None:
        known = route.fingerprint if path == route.path else None
        value = route.document.route
        try:
            fingerprint = await self._files.save(path, value, known, overwrite=overwrite or known is None)
        except ChangedOnDisk as error:
            route.on_disk_changed = True
            route.fail(error)
            return
        except WorkbenchError as error:
            route.fail(error)
            return
        if route.document.route is value:
            route.saved(path, fingerprint)
        else:  # it was edited while it was written
            route.path, route.fingerprint = path, fingerprint
            route.fail(None)
        self._note(route)
        await self._read_recent()

    async def _reload(self, route: OpenRoute, path: Path, *, unasked: bool = False) -> None:
        """unasked: not where the user has begun to edit meanwhile."""
        try:
            found = await self._files.open(path)
        except WorkbenchError as error:
            route.fail(error)
            return
        if unasked and route.unsaved:
            route.on_disk_changed = True
            route.changed.emit()
            return
        route.document.edit(self.tr("Reload"), found.route)
        route.saved(path, found.fingerprint)
        route.say(*found.remarks)

    async def _look(self) -> None:
        for route in list(self.routes):
            if route.path is None or route.fingerprint is None:
                continue
            try:
                state = await self._files.on_disk(route.path, route.fingerprint)
            except WorkbenchError:
                continue  # saving will tell
            changed = state is not OnDisk.SAME
            if changed and state is OnDisk.CHANGED and not route.unsaved:
                await self._reload(route, route.path, unasked=True)
            elif changed != route.on_disk_changed:
                route.on_disk_changed = changed
                route.changed.emit()

    async def _read_recent(self) -> None:
        try:
            self.recent = tuple(await self._files.recent())
        except WorkbenchError:
            return
        self.recent_changed.emit()

    def _offer_back(self, route: OpenRoute) -> None:
        def back() -> None:
            if route not in self.routes:
                self.routes.append(route)
                self.opened.emit(route)
                self.select(route)
                self._note(route)

        words = self.tr("“{0}” was closed with changes that are in no file.").format(route.title)
        label = self.tr("Reopen it")
        self._notifier.post(Notice(words, "", Level.INFO, label, back, f"closed/{route.id}", lasting=True))
