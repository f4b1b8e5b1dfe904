"""The menu of targets: each with its state, the current one marked, and the ways to their settings."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from workbench.domain.targets import Reach, Target, TargetStatus
from workbench.ui.shell.target_switcher import DOT, TargetSwitcher, draw_dot
from workbench.ui.support.icons import icon
from workbench.ui.support.sentences import in_words
from workbench.ui.support.targets import TargetsModel
from workbench.ui.support.theme import BODY, SEMIBOLD, Theme


class TargetMenu(QMenu):
    """Signals: connections_wanted, doctor_wanted."""

    connections_wanted = Signal()
    doctor_wanted = Signal()

    def __init__(self, theme: Theme, model: TargetsModel, switcher: TargetSwitcher) -> None:
        super().__init__(switcher)
        self._theme = theme
        self._model = model
        self._words = switcher.words
        self._entries: dict[str, QAction] = {}
        self.setToolTipsVisible(True)
        self.setMinimumWidth(theme.px(280))
        for target in model.targets:
            self._add(target)
        self.addSeparator()
        manage = self.addAction(icon(theme, "plug", "muted"), self.tr("Manage connections…"))
        manage.triggered.connect(self.connections_wanted)
        doctor = self.addAction(icon(theme, "stethoscope", "muted"), self.tr("Doctor…"))
        doctor.triggered.connect(self.doctor_wanted)
        model.status_changed.connect(self._status_changed)
        self.aboutToHide.connect(self._stop_listening, Qt.ConnectionType.SingleShotConnection)

    def _add(self, target: Target) -> None:
        entry = QAction(self)
        self.addAction(entry)
        entry.setData(target)
        entry.setCheckable(True)
        entry.setChecked(target.id == self._model.current.id)
        entry.setFont(self._theme.font(BODY, SEMIBOLD) if entry.isChecked() else self._theme.font())
        entry.triggered.connect(self._chosen)
        self._entries[target.id] = entry
        self._label(entry, target, self._model.status(target.id))

    def _label(self, entry: QAction, target: Target, status: TargetStatus) -> None:
        # What stands behind the tab character is drawn in a column of its own.
        name, words = target.name.replace("&", "&&"), self._words(status)
        entry.setText(f"{name}\t{words}" if words else name)
        entry.setIcon(self._dot(status.reach))
        entry.setToolTip(in_words(status) or words)

    def _dot(self, reach: Reach) -> QIcon:
        dpr = self.devicePixelRatioF()
        picture = QPixmap(round(16 * dpr), round(16 * dpr))
        picture.setDevicePixelRatio(dpr)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        draw_dot(painter, self._theme, reach, QRectF(4, 4, DOT, DOT))
        painter.end()
        return QIcon(picture)

    @Slot()
    def _stop_listening(self) -> None:
        """It is made anew for each time it is opened. An entry may be gone for Python before the menu is."""
        self._model.status_changed.disconnect(self._status_changed)

    @Slot(str, object)
    def _status_changed(self, target_id: str, status: TargetStatus) -> None:
        if (entry := self._entries.get(target_id)) is not None:
            self._label(entry, entry.data(), status)

    @Slot()
    def _chosen(self) -> None:
        entry = self.sender()
        if isinstance(entry, QAction):
            self._model.select(entry.data().id)
