"""The settings page as it is seen: sections of fields, searchable, each a click away from its default."""

from __future__ import annotations

from dataclasses import fields
from functools import partial

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.gateway import GatewayPhase, GatewayState
from workbench.domain.secret import Secret
from workbench.domain.settings import SettingInfo, Settings, info_of
from workbench.ui.preferences.data_jobs import ExportBox, ImportBox
from workbench.ui.preferences.data_places import Places
from workbench.ui.preferences.data_reset import ResetBox
from workbench.ui.preferences.model import PreferencesModel
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.forms import Field, SettingField
from workbench.ui.support.notify import Notifier
from workbench.ui.support.search_field import SearchField
from workbench.ui.support.sentences import in_words
from workbench.ui.support.settings import default_of
from workbench.ui.support.surfaces import readable
from workbench.ui.support.theme import CODE, GROUPS, INSIDE, PADDING, SECTION, SEMIBOLD, TITLE, Theme, follow
from workbench.ui.support.update_row import UpdateRow

_GATEWAY = ("gateway_autostart", "gateway_port")
_UPDATES = ("check_for_updates", "update_address")
_SCALES = (0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
_WIDTH = 680


def _translated(text: str) -> str:
    return QCoreApplication.translate("Settings", text) if text else ""


class _Section(QWidget):
    """A title and its fields; hides when a search leaves none."""

    def __init__(self, theme: Theme, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.fields: list[Field] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(PADDING)
        self._column.addWidget(TextLabel(theme, title, self, size=SECTION, weight=SEMIBOLD))
        self._title = title.casefold()

    def add(self, field: Field) -> None:
        self.fields.append(field)
        self._column.addWidget(field)

    def narrow(self, words: str) -> bool:
        """Show only what fits the words; whether anything does."""
        whole = bool(words) and words.casefold() in self._title
        shown = False
        for field in self.fields:
            fits = whole or field.matches(words)
            field.setVisible(fits)
            shown = shown or fits
        self.setVisible(shown)
        return shown


class PreferencesPage(QWidget):
    """Draws the declared settings by themselves; the gateway, the keychain and the data by hand."""

    def __init__(
        self, theme: Theme, model: PreferencesModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._notifier = notifier
        self._fields: dict[str, SettingField] = {}
        self._sections: list[_Section] = []
        self.search = SearchField(self.tr("Search settings"), self)
        self.search.textChanged.connect(self._narrow)
        self._nothing = TextLabel(theme, "", self, role="muted", wrap=True)
        self._nothing.hide()
        self._build()
        model.settings.changed.connect(self._show_setting)
        model.gateway_changed.connect(self._show_gateway)
        model.upstream_changed.connect(self._show_upstream)
        model.keychain_changed.connect(self._show_keychain)
        model.token_ready.connect(self._copy_token)
        self._show_gateway(model.gateway)
        self._show_upstream()
        self._show_keychain()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._model.data.look()

    def field(self, name: str) -> SettingField:
        """The field of a declared setting."""
        return self._fields[name]

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(GROUPS, GROUPS, GROUPS, 2 * GROUPS)
        column.setSpacing(GROUPS + INSIDE)
        column.addWidget(TextLabel(self._theme, self.tr("Settings"), inner, size=TITLE, weight=SEMIBOLD))
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        for section in (
            self._appearance(inner),
            self._gateway(inner),
            self._secrets(inner),
            self._data(inner),
            self._about(inner),
        ):
            self._sections.append(section)
            column.addWidget(section)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(readable(self._theme, inner, _WIDTH, centred=True))

    def _appearance(self, parent: QWidget) -> _Section:
        section = _Section(self._theme, self.tr("Appearance"), parent)
        for setting in fields(Settings):
            if info_of(setting.name).shown and setting.name not in (*_GATEWAY, *_UPDATES):
                section.add(self._setting(setting.name))
        return section

    def _gateway(self, parent: QWidget) -> _Section:
        section = _Section(self._theme, self.tr("Local gateway"), parent)
        self._state = ElidedLabel(self._theme, "", role="muted")
        self._start = button(self.tr("Start now"))
        self._start.clicked.connect(self._model.start_gateway)
        section.add(self._row(self.tr("State"), "", self._state, self._start))
        self._upstream = QComboBox()
        self._upstream.setAccessibleName(self.tr("Where local answers come from"))
        self._upstream.activated.connect(self._upstream_chosen)
        help_text = self.tr(
            "The sandbox simulates every model: no account, no network, no cost. "
            "A connection lets real models answer behind the local gateway, with its token."
        )
        section.add(Field(self._theme, self._upstream.accessibleName(), help_text, self._upstream))
        for name in _GATEWAY:
            section.add(self._setting(name))
        section.add(self._own_code())
        return section

    def _own_code(self) -> Field:
        code = QPlainTextEdit()
        code.setReadOnly(True)
        code.setTabChangesFocus(True)
        code.setProperty("kind", "field")
        code.setAccessibleName(self.tr("Example in Python"))
        code.setPlainText(self._model.snippet())
        self._code = code
        follow(code, self._theme, self._size_code)
        token = button(self.tr("Copy access token"))
        token.clicked.connect(self._model.fetch_token)
        example = button(self.tr("Copy example"), "quiet")
        example.clicked.connect(self._copy_example)
        buttons = QHBoxLayout()
        buttons.addWidget(token)
        buttons.addWidget(example)
        buttons.addStretch(1)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addWidget(code)
        column.addLayout(buttons)
        help_text = self.tr(
            "Any OpenAI client can use the gateway while it runs. Keep the token in the "
            "environment variable WORKBENCH_TOKEN; it is made for this computer."
        )
        return Field(self._theme, self.tr("Use it from your code"), help_text, box)

    def _secrets(self, parent: QWidget) -> _Section:
        section = _Section(self._theme, self.tr("Tokens and keys"), parent)
        self._keychain = TextLabel(self._theme, "", wrap=True)
        self._retry = button(self.tr("Try the keychain again"))
        self._retry.clicked.connect(self._model.retry_keychain)
        help_text = self.tr("They are never written to a settings file, the database, a log or an export.")
        section.add(self._row(self.tr("Keychain"), help_text, self._keychain, self._retry))
        return section

    def _data(self, parent: QWidget) -> _Section:
        section = _Section(self._theme, self.tr("Your data"), parent)
        theme, data = self._theme, self._model.data
        places = Places(theme, data, self._notifier)
        for box in (
            places,
            ExportBox(theme, data),
            ImportBox(theme, data),
            ResetBox(theme, data, self._notifier),
        ):
            section.add(Field(theme, box.title, box.help_text, box))
        return section

    def _about(self, parent: QWidget) -> _Section:
        section = _Section(self._theme, self.tr("Updates and version"), parent)
        for name in _UPDATES:
            section.add(self._setting(name))
        updates = UpdateRow(self._theme, self._model.updates)
        section.add(Field(self._theme, self.tr("Newest version"), "", updates))
        version = ElidedLabel(self._theme, f"AI Workbench {self._model.updates.version}", role="muted")
        about = button(self.tr("About AI Workbench"))
        about.clicked.connect(self._model.about_wanted)
        help_text = self.tr("Build, folders, and the licences of the program and of its parts.")
        section.add(self._row(self.tr("This version"), help_text, version, about))
        return section

    def _row(self, label: str, help_text: str, words: QWidget, act: QWidget) -> Field:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        row.addWidget(words, 1)
        row.addWidget(act)
        return Field(self._theme, label, help_text, box)

    def _setting(self, name: str) -> SettingField:
        info: SettingInfo = info_of(name)
        field = SettingField(
            self._theme,
            info,
            default_of(name),
            _translated(info.label),
            "" if name == "font_scale" else _translated(info.help),
            self._choices(name, info),
        )
        field.edited.connect(partial(self._edited, name))
        field.reset_wanted.connect(partial(self._model.settings.reset, name))
        self._fields[name] = field
        self._show_setting(name)
        return field

    def _choices(self, name: str, info: SettingInfo) -> list[tuple[object, str]]:
        if name == "font_scale":
            now = self._model.settings.value.font_scale
            return [(scale, f"{scale:.0%}") for scale in sorted({*_SCALES, now})]
        return [(value, _translated(words)) for value, words in info.choices]

    def _edited(self, name: str, value: object) -> None:
        self._fields[name].show_problem(self._model.settings.set(name, value))

    @Slot(str)
    def _show_setting(self, name: str) -> None:
        if (field := self._fields.get(name)) is not None:
            field.set_value(getattr(self._model.settings.value, name))
            field.show_default(self._model.settings.is_default(name))
            field.show_problem("")
        if name == "gateway_port" and self._sections:
            self._code.setPlainText(self._model.snippet())
            self._show_start(self._model.gateway)

    @Slot(object)
    def _show_gateway(self, state: GatewayState) -> None:
        self._state.setText(self._state_words(state))
        self._state.set_role("bad" if state.phase is GatewayPhase.FAILED else "muted")
        self._show_start(state)
        self._code.setPlainText(self._model.snippet())

    def _show_start(self, state: GatewayState) -> None:
        again = self._model.on_another_port
        self._start.setText(self.tr("Restart now") if again else self.tr("Start now"))
        self._start.setVisible(again or state.phase in (GatewayPhase.FAILED, GatewayPhase.STOPPED))

    def _state_words(self, state: GatewayState) -> str:
        match state.phase:
            case GatewayPhase.RUNNING if state.shared:
                return self.tr("Listens at {0}, started by another window.").format(state.address)
            case GatewayPhase.RUNNING:
                return self.tr("Listens at {0}.").format(state.address)
            case GatewayPhase.STARTING:
                return self.tr("Starting…")
            case GatewayPhase.RESTARTING:
                return self.tr("Starting again…")
            case GatewayPhase.FAILED:
                return in_words(state)
            case _:
                return self.tr("Not running.")

    @Slot()
    def _show_upstream(self) -> None:
        self._upstream.clear()
        self._upstream.addItem(self.tr("Sandbox"), "")
        for target in self._model.upstreams:
            self._upstream.addItem(target.name, target.id)
        self._upstream.setCurrentIndex(max(0, self._upstream.findData(self._model.upstream_id)))

    @Slot()
    def _show_keychain(self) -> None:
        note = self._model.keychain_note
        self._keychain.setText(note or self.tr("Tokens and keys are kept in this computer's keychain."))
        self._keychain.set_role("warn" if note else "muted")
        self._retry.setVisible(bool(note))

    @Slot(int)
    def _upstream_chosen(self, row: int) -> None:
        self._model.choose_upstream(self._upstream.itemData(row))

    @Slot(object)
    def _copy_token(self, token: Secret) -> None:
        QGuiApplication.clipboard().setText(token.reveal())
        self._notifier.info(self.tr("The access token is on the clipboard."), key="token")

    @Slot()
    def _copy_example(self) -> None:
        QGuiApplication.clipboard().setText(self._model.snippet())
        self._notifier.info(self.tr("The example is on the clipboard."), key="token")

    def _size_code(self) -> None:
        self._code.setFont(self._theme.mono(CODE))
        lines = self._model.snippet().count("\n") + 1
        self._code.setFixedHeight(self._code.fontMetrics().lineSpacing() * lines + 4 * INSIDE)

    @Slot(str)
    def _narrow(self, words: str) -> None:
        found = [section.narrow(words) for section in self._sections]
        self._nothing.setText(self.tr("No setting fits “{0}”.").format(words))
        self._nothing.setVisible(not any(found))
