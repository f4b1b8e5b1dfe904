"""A grid of pictures: up to three things that change, each along an axis."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from workbench.domain.images.planning import axis_lengths, is_grid
from workbench.domain.images.settings import AxisField
from workbench.ui.images.form.axis_row import AxisRow
from workbench.ui.images.form.model import FormModel
from workbench.ui.images.form.words import axis_name, ltr, outlook_text
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import set_icon
from workbench.ui.support.section import Section
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme

_GROUP_CHARS = 28


class GridSection(Section):
    """Folded until it is wanted. Signals: added (the row of a new axis, with the keyboard in it)."""

    added = Signal(QWidget)

    def __init__(self, theme: Theme, model: FormModel, parent: QWidget | None = None) -> None:
        body = QWidget()
        super().__init__(theme, self.tr("Grid"), body, parent, opened=bool(model.draft.axes))
        self._own_theme = theme
        self._model = model
        self.rows: list[AxisRow] = []
        self._help = TextLabel(
            theme,
            self.tr("Makes a picture for every combination of the values along its axes."),
            size=CAPTION + 1,
            role="muted",
            wrap=True,
        )
        self._rows = QVBoxLayout()
        self._rows.setSpacing(INSIDE)
        self.add = button(self.tr("Add an axis"))
        set_icon(self.add, theme, "plus", "muted", 14)
        self._menu = QMenu(self.add)
        self._menu.aboutToShow.connect(self._fill)
        self.add.setMenu(self._menu)
        self._quick = QWidget()
        self._groups = FlowLayout(self._quick, spacing=GRID)
        self.summary = TextLabel(theme, "", wrap=True)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addWidget(self._help)
        column.addLayout(self._rows)
        column.addWidget(self.summary)
        column.addWidget(self._quick)
        self._groups.addWidget(self.add)
        self._offered: tuple[str, ...] = ()

    def show_value(self) -> None:
        model = self._model
        axes = model.draft.axes
        if len(self.rows) < len(axes):
            self.button.setChecked(True)
        while len(self.rows) < len(axes):
            row = AxisRow(self._own_theme, model, len(self.rows))
            row.removed.connect(model.remove_axis)
            self.rows.append(row)
            self._rows.addWidget(row)
        while len(self.rows) > len(axes):
            gone = self.rows.pop()
            self._rows.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for row in self.rows:
            row.show_value()
        self._help.setVisible(not axes)
        self.add.setVisible(bool(model.free_axes))
        grid = is_grid(model.draft) and model.outlook.count > 0
        lengths = ltr(" × ".join(map(str, axis_lengths(model.draft))))
        self.set_title(self.tr("Grid: {0}").format(lengths) if grid else self.tr("Grid"))
        self.summary.setVisible(grid)
        self.summary.setText(outlook_text(model.outlook) if grid else "")
        self._show_groups()

    def _show_groups(self) -> None:
        """A button for each `{a|b}` of the prompt: it becomes an axis."""
        wanted = tuple(text for text, _ in self._model.groups()) if self._model.free_axes else ()
        if wanted == self._offered:
            return
        self._offered = wanted
        while self._groups.count() > 1:
            item = self._groups.takeAt(1)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for text in wanted:
            shown = text if len(text) <= _GROUP_CHARS else f"{text[: _GROUP_CHARS - 1]}…"
            made = button(ltr(shown))
            made.setToolTip(self.tr("An axis of what this part of the prompt stands for"))
            made.clicked.connect(lambda _=False, part=text: self._model.add_group_axis(part))
            self._groups.addWidget(made)
            made.show()

    def _fill(self) -> None:
        self._menu.clear()
        for field in self._model.free_axes:
            action = QAction(axis_name(field), self._menu)
            action.triggered.connect(lambda _=False, field=field: self._add(field))
            self._menu.addAction(action)

    def _add(self, field: AxisField) -> None:
        self._model.add_axis(field)
        # After the menu has given the focus back, and the row has its place.
        QTimer.singleShot(0, self.rows[-1], self._enter_last)

    def _enter_last(self) -> None:
        self.rows[-1].focus()
        self.added.emit(self.rows[-1])
