"""The player: overview, waveform and transport, and why nothing can be heard."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.ui.speech.player.model import PlayerModel
from workbench.ui.speech.player.overview import Overview
from workbench.ui.speech.player.transport import Transport
from workbench.ui.speech.player.waveform import Waveform
from workbench.ui.support.surfaces import Ground, Remark
from workbench.ui.support.theme import INSIDE, PADDING, Theme


class PlayerView(QWidget):
    """The keys of the waveform work wherever in it the focus is. Signals: needs_changed (`least_height` may be another)."""

    needs_changed = Signal()

    def __init__(self, theme: Theme, model: PlayerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.waveform = Waveform(theme, model)
        self.overview = Overview(theme, model, self.waveform)
        self.transport = Transport(theme, model, self.waveform)
        self._trouble = Remark(theme, icon="volume-x")
        bar = Ground(theme, "top")
        row = QVBoxLayout(bar)
        row.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        row.addWidget(self.transport)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._trouble)
        column.addWidget(self.overview)
        column.addWidget(self.waveform, 1)
        column.addWidget(bar)
        model.trouble_changed.connect(self._show_trouble)
        model.recording_changed.connect(self._show_trouble)
        self._show_trouble()

    def least_height(self, width: int) -> int:
        """With all of the buttons, which take more rows where it is narrow."""
        layout = self.layout()
        return layout.minimumHeightForWidth(width) if layout is not None else 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a button or the overview has no use for."""
        if not self.waveform.press(event):
            super().keyPressEvent(event)

    @Slot()
    def _show_trouble(self) -> None:
        self._trouble.say(self._model.trouble if self._model.is_open else "")
        self.needs_changed.emit()
