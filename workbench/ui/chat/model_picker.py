"""The popup a model is chosen in: search, filters, the list, and what is known about the one under the cursor."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.model_filter import ModelFilter
from workbench.domain.models import Model
from workbench.ui.chat.catalogue import EVERYTHING, CatalogueModel, Freshness
from workbench.ui.chat.conversation_rows import ENTRY
from workbench.ui.chat.model_detail import ModelDetail
from workbench.ui.chat.model_rows import (
    BADGES_WIDTH,
    CONTEXT_WIDTH,
    PRICE_WIDTH,
    STAR_WIDTH,
    ModelDelegate,
    ModelRows,
)
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import set_icon
from workbench.ui.support.models.popup import ModelPopup
from workbench.ui.support.models.view import ModelView
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, Theme, follow

_SIZE = QSize(860, 520)
_DETAIL_WIDTH = 264
_PRICES = (0.1, 0.5, 1.0)
_CONTEXTS = (32_000, 128_000, 256_000)
_FLAGS = ("tools", "vision", "reasoning", "free_plan", "beta", "favourites", "retired")


class ModelPicker(ModelPopup):
    """Opens at the model button. Arrows move, Enter chooses, Ctrl+D marks a favourite, Escape closes."""

    chosen = Signal(str)
    """Id of the model."""

    def __init__(self, catalogue: CatalogueModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, self.tr("Choose a model"), parent)
        self._catalogue = catalogue
        self.rows = ModelRows(self)
        self.list = ModelView(self.rows)
        self.detail = ModelDetail(theme)
        self._task = QComboBox()
        self._price = QComboBox()
        self._context = QComboBox()
        self._flags = {name: button(text) for name, text in self._flag_names().items()}
        self._clear = button(self.tr("Clear filters"), "quiet")
        self._columns = ColumnHeads(theme)
        self._current = ""
        self._build()
        self._connect()
        follow(self, theme, self._dress)

    def open(self, anchor: QWidget, current: str) -> None:
        """Show it at anchor with the model called current under the cursor."""
        self._current = current
        self.field.clear()
        if self._catalogue.freshness is not Freshness.MERGED:
            self._catalogue.refresh()
        self._show()
        self._point_at(current)
        self._place(anchor)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose_row(self.list.currentIndex())
            case Qt.Key.Key_D if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                entry = self.list.currentIndex().data(ENTRY)
                if isinstance(entry, Model):
                    self._catalogue.toggle_favourite(entry.id)
            case _:
                return self.list.moves(event)
        return True

    def _flag_names(self) -> dict[str, str]:
        return {
            "tools": self.tr("Tools"),
            "vision": self.tr("Vision"),
            "reasoning": self.tr("Reasoning"),
            "free_plan": self.tr("Free plan"),
            "beta": self.tr("Beta"),
            "favourites": " " + self.tr("Favourites"),
            "retired": self.tr("With retired"),
        }

    def _build(self) -> None:
        delegate = ModelDelegate(self._theme, self.rows, self.list)
        delegate.star_clicked.connect(self._catalogue.toggle_favourite)
        self.list.setItemDelegate(delegate)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._fill_filters()
        left = QVBoxLayout()
        left.setContentsMargins(INSIDE, RELATED, INSIDE, INSIDE)
        left.setSpacing(INSIDE)
        left.addWidget(self.field)
        left.addWidget(self._filters())
        left.addWidget(self._columns)
        left.addWidget(self.list, 1)
        self.foot.setContentsMargins(GRID, 0, 0, 0)
        self.foot.addWidget(self._clear)
        left.addLayout(self.foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(left, 1)
        layout.addWidget(self.detail)

    def _filters(self) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder, spacing=GRID)
        for combo in (self._task, self._price, self._context):
            flow.addWidget(combo)
        for name, flag in self._flags.items():
            flag.setCheckable(True)
            flag.setProperty("filter", name)
            flow.addWidget(flag)
        set_icon(self._flags["favourites"], self._theme, "star", "muted", 14)
        return holder

    def _fill_filters(self) -> None:
        self._task.setAccessibleName(self.tr("Task"))
        self._price.setAccessibleName(self.tr("Price"))
        self._context.setAccessibleName(self.tr("Context"))
        self._price.addItem(self.tr("Any price"), None)
        for usd in _PRICES:
            self._price.addItem(self.tr("≤ ${0} in").format(f"{usd:g}"), usd)
        self._context.addItem(self.tr("Any context"), None)
        for tokens in _CONTEXTS:
            self._context.addItem(self.tr("≥ {0}k context").format(tokens // 1000), tokens)
        self._task.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._task.setMinimumContentsLength(10)
        self._task.view().setMinimumWidth(self._theme.px(240))
        self._fill_tasks()

    def _fill_tasks(self) -> None:
        tasks = self._catalogue.tasks
        if self._task.count() == len(tasks) + 1:
            return
        chosen = self._task.currentData()
        self._task.blockSignals(True)
        self._task.clear()
        self._task.addItem(self.tr("Chat"), "")
        for task, count in tasks:
            self._task.addItem(f"{task} ({count})", task)
        self._task.setCurrentIndex(max(0, self._task.findData(chosen)))
        self._task.blockSignals(False)

    def _connect(self) -> None:
        catalogue = self._catalogue
        self.field.textChanged.connect(self._narrow)
        for combo in (self._task, self._price, self._context):
            combo.currentIndexChanged.connect(self._narrow)
        for flag in self._flags.values():
            flag.toggled.connect(self._narrow)
        self.list.clicked.connect(self._clicked)
        self.list.doubleClicked.connect(self._choose_row)
        self.list.selectionModel().currentChanged.connect(self._show_detail)
        self.rows.modelReset.connect(self._keep_cursor)
        self.detail.used.connect(self._choose)
        self.detail.starred.connect(catalogue.toggle_favourite)
        self.again_wanted.connect(catalogue.refresh)
        self._clear.clicked.connect(self._clear_filters)
        catalogue.changed.connect(self._show)
        catalogue.freshness_changed.connect(self._show_status)

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            self.ground() + f"QPushButton[filter] {{ padding: 3px 8px; font-weight: 400; }}"
            f"QPushButton[filter]:checked {{ background: {self._theme.tint(ground='raised')};"
            f" border-color: {tokens.accent}; }}"
            f"QComboBox {{ padding: 2px 6px; }}"
        )
        self.detail.setFixedWidth(self._theme.px(_DETAIL_WIDTH))

    def _place(self, anchor: QWidget) -> None:
        """Above the anchor where there is more room, inside the screen."""
        screen = anchor.screen().availableGeometry()
        size = QSize(self._theme.px(_SIZE.width()), self._theme.px(_SIZE.height()))
        window = anchor.window().frameGeometry()
        size = size.boundedTo(QSize(max(window.width() - 2 * RELATED, 560), screen.height() - 2 * RELATED))
        at = QRect(anchor.mapToGlobal(QPoint(0, 0)), anchor.size())
        above = at.top() - screen.top() > screen.bottom() - at.bottom()
        room = (at.top() - screen.top() if above else screen.bottom() - at.bottom()) - RELATED
        size.setHeight(min(size.height(), max(room, 320)))
        top = at.top() - GRID - size.height() if above else at.bottom() + GRID
        mirrored = anchor.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = at.right() - size.width() if mirrored else at.left()
        left = min(left, window.right() - RELATED - size.width(), screen.right() - size.width())
        self.resize(size)
        self.move(max(screen.left(), left), max(screen.top(), top))

    def _narrow(self) -> None:
        flags = {name: flag.isChecked() for name, flag in self._flags.items()}
        task = self._task.currentData() or ""
        self._catalogue.set_filter(
            ModelFilter(
                text=self.field.text(),
                task=task,
                max_input_usd=self._price.currentData(),
                min_context=self._context.currentData(),
                chats=not task,
                **flags,
            )
        )

    def _clear_filters(self) -> None:
        for combo in (self._task, self._price, self._context):
            combo.setCurrentIndex(0)
        for flag in self._flags.values():
            flag.setChecked(False)
        self.field.setFocus()

    def _show(self) -> None:
        self._fill_tasks()
        shown = self._catalogue.shown
        self.rows.show(shown, self._typed_id(shown), self._catalogue.favourites)
        self._show_status()

    def _typed_id(self, shown: tuple[Model, ...]) -> str:
        """What was typed, where it may be the id of a model that no list has."""
        typed = self.field.text().strip()
        known = any(model.id == typed for model in self._catalogue.models)
        like_an_id = typed and not any(char.isspace() for char in typed)
        return typed if like_an_id and not known and ("/" in typed or not shown) else ""

    def _show_status(self) -> None:
        catalogue = self._catalogue
        failed = catalogue.freshness is Freshness.FAILED
        narrowed = replace(catalogue.filter, text="") != EVERYTHING
        count = len(catalogue.shown)
        if catalogue.freshness is Freshness.LOADING:
            text = self.tr("Models: {0}. Asking the connection for its own list…").format(count)
        elif failed and catalogue.trouble is not None:
            text = self.tr("The connection's own list did not come: {0}").format(catalogue.trouble.what)
        elif not count:
            text = self.tr("No model matches.")
        else:
            text = self.tr("Models: {0}").format(count)
        self.say(text, "warn" if failed else "")
        self._clear.setVisible(narrowed)

    def _keep_cursor(self) -> None:
        row = self.rows.row_of(self._current)
        self.list.setCurrentIndex(self.rows.index(0 if self.field.text() or row < 0 else row))

    def _point_at(self, model_id: str) -> None:
        row = self.rows.row_of(model_id)
        if row >= 0:
            self.list.setCurrentIndex(self.rows.index(row))
            self.list.scrollTo(self.rows.index(row), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _show_detail(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY) if index.isValid() else None
        self.detail.setVisible(entry is not None)
        if entry is not None:
            model = entry if isinstance(entry, Model) else self._catalogue.find(str(entry))
            self._current = model.id
            self.detail.show_model(model, model.id in self._catalogue.favourites)

    def _clicked(self, index: QModelIndex) -> None:
        self._show_detail(index)
        self.field.setFocus()

    def _choose_row(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY) if index.isValid() else None
        if isinstance(entry, str):
            self._choose(entry)
        elif isinstance(entry, Model) and entry.chats:
            self._choose(entry.id)

    def _choose(self, model_id: str) -> None:
        self.close()
        self.chosen.emit(model_id)

    def filter_buttons(self) -> dict[str, QPushButton]:
        """The toggles by the name of what they narrow to."""
        return dict(self._flags)


class ColumnHeads(QWidget):
    """What the columns of the list are, over them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        scroll_bar = 10
        layout.setContentsMargins(theme.px(STAR_WIDTH), 0, scroll_bar, 0)
        layout.setSpacing(0)
        heads = (
            (self.tr("Model"), 0),
            (self.tr("Context"), CONTEXT_WIDTH),
            (self.tr("$/M in → out"), PRICE_WIDTH),
            (self.tr("Can"), BADGES_WIDTH),
        )
        for text, width in heads:
            label = TextLabel(theme, text, size=CAPTION, role="muted")
            if width:
                label.setFixedWidth(theme.px(width))
                right = (
                    Qt.AlignmentFlag.AlignTrailing if width != BADGES_WIDTH else Qt.AlignmentFlag.AlignLeading
                )
                label.setAlignment(right | Qt.AlignmentFlag.AlignVCenter)
                label.setContentsMargins(0, 0, INSIDE, 0)
            layout.addWidget(label, 0 if width else 1)
