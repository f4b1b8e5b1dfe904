"""Who speaks: the menu to choose a speaker from, and the field to write a name in, where the name will stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QAction, QColor, QFocusEvent, QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QCompleter, QLineEdit, QMenu, QWidget

from workbench.ui.speech.transcript.edit import TranscriptEdit
from workbench.ui.support.icons import icon
from workbench.ui.support.theme import ICON, Theme


class NameField(QLineEdit):
    """Enter takes the name, Esc and leaving give it up."""

    def __init__(self, taken: Callable[[str], object], names: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._taken = taken
        completer = QCompleter(list(names), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.returnPressed.connect(self._take)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)
        event.accept()  # the text beneath must not see it: Return would split the line

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason and self.isVisible():
            self._close()

    @Slot()
    def _take(self) -> None:
        name = self.text().strip()
        self._close()
        if name:
            self._taken(name)

    def _close(self) -> None:
        self.hide()
        self.deleteLater()


class Speakers(QObject):
    """Opens the menu where a text asks for it. menu, field: what is open, for whoever drives it."""

    def __init__(self, theme: Theme, edit: TranscriptEdit) -> None:
        super().__init__(edit)
        self._theme, self._edit = theme, edit
        self.field: NameField | None = None
        edit.speaker_wanted.connect(self.open)

    @Slot(object)
    def open(self, ids: tuple[str, ...]) -> None:
        segment = self._edit.model.segment(ids[0]) if ids else None
        if segment is None or self._edit.model.locked:
            return
        if not self._edit.speakers:
            self._ask_new(ids)
            return
        menu = QMenu(self._edit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu, ids)
        menu.popup(self._corner(ids[0]))
        now = next((act for act in menu.actions() if act.isChecked()), menu.actions()[0])
        menu.setActiveAction(now)

    def fill(self, menu: QMenu, ids: tuple[str, ...]) -> None:
        """Choices for these segments."""
        model = self._edit.model
        found = {segment.speaker for id in ids if (segment := model.segment(id)) is not None}
        look = self._edit.page.look
        for number, name in enumerate(self._edit.speakers):
            now = found == {name}
            act = menu.addAction(_dot(look.speaker(number), now), name.replace("&", "&&"))
            act.setCheckable(True)
            act.setChecked(now)
            if now:
                act.setFont(look.strong)
            act.triggered.connect(partial(self._set, ids, name))
        self._add(menu, "plus", self.tr("Somebody else…"), partial(self._ask_new, ids))
        if found != {""}:
            self._add(menu, "circle-slash", self.tr("Nobody named"), partial(self._set, ids, ""))
        named = sorted(name for name in found if name)
        if named:
            menu.addSeparator()
        for name in named:
            text = self.tr("Rename “{0}” everywhere…").format(name).replace("&", "&&")
            self._add(menu, "pencil", text, partial(self._ask_rename, ids, name))

    def _add(self, menu: QMenu, name: str, text: str, run: Callable[[], object]) -> None:
        act = QAction(icon(self._theme, name, "muted"), text, menu)
        act.triggered.connect(lambda: run())
        menu.addAction(act)

    def _set(self, ids: tuple[str, ...], name: str, _checked: bool = False) -> None:
        self._edit.model.set_speaker(ids, name)
        self._edit.setFocus()

    def _ask_new(self, ids: tuple[str, ...]) -> None:
        self._ask(ids, "", partial(self._set, ids))

    def _ask_rename(self, ids: tuple[str, ...], name: str) -> None:
        self._ask(ids, name, partial(self._edit.model.rename_speaker, name))

    def _ask(self, ids: tuple[str, ...], before: str, taken: Callable[[str], object]) -> None:
        edit = self._edit
        field = NameField(taken, edit.speakers, edit.viewport())
        field.setFont(edit.page.look.strong)
        field.setText(before)
        field.selectAll()
        field.setAccessibleName(self.tr("Name of the speaker"))
        field.setPlaceholderText(self.tr("Name of the speaker"))
        height = field.sizeHint().height()
        corner = edit.viewport().mapFromGlobal(self._corner(ids[0]))
        width = self._theme.px(240)
        left, right = edit.text_sides()
        x = round(right) - width if edit.page.mirrored else round(left)
        y = min(max(0, corner.y() - height), edit.viewport().height() - height)
        field.setGeometry(
            QRect(QPoint(x, y), field.sizeHint()).adjusted(0, 0, width - field.sizeHint().width(), 0)
        )
        field.show()
        field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field = field

    def _corner(self, segment_id: str) -> QPoint:
        """Where the first line of a segment begins, or the nearest place in view; global."""
        edit = self._edit
        box = edit.block_rect(edit.page.block_of(segment_id))
        left, right = edit.text_sides()
        y = min(max(box.top(), 0.0), float(edit.viewport().height()))
        return edit.viewport().mapToGlobal(QPoint(round(right if edit.page.mirrored else left), round(y)))


def _dot(colour: QColor, ringed: bool) -> QIcon:
    """ringed: this is who speaks; the menu has no room for a tick beside an icon."""
    made = QPixmap(ICON, ICON)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(4, 4, 8, 8)
    if ringed:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1.5))
        painter.drawEllipse(1, 1, 14, 14)
    painter.end()
    return QIcon(made)
