"""The parts of the page Decide behind one another."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from workbench.ui.embeddings.decide.agreement.page import AgreementPage
from workbench.ui.embeddings.decide.board.page import BoardPage
from workbench.ui.embeddings.decide.compression.page import CompressionPage
from workbench.ui.embeddings.decide.languages.page import LanguagesPage
from workbench.ui.embeddings.decide.model import DecideModel, Part
from workbench.ui.embeddings.decide.retrieval.page import RetrievalPage
from workbench.ui.embeddings.decide.threshold.page import ThresholdPage
from workbench.ui.support.theme import INSIDE, Theme


class DecidePage(QWidget):
    """A part is made when it is first seen."""

    def __init__(self, theme: Theme, model: DecideModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._makers: dict[Part, Callable[[], QWidget]] = {
            Part.MODELS: lambda: BoardPage(theme, model.board, model.retrieval),
            Part.AGREEMENT: lambda: AgreementPage(theme, model.agreement),
            Part.RETRIEVAL: lambda: RetrievalPage(theme, model.retrieval),
            Part.THRESHOLD: lambda: ThresholdPage(theme, model.threshold),
            Part.LANGUAGES: lambda: LanguagesPage(theme, model.languages),
            Part.COMPRESSION: lambda: CompressionPage(theme, model.compression),
        }
        names = {
            Part.MODELS: self.tr("Models"),
            Part.AGREEMENT: self.tr("Agreement"),
            Part.RETRIEVAL: self.tr("Retrieval"),
            Part.THRESHOLD: self.tr("Threshold"),
            Part.LANGUAGES: self.tr("Languages"),
            Part.COMPRESSION: self.tr("Compression"),
        }
        tips = {
            Part.MODELS: self.tr("Quality and cost of all models"),
            Part.AGREEMENT: self.tr("Whether two models see the same neighbours"),
            Part.RETRIEVAL: self.tr("Whether queries find the rows they should"),
            Part.THRESHOLD: self.tr("Where to draw the line between similar and not"),
            Part.LANGUAGES: self.tr("Whether texts find their translations"),
            Part.COMPRESSION: self.tr("What fewer dimensions and fewer bits lose"),
        }
        self.tabs = QTabBar(self)
        self.tabs.setAccessibleName(self.tr("Parts of this page"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        for part in self._makers:
            place = self.tabs.addTab(names[part])
            self.tabs.setTabData(place, part)
            self.tabs.setTabToolTip(place, tips[part])
        self._pages: dict[Part, QWidget] = {}
        self._stack = QStackedWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(INSIDE, 0, INSIDE, 0)
        top.addWidget(self.tabs)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(self.tabs)
        self.tabs.currentChanged.connect(self._chosen)
        model.part_changed.connect(self._show)
        self._show()

    def page_of(self, part: Part) -> QWidget:
        if part not in self._pages:
            self._pages[part] = self._makers[part]()
            self._stack.addWidget(self._pages[part])
        return self._pages[part]

    @Slot(int)
    def _chosen(self, place: int) -> None:
        self.model.show_part(Part(self.tabs.tabData(place)))

    @Slot()
    def _show(self) -> None:
        self._stack.setCurrentWidget(self.page_of(self.model.part))
        self.tabs.setCurrentIndex(list(self._makers).index(self.model.part))
