"""What a recording is played with: the buttons, the clock, the speed, the zoom."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QSize, Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from workbench.ui.speech.player.model import FRAME_S, NUDGE_S, SPEEDS, STEP_S, PlayerModel
from workbench.ui.speech.player.waveform import Waveform
from workbench.ui.speech.player.words import clock
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.shortcuts import spelled
from workbench.ui.support.theme import GRID, INSIDE, RAIL_ICON, RELATED, SEMIBOLD, Theme, follow

_LEFT_TO_RIGHT = "\u200e"
"""Around figures whose sign would stand on the other side among words of the other direction."""


class Transport(QWidget):
    """Buttons for what the keys do. They stand in the order of time in every language; the rest of the row follows the language."""

    def __init__(
        self, theme: Theme, model: PlayerModel, waveform: Waveform, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._waveform = waveform
        self._build()
        model.recording_changed.connect(self._show)
        model.selection_changed.connect(self._show)
        model.playing_changed.connect(self._show)
        model.looping_changed.connect(self._show)
        model.trouble_changed.connect(self._show)
        model.speed_changed.connect(self._show_speed)
        model.position_changed.connect(self._show_clock)
        waveform.view_changed.connect(self._show_zoom)
        self._show()
        self._show_speed()

    def _build(self) -> None:
        theme, model, waveform = self._theme, self._model, self._waveform
        self._before = self._tool(
            "skip-back", self.tr("To what was said before"), "Ctrl+Left", model.previous_speech
        )
        self._back = self._tool(
            "step-back", self.tr("Back {0} s").format(_s(STEP_S)), "Left", self._step_back
        )
        self._play = self._tool("play", self.tr("Play"), "Space", model.toggle, size=RAIL_ICON, role="text")
        self._on = self._tool("step-forward", self.tr("On {0} s").format(_s(STEP_S)), "Right", self._step_on)
        self._after = self._tool(
            "skip-forward", self.tr("To what is said next"), "Ctrl+Right", model.next_speech
        )
        finer = self.tr("Alt: {0} s; “,” and “.”: {1} s").format(_s(NUDGE_S), _s(FRAME_S))
        for button in (self._back, self._on):
            button.setToolTip(f"{button.toolTip()}. {finer}")
        self._loop = self._tool(
            "repeat", self.tr("Play the selection, or all, again and again"), "L", self._toggle_loop
        )
        self._loop.setCheckable(True)
        self._in = self._tool("zoom-in", self.tr("Closer"), "+", lambda: waveform.zoom_step(closer=True))
        self._out = self._tool("zoom-out", self.tr("Farther"), "-", lambda: waveform.zoom_step(closer=False))
        self._chosen = self._tool(
            "unfold-horizontal", self.tr("Show the selection large"), "Z", waveform.show_selection
        )
        self._fit = self._tool("maximize", self.tr("Show all of it"), "0", waveform.fit)
        self._clock = TextLabel(theme, "", weight=SEMIBOLD)
        self._clock.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._clock.setAccessibleName(self.tr("Time"))
        self._selected = TextLabel(theme, "", role="muted")
        self._selected.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        policy = self._selected.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._selected.setSizePolicy(policy)
        self._speed = QComboBox()
        self._speed.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._speed.setAccessibleName(self.tr("Speed"))
        self._speed.setToolTip(self.tr("Speed; the pitch stays ([ and ])"))
        for speed in SPEEDS:
            self._speed.addItem(
                f"{_LEFT_TO_RIGHT}{QLocale().toString(speed, 'g', 3)} ×{_LEFT_TO_RIGHT}", speed
            )
        self._speed.activated.connect(self._choose_speed)
        row = FlowLayout(self, spacing=RELATED)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(_group(self._before, self._back, self._play, self._on, self._after, left_to_right=True))
        row.addWidget(_group(self._clock, self._selected, spacing=RELATED))
        row.addWidget(_group(self._loop, self._speed, spacing=INSIDE))
        row.addWidget(_group(self._out, self._in, self._chosen, self._fit))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        follow(self, theme, self._dress)

    def _tool(
        self,
        icon: str,
        words: str,
        keys: str,
        act: Callable[[], object],
        *,
        size: int = 16,
        role: str = "muted",
    ) -> IconButton:
        made = IconButton(self._theme, icon, words, size=size, role=role)
        shown = spelled(keys)
        made.set_text(words, f"{words} ({shown})")
        made.clicked.connect(act)
        return made

    def _step_back(self) -> None:
        self._model.move(-STEP_S)

    def _step_on(self) -> None:
        self._model.move(STEP_S)

    def _toggle_loop(self) -> None:
        self._model.set_looping(not self._model.looping)

    @Slot(int)
    def _choose_speed(self, row: int) -> None:
        self._model.set_speed(self._speed.itemData(row))

    @Slot()
    def _show(self) -> None:
        model = self._model
        playing = model.playing
        self._play.set_icon("pause" if playing else "play")
        words = self.tr("Pause") if playing else self.tr("Play")
        shown = spelled("Space")
        self._play.set_text(words, f"{words} ({shown})")
        for button in (self._before, self._back, self._play, self._on, self._after, self._loop):
            button.setEnabled(model.is_open)
        if model.is_open and model.trouble:
            self._play.set_text(words, model.trouble)
            self._play.setEnabled(False)
        self._loop.setChecked(model.looping)
        selection = model.selection
        if selection is None:
            self._selected.setText("")
        else:
            start, end = clock(selection.start, 2), clock(selection.end, 2)
            seconds = QLocale().toString(selection.end - selection.start, "f", 2)
            self._selected.setText(self.tr("{0} s").format(seconds))
            whole = self.tr("Selected: {0}–{1}, {2} s").format(start, end, seconds)
            self._selected.setToolTip(whole)
            self._selected.setAccessibleName(whole)
        self._selected.setVisible(selection is not None)
        # As wide as they become, so that nothing moves while they count, or come and go.
        self._selected.setMinimumWidth(self._selected.fontMetrics().horizontalAdvance("888.88 s"))
        widest = f"{clock(max(model.seconds, 600.0), 2)} / {clock(round(model.seconds))}"
        self._clock.setMinimumWidth(
            self._clock.fontMetrics().horizontalAdvance(widest) if model.is_open else 0
        )
        self._show_clock()
        self._show_zoom()

    @Slot()
    def _show_clock(self) -> None:
        model = self._model
        self._clock.setText(
            f"{clock(model.position, 2)} / {clock(round(model.seconds))}" if model.is_open else ""
        )

    @Slot()
    def _show_zoom(self) -> None:
        opened, fitted = self._model.is_open, self._waveform.scale.fitted
        self._in.setEnabled(opened)
        self._out.setEnabled(opened and not fitted)
        self._fit.setEnabled(opened and not fitted)
        self._chosen.setEnabled(opened and self._model.selection is not None)

    @Slot()
    def _show_speed(self) -> None:
        row = min(range(len(SPEEDS)), key=lambda row: abs(SPEEDS[row] - self._model.speed))
        self._speed.setCurrentIndex(row)

    def _dress(self) -> None:
        self._speed.setFixedWidth(self._theme.px(86))
        self._show()


def _group(*widgets: QWidget, spacing: int = GRID, left_to_right: bool = False) -> QWidget:
    made = _Group()
    if left_to_right:
        made.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget)
    return made


class _Group(QWidget):
    """As high as its neighbours, so that all of the row stands on one line."""

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(0, 2 * INSIDE + RAIL_ICON))


def _s(seconds: float) -> str:
    return QLocale().toString(seconds, "g", 2)
