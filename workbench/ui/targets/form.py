"""The form of one connection."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.targets import LOCAL_ACCOUNT, SecretKind, TargetKind
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.icons import set_icon
from workbench.ui.support.theme import GRID, INSIDE, PADDING, SEMIBOLD, Theme, follow
from workbench.ui.targets.draft import Draft
from workbench.ui.targets.fields import CodeLine, Field, Link, Message, SecretField
from workbench.ui.targets.model import ConnectionsModel
from workbench.ui.targets.words import TOKENS_PAGE, Words

CLOUDFLARE, OPENAI, LOCAL = TargetKind.CLOUDFLARE, TargetKind.OPENAI, TargetKind.LOCAL


class KindChoice(QWidget):
    """Which kind a new connection is, in words. Signals: chosen (TargetKind)."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._kinds: dict[QPushButton, TargetKind] = {}
        self._words = Message(theme, "", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID + 2)
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        column.addLayout(row)
        column.addWidget(self._words)
        for kind, icon, title in (
            (CLOUDFLARE, "cloud", self.tr("Cloudflare account")),
            (OPENAI, "server", self.tr("OpenAI-compatible server")),
        ):
            choice = QPushButton(title, self)
            choice.setCheckable(True)
            choice.setProperty("kind", "segment")
            choice.setAutoDefault(False)
            set_icon(choice, theme, icon, "text")
            self._group.addButton(choice)
            self._kinds[choice] = kind
            row.addWidget(choice)
        row.addStretch(1)
        self._group.buttonClicked.connect(self._clicked)

    def show_kind(self, kind: TargetKind) -> None:
        for choice, its_kind in self._kinds.items():
            choice.setChecked(its_kind is kind)
        self._words.set_help(
            self.tr("Workers AI, and the models behind AI Gateway, with a token of your account.")
            if kind is CLOUDFLARE
            else self.tr(
                "Ollama, LM Studio, llama.cpp, vLLM, OpenAI, or whatever else speaks OpenAI's format."
            )
        )

    @Slot(object)
    def _clicked(self, choice: QPushButton) -> None:
        self.chosen.emit(self._kinds[choice])


