"""Where pictures are given to a model: the one to start from, with its mask, and those to look at."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.images.dragging import digests_in, files_in, picture_in, takes
from workbench.ui.images.form.frame import FieldFrame
from workbench.ui.images.form.intake import REFERENCE, SOURCE, LargePicture
from workbench.ui.images.form.model import FormModel
from workbench.ui.images.form.ports import Thumbnails
from workbench.ui.images.form.thumb import AddTile, Thumb
from workbench.ui.images.form.words import size_text
from workbench.ui.support import figures
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.dialogs import open_files
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import small
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme, follow

translate = QCoreApplication.translate
_SOURCE, _MASK, _REFERENCE, _EMPTY = 84, 40, 66, 60


def take(model: FormModel, mime: QMimeData, role: str) -> bool:
    """Put what is dropped or pasted where it belongs; False where there is no picture in it."""
    if digests := digests_in(mime):
        for digest in digests[:1] if role == SOURCE else digests:
            model.use_picture(digest, role)
    elif files := files_in(mime):
        model.add_files(files, role)
    elif data := picture_in(mime):
        model.add_data(data, role)
    else:
        return False
    return True


class Question(QFrame):
    """Asks whether a large picture may be scaled down. Signals: answered (bool)."""

    answered = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = TextLabel(theme, "", self, wrap=True)
        self.agree = button(self.tr("Scale it down"), parent=self)
        self.refuse = button(self.tr("Leave it out"), "quiet", self)
        buttons = QWidget(self)
        row = FlowLayout(buttons, spacing=GRID)
        row.addWidget(self.agree)
        row.addWidget(self.refuse)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSIDE + 2, INSIDE, INSIDE + 2, INSIDE)
        column.setSpacing(INSIDE)
        column.addWidget(self._words)
        column.addWidget(buttons)
        self.agree.clicked.connect(self._agreed)
        self.refuse.clicked.connect(self._refused)
        follow(self, theme, self._dress)
        self.hide()

    def ask(self, picture: LargePicture | None) -> None:
        self.setVisible(picture is not None)
        if picture is None:
            return
        words = self.tr("{0} has {1} pixels ({2}). It is scaled down to {3}.").format(
            f"“{picture.incoming.name}”" if picture.incoming.name else self.tr("This picture"),
            size_text(picture.size),
            figures.size(picture.weight),
            size_text(picture.kept_size),
        )
        self._words.setText(words)
        self.setAccessibleName(words)

    def _dress(self) -> None:
        self.setStyleSheet(f"Question {{ background: {self._theme.tint('warn')}; border-radius: 6px; }}")

    def _agreed(self) -> None:
        self.answered.emit(True)

    def _refused(self) -> None:
        self.answered.emit(False)


class PictureField(FieldFrame):
    """Takes files, pictures of other programs and of the gallery, by dialog, drop and paste. Signals: opened (digest)."""

    opened = Signal(str)

    def __init__(
        self, theme: Theme, model: FormModel, role: str, label: str, parent: QWidget | None = None
    ) -> None:
        self.paste = small(IconButton(theme, "clipboard-paste", translate("PictureField", "Paste a picture")))
        self.browse = small(IconButton(theme, "folder-open", translate("PictureField", "Choose a file…")))
        super().__init__(theme, label, None, parent, beside=(self.paste, self.browse))
        self._model = model
        self._role = role
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(model.failed)
        self.question = Question(theme, self)
        self.setAcceptDrops(True)
        self.browse.clicked.connect(self.ask_for_files)
        self.paste.clicked.connect(self.paste_picture)
        self.question.answered.connect(model.answer)

    def ask_for_files(self) -> None:
        self._tasks.start("browse", self._browse())

    def paste_picture(self) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None or not take(self._model, mime, self._role):
            self.say("", self.tr("There is no picture in the clipboard."))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if takes(event.mimeData()):
            event.acceptProposedAction()
            self._light(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._light(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._light(False)
        if take(self._model, event.mimeData(), self._role):
            event.acceptProposedAction()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def show_question(self) -> None:
        question = self._model.question
        self.question.ask(question if question is not None and question.incoming.role == self._role else None)

    def _light(self, lit: bool) -> None:
        """Show that a drop is taken."""
        raise NotImplementedError

    async def _browse(self) -> None:
        patterns = "*.png *.jpg *.jpeg *.webp *.gif *.bmp"
        picked = await open_files(
            self,
            self.tr("Choose pictures"),
            filters=self.tr("Pictures ({0})").format(patterns),
            several=self._role == REFERENCE,
        )
        if picked:
            self._model.add_files([Path(path) for path in picked], self._role)

    def _sent_text(self, digest: str) -> str:
        image, sent = self._model.picture(digest), self._model.sent_size(digest)
        if image is None:
            return ""
        size = size_text((image.width, image.height))
        if sent is None:
            return size
        return self.tr("{0}, sent as {1}").format(size, size_text(sent))


class SourceField(PictureField):
    """The picture to start from, and its mask. Signals: paint_wanted (digest of the source, of the mask or "")."""

    paint_wanted = Signal(str, str)

    def __init__(
        self, theme: Theme, model: FormModel, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, model, SOURCE, translate("PictureField", "Source picture"), parent)
        self._theme = theme
        self.empty = AddTile(theme, self.tr("Drop a picture, or choose one"), "image-plus", self)
        self.thumb = Thumb(theme, thumbnails, _SOURCE, self)
        self.name = ElidedLabel(theme, "", self)
        self.size_label = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.remove = small(IconButton(theme, "x", self.tr("Remove the source picture"), self))
        self.mask_thumb = Thumb(theme, thumbnails, _MASK, self)
        self.paint = button("", "", self)
        self.remove_mask = small(IconButton(theme, "x", self.tr("Remove the mask"), self))
        set_icon(self.paint, theme, "brush", "muted")
        self._filled = self._made_filled()
        for place, widget in enumerate((self.empty, self._filled, self.question)):
            self.column.insertWidget(place + 1, widget)
        self.empty.clicked.connect(self.ask_for_files)
        self.thumb.opened.connect(self.opened)
        self.thumb.removed.connect(self._remove)
        self.remove.clicked.connect(self._remove)
        self.mask_thumb.opened.connect(self._paint)
        self.mask_thumb.removed.connect(self._remove_mask)
        self.paint.clicked.connect(self._paint)
        self.remove_mask.clicked.connect(self._remove_mask)
        follow(self, theme, lambda: self.empty.setFixedHeight(theme.px(_EMPTY)))

    def show_value(self) -> None:
        model, settings = self._model, self._model.settings
        source, mask = settings.source, settings.mask
        image = model.picture(source)
        self.empty.setVisible(not source)
        self._filled.setVisible(bool(source))
        name = (image.name or image.settings.prompt) if image is not None else ""
        name = name or self.tr("Source picture")
        self.name.setText(" ".join(name.split()))
        self.thumb.show_picture(source, name)
        self.size_label.setText(self._sent_text(source))
        self.mask_thumb.show_picture(mask, self.tr("Mask: white is painted anew"))
        can_mask = model.offer.mask or bool(mask)
        self.paint.setText(" " + (self.tr("Edit mask") if mask else self.tr("Paint mask")))
        self.paint.setVisible(can_mask)
        self.mask_thumb.setVisible(bool(mask))
        self.remove_mask.setVisible(bool(mask))
        problem = model.refused(SOURCE) or model.problems.get(SOURCE, "") or model.problems.get("mask", "")
        reading = self.tr("Reading…") if model.taking_in and not source else ""
        remark = " ".join(part for part in (model.remark(SOURCE), model.remark("mask")) if part)
        self.say(problem, reading or remark)
        self.show_question()

    def _made_filled(self) -> QWidget:
        made = QWidget(self)
        first = QHBoxLayout()
        first.setSpacing(GRID)
        first.addWidget(self.name, 1)
        first.addWidget(self.remove)
        masking = QWidget(made)
        second = FlowLayout(masking, spacing=GRID)
        for widget in (self.mask_thumb, self.paint, self.remove_mask):
            second.addWidget(widget)
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addLayout(first)
        words.addWidget(self.size_label)
        words.addWidget(masking)
        words.addStretch(1)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE + 2)
        row.addWidget(self.thumb, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return made

    def _light(self, lit: bool) -> None:
        self.empty.set_lit(lit)
        self.thumb.set_lit(lit)

    def _paint(self) -> None:
        settings = self._model.settings
        self.paint_wanted.emit(settings.source, settings.mask)

    def _remove(self) -> None:
        self._model.change(source="")

    def _remove_mask(self) -> None:
        self._model.set_mask("")


class ReferencesField(PictureField):
    """The pictures to look at, in the order the prompt names them by."""

    def __init__(
        self, theme: Theme, model: FormModel, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, model, REFERENCE, translate("PictureField", "Reference pictures"), parent)
        self._theme = theme
        self._thumbnails = thumbnails
        self._dragged = ""
        self.tiles: list[Thumb] = []
        holder = QWidget(self)
        self._flow = FlowLayout(holder, spacing=INSIDE - 2)
        self.add = AddTile(theme, self.tr("Drop pictures, or choose some"), "plus", holder)
        self.add.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._flow.addWidget(self.add)
        self.wide = AddTile(theme, self.tr("Drop pictures, or choose some"), "image-plus", self)
        self._holder = holder
        for place, widget in enumerate((self.wide, holder, self.question)):
            self.column.insertWidget(place + 1, widget)
        self.add.clicked.connect(self.ask_for_files)
        self.wide.clicked.connect(self.ask_for_files)
        follow(self, theme, self._dress)

    def show_value(self) -> None:
        model = self._model
        references = model.settings.references
        self._make_tiles(len(references))
        for place, (tile, digest) in enumerate(zip(self.tiles, references, strict=False), 1):
            image = model.picture(digest)
            words = [self.tr("Reference {0}").format(place)]
            words += [part for part in ((image.name if image else ""), self._sent_text(digest)) if part]
            words.append(self.tr("Drag it to another place; Delete removes it."))
            tile.show_picture(digest, "\n".join(words), place)
        self.wide.setVisible(not references)
        self._holder.setVisible(bool(references))
        self.add.setVisible(len(references) < max(1, model.offer.references))
        reading = self.tr("Reading…") if model.taking_in else ""
        problem = model.refused("references") or model.problems.get("references", "")
        self.say(problem, reading or self._sizes() or model.remark("references"))
        self.show_question()

    def _sizes(self) -> str:
        """Said where the models see less than was given."""
        model = self._model
        side = model.offer.input_side
        if side is None or not any(model.sent_size(digest) for digest in model.settings.references):
            return ""
        words = self.tr("Sent scaled down to at most {0} pixels a side.").format(figures.count(side))
        return " ".join(part for part in (words, model.remark("references")) if part)

    def _make_tiles(self, count: int) -> None:
        while len(self.tiles) < count:
            tile = Thumb(self._theme, self._thumbnails, _REFERENCE, self._holder)
            tile.opened.connect(self.opened)
            tile.removed.connect(self._model.remove_reference)
            tile.moved.connect(self._move)
            tile.drag_begun.connect(self._begin_drag)
            tile.dragged.connect(self._drag)
            self._flow.removeWidget(self.add)
            self._flow.addWidget(tile)
            self._flow.addWidget(self.add)
            self.tiles.append(tile)
        while len(self.tiles) > count:
            tile = self.tiles.pop()
            self._flow.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._holder.updateGeometry()

    def _dress(self) -> None:
        side = self._theme.px(_REFERENCE)
        self.add.setFixedSize(QSize(side, side))
        self.wide.setFixedHeight(self._theme.px(_EMPTY))

    def _light(self, lit: bool) -> None:
        self.add.set_lit(lit)
        self.wide.set_lit(lit)

    def _move(self, digest: str, steps: int) -> None:
        place = self._model.settings.references.index(digest) + steps
        self._model.move_reference(digest, place)
        place = self._model.settings.references.index(digest)
        self.tiles[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin_drag(self, digest: str) -> None:
        self._dragged = digest

    def _drag(self, position: QPoint) -> None:
        at = self._holder.mapFromGlobal(position)
        for place, tile in enumerate(self.tiles):
            if tile.geometry().contains(at) and tile.digest != self._dragged:
                self._model.move_reference(self._dragged, place)
                return
