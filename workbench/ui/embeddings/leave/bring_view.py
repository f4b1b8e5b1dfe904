"""What comes in: a file is chosen or dropped, what it comes to is told, then it is added."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from workbench.services.embeddings.own_files import Match
from workbench.ui.embeddings.leave import words
from workbench.ui.embeddings.leave.bringing import BringingModel
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.dialogs import open_files
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import CalmCombo, column_of
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme
from workbench.ui.support.trouble_box import TroubleBox


class BringView(QWidget):
    """Shows a BringingModel. Signals: failed (Exception)."""

    failed = Signal(object)

    def __init__(self, theme: Theme, model: BringingModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._make()
        self._lay_out()
        self._connect()
        self._show()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    @Slot()
    def choose(self) -> None:
        """Ask for a file, then read it."""
        self._tasks.start("choose", self._choose())

    def _make(self) -> None:
        theme = self._theme
        self.load = button(" " + self.tr("Load vectors…"), "", self)
        self.load.setToolTip(self.tr("Choose a file of vectors: npy, Parquet or JSONL"))
        set_icon(self.load, theme, "file-input")
        self.reading = TextLabel(theme, "", self, size=CAPTION, role="muted")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far the reading is"))
        self.stop = button(self.tr("Cancel"), "", self)
        self.card = QFrame(self)
        self.card.setProperty("kind", "card")
        self.name = ElidedLabel(theme, "", self.card, weight=SEMIBOLD)
        self.facts = TextLabel(theme, "", self.card, size=CAPTION, role="muted", wrap=True)
        self.way = CalmCombo(self.card)
        self.way.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.way.setAccessibleName(self.tr("How its rows find their texts"))
        self.way.setToolTip(self.tr("How its rows find their texts"))
        self.told = TextLabel(theme, "", self.card, size=CAPTION, wrap=True)
        self.warned = TextLabel(theme, "", self.card, size=CAPTION, role="warn", wrap=True)
        self.add = button("", "", self.card)
        self.discard = button(self.tr("Discard"), "quiet", self.card)
        self.trouble = TroubleBox(theme, self)
        self.added = TextLabel(theme, "", self, size=CAPTION, role="good", wrap=True)

    def _lay_out(self) -> None:
        going = QHBoxLayout()
        going.setSpacing(INSIDE)
        going.addWidget(self.bar, 1)
        going.addWidget(self.stop)
        acts = QHBoxLayout()
        acts.setSpacing(INSIDE)
        acts.addWidget(self.add)
        acts.addWidget(self.discard)
        acts.addStretch(1)
        inner = column_of(self.card, margins=RELATED, spacing=GRID)
        for widget in (self.name, self.facts, self.way, self.told, self.warned):
            inner.addWidget(widget)
        inner.addSpacing(GRID)
        inner.addLayout(acts)
        help_text = self.tr(
            "npy, Parquet or JSONL, with a vector for each text: in their order or with their ids. A file with texts and vectors"
            " can be a set of its own. You can also drop it here."
        )
        column = column_of(self, spacing=INSIDE)
        column.addWidget(TextLabel(self._theme, self.tr("Bring vectors in"), self, weight=SEMIBOLD))
        column.addWidget(TextLabel(self._theme, help_text, self, size=CAPTION, role="muted", wrap=True))
        column.addWidget(self.load)
        column.addWidget(self.reading)
        column.addLayout(going)
        column.addWidget(self.card)
        column.addWidget(self.trouble)
        column.addWidget(self.added)

    def _connect(self) -> None:
        model = self.model
        self.load.clicked.connect(self.choose)
        self.stop.clicked.connect(model.discard)
        self.way.activated.connect(lambda at: model.set_way(Match(self.way.itemData(at))))
        self.add.clicked.connect(model.add)
        self.discard.clicked.connect(model.discard)
        self.trouble.retry_wanted.connect(model.read_again)
        model.changed.connect(self._show)
        model.progressed.connect(self._show_progress)

    @Slot()
    def _show(self) -> None:
        model = self.model
        reading = model.progress is not None
        for widget in (self.bar, self.stop, self.reading):
            widget.setVisible(reading)
        self.reading.setText(self.tr("Reading…") if reading else "")
        self.load.setVisible(not reading and model.brought is None)
        self._show_progress()
        self._show_card()
        again = not model.busy and model.brought is None
        self.trouble.show_trouble(model.trouble, retryable=again)
        titles = ", ".join(f"\u2068{title}\u2069" for title in model.added)
        self.added.setText(self.tr("Added: {0}").format(titles) if titles else "")
        self.added.setVisible(bool(titles))

    def _show_card(self) -> None:
        model, brought = self.model, self.model.brought
        self.card.setVisible(brought is not None)
        if brought is None:
            return
        self.name.setText(brought.name)
        self.facts.setText(words.found(brought))
        if [self.way.itemData(at) for at in range(self.way.count())] != list(model.ways):
            self.way.clear()
            for way in model.ways:
                self.way.addItem(words.match(way), way)
        self.way.setCurrentIndex(self.way.findData(model.way))
        told, warned = self._told()
        self.told.setText("\n".join(told))
        self.warned.setText("\n".join(warned))
        self.told.setVisible(bool(told))
        self.warned.setVisible(bool(warned))
        new = model.way is Match.NEW
        self.add.setText(self.tr("Make the set") if new else self.tr("Add"))
        self.add.setToolTip(
            self.tr("Make a set of the file's texts, with these vectors")
            if new
            else self.tr("Add these vectors to the set, beside those of the models")
        )
        self.add.setEnabled(model.can_add)

    def _told(self) -> tuple[list[str], list[str]]:
        """What it comes to, and what of it is not as one might wish."""
        model, brought = self.model, self.model.brought
        if brought is None:
            return [], []
        bad = [*filter(None, (words.needs(brought),)), *words.bad_lines(brought)]
        if model.way is Match.NEW:
            faults = [line for each in brought.columns.values() for line in words.faults(each.told())]
            return [], [*faults, *bad]
        if model.fitted is None:
            return [self.tr("Reckoning…")] if model.busy else [], bad
        first, *rest = words.fitted(model.fitted)
        return [first], [*rest, *bad]

    @Slot()
    def _show_progress(self) -> None:
        """A bar that only moves where it cannot be told."""
        part = self.model.progress or 0.0
        self.bar.setRange(0, 1000 if part else 0)
        self.bar.setValue(round(part * 1000))

    async def _choose(self) -> None:
        kinds = "*.npy *.parquet *.pq *.jsonl *.ndjson *.json"
        filters = self.tr("Vectors ({0})").format(kinds) + ";;" + self.tr("All files (*)")
        for path in await open_files(self, self.tr("Load vectors"), filters=filters):
            self.model.load(path)
