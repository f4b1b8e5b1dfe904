"""The canvas of the route editor with 500 and 5,000 elements: opening, panning, zooming, dragging, an edit, arranging.

    python -m benchmarks.route_canvas

A frame is what one step of the pointer costs: the event, and everything painted that it made necessary. The reference is measured
in the same run: a plain QGraphicsView with as many rectangles and curves, moved in the same way.
"""

from __future__ import annotations

import gc
import json
import math
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Row, measured_alone, percentile, show

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workbench.domain.routes.elements import Route

FEW, MANY = 500, 5_000
SIZE = (1400, 900)
FRAME_MS = 16.0


def main() -> int:
    rows = []
    for count in (FEW, MANY):
        found = measured_alone("benchmarks.route_canvas", "--child", str(count))
        most = FRAME_MS if count == FEW else math.inf
        rows.append(
            Row(f"{count:,} elements: open, painted", found["open"], "ms", 200 if count == FEW else math.inf)
        )
        for name in ("pan", "zoom", "drag", "drag all"):
            median, p99 = found["canvas"][name]
            plain = found["plain"].get(name)
            limit = math.inf if name == "drag all" else most  # everything at once: told, and no claim
            rows.append(Row(f"{count:,} elements: {name}, median", median, "ms", limit, plain and plain[0]))
            rows.append(Row(f"{count:,} elements: {name}, p99", p99, "ms", limit, plain and plain[1]))
        rows.append(Row(f"{count:,} elements: change one, painted", found["edit"], "ms", most))
    found = measured_alone("benchmarks.route_canvas", "--child-arrange")
    rows.append(Row("arrange 200 elements", found["arrange"], "ms", 300))
    return show("route_canvas", rows)


