"""The embeddings tab: sets of texts at the left, what is seen in their vectors in the middle, what is asked of models at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.embeddings.measures import Measure
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.own_files import holds_vectors
from workbench.ui.embeddings.leave.model import LeaveModel
from workbench.ui.embeddings.leave.panel import LeavePanel
from workbench.ui.embeddings.leave.paper import report_palettes
from workbench.ui.embeddings.leave.taking import Subject
from workbench.ui.embeddings.model import EmbeddingsModel, PageId
from workbench.ui.embeddings.models.model import ModelsModel
from workbench.ui.embeddings.models.panel import ModelsPanel
from workbench.ui.embeddings.sets.importing.page import ImportPage
from workbench.ui.embeddings.sets.list import SetsList
from workbench.ui.embeddings.sets.model import Place, SetsModel
from workbench.ui.embeddings.sets.start_page import StartPage
from workbench.ui.embeddings.sets.words import dragged
from workbench.ui.support.beside import KeptWidth
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import IconButton
from workbench.ui.support.drops import DropArea
from workbench.ui.support.exchange_panel import ExchangePanel
from workbench.ui.support.forms import Segments
from workbench.ui.support.notify import Notifier
from workbench.ui.support.pages import MOST_FOUND, Found, Page, named
from workbench.ui.support.panes import ListPanes
from workbench.ui.support.sentences import reason
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import GRID, INSIDE, PADDING, Theme

_MIDDLE_MIN = 420
MODELS, LEAVE = "models", "leave"


class _Closed(Protocol):
    async def aclose(self) -> None: ...


class _PageModel(_Closed, Protocol):
    failed: SignalInstance


class EmbeddingsTab(QWidget):
    """Signals: title_changed."""

    title_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        desk: EmbeddingsDesk,
        settings: SettingsModel,
        notifier: Notifier,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.desk = desk
        self._settings = settings
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        last = settings.value
        self.model = EmbeddingsModel(desk, last.embeddings_page, self)
        self.sets_model = SetsModel(
            self.model, desk.sets, desk.runs, self, last=last.embeddings_set, offer=self._took_vectors
        )
        self.models_model = ModelsModel(
            self.model,
            desk,
            kept=last.embeddings_models,
            keep=partial(settings.set, "embeddings_models"),
            parent=self,
        )
        self.leave_model = LeaveModel(self.model, desk, report_palettes(), self)
        self.sets = SetsList(theme, self.sets_model, notifier)
        self.start = StartPage(theme, self.sets_model)
        self.importing = ImportPage(theme, self.sets_model.draft)
        self.models = ModelsPanel(theme, self.models_model, notifier)
        self.leave = LeavePanel(theme, self.leave_model, notifier)
        self.record = ExchangePanel(theme)
        self._made: dict[PageId, tuple[QWidget, _PageModel]] = {}
        self._beside = MODELS
        self._build()
        self._connect()
        self._show_page()
        self._show_open()

    # Made when they are first opened

    def page_of(self, page: PageId) -> QWidget:
        """The page and, at `model_of`, what it shows."""
        if page not in self._made:
            widget, model = _BUILDERS[page](self)
            model.failed.connect(self._notifier.error)
            self._made[page] = (widget, model)
            self._pages.addWidget(widget)
            _reached_after(self.sets.rows, widget)
        return self._made[page][0]

    def model_of(self, page: PageId) -> _PageModel:
        self.page_of(page)
        return self._made[page][1]

    # What the window asks

    def page(self) -> Page:
        return Page(self, self.title, self.matching, self.focus, self.regions, self.aclose)

    def title(self) -> str:
        return self.model.texts.name if self.model.texts is not None else ""

    def matching(self, words: str) -> Sequence[Found]:
        """Sets whose name has all the words."""
        found = islice(named(words, self.sets_model.entries, attrgetter("name")), MOST_FOUND)
        return [Found(each.name, partial(self.sets_model.choose, each.id), "letter-text") for each in found]

    def focus(self) -> None:
        match self.sets_model.place:
            case Place.START:
                self.start.focus()
            case Place.IMPORT:
                self.importing.focus()
            case Place.SET if self.model.study is not None:
                self.page_of(self.model.page).setFocus()
            case _:
                self.sets.focus()

    def regions(self) -> Sequence[QWidget]:
        return [widget for widget in (self.sets, self._middle, self._side) if widget.isVisible()]

    def open(self) -> None:
        """Read what there is, and let what was left go on. Needs the running loop."""
        self.sets_model.load()
        self.models_model.load()
        self._tasks.start("load", self.desk.load())

    async def aclose(self) -> None:
        """Nothing is reckoned afterwards; runs belong to the desk."""
        await self._tasks.finish()
        pages = [model for _, model in self._made.values()]
        parts: tuple[_Closed, ...] = (
            *pages,
            self.leave,
            self.leave_model,
            self.models,
            self.models_model,
            self.sets,
            self.sets_model,
            self.model,
        )
        for part in parts:
            await part.aclose()

    # What the user can do; the commands call these too

    def show_page(self, page: PageId) -> None:
        self.model.show_page(page)
        self.focus()

    def show_target(self) -> None:
        """Requests go to another connection from now on."""
        self.models_model.load()

    def take_text(self, text: str, name: str) -> None:
        """Make a set of a text, such as a transcript, and open it."""
        self.sets_model.add_text(text, name)

    def take_file(self, path: Path) -> None:
        self.sets_model.open_file(path)

    def new_set(self) -> None:
        self.sets_model.begin()
        self.focus()

    def choose_file(self) -> None:
        self.sets.choose_file()

    def embed(self) -> None:
        """Ask the models that are chosen."""
        self.models_model.embed()

    def can_take(self) -> bool:
        """Whether there is a set to take anything of."""
        return self.model.study is not None

    def show_leave(self, subject: Subject | None = None) -> None:
        """What can be taken along. subject: what of it is chosen."""
        if subject is not None:
            self.leave_model.taking.set_subject(subject)
        self._show_side(LEAVE)
        self.leave.focus()

    def take_along(self, subject: Subject) -> None:
        """Ask where to, then write it."""
        self.show_leave(subject)
        self.leave.take.save()

    def bring_in(self) -> None:
        """Ask for a file of vectors."""
        self._show_side(LEAVE)
        self.leave.bring.choose()

    @Slot()
    def toggle_list(self) -> None:
        """Show the sets or put them away."""
        self._panes.toggle_list()
        self._fit()

    def _build(self) -> None:
        theme = self._theme
        self.choice = Segments(
            self.tr("Page"),
            [
                (PageId.TEXTS, self.tr("Texts")),
                (PageId.SIMILARITY, self.tr("Similarity")),
                (PageId.MAP, self.tr("Map")),
                (PageId.NEIGHBOURS, self.tr("Neighbours")),
                (PageId.DECIDE, self.tr("Decide")),
            ],
        )
        self.measure = Segments(
            self.tr("Measure"),
            [
                (Measure.COSINE, self.tr("Cosine")),
                (Measure.DOT, self.tr("Dot")),
                (Measure.EUCLID, self.tr("Euclid")),
            ],
        )
        self.measure.set_value(self.model.measure)
        self._bar = Ground(theme, "bottom")
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(PADDING, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        self.list_button = IconButton(theme, "panel-left", self.tr("Sets of texts"))
        self.list_button.set_text(
            self.tr("Sets of texts"), self.tr("Show or hide the sets of texts (Ctrl+B)")
        )
        self.list_button.setCheckable(True)
        row.addWidget(self.list_button)
        row.addWidget(self.choice)
        row.addStretch(1)
        row.addWidget(self.measure)
        self._frames()
        self.blank = Blank(theme)
        self._again = self.blank.offer(self.tr("Try again"), self.sets_model.open_again)
        for widget in (self.start, self.importing, self.blank, self._pages):
            self._middle.addWidget(widget)
        words = self.tr("Take in these texts or vectors")
        DropArea(theme, words, self, dragged, self.take_file, over=self._middle)
        self.side_choice = Segments(
            self.tr("What is shown"), [(MODELS, self.tr("Models")), (LEAVE, self.tr("Take along"))]
        )
        self.side_choice.set_value(MODELS)
        self._side_head.insertWidget(0, self.side_choice)
        for side in (self.models, self.leave, self.record):
            self._side_pages.addWidget(side)

    def _frames(self) -> None:
        """What the panels go into, from the outside in."""
        theme = self._theme
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._bar)
        self._side = Ground(theme, "left")
        self._pages, self._middle, self._side_pages = QStackedWidget(), QStackedWidget(), QStackedWidget()
        listed = KeptWidth(self.sets, theme, self._settings, "embeddings_list_width", (200, 340), 220)
        beside = KeptWidth(self._side, theme, self._settings, "embeddings_side_width", (280, 420), 320)
        self._panes = ListPanes(theme, listed, self._middle, beside, main_min=_MIDDLE_MIN, parent=self)
        whole.addWidget(self._panes, 1)
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, INSIDE, 0, 0)
        column.setSpacing(INSIDE)
        self._side_head = QHBoxLayout()
        self._side_head.setContentsMargins(PADDING, 0, PADDING, 0)
        self._side_head.addStretch(1)
        column.addLayout(self._side_head)
        column.addWidget(self._side_pages, 1)

    def _connect(self) -> None:
        model = self.model
        self.list_button.clicked.connect(self.toggle_list)
        self.choice.chosen.connect(lambda page: self.show_page(PageId(page)))
        self.measure.chosen.connect(lambda measure: model.set_measure(Measure(measure)))
        self.side_choice.chosen.connect(self._show_side)
        model.page_changed.connect(self._show_page)
        model.opened.connect(self._show_open)
        model.opened.connect(self._offer_models)
        model.record_changed.connect(self._show_record)
        for failing in (model, self.sets_model, self.sets, self.models_model, self.leave_model, self.leave):
            failing.failed.connect(self._notifier.error)
        self.leave_model.set_made.connect(self.sets_model.welcome)
        self.leave_model.bringing.changed.connect(self._fit)
        self.sets_model.place_changed.connect(self._show_open)
        self.sets_model.changed.connect(self._fit)
        self.sets_model.rowsInserted.connect(self._fit)
        self.sets_model.rowsRemoved.connect(self._fit)
        self.sets_model.modelReset.connect(self._fit)
        self.sets.add_wanted.connect(self.sets_model.begin)
        self.start.file_wanted.connect(self.sets.choose_file)
        self.record.closed.connect(model.close_record)
        self.record.copied.connect(self._notifier.copied)
        self._panes.room_changed.connect(self._fit)

    def _show_page(self) -> None:
        page = self.model.page
        shown = self.sets_model.place is Place.SET and self.model.study is not None
        self.choice.set_value(page)
        self.measure.setVisible(shown and page is not PageId.TEXTS)
        if shown:
            self._pages.setCurrentWidget(self.page_of(page))
        self._settings.set("embeddings_page", page)

    def _show_open(self) -> None:
        model, place = self.model, self.sets_model.place
        trouble = model.trouble
        shown = place is Place.SET and model.study is not None
        match place:
            case Place.START:
                self._middle.setCurrentWidget(self.start)
            case Place.IMPORT:
                self._middle.setCurrentWidget(self.importing)
            case _ if shown:
                self._middle.setCurrentWidget(self._pages)
            case _:
                self._again.setVisible(trouble is not None)
                if trouble is not None:
                    self.blank.say("circle-alert", "bad", trouble.what, reason(trouble))
                else:
                    self.blank.say("letter-text", "muted", self.tr("Opening the texts…"))
                self._middle.setCurrentWidget(self.blank)
        if not model.opening and trouble is None:
            self._settings.set("embeddings_set", model.texts.id if model.texts is not None else "")
        self.choice.setVisible(shown)
        self._show_page()
        self._fit()
        self.title_changed.emit()

    @Slot()
    def _offer_models(self) -> None:
        """Beside a set that has no vectors, for pages say to choose models there."""
        if self.model.study is not None and not self.model.columns and self.leave_model.bringing.idle:
            self._show_side(MODELS)

    def _show_side(self, what: str) -> None:
        self.model.close_record()
        self._beside = what
        self.side_choice.set_value(what)
        self._side_pages.setCurrentWidget(self.leave if what == LEAVE else self.models)
        self._panes.want_side()
        self._fit()

    async def _took_vectors(self, path: Path) -> bool:
        """Whether it has vectors: they are looked at beside the texts that are open, or to be a set of their own."""
        if not await holds_vectors(path):
            return False
        self._show_side(LEAVE)
        self.leave_model.bringing.load(str(path))
        return True

    def _show_record(self) -> None:
        if self.model.record_shown:
            self.record.show_exchange(self.model.record)
            self._side_pages.setCurrentWidget(self.record)
        elif self._side_pages.currentWidget() is self.record:
            self._side_pages.setCurrentWidget(self.leave if self._beside == LEAVE else self.models)

    @Slot()
    def _fit(self) -> None:
        some = bool(self.sets_model.entries)
        shown = self.sets_model.place is Place.SET and self.model.study is not None
        listed = some and (self._panes.list_wanted or not shown)
        self.list_button.setVisible(some)
        self.list_button.setChecked(listed)
        self._bar.setVisible(shown or some)
        self._panes.arrange(listed=listed, beside=shown or not self.leave_model.bringing.idle)


def _texts(tab: EmbeddingsTab) -> tuple[QWidget, _PageModel]:
    from workbench.ui.embeddings.texts.model import TextsModel
    from workbench.ui.embeddings.texts.page import TextsPage

    model = TextsModel(tab.model, tab.desk, tab)
    model.set_wanted.connect(tab.sets_model.add_rows)
    model.reopen_wanted.connect(tab.sets_model.open_again)

    def show_models() -> None:
        model.set_models(choice.model for choice in tab.models_model.choices)

    tab.models_model.changed.connect(show_models)
    show_models()
    return TextsPage(tab._theme, model), model


def _similarity(tab: EmbeddingsTab) -> tuple[QWidget, _PageModel]:
    from workbench.ui.embeddings.matrix.model import MatrixModel
    from workbench.ui.embeddings.matrix.page import MatrixPage

    model = MatrixModel(tab.model, tab.desk, tab)
    return MatrixPage(tab._theme, model), model


def _map(tab: EmbeddingsTab) -> tuple[QWidget, _PageModel]:
    from workbench.ui.embeddings.map.model import MapModel
    from workbench.ui.embeddings.map.page import MapPage

    model = MapModel(tab.model, tab.desk, tab)
    return MapPage(tab._theme, model), model


def _neighbours(tab: EmbeddingsTab) -> tuple[QWidget, _PageModel]:
    from workbench.ui.embeddings.neighbours.model import NeighboursModel
    from workbench.ui.embeddings.neighbours.page import NeighboursPage

    model = NeighboursModel(tab.model, tab.desk, tab)
    return NeighboursPage(tab._theme, model), model


def _decide(tab: EmbeddingsTab) -> tuple[QWidget, _PageModel]:
    from workbench.ui.embeddings.decide.model import DecideModel
    from workbench.ui.embeddings.decide.page import DecidePage

    model = DecideModel(tab.model, tab.desk, tab, try_example=tab.sets_model.try_example)
    return DecidePage(tab._theme, model), model


_BUILDERS: dict[PageId, Callable[[EmbeddingsTab], tuple[QWidget, _PageModel]]] = {
    PageId.TEXTS: _texts,
    PageId.SIMILARITY: _similarity,
    PageId.MAP: _map,
    PageId.NEIGHBOURS: _neighbours,
    PageId.DECIDE: _decide,
}


def _reached_after(before: QWidget, page: QWidget) -> None:
    """With Tab, where a page that is made late would come last of all."""
    inside: list[QWidget] = []
    at = page.nextInFocusChain()
    while at is not None and at is not page:
        if page.isAncestorOf(at) and at.focusPolicy() & Qt.FocusPolicy.TabFocus:
            inside.append(at)
        at = at.nextInFocusChain()
    for widget in inside:
        QWidget.setTabOrder(before, widget)
        before = widget
