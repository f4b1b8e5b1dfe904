"""A canvas on a stage, and a hand that uses it as a user does: at places of the scene, with buttons and keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from workbench.domain.routes.arranging import settled
from workbench.domain.routes.canvas import Point, placed
from workbench.domain.routes.elements import Route
from workbench.ui.routes.canvas.canvas import RouteCanvas
from workbench.ui.routes.canvas.card import INPUT
from workbench.ui.routes.canvas.geometry import size_of
from workbench.ui.routes.document import Linter, RouteDocument
from workbench.ui.routes.overlay import Wire
from workbench.ui.support.theme import Theme

Held = Qt.KeyboardModifier
NO = Held.NoModifier
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
MODELS = ("openai/gpt-4o-mini", "workers-ai/@cf/zai-org/glm-4.7-flash")


class Hand:
    """The canvas shows the middle of the scene at 100 %: (0, 0) is at (40, 40) of the viewport."""

    def __init__(self, theme: Theme, route: Route, at: dict[str, tuple[float, float]], lint: Linter) -> None:
        route = placed(route, {id: Point(*place) for id, place in at.items()})
        self.document = RouteDocument(route, lint, lambda route: settled(route, size_of))
        self.canvas = RouteCanvas(theme, self.document, models=lambda: MODELS)
        self.view = self.canvas.view
        self.refused: list[str] = []
        self.canvas.refused.connect(self.refused.append)
        self.canvas.set_minimap_shown(False)
        self.canvas.resize(1100, 700)
        self.canvas.show()
        self.canvas.activateWindow()
        QTest.qWaitForWindowActive(self.canvas)
        self.view.touched = True
        self.view.set_zoom(1.0)
        self.view.scroll_by(*(self.view.shown_at(QPointF(0, 0)) - QPointF(40, 40)).toTuple())
        self.view.setFocus()

    @property
    def route(self) -> Route:
        return self.document.route

    # -- places

    def card(self, id: str) -> QPointF:
        """On its title, where no port is near."""
        return self.canvas.scene.cards[id].pos() + QPointF(120, 30)

    def port(self, id: str, port: str) -> QPointF:
        return self.canvas.scene.cards[id].port_place(port)

    def input(self, id: str) -> QPointF:
        return self.canvas.scene.cards[id].input_place

    def on_wire(self, wire: Wire, share: float = 0.5) -> QPointF:
        return self.canvas.scene.wires[wire].path.pointAtPercent(share)

    def shown(self, at: QPointF) -> QPoint:
        return self.view.shown_at(at).toPoint()

    # -- the mouse

    def click(self, at: QPointF, held: Held = NO, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseClick(self.view.viewport(), button, held, self.shown(at))

    def double_click(self, at: QPointF) -> None:
        QTest.mouseDClick(self.view.viewport(), LEFT, NO, self.shown(at))

    def press(self, at: QPointF, held: Held = NO, button: Qt.MouseButton = LEFT) -> None:
        QTest.mousePress(self.view.viewport(), button, held, self.shown(at))

    def move(self, at: QPointF, held: Held = NO, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseMove, at, held, Qt.MouseButton.NoButton, button)

    def release(self, at: QPointF, held: Held = NO, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseButtonRelease, at, held, button, Qt.MouseButton.NoButton)

    def drag(self, *way: QPointF, held: Held = NO, button: Qt.MouseButton = LEFT, steps: int = 4) -> None:
        """Press at the first place, go by all others, release at the last."""
        self.press(way[0], held, button)
        for begin, end in zip(way, way[1:], strict=False):
            for step in range(1, steps + 1):
                self.move(begin + (end - begin) * (step / steps), held, button)
        self.release(way[-1], held, button)

    def _send(
        self, kind: QEvent.Type, at: QPointF, held: Held, button: Qt.MouseButton, buttons: Qt.MouseButton
    ) -> None:
        shown = QPointF(self.shown(at))
        viewport = self.view.viewport()
        event = QMouseEvent(kind, shown, viewport.mapToGlobal(shown), button, buttons, held)
        QApplication.sendEvent(viewport, event)

    # -- the keyboard

    def keys(self, *keys: Qt.Key, held: Held = NO) -> None:
        for key in keys:
            QTest.keyClick(self.view, key, held)

    def type(self, text: str) -> None:
        """Into whatever has the keyboard."""
        QTest.keyClicks(self._focus, text)

    def enter(self, held: Held = NO) -> None:
        QTest.keyClick(self._focus, Qt.Key.Key_Return, held)

    def escape(self) -> None:
        QTest.keyClick(self._focus, Qt.Key.Key_Escape)

    @property
    def _focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    # -- what came of it

    def target(self, id: str, port: str) -> str:
        element = self.route.find(id)
        assert element is not None
        return element.outputs.get(port, "")

    def place(self, id: str) -> tuple[float, float]:
        item = self.canvas.scene.movable(id)
        assert item is not None
        return item.x(), item.y()

    @property
    def step(self) -> str:
        """Name of the last step."""
        return self.document.history.undoText()

    @property
    def steps(self) -> Sequence[str]:
        return [self.document.history.text(n) for n in range(self.document.history.index())]


__all__ = ["INPUT", "LEFT", "MIDDLE", "NO", "RIGHT", "Hand", "Held"]
