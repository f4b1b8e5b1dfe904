"""The line over the thumbnails: what is looked for, in which order, how large; and what can be done with all of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QDate, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.images.gallery import GalleryOrder
from workbench.domain.models import short_name
from workbench.ui.images.gallery.dates import Span, Stretch, between, stretch_of
from workbench.ui.images.gallery.model import GalleryModel
from workbench.ui.images.gallery.view import LEAST_SIDE, MOST_SIDE, USUAL_SIDE
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import set_icon
from workbench.ui.support.search_field import PatientSearchField
from workbench.ui.support.surfaces import CalmCombo
from workbench.ui.support.theme import GRID, INSIDE, PADDING, Theme, follow

_ONE_LINE, _WITH_SLIDER = 1060, 320
_MOST_STARS = 5


class FilterBar(QWidget):
    """Writes every choice to the model. Signals: side_changed (int), import_wanted, folder_wanted, export_wanted."""

    side_changed = Signal(int)
    import_wanted = Signal()
    folder_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, theme: Theme, model: GalleryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.search = PatientSearchField(self.tr("Search prompts, names and tags"), self)
        self.search.setAccessibleName(self.tr("Search the pictures"))
        self.search.setToolTip(self.tr("Search the pictures (Ctrl+F)"))
        self.models = self._combo(self.tr("Model"))
        self.spans = self._combo(self.tr("Made when"))
        self.stars = self._combo(self.tr("Stars"))
        self.order = self._combo(self.tr("Order"))
        self.tags = button("", "", self)
        self.days = Days(theme, self)
        self.clear = IconButton(theme, "circle-x", self.tr("Clear the filter"), self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.more = IconButton(theme, "ellipsis", self.tr("Import, export, and what else is shown"), self)
        self._fill()
        self._lay_out()
        self._connect()
        self.show_facets()

    @Slot()
    def refresh(self) -> None:
        """As the model has it."""
        wanted = self._model.filter
        for combo, value in (
            (self.models, wanted.models[0] if wanted.models else ""),
            (self.stars, wanted.least_rating),
            (self.order, wanted.order),
        ):
            with QSignalBlocker(combo):
                combo.setCurrentIndex(max(0, combo.findData(value)))
        if wanted.since is None and wanted.until is None and self.spans.currentData() != Span.BETWEEN:
            with QSignalBlocker(self.spans):
                self.spans.setCurrentIndex(0)
        self.days.setVisible(self.spans.currentData() == Span.BETWEEN)
        if not self.search.hasFocus() and self.search.text().strip() != wanted.words:
            self.search.show_sought(wanted.words)
        self.clear.setVisible(self._model.narrowed)
        self._show_tags()
        self._inputs.setChecked(wanted.inputs)

    @Slot()
    def show_facets(self) -> None:
        """Models and tags there are now."""
        with QSignalBlocker(self.models):
            self.models.clear()
            self.models.addItem(self.tr("All models"), "")
            for model, number in self._model.models:
                self.models.addItem(f"{short_name(model)}  ({number})", model)
                self.models.setItemData(self.models.count() - 1, model, Qt.ItemDataRole.ToolTipRole)
        self.refresh()

    def _combo(self, name: str) -> CalmCombo:
        combo = CalmCombo(self)
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(11)
        return combo

    def _fill(self) -> None:
        for span, words in (
            (Span.ANY, self.tr("Any time")),
            (Span.TODAY, self.tr("Today")),
            (Span.WEEK, self.tr("Last 7 days")),
            (Span.MONTH, self.tr("Last 30 days")),
            (Span.YEAR, self.tr("Last year")),
            (Span.BETWEEN, self.tr("Between…")),
        ):
            self.spans.addItem(words, span)
        self.stars.addItem(self.tr("Any stars"), 0)
        for stars in range(1, _MOST_STARS + 1):
            words = "★" * stars if stars == _MOST_STARS else self.tr("{0} or more").format("★" * stars)
            self.stars.addItem(words, stars)
        for order, words in (
            (GalleryOrder.NEWEST, self.tr("Newest first")),
            (GalleryOrder.OLDEST, self.tr("Oldest first")),
            (GalleryOrder.BEST, self.tr("Most stars first")),
            (GalleryOrder.DEAREST, self.tr("Dearest first")),
        ):
            self.order.addItem(words, order)
        self._tag_menu = QMenu(self.tags)
        self.tags.setAccessibleName(self.tr("Tags"))
        self.tags.setText(self.tr("Tags"))
        set_icon(self.tags, self._theme, "tag", "muted")
        self.slider.setRange(LEAST_SIDE, MOST_SIDE)
        self.slider.setValue(USUAL_SIDE)
        self.slider.setPageStep(24)
        self.slider.setSingleStep(8)
        self.slider.setAccessibleName(self.tr("Size of the thumbnails"))
        self.slider.setToolTip(self.tr("Size of the thumbnails (Ctrl++ and Ctrl+−)"))
        menu = QMenu(self)
        menu.addAction(self.tr("Import pictures…")).triggered.connect(self.import_wanted)
        menu.addAction(self.tr("Import a folder…")).triggered.connect(self.folder_wanted)
        self.export = menu.addAction(self.tr("Export as a zip file…"))
        self.export.triggered.connect(self.export_wanted)
        menu.addSeparator()
        self._inputs = menu.addAction(self.tr("Also show what was only given to models"))
        self._inputs.setCheckable(True)
        self._inputs.triggered.connect(lambda on: self._model.narrow(inputs=on))
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    @property
    def _choices(self) -> tuple[QWidget, ...]:
        return (self.models, self.spans, self.stars, self.tags, self.order)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        column.setSpacing(INSIDE)
        self._first = QHBoxLayout()
        self._first.setSpacing(INSIDE)
        column.addLayout(self._first)
        self._below = QWidget(self)
        self._second = FlowLayout(self._below, spacing=INSIDE)
        column.addWidget(self._below)
        column.addWidget(self.days, 0, Qt.AlignmentFlag.AlignLeading)
        middle = Qt.AlignmentFlag.AlignVCenter
        self._first.addWidget(self.search, 3)
        self._first.addWidget(self.clear, 0, middle)
        self._first.addWidget(self.slider, 0, middle)
        self._first.addWidget(self.more, 0, middle)
        for choice in self._choices:
            self._second.addWidget(choice)
        self._in_two = True
        follow(self, self._theme, self._dress)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The choices stand beside the search where there is room, and under it where there is not."""
        self.slider.setVisible(self.width() >= self._theme.px(_WITH_SLIDER))
        in_two = self.width() < self._theme.px(_ONE_LINE)
        if in_two is self._in_two:
            return
        self._in_two = in_two
        for at, choice in enumerate(self._choices):
            (self._first if in_two else self._second).removeWidget(choice)
            if in_two:
                self._second.addWidget(choice)
            else:
                self._first.insertWidget(at + 1, choice, 0 if choice is self.tags else 1)
        self._below.setVisible(in_two)

    def _dress(self) -> None:
        self.search.setMinimumWidth(self._theme.px(120))
        self.slider.setFixedWidth(self._theme.px(90))
        self._arrange()

    def _connect(self) -> None:
        model = self._model
        self.search.sought.connect(lambda text: model.narrow(words=" ".join(text.split())))
        self.models.activated.connect(self._take_model)
        self.spans.activated.connect(self._take_span)
        self.stars.activated.connect(lambda at: model.narrow(least_rating=self.stars.itemData(at)))
        self.order.activated.connect(lambda at: model.narrow(order=self.order.itemData(at)))
        self.days.changed.connect(self._take_stretch)
        self.slider.valueChanged.connect(self.side_changed)
        self.clear.clicked.connect(self._clear)
        self.tags.clicked.connect(self._show_tag_menu)
        model.changed.connect(self.refresh)
        model.facets_changed.connect(self.show_facets)

    @Slot(int)
    def _take_model(self, at: int) -> None:
        model = self.models.itemData(at)
        self._model.narrow(models=(model,) if model else ())

    @Slot(int)
    def _take_span(self, at: int) -> None:
        span = Span(self.spans.itemData(at))
        self.days.setVisible(span is Span.BETWEEN)
        self._take_stretch(self.days.stretch if span is Span.BETWEEN else stretch_of(span, date.today()))

    @Slot(object)
    def _take_stretch(self, stretch: Stretch) -> None:
        self._model.narrow(since=stretch.since, until=stretch.until)

    @Slot()
    def _clear(self) -> None:
        with QSignalBlocker(self.spans):
            self.spans.setCurrentIndex(0)
        self.search.show_sought("")
        self._model.widen()
        self.search.setFocus()

    def _show_tags(self) -> None:
        chosen = self._model.filter.tags
        self.tags.setText(", ".join(chosen) if 0 < len(chosen) < 3 else self.tr("Tags"))
        self.tags.setEnabled(bool(chosen or self._model.tags))
        self.tags.setToolTip(
            self.tr("Only pictures with these tags")
            if self.tags.isEnabled()
            else self.tr("No picture has a tag yet. Select one and press T.")
        )

    @Slot()
    def _show_tag_menu(self) -> None:
        menu, chosen = self._tag_menu, self._model.filter.tags
        menu.clear()
        for tag, number in self._model.tags:
            act = menu.addAction(f"{tag.replace('&', '&&')}  ({number})")
            act.setCheckable(True)
            act.setChecked(tag in chosen)
            act.triggered.connect(self._tag_switch(tag))
        menu.popup(self.tags.mapToGlobal(self.tags.rect().bottomLeft()))

    def _tag_switch(self, tag: str) -> Any:
        def switch() -> None:
            chosen = self._model.filter.tags
            rest = tuple(other for other in chosen if other != tag)
            self._model.narrow(tags=rest if tag in chosen else (*chosen, tag))

        return switch


class Days(QWidget):
    """Two days to choose between. Signals: changed (Stretch)."""

    changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        today = QDate.currentDate()
        self.first, self.last = QDateEdit(today.addDays(-7), self), QDateEdit(today, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for edit, words in ((self.first, self.tr("From")), (self.last, self.tr("to"))):
            edit.setCalendarPopup(True)
            edit.setAccessibleName(words)
            row.addWidget(TextLabel(theme, words, self, role="muted"))
            row.addWidget(edit)
            edit.dateChanged.connect(self._tell)
        self.hide()

    @property
    def stretch(self) -> Stretch:
        return between(_day(self.first.date()), _day(self.last.date()))

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.stretch)


def _day(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
