"""The faults panel: make an element slow, failing or limited in the sandbox, send real requests, see what happens."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QLocale, Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.routes.elements import ModelCall
from workbench.services.route_watch import Sent
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.live.model import MOST_SENT, LiveModel
from workbench.ui.routes.overlay import Overlay
from workbench.ui.routes.panel import Panel
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import icon, set_icon
from workbench.ui.support.sentences import in_words, reason
from workbench.ui.support.surfaces import CalmCombo
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, RELATED, Theme, follow

_FORM = 380


class FaultsPanel(Panel):
    """Shows a LiveModel's faults and what is sent to try them."""

    def __init__(
        self, theme: Theme, document: RouteDocument, model: LiveModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, parent)
        self._theme = theme
        self.model = model
        self.element = CalmCombo(self)
        self.order = QLineEdit(self)
        self.set = button(self.tr("Set"), "", self)
        self.orders = QListWidget(self)
        self.clear = button(self.tr("Let all answer as they should"), "quiet", self)
        self.problem = TextLabel(theme, "", self, role="bad", wrap=True)
        self.number = QSpinBox(self)
        self.send = button(self.tr("Send"), "primary", self)
        self.summary = TextLabel(theme, "", self, role="muted", wrap=True)
        self.sent = QListWidget(self)
        self._presets = {
            "latency=3s": self.tr("Slow"),
            "hang": self.tr("Hangs"),
            "status=500": self.tr("Fails"),
            "status=429, retry-after=3": self.tr("Limited"),
            "error-rate=0.3": self.tr("Fails at times"),
            "cut-after=10": self.tr("Breaks off"),
        }
        self._build()
        model.faults_changed.connect(self._show_orders)
        model.sent_changed.connect(self._show_sent)
        document.edited.connect(self._show_elements)
        document.selection_changed.connect(self._follow_selection)

    def opened(self) -> None:
        super().opened()
        self.model.start()
        self._show_elements()
        self._follow_selection()
        self._show_orders()
        self._show_sent()

    def focus_first(self) -> None:
        self.element.setFocus()

    def _build(self) -> None:
        form = QWidget(self)
        column = QVBoxLayout(form)
        column.setContentsMargins(PADDING, RELATED, RELATED, RELATED)
        column.setSpacing(INSIDE)
        self.element.setAccessibleName(self.tr("Element"))
        self.order.setAccessibleName(self.tr("What it does wrong"))
        self.order.setPlaceholderText("latency=800ms, error-rate=0.3")
        self.order.setToolTip(
            self.tr(
                "Entries with commas between them: latency, status, error-rate, hang, cut-after, retry-after …"
            )
        )
        presets = QHBoxLayout()
        presets.setSpacing(GRID)
        second = QHBoxLayout()
        second.setSpacing(GRID)
        for number, (order, words) in enumerate(self._presets.items()):
            made = button(words, "quiet", form)
            made.setToolTip(order)
            made.clicked.connect(partial(self._set, order))
            (presets if number < 3 else second).addWidget(made)
        presets.addStretch(1)
        second.addStretch(1)
        typed = QHBoxLayout()
        typed.setSpacing(INSIDE)
        typed.addWidget(self.order, 1)
        typed.addWidget(self.set)
        hint = self.tr("Where the sandbox answers, the chosen element does this until it is taken back.")
        column.addWidget(TextLabel(self._theme, hint, form, size=CAPTION + 1, role="muted", wrap=True))
        column.addWidget(self.element)
        column.addLayout(presets)
        column.addLayout(second)
        column.addLayout(typed)
        column.addWidget(self.problem)
        self.orders.setAccessibleName(self.tr("What is ordered"))
        column.addWidget(self.orders, 1)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignLeading)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setWidget(form)
        form.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        follow(scroll, self._theme, lambda: scroll.setFixedWidth(self._theme.px(_FORM)))

        self.number.setRange(1, MOST_SENT)
        self.number.setValue(10)
        self.number.setAccessibleName(self.tr("How many requests"))
        self.number.setSuffix(self.tr(" requests"))
        self.number.setMinimumWidth(self._theme.px(120))
        self.number.lineEdit().setTextMargins(INSIDE - 2, 0, 0, 0)
        set_icon(self.send, self._theme, "send", "on_accent")
        self.sent.setAccessibleName(self.tr("What came of them"))
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self.number)
        row.addWidget(self.send)
        row.addWidget(self.summary, 1)
        side = QVBoxLayout()
        side.setContentsMargins(RELATED, RELATED, PADDING, 0)
        side.setSpacing(INSIDE)
        side.addLayout(row)
        side.addWidget(self.sent, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll)
        whole.addLayout(side, 1)
        self.set.clicked.connect(self._set_typed)
        self.order.returnPressed.connect(self._set_typed)
        self.clear.clicked.connect(self.model.clear_faults)
        self.orders.itemActivated.connect(self._take_back)
        self.send.clicked.connect(self._send)

    @Slot()
    def _show_elements(self) -> None:
        if not self.in_front:
            return
        chosen = self.element.currentData()
        models = [one for one in self.document.route.elements if isinstance(one, ModelCall)]
        self.element.clear()
        for model in models:
            self.element.addItem(f"{model.id} · {model.provider}/{model.model}", model.id)
        self.element.setCurrentIndex(max(0, self.element.findData(chosen)))
        for widget in (self.element, self.order, self.set):
            widget.setEnabled(bool(models))

    @Slot()
    def _follow_selection(self) -> None:
        if self.in_front and len(self.document.selected) == 1:
            place = self.element.findData(next(iter(self.document.selected)))
            if place >= 0:
                self.element.setCurrentIndex(place)

    @Slot()
    def _show_orders(self) -> None:
        model = self.model
        self.orders.clear()
        for element, order in model.faults.items():
            item = QListWidgetItem(icon(self._theme, "flask-conical", "warn"), f"{element}: {order}")
            item.setData(Qt.ItemDataRole.UserRole, element)
            item.setToolTip(self.tr("Enter or double-click takes it back"))
            self.orders.addItem(item)
        self.clear.setVisible(bool(model.faults))
        problem = model.fault_problem
        self.problem.setText(in_words(problem) if problem else "")
        self.problem.setVisible(problem is not None)
        if self.in_front:
            self.document.show_overlay(Overlay(says=model.faults))

    @Slot()
    def _show_sent(self) -> None:
        model = self.model
        self.send.setText(self.tr("Stop") if model.sending else self.tr("Send"))
        for place in range(self.sent.count() if len(model.sent) >= self.sent.count() else 0, len(model.sent)):
            self.sent.addItem(self._line(place + 1, model.sent[place]))
        while self.sent.count() > len(model.sent):
            self.sent.takeItem(0)
        self.sent.scrollToBottom()
        if not model.to_send:
            self.summary.setText(self.tr("Sends the dry run’s request, for real, to the local gateway."))
            return
        answered = sum(one.served is not None for one in model.sent)
        words = self.tr("{0} of {1} sent, {2} answered")
        self.summary.setText(words.format(len(model.sent), model.to_send, answered))

    def _line(self, number: int, sent: Sent) -> QListWidgetItem:
        ms = self.tr("{0} ms").format(QLocale().toString(round(sent.took_ms)))
        if sent.served is not None:
            text = f"{number}.  {sent.served.provider}/{sent.served.model}  ·  {ms}"
            return QListWidgetItem(icon(self._theme, "check", "good"), text)
        what = sent.error.what if sent.error is not None else ""
        item = QListWidgetItem(icon(self._theme, "x", "bad"), f"{number}.  {what}  ·  {ms}")
        if sent.error is not None:
            item.setToolTip(reason(sent.error))
        return item

    @Slot()
    def _set_typed(self) -> None:
        self._set(self.order.text().strip())

    def _set(self, order: str) -> None:
        if element := self.element.currentData():
            self.model.order(element, order)

    @Slot(QListWidgetItem)
    def _take_back(self, item: QListWidgetItem) -> None:
        self.model.order(item.data(Qt.ItemDataRole.UserRole), "")

    @Slot()
    def _send(self) -> None:
        if self.model.sending:
            self.model.stop_sending()
        else:
            self.sent.clear()
            self.model.send(self.number.value())
