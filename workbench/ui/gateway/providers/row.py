"""One provider: who answers for it, its keys, and the form that opens under it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from workbench.domain.gateway import UpstreamKind
from workbench.domain.gateways import Mode, ProviderConfig
from workbench.services.gateway_providers import ProviderState
from workbench.ui.gateway.providers.forms import CustomForm, KeyForm
from workbench.ui.gateway.providers.model import ProvidersModel
from workbench.ui.gateway.providers.words import Words, name_of
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.forms import Switch
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import CalmCombo, small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, RELATED, SEMIBOLD, Theme, follow

_MODE = 268


class ProviderRow(QWidget):
    """Shows a ProviderState; every choice goes to the model at once. behind: who answers where none is made."""

    def __init__(
        self,
        theme: Theme,
        model: ProvidersModel,
        state: ProviderState,
        behind: UpstreamKind | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.state = state
        self._behind = behind
        self._words = Words(self)
        self.form: KeyForm | CustomForm | None = None
        self.setAccessibleName(name_of(state))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        self._column.setSpacing(INSIDE)
        self._column.addLayout(self._head())
        for config in state.keys:
            self._column.addLayout(self._key_line(config))
        if lack := self._words.lack(state):
            self._column.addWidget(TextLabel(theme, lack, self, size=CAPTION + 1, role="warn", wrap=True))
        self.show_form()

    @Slot()
    def show_form(self) -> None:
        """The form that is open under this provider, with what is wrong in it."""
        wanted = self._wanted_form()
        if wanted is None and self.form is not None:
            self._column.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
        if wanted is not None and self.form is None:
            self.form = wanted()
            self.form.cancelled.connect(lambda: self._model.edit(""))
            self._column.addWidget(self.form)
            self.form.focus_first()
        if self.form is not None:
            self.form.show_problems(self._model.problems, self._model.busy)

    def _wanted_form(self) -> Callable[[], KeyForm | CustomForm] | None:
        editing, slug = self._model.editing, self.state.slug
        if editing == f"key/{slug}":
            return partial(self._key_form, None)
        for config in self.state.keys:
            if editing == f"replace/{config.id}":
                return partial(self._key_form, config)
        if self.state.custom is not None and editing == f"custom/{self.state.custom.id}":
            return self._custom_form
        return None

    def _head(self) -> QHBoxLayout:
        state, custom = self.state, self.state.custom
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(ElidedLabel(self._theme, name_of(state), self, weight=SEMIBOLD))
        below = f"{state.slug} · {custom.base_url}" if custom is not None else state.slug
        names.addWidget(ElidedLabel(self._theme, below, self, size=CAPTION + 1, role="muted"))
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addLayout(names, 1)
        self.add_key = button(self.tr("Add a key"), "quiet", self)
        self.add_key.setAccessibleName(self.tr("Add a key: {0}").format(name_of(state)))
        set_icon(self.add_key, self._theme, "key-round", "muted")
        self.add_key.clicked.connect(lambda: self._model.edit(f"key/{state.slug}"))
        self.add_key.setVisible(state.slug != "workers-ai" or not state.keys)
        row.addWidget(self.add_key)
        row.addWidget(self._modes())
        if custom is not None:
            self.on = Switch(self._theme, self.tr("{0} is switched on").format(custom.name), self)
            self.on.setChecked(custom.enable)
            self.on.clicked.connect(lambda on: self._model.enable(custom, on))
            edit = small(IconButton(self._theme, "pencil", self.tr("Change {0}").format(custom.name), self))
            edit.clicked.connect(lambda: self._model.edit(f"custom/{custom.id}"))
            delete = small(
                IconButton(self._theme, "trash-2", self.tr("Delete {0}").format(custom.name), self)
            )
            delete.clicked.connect(lambda: self._model.delete(custom))
            for widget in (self.on, edit, delete):
                row.addWidget(widget)
        return row

    def _modes(self) -> QComboBox:
        self.mode = CalmCombo(self)
        self.mode.setAccessibleName(self.tr("Who answers for {0}").format(name_of(self.state)))
        for value, words in self._words.modes(self.state, self._behind):
            self.mode.addItem(words, value)
        with QSignalBlocker(self.mode):
            self.mode.setCurrentIndex(max(0, self.mode.findData(self.state.mode)))
        self.mode.activated.connect(
            lambda at: self._model.set_mode(self.state.slug, Mode(self.mode.itemData(at)))
        )
        follow(self.mode, self._theme, lambda: self.mode.setFixedWidth(self._theme.px(_MODE)))
        return self.mode

    def _key_line(self, config: ProviderConfig) -> QHBoxLayout:
        words = self._words.key(config)
        label = TextLabel(self._theme, words, self, size=CAPTION + 1, role="muted")
        replace = small(IconButton(self._theme, "pencil", self.tr("Replace the key {0}").format(words), self))
        replace.clicked.connect(lambda: self._model.edit(f"replace/{config.id}"))
        remove = small(IconButton(self._theme, "trash-2", self.tr("Remove the key {0}").format(words), self))
        remove.clicked.connect(lambda: self._model.remove_key(config))
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(label)
        row.addWidget(replace)
        row.addWidget(remove)
        row.addStretch(1)
        return row

    def _key_form(self, old: ProviderConfig | None) -> KeyForm:
        form = KeyForm(self._theme, name_of(self.state), old, aliases=bool(self.state.keys), parent=self)
        form.saved.connect(
            lambda: self._model.save_key(
                self.state.slug,
                form.text("secret"),
                form.text("alias"),
                form.text("rate_limit"),
                form.text("rate_limit_period"),
                old,
            )
        )
        return form

    def _custom_form(self) -> CustomForm:
        custom = self.state.custom
        assert custom is not None
        form = CustomForm(self._theme, custom, self)
        form.saved.connect(
            lambda: self._model.change(
                custom, name=form.text("name"), base_url=form.text("base_url"), enable=custom.enable
            )
        )
        return form
