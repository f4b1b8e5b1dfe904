"""The menu of one or several pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.recalling import Recall
from workbench.ui.images.facts import can_repeat
from workbench.ui.support.icons import icon
from workbench.ui.support.theme import Theme

if TYPE_CHECKING:
    from workbench.ui.images.actions import PictureActions

STARS = 5


def picture_menu(
    theme: Theme,
    actions: PictureActions,
    images: Sequence[GalleryImage],
    parent: QWidget,
    *,
    opened: bool = False,
) -> QMenu:
    """What can be done to these pictures. opened: the viewer shows them, so that they cannot be opened. It deletes itself when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if not images:
        return menu
    made = _Builder(theme, menu)
    ids = tuple(image.id for image in images)
    first, alone = images[0], len(images) == 1
    if alone and not opened:
        made.act("maximize-2", _tr("Open"), lambda: actions.open(first), "Return")
    if alone:
        made.act("info", _tr("Details"), lambda: actions.details_wanted.emit(first.id))
    if len(images) == 2 and not opened:
        made.act("columns-2", _tr("Compare the two"), lambda: actions.compare(images))
    if alone:
        menu.addSeparator()
        _recall(theme, menu, actions, first)
        _use(theme, menu, actions, first)
        if can_repeat(first):
            made.act("repeat", _tr("Run exactly again"), lambda: actions.repeat_wanted.emit(first.id))
    menu.addSeparator()
    made.act("copy", _tr("Copy picture"), lambda: actions.copy_picture(images), "Ctrl+C")
    if any(image.settings.prompt for image in images):
        made.act("quote", _tr("Copy prompt"), lambda: actions.copy_prompt(images))
    if any(image.model for image in images):
        made.act("braces", _tr("Copy settings as JSON"), lambda: actions.copy_settings(images))
    made.act("download", _tr("Save as…"), lambda: actions.save_as(images, parent), "Ctrl+S")
    menu.addSeparator()
    _stars(theme, menu, actions, images)
    made.act("tag", _tr("Add tags…"), lambda: actions.ask_tags(images, parent), "T")
    boards = menu.addMenu(icon(theme, "layout-grid", "muted"), _tr("Board"))
    _Builder(theme, boards).act("plus", _tr("New board…"), lambda: actions.ask_board(ids, parent), "B")
    actions.fill_boards(boards, images)
    menu.addSeparator()
    made.act("trash-2", _tr("Delete"), lambda: actions.delete(ids), "Del", role="bad")
    return menu


class _Builder:
    def __init__(self, theme: Theme, menu: QMenu) -> None:
        self._theme = theme
        self._menu = menu

    def act(
        self, name: str, text: str, run: Callable[[], object], keys: str = "", *, role: str = "muted"
    ) -> QAction:
        """keys: shown beside it; the view has them, the menu only tells."""
        made = QAction(icon(self._theme, name, role), text, self._menu)
        if keys:
            made.setShortcut(QKeySequence(keys))
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        made.triggered.connect(lambda: run())
        self._menu.addAction(made)
        return made


def _recall(theme: Theme, menu: QMenu, actions: PictureActions, image: GalleryImage) -> None:
    if not (image.model or image.settings.prompt):
        return
    inner = menu.addMenu(icon(theme, "rotate-ccw", "muted"), _tr("Use again"))
    for what, words in recalls(image):
        inner.addAction(words).triggered.connect(_recaller(actions, image, what))


def recalls(image: GalleryImage) -> list[tuple[Recall, str]]:
    """What of this picture's settings can be taken back into the form, in the user's words."""
    found = [(Recall.ALL, _tr("All settings"))]
    if image.settings.seed is not None:
        found.append((Recall.WITHOUT_SEED, _tr("All but the seed")))
    if image.settings.prompt:
        found.append((Recall.PROMPT, _tr("Prompt")))
    if image.settings.seed is not None:
        found.append((Recall.SEED, _tr("Seed")))
    if image.settings.width or image.settings.aspect_ratio:
        found.append((Recall.SIZE, _tr("Size")))
    return found


def uses() -> list[tuple[str, str]]:
    """What a picture can be used as in the form: role and words."""
    return [
        ("source", _tr("Picture to start from")),
        ("reference", _tr("Reference")),
        ("person", _tr("Person to try something on")),
        ("outfit", _tr("Outfit to try on")),
    ]


def use(actions: PictureActions, image: GalleryImage, role: str) -> None:
    """role: one of `uses`."""
    wanted = actions.try_on_wanted if role in ("person", "outfit") else actions.use_wanted
    wanted.emit(image.digest, role)


def _use(theme: Theme, menu: QMenu, actions: PictureActions, image: GalleryImage) -> None:
    inner = menu.addMenu(icon(theme, "image", "muted"), _tr("Use as"))
    for role, words in uses():
        inner.addAction(words).triggered.connect(_user(actions, image, role))


def _stars(theme: Theme, menu: QMenu, actions: PictureActions, images: Sequence[GalleryImage]) -> None:
    inner = menu.addMenu(icon(theme, "star", "muted"), _tr("Stars"))
    made = _Builder(theme, inner)
    for stars in range(STARS, -1, -1):
        words = "★" * stars if stars else _tr("None")
        act = made.act("star" if stars else "star-off", words, _rater(actions, images, stars), str(stars))
        if all(image.rating == stars for image in images):
            act.setCheckable(True)
            act.setChecked(True)


def _recaller(actions: PictureActions, image: GalleryImage, what: Recall) -> Callable[[], None]:
    return lambda: actions.recall(image, what)


def _user(actions: PictureActions, image: GalleryImage, role: str) -> Callable[[], None]:
    return lambda: use(actions, image, role)


def _rater(actions: PictureActions, images: Sequence[GalleryImage], stars: int) -> Callable[[], None]:
    return lambda: actions.rate(images, stars)


def _tr(text: str) -> str:
    return QCoreApplication.translate("PictureMenu", text)
