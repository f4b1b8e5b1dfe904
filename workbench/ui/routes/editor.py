"""One open route: canvas with palette, JSON beside it, inspector at its end, the drawer of panels below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from workbench.services.route_desk import RouteDesk
from workbench.services.route_watch import Request
from workbench.ui.routes.canvas.canvas import RouteCanvas
from workbench.ui.routes.canvas.palette import Palette
from workbench.ui.routes.drawer import Drawer, PanelSpec
from workbench.ui.routes.inspector.inspector import Inspector
from workbench.ui.routes.live.model import LiveModel
from workbench.ui.routes.open_route import OpenRoute
from workbench.ui.routes.panel import Panel
from workbench.ui.routes.proof.dry_run_panel import DryRunPanel
from workbench.ui.routes.remarks import Remarks
from workbench.ui.routes.source.editor import SourceEditor
from workbench.ui.support.notify import Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme, follow
from workbench.ui.support.work import RunningWork

PROBLEMS, DRY_RUN, TESTS, ODDS, REPLAY = "problems", "dry-run", "tests", "odds", "replay"
FAULTS, LIVE, DEPLOY, CODE = "faults", "live", "deploy", "code"
_INSPECTOR = (280, 360)
_INSPECTOR_DEFAULT = 304
_DRAWER_DEFAULT, _DRAWER_LEAST, _CANVAS_LEAST = 280, 160, 160


class RouteEditor(QWidget):
    """Signals: layout_changed (JSON, inspector or drawer came or went)."""

    layout_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        route: OpenRoute,
        desk: RouteDesk,
        settings: SettingsModel,
        notifier: Notifier,
        running: RunningWork,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.route = route
        self._desk = desk
        self._settings = settings
        self._notifier = notifier
        self._running = running
        document = route.document
        self.canvas = RouteCanvas(theme, document, self, models=self._models)
        self.palette_strip = Palette(theme, self)
        self.remarks = Remarks(theme, route, self)
        self.inspector = Inspector(theme, document, desk.suggestions, self)
        self.source = SourceEditor(theme, document, self)
        self._live: LiveModel | None = None
        self.drawer = Drawer(theme, self._specs(), self)
        self._across = QSplitter(Qt.Orientation.Horizontal, self)
        self._down = QSplitter(Qt.Orientation.Vertical, self)
        self._build()
        follow(self, theme, self._fit)

    @property
    def live(self) -> LiveModel:
        """Watches the route in the local gateway; made when a panel first wants it."""
        if self._live is None:
            self._live = LiveModel(
                self.route.document, self._desk.watch, self._dry_run_request, self._notifier, self
            )
        return self._live

    def regions(self) -> Sequence[QWidget]:
        every: tuple[QWidget, ...] = (self.canvas.view, self.source, self.inspector, self.drawer)
        return [widget for widget in every if widget.isVisible()]

    def focus_canvas(self) -> None:
        self.canvas.view.setFocus()

    @Slot()
    def toggle_source(self) -> None:
        shown = self.source.isHidden()
        self._settings.set("route_source_shown", shown)
        self.source.setVisible(shown)
        self._fit()
        if shown:
            self.source.focus_first()
        self.layout_changed.emit()

    @Slot()
    def toggle_inspector(self) -> None:
        shown = self.inspector.isHidden()
        self._settings.set("route_inspector_shown", shown)
        self.inspector.setVisible(shown)
        self._fit()
        self.layout_changed.emit()

    def open_panel(self, id: str) -> None:
        self.drawer.open_panel(id)

    def try_request(self, request: Mapping[str, Any]) -> None:
        """Open the dry run with it: headers, metadata and body of a request."""
        self.drawer.open_panel(DRY_RUN)
        panel = self.drawer.built(DRY_RUN)
        assert isinstance(panel, DryRunPanel)
        panel.take_request(**request)

    def show_trace(self, trace_id: str) -> None:
        """Open the live panel, so that this request's way is lit once it is read."""
        self.drawer.open_panel(LIVE)
        self.live.choose_trace(trace_id)

    async def aclose(self) -> None:
        await self.drawer.aclose()
        await self.source.aclose()
        await self.inspector.aclose()
        if self._live is not None:
            await self._live.aclose()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._fit()

    def _models(self) -> Sequence[str]:
        """Of the catalogue, as provider/model."""
        known = self._desk.suggestions
        return [f"{provider}/{model}" for provider in known.providers() for model in known.models(provider)]

    def _specs(self) -> list[PanelSpec]:
        return [
            PanelSpec(PROBLEMS, self.tr("Problems"), "circle-alert", self._problems),
            PanelSpec(DRY_RUN, self.tr("Dry run"), "play", self._dry_run),
            PanelSpec(TESTS, self.tr("Tests"), "test-tube", self._tests),
            PanelSpec(ODDS, self.tr("Odds"), "chart-scatter", self._odds),
            PanelSpec(REPLAY, self.tr("Replay"), "history", self._replay),
            PanelSpec(FAULTS, self.tr("Faults"), "flask-conical", self._faults),
            PanelSpec(LIVE, self.tr("Live"), "activity", self._live_panel),
            PanelSpec(DEPLOY, self.tr("Deploy"), "rocket", self._deploy),
            PanelSpec(CODE, self.tr("Code"), "code-xml", self._code),
        ]

    def _build(self) -> None:
        stage = QFrame(self)
        beside = QHBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.palette_strip)
        beside.addWidget(self.canvas, 1)
        column = QVBoxLayout(stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.remarks)
        column.addLayout(beside, 1)
        for widget in (stage, self.source, self.inspector):
            self._across.addWidget(widget)
        self._across.setChildrenCollapsible(False)
        self._across.setStretchFactor(0, 3)
        self._across.setStretchFactor(1, 2)
        self._across.setHandleWidth(1)
        self._down.addWidget(self._across)
        self._down.addWidget(self.drawer)
        self._down.setChildrenCollapsible(False)
        self._down.setStretchFactor(0, 1)
        self._down.setHandleWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._down)
        self.source.setVisible(self._settings.value.route_source_shown)
        self.inspector.setVisible(self._settings.value.route_inspector_shown)
        self.palette_strip.wanted.connect(self.canvas.add)
        self.canvas.inspect_wanted.connect(self._inspect)
        self.canvas.refused.connect(self._refused)
        self.inspector.left.connect(self.focus_canvas)
        self.inspector.problems_wanted.connect(lambda: self.open_panel(PROBLEMS))
        self.source.copied.connect(self._notifier.info)
        self.source.failed.connect(self._notifier.error)
        self.drawer.toggled.connect(self._drawer_toggled)
        self._across.splitterMoved.connect(self._remember)
        self._down.splitterMoved.connect(self._remember)

    # The panels, each built when it is first opened

    def _problems(self) -> Panel:
        from workbench.ui.routes.proof.problems_panel import ProblemsPanel

        panel = ProblemsPanel(self._theme, self.route.document, self._desk.proof)
        panel.counts_changed.connect(self._count_problems)
        self._count_problems(panel.model.errors, panel.model.warnings)  # of what it found as it was made
        return panel

    def _dry_run(self) -> Panel:
        panel = DryRunPanel(self._theme, self.route.document, self._desk.proof, self._notifier)
        panel.test_saved.connect(self._test_saved)
        return panel

    def _tests(self) -> Panel:
        from workbench.ui.routes.proof.tests_panel import TestsPanel

        panel = TestsPanel(self._theme, self.route.document, self._desk.proof, self._notifier)
        panel.counts_changed.connect(self._count_tests)
        panel.dry_run_wanted.connect(self._open_dry_run)
        return panel

    def _odds(self) -> Panel:
        from workbench.ui.routes.odds.panel import OddsPanel

        return OddsPanel(
            self._theme,
            self.route.document,
            self._desk.odds,
            self._notifier,
            self._running,
            rows=self._desk.replay.rows,
        )

    def _replay(self) -> Panel:
        from workbench.ui.routes.replay.panel import ReplayPanel

        return ReplayPanel(
            self._theme,
            self.route.document,
            self._desk.replay,
            self._desk.deployments,
            self._notifier,
            self._running,
        )

    def _faults(self) -> Panel:
        from workbench.ui.routes.live.faults import FaultsPanel

        return FaultsPanel(self._theme, self.route.document, self.live)

    def _live_panel(self) -> Panel:
        from workbench.ui.routes.live.panel import LivePanel

        panel = LivePanel(self._theme, self.route.document, self.live)
        panel.wires_passed.connect(self.canvas.pulse)
        return panel

    def _deploy(self) -> Panel:
        from workbench.ui.routes.deploy.model import DeployModel
        from workbench.ui.routes.deploy.panel import DeployPanel

        model = DeployModel(
            self.route.document,
            self._desk.targets,
            self._desk.deployments,
            self._desk.watch,
            self._notifier,
            self,
        )
        return DeployPanel(self._theme, self.route.document, model)

    def _code(self) -> Panel:
        from workbench.ui.routes.code.panel import CodePanel

        return CodePanel(self._theme, self.route.document, self._desk.targets)

    def _dry_run_request(self) -> Request:
        panel = self.drawer.built(DRY_RUN)
        assert isinstance(panel, DryRunPanel)
        return panel.model.request

    def count_from_now(self) -> None:
        """Build the panels whose counts stand in their tabs."""
        self.drawer.built(PROBLEMS)
        self.drawer.built(TESTS)

    @Slot(int, int)
    def _count_problems(self, errors: int, warnings: int) -> None:
        role = "bad" if errors else "warn" if warnings else "good"
        self.drawer.set_badge(PROBLEMS, str(errors + warnings) if errors or warnings else "", role)

    @Slot(int, int)
    def _count_tests(self, passed: int, all: int) -> None:
        words = f"{passed}/{all}" if all else ""
        self.drawer.set_badge(TESTS, words, "muted" if not all else "good" if passed == all else "bad")

    @Slot(str)
    def _test_saved(self, name: str) -> None:
        self._notifier.info(
            self.tr("Saved the test “{0}” in the route’s file.").format(name), key="test-saved"
        )

    @Slot()
    def _open_dry_run(self) -> None:
        self.drawer.open_panel(DRY_RUN)

    @Slot(str)
    def _inspect(self, id: str) -> None:
        if self.inspector.isHidden():
            self.toggle_inspector()
        self.inspector.focus_first()

    @Slot(str)
    def _refused(self, why: str) -> None:
        self._notifier.info(why, key="route-refused")

    @Slot(bool)
    def _drawer_toggled(self, opened: bool) -> None:
        self._fit()
        if not opened:
            self.focus_canvas()
        self.layout_changed.emit()

    @Slot()
    def _fit(self) -> None:
        """Give inspector and drawer their remembered sizes; the canvas takes the rest."""
        px, wanted = self._theme.px, self._settings.value
        self.inspector.setMinimumWidth(px(_INSPECTOR[0]))
        self.inspector.setMaximumWidth(px(_INSPECTOR[1]))
        right = px(wanted.route_inspector_width or _INSPECTOR_DEFAULT) if not self.inspector.isHidden() else 0
        rest = max(1, self._across.width() - right)
        source = round(rest * 0.42) if not self.source.isHidden() else 0
        self._across.setSizes([rest - source, source, right])
        closed = self.drawer.closed_height
        if not self.drawer.is_open:
            self.drawer.setFixedHeight(closed)
            self._down.setSizes([max(1, self.height() - closed), closed])  # it does not look at bounds itself
            return
        self.drawer.setMinimumHeight(min(px(_DRAWER_LEAST), max(closed, self.height() // 2)))
        self.drawer.setMaximumHeight(16_777_215)
        height = min(
            px(wanted.route_drawer_height or _DRAWER_DEFAULT), max(closed, self.height() - px(_CANVAS_LEAST))
        )
        self._down.setSizes([max(1, self.height() - height), height])

    @Slot()
    def _remember(self) -> None:
        scale = self._theme.scale
        right = self._across.sizes()[2]
        if right:
            self._settings.set("route_inspector_width", round(right / scale))
        if self.drawer.is_open:
            self._settings.set("route_drawer_height", round(self._down.sizes()[1] / scale))
