"""What stands above a batch: what was asked for, how it is doing, and what can be done with all of it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QVBoxLayout, QWidget

from workbench.ui.images.results import words
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.results.result import Counts
from workbench.ui.images.results.zoom import Zoom
from workbench.ui.support import figures
from workbench.ui.support.buttons import ElidedLabel, IconButton, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.sliders import Slider
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, SECTION, SEMIBOLD, Theme, follow

_TICKS = 100
_ROOMY = 560
"""Below so many pixels the slider gives way, for the wheel and the keys do what it does; and so do words beside icons."""


class BatchHeader(Ground):
    """Signals: history_wanted, recall_wanted, delete_wanted; export_wanted ("png", "html" or "json")."""

    history_wanted = Signal()
    recall_wanted = Signal()
    delete_wanted = Signal()
    export_wanted = Signal(str)

    def __init__(self, theme: Theme, model: ResultsModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "bottom", "canvas", parent)
        self._theme = theme
        self._model = model
        self._zoom: Zoom | None = None
        self._make()
        self._lay_out()
        model.batch_changed.connect(self.refresh)
        model.counts_changed.connect(self.refresh_counts)
        model.paused_changed.connect(self.refresh_counts)
        model.history_changed.connect(self._refresh_history)
        self.refresh()

    def show_zoom(self, zoom: Zoom) -> None:
        """The slider is that view's now."""
        if self._zoom is not None:
            self._zoom.changed.disconnect(self._show_zoom)
        self._zoom = zoom
        zoom.changed.connect(self._show_zoom)
        self._show_zoom()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= self._theme.px(_ROOMY)
        self.zoom.setVisible(roomy)
        self.fit.setVisible(roomy)
        self.recall.setText(self.tr("Recall settings") if roomy else "")

    @Slot()
    def refresh(self) -> None:
        batch = self._model.batch
        self.title.setText(words.title(batch) if batch else "")
        self.title.setToolTip(batch.draft.settings.prompt if batch else "")
        self._refresh_history()
        self.refresh_counts()

    @Slot()
    def refresh_counts(self) -> None:
        counts, batch, paused = self._model.counts, self._model.batch, self._model.paused
        parts = [*words.facts(counts)] if counts.total else []
        if counts.busy and paused:
            parts.insert(0, self.tr("Paused"))
        parts += [words.moment(batch.created_at)] if batch else []
        self.facts.setText(" · ".join(parts))
        self._show_acts(counts, paused)
        self.progress.setVisible(counts.busy)
        self.progress.setRange(0, max(1, counts.total) * _TICKS)
        self.progress.setValue(counts.over * _TICKS)
        self.progress.setAccessibleName(self.facts.text())

    def _make(self) -> None:
        theme = self._theme
        self.newer = IconButton(theme, "chevron-left", self.tr("Newer batch"), self)
        self.newer.set_text(self.tr("Newer batch"), self.tr("Newer batch (Alt+Left)"))
        self.older = IconButton(theme, "chevron-right", self.tr("Older batch"), self)
        self.older.set_text(self.tr("Older batch"), self.tr("Older batch (Alt+Right)"))
        self.history = IconButton(theme, "history", self.tr("All batches"), self)
        self.history.set_text(self.tr("All batches"), self.tr("All batches (Ctrl+H)"))
        self.title = ElidedLabel(theme, "", self, size=SECTION, weight=SEMIBOLD)
        self.recall = button(self.tr("Recall settings"), "quiet", self)
        self.recall.setAccessibleName(self.tr("Recall settings"))
        self.recall.setToolTip(self.tr("Put prompt, models and settings of this batch back into the form"))
        set_icon(self.recall, theme, "undo-2", "muted")
        self.export = IconButton(theme, "download", self.tr("Export"), self)
        self.export.set_text(self.tr("Export"), self.tr("Export this batch (Ctrl+E)"))
        self.delete = IconButton(theme, "trash-2", self.tr("Delete this batch"), self)
        self.facts = ElidedLabel(theme, "", self, size=CAPTION, role="muted")
        self.retry = button("", "quiet", self)
        set_icon(self.retry, theme, "rotate-ccw", "muted")
        self.resume = button("", "quiet", self)
        set_icon(self.resume, theme, "play", "muted")
        self.pause = IconButton(theme, "pause", self.tr("Pause the queue"), self)
        self.cancel = IconButton(theme, "circle-stop", self.tr("Cancel what is left of this batch"), self)
        self.zoom = Slider(Qt.Orientation.Horizontal, self)
        self.zoom.setRange(0, _TICKS)
        self.zoom.setAccessibleName(self.tr("Size of the pictures"))
        self.zoom.setToolTip(self.tr("Size of the pictures (Ctrl+wheel; Ctrl+0 fits all)"))
        self.fit = IconButton(theme, "maximize", self.tr("Fit all pictures (Ctrl+0)"), self)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.newer.clicked.connect(self._model.open_newer)
        self.older.clicked.connect(self._model.open_older)
        self.history.clicked.connect(self.history_wanted)
        self.recall.clicked.connect(self.recall_wanted)
        self.export.clicked.connect(self.open_exports)
        self.delete.clicked.connect(self.delete_wanted)
        self.retry.clicked.connect(self._model.retry_failed)
        self.resume.clicked.connect(self._model.resume_cancelled)
        self.pause.clicked.connect(self._model.toggle_pause)
        self.cancel.clicked.connect(self._model.cancel_all)
        self.zoom.valueChanged.connect(self._slid)
        self.fit.clicked.connect(self._fit)
        follow(self.zoom, theme, lambda: self.zoom.setFixedWidth(theme.px(88)))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        for widget in (self.newer, self.older, self.history):
            top.addWidget(widget)
        top.addSpacing(GRID)
        top.addWidget(self.title, 1)
        top.addWidget(self.recall)
        top.addWidget(self.export)
        top.addWidget(self.delete)
        below = QHBoxLayout()
        below.setSpacing(GRID)
        below.addStrut(self.recall.sizeHint().height())  # nothing below moves when a button comes
        below.addWidget(self.facts, 1)
        acts: tuple[QWidget, ...] = (self.retry, self.resume, self.pause, self.cancel, self.zoom, self.fit)
        for act in acts:
            below.addWidget(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, INSIDE, PADDING - GRID, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self.progress)
        kept = self.progress.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(kept)

    def _show_acts(self, counts: Counts, paused: bool) -> None:
        self.retry.setVisible(counts.failed > 0)
        self.retry.setText(" " + self.tr("Retry {0}").format(figures.count(counts.failed)))
        self.retry.setToolTip(self.tr("Ask again for each picture that failed"))
        self.retry.setAccessibleName(self.tr("Retry failed: {0}").format(figures.count(counts.failed)))
        self.resume.setVisible(counts.cancelled > 0)
        self.resume.setText(" " + self.tr("Resume {0}").format(figures.count(counts.cancelled)))
        self.resume.setToolTip(self.tr("Ask after all for what was cancelled"))
        self.resume.setAccessibleName(
            self.tr("Resume cancelled: {0}").format(figures.count(counts.cancelled))
        )
        for act in (self.pause, self.cancel):
            act.setVisible(counts.busy)
        self.pause.set_icon("play" if paused else "pause")
        self.pause.set_text(self.tr("Go on with the queue") if paused else self.tr("Pause the queue"))
        there = self._model.batch is not None
        for widget in (self.recall, self.export, self.delete):
            widget.setEnabled(there)
        self.export.setEnabled(there and counts.done > 0)
        self.export.set_text(
            self.tr("Export"),
            self.tr("Export this batch (Ctrl+E)") if counts.done else self.tr("No picture has come yet"),
        )

    @Slot()
    def _refresh_history(self) -> None:
        place, count = self._model.place, len(self._model.batches)
        self.newer.setEnabled(place > 0)
        self.older.setEnabled(0 <= place < count - 1)

    @Slot()
    def open_exports(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind, icon, text in (
            ("png", "image", self.tr("Labelled picture (PNG)…")),
            ("html", "globe", self.tr("Web page (HTML)…")),
            ("json", "file-json", self.tr("Manifest with all settings (JSON)…")),
        ):
            action = QAction(text, menu)
            set_icon(action, self._theme, icon)
            action.setData(kind)
            menu.addAction(action)
        menu.triggered.connect(self._export)
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        under = self.export.rect().bottomLeft() if rtl else self.export.rect().bottomRight()
        at = self.export.mapToGlobal(under)
        if not rtl:
            at.setX(at.x() - menu.sizeHint().width())
        menu.popup(at)

    @Slot(QAction)
    def _export(self, action: QAction) -> None:
        self.export_wanted.emit(action.data())

    @Slot()
    def _show_zoom(self) -> None:
        if self._zoom is not None:
            with QSignalBlocker(self.zoom):
                self.zoom.setValue(round(self._zoom.share * _TICKS))
            self.fit.setEnabled(self._zoom.width > 0)

    @Slot(int)
    def _slid(self, value: int) -> None:
        if self._zoom is not None:
            self._zoom.set_share(value / _TICKS)

    @Slot()
    def _fit(self) -> None:
        if self._zoom is not None:
            self._zoom.fit()
