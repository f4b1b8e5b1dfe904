"""The page of providers: those the gateway knows, the user's own, and servers found on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.gateway import UpstreamKind
from workbench.services.discovery import FoundServer
from workbench.services.gateway_providers import ProviderState
from workbench.ui.gateway.providers.forms import CustomForm
from workbench.ui.gateway.providers.model import Phase, ProvidersModel
from workbench.ui.gateway.providers.row import ProviderRow
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import Heading, column_of, emptied, readable
from workbench.ui.support.theme import CAPTION, GRID, GROUPS, INSIDE, PADDING, RELATED, SEMIBOLD, Theme

_WIDTH = 860


class Rows(QFrame):
    """Widgets under one another in a card, with hairlines between them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("kind", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(1)
        self.rows: list[QWidget] = []

    def show_rows(self, rows: Sequence[QWidget]) -> None:
        emptied(self.column)
        self.rows = list(rows)
        for row in rows:
            self.column.addWidget(row)
        self.setVisible(bool(rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for row in self.rows[1:]:
            painter.fillRect(
                PADDING, row.y() - 1, self.width() - 2 * PADDING, 1, QColor(self._theme.tokens.line)
            )


class ProvidersPage(QWidget):
    """Shows a ProvidersModel."""

    def __init__(self, theme: Theme, model: ProvidersModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._shown: tuple[ProviderState, ...] | None = None
        self._behind: UpstreamKind | None = None
        self.known = Rows(theme)
        self.own = Rows(theme)
        self.found = Rows(theme)
        self.new_form: CustomForm | None = None
        self._stack = QStackedWidget(self)
        inner = QWidget()
        self._column = column_of(inner, margins=GROUPS, spacing=RELATED)
        self._build(inner)
        self._blank = Blank(theme, self)
        self._again = self._blank.offer(self.tr("Try again"), model.open, "primary")
        self._stack.addWidget(readable(theme, inner, _WIDTH))
        self._stack.addWidget(self._blank)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        model.changed.connect(self.refresh)
        model.found_changed.connect(self._show_found)
        model.edit_changed.connect(self._show_forms)
        self.refresh()
        self._show_found()

    @Slot()
    def refresh(self) -> None:
        model = self._model
        if model.phase is Phase.FAILED and model.problem is not None:
            self._blank.say_trouble(model.problem)
            self._stack.setCurrentIndex(1)
            return
        self._stack.setCurrentIndex(0)
        if model.providers != self._shown:
            self._shown = model.providers
            self.known.show_rows(
                [self._row(one, self.known) for one in model.providers if one.custom is None]
            )
            self.own.show_rows([self._row(one, self.own) for one in model.custom])
        self._no_own.setVisible(model.phase is Phase.READY and not model.custom)

    def show_default(self, behind: UpstreamKind | None) -> None:
        """Who answers for providers that are not set to anything."""
        if behind is not self._behind:
            self._behind, self._shown = behind, None
            self.refresh()

    def show_gateways(self, ids: Sequence[str]) -> None:
        """A choice only where there is one."""
        with QSignalBlocker(self.gateway):
            self.gateway.clear()
            for gateway_id in ids:
                self.gateway.addItem(gateway_id, gateway_id)
            self.gateway.setCurrentIndex(max(0, self.gateway.findData(self._model.gateway)))
        self._keys_of.setVisible(len(ids) > 1)
        if ids and self._model.gateway not in ids:
            self._model.set_gateway(ids[0])

    def row(self, slug: str) -> ProviderRow:
        """The row of a provider that is shown."""
        rows = [*self.known.rows, *self.own.rows]
        return next(row for row in rows if isinstance(row, ProviderRow) and row.state.slug == slug)

    def _row(self, state: ProviderState, parent: QWidget) -> ProviderRow:
        return ProviderRow(self._theme, self._model, state, self._behind, parent)

    def _build(self, inner: QWidget) -> None:
        self._keys_of = QWidget(inner)
        line = QHBoxLayout(self._keys_of)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(INSIDE)
        self.gateway = QComboBox(self._keys_of)
        self.gateway.setAccessibleName(self.tr("Keys of the gateway"))
        self.gateway.activated.connect(lambda at: self._model.set_gateway(self.gateway.itemData(at)))
        line.addWidget(TextLabel(self._theme, self.tr("Keys of the gateway"), self._keys_of, role="muted"))
        line.addWidget(self.gateway)
        self._keys_of.hide()
        words = self.tr(
            "Who answers when a request names a provider. By default it is the sandbox, or the connection that the settings put "
            "behind the local gateway. Who it really was is in the log, and in the answer’s x-workbench-upstream."
        )
        self._column.addWidget(Heading(self._theme, self.tr("Providers"), words, inner, (self._keys_of,)))
        self._column.addWidget(self.known)
        self._column.addSpacing(PADDING)
        self.again = button(self.tr("Look again"), "quiet", inner)
        set_icon(self.again, self._theme, "refresh-cw", "muted")
        self.again.clicked.connect(self._model.look)
        words = self.tr("Model servers on their usual ports. One click, and the gateway can call them.")
        self._column.addWidget(Heading(self._theme, self.tr("On this machine"), words, inner, (self.again,)))
        self._column.addWidget(self.found)
        self._nothing_found = TextLabel(self._theme, "", inner, role="muted", wrap=True)
        self._column.addWidget(self._nothing_found)
        self._column.addSpacing(PADDING)
        self.new = button(self.tr("Add a provider"), "", inner)
        set_icon(self.new, self._theme, "plus", "text")
        self.new.clicked.connect(lambda: self._model.edit("new"))
        words = self.tr("Servers of your own, called as custom-{slug}: anything that speaks http or https.")
        self._column.addWidget(Heading(self._theme, self.tr("Your own"), words, inner, (self.new,)))
        self._new_place = QVBoxLayout()
        self._column.addLayout(self._new_place)
        self._column.addWidget(self.own)
        self._no_own = TextLabel(self._theme, self.tr("None yet."), inner, role="muted")
        self._column.addWidget(self._no_own)
        self._column.addStretch(1)

    @Slot()
    def _show_found(self) -> None:
        model = self._model
        self.again.setEnabled(not model.looking)
        self.again.setToolTip(self.tr("Looking…") if model.looking else "")
        self.found.show_rows([self._found_row(server) for server in model.found])
        self._nothing_found.setVisible(not model.found)
        self._nothing_found.setText(
            self.tr("Looking on the usual ports…")
            if model.looking
            else self.tr(
                "None answers. Looked for: Ollama at 11434, LM Studio at 1234, llama.cpp at 8080, vLLM at 8000."
            )
        )

    def _found_row(self, server: FoundServer) -> QWidget:
        box = QWidget(self.found)
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        words.addWidget(TextLabel(self._theme, server.name, box, weight=SEMIBOLD))
        models = self._model.models.get(server.base_url)
        told = (
            self.tr("Models: {0}").format(", ".join(models[:6]) + ("…" if len(models) > 6 else ""))
            if models
            else ""
        )
        below = " · ".join(part for part in (server.base_url, told) if part)
        words.addWidget(TextLabel(self._theme, below, box, size=CAPTION + 1, role="muted", wrap=True))
        row = QHBoxLayout(box)
        row.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        row.addLayout(words, 1)
        if known := self._model.known_as(server):
            row.addWidget(TextLabel(self._theme, self.tr("Called as {0}").format(known), box, role="good"))
            return box
        add = button(self.tr("Add"), "", box)
        add.setAccessibleName(self.tr("Add {0}").format(server.name))
        set_icon(add, self._theme, "plus", "text")
        add.clicked.connect(lambda: self._model.add_found(server))
        row.addWidget(add)
        return box

    @Slot()
    def _show_forms(self) -> None:
        for row in (*self.known.rows, *self.own.rows):
            if isinstance(row, ProviderRow):
                row.show_form()
        wanted = self._model.editing == "new"
        if not wanted and self.new_form is not None:
            self._new_place.removeWidget(self.new_form)
            self.new_form.deleteLater()
            self.new_form = None
        if wanted and self.new_form is None:
            self.new_form = form = CustomForm(self._theme, None, self)
            form.cancelled.connect(lambda: self._model.edit(""))
            form.saved.connect(
                lambda: self._model.add(form.text("name"), form.text("slug"), form.text("base_url"))
            )
            self._new_place.addWidget(form)
            form.focus_first()
        if self.new_form is not None:
            self.new_form.show_problems(self._model.problems, self._model.busy)
        self.new.setVisible(not wanted)
