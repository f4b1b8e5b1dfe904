"""The right side of the tab when something is to leave it, or vectors are to come in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.ui.embeddings.leave.bring_view import BringView
from workbench.ui.embeddings.leave.code_view import CodeView
from workbench.ui.embeddings.leave.model import LeaveModel
from workbench.ui.embeddings.leave.take_view import TakeView
from workbench.ui.support.drops import DropArea, local_file
from workbench.ui.support.notify import Notifier
from workbench.ui.support.surfaces import Ground, column_of, scrolled
from workbench.ui.support.theme import PADDING, RELATED, Theme


class LeavePanel(Ground):
    """Ctrl+S saves. A file of vectors can be dropped on it. Signals: failed (Exception)."""

    failed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        model: LeaveModel,
        notifier: Notifier,
        parent: QWidget | None = None,
        *,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(theme, "left", "surface", parent)
        self.model = model
        self.setAccessibleName(self.tr("Take out and bring in"))
        self.take = TakeView(theme, model.taking, notifier, open_url=open_url)
        self.bring = BringView(theme, model.bringing)
        self.code = CodeView(theme, model.coding, notifier)
        DropArea(theme, self.tr("Load its vectors"), self, local_file, model.bringing.load)
        inner = QWidget()
        column = column_of(inner, spacing=0)
        for edge, part in (("", self.take), ("top", self.code), ("top", self.bring)):
            ground = Ground(theme, edge, "surface", inner) if edge else QWidget(inner)
            place = column_of(ground, margins=PADDING)
            place.setContentsMargins(PADDING, RELATED, PADDING, PADDING)
            place.addWidget(part)
            column.addWidget(ground)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.addWidget(scrolled(inner))
        self.take.failed.connect(self.failed)
        self.bring.failed.connect(self.failed)
        QShortcut(QKeySequence.StandardKey.Save, self, self.take.save)

    async def aclose(self) -> None:
        await self.take.aclose()
        await self.bring.aclose()

    def focus(self) -> None:
        self.take.subject.setFocus(Qt.FocusReason.OtherFocusReason)
