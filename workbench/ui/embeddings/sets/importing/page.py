"""Where a file or a pasted table is looked at before it becomes a set."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.services.embeddings.tables import TableForm
from workbench.ui.embeddings.sets import words as sets_words
from workbench.ui.embeddings.sets.importing import words
from workbench.ui.embeddings.sets.importing.model import PARTS, ImportModel
from workbench.ui.embeddings.sets.importing.preview import Preview, PreviewRows
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.forms import Switch
from workbench.ui.support.shortcuts import WITHIN, on_keys
from workbench.ui.support.surfaces import CalmCombo
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    INSIDE,
    PADDING,
    RELATED,
    SECTION,
    SEMIBOLD,
    Theme,
    follow,
)
from workbench.ui.support.tooltips import as_tip
from workbench.ui.support.trouble_box import TroubleBox

_HEADED = (TableForm.CSV, TableForm.TSV)
_TOLD = 40
"""Bad lines that are named."""
_IN_SIGHT = 3


class ImportPage(QWidget):
    """Shows an ImportModel: which column is what, and what will come of it."""

    def __init__(self, theme: Theme, model: ImportModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self.setAccessibleName(self.tr("Bring in a table"))
        self._make()
        self._lay_out()
        self._connect()
        self._show()

    def focus(self) -> None:
        self.texts.setFocus(Qt.FocusReason.OtherFocusReason)

    # building

    def _make(self) -> None:
        theme = self._theme
        self.name = QLineEdit(self)
        self.name.setAccessibleName(self.tr("Name of the set"))
        self.form = CalmCombo(self)
        self.form.setAccessibleName(self.tr("Read as"))
        self.form.addItem(self.tr("As it looks"), "")
        for form in TableForm:
            self.form.addItem(sets_words.form(form), form)
        self.header = Switch(theme, self.tr("The first row names the columns"), self)
        self.header_field = self._labelled(self.tr("First row has names"), self.header)
        self.texts = QPushButton(self)
        self.texts_menu = QMenu(self.texts)
        self.texts.setMenu(self.texts_menu)
        self.parts: dict[str, CalmCombo] = {}
        for part in PARTS:
            combo = CalmCombo(self)
            combo.setAccessibleName(words.part(part))
            combo.setToolTip(words.about(part))
            self.parts[part] = combo
        self.read = TextLabel(theme, "", self, size=CAPTION, role="muted")
        self.bad = TextLabel(theme, "", self, role="warn", wrap=True)
        self.rows = PreviewRows(self)
        self.preview = Preview(theme, self.rows, self)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("The file is being read"))
        self.trouble = TroubleBox(theme, self)
        self.facts = TextLabel(theme, "", self, role="muted", wrap=True)
        self.cancel = button(self.tr("Cancel"), "", self)
        self.cancel.setToolTip(self.tr("Bring nothing in (Esc)"))
        self.accept = button("", "primary", self)
        self.accept.setToolTip(self.tr("Make a set of it (Ctrl+Enter)"))
        self._stack = QStackedWidget(self)

    def _labelled(self, label: str, control: QWidget) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        name = TextLabel(self._theme, label, box, size=CAPTION, weight=SEMIBOLD, role="muted")
        name.setBuddy(control)
        column.addWidget(name)
        column.addWidget(control)
        column.addStretch(1)
        return box

    def _lay_out(self) -> None:
        theme = self._theme
        title = TextLabel(theme, self.tr("Which column is what?"), self, size=SECTION, weight=SEMIBOLD)
        fields = QWidget(self)
        flow = FlowLayout(fields, spacing=RELATED)
        flow.addWidget(self._labelled(self.tr("Name of the set"), self.name))
        flow.addWidget(self._labelled(self.tr("Read as"), self.form))
        flow.addWidget(self.header_field)
        flow.addWidget(self._labelled(words.part(words.TEXTS), self.texts))
        for part, combo in self.parts.items():
            flow.addWidget(self._labelled(words.part(part), combo))
        top = QVBoxLayout()
        top.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        top.setSpacing(INSIDE)
        top.addWidget(title)
        top.addWidget(fields)
        top.addWidget(self.read)
        top.addWidget(self.bad)
        failed = QWidget(self)
        column = QVBoxLayout(failed)
        column.setContentsMargins(PADDING, 0, PADDING, PADDING)
        column.addWidget(self.trouble)
        column.addWidget(self.progress)
        column.addStretch(1)
        for page in (self.preview, failed):
            self._stack.addWidget(page)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        bottom.setSpacing(INSIDE)
        bottom.addWidget(self.facts, 1)
        bottom.addWidget(self.cancel)
        bottom.addWidget(self.accept)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(self._stack, 1)
        whole.addLayout(bottom)

        def fit() -> None:
            self.name.setFixedWidth(theme.px(220))
            self.form.setFixedWidth(theme.px(120))
            self.texts.setFixedWidth(theme.px(170))
            for combo in self.parts.values():
                combo.setFixedWidth(theme.px(130))

        follow(fields, theme, fit)

    def _connect(self) -> None:
        model = self.model
        self.name.textEdited.connect(model.set_name)
        self.form.activated.connect(self._form_chosen)
        self.header.clicked.connect(model.set_header)
        self.texts_menu.triggered.connect(self._text_chosen)
        for combo in self.parts.values():
            combo.activated.connect(self._part_chosen)
        self.trouble.retry_wanted.connect(model.retry)
        self.cancel.clicked.connect(model.forget)
        self.accept.clicked.connect(model.accept)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            on_keys(keys, self, model.accept, WITHIN)
        on_keys("Esc", self, model.forget, WITHIN)
        model.changed.connect(self._show)

    # showing

    @Slot()
    def _show(self) -> None:
        model = self.model
        if not model.active:
            return
        if self.name.text() != model.name:
            self.name.setText(model.name)
        with QSignalBlocker(self.form):
            self.form.setCurrentIndex(max(0, self.form.findData(model.form or "")))
        table = model.table
        self.header_field.setVisible(table is not None and table.form in _HEADED)
        self.header.setChecked(model.named)
        self.rows.show_table(table, model.columns)
        self._show_parts()
        self.read.setText(words.read(table) if table else "")
        bad = table.bad if table else ()
        self.bad.setVisible(bool(bad))
        if bad:
            self.bad.setText("\n".join([words.bad_lines(bad), *map(words.bad_line, bad[:_IN_SIGHT])]))
            self.bad.setToolTip(as_tip("\n".join(map(words.bad_line, bad[:_TOLD]))))
        waiting = table is None and model.trouble is None
        self.progress.setVisible(waiting)
        self.trouble.show_trouble(model.trouble)
        self._stack.setCurrentIndex(0 if table is not None and model.trouble is None else 1)
        self._show_outcome()

    def _show_parts(self) -> None:
        table, columns = self.model.table, self.model.columns
        names = table.columns if table is not None else ()
        for part, combo in self.parts.items():
            with QSignalBlocker(combo):
                if [combo.itemData(row) for row in range(1, combo.count())] != list(names):
                    combo.clear()
                    combo.addItem(self.tr("None"), "")
                    for name in names:
                        combo.addItem(name, name)
                combo.setCurrentIndex(max(0, combo.findData(getattr(columns, part))))
            combo.setEnabled(table is not None)
        self.texts.setEnabled(table is not None)
        told = ", ".join(columns.texts) or self.tr("Choose a column")
        metrics, room = self.texts.fontMetrics(), self.texts.width() - 4 * INSIDE
        self.texts.setText(metrics.elidedText(told, Qt.TextElideMode.ElideRight, room).replace("&", "&&"))
        self.texts.setAccessibleName(self.tr("Text: {0}").format(told))
        self.texts.setToolTip(as_tip(f"{told}\n{words.about(words.TEXTS)}"))
        if [action.data() for action in self.texts_menu.actions()] != list(names):
            self.texts_menu.clear()
            for name in names:
                action = self.texts_menu.addAction(name.replace("&", "&&"))
                action.setData(name)
                action.setCheckable(True)
        for action in self.texts_menu.actions():
            action.setChecked(action.data() in columns.texts)

    def _show_outcome(self) -> None:
        model = self.model
        if model.found is not None and model.facts is not None:
            self.facts.setText(words.facts(len(model.found.rows), model.facts))
            self.accept.setText(self.tr("Bring in {0}").format(sets_words.count(len(model.found.rows))))
        else:
            waits = model.table is not None and bool(model.columns.texts)
            self.facts.setText(self.tr("Counting…") if waits else "")
            self.accept.setText(self.tr("Bring in"))
        self.accept.setEnabled(model.table is not None and bool(model.columns.texts) and not model.accepting)
        if model.table is not None and not model.columns.texts:
            self.facts.setText(self.tr("Choose at least one column of texts."))

    # choosing

    @Slot(int)
    def _form_chosen(self, row: int) -> None:
        form = self.form.itemData(row)
        self.model.read_as(TableForm(form) if form else None)

    @Slot(QAction)
    def _text_chosen(self, action: QAction) -> None:
        self.model.set_texts(each.data() for each in self.texts_menu.actions() if each.isChecked())

    @Slot(int)
    def _part_chosen(self, row: int) -> None:
        for part, combo in self.parts.items():
            if combo is self.sender():
                self.model.set_part(part, combo.itemData(row))
