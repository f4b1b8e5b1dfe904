"""What a picture can be used for again: its settings, itself as an input, the same request once more."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.recalling import Recall
from workbench.ui.images.actions import PictureActions
from workbench.ui.images.details.model import DetailsModel
from workbench.ui.images.details.words import verdict_words
from workbench.ui.images.facts import can_repeat
from workbench.ui.images.form.words import changes_text
from workbench.ui.images.menu import recalls, use, uses
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme


class Reuse(QWidget):
    """Asks by the signals of PictureActions."""

    def __init__(self, theme: Theme, actions: PictureActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._actions = actions
        self._image: GalleryImage | None = None
        self._offered: list[tuple[Recall, str]] = []
        self._recall = QWidget(self)
        self._heading = TextLabel(theme, self.tr("Use again"), self, weight=SEMIBOLD)
        self._recalls = FlowLayout(self._recall, spacing=GRID)
        self.homeless = TextLabel(theme, "", self, size=CAPTION + 1, role="muted", wrap=True)
        self.use_as = button(self.tr("Use the picture as…"), "", self)
        self.again = button("", "", self)
        self.verdict = QWidget(self)
        self._mark = QLabel(self.verdict)
        self._words = TextLabel(theme, "", self.verdict, wrap=True)
        self.compare = button(self.tr("Compare"), "quiet", self.verdict)
        row = QHBoxLayout(self.verdict)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        row.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignTop)
        others = QWidget(self)
        flow = FlowLayout(others, spacing=GRID)
        flow.addWidget(self.use_as)
        flow.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        for widget in (self._heading, self._recall, self.homeless, others, self.verdict):
            column.addWidget(widget)
        set_icon(self.use_as, theme, "image", "muted")
        self._menu = QMenu(self.use_as)
        for role, words in uses():
            self._menu.addAction(words).triggered.connect(self._user(role))
        self.use_as.clicked.connect(self._show_uses)
        self.again.clicked.connect(self._ask_again)
        self.compare.clicked.connect(self._compare)
        self._model: DetailsModel | None = None

    def show_image(self, image: GalleryImage | None, model: DetailsModel) -> None:
        """None: several are selected, or none."""
        self._image, self._model = image, model
        self.setVisible(image is not None)
        if image is None:
            return
        has_settings = bool(image.model or image.settings.prompt)
        self._offer(recalls(image) if has_settings else [])
        phrases = changes_text(model.without_home())
        self.homeless.setText(
            self.tr("{0} would take it differently: {1}.").format(model.model_name, ", ".join(phrases))
        )
        self.homeless.setVisible(bool(phrases) and has_settings)
        self._show_repeat(image, model)

    def _offer(self, found: list[tuple[Recall, str]]) -> None:
        for widget in (self._heading, self._recall):
            widget.setVisible(bool(found))
        if found == self._offered:
            return
        self._offered = found
        emptied(self._recalls)
        for what, words in found:
            made = button(words, "", self._recall)
            made.setAccessibleName(self.tr("Use again: {0}").format(words))
            made.clicked.connect(self._recaller(what))
            self._recalls.addWidget(made)
            made.show()

    def _show_repeat(self, image: GalleryImage, model: DetailsModel) -> None:
        self.again.setVisible(can_repeat(image))
        # Not disabled meanwhile: the focus would go to whatever comes next.
        self.again.setText(self.tr("Asking again…") if model.repeating else self.tr("Run exactly again"))
        self.again.setToolTip(
            self.tr("The window's running work can stop it")
            if model.repeating
            else self.tr("Send the very same request once more and see whether the same picture comes")
        )
        set_icon(self.again, self._theme, "repeat", "muted")
        repeat = model.repeat
        self.verdict.setVisible(repeat is not None)
        if repeat is not None:
            icon, role, words = verdict_words(repeat)
            self._mark.setPixmap(pixmap(self._theme, icon, role))
            self._words.setText(words)

    def _recaller(self, what: Recall) -> Callable[[], None]:
        def recall() -> None:
            if self._image is not None:
                self._actions.recall(self._image, what)

        return recall

    def _user(self, role: str) -> Callable[[], None]:
        def take() -> None:
            if self._image is not None:
                use(self._actions, self._image, role)

        return take

    @Slot()
    def _show_uses(self) -> None:
        self._menu.popup(self.use_as.mapToGlobal(self.use_as.rect().bottomLeft()))

    @Slot()
    def _ask_again(self) -> None:
        if self._image is not None and self._model is not None and not self._model.repeating:
            self._actions.repeat_wanted.emit(self._image.id)

    @Slot()
    def _compare(self) -> None:
        if self._image is not None and self._model is not None and self._model.repeat is not None:
            self._actions.compare_wanted.emit(self._image.id, self._model.repeat.image.id)
