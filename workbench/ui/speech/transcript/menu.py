"""What can be done with the words under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QLocale, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from workbench.ui.speech.transcript.edit import TranscriptEdit
from workbench.ui.speech.transcript.model import FAR_SHIFT_S, SHIFT_S
from workbench.ui.speech.transcript.speakers import Speakers
from workbench.ui.support.icons import icon
from workbench.ui.support.theme import Theme


class TextMenu(QObject):
    def __init__(
        self, theme: Theme, edit: TranscriptEdit, speakers: Speakers, rerun: Callable[[], object]
    ) -> None:
        """rerun: hear what is chosen once more."""
        super().__init__(edit)
        self._theme, self._edit, self._speakers, self._rerun = theme, edit, speakers, rerun
        edit.menu_wanted.connect(self.open)

    @Slot(QPoint)
    def open(self, at: QPoint) -> None:
        menu = QMenu(self._edit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu)
        menu.popup(at)

    def fill(self, menu: QMenu) -> None:
        edit, keys = self._edit, self._edit.keys
        ids = edit.chosen_ids()
        chosen = edit.textCursor().hasSelection()
        if ids:
            self._add(menu, "play", self.tr("Play this segment"), keys.play, "Alt+Shift+Return")
            self._add(menu, "text-cursor", self.tr("Go to this word"), keys.seek, "Alt+Return")
            self._add(menu, "refresh-cw", self.tr("Hear this again"), self._rerun, "Ctrl+Shift+R")
            menu.addSeparator()
        self._add(menu, "", self.tr("Cut"), edit.cut, QKeySequence.StandardKey.Cut, chosen)
        self._add(menu, "copy", self.tr("Copy"), edit.copy, QKeySequence.StandardKey.Copy, chosen)
        self._add(menu, "", self.tr("Paste"), edit.paste, QKeySequence.StandardKey.Paste, edit.canPaste())
        self._add(menu, "", self.tr("Select all"), edit.selectAll, QKeySequence.StandardKey.SelectAll)
        if not ids:
            return
        menu.addSeparator()
        self._add(menu, "split", self.tr("Split here"), keys.split, "Return", keys.can_split())
        self._add(menu, "merge", self.tr("Merge with the next"), keys.merge_next, "", keys.can_merge_next())
        free = not edit.model.locked
        who = menu.addMenu(icon(self._theme, "user", "muted"), self.tr("Speaker"))
        who.setEnabled(free)
        self._speakers.fill(who, ids)
        when = menu.addMenu(icon(self._theme, "clock", "muted"), self.tr("Shift times"))
        when.setEnabled(free)
        for seconds, shift in ((-SHIFT_S, "Alt+Left"), (SHIFT_S, "Alt+Right"),
                               (-FAR_SHIFT_S, "Alt+Shift+Left"), (FAR_SHIFT_S, "Alt+Shift+Right")):  # fmt: skip
            words = self.tr("{0} s later") if seconds > 0 else self.tr("{0} s earlier")
            text = words.format(QLocale().toString(abs(seconds), "g", 2))
            self._add(when, "", text, partial(keys.shift, seconds), shift)
        menu.addSeparator()
        gone = self.tr("Delete this segment") if len(ids) == 1 else self.tr("Delete these segments")
        self._add(menu, "trash-2", gone, lambda: edit.model.remove(ids), "", free, "bad")

    def _add(
        self,
        menu: QMenu,
        name: str,
        text: str,
        run: Callable[[], object],
        keys: str | QKeySequence.StandardKey = "",
        enabled: bool = True,
        role: str = "muted",
    ) -> None:
        """keys: shown beside it; the text has them, the menu only tells."""
        act = QAction(text, menu)
        if name:
            act.setIcon(icon(self._theme, name, role))
        if keys:
            act.setShortcut(QKeySequence(keys))
            act.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        act.setEnabled(enabled)
        act.triggered.connect(lambda: run())
        menu.addAction(act)
