"""Where one writes on the canvas itself: in a note, in a frame's title, an element's id, a note about an element."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QRect, QSize, Slot

from workbench.ui.routes.canvas.geometry import FRAME_TITLE
from workbench.ui.routes.canvas.hands import HandsView
from workbench.ui.routes.canvas.steps import Steps
from workbench.ui.routes.canvas.writing import InPlace
from workbench.ui.support.theme import BODY, INSIDE, SEMIBOLD, Theme

_NOTE, _LINE, _ABOUT = QSize(160, 88), QSize(160, 30), QSize(240, 96)
"""Fields are at least so large, however far away the canvas is."""
_MOST_LINE = 320
_LEAST_FONT = 0.8


class Scribe(QObject):
    """Lays the field over what is written, in the size it has on the canvas, and makes what was written a step."""

    def __init__(self, theme: Theme, view: HandsView, steps: Steps, in_place: InPlace) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._scene = view.route_scene
        self._steps = steps
        self._in_place = in_place

    @Slot(str)
    def write(self, id: str) -> None:
        """In what has this id."""
        item = self._scene.movable(id)
        if item is None:
            return
        self._view.bring_in(item.scene_rect)
        box = self._view.viewportTransform().mapRect(item.scene_rect).toAlignedRect()
        if id in self._scene.notes:
            box.setSize(box.size().expandedTo(self._grown(_NOTE)))
            font = self._theme.font(self._font_size())
            keep = partial(self._steps.write_note, id)
            self._in_place.write_lines(
                box, self._scene.notes[id].text, self.tr("Text of the note"), font, keep
            )
        elif id in self._scene.frames:
            title = self._scene.frames[id].frame.title
            self._line(box, FRAME_TITLE, title, self.tr("Title of the frame"), id)
        else:
            self._line(box, FRAME_TITLE, id, self.tr("Id of the element"), id)

    def write_about(self, id: str) -> None:
        """A note about an element, in a field under its card."""
        card = self._scene.cards[id]
        self._view.bring_in(card.scene_rect.adjusted(0, 0, 0, 80))
        box = self._view.viewportTransform().mapRect(card.scene_rect).toAlignedRect()
        size = self._grown(_ABOUT).expandedTo(QSize(box.width(), 0))
        top = min(box.bottom() + 6, self._view.height() - size.height() - INSIDE)
        field = QRect(box.left(), top, size.width(), size.height())
        keep = partial(self._steps.write_note, id)
        name = self.tr("Note about this element")
        self._in_place.write_lines(field, card.note, name, self._theme.font(), keep)

    def _line(self, box: QRect, height: float, text: str, name: str, id: str) -> None:
        least = self._grown(_LINE)
        width = min(max(box.width(), least.width()), self._theme.px(_MOST_LINE))
        field = QRect(
            box.left(), box.top(), width, max(round(height * self._scene.stage.scale), least.height())
        )
        font = self._theme.font(self._font_size(), SEMIBOLD)
        self._in_place.write_line(field, text, name, font, partial(self._keep_line, id))

    def _keep_line(self, id: str, text: str) -> None:
        frame = self._scene.frames.get(id)
        if frame is not None:
            self._steps.change_frame(id, replace(frame.frame, title=text.strip()))
        else:
            self._steps.rename(id, text)

    def _font_size(self) -> float:
        """As large as it is drawn; from afar as small as can be read."""
        return BODY * max(self._view.zoom, _LEAST_FONT)

    def _grown(self, size: QSize) -> QSize:
        return QSize(self._theme.px(size.width()), self._theme.px(size.height()))
