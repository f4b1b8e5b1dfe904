"""The canvas of a route as one widget: the view with what floats over it, and everything that can be done there.

What it can do is a method each, so that menus, keys, the tab's bar and the palette of the window all call the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMenu, QStyle, QWidget

from workbench.domain.routes.canvas import Direction, Point
from workbench.domain.routes.edits import ports_of
from workbench.ui.routes import words
from workbench.ui.routes.canvas import aligning, following
from workbench.ui.routes.canvas.aligning import Axis, Box, Side
from workbench.ui.routes.canvas.finding import FindBar
from workbench.ui.routes.canvas.geometry import NOTE_WIDTH
from workbench.ui.routes.canvas.gestures import with_held
from workbench.ui.routes.canvas.hands import corner_after, corner_before, corner_for
from workbench.ui.routes.canvas.helping import HelpCard
from workbench.ui.routes.canvas.keylink import KeyLink
from workbench.ui.routes.canvas.keys import Keys
from workbench.ui.routes.canvas.linking import loose_wire
from workbench.ui.routes.canvas.look import Look
from workbench.ui.routes.canvas.menu import fill_menu
from workbench.ui.routes.canvas.minimap import SIZE, Minimap
from workbench.ui.routes.canvas.pieces import NOTE, Piece, piece_of
from workbench.ui.routes.canvas.pulse import Pulse
from workbench.ui.routes.canvas.scene import RouteScene
from workbench.ui.routes.canvas.scribe import Scribe
from workbench.ui.routes.canvas.search import PieceSearch
from workbench.ui.routes.canvas.spoken import spoken_selection
from workbench.ui.routes.canvas.stage import Stage
from workbench.ui.routes.canvas.steps import Steps
from workbench.ui.routes.canvas.table import TableView
from workbench.ui.routes.canvas.wire import WireItem
from workbench.ui.routes.canvas.writing import InPlace
from workbench.ui.routes.canvas.zoombar import ZoomBar
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import Wire
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.theme import RELATED, Theme, follow

_GAP = 96.0
_MAPS = 4
"""So many maps must have room side by side, and one above another, for one to be shown unasked."""


class RouteCanvas(QWidget):
    """Signals: inspect_wanted (id: its form should come to the front); refused (a sentence: why something was not done).

    models: "provider/model" of what the catalogue has, asked for each time the search opens.
    """

    inspect_wanted = Signal(str)
    refused = Signal(str)

    def __init__(
        self,
        theme: Theme,
        document: RouteDocument,
        parent: QWidget | None = None,
        *,
        models: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.document = document
        self._look = Look(theme)
        self.scene = RouteScene(Stage(self._look), document, self)
        self.steps = Steps(document, self)
        self.view = TableView(theme, self.scene, document, self.steps, self)
        self.view.keys = Keys(self)
        self.view.next_wanted.connect(self._go_to_next)
        self.bar = ZoomBar(theme, self)
        self.minimap = Minimap(self.view, self)
        self._map_wanted: bool | None = None
        self.find_bar = FindBar(theme, document, self)
        self.search_box = PieceSearch(self._look, models, self)
        self.in_place = InPlace(theme, self)
        self._scribe = Scribe(theme, self.view, self.steps, self.in_place)
        self.help = HelpCard(theme, self)
        self.empty = TextLabel(
            theme,
            self.tr("Drag an element onto the canvas, double-click, or press A to begin."),
            self,
            role="muted",
            wrap=True,
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.empty.setVisible(not self.scene.content.isValid())
        self._pulse = Pulse(self.scene)
        self._key_link: KeyLink | None = None
        self._loose: WireItem | None = None
        self._asked: tuple[Wire | None, Wire | None, str, QPointF] = (None, None, "", QPointF())
        self._connect()
        self._describe()
        follow(self, theme, self._dress)

    def _connect(self) -> None:
        view, document = self.view, self.document
        view.inspect_wanted.connect(self.inspect_wanted)
        view.words_wanted.connect(self._scribe.write)
        view.menu_wanted.connect(self._open_menu)
        view.piece_wanted.connect(self._ask)
        view.selection_announced.connect(self._announce_selection)
        view.sight_changed.connect(self._sight_changed)
        self.steps.refused.connect(self.refused)
        self.steps.said.connect(self._announce)
        self.bar.out.connect(self.zoom_out)
        self.bar.closer.connect(self.zoom_in)
        self.bar.full.connect(self.zoom_to_100)
        self.bar.fit.connect(self.zoom_to_fit)
        self.bar.map_toggled.connect(self.toggle_minimap)
        self.bar.help_wanted.connect(self.help.toggle)
        self.search_box.chosen.connect(self._chosen)
        self.search_box.closed.connect(self._drop_loose)
        for part in (self.search_box, self.find_bar, self.in_place, self.help):
            part.closed.connect(self._take_keyboard)
        self.scene.about_to_change.connect(self._put_down)
        document.edited.connect(self._edited)
        document.selection_changed.connect(self._describe)
        document.findings_changed.connect(self._describe)
        document.reveal_wanted.connect(self._reveal)

    # -- adding

    @Slot(object)
    def add(self, piece: Piece | str) -> str:
        """Add a piece, or that of this key, in the middle of what is seen or beside what is selected; its id."""
        wanted = piece_of(piece) if isinstance(piece, str) else piece
        if wanted is None:
            return ""
        id = self.steps.add(wanted, self._free_place(wanted))
        self._bring_in([id])
        self._take_keyboard()
        return id

    @Slot()
    def search(self) -> None:
        """Open the search at the pointer, or beside what is selected; while connecting, for what the port is to lead to."""
        if self._key_link is not None:
            source, card = self._key_link.source, self.scene.cards[self._key_link.source[0]]
            self._end_link()
            beside, down = self._beside(card.scene_rect), self.scene.way is Direction.DOWN
            wanted = corner_after(beside, self.scene.way)
            free = self._free_of_others(wanted, Point(40, 0) if down else Point(0, 40))
            self._ask(beside + QPointF(free.x - wanted.x, free.y - wanted.y), source, None, "")
            return
        at = self.view.pointer
        if at is None:
            corner = self._free_place(None)
            at = QPointF(corner.x + 112, corner.y + 36)
        self._ask(at, None, None, "")

    @Slot()
    def add_note(self) -> None:
        """A note about the selected element, or a free one."""
        selected = self._selected_element()
        if selected:
            self._scribe.write_about(selected)
            return
        piece = piece_of(NOTE)
        assert piece is not None
        id = self.add(piece)
        self._scribe.write(id)

    @Slot()
    def frame_selection(self) -> None:
        """A frame around what is selected, and its title to write."""
        if not self.document.selected:
            return
        box = self.scene.bounds(self.document.selected)
        id = self.steps.frame_around(self.document.selected, (box.x(), box.y(), box.width(), box.height()))
        self._scribe.write(id)

    # -- what is selected

    @Slot()
    def select_all(self) -> None:
        self.document.select(id for id, _ in self.scene.movables())

    @Slot()
    def delete(self) -> None:
        self.steps.delete(self.document.selected, self.document.selected_wire)

    @Slot()
    def delete_and_join(self) -> None:
        """Delete, and connect what was before and behind where there is one way to."""
        self.steps.delete(self.document.selected, self.document.selected_wire, join=True)

    @Slot()
    def copy(self) -> None:
        if self.document.selected:
            ids = with_held(self.view, self.document.selected)
            QGuiApplication.clipboard().setText(self.steps.copied_text(ids))

    @Slot()
    def cut(self) -> None:
        if self.document.selected:
            self.copy()
            self.steps.delete(with_held(self.view, self.document.selected))

    @Slot()
    def paste(self) -> None:
        """Paste a route or a part of one, at the pointer if it is over the canvas."""
        at = self.view.pointer
        corner = None
        if at is not None:
            corner = Point(aligning.snapped(at.x()), aligning.snapped(at.y()))
        if self.steps.paste(QGuiApplication.clipboard().text(), corner):
            self._bring_in(self.document.selected)

    @Slot()
    def duplicate(self) -> None:
        if self.document.selected:
            self._bring_in(self.steps.duplicate(with_held(self.view, self.document.selected)))

    @Slot()
    def rename(self) -> None:
        """Write in the selected note or frame, or give the selected element another id."""
        if len(self.document.selected) == 1:
            (id,) = self.document.selected
            self._scribe.write(id)

    @Slot()
    def inspect(self) -> None:
        """While connecting, connect; else open the selected element's form."""
        if self._key_link is not None:
            source, target = self._key_link.source, self._key_link.target
            if target:
                self._end_link()
                self.steps.link(*source, target)
        elif selected := self._selected_element():
            self.inspect_wanted.emit(selected)
        elif len(self.document.selected) == 1:
            self.rename()

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selection; pressed again and again it is one step."""
        ids = with_held(self.view, self.document.selected)
        self.steps.move(ids, dx, dy, merge="nudge/" + ",".join(sorted(ids)))
        self._bring_in(self.document.selected)

    # -- order

    def align(self, side: Side) -> None:
        boxes = self._boxes()
        if len(boxes) > 1:
            self.steps.place(self.tr("Align"), self._whole(aligning.aligned(boxes, side)))

    def distribute(self, axis: Axis) -> None:
        boxes = self._boxes()
        if len(boxes) > 2:
            self.steps.place(self.tr("Distribute"), self._whole(aligning.distributed(boxes, axis)))

    @Slot()
    def arrange(self) -> None:
        """Give everything its place, in the direction that the route has."""
        self.steps.arrange()
        self.zoom_to_fit()

    def turn(self, way: Direction) -> None:
        """Let the route run right or down, arranged so."""
        self.steps.arrange(way)
        self.zoom_to_fit()

    # -- seeing

    @Slot()
    def zoom_in(self) -> None:
        self._touch().zoom_step(1)

    @Slot()
    def zoom_out(self) -> None:
        self._touch().zoom_step(-1)

    @Slot()
    def zoom_to_100(self) -> None:
        self._touch().set_zoom(1.0)

    @Slot()
    def zoom_to_fit(self) -> None:
        """Show everything."""
        self._touch().fit(self.scene.content)

    @Slot()
    def zoom_to_selection(self) -> None:
        ids = self.document.selected
        self._touch().fit(self.scene.bounds(ids) if ids else self.scene.content, 2.0)

    @Slot()
    def toggle_minimap(self) -> None:
        self.set_minimap_shown(self.minimap.isHidden())

    def set_minimap_shown(self, shown: bool) -> None:
        """From now on, whatever room there is; until then it goes where it would cover much of the canvas."""
        self._map_wanted = shown
        self.minimap.setVisible(shown)
        if shown:
            self.minimap.redraw()

    @Slot()
    def find_element(self) -> None:
        self.find_bar.open()
        self._place_parts()

    @Slot(object)
    def pulse(self, wires: Collection[Wire]) -> None:
        """Show that requests pass there right now."""
        self._pulse.pass_through(wires)

    # -- by keyboard alone

    @property
    def connecting(self) -> bool:
        return self._key_link is not None

    @property
    def can_escape(self) -> bool:
        """Whether Escape has anything to end here; if not it is the window's."""
        return bool(
            self._key_link is not None
            or self.view.busy
            or not self.help.isHidden()
            or not self.find_bar.isHidden()
            or self.document.selected
            or self.document.selected_wire
        )

    @Slot()
    def escape(self) -> None:
        if self._key_link is not None:
            self._end_link()
        elif self.view.stop_gesture():
            pass
        elif not self.help.isHidden():
            self.help.hide()
        elif not self.find_bar.isHidden():
            self.find_bar.hide()
        else:
            self.document.select()

    @Slot()
    def connect_by_keys(self) -> None:
        """Begin to connect the selected element: arrows choose, Enter connects."""
        selected = self._selected_element()
        card = self.scene.cards.get(selected)
        if card is None:
            self.refused.emit(self.tr("Select the element that a wire is to leave first."))
        elif not ports_of(card.element):
            self.refused.emit(self.tr("Nothing leaves this element."))
        elif self._key_link is None:
            self._key_link = KeyLink(self.view, card)

    def point(self, dx: int, dy: int) -> None:
        """An arrow while connecting."""
        if self._key_link is not None:
            self._key_link.point(dx, dy)

    def follow(self, dx: int, dy: int) -> None:
        """Along the wires: on, back, or to what the same element leads to besides."""
        here = self._selected_element()
        if here:
            self._go_to(following.along(self.document.route, here, self.scene.way, dx, dy))
        else:
            self._go_to(next(iter(self._order()), ""))

    @Slot(int)
    def _go_to_next(self, step: int) -> None:
        order = self._order()
        here = self._selected_element() or next(iter(self.document.selected), "")
        at = order.index(here) + step if here in order else (0 if step > 0 else len(order) - 1)
        if 0 <= at < len(order):
            self._go_to(order[at])
        else:
            self.view.leave(step > 0)

    # -- within

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_parts()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place_parts()

    def _place_parts(self) -> None:
        room = self.rect()
        inner = room.adjusted(RELATED, RELATED, -RELATED, -RELATED)
        self.view.setGeometry(room)
        self.bar.adjustSize()
        self.find_bar.adjustSize()
        edge, way = Qt.AlignmentFlag, self.layoutDirection()
        map_size = QSize(*(self._theme.px(side) for side in SIZE))
        for part, size, corner in (
            (self.bar, self.bar.size(), edge.AlignLeft | edge.AlignBottom),
            (self.minimap, map_size, edge.AlignRight | edge.AlignBottom),
            (self.find_bar, self.find_bar.size(), edge.AlignRight | edge.AlignTop),
        ):
            part.setGeometry(QStyle.alignedRect(way, corner, size, inner))
        if self._map_wanted is None:
            least = map_size * _MAPS
            self.minimap.setVisible(room.width() >= least.width() and room.height() >= least.height())
        self.empty.setGeometry(inner.adjusted(room.width() // 6, 0, -room.width() // 6, 0))
        self.help.place(room)

    def _touch(self) -> TableView:
        self.view.touched = True
        return self.view

    def _order(self) -> tuple[str, ...]:
        places = {id: Point(item.x(), item.y()) for id, item in self.scene.movables() if "\0" not in id}
        return following.reading_order(places, self.scene.way)

    def _selected_element(self) -> str:
        """The one element that is selected, "" if it is not one."""
        ids = self.document.selected
        id = next(iter(ids)) if len(ids) == 1 else ""
        return id if id in self.scene.cards else ""

    def _go_to(self, id: str) -> None:
        if id:
            self._touch()
            self.document.select([id])
            self._bring_in([id])
            self._announce_selection()

    def _bring_in(self, ids: Collection[str]) -> None:
        box = self.scene.bounds(ids)
        if not box.isEmpty():
            self.view.bring_in(box)

    def _free_place(self, piece: Piece | None) -> Point:
        """Behind what is selected, else in the middle of what is seen; beside what is there already."""
        chosen = self._selected_element()
        if chosen:
            at = self._beside(self.scene.cards[chosen].scene_rect)
            corner = corner_after(at, self.scene.way)
        else:
            middle = self.view.seen.center()
            corner = (
                corner_for(piece, middle) if piece is not None else Point(middle.x() - 112, middle.y() - 36)
            )
        return self._free_of_others(corner, Point(24, 40))

    def _free_of_others(self, corner: Point, step: Point) -> Point:
        """The first place from there on, in such steps, where a card covers nothing."""
        for _ in range(40):
            box = QRectF(corner.x, corner.y, NOTE_WIDTH, 72).adjusted(-4, -4, 4, 4)
            if not any(
                box.intersects(item.scene_rect) for _, item in self.scene.movables() if item.zValue() > 1
            ):
                break
            corner = Point(corner.x + step.x, corner.y + step.y)
        return corner

    def _beside(self, box: QRectF) -> QPointF:
        """Where the input of what comes after it would be."""
        if self.scene.way is Direction.DOWN:
            return QPointF(box.center().x(), box.bottom() + _GAP)
        return QPointF(box.right() + _GAP, box.top() + 36)

    @Slot(QPointF, object, object, str)
    def _ask(self, at: QPointF, source: Wire | None, into: Wire | None, goal: str) -> None:
        """Open the search at a point of the scene. See `Steps.add`."""
        self._asked = (source, into, goal, at)
        no: set[str] = set()
        title = ""
        if source is not None:
            element = self.document.route.find(source[0])
            name = words.title_of(element) if element is not None else source[0]
            no, title = {"start", "note", "frame"}, self.tr("After “{0}”, {1}").format(name, source[1])
        elif into is not None:
            no, title = {"start", "end", "note", "frame"}, self.tr("Into this wire")
        elif goal:
            no, title = {"end", "note", "frame"}, self.tr("Before this element")
        elif self.document.route.start is not None:
            no = {"start"}
        self.view.bring_in(QRectF(at, at).adjusted(-1, -1, 1, 1))
        self._show_loose(source, at)
        shown = self.view.shown_at(at).toPoint()
        self.search_box.open(shown, title, lambda piece: piece.key not in no)

    def _show_loose(self, source: Wire | None, at: QPointF) -> None:
        """While one chooses what a wire leads to, it stays where it was dropped."""
        card = self.scene.cards.get(source[0]) if source is not None else None
        if source is not None and card is not None:
            self._loose = loose_wire(self.view)
            self._loose.lead(card.port_place(source[1]), at)

    @Slot()
    def _drop_loose(self) -> None:
        loose, self._loose = self._loose, None
        if loose is not None:
            self.scene.removeItem(loose)

    @Slot(object)
    def _chosen(self, piece: Piece) -> None:
        source, into, goal, at = self._asked
        if source is not None:
            corner = corner_after(at, self.scene.way)
        elif goal:
            corner = corner_before(at, self.scene.way)
        else:
            corner = corner_for(piece, at)
        id = self.steps.add(piece, corner, source, into, goal)
        self._bring_in([id])
        if piece.key == NOTE:
            self._scribe.write(id)

    def _end_link(self) -> None:
        if self._key_link is not None:
            self._key_link.end()
            self._key_link = None

    def _boxes(self) -> dict[str, Box]:
        return {
            id: Box(item.x(), item.y(), item.scene_rect.width(), item.scene_rect.height())
            for id in self.document.selected
            if (item := self.scene.movable(id)) is not None
        }

    def _whole(self, places: dict[str, Point]) -> dict[str, Point]:
        """What is in a frame goes with it, unless it has a place of its own."""
        more: dict[str, Point] = {}
        for id, at in places.items():
            frame = self.scene.frames.get(id)
            if frame is not None:
                for held in self.scene.held_by(frame):
                    item = self.scene.movable(held)
                    if item is not None:
                        more[held] = Point(item.x() + at.x - frame.x(), item.y() + at.y - frame.y())
        return {**more, **places}

    # -- told

    @Slot()
    def _put_down(self) -> None:
        self._end_link()
        self.view.stop_gesture()

    @Slot()
    def _edited(self) -> None:
        self.view.keep_room()
        self.empty.setVisible(not self.scene.content.isValid())
        self.minimap.mark_stale()

    @Slot(str)
    def _reveal(self, id: str) -> None:
        self._touch()
        self._bring_in([id])

    @Slot()
    def _sight_changed(self) -> None:
        self.bar.show_zoom(self.view.zoom)
        self.in_place.close()

    @Slot(QPoint)
    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_menu(menu, self, at)
        menu.popup(self.view.viewport().mapToGlobal(at))

    @Slot()
    def _take_keyboard(self) -> None:
        focus = QGuiApplication.focusObject()
        inside = isinstance(focus, QWidget) and (focus is self or self.isAncestorOf(focus))
        if self.isVisible() and (focus is None or inside):
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _describe(self) -> None:
        self.view.setAccessibleName(self.tr("Route “{0}”").format(self.document.route.name))
        self.view.setAccessibleDescription(spoken_selection(self.document))

    @Slot()
    def _announce_selection(self) -> None:
        self._announce(spoken_selection(self.document))

    @Slot(str)
    def _announce(self, text: str) -> None:
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.view, text))

    def _dress(self) -> None:
        self._look.refresh()
        self.scene.redress()
        self.view.redress()
        self.minimap.redraw()
        self._place_parts()
