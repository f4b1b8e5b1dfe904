"""The panel at the right: system prompt, parameters and gateway options of the open conversation."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.domain.chat import ChatParameters, GatewayOptions
from workbench.domain.conversations import ChatSettings
from workbench.ui.chat.gateway_form import GatewayForm
from workbench.ui.chat.model import ChatModel
from workbench.ui.chat.parameters_form import ParametersForm
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.plain_text import PlainText
from workbench.ui.support.section import Section
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    GROUPS,
    INSIDE,
    PADDING,
    SECTION,
    SEMIBOLD,
    Theme,
    follow,
)

_PROMPT_LINES = 6


class Inspector(QFrame):
    """What the next question is asked with. Everything is saved as it is typed. Signals: closed."""

    closed = Signal()

    def __init__(self, model: ChatModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.prompt = PlainText()
        self.parameters = ParametersForm(theme)
        self.gateway = GatewayForm(theme)
        self.gateway_section = Section(theme, self.tr("Gateway"), self.gateway)
        self._no_gateway = TextLabel(
            theme,
            self.tr("Gateway options need a connection that goes through an AI Gateway."),
            size=CAPTION,
            role="muted",
            wrap=True,
        )
        self._all_default = button(self.tr("All defaults"), "quiet")
        self._build()
        self._connect()
        follow(self, theme, self._dress)
        self.show_gateway(True)
        self._show_settings(model.settings)

    def show_gateway(self, possible: bool) -> None:
        """possible: requests of the current target pass a gateway."""
        self.gateway_section.setVisible(possible)
        self._no_gateway.setVisible(not possible)

    def focus(self) -> None:
        self.prompt.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _build(self) -> None:
        self.prompt.setProperty("kind", "field")
        self.prompt.setAccessibleName(self.tr("System prompt"))
        self.prompt.setPlaceholderText(self.tr("How the model should behave"))
        close = IconButton(self._theme, "x", self.tr("Close the inspector (Ctrl+I)"))
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(PADDING, INSIDE, INSIDE, INSIDE)
        head.addWidget(TextLabel(self._theme, self.tr("Inspector"), size=SECTION, weight=SEMIBOLD), 1)
        head.addWidget(self._all_default)
        head.addWidget(close)
        inner = QWidget()
        inner.setObjectName("inner")
        body = QVBoxLayout(inner)
        body.setContentsMargins(PADDING, GRID, PADDING, PADDING)
        body.setSpacing(GROUPS)
        top = QVBoxLayout()
        top.setSpacing(GRID)
        label = TextLabel(self._theme, self.tr("System prompt"), weight=SEMIBOLD, size=12)
        label.setBuddy(self.prompt)
        top.addWidget(label)
        top.addWidget(self.prompt)
        body.addLayout(top)
        body.addWidget(self.parameters)
        body.addWidget(self.gateway_section)
        body.addWidget(self._no_gateway)
        body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)

    def _connect(self) -> None:
        model = self._model
        self.prompt.textChanged.connect(self._prompted)
        self.parameters.changed.connect(self._set_parameters)
        self.gateway.changed.connect(self._set_options)
        self._all_default.clicked.connect(self._forget_all)
        model.settings_changed.connect(self._show_settings)
        model.catalogue.changed.connect(self._show_specs)

    def _dress(self) -> None:
        surface = self._theme.tokens.surface
        self.setStyleSheet(f"Inspector, #inner {{ background: {surface}; }}")
        self.prompt.setFont(self._theme.font())
        self.prompt.setFixedHeight(self._theme.px(20) * _PROMPT_LINES)

    def _prompted(self) -> None:
        self._model.set_settings(replace(self._model.settings, system_prompt=self.prompt.toPlainText()))

    def _set_parameters(self, parameters: ChatParameters) -> None:
        self._model.set_settings(replace(self._model.settings, parameters=parameters))

    def _set_options(self, options: GatewayOptions) -> None:
        self._model.set_settings(replace(self._model.settings, options=options))

    def _forget_all(self) -> None:
        self._model.set_settings(
            replace(self._model.settings, parameters=ChatParameters(), options=GatewayOptions())
        )

    def _show_settings(self, settings: ChatSettings) -> None:
        if settings.system_prompt != self.prompt.toPlainText():
            with QSignalBlocker(self.prompt):
                self.prompt.setPlainText(settings.system_prompt)
        self._show_specs()
        self.parameters.show_parameters(settings.parameters)
        self.gateway.show_options(settings.options)
        count = self.gateway.count
        title = self.tr("Gateway · {0} set").format(count) if count else self.tr("Gateway")
        self.gateway_section.set_title(title)
        self._all_default.setVisible(bool(count) or settings.parameters != ChatParameters())

    def _show_specs(self) -> None:
        self.parameters.show_specs(self._model.catalogue.parameters_of(self._model.settings.model))
