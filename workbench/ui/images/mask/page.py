"""The page that is laid over the tab while a mask is painted."""

from __future__ import annotations

import asyncio
from typing import Protocol

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.gallery import GalleryImage
from workbench.ui.images.mask.canvas import LARGEST, SMALLEST, MaskCanvas
from workbench.ui.images.mask.painting import MaskPainting, as_png, from_bytes, is_empty, share_of
from workbench.ui.images.tools import tool_button
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.own_keys import OwnKeys
from workbench.ui.support.sentences import in_words
from workbench.ui.support.shortcuts import spelled
from workbench.ui.support.sliders import Slider
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import GRID, INSIDE, PADDING, RELATED, SECTION, SEMIBOLD, Theme, follow


class Pictures(Protocol):
    """services.images.gallery.Gallery."""

    async def data(self, digest: str) -> bytes: ...
    async def keep(self, data: bytes, name: str = "", side: int | None = None) -> GalleryImage: ...


class Decoder(Protocol):
    """ui.support.pixels.QtPixels."""

    async def image(self, data: bytes, most: QSize | None = None) -> QImage: ...


class MaskPage(QWidget):
    """Edit with `edit`. Signals: done (digest of the mask, "" where nothing is to be painted), closed (without a change)."""

    done = Signal(str)
    closed = Signal()

    def __init__(
        self, theme: Theme, pictures: Pictures, decoder: Decoder, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pictures = pictures
        self._decoder = decoder
        self._digests = ("", "")
        self._tasks = TaskScope(self)
        self.painting = MaskPainting(QSize(1, 1), self)
        self.canvas = MaskCanvas(theme, self.painting)
        self.blank = Blank(theme)
        self._again = self.blank.offer(self.tr("Try again"), self._load)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self.blank)
        self._build()
        self._connect()
        self._say()

    def edit(self, source_digest: str, mask_digest: str = "") -> None:
        """Show the picture with the mask it has already, if any. What was painted on it and not used is still there."""
        if (source_digest, mask_digest) == self._digests and self.ready and self.painting.history.count():
            self.canvas.setFocus()
            return
        self._digests = (source_digest, mask_digest)
        self._load()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def finish(self) -> None:
        """Keep the mask and say so."""
        if self.ready and not self._tasks.running("keep"):
            self._tasks.start("keep", self._keep())

    @property
    def ready(self) -> bool:
        """A picture is there to be painted on."""
        return self._stack.currentWidget() is self.canvas and not self._tasks.running("load")

    def _build(self) -> None:
        theme = self._theme
        self._title = TextLabel(theme, self.tr("Paint a mask"), size=SECTION, weight=SEMIBOLD)
        self._share = TextLabel(theme, "", role="muted")
        self._brush = self._tool("brush", self.tr("Brush"), "B")
        self._eraser = self._tool("eraser", self.tr("Eraser"), "E")
        self._tools = QButtonGroup(self)
        for tool in (self._brush, self._eraser):
            tool.setCheckable(True)
            self._tools.addButton(tool)
        self._brush.setChecked(True)
        self._width = Slider(Qt.Orientation.Horizontal)
        self._width.setRange(SMALLEST, LARGEST)
        self._width.setValue(self.canvas.brush)
        self._width.setAccessibleName(self.tr("Width of the brush"))
        self._width.setToolTip(self.tr("Width of the brush ([ and ])"))
        self._width_words = TextLabel(theme, "", role="muted")
        self._undo = self._tool("undo-2", self.tr("Undo"), "Ctrl+Z")
        self._redo = self._tool("redo-2", self.tr("Redo"), "Ctrl+Shift+Z")
        self._invert = self._tool("contrast", self.tr("Invert: paint what stays"), "I")
        self._clear = self._tool("square-dashed", self.tr("Clear the mask"), "Ctrl+Backspace")
        self._hide = self._tool("eye", self.tr("Show the mask"), "H")
        self._hide.setCheckable(True)
        self._hide.setChecked(True)
        self._out = self._tool("zoom-out", self.tr("Zoom out"), "Ctrl+-")
        self._in = self._tool("zoom-in", self.tr("Zoom in"), "Ctrl++")
        self._fit = self._tool("maximize", self.tr("Show all of it"), "Ctrl+0")
        self._cancel = button(self.tr("Cancel"))
        self._use = button(self.tr("Use mask"), "primary")
        self._use.setToolTip(self.tr("Use this mask ({0})").format(spelled("Ctrl+Return")))
        top = Ground(theme, "bottom")
        row = QHBoxLayout(top)
        row.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        row.setSpacing(RELATED)
        row.addWidget(self._title)
        row.addWidget(self._share, 1)
        row.addWidget(self._cancel)
        row.addWidget(self._use)
        bar = Ground(theme, "top")
        tools = QHBoxLayout(bar)
        tools.setContentsMargins(PADDING, GRID, PADDING, GRID)
        tools.setSpacing(GRID)
        for part in (self._brush, self._eraser, self._width, self._width_words, None, self._undo, self._redo, None,
                     self._invert, self._clear, self._hide):  # fmt: skip
            if part is None:
                tools.addSpacing(RELATED)
            else:
                tools.addWidget(part)
        tools.addStretch(1)
        for part in (self._out, self._in, self._fit):
            tools.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._stack, 1)
        column.addWidget(bar)
        follow(self, theme, lambda: self._width.setFixedWidth(theme.px(140)))

    def _tool(self, icon: str, words: str, keys: str) -> IconButton:
        return tool_button(self._theme, self, icon, words, keys)

    def _connect(self) -> None:
        OwnKeys(self, {"Ctrl+-": self._out.click, "Ctrl++": self._in.click, "Ctrl+0": self._fit.click})
        canvas, history = self.canvas, self.painting.history
        self._brush.clicked.connect(lambda: canvas.set_erasing(False))
        self._eraser.clicked.connect(lambda: canvas.set_erasing(True))
        self._width.valueChanged.connect(canvas.set_brush)
        canvas.brush_changed.connect(self._show_brush)
        for keys, factor in (("[", 0.8), ("]", 1.25)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=factor: self._widen(by))
        self._undo.clicked.connect(history.undo)
        self._redo.clicked.connect(history.redo)
        self._invert.clicked.connect(lambda: self.painting.invert(self.tr("Invert")))
        self._clear.clicked.connect(lambda: self.painting.fill(self.tr("Clear"), white=False))
        self._hide.toggled.connect(canvas.set_mask_shown)
        self._out.clicked.connect(lambda: canvas.zoom_step(closer=False))
        self._in.clicked.connect(lambda: canvas.zoom_step(closer=True))
        self._fit.clicked.connect(canvas.fit)
        history.indexChanged.connect(self._say)
        self._cancel.clicked.connect(self.closed)
        self._use.clicked.connect(self.finish)
        for keys, work in (("Ctrl+Return", self.finish), ("Escape", self._leave)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(work)

    def _leave(self) -> None:
        if self.painting.painting:
            self.painting.give_up()
        else:
            self.closed.emit()

    def _widen(self, by: float) -> None:
        width = self.canvas.brush
        self.canvas.set_brush(
            max(width + 1, round(width * by)) if by > 1 else min(width - 1, round(width * by))
        )

    def _show_brush(self) -> None:
        self._width.setValue(self.canvas.brush)
        (self._eraser if self.canvas.erasing else self._brush).setChecked(True)
        self._say()

    def _say(self) -> None:
        history, mask = self.painting.history, self.painting.image
        self._undo.setEnabled(history.canUndo())
        self._redo.setEnabled(history.canRedo())
        self._width_words.setText(self.tr("{0} px").format(self.canvas.brush))
        empty = is_empty(mask)
        self._use.setText(self.tr("Use no mask") if empty else self.tr("Use mask"))
        if empty:
            self._share.setText(self.tr("Paint over what the model is to make anew. The rest stays."))
        else:
            percent = f"{max(1, round(100 * share_of(mask)))}"
            self._share.setText(self.tr("{0} % is painted anew, the rest stays.").format(percent))

    def _load(self) -> None:
        self.blank.say("loader", "muted", self.tr("Opening the picture …"))
        self._again.hide()
        self._stack.setCurrentWidget(self.blank)
        self._use.setEnabled(False)
        self._tasks.start("load", self._open(*self._digests))

    async def _open(self, source: str, mask: str) -> None:
        try:
            picture = await self._decoder.image(await self._pictures.data(source))
            old = await asyncio.to_thread(from_bytes, await self._pictures.data(mask)) if mask else None
        except WorkbenchError as error:
            self._fail(error)
            return
        self.painting.reset(picture.size(), old)
        self._stack.setCurrentWidget(self.canvas)
        self._use.setEnabled(True)
        self.canvas.show_picture(picture)
        self.canvas.setFocus()
        self._say()

    async def _keep(self) -> None:
        mask = self.painting.image.copy()
        if is_empty(mask):
            self._finished("")
            return
        self._use.setEnabled(False)
        try:
            kept = await self._pictures.keep(
                await asyncio.to_thread(as_png, mask), self.tr("Mask", "name of a picture")
            )
        except WorkbenchError as error:
            self._share.setText(in_words(error))
            return
        finally:
            self._use.setEnabled(True)
        self._finished(kept.digest)

    def _finished(self, mask_digest: str) -> None:
        self._digests = ("", "")  # the next one begins anew
        self.done.emit(mask_digest)

    def _fail(self, error: WorkbenchError) -> None:
        self.blank.say_trouble(error)
        self._again.show()
