"""The keys of a player, wherever in it the focus is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from workbench.ui.speech.player.model import FRAME_S, NUDGE_S, STEP_S, PlayerModel

Key, Mod = Qt.Key, Qt.KeyboardModifier


def action(event: QKeyEvent, model: PlayerModel) -> Callable[[], object] | None:
    """What the key does; None for one that means nothing here."""
    mods = event.modifiers() & ~Mod.KeypadModifier
    known: dict[tuple[Qt.KeyboardModifier, int], Callable[[], object]] = {
        (Mod.NoModifier, Key.Key_Space): model.toggle,
        (Mod.NoModifier, Key.Key_Left): partial(model.move, -STEP_S),
        (Mod.NoModifier, Key.Key_Right): partial(model.move, STEP_S),
        (Mod.AltModifier, Key.Key_Left): partial(model.move, -NUDGE_S),
        (Mod.AltModifier, Key.Key_Right): partial(model.move, NUDGE_S),
        (Mod.NoModifier, Key.Key_Comma): partial(model.move, -FRAME_S),
        (Mod.NoModifier, Key.Key_Period): partial(model.move, FRAME_S),
        (Mod.ControlModifier, Key.Key_Left): model.previous_speech,
        (Mod.ControlModifier, Key.Key_Right): model.next_speech,
        (Mod.NoModifier, Key.Key_Home): partial(model.seek, 0.0),
        (Mod.NoModifier, Key.Key_End): partial(model.seek, model.seconds),
        (Mod.ShiftModifier, Key.Key_Left): partial(model.stretch, -NUDGE_S),
        (Mod.ShiftModifier, Key.Key_Right): partial(model.stretch, NUDGE_S),
        (Mod.ShiftModifier | Mod.ControlModifier, Key.Key_Left): partial(model.stretch, -STEP_S),
        (Mod.ShiftModifier | Mod.ControlModifier, Key.Key_Right): partial(model.stretch, STEP_S),
        (Mod.ShiftModifier, Key.Key_Home): partial(model.stretch, -model.seconds),
        (Mod.ShiftModifier, Key.Key_End): partial(model.stretch, model.seconds),
        (Mod.ControlModifier, Key.Key_A): model.select_all,
        (Mod.NoModifier, Key.Key_S): lambda: model.select_speech(model.position),
        (Mod.NoModifier, Key.Key_L): lambda: model.set_looping(not model.looping),
        (Mod.NoModifier, Key.Key_BracketLeft): partial(model.change_speed, faster=False),
        (Mod.NoModifier, Key.Key_BracketRight): partial(model.change_speed, faster=True),
    }
    if model.selection is not None:
        known[Mod.NoModifier, Key.Key_Escape] = model.select_nothing
    return known.get((mods, event.key())) if model.is_open else None
