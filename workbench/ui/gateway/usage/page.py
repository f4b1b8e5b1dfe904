"""The page that points other programs at the gateway: its address, its token, and lines to copy."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from workbench.domain.secret import Secret
from workbench.services.gateway_usage import MODEL, VARIABLE
from workbench.ui.gateway.usage.model import UsageModel
from workbench.ui.support.buttons import button
from workbench.ui.support.code_block import CodeBlock
from workbench.ui.support.forms import Field, Switch
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.surfaces import CalmCombo, Heading, column_of, readable
from workbench.ui.support.theme import GROUPS, INSIDE, PADDING, Theme, follow

_WIDTH = 820
_MODELS = (
    MODEL,
    "openai/gpt-5-mini",
    "anthropic/claude-sonnet-4-5",
    "google-ai-studio/gemini-2.5-flash",
)


class UsagePage(QWidget):
    """Shows a UsageModel."""

    def __init__(
        self, theme: Theme, model: UsageModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._notifier = notifier
        self.blocks: dict[str, CodeBlock] = {}
        inner = QWidget()
        self._column = column_of(inner, margins=GROUPS, spacing=PADDING)
        self._build(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(readable(theme, inner, _WIDTH))
        model.changed.connect(self.refresh)
        model.copy_ready.connect(self._put)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        place = self._model.place
        self.address.setText(place.base)
        self.address.setCursorPosition(0)
        for way in self._model.ways:
            self.blocks[way.id].set_text(way.write(place))
        if self.model.currentText().strip() != place.model and not self.model.hasFocus():
            with QSignalBlocker(self.model):
                self.model.setEditText(place.model)
        with QSignalBlocker(self.gateway):
            self.gateway.setCurrentIndex(max(0, self.gateway.findData(place.gateway)))
        self.with_token.setChecked(self._model.with_token)

    def show_choices(self, gateways: tuple[str, ...], routes: tuple[str, ...]) -> None:
        """Which gateways there are, and which routes of the chosen one."""
        with QSignalBlocker(self.gateway):
            self.gateway.clear()
            for gateway_id in gateways or ("default",):
                self.gateway.addItem(gateway_id, gateway_id)
        text = self.model.currentText()
        with QSignalBlocker(self.model):
            self.model.clear()
            self.model.addItems([*(f"dynamic/{name}" for name in routes), *_MODELS])
            self.model.setEditText(text)
        if gateways and self._model.place.gateway not in gateways:
            self._model.set_gateway(gateways[0])
        self.refresh()

    def _build(self, inner: QWidget) -> None:
        heading = self.tr("Use it from your code")
        words = self.tr(
            "The gateway speaks the formats of AI Gateway and of the providers, so their own packages and coding agents work "
            "with it unchanged. Put the access token into the environment variable {0}."
        )
        self._column.addWidget(Heading(self._theme, heading, words.format(VARIABLE), inner))
        self._column.addLayout(self._choices(inner))
        self._column.addWidget(self._address(inner))
        self._column.addWidget(self._token(inner))
        for way in self._model.ways:
            block = CodeBlock(self._theme, way.name, inner)
            block.copy.clicked.disconnect()
            block.copy.clicked.connect(partial(self._model.copy, way))
            self.blocks[way.id] = block
            self._column.addWidget(block)
        self._column.addStretch(1)

    def _choices(self, parent: QWidget) -> QHBoxLayout:
        self.gateway = CalmCombo(parent)
        self.gateway.setAccessibleName(self.tr("Gateway"))
        self.gateway.addItem("default", "default")
        self.gateway.activated.connect(lambda at: self._model.set_gateway(self.gateway.itemData(at)))
        self.model = CalmCombo(parent)
        self.model.setEditable(True)
        self.model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.model.setAccessibleName(self.tr("Model"))
        self.model.addItems(_MODELS)
        self.model.editTextChanged.connect(self._model.set_model)
        row = QHBoxLayout()
        row.setSpacing(PADDING)
        row.addWidget(Field(self._theme, self.tr("Gateway"), "", self.gateway), 1)
        row.addWidget(Field(self._theme, self.tr("Model or route"), "", self.model), 2)
        return row

    def _address(self, parent: QWidget) -> Field:
        self.address = QLineEdit(parent)
        self.address.setReadOnly(True)
        self.address.setAccessibleName(self.tr("Address"))
        follow(self.address, self._theme, lambda: self.address.setFont(self._theme.mono()))
        copy = button(self.tr("Copy"), "", parent)
        copy.setAccessibleName(self.tr("Copy the address"))
        set_icon(copy, self._theme, "copy", "muted")
        copy.clicked.connect(lambda: self._put(self.tr("Address"), Secret(self.address.text())))
        help_text = self.tr("In place of https://gateway.ai.cloudflare.com/v1/{account}/{gateway}.")
        return Field(self._theme, self.tr("Address"), help_text, self._beside(self.address, copy, parent))

    def _token(self, parent: QWidget) -> QWidget:
        token = QLineEdit("•" * 24, parent)
        token.setReadOnly(True)
        token.setEnabled(False)
        token.setAccessibleName(self.tr("Access token, hidden"))
        self.copy_token = button(self.tr("Copy"), "", parent)
        self.copy_token.setAccessibleName(self.tr("Copy the access token"))
        set_icon(self.copy_token, self._theme, "copy", "muted")
        self.copy_token.clicked.connect(self._model.copy_token)
        help_text = self.tr("Made for this computer, and good for this gateway only.")
        box = QWidget(parent)
        column = column_of(box, spacing=PADDING)
        beside = self._beside(token, self.copy_token, box)
        column.addWidget(Field(self._theme, self.tr("Access token"), help_text, beside))
        self.with_token = Switch(self._theme, self.tr("Copy lines with the real token in them"))
        self.with_token.clicked.connect(self._model.set_with_token)
        help_text = self.tr("What is shown here never has it. Off: the lines read it from {0}.").format(
            VARIABLE
        )
        column.addWidget(Field(self._theme, self.with_token.accessibleName(), help_text, self.with_token))
        return box

    def _beside(self, line: QWidget, act: QWidget, parent: QWidget) -> QWidget:
        box = QWidget(parent)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        row.addWidget(line, 1)
        row.addWidget(act)
        return box

    @Slot(str, object)
    def _put(self, what: str, text: Secret) -> None:
        QGuiApplication.clipboard().setText(text.reveal())
        self._notifier.copied(what)