def _route(count: int) -> Route:
    """Chains that branch and fall back, as wide as high when arranged in rows."""
    from workbench.domain.routes.canvas import Frame, Point, placed, with_frame, with_note
    from workbench.domain.routes.elements import (
        AnyElement,
        Conditional,
        End,
        LimitType,
        ModelCall,
        Percentage,
        Rate,
        Route,
        Start,
    )

    columns = max(4, round(math.sqrt(count * 0.6)))
    ids = [f"e{number}" for number in range(count)]
    elements: list[AnyElement] = [Start(id=ids[0], outputs={"next": ids[1]})]
    for number in range(1, count - 1):
        on, aside = ids[min(number + 1, count - 1)], ids[min(number + columns, count - 1)]
        id = ids[number]
        match number % 5:
            case 0:
                conditions = {"metadata.plan": {"$eq": f"plan {number}"}}
                elements.append(
                    Conditional(id=id, conditions=conditions, outputs={"true": on, "false": aside})
                )
            case 1:
                elements.append(Percentage(id=id, outputs={"70%": on, "else": aside}))
            case 2:
                elements.append(
                    Rate(
                        id=id,
                        limit_type=LimitType.COUNT,
                        key="metadata.user_id",
                        limit=100 + number,
                        window_s=3600,
                        outputs={"success": on, "fallback": aside},
                    )
                )
            case _:
                elements.append(
                    ModelCall(
                        id=id,
                        provider="openai" if number % 2 else "workers-ai",
                        model=f"model-{number}",
                        timeout_ms=30_000,
                        retries=2,
                        outputs={"success": on, "fallback": aside},
                    )
                )
    elements.append(End(id=ids[-1]))
    places = {id: Point(number % columns * 328.0, number // columns * 200.0) for number, id in enumerate(ids)}
    route = placed(Route("bench", tuple(elements)), places)
    for number in range(count // 50):
        route = with_note(route, f"note-{number}", "why this is so, in a line or two of text")
        route = placed(route, {f"note-{number}": Point(number % 10 * 640.0, -160.0 - number // 10 * 120)})
        route = with_frame(
            route,
            f"frame-{number}",
            Frame("together", number % 5 * 1640.0 - 24, number // 5 * 400.0 - 40, 1300, 420),
        )
    return route  # fmt: skip


def _frames(app: QApplication, steps: int, step: Callable[[int], object]) -> list[float]:
    taken = []
    for number in range(steps):
        began = time.perf_counter()
        step(number)
        app.processEvents()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _told(taken: list[float]) -> tuple[float, float]:
    return percentile(taken, 0.5), percentile(taken, 0.99)


def _canvas(app: QApplication, count: int) -> dict[str, Any]:
    from PySide6.QtCore import QPointF

    from workbench.domain.routes.edits import changed
    from workbench.ui.routes.canvas.canvas import RouteCanvas
    from workbench.ui.routes.canvas.lifting import Lifted
    from workbench.ui.routes.document import RouteDocument
    from workbench.ui.support.theme import Theme

    theme = Theme("light")
    theme.apply(app)
    route = _route(count)
    warm = RouteCanvas(theme, RouteDocument(_route(10)))
    warm.resize(*SIZE)
    warm.show()
    app.processEvents()
    warm.hide()
    document = RouteDocument(route)
    gc.collect()
    gc.freeze()
    began = time.perf_counter()
    canvas = RouteCanvas(theme, document)
    canvas.resize(*SIZE)
    canvas.show()
    app.processEvents()
    opened = (time.perf_counter() - began) * 1000
    view, scene = canvas.view, canvas.scene
    view.touched = True
    middle = QPointF(SIZE[0] / 2, SIZE[1] / 2)
    found: dict[str, tuple[float, float]] = {}

    view.set_zoom(1.0)
    found["pan"] = _told(
        _frames(app, 300, lambda n: view.scroll_by(24 * (1 if n // 60 % 2 == 0 else -1), 10))
    )
    canvas.zoom_to_fit()
    low = view.zoom
    steps = 240
    found["zoom"] = _told(
        _frames(
            app,
            steps,
            lambda n: view.set_zoom(
                low * (4.0 / low) ** (0.5 - 0.5 * math.cos(2 * math.pi * n / steps)), middle
            ),
        )
    )
    canvas.zoom_to_fit()
    some = route.elements[len(route.elements) // 2].id
    for name, ids in (("drag", [some]), ("drag all", list(scene.cards))):
        lifted = Lifted(scene, ids)
        found[name] = _told(
            _frames(app, 120, lambda n, lifted=lifted: lifted.shift(8.0 * n, 4.0 * n))  # type: ignore[misc]
        )
        lifted.put_back()
    edits = _frames(
        app,
        30,
        lambda n: document.edit("Change", changed(document.route, route.elements[3].id, model=f"m{n}")),
    )
    return {"open": opened, "canvas": found, "edit": percentile(edits, 0.5)}


def _plain(app: QApplication, count: int) -> dict[str, tuple[float, float]]:
    """As many rectangles and curves in a view that does nothing else."""
    from PySide6.QtCore import QPointF, QRectF
    from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QTransform
    from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsRectItem, QGraphicsScene, QGraphicsView

    from workbench.domain.routes.canvas import positions

    route = _route(count)
    places = positions(route)
    scene = QGraphicsScene()
    boxes = {}
    for element in route.elements:
        box = QGraphicsRectItem(QRectF(0, 0, 224, 128))
        box.setBrush(QBrush(QColor("#ffffff")))
        box.setPos(*places[element.id])
        scene.addItem(box)
        boxes[element.id] = box

    def curve(source: str, target: str) -> QPainterPath:
        begin, end = boxes[source].pos() + QPointF(224, 84), boxes[target].pos() + QPointF(0, 36)
        path = QPainterPath(begin)
        path.cubicTo(begin + QPointF(80, 0), end - QPointF(80, 0), end)
        return path

    wires = []
    for source, _, target in route.links():
        wire = QGraphicsPathItem(curve(source, target))
        wire.setPen(QPen(QColor("#868e9c"), 2))
        scene.addItem(wire)
        wires.append((source, target, wire))
    view = QGraphicsView(scene)
    view.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.resize(*SIZE)
    view.show()
    app.processEvents()
    across, down = view.horizontalScrollBar(), view.verticalScrollBar()
    found = {}

    def pan(n: int) -> None:
        across.setValue(across.value() + 24 * (1 if n // 60 % 2 == 0 else -1))
        down.setValue(down.value() + 10)

    found["pan"] = _told(_frames(app, 300, pan))
    whole = scene.itemsBoundingRect()
    low = min(SIZE[0] / whole.width(), SIZE[1] / whole.height())
    steps = 240

    def zoom(n: int) -> None:
        scale = low * (4.0 / low) ** (0.5 - 0.5 * math.cos(2 * math.pi * n / steps))
        view.setTransform(QTransform.fromScale(scale, scale))
        view.centerOn(whole.center())

    found["zoom"] = _told(_frames(app, steps, zoom))
    view.setTransform(QTransform.fromScale(low, low))
    view.centerOn(whole.center())
    some = route.elements[len(route.elements) // 2].id
    place, mine = boxes[some].pos(), [wire for wire in wires if some in wire[:2]]

    def drag(n: int) -> None:
        boxes[some].setPos(place + QPointF(8.0 * n, 4.0 * n))
        for source, target, wire in mine:
            wire.setPath(curve(source, target))

    found["drag"] = _told(_frames(app, 120, drag))
    return found


def _child(count: int) -> None:
    from workbench.ui.interpreter import keep_none_alive

    keep_none_alive()
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    plain = _plain(app, count)
    print(json.dumps({**_canvas(app, count), "plain": plain}))


def _arrange() -> None:
    from workbench.domain.routes.arranging import arranged
    from workbench.domain.routes.canvas import Direction
    from workbench.ui.routes.canvas.geometry import size_of

    route, taken = _route(200), []
    for _ in range(5):
        began = time.perf_counter()
        arranged(route, size_of, Direction.RIGHT)
        taken.append((time.perf_counter() - began) * 1000)
    print(json.dumps({"arrange": percentile(taken, 0.5)}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(int(sys.argv[2]))
    elif sys.argv[1:2] == ["--child-arrange"]:
        _arrange()
    else:
        sys.exit(main())
