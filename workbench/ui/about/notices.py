"""Parts of others and their terms: a list to search, and the text of each."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from workbench.services.about import Notice
from workbench.ui.about.model import AboutModel
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.search_field import SearchField
from workbench.ui.support.theme import CAPTION, INSIDE, RELATED, Theme, follow

_HEIGHT, _LIST = 400, 210
_ROLE = Qt.ItemDataRole.UserRole


class NoticeList(QWidget):
    def __init__(self, theme: Theme, model: AboutModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self.search = SearchField(self.tr("Search by name or licence"), self)
        self.search.textChanged.connect(model.narrow)
        self.count = TextLabel(theme, "", self, role="muted", size=CAPTION)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Parts of others"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setUniformItemSizes(True)
        self.list.currentItemChanged.connect(self._show)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setProperty("kind", "field")
        self.text.setAccessibleName(self.tr("Text of the licence"))
        self.text.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.document().setDefaultTextOption(option)
        left = QVBoxLayout()
        left.setSpacing(INSIDE)
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        left.addWidget(self.count)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(RELATED)
        row.addLayout(left)
        row.addWidget(self.text, 1)
        follow(self, theme, self._fit)
        model.notices_changed.connect(self.refresh)
        self.refresh()

    def show_notice(self, name: str) -> None:
        """Have the text of this part shown, whatever was searched for."""
        self.search.clear()
        for item in self.list.findItems(name, Qt.MatchFlag.MatchStartsWith):
            self.list.setCurrentItem(item)
            return

    @Slot()
    def refresh(self) -> None:
        model = self._model
        shown = model.narrowed
        kept = self.list.currentItem().data(_ROLE) if self.list.currentItem() else None
        with QSignalBlocker(self.list):
            self.list.clear()
            for one in shown:
                item = QListWidgetItem(" ".join(part for part in (one.name, one.version) if part), self.list)
                item.setData(_ROLE, one)
                item.setToolTip(one.licence)
        if shown:
            self.list.setCurrentRow(shown.index(kept) if kept in shown else 0)
        else:
            self._show(None)
        if model.notices is None:
            self.count.setText(self.tr("Reading the notices…"))
        elif not shown:
            self.count.setText(self.tr("Nothing fits."))
        else:
            self.count.setText(self.tr("%n parts", "", len(shown)))

    @Slot(QListWidgetItem)
    def _show(self, item: QListWidgetItem | None) -> None:
        notice = item.data(_ROLE) if item is not None else None
        if not isinstance(notice, Notice):
            self.text.clear()
            return
        head = " · ".join(part for part in (notice.name, notice.version, notice.licence) if part)
        text = notice.text.strip() or self.tr("It comes without the text of its licence.")
        self.text.setPlainText(f"{head}\n\n{text}\n")

    def _fit(self) -> None:
        self.list.setFixedWidth(self._theme.px(_LIST))
        self.search.setFixedWidth(self._theme.px(_LIST))
        self.text.setFont(self._theme.mono(CAPTION))
        self.setFixedHeight(self._theme.px(_HEIGHT))
