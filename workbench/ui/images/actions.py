"""What can be done to pictures, wherever they are shown: the same menu and the same keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMenu, QWidget

from workbench.domain.images.formats import extension_of
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.recalling import Recall
from workbench.services.images.export import name_of
from workbench.ui.images.dragging import MIME, ours
from workbench.ui.images.facts import settings_json
from workbench.ui.images.naming import ask_name
from workbench.ui.support.dialogs import open_folder, save_file
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import Theme


class NamedBoard(Protocol):
    """services.images.gallery.Board."""

    @property
    def name(self) -> str: ...
    @property
    def count(self) -> int: ...


class PictureStore(Protocol):
    """services.images.gallery.Gallery. May raise StorageFailed."""

    async def data(self, digest: str) -> bytes: ...
    async def save_as(self, digest: str, to: Path) -> None: ...
    async def rate(self, ids: Sequence[str], stars: int) -> None: ...
    async def tag(
        self, ids: Sequence[str], add: Collection[str] = (), remove: Collection[str] = ()
    ) -> None: ...
    async def tags(self) -> Sequence[tuple[str, int]]: ...
    async def put_on_board(self, ids: Sequence[str], board: str) -> None: ...
    async def take_off_board(self, ids: Sequence[str], board: str) -> None: ...
    async def boards(self) -> Sequence[NamedBoard]: ...
    async def delete(self, ids: Sequence[str]) -> None: ...
    async def restore(self, ids: Sequence[str]) -> None: ...


class PictureActions(QObject):
    """Does to pictures what the gallery can do, and asks for the rest by signals.

    Signals: opened (id), compare_wanted (two ids), recall_wanted (GalleryImage, a Recall), use_wanted (digest, "source" or
    "reference"), repeat_wanted (id), try_on_wanted (digest, "person" or "outfit"), details_wanted (id).
    """

    opened = Signal(str)
    compare_wanted = Signal(str, str)
    recall_wanted = Signal(object, str)
    use_wanted = Signal(str, str)
    repeat_wanted = Signal(str)
    try_on_wanted = Signal(str, str)
    details_wanted = Signal(str)

    def __init__(
        self, theme: Theme, gallery: PictureStore, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._gallery = gallery
        self._notifier = notifier
        self._number = count()
        self._last_deleted: tuple[str, ...] = ()
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def menu(self, images: Sequence[GalleryImage], parent: QWidget, *, opened: bool = False) -> QMenu:
        """Everything for these pictures. opened: they are looked at already. The caller shows it; it deletes itself when it is closed."""
        from workbench.ui.images.menu import picture_menu

        return picture_menu(self._theme, self, images, parent, opened=opened)

    def open(self, image: GalleryImage) -> None:
        self.opened.emit(image.id)

    def compare(self, images: Sequence[GalleryImage]) -> None:
        """Two of them; any other number is nobody's wish."""
        if len(images) == 2:
            self.compare_wanted.emit(images[0].id, images[1].id)

    def recall(self, image: GalleryImage, what: Recall) -> None:
        self.recall_wanted.emit(image, what.value)

    def copy_picture(self, images: Sequence[GalleryImage]) -> None:
        """The first one's pixels for other programs, and all of them for this one."""
        if images:
            self._start(self._copy_picture(images))

    def copy_prompt(self, images: Sequence[GalleryImage]) -> None:
        prompts = dict.fromkeys(image.settings.prompt for image in images if image.settings.prompt)
        self.copy_text("\n\n".join(prompts), self.tr("prompt"))

    def copy_settings(self, images: Sequence[GalleryImage]) -> None:
        """As JSON; several as an array."""
        texts = [settings_json(image) for image in images]
        text = texts[0] if len(texts) == 1 else "[\n" + ",\n".join(texts) + "\n]"
        self.copy_text(text, self.tr("settings"))

    def copy_text(self, text: str, what: str) -> None:
        """what: what it is, for the notice."""
        if text:
            QGuiApplication.clipboard().setText(text)
            self._notifier.copied(what)

    def save_as(self, images: Sequence[GalleryImage], parent: QWidget) -> None:
        """One where the user says, several into a folder."""
        if images:
            self._start(
                self._save_one(images[0], parent) if len(images) == 1 else self._save_all(images, parent)
            )

    def rate(self, images: Sequence[GalleryImage], stars: int) -> None:
        """stars: 0–5; 0 takes them away."""
        if images:
            self._start(self._gallery.rate(_ids(images), stars))

    def tag(
        self, images: Sequence[GalleryImage], add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        if images and (add or remove):
            self._start(self._gallery.tag(_ids(images), add, remove))

    def ask_tags(self, images: Sequence[GalleryImage], parent: QWidget) -> None:
        """Ask which tags to give to all of them."""
        if images:
            self._start(self._ask_tags(images, parent))

    def put_on_board(self, ids: Sequence[str], board: str) -> None:
        if ids and board:
            self._start(self._put_on_board(ids, board))

    def take_off_board(self, ids: Sequence[str], board: str) -> None:
        if ids and board:
            self._start(self._take_off_board(ids, board))

    def ask_board(self, ids: Sequence[str], parent: QWidget) -> None:
        """Ask for the name of a new board, and put them on it."""
        if ids:
            self._start(self._ask_board(ids, parent))

    def delete(self, ids: Sequence[str]) -> None:
        """They can be brought back from the notice, and by `undo_delete`."""
        if ids:
            self._start(self._delete(tuple(ids)))

    @Slot()
    def undo_delete(self) -> None:
        """Bring back what was deleted last; nothing if there is nothing."""
        if self._last_deleted:
            ids, self._last_deleted = self._last_deleted, ()
            self._start(self._restore(ids))

    def fill_boards(self, menu: QMenu, images: Sequence[GalleryImage]) -> None:
        """Add the boards to a menu as soon as they are read; those that all of the pictures are on are checked."""
        self._tasks.start("boards", self._fill_boards(menu, images))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.start(f"picture-{next(self._number)}", work)

    async def _copy_picture(self, images: Sequence[GalleryImage]) -> None:
        data = await self._gallery.data(images[0].digest)
        mime = QMimeData()
        decoded = await asyncio.to_thread(QImage.fromData, data)
        if not decoded.isNull():
            mime.setImageData(decoded)
        mime.setData(images[0].media_type, data)
        mime.setData(MIME, ours(images))
        QGuiApplication.clipboard().setMimeData(mime)
        self._notifier.copied(self.tr("picture"))

    async def _save_one(self, image: GalleryImage, parent: QWidget) -> None:
        ending = extension_of(image.media_type)
        path = await save_file(
            parent,
            self.tr("Save the picture"),
            name_of(image),
            filters=self.tr("Pictures (*{0})").format(ending),
        )
        if path:
            target = Path(path)
            if not target.suffix:
                target = target.with_suffix(ending)
            await self._gallery.save_as(image.digest, target)
            self._notifier.info(self.tr("Saved: {0}").format(target.name), key="saved")

    async def _save_all(self, images: Sequence[GalleryImage], parent: QWidget) -> None:
        folder = await open_folder(parent, self.tr("Save {0} pictures into a folder").format(len(images)))
        if folder:
            for image in images:
                free = await asyncio.to_thread(_free_name, Path(folder) / name_of(image))
                await self._gallery.save_as(image.digest, free)
            self._notifier.info(self.tr("Saved: {0} pictures").format(len(images)), key="saved")

    async def _ask_tags(self, images: Sequence[GalleryImage], parent: QWidget) -> None:
        typed = await ask_name(
            self._theme,
            parent,
            self.tr("Add tags"),
            accept=self.tr("Add"),
            help_text=self.tr("Several tags are separated by commas."),
            known=[tag for tag, _ in await self._gallery.tags()],
        )
        if tags := tags_in(typed):
            await self._gallery.tag(_ids(images), tags)

    async def _ask_board(self, ids: Sequence[str], parent: QWidget) -> None:
        name = await ask_name(
            self._theme, parent, self.tr("New board"), accept=self.tr("Put on the board"), text=""
        )
        if name:
            await self._put_on_board(ids, name)

    async def _put_on_board(self, ids: Sequence[str], board: str) -> None:
        await self._gallery.put_on_board(ids, board)
        self._notifier.undo(
            self.tr("On the board “{0}”: {1}").format(board, self._pictures(len(ids))),
            self._later(lambda: self._gallery.take_off_board(ids, board)),
            key="board",
        )

    async def _take_off_board(self, ids: Sequence[str], board: str) -> None:
        await self._gallery.take_off_board(ids, board)
        self._notifier.undo(
            self.tr("Taken off the board “{0}”: {1}").format(board, self._pictures(len(ids))),
            self._later(lambda: self._gallery.put_on_board(ids, board)),
            key="board",
        )

    async def _delete(self, ids: tuple[str, ...]) -> None:
        await self._gallery.delete(ids)
        self._last_deleted = ids
        self._notifier.undo(
            self.tr("Deleted: {0}").format(self._pictures(len(ids))),
            self._later(lambda: self._restore(ids)),
            key="delete-pictures",
        )

    async def _restore(self, ids: tuple[str, ...]) -> None:
        await self._gallery.restore(ids)
        if self._last_deleted == ids:
            self._last_deleted = ()
        self._notifier.withdraw("delete-pictures")

    async def _fill_boards(self, menu: QMenu, images: Sequence[GalleryImage]) -> None:
        from shiboken6 import isValid

        boards = await self._gallery.boards()
        if not isValid(menu):
            return
        if boards:
            menu.addSeparator()
        ids = _ids(images)
        for board in boards:
            act = menu.addAction(board.name.replace("&", "&&"))
            act.setCheckable(True)
            on_it = all(board.name in image.boards for image in images)
            act.setChecked(on_it)
            act.triggered.connect(_board_switch(self, ids, board.name, on_it))

    def _later(self, work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
        return lambda: self._start(work())

    def _pictures(self, number: int) -> str:
        return self.tr("1 picture") if number == 1 else self.tr("{0} pictures").format(number)


def tags_in(text: str) -> tuple[str, ...]:
    """Tags as one types them, split by commas and tidied."""
    return tuple(dict.fromkeys(tag for part in text.split(",") if (tag := " ".join(part.split()))))


def _board_switch(actions: PictureActions, ids: Sequence[str], board: str, on_it: bool) -> Callable[[], None]:
    return lambda: (actions.take_off_board if on_it else actions.put_on_board)(ids, board)


def _ids(images: Sequence[GalleryImage]) -> tuple[str, ...]:
    return tuple(image.id for image in images)


def _free_name(path: Path) -> Path:
    """The path, or with a number behind it when there is such a file already."""
    return next(
        free
        for number in count(1)
        if not (free := path if number == 1 else path.with_stem(f"{path.stem}-{number}")).exists()
    )
