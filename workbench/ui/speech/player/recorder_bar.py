"""The bar that records: which microphone, how loud, how long, how much room there is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.speech.player.meter import LevelMeter
from workbench.ui.speech.player.recording import RecordingModel
from workbench.ui.speech.player.words import clock
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.sentences import in_words
from workbench.ui.support.shortcuts import spelled
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import GRID, INSIDE, PADDING, RELATED, SEMIBOLD, Theme, follow

RECORD_KEYS = "Ctrl+R"
_SCARCE_S = 600.0


class RecorderBar(Ground):
    """One line, and a second one for what is wrong. RECORD_KEYS are the tab's: they begin and end.

    Signals: closed (the user wants it away; only while nothing is recorded).
    """

    closed = Signal()

    def __init__(self, theme: Theme, model: RecordingModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "bottom", "canvas", parent)
        self._theme = theme
        self._model = model
        self._build()
        model.changed.connect(self._show)
        model.ticked.connect(self._show_clock)
        model.level_changed.connect(self._meter.show_level)
        self._show()

    def _build(self) -> None:
        theme = self._theme
        self._microphones = QComboBox()
        self._microphones.setAccessibleName(self.tr("Microphone"))
        self._microphones.setToolTip(self.tr("The microphone that is recorded from"))
        self._microphones.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._microphones.setMinimumContentsLength(4)
        self._microphones.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._microphones.activated.connect(self._choose)
        self._meter = LevelMeter(theme)
        self._clock = TextLabel(theme, "", weight=SEMIBOLD)
        self._clock.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._clock.setAccessibleName(self.tr("Recorded"))
        self._room = TextLabel(theme, "", role="muted")
        self._record = button(self.tr("Record"))
        self._pause = button(self.tr("Pause"))
        self._close = IconButton(theme, "x", self.tr("Close the recorder"))
        self._record.clicked.connect(self._model.toggle)
        self._pause.clicked.connect(self._model.toggle_pause)
        self._close.clicked.connect(self._model.forget_trouble)
        self._close.clicked.connect(self.closed)
        set_icon(self._pause, theme, "pause")
        row = QHBoxLayout()
        row.setSpacing(RELATED)
        row.addWidget(self._record)
        row.addWidget(self._pause)
        row.addWidget(self._clock)
        row.addWidget(self._meter, 3)
        row.addWidget(self._room)
        row.addStretch(1)
        row.addWidget(self._microphones, 2)
        row.addWidget(self._close)
        self._mark = QLabel()
        self._problem = TextLabel(theme, "", wrap=True)
        self._problem.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._trouble = QWidget()
        trouble = QHBoxLayout(self._trouble)
        trouble.setContentsMargins(0, 0, 0, 0)
        trouble.setSpacing(INSIDE)
        trouble.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        trouble.addWidget(self._problem, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        column.setSpacing(GRID)
        column.addLayout(row)
        column.addWidget(self._trouble)
        follow(self, theme, self._dress)

    def focus(self) -> None:
        self._record.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _choose(self, row: int) -> None:
        self._model.choose(self._microphones.itemData(row) or "")

    @Slot()
    def _show(self) -> None:
        model, recording = self._model, self._model.recording
        self._record.setText(self.tr("Stop") if recording else self.tr("Record"))
        self._record.setToolTip(
            (self.tr("End the recording ({0})") if recording else self.tr("Begin to record ({0})")).format(
                _keys()
            )
        )
        self._record.setAccessibleName(self._record.text())
        self._record.setEnabled(not model.busy or recording)
        set_icon(self._record, self._theme, "circle-stop" if recording else "mic", "bad")
        self._pause.setVisible(recording)
        self._pause.setText(self.tr("Go on") if model.paused else self.tr("Pause"))
        self._pause.setToolTip(
            self.tr("Record on")
            if model.paused
            else self.tr("What is said meanwhile is not recorded; the level is still shown")
        )
        set_icon(self._pause, self._theme, "play" if model.paused else "pause")
        self._clock.setVisible(recording)
        self._room.setVisible(recording)
        self._meter.setVisible(recording)
        self._close.setEnabled(not recording)
        if not recording:
            self._meter.show_level(None)
        self._show_microphones()
        self._show_trouble()
        self._show_clock()

    def _show_microphones(self) -> None:
        combo, model = self._microphones, self._model
        with QSignalBlocker(combo):
            combo.clear()
            for microphone in model.microphones:
                name = microphone.name
                combo.addItem(
                    self.tr("{0} (system)").format(name) if microphone.is_default else name, microphone.id
                )
            if not combo.count():
                combo.addItem(self.tr("No microphone"), "")
            default = next((row for row, one in enumerate(model.microphones) if one.is_default), 0)
            found = combo.findData(model.microphone_id) if model.microphone_id else default
            combo.setCurrentIndex(found if found >= 0 else default)
        combo.setEnabled(not model.recording and bool(model.microphones))

    def _show_trouble(self) -> None:
        model = self._model
        if model.trouble is not None:
            role, icon = "bad", "mic-off"
            error = model.trouble
            words = in_words(error)
        elif model.recording and model.nothing_heard and not model.paused:
            role, icon = "warn", "triangle-alert"
            words = self.tr(
                "Nothing is heard. The microphone may be muted or unplugged, or another one is meant."
            )
        elif model.recording and model.seconds_left is not None and model.seconds_left < _SCARCE_S:
            role, icon = "warn", "hard-drive"
            words = self.tr(
                "The disk is almost full. Make room on it, or stop soon: what is recorded is kept."
            )
        else:
            self._trouble.hide()
            return
        self._mark.setPixmap(pixmap(self._theme, icon, role))
        self._problem.set_role(role)
        self._problem.setText(words)
        self._trouble.setAccessibleName(words)
        self._trouble.show()

    @Slot()
    def _show_clock(self) -> None:
        self._clock.setText(clock(self._model.seconds, 1))
        self._room.setText(room(self._model.seconds_left))

    def _dress(self) -> None:
        widest = self._clock.fontMetrics().horizontalAdvance("0:00:00.0")
        self._clock.setMinimumWidth(widest)
        self._microphones.setMaximumWidth(self._theme.px(320))
        self._show_trouble()


def room(seconds: float | None) -> str:
    """For how long the disk has room, roughly; "" where that is not known, or is longer than anybody records."""
    translate = QCoreApplication.translate
    if seconds is None or seconds > 100 * 3600:
        return ""
    if seconds >= 3600:
        return translate("RecorderBar", "room for {0} h").format(int(seconds // 3600))
    return translate("RecorderBar", "room for {0} min").format(int(seconds // 60))


def _keys() -> str:
    return spelled(RECORD_KEYS)
