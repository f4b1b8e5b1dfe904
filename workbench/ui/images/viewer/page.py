"""The page that is laid over the tab while pictures are looked at."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.models import short_name
from workbench.ui.images.apart import apart
from workbench.ui.images.tools import tool_button
from workbench.ui.images.viewer.difference import Difference, difference
from workbench.ui.images.viewer.view import Mode, PictureView
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel
from workbench.ui.support.forms import Segments
from workbench.ui.support.own_keys import OwnKeys
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import GRID, INSIDE, PADDING, RELATED, SEMIBOLD, Theme

_MOST = QSize(12_000, 12_000)
_KEPT = 4


class Pictures(Protocol):
    """services.images.gallery.Gallery."""

    async def get(self, image_id: str) -> GalleryImage | None: ...
    async def data(self, digest: str) -> bytes: ...


class Decoder(Protocol):
    """ui.support.pixels.QtPixels."""

    async def image(self, data: bytes, most: QSize | None = None) -> QImage: ...


class Thumbnails(Protocol):
    """ui.images.thumbnails.Thumbnails."""

    def nearest(self, digest: str, side: int) -> QPixmap | None: ...


class Actions(Protocol):
    """ui.images.actions.PictureActions."""

    def menu(self, images: Sequence[GalleryImage], parent: QWidget, *, opened: bool = False) -> QMenu: ...


class ViewerPage(QWidget):
    """Signals: closed, current_changed (id of the image that is shown now)."""

    closed = Signal()
    current_changed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        pictures: Pictures,
        decoder: Decoder,
        thumbnails: Thumbnails,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pictures = pictures
        self._decoder = decoder
        self._thumbnails = thumbnails
        self._actions = actions
        self._ids: tuple[str, ...] = ()
        self._current = 0
        self._pair: tuple[str, str] | None = None
        self._shown: tuple[GalleryImage, ...] = ()
        self._images: OrderedDict[str, QImage] = OrderedDict()
        self._between: Difference | None = None
        self._tasks = TaskScope(self)
        self.view = PictureView(theme)
        self.blank = Blank(theme)
        self._again = self.blank.offer(self.tr("Try again"), self._load)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.blank)
        self._build()
        self._point_arrows()
        self._connect()

    @property
    def current_id(self) -> str:
        """The image that is shown, or the first of a pair; "" for none."""
        if self._pair is not None:
            return self._pair[0]
        return self._ids[self._current] if self._ids else ""

    @property
    def ready(self) -> bool:
        """What was asked for is shown in full."""
        return not self._tasks.running("load") and self._stack.currentWidget() is self.view

    def show_images(self, ids: Sequence[str], current_id: str) -> None:
        """Show one of several, among which left and right lead on."""
        self._ids = tuple(ids) or (current_id,)
        self._current = self._ids.index(current_id) if current_id in self._ids else 0
        self._pair = None
        self.view.fit()
        self._load()

    def compare(self, id_a: str, id_b: str) -> None:
        """Show two against each other."""
        self._pair = (id_a, id_b)
        self.view.fit()
        self._load()

    def step(self, by: int) -> None:
        """To the next or an earlier one; stops at the ends."""
        if self._pair is None and 0 <= self._current + by < len(self._ids):
            self._current += by
            self._load()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def _build(self) -> None:
        theme = self._theme
        self._close = self._tool("arrow-left", self.tr("Back"), "Escape")
        self._title = ElidedLabel(theme, "", weight=SEMIBOLD)
        self._facts = TextLabel(theme, "", role="muted")
        self._pixel = TextLabel(theme, "", role="muted")
        self._previous = self._tool("chevron-left", self.tr("Previous picture"), "Page Up")
        self._next = self._tool("chevron-right", self.tr("Next picture"), "Page Down")
        self._where = TextLabel(theme, "", role="muted")
        self._modes = Segments(
            self.tr("How to compare"),
            [
                (Mode.SLIDER, self.tr("Slider")),
                (Mode.SIDE, self.tr("Side by side")),
                (Mode.DIFFERENCE, self.tr("Difference")),
            ],
        )
        self._modes.set_value(Mode.SLIDER)
        self._swap = self._tool("arrow-right-left", self.tr("Swap the two pictures"), "X")
        self._out = self._tool("zoom-out", self.tr("Zoom out"), "Ctrl+-; -")
        self._zoom_words = TextLabel(theme, "", role="muted")
        self._in = self._tool("zoom-in", self.tr("Zoom in"), "Ctrl++; +")
        self._fit = self._tool("maximize", self.tr("Show all of it"), "Ctrl+0; 0")
        self._full = self._tool("grid-3x3", self.tr("Pixel for pixel"), "Ctrl+1; 1")
        self._more = self._tool("ellipsis", self.tr("What can be done with it"), "Menu")
        top = Ground(theme, "bottom")
        row = QHBoxLayout(top)
        row.setContentsMargins(INSIDE, GRID, PADDING, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self._close)
        row.addWidget(self._title, 1)
        for part in (self._modes, self._swap, self._previous, self._where, self._next, self._more):
            row.addWidget(part)
        foot = Ground(theme, "top")
        line = QHBoxLayout(foot)
        line.setContentsMargins(PADDING, GRID, INSIDE, GRID)
        line.setSpacing(RELATED)
        line.addWidget(self._facts)
        line.addWidget(self._pixel, 1)
        for part in (self._out, self._zoom_words, self._in, self._fit, self._full):
            line.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._stack, 1)
        column.addWidget(foot)

    def _tool(self, icon: str, words: str, keys: str) -> IconButton:
        return tool_button(self._theme, self, icon, words, keys)

    def _connect(self) -> None:
        OwnKeys(self, {"Ctrl+-": self._out.click, "Ctrl++": self._in.click, "Ctrl+0": self._fit.click})
        self._close.clicked.connect(self.closed)
        self._previous.clicked.connect(lambda: self.step(-1))
        self._next.clicked.connect(lambda: self.step(1))
        for keys, by in (("Left", -1), ("Right", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self.step(-by if self._mirrored else by))
        self._modes.chosen.connect(lambda mode: self._set_mode(Mode(mode)))
        self._swap.clicked.connect(self._exchange)
        self._out.clicked.connect(lambda: self.view.zoom_step(closer=False))
        self._in.clicked.connect(lambda: self.view.zoom_step(closer=True))
        self._fit.clicked.connect(self.view.fit)
        self._full.clicked.connect(self.view.full_size)
        self._more.clicked.connect(self._open_menu)
        self.view.zoom_changed.connect(self._show_zoom)
        self.view.pointed.connect(self._point)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(lambda at: self._menu().popup(self.view.mapToGlobal(at)))

    @property
    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._point_arrows()

    def _point_arrows(self) -> None:
        back, on = ("right", "left") if self._mirrored else ("left", "right")
        self._close.set_icon(f"arrow-{back}")
        self._previous.set_icon(f"chevron-{back}")
        self._next.set_icon(f"chevron-{on}")

    def _load(self) -> None:
        self._between = None
        wanted = self._pair or ((self.current_id,) if self.current_id else ())
        self._again.hide()
        self._dress()
        self._tasks.start("load", self._open(wanted))
        self.current_changed.emit(self.current_id)

    async def _open(self, ids: tuple[str, ...]) -> None:
        try:
            shown = [await self._found(image_id) for image_id in ids]
            self._shown = tuple(shown)
            self._say()
            if len(shown) == 1:
                self._show_meanwhile(shown[0])
            images = [await self._decoded(image.digest) for image in shown]
        except WorkbenchError as error:
            self.blank.say_trouble(error)
            self._again.show()
            self._stack.setCurrentWidget(self.blank)
            return
        self._stack.setCurrentWidget(self.view)
        if len(images) == 2:
            self.view.show_pair(images[0], images[1], _names(shown[0], shown[1]))
            self._between = await asyncio.to_thread(difference, *images)
            self.view.show_difference(self._between.image)
            self._say()
        else:
            self.view.show_picture(images[0])
            await self._look_ahead()

    async def _found(self, image_id: str) -> GalleryImage:
        image = await self._pictures.get(image_id)
        if image is None:
            raise WorkbenchError(self.tr("This picture is not in the gallery any more."))
        return image

    async def _decoded(self, digest: str) -> QImage:
        image = self._images.get(digest)
        if image is None:
            image = await self._decoder.image(await self._pictures.data(digest), _MOST)
            self._images[digest] = image
        self._images.move_to_end(digest)
        while len(self._images) > _KEPT:
            self._images.popitem(last=False)
        return image

    async def _look_ahead(self) -> None:
        """The neighbours, so that the next step is at once; what is wrong with them is told when they are shown."""
        for place in (self._current + 1, self._current - 1):
            if 0 <= place < len(self._ids):
                image = await self._pictures.get(self._ids[place])
                if image is not None:
                    try:
                        await self._decoded(image.digest)
                    except WorkbenchError:
                        continue

    def _show_meanwhile(self, image: GalleryImage) -> None:
        small = self._thumbnails.nearest(image.digest, 1024)
        if image.digest not in self._images and small is not None:
            self.view.show_picture(small, QSize(image.width, image.height))
            self._stack.setCurrentWidget(self.view)

    def _set_mode(self, mode: Mode) -> None:
        self.view.set_mode(mode)
        self._say()

    def _exchange(self) -> None:
        if self._pair is not None:
            self._pair = (self._pair[1], self._pair[0])
            self._load()

    def _dress(self) -> None:
        pair, several = self._pair is not None, len(self._ids) > 1
        self._modes.setVisible(pair)
        self._swap.setVisible(pair)
        for widget in (self._previous, self._where, self._next):
            widget.setVisible(several and not pair)
        self._previous.setEnabled(self._current > 0)
        self._next.setEnabled(self._current + 1 < len(self._ids))
        self._where.setText(self.tr("{0} of {1}").format(self._current + 1, len(self._ids)))

    def _say(self) -> None:
        if not self._shown:
            return
        first = self._shown[0]
        if len(self._shown) == 2:
            names = (_name(first), _name(self._shown[1]))
            self._title.setText("  ·  ".join(dict.fromkeys(names)))
            self._facts.setText(self._compared())
        else:
            self._title.setText(_name(first))
            parts = [f"{first.width} × {first.height}"]
            if first.model:
                parts.append(short_name(first.model))
            if first.settings.seed is not None:
                parts.append(self.tr("seed {0}").format(first.settings.seed))
            self._facts.setText("  ·  ".join(parts))
        self.view.setAccessibleName(self._title.text())
        self.view.setAccessibleDescription(self._facts.text())

    def _compared(self) -> str:
        found = self._between
        if found is None:
            return self.tr("Comparing …")
        if not found.largest:
            words = self.tr("Every pixel is the same.")
        else:
            percent = f"{100 * found.share:.1f}" if found.share >= 0.001 else self.tr("less than 0.1")
            words = self.tr("{0} % of the pixels differ, by at most {1} of 255.").format(
                percent, found.largest
            )
        return f"{words} {self.tr('The second is fitted to the first.')}" if found.stretched else words

    def _show_zoom(self) -> None:
        percent = 100 * self.view.zoom * self.devicePixelRatioF()
        self._zoom_words.setText(f"{percent:.0f} %")

    def _point(self, pixel: QPoint | None) -> None:
        image = self._images.get(self._shown[0].digest) if self._shown else None
        if pixel is None or image is None or not image.rect().contains(pixel):
            self._pixel.setText("")
            return
        self._pixel.setText(f"{pixel.x()}, {pixel.y()}  ·  {image.pixelColor(pixel).name().upper()}")

    def _menu(self) -> QMenu:
        menu = self._actions.menu(self._shown, self, opened=True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _open_menu(self) -> None:
        self._menu().popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))


def _names(one: GalleryImage, other: GalleryImage) -> tuple[str, str]:
    """Two that have one prompt are called by what else sets them apart."""
    if _name(one) == _name(other):
        first, second = apart([(image.model, image.settings) for image in (one, other)])
        if first != second:
            return first, second
    return _name(one), _name(other)


def _name(image: GalleryImage) -> str:
    """What it is called: its prompt, else its file."""
    return " ".join((image.settings.prompt or image.name or image.id).split())
