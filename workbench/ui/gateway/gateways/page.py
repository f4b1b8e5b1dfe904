"""The page of gateways: the list at the side; how one is set, and its routes, beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.gateway.gateways.form import GatewayForm
from workbench.ui.gateway.gateways.model import GatewaysModel
from workbench.ui.gateway.gateways.routes import RouteCards
from workbench.ui.gateway.providers.model import Phase
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.dialogs import open_files
from workbench.ui.support.drops import DropArea, local_file
from workbench.ui.support.forms import Field
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.save_bar import SaveBar
from workbench.ui.support.shortcuts import HERE, on_keys
from workbench.ui.support.surfaces import Ground, Heading, column_of, readable
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import (
    GROUPS,
    INSIDE,
    PADDING,
    RELATED,
    SECTION,
    SEMIBOLD,
    TITLE,
    Theme,
    follow,
)

_SIDE = 208


class GatewaysPage(QWidget):
    """Shows a GatewaysModel. Route files can be dropped anywhere on it."""

    def __init__(
        self, theme: Theme, model: GatewaysModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self.list = QListWidget(self)
        self.form = GatewayForm(theme, model)
        self.routes = RouteCards(theme, model)
        self._stack = QStackedWidget(self)
        self._blank = Blank(theme, self)
        self._blank.offer(self.tr("Try again"), model.open, "primary")
        self._stack.addWidget(self._build_middle())
        self._stack.addWidget(self._blank)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._build_side())
        row.addWidget(self._stack, 1)
        hint = self.tr("Drop to deploy the route in this file")
        self.drops = DropArea(theme, hint, self, local_file, model.deploy_file)
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):
            on_keys(keys, self, self._save)
        model.changed.connect(self.refresh)
        model.opened.connect(self.refresh)
        model.edited.connect(self._show_state)
        model.routes_changed.connect(self._show_state)
        model.naming_changed.connect(self._show_naming)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        model = self._model
        if model.phase is Phase.FAILED and model.problem is not None:
            self._blank.say_trouble(model.problem)
            self._stack.setCurrentIndex(1)
            return
        self._stack.setCurrentIndex(0)
        self.list.blockSignals(True)
        if [self.list.item(at).text() for at in range(self.list.count())] != list(model.ids):
            self.list.clear()
            for gateway_id in model.ids:
                self.list.addItem(QListWidgetItem(gateway_id))
        if model.open_id in model.ids:
            self.list.setCurrentRow(model.ids.index(model.open_id))
        self.list.blockSignals(False)
        self._name.setText(model.open_id)
        default = bool(model.saved.get("is_default"))
        self._kind.setText(self.tr("Always there, and used where no other is named.") if default else "")
        self._kind.setVisible(default)
        self.delete.setVisible(bool(model.saved) and not default)
        self._show_state()
        self._show_naming()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    @Slot()
    def choose_file(self) -> None:
        """Ask for a route file, and let it run."""
        self._tasks.start("choose", self._choose_file())

    def _build_side(self) -> QWidget:
        side = Ground(self._theme, "right", "surface", self)
        self.list.setAccessibleName(self.tr("Gateways"))
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.viewport().setAutoFillBackground(False)
        self.list.currentTextChanged.connect(self._model.choose)
        self.new = button(self.tr("New gateway"), "", side)
        set_icon(self.new, self._theme, "plus", "text")
        self.new.clicked.connect(lambda: self._model.name_new())
        self.name = QLineEdit(side)
        self.name.setAccessibleName(self.tr("Name of the new gateway"))
        self.name.setPlaceholderText(self.tr("team, tests, …"))
        self.name.returnPressed.connect(self._create)
        help_text = self.tr("Letters, digits, - and _. Enter makes it, Esc does not.")
        self.naming = Field(self._theme, self.tr("Name"), help_text, self.name, side)
        on_keys("Esc", self.name, lambda: self._model.name_new(False), HERE)
        column = QVBoxLayout(side)
        column.setContentsMargins(INSIDE, PADDING, INSIDE + 1, PADDING)
        column.setSpacing(INSIDE)
        heading = TextLabel(self._theme, self.tr("Gateways"), side, size=SECTION, weight=SEMIBOLD)
        heading.setContentsMargins(INSIDE, 0, 0, 0)
        column.addWidget(heading)
        column.addWidget(self.list, 1)
        column.addWidget(self.naming)
        column.addWidget(self.new)
        follow(side, self._theme, lambda: side.setFixedWidth(self._theme.px(_SIDE)))
        return side

    def _build_middle(self) -> QWidget:
        holder = QWidget(self)
        inner = QWidget(holder)
        column = column_of(inner, margins=GROUPS, spacing=PADDING)
        column.addLayout(self._build_heading(inner))
        column.addWidget(self._build_routes(inner))
        column.addWidget(self.form)
        column.addStretch(1)
        self._bar = SaveBar(self._theme, holder)
        self.save, self.revert = self._bar.save, self._bar.revert
        self.save.setToolTip(self.tr("Save (Ctrl+S)"))
        self.save.clicked.connect(self._save)
        self.revert.clicked.connect(self._model.revert)
        whole = QVBoxLayout(holder)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(readable(self._theme, inner), 1)
        whole.addWidget(self._bar)
        return holder

    def _build_heading(self, parent: QWidget) -> QHBoxLayout:
        self._name = ElidedLabel(self._theme, "", parent, size=TITLE, weight=SEMIBOLD)
        self._kind = TextLabel(self._theme, "", parent, role="muted", wrap=True)
        self.delete = IconButton(
            self._theme, "trash-2", self.tr("Delete this gateway with its routes"), parent
        )
        self.delete.clicked.connect(self._model.delete)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._kind)
        row = QHBoxLayout()
        row.addLayout(words, 1)
        row.addWidget(self.delete, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _build_routes(self, parent: QWidget) -> QWidget:
        box = QWidget(parent)
        column = column_of(box, spacing=RELATED)
        self.load = button(self.tr("Deploy a file…"), "", box)
        self.load.setToolTip(
            self.tr("A route as JSON, in any shape that can be read; it can also be dropped here")
        )
        set_icon(self.load, self._theme, "file-input", "text")
        self.load.clicked.connect(self.choose_file)
        words = self.tr("A route decides which model answers. A request calls it by the name dynamic/{name}.")
        column.addWidget(Heading(self._theme, self.tr("Routes"), words, box, (self.load,)))
        column.addWidget(self.routes)
        self._no_routes = TextLabel(self._theme, "", box, role="muted", wrap=True)
        self._no_routes.setText(self.tr("None yet. Drop a route file here, or deploy one."))
        column.addWidget(self._no_routes)
        return box

    @Slot()
    def _show_state(self) -> None:
        model = self._model
        self._bar.setVisible(model.dirty or bool(model.problems))
        self.save.setEnabled(model.dirty and not model.saving)
        self._no_routes.setVisible(not model.routes)
        if model.problems and not model.saving and self.save.hasFocus():
            self.form.focus_problem()

    @Slot()
    def _show_naming(self) -> None:
        model = self._model
        was_hidden = self.naming.isHidden()
        self.naming.setVisible(model.naming)
        self.new.setVisible(not model.naming)
        self.naming.show_problem(model.naming_problem)
        if model.naming and was_hidden:
            self.name.clear()
            self.name.setFocus()

    @Slot()
    def _create(self) -> None:
        if self.name.text().strip():
            self._model.create(self.name.text())

    @Slot()
    def _save(self) -> None:
        self._model.save()

    async def _choose_file(self) -> None:
        filters = self.tr("Routes (*.json);;All files (*)")
        for path in await open_files(self, self.tr("Deploy a route"), filters=filters):
            self._model.deploy_file(path)
