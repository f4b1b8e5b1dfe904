"""Shortcuts that are heard only in a part of the window, and how keys are spelled."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

WITHIN = Qt.ShortcutContext.WidgetWithChildrenShortcut
HERE = Qt.ShortcutContext.WidgetShortcut


def on_keys(
    keys: str | QKeySequence, widget: QWidget, run: Callable[[], object], context: Qt.ShortcutContext = WITHIN
) -> QShortcut:
    """Run it while the keyboard is in the widget. QShortcut(keys, widget, run, context=…) is heard in the whole window: given
    what to run, PySide6 6.12 forgets the context.
    """
    made = QShortcut(QKeySequence(keys), widget)
    made.setContext(context)
    made.activated.connect(run)
    return made


def spelled(keys: str | QKeySequence | QKeySequence.StandardKey) -> str:
    """As the system writes them: “Ctrl+B”, “⌘B”."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
