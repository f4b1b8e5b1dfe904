"""The forms that open under a provider: a key, a server of the user's own."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from workbench.domain.gateways import CUSTOM, CustomProvider, ProviderConfig
from workbench.services.gateway_providers import slug_for
from workbench.ui.support.buttons import button
from workbench.ui.support.forms import Field
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import column_of
from workbench.ui.support.theme import INSIDE, PADDING, RELATED, Theme, follow


class _Form(QWidget):
    """Fields over a line of buttons. Signals: saved, cancelled."""

    saved = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.fields: dict[str, Field] = {}
        self.column = column_of(self, spacing=RELATED)
        self.save = button("", "primary", self)
        self.save.clicked.connect(self.saved)
        self.cancel = button(self.tr("Cancel"), "quiet", self)
        self.cancel.clicked.connect(self.cancelled)

    def finish(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self.save)
        row.addWidget(self.cancel)
        row.addStretch(1)
        self.column.addLayout(row)

    def line(self, name: str, label: str, help_text: str = "", *, text: str = "", width: int = 0) -> Field:
        line = QLineEdit(text, self)
        line.setAccessibleName(label)
        line.returnPressed.connect(self.saved)
        if width:
            follow(line, self._theme, lambda: line.setMaximumWidth(self._theme.px(width)))
        self.fields[name] = Field(self._theme, label, help_text, line, self)
        return self.fields[name]

    def text(self, name: str) -> str:
        control = self.fields[name].control
        return control.text() if isinstance(control, QLineEdit) else ""

    def show_problems(self, problems: Mapping[str, str], busy: bool) -> None:
        for name, field in self.fields.items():
            field.show_problem(problems.get(name, ""))
        self.save.setEnabled(not busy)

    def focus_first(self) -> None:
        next(iter(self.fields.values())).control.setFocus()


class KeyForm(_Form):
    """Takes a key and never gives it back."""

    def __init__(
        self,
        theme: Theme,
        name: str,
        old: ProviderConfig | None,
        aliases: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self.save.setText(self.tr("Replace the key") if old else self.tr("Keep the key"))
        label = self.tr("New key of {0}") if old else self.tr("Key of {0}")
        where = self.tr("It goes to the gateway’s keychain and is shown by its last characters only.")
        self.column.addWidget(self.line("secret", label.format(name), where))
        secret = self.fields["secret"].control
        assert isinstance(secret, QLineEdit)
        self._secret = secret
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._secret.setPlaceholderText(self.tr("Paste it here"))
        self._eye = QAction(self.tr("Show what is typed"), self._secret)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._show_typed)
        self._secret.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self._show_typed(False)
        row = QHBoxLayout()
        row.setSpacing(PADDING)
        alias_help = self.tr("Chosen by cf-aig-byok-alias") if aliases else ""
        alias = old.alias if old else "default"
        row.addWidget(self.line("alias", self.tr("Alias"), alias_help, text=alias), 1)
        limit = str(old.rate_limit or "") if old else ""
        period = str(old.rate_limit_period_s or "") if old else ""
        row.addWidget(self.line("rate_limit", self.tr("At most, requests"), text=limit), 1)
        row.addWidget(self.line("rate_limit_period", self.tr("in seconds"), text=period), 1)
        self.column.addLayout(row)
        if old is not None:
            self.fields["alias"].control.setEnabled(False)
        self.finish()

    @Slot(bool)
    def _show_typed(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self._secret.setEchoMode(mode)
        set_icon(self._eye, self._theme, "eye-off" if shown else "eye", "muted")
        self._eye.setText(self.tr("Hide what is typed") if shown else self.tr("Show what is typed"))


class CustomForm(_Form):
    """A server of the user's own: new, or to be changed."""

    def __init__(self, theme: Theme, provider: CustomProvider | None, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.save.setText(self.tr("Save") if provider else self.tr("Add the provider"))
        row = QHBoxLayout()
        row.setSpacing(PADDING)
        row.addWidget(self.line("name", self.tr("Name"), text=provider.name if provider else ""), 1)
        self._slug_typed = False
        slug = self.line("slug", self.tr("Slug"), text=provider.slug if provider else "")
        row.addWidget(slug, 1)
        self.column.addLayout(row)
        words = self.tr("As far as /chat/completions, such as http://127.0.0.1:11434/v1.")
        base = self.line("base_url", self.tr("Base URL"), words, text=provider.base_url if provider else "")
        follow(base.control, theme, lambda: base.control.setFont(theme.mono()))
        self.column.addWidget(base)
        name, line = self.fields["name"].control, slug.control
        assert isinstance(name, QLineEdit)
        assert isinstance(line, QLineEdit)
        self._slug = line
        self._slug.setEnabled(provider is None)
        self._slug.setToolTip(self.tr("Called as {0}…").format(CUSTOM))
        self._slug.textEdited.connect(self._typed)
        if provider is None:
            name.textEdited.connect(self._propose)
        self.finish()

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._slug_typed = bool(text)

    @Slot(str)
    def _propose(self, name: str) -> None:
        """A slug that goes with the name, until the user writes one."""
        if not self._slug_typed:
            self._slug.setText(slug_for(name) if name.strip() else "")
