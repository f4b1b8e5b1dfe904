"""The panel at the right: everything about the picture that is selected, or about several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.images.abilities import Abilities
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.models import short_name
from workbench.services.images.repeat import Repeat
from workbench.ui.images.actions import PictureActions
from workbench.ui.images.details.chips import ChipField
from workbench.ui.images.details.made import MadeWith
from workbench.ui.images.details.model import DetailsModel, Pictures
from workbench.ui.images.details.preview import Preview
from workbench.ui.images.details.reuse import Reuse
from workbench.ui.images.details.rows import FactRows
from workbench.ui.images.details.stars import Stars
from workbench.ui.images.details.words import shared, total_words
from workbench.ui.images.facts import Fact, history_of
from workbench.ui.images.thumbnails import Thumbnails
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.figures import count
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import Ground, scrolled
from workbench.ui.support.theme import GRID, INSIDE, PADDING, SECTION, SEMIBOLD, Theme


class DetailsPanel(Ground):
    """Shows whatever `show_images` is given, and keeps it up to date. Signals: exchange_wanted (exchange id)."""

    exchange_wanted = Signal(str)

    def __init__(
        self,
        theme: Theme,
        gallery: Pictures,
        thumbnails: Thumbnails,
        actions: PictureActions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, "left", parent=parent)
        self._theme = theme
        self._actions = actions
        self.model = DetailsModel(gallery, self)
        self.preview = Preview(theme, thumbnails, self)
        self.title = TextLabel(theme, "", self, size=SECTION, weight=SEMIBOLD, wrap=True)
        self.stars = Stars(theme, self)
        self.made = MadeWith(theme, self)
        self.reuse = Reuse(theme, actions, self)
        self.history = FactRows(theme, self)
        self.exchange = button(self.tr("Show the exchange"), "quiet", self)
        self.repeats = button(self.tr("Show the picture it repeats"), "quiet", self)
        self.tags = ChipField(theme, self.tr("Tags"), self.tr("Add a tag"), self)
        self.boards = ChipField(theme, self.tr("Boards"), self.tr("Put on a board"), self)
        self.compare = button(self.tr("Compare the two"), "", self)
        self._stack = QStackedWidget(self)
        self._build()
        self._connect()
        self.refresh()

    async def aclose(self) -> None:
        await self.model.aclose()

    def show_images(self, images: Sequence[GalleryImage]) -> None:
        """One, several or none. Needs the running loop."""
        self.model.show(images)

    def set_model(self, name: str, abilities: Abilities | None) -> None:
        """The model chosen in the form, to tell which of a picture's settings it would not take."""
        self.model.set_model(name, abilities)

    def begin_repeat(self, image_id: str) -> None:
        """“Run exactly again” is under way for this picture."""
        self.model.begin_repeat(image_id)

    def end_repeat(self, image_id: str, repeat: Repeat | None = None) -> None:
        """It came out so; None where it failed or was stopped."""
        self.model.end_repeat(image_id, repeat)

    @Slot()
    def refresh(self) -> None:
        images, one = self.model.images, self.model.one
        if not images:
            self._stack.setCurrentWidget(self._blank)
            return
        self._stack.setCurrentWidget(self._scroll)
        self.preview.show_images(images)
        self.title.setText(self.tr("{0} pictures").format(count(len(images))))
        ratings = {image.rating for image in images}
        self.stars.set_stars(ratings.pop() if len(ratings) == 1 else 0)
        self.made.show_image(one)
        self.reuse.show_image(one, self.model)
        self.history.show_facts(history_of(one) if one is not None else self._together(images))
        self.exchange.setVisible(one is not None and bool(one.exchange_id))
        self.repeats.setVisible(one is not None and bool(one.repeats))
        self.title.setVisible(one is None)
        self.compare.setVisible(len(images) == 2)
        self._show_known()

    def _build(self) -> None:
        self._blank = Blank(self._theme, self)
        self._blank.say(
            "image",
            "muted",
            self.tr("No picture is selected."),
            self.tr("Select one to see how it was made, what it cost, and to use its settings again."),
        )
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        column.setSpacing(INSIDE)
        for widget in (self.preview, self.title):
            column.addWidget(widget)
        column.addWidget(self.stars, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.made)
        column.addWidget(self.reuse)
        column.addSpacing(GRID)
        for words, field in ((self.tr("Tags"), self.tags), (self.tr("Boards"), self.boards)):
            column.addWidget(TextLabel(self._theme, words, inner, weight=SEMIBOLD))
            column.addWidget(field)
        column.addSpacing(GRID)
        column.addWidget(TextLabel(self._theme, self.tr("Where it comes from"), inner, weight=SEMIBOLD))
        column.addWidget(self.history)
        links = QWidget(inner)
        flow = FlowLayout(links, spacing=GRID)
        flow.addWidget(self.exchange)
        flow.addWidget(self.repeats)
        column.addWidget(links)
        column.addStretch(1)
        set_icon(self.exchange, self._theme, "arrow-right-left", "muted")
        set_icon(self.repeats, self._theme, "repeat", "muted")
        set_icon(self.compare, self._theme, "columns-2", "muted")
        self._scroll = scrolled(inner)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._stack.addWidget(self._blank)
        self._stack.addWidget(self._scroll)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect(self) -> None:
        actions = self._actions
        self.model.changed.connect(self.refresh)
        self.model.known_changed.connect(self._show_known)
        self.preview.opened.connect(actions.opened)
        self.stars.rated.connect(lambda stars: actions.rate(self.model.images, stars))
        self.tags.added.connect(lambda tags: actions.tag(self.model.images, add=tags))
        self.tags.removed.connect(lambda tag: actions.tag(self.model.images, remove=(tag,)))
        self.boards.added.connect(self._put_on_boards)
        self.boards.removed.connect(lambda board: actions.take_off_board(self._ids(), board))
        self.exchange.clicked.connect(self._ask_exchange)
        self.repeats.clicked.connect(self._ask_repeated)
        self.compare.clicked.connect(lambda: actions.compare(self.model.images))
        for rows in (self.history, self.made.settings, self.made.leftovers):
            rows.copied.connect(actions.copy_text)
        self.made.prompt_copied.connect(lambda text: actions.copy_text(text, self.tr("prompt")))
        self.made.settings_wanted.connect(lambda: actions.copy_settings(self.model.images))

    @Slot()
    def _show_known(self) -> None:
        images = self.model.images
        self.tags.show_words(shared([image.tags for image in images]), self.model.tags)
        self.boards.show_words(shared([image.boards for image in images]), self.model.boards)
        self.made.show_recipe(self.model.recipe)
        self.reuse.show_image(self.model.one, self.model)

    def _together(self, images: Sequence[GalleryImage]) -> list[Fact]:
        facts = [Fact("total", self.tr("Together"), total_words(images), total_words(images))]
        models = [image.model for image in images if image.model]
        for model in sorted(set(models)):
            short = short_name(model)
            facts.append(Fact(model, short, count(models.count(model)), model))
        return facts

    def _ids(self) -> tuple[str, ...]:
        return tuple(image.id for image in self.model.images)

    @Slot(object)
    def _put_on_boards(self, boards: Sequence[str]) -> None:
        for board in boards:
            self._actions.put_on_board(self._ids(), board)

    @Slot()
    def _ask_exchange(self) -> None:
        if self.model.one is not None:
            self.exchange_wanted.emit(self.model.one.exchange_id)

    @Slot()
    def _ask_repeated(self) -> None:
        if self.model.one is not None:
            self._actions.opened.emit(self.model.one.repeats)
