"""The code panel: how a program calls the route, with the metadata it looks at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.domain.errors import WorkbenchError
from workbench.domain.targets import Target
from workbench.services.route_code import LABELS, VARIABLE, Language, call_of, code_of
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.panel import Panel
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.code_block import CodeBlock
from workbench.ui.support.forms import Segments
from workbench.ui.support.surfaces import CalmCombo
from workbench.ui.support.theme import CAPTION, INSIDE, PADDING, RELATED, Theme


class CodePanel(Panel):
    """targets: those the user has; the local one with the address its gateway listens at."""

    def __init__(
        self,
        theme: Theme,
        document: RouteDocument,
        targets: Callable[[], Sequence[Target]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, parent)
        self._targets = targets
        self._language = Language.PYTHON
        self.target = CalmCombo(self)
        self.target.setAccessibleName(self.tr("Where the route runs"))
        self.languages = Segments(
            self.tr("Language"), [(language.value, label) for language, label in LABELS.items()], self
        )
        self.languages.set_value(self._language.value)
        self.hint = TextLabel(theme, "", self, size=CAPTION + 1, role="muted", wrap=True)
        self.code = CodeBlock(theme, self.tr("Code"), self, quiet=True)
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self.languages)
        row.addWidget(self.target)
        row.addStretch(1)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        column.setSpacing(INSIDE)
        column.addLayout(row)
        column.addWidget(self.hint)
        column.addWidget(self.code)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        inner.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.languages.chosen.connect(self._choose)
        self.target.activated.connect(self._show)
        document.edited.connect(self._show)

    def opened(self) -> None:
        super().opened()
        chosen = self.target.currentData()
        self.target.clear()
        for target in self._targets():
            if target.can.gateway:
                self.target.addItem(target.name, target.id)
        self.target.setCurrentIndex(max(0, self.target.findData(chosen)))
        self._show()

    def focus_first(self) -> None:
        self.code.copy.setFocus()

    @Slot(str)
    def _choose(self, language: str) -> None:
        self._language = Language(language)
        self._show()

    @Slot()
    def _show(self) -> None:
        if not self.in_front:
            return
        chosen = self.target.currentData()
        target = next((one for one in self._targets() if one.id == chosen), None)
        if target is None:
            self._say(self.tr("No connection has a gateway that could run it."))
            return
        try:
            call = call_of(self.document.route, target)
        except WorkbenchError as error:
            self._say(" ".join(filter(None, (error.what, error.fix))))
            return
        self.code.show()
        self.code.set_text(code_of(call, self._language))
        words = self.tr("The token is read from {0}.").format(VARIABLE)
        if target.can.sandbox:
            words += " " + self.tr("Gateway → Use it has the one of the local gateway.")
        if call.metadata:
            words += " " + self.tr("The route looks at this metadata: {0}.").format(", ".join(call.metadata))
        self.hint.setText(words)

    def _say(self, sentence: str) -> None:
        self.code.hide()
        self.hint.setText(sentence)
