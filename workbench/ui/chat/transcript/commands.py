"""What the spots of the transcript do, and everything that goes to the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from workbench.ui.chat.transcript.codebox import CodeBox
from workbench.ui.chat.transcript.entry import Entry
from workbench.ui.chat.transcript.making import TEXT
from workbench.ui.chat.transcript.parts import Spot
from workbench.ui.chat.transcript.selection import (
    Chosen,
    Place,
    markdown_of,
    plain_of,
    whole_markdown,
)
from workbench.ui.support.markdown.parser import as_html

if TYPE_CHECKING:
    from workbench.ui.chat.transcript.view import TranscriptView

SAID_MS = 1200
HTML_UP_TO = 60_000
"""Characters of markdown that are also given as HTML; more takes too long for a key press."""


class Commands(QObject):
    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._said: list[CodeBox] = []
        self._said_spot: Entry | None = None
        self._unsay_timer = QTimer(self)
        self._unsay_timer.setSingleShot(True)
        self._unsay_timer.timeout.connect(self._unsay)

    # -- spots

    def run(self, entry: Entry, spot: Spot) -> None:
        """Do what a spot is for."""
        view, message = self._view, entry.message
        name = spot.id.rpartition(".")[2].partition(":")[0]
        match name:
            case "copy":
                self.copy_message(entry)
                self._say(entry, spot)
            case "metric":
                metric = message.metrics[int(spot.id.partition(":")[2])]
                self.put(metric.copies or metric.text, html=False)
                self._say(entry, spot)
            case "code":
                self._copy_code(entry, spot)
            case "retry":
                view.retry_requested.emit(message.id)
            case "details":
                view.details_requested.emit(message.id)
            case "fix":
                view.fix_requested.emit(message.id)
            case "edit":
                view.edit_requested.emit(message.id)
            case "reasoning":
                entry.fold()
                view.settle_entry(entry)
            case "fold":
                entry.toggle()
                view.settle_entry(entry)

    def _copy_code(self, entry: Entry, spot: Spot) -> None:
        part, _, leaf = spot.id.partition(".code:")
        flow = entry.part(int(part)).flow
        if flow is None:
            return
        box = flow.box(int(leaf))
        self.put(box.leaf.content, html=False)
        if isinstance(box, CodeBox):
            box.shows_copied = True
            self._said.append(box)
        self._show_said()

    def _say(self, entry: Entry, spot: Spot) -> None:
        foot = entry.foot()
        if foot is not None:
            foot.copied = spot.id
            self._said_spot = entry
        self._show_said()

    def _show_said(self) -> None:
        self._unsay_timer.start(SAID_MS)
        self._view.viewport().update()

    @Slot()
    def _unsay(self) -> None:
        for box in self._said:
            box.shows_copied = False
        self._said.clear()
        foot = self._said_spot.foot() if self._said_spot is not None else None
        if foot is not None:
            foot.copied = ""
        self._said_spot = None
        self._view.viewport().update()

    # -- clipboard

    def put(self, text: str, *, html: bool) -> None:
        """Put text on the clipboard; with html, also what it looks like."""
        if not text:
            return
        data = QMimeData()
        data.setText(text)
        if html and len(text) <= HTML_UP_TO:
            data.setHtml(as_html(text))
        QGuiApplication.clipboard().setMimeData(data)
        self._view.copied.emit(text)

    def copy(self) -> None:
        """The markdown source of the selection."""
        chosen = self._view.chosen
        if chosen is not None and not chosen.empty:
            self.put(markdown_of(self._view.column.entries, chosen), html=True)

    def copy_plain(self) -> None:
        chosen = self._view.chosen
        if chosen is not None and not chosen.empty:
            self.put(plain_of(self._view.column.entries, chosen), html=False)

    def copy_message(self, entry: Entry) -> None:
        self.put(whole_markdown(entry), html=True)

    def select_all(self) -> None:
        """Everything that shows, from the first message to the last."""
        entries = self._view.column.entries
        if not entries:
            return
        entries[-1].build()
        last = max((number for number, _, _ in entries[-1].texts()), default=TEXT)
        end = Place(len(entries) - 1, last, 1 << 30, 1 << 30)
        self._view.select(Chosen(Place(0, 0, 0, 0), end))

    def find(self, index: int, words: str) -> tuple[Place, Place] | None:
        """Where words first stand in a message, whatever their case."""
        entry = self._view.column.entries[index]
        entry.build()
        wanted = words.casefold()
        for number, flow, _ in entry.texts():
            flow.read_all()
            entry.settle()
            for leaf, cell in enumerate(flow.cells):
                if wanted.split()[0] not in cell.leaf.content.casefold() and not cell.leaf.rows:
                    continue
                box = flow.box(leaf)
                at = box.plain(0, box.length).casefold().find(wanted)
                if at >= 0:
                    return Place(index, number, leaf, at), Place(index, number, leaf, at + len(words))
        return None

    # -- menu

    def menu(self, at: QPoint, point: QPointF) -> None:
        """Open the context menu for a point of the viewport; at: the same on the screen."""
        view = self._view
        entry = view.entry_at(point)
        copy, plain, whole, address, everything = view.words.menu()
        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = view.chosen is not None and not view.chosen.empty
        self._add(menu, copy, self.copy, chosen, QKeySequence.StandardKey.Copy)
        self._add(menu, plain, self.copy_plain, chosen)
        run = view.run_at(point)
        if run is not None and run.opens:
            self._add(menu, address, lambda: self.put(run.href, html=False), True)
        if entry is not None and entry.text:
            self._add(menu, whole, lambda: self.copy_message(entry), True)
        menu.addSeparator()
        if entry is not None and entry.message.has_exchange:
            wanted = entry.message.id
            self._add(menu, view.words.try_on_route(), lambda: view.try_requested.emit(wanted), True)
            menu.addSeparator()
        self._add(
            menu, everything, self.select_all, bool(view.column.entries), QKeySequence.StandardKey.SelectAll
        )
        menu.popup(at)

    @staticmethod
    def _add(
        menu: QMenu, text: str, run: object, enabled: bool, key: QKeySequence.StandardKey | None = None
    ) -> None:
        action = QAction(text, menu)
        action.triggered.connect(run)
        action.setEnabled(enabled)
        if key is not None:
            action.setShortcut(QKeySequence(key))
        menu.addAction(action)
