"""Code that makes the same vectors elsewhere, folded until somebody wants it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.services.embeddings.run_code import LABELS, TEXTS, VECTORS, RunLanguage
from workbench.ui.embeddings.leave import words
from workbench.ui.embeddings.leave.coding import CodingModel
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.code_block import CodeBlock
from workbench.ui.support.notify import Notifier
from workbench.ui.support.section import Section
from workbench.ui.support.surfaces import CalmCombo, column_of
from workbench.ui.support.theme import CAPTION, INSIDE, Theme
from workbench.ui.support.trouble_box import TroubleBox

_HIGHEST = 320


class CodeView(QWidget):
    """Shows a CodingModel."""

    def __init__(
        self, theme: Theme, model: CodingModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model = model
        self._notifier = notifier
        body = QWidget()
        self.column = self._combo(self.tr("Whose vectors"))
        self.language = self._combo(self.tr("Language"))
        for language in RunLanguage:
            self.language.addItem(LABELS[language], language)
        self.none = TextLabel(
            theme,
            self.tr("There is nothing to make again yet: no model has made vectors of this set."),
            body,
            size=CAPTION,
            role="muted",
            wrap=True,
        )
        self.about = TextLabel(
            theme,
            self.tr(
                "It reads {0}, a text on each line, and writes {1}. Secrets are read from the environment."
            ).format(words.ltr(TEXTS), words.ltr(VECTORS)),
            body,
            size=CAPTION,
            role="muted",
            wrap=True,
        )
        self.block = CodeBlock(theme, self.tr("Code"), body, highest=_HIGHEST)
        self.trouble = TroubleBox(theme, body)
        column = column_of(body, spacing=INSIDE)
        for widget in (self.column, self.language, self.none, self.block, self.about, self.trouble):
            column.addWidget(widget)
        self.section = Section(theme, self.tr("As code"), body, self)
        column_of(self, spacing=0).addWidget(self.section)
        self.section.toggled.connect(model.set_wanted)
        self.column.activated.connect(lambda at: model.set_column(self.column.itemData(at)))
        self.language.activated.connect(
            lambda at: model.set_language(RunLanguage(self.language.itemData(at)))
        )
        self.block.copied.connect(self._tell_copied)
        model.changed.connect(self._show)
        self._show()

    def _combo(self, name: str) -> CalmCombo:
        combo = CalmCombo()
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return combo

    @Slot()
    def _show(self) -> None:
        model = self.model
        keys = [column.key for column in model.columns]
        self.column.clear()
        for column in model.columns:
            self.column.addItem(model.shared.title_of(column), column.key)
        self.column.setCurrentIndex(self.column.findData(model.key))
        self.column.setVisible(len(keys) > 1)
        self.language.setVisible(bool(keys))
        self.language.setCurrentIndex(self.language.findData(model.language))
        self.none.setVisible(not keys)
        self.block.set_text(model.code)
        self.block.setVisible(bool(model.code))
        self.about.setVisible(bool(model.code))
        self.trouble.show_trouble(model.trouble, retryable=False)

    @Slot()
    def _tell_copied(self) -> None:
        self._notifier.info(self.tr("Code copied."), key="embeddings/code")
