"""What is known about the model under the cursor in the picker."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.domain.models import Model, short_name
from workbench.ui.support import figures
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import icon
from workbench.ui.support.surfaces import scrolled
from workbench.ui.support.theme import CAPTION, INSIDE, PADDING, RELATED, SECTION, SEMIBOLD, Theme, follow


class ModelDetail(QFrame):
    """Name, description, prices, notes; what to use instead of a retired model; use it, or mark it."""

    used = Signal(str)
    starred = Signal(str)
    """Ids of models."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = Model("")
        self._favourite = False
        self._name = TextLabel(theme, size=SECTION, weight=SEMIBOLD, wrap=True)
        self._id = QLabel()
        self._warning = TextLabel(theme, size=12, role="warn", wrap=True)
        self._instead = button("", "")
        self._description = TextLabel(theme, size=12, wrap=True)
        self._facts = TextLabel(theme, size=CAPTION, role="muted", wrap=True)
        self._note = TextLabel(theme, size=12, role="muted", wrap=True)
        self.use = button(self.tr("Use this model"), "primary")
        self.star = QPushButton()
        self._build()
        follow(self, theme, self._dress)

    def show_model(self, model: Model, favourite: bool) -> None:
        self._model, self._favourite = model, favourite
        self._name.setText(model.short_name)
        self._id.setText(model.id)
        self._warning.setText(self._warning_of(model))
        self._warning.setVisible(bool(self._warning.text()))
        self._instead.setText(self.tr("Use {0}").format(short_name(model.replacement)))
        self._instead.setVisible(bool(model.replacement))
        self._description.setText(model.description)
        self._description.setVisible(bool(model.description))
        self._facts.setText("\n".join(self._facts_of(model)))
        self._note.setText("\n".join(part for part in (model.note, self._terms(model)) if part))
        self._note.setVisible(bool(self._note.text()))
        retired = model.deprecated and bool(model.replacement)
        self.use.setText(self.tr("Use it anyway") if retired else self.tr("Use this model"))
        for push, primary in ((self.use, not retired), (self._instead, retired)):
            push.setProperty("kind", "primary" if primary else None)
            push.style().unpolish(push)
            push.style().polish(push)
        self.use.setEnabled(model.chats)
        self.use.setToolTip("" if model.chats else self.tr("This model does not chat."))
        self._show_star()

    def _build(self) -> None:
        self._id.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._id.setWordWrap(True)
        self._id.setProperty("role", "muted")
        self.star.setProperty("kind", "quiet")
        self.star.clicked.connect(self._star)
        self.use.clicked.connect(self._use)
        self._instead.clicked.connect(self._use_instead)
        text = QWidget()
        inner = QVBoxLayout(text)
        inner.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        inner.setSpacing(INSIDE)
        for part in (self._name, self._id, self._warning, self._instead):
            inner.addWidget(part)
        for part in (self._description, self._facts, self._note):
            inner.addWidget(part)
        inner.addStretch(1)
        scroll = scrolled(text)
        actions = QHBoxLayout()
        actions.setContentsMargins(PADDING, 0, PADDING, RELATED)
        actions.addWidget(self.use, 1)
        actions.addWidget(self.star)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addLayout(actions)

    def _dress(self) -> None:
        self._id.setFont(self._theme.mono(11))
        line = self._theme.tokens.line
        self.setStyleSheet(f"ModelDetail {{ border: none; border-left: 1px solid {line}; }}")
        self._show_star()

    def _show_star(self) -> None:
        name, role = ("star-off", "text") if self._favourite else ("star", "muted")
        self.star.setIcon(icon(self._theme, name, role))
        words = self.tr("Remove from favourites") if self._favourite else self.tr("Add to favourites")
        self.star.setToolTip(self.tr("{0} (Ctrl+D)").format(words))
        self.star.setAccessibleName(words)

    def _use(self) -> None:
        self.used.emit(self._model.id)

    def _use_instead(self) -> None:
        self.used.emit(self._model.replacement)

    def _star(self) -> None:
        self.starred.emit(self._model.id)

    def _warning_of(self, model: Model) -> str:
        if model.deprecated and model.retires_on:
            return self.tr("Retired on {0}.").format(model.retires_on)
        if model.deprecated:
            return self.tr("Retired.")
        if model.retires_on:
            return self.tr("Will be retired on {0}.").format(model.retires_on)
        if not model.known:
            return self.tr("No list has this model; it is sent as it is.")
        if not model.chats:
            return self.tr("This model does not chat.")
        return ""

    def _facts_of(self, model: Model) -> list[str]:
        lines = []
        if model.task:
            lines.append(model.task)
        if model.author:
            lines.append(self.tr("By {0}").format(model.author))
        if model.context_window:
            lines.append(self.tr("Context of {0} tokens").format(figures.count(model.context_window)))
        lines += [f"{figures.price(price.usd)} {price.unit}" for price in model.prices]
        able = (
            (model.function_calling, self.tr("Calls tools")),
            (model.vision, self.tr("Sees pictures")),
            (model.reasoning, self.tr("Reasons before it answers")),
            (model.requires_workers_paid, self.tr("Needs the Workers Paid plan")),
            (model.beta, self.tr("In beta")),
            (model.gated, self.tr("Needs a licence to be accepted")),
        )
        return [*lines, *(words for has, words in able if has)]

    def _terms(self, model: Model) -> str:
        return self.tr("Terms: {0}").format(model.terms) if model.terms else ""