class Folded(QWidget):
    """A heading that opens and closes what is under it."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.heading = QToolButton(self)
        self.heading.setText(title)
        self.heading.setCheckable(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.heading.toggled.connect(self._toggled)
        self.body = QWidget(self)
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(PADDING)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.body)
        self._toggled(False)

    @Slot(bool)
    def _toggled(self, open: bool) -> None:
        self.body.setVisible(open)
        set_icon(self.heading, self._theme, "chevron-down" if open else "chevron-right", "muted", 14)


class ConnectionForm(QWidget):
    """Shows the model's draft and writes every edit back to it."""

    def __init__(self, theme: Theme, model: ConnectionsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._words = Words(self)
        self._shown_id = ""
        self._kinds: dict[QWidget, tuple[TargetKind, ...]] = {}
        self.fields: dict[str, Field] = {}
        self.secrets: dict[str, SecretField] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(PADDING)
        self._build_local()
        self._build_identity()
        self._build_secrets()
        self._build_advanced()
        self._column.addStretch(1)
        model.opened.connect(self.refresh)
        model.edited.connect(self.refresh)
        model.changed.connect(self._show_upstreams)
        self.refresh()

    def focus_first(self) -> None:
        """Put the keyboard where the user will want it: the first problem, or the first field."""
        for name in (*self._model.problems, "address", "name"):
            field = self.fields.get(name) or self.secrets.get(name)
            if field is not None and field.isVisible():
                field.line.setFocus()
                return

    def focus_order(self) -> list[QWidget]:
        """What takes the keyboard, from top to bottom."""
        found = [
            widget
            for widget in self.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.window() is self.window()
        ]
        return sorted(found, key=self._place_of)

    def _place_of(self, widget: QWidget) -> int:
        """The row of the form that the widget is in."""
        while (parent := widget.parentWidget()) is not None and parent is not self:
            widget = parent
        return self._column.indexOf(widget)

    @Slot()
    def refresh(self) -> None:
        draft = self._model.draft
        if draft is None:
            return
        self.kind_choice.setVisible(draft.new)
        self.kind_choice.show_kind(draft.target.kind)
        for widget, kinds in self._kinds.items():
            widget.setVisible(draft.target.kind in kinds)
        if draft.target.id != self._shown_id:
            self._shown_id = draft.target.id
            self.fields["address"].set_text("")
            self.fields["address"].set_problem("")
        self.fields["address"].setVisible(draft.target.kind is CLOUDFLARE or draft.new)
        self._show_values(draft)
        self._show_upstreams()

    def _show_values(self, draft: Draft) -> None:
        problems = self._model.problems
        for name, field in self.fields.items():
            if name != "address":
                field.set_text(getattr(draft.target, name))
                field.set_problem(problems.get(name, ""))
        where = self.tr("Kept in memory.") if self._model.note else self.tr("Stored in the keychain.")
        for kind, secret in self.secrets.items():
            typed = draft.typed.get(kind)
            secret.show_state(
                stored=kind in draft.stored,
                removed=kind in draft.removed,
                typed=typed.reveal() if typed else "",
                where=where,
            )
            secret.set_problem(problems.get(kind, ""))
        self._key_words(draft)
        self.note.set_help(self._model.note if draft.target.can.editable else "")
        address = draft.target.gateway_base.removesuffix("/v1") if draft.target.kind is LOCAL else ""
        local = address if address.startswith("http://127.") else ""
        self._openai_address.set_text(f"{local}/client/v4/accounts/{LOCAL_ACCOUNT}/ai/v1" if local else "")
        self._gateway_address.set_text(f"{local}/v1/{LOCAL_ACCOUNT}/default" if local else "")

    def _key_words(self, draft: Draft) -> None:
        key = self.secrets[SecretKind.API_TOKEN]
        cloudflare = draft.target.kind is CLOUDFLARE
        self._token_link.setVisible(cloudflare)
        key.label.setText(self.tr("API token") if cloudflare else self.tr("API key (optional)"))
        key.line.setAccessibleName(key.label.text())
        if cloudflare:
            needed = self._words.permissions(gateway=bool(draft.target.gateway.strip()))
            names = ", ".join(one.name.replace(" ", "\u00a0") for one in needed)
            key.message.set_help(self.tr("Needs the permissions {0}.").format(names))
        else:
            key.message.set_help(self.tr("Most servers on your own machine need none."))

    def _build_local(self) -> None:
        intro = TextLabel(
            self._theme,
            self.tr(
                "The gateway that comes with the workbench. It speaks the formats of AI Gateway and Workers AI, "
                "listens on this machine only, and starts with the window."
            ),
            self,
            wrap=True,
        )
        label = TextLabel(self._theme, self.tr("Answers come from"), self, weight=SEMIBOLD)
        self.upstream = QComboBox(self)
        self.upstream.setAccessibleName(label.text())
        self.upstream.activated.connect(self._upstream_chosen)
        label.setBuddy(self.upstream)
        help = Message(
            self._theme,
            self.tr(
                "The sandbox answers by itself, offline and free of charge. Another connection gets the requests passed on."
            ),
            self,
        )
        source = QWidget(self)
        column = QVBoxLayout(source)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for widget in (label, self.upstream, help):
            column.addWidget(widget)
        self._openai_address = CodeLine(
            self._theme,
            self.tr("Address for OpenAI clients"),
            self.tr(
                "An SDK takes it as its base URL, and the access token from the settings page as its key."
            ),
            self,
        )
        self._gateway_address = CodeLine(
            self._theme,
            self.tr("Address of the gateway"),
            self.tr("In place of https://gateway.ai.cloudflare.com/v1/{account}/{gateway}."),
            self,
        )
        for part in (intro, source, self._openai_address, self._gateway_address):
            self._add(part, LOCAL)

    def _build_identity(self) -> None:
        self.kind_choice = KindChoice(self._theme, self)
        self.kind_choice.chosen.connect(self._model.set_kind)
        self._column.addWidget(self.kind_choice)
        address = Field(
            self._theme,
            self.tr("Fill in from an address (optional)"),
            self.tr("Paste any address of your gateway, of the API or of the dashboard."),
            self,
        )
        address.line.setPlaceholderText("https://gateway.ai.cloudflare.com/v1/…")
        address.edited.connect(self._address_pasted)
        self.fields["address"] = address
        self._column.addWidget(address)
        self._text_field("name", self.tr("Name"), "", CLOUDFLARE, OPENAI)
        self._text_field(
            "account",
            self.tr("Account ID"),
            self.tr("32 characters, shown on the dashboard's overview page."),
            CLOUDFLARE,
        )
        self._text_field(
            "gateway",
            self.tr("Gateway (optional)"),
            self.tr("Empty: Workers AI without a gateway. The gateway called “default” always exists."),
            CLOUDFLARE,
        )
        self._text_field(
            "base_url",
            self.tr("Base URL"),
            self.tr("Up to and including /v1, as in http://localhost:11434/v1."),
            OPENAI,
        )
        for name in ("account", "gateway", "base_url"):
            self._mono(self.fields[name])

    def _build_secrets(self) -> None:
        self._secret_field(SecretKind.API_TOKEN, self.tr("API token"), "", CLOUDFLARE, OPENAI)
        key = self.secrets[SecretKind.API_TOKEN]
        self._token_link = Link(self._theme, self.tr("Create a token in the dashboard"), TOKENS_PAGE, key)
        key.column.addWidget(self._token_link)
        self._secret_field(
            SecretKind.GATEWAY_TOKEN,
            self.tr("Gateway token (optional)"),
            self.tr("Only where the gateway asks for one of its own. Empty: the API token is sent."),
            CLOUDFLARE,
        )
        self.note = Message(self._theme, "", self)
        self._add(self.note, CLOUDFLARE, OPENAI)

    def _build_advanced(self) -> None:
        self.advanced = Folded(self._theme, self.tr("Addresses, for proxies and tests"), self)
        for name, label in (
            ("api_base", self.tr("Address of the API")),
            ("gateway_base", self.tr("Address of the gateways")),
        ):
            field = Field(
                self._theme, label, self.tr("Empty it to go back to Cloudflare's own."), self.advanced.body
            )
            field.edited.connect(lambda text, name=name: self._model.set_text(name, text))
            self._mono(field)
            self.fields[name] = field
            self.advanced.column.addWidget(field)
        self._add(self.advanced, CLOUDFLARE)

    def _text_field(self, name: str, label: str, help: str, *kinds: TargetKind) -> None:
        field = Field(self._theme, label, help, self)
        field.edited.connect(lambda text: self._model.set_text(name, text))
        self.fields[name] = field
        self._add(field, *kinds)

    def _secret_field(self, kind: SecretKind, label: str, help: str, *kinds: TargetKind) -> None:
        field = SecretField(self._theme, label, help, self)
        field.edited.connect(lambda text: self._model.set_secret(kind, text))
        field.removal_wanted.connect(lambda removed: self._model.remove_secret(kind, removed))
        self.secrets[kind] = field
        self._add(field, *kinds)

    def _mono(self, field: Field) -> None:
        follow(field.line, self._theme, lambda: field.line.setFont(self._theme.mono()))

    def _add(self, widget: QWidget, *kinds: TargetKind) -> None:
        self._kinds[widget] = kinds
        self._column.addWidget(widget)

    @Slot(str)
    def _address_pasted(self, text: str) -> None:
        self.fields["address"].set_problem(self._model.fill_from(text))

    @Slot(int)
    def _upstream_chosen(self, row: int) -> None:
        self._model.set_upstream(self.upstream.itemData(row))

    @Slot()
    def _show_upstreams(self) -> None:
        with QSignalBlocker(self.upstream):
            self.upstream.clear()
            self.upstream.addItem(self.tr("The sandbox"), "")
            for target in self._model.stored:
                if target.can.editable:
                    self.upstream.addItem(target.name, target.id)
            self.upstream.setCurrentIndex(max(0, self.upstream.findData(self._model.upstream_id)))
