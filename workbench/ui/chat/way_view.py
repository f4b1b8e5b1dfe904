"""The way an answer took through its route, in the details panel."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.domain.routes.trace import Trace
from workbench.ui.chat.records import WayPhase, WayTaken
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.sentences import reason
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow
from workbench.ui.support.way import Way


class WayView(QFrame):
    """Shows a WayTaken. Signals: asked (look it up: as soon as it is shown unasked, and again where that failed),
    route_wanted (name of the route, trace id)."""

    asked = Signal()
    route_wanted = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._taken = WayTaken()
        self._drawn: Trace | None = None
        self.route = ElidedLabel(theme, "", self, size=CAPTION, role="muted")
        self.what = TextLabel(theme, "", self, weight=SEMIBOLD, wrap=True)
        self.why = TextLabel(theme, "", self, role="muted", wrap=True)
        self.again = button(self.tr("Try again"), "", self)
        self.in_routes = button(" " + self.tr("Show in Routes"), "", self)
        self._area = QScrollArea(self)
        self._build()
        follow(self, theme, self._dress)
        self.show_way(self._taken)

    def show_way(self, taken: WayTaken) -> None:
        self._taken = taken
        what, why = self._words(taken)
        self.what.setText(what)
        self.why.setText(why)
        self.what.setVisible(bool(what))
        self.why.setVisible(bool(why))
        self.again.setVisible(taken.phase is WayPhase.FAILED)
        known = taken.trace is not None
        for widget in (self.route, self._area, self.in_routes):
            widget.setVisible(known)
        if taken.trace is not None and taken.trace is not self._drawn:
            self._drawn = taken.trace
            self._show_steps(taken.trace)
        if taken.phase is WayPhase.UNASKED:
            self.asked.emit()

    def _show_steps(self, trace: Trace) -> None:
        self.route.setText(self.tr("dynamic/{0}, version {1}").format(trace.route, trace.version))
        way = Way(self._theme, trace)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(RELATED, RELATED, RELATED, RELATED)
        column.addWidget(way)
        column.addStretch(1)
        self._area.setWidget(inner)
        self._area.setAccessibleName(way.accessibleName())

    def _words(self, taken: WayTaken) -> tuple[str, str]:
        match taken.phase:
            case WayPhase.EARLY:
                return "", self.tr("The way is told when the answer has ended.")
            case WayPhase.UNASKED | WayPhase.READING:
                return "", self.tr("Asking the local gateway for the way…")
            case WayPhase.GONE:
                why = self.tr("The gateway keeps ways as long as its log keeps the requests.")
                return self.tr("The way is not kept any more."), why
            case WayPhase.FAILED if taken.trouble is not None:
                trouble = taken.trouble
                return trouble.what, reason(trouble)
            case _:
                return "", ""

    def _build(self) -> None:
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setProperty("ways", True)
        self.again.clicked.connect(self.asked)
        self.in_routes.setToolTip(self.tr("Open the route with this way lit"))
        self.in_routes.clicked.connect(self._open_route)
        set_icon(self.in_routes, self._theme, "waypoints", "muted")
        acts = QHBoxLayout()
        acts.setSpacing(INSIDE)
        acts.addWidget(self.again)
        acts.addWidget(self.in_routes)
        acts.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addWidget(self.route)
        column.addWidget(self._area, 1)
        column.addWidget(self.what)
        column.addWidget(self.why)
        column.addLayout(acts)
        column.addStretch(0)
        column.setAlignment(acts, Qt.AlignmentFlag.AlignTop)

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"QScrollArea[ways=true] {{ background: {tokens.canvas}; border: 1px solid {tokens.line};"
            f" border-radius: {GRID + 2}px; }}"
            "QScrollArea[ways=true] > QWidget > QWidget { background: transparent; }"
        )

    def _open_route(self) -> None:
        if self._taken.trace is not None:
            self.route_wanted.emit(self._taken.trace.route, self._taken.trace.id)
