"""The tests in the route's file as rows; they run on every edit that could change them, a little at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.text import written
from workbench.services.route_proof import (
    Request,
    RouteProof,
    TestResult,
    Verdict,
    as_test,
    expected_of,
    free_test_name,
    kept_tests,
    renamed_test,
    with_copied_test,
    with_test,
    without_test,
)
from workbench.ui.routes.document import Edited, RouteDocument
from workbench.ui.routes.overlay import Mark, Overlay
from workbench.ui.routes.proof.lit import lit, marked
from workbench.ui.routes.proof.rows import ROW_ROLE, Row
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
LATER_MS = 60
AT_ONCE = 1_000
"""Elements of a route that is compiled within a frame; a larger one is, with its tests, run on a thread."""
SLICE_S = 0.006
"""What a turn of the loop may take of a frame."""
ICONS = {
    Verdict.PASSED: ("circle-check", "good"),
    Verdict.FAILED: ("circle-x", "bad"),
    Verdict.UNREADABLE: ("triangle-alert", "warn"),
    Verdict.STOPPED: ("circle-slash", "muted"),
}


class TestsModel(QAbstractListModel):
    """Signals: counts_changed (passed, all); ran (all results are there); failed (RouteError: why an edit was refused)."""

    counts_changed = Signal(int, int)
    ran = Signal()
    failed = Signal(object)
    __test__ = False

    def __init__(
        self, document: RouteDocument, proof: RouteProof, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.document = document
        self._proof = proof
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self.failed.connect(notifier.error)
        self.results: list[TestResult] = []
        self._running: Iterator[TestResult] | None = None
        self._found: list[TestResult] = []
        self._counts = (-1, -1)
        self._later = once(self, LATER_MS, self._begin)
        self._next = once(self, 0, self._slice)
        document.edited.connect(self._edited)
        self._later.start()

    @property
    def running(self) -> bool:
        return self._later.isActive() or self._next.isActive() or self._tasks.busy

    @property
    def passed(self) -> int:
        return sum(one.verdict is Verdict.PASSED for one in self.results)

    @property
    def marks(self) -> dict[str, Mark]:
        """On the elements that decided: failed where any test that met its end there has."""
        marks: dict[str, Mark] = {}
        for result in self.results:
            if result.run is None:
                continue
            element = result.run.by or result.run.ending.element
            if result.verdict is Verdict.FAILED:
                marks[element] = Mark.FAILED
            else:
                marks.setdefault(element, Mark.PASSED)
        return marks

    def overlay(self, row: int = -1) -> Overlay:
        """Marks, and the way of the test in that row if there is one."""
        run = self.results[row].run if 0 <= row < len(self.results) else None
        return lit(run.visits(), self.marks) if run is not None else marked(self.marks)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.results)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.results):
            return None
        result = self.results[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return result.name
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(part for part in (self.verdict(result), result.why, result.fix) if part)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{result.name}: {self.verdict(result)}. {result.why}"
        return self._row(result) if role == ROW_ROLE else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Renames."""
        if role == Qt.ItemDataRole.EditRole and 0 <= index.row() < len(self.results):
            self.rename(index.row(), str(value).strip())
            return True
        return False

    def verdict(self, result: TestResult) -> str:
        words = {
            Verdict.PASSED: self.tr("passes"),
            Verdict.FAILED: self.tr("fails"),
            Verdict.UNREADABLE: self.tr("cannot be read"),
            Verdict.STOPPED: self.tr("not run, for the route cannot run"),
        }
        return words[result.verdict]

    # edits, each one step of the document

    @Slot()
    def add(self) -> int:
        """One that asks nothing in particular, and expects what comes of that now. Its row, -1 where it was refused."""
        route = self.document.route
        try:
            expected = expected_of(self._proof.dry_run(route, Request(), {}))
        except RouteError:
            expected = {"error": False}
        try:
            name = free_test_name(route, self.tr("new test"))
            self._edit(self.tr("Add test"), with_test(route, as_test(name, Request(), {}, expected)))
        except RouteError as error:
            self.failed.emit(error)
            return -1
        return len(self.results) - 1

    def rename(self, row: int, name: str) -> None:
        if name and name != self.results[row].name:
            self._edit(self.tr("Rename test"), renamed_test(self.document.route, self._place(row), name))

    def duplicate(self, row: int) -> int:
        """The row of the copy."""
        route = self.document.route
        name = free_test_name(route, self.results[row].name)
        self._edit(self.tr("Duplicate test"), with_copied_test(route, self._place(row), name))
        return row + 1

    def delete(self, row: int) -> None:
        self._edit(self.tr("Delete test"), without_test(self.document.route, self._place(row)))

    def text_of(self, row: int) -> str:
        """The test as JSON."""
        try:
            return written(kept_tests(self.document.route)[self._place(row)])
        except (RouteError, IndexError):
            return ""

    def set_text(self, row: int, text: str) -> str:
        """Replace a test by what is typed; why it cannot be, "" where it can. A test that is wrong is taken: its row says so."""
        try:
            test = json.loads(text)
        except json.JSONDecodeError as error:
            return self.tr("Line {0}, column {1}: this is not JSON.").format(error.lineno, error.colno)
        except (ValueError, RecursionError):
            return self.tr("This is not JSON that a test could be.")
        if not isinstance(test, dict):
            return self.tr("A test is an object with a request and what is expected of it.")
        route, place = self.document.route, self._place(row)
        self._edit(self.tr("Edit test"), with_test(route, test, place), merge=f"test/{place}")
        return ""

    def run_now(self) -> None:
        """All of them, at once: for who goes on with the results."""
        self._tasks.cancel("run")
        self._later.stop()
        self._found, self._running = [], self._proof.tests(self.document.route)
        self._next.start()
        while self._next.isActive():
            self._slice()

    async def aclose(self) -> None:
        self._later.stop()
        self._next.stop()
        await self._tasks.aclose()

    def _edit(self, name: str, route: Route, merge: str = "") -> None:
        """The rows are there at once, for the view goes on with one of them."""
        self.document.edit(name, route, merge=merge)
        self.run_now()

    def _place(self, row: int) -> int:
        return self.results[row].place

    @Slot(object)
    def _edited(self, step: Edited) -> None:
        if _matters(step):
            self._next.stop()
            self._tasks.cancel("run")
            self._later.start()

    @Slot()
    def _begin(self) -> None:
        route = self.document.route
        if len(route.elements) > AT_ONCE:
            self._tasks.start("run", self._run_aside(route))
        else:
            self._found, self._running = [], self._proof.tests(route)
            self._next.start()

    async def _run_aside(self, route: Route) -> None:
        import asyncio

        self._show(await asyncio.to_thread(list, self._proof.tests(route)))

    @Slot()
    def _slice(self) -> None:
        self._next.stop()
        assert self._running is not None
        until = time.perf_counter() + SLICE_S
        for result in self._running:
            self._found.append(result)
            if time.perf_counter() > until:
                self._next.start()
                return
        self._show(self._found)

    def _show(self, results: list[TestResult]) -> None:
        if len(results) == len(self.results):
            self.results = results
            if results:
                self.dataChanged.emit(self.index(0), self.index(len(results) - 1))
        else:
            self.beginResetModel()
            self.results = results
            self.endResetModel()
        counts = (self.passed, len(results))
        if counts != self._counts:
            self._counts = counts
            self.counts_changed.emit(*counts)
        self.ran.emit()

    def _row(self, result: TestResult) -> Row:
        pill = ("", "muted")
        if result.ways > 1:
            pill = (self.tr("ways: {0}").format(result.ways), "muted")
        detail = result.why or self.verdict(result)
        return Row(result.name or self.tr("tests"), detail, ICONS[result.verdict], pill)


def _matters(step: Edited) -> bool:
    """A box that was moved changes no test."""
    before, after = step.before, step.after
    tests = "tests"
    return (
        before.elements is not after.elements
        or before.name != after.name
        or before.sidecar.get(tests) is not after.sidecar.get(tests)
    )
