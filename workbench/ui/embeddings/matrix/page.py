"""The page Similarity: one matrix or two side by side, and under them the pair that is pointed at."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QHideEvent, QImage, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.maps import save
from workbench.ui.embeddings.colours import group_colours
from workbench.ui.embeddings.matrix.heat_map import HeatMap
from workbench.ui.embeddings.matrix.model import AT_ONCE, MatrixModel, Order, Picture, Which
from workbench.ui.embeddings.matrix.pair import PairView
from workbench.ui.embeddings.model import PageId
from workbench.ui.support import figures
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.dialogs import save_file
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.picture_bytes import encoded
from workbench.ui.support.surfaces import CalmCombo, Ground, Remark
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, SEMIBOLD, Theme, follow
from workbench.ui.support.trouble_box import TroubleBox

_MOST_LABELS = 60
_MOST_NAMED = 16
"""Labels whose colours are explained: of more, no two look different enough."""
_SAVED_SIDE = 1200
_NONE = ""


class _Panel(QWidget):
    """One matrix under the name of its model."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel(theme, "", self, weight=SEMIBOLD)
        self.map = HeatMap(theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, INSIDE, PADDING, 0)
        column.setSpacing(GRID)
        column.addWidget(self.name)
        column.addWidget(self.map, 1)


class MatrixPage(QWidget):
    """Shows a MatrixModel."""

    def __init__(self, theme: Theme, model: MatrixModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(model.failed)
        self._build()
        self._connect()
        self._show()
        self._show_pair()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill()
        self.model.set_seen(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pair.fit(self.height())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.model.set_seen(False)

    def _build(self) -> None:
        theme = self._theme
        self.rows = self._combo(self.tr("Which texts"))
        self.order = self._combo(self.tr("In which order"))
        self.first = self._combo(self.tr("Model"))
        self.second = self._combo(self.tr("Beside it"))
        for words, value in (
            (self.tr("Like ones together"), Order.CLUSTERED),
            (self.tr("By label"), Order.LABEL),
            (self.tr("As given"), Order.GIVEN),
            (self.tr("By the text pointed at"), Order.BY_ROW),
        ):
            self.order.addItem(words, value)
        self.copy = IconButton(theme, "copy", self.tr("Copy the picture"))
        self.save = IconButton(theme, "download", self.tr("Save the picture…"))
        bar = Ground(theme, "bottom", "canvas")
        around = QVBoxLayout(bar)
        around.setContentsMargins(PADDING, GRID, PADDING, GRID)
        choices = QWidget()
        flow = FlowLayout(choices, spacing=INSIDE)
        for widget in (self.rows, self.order, self.first, self.second, self.copy, self.save):
            flow.addWidget(widget)
        around.addWidget(choices)
        self.remark = Remark(theme, icon="info")
        self.trouble = TroubleBox(theme)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Comparing all texts"))
        self.cancel = button(self.tr("Cancel"), "quiet")
        self._working = QWidget()
        working = QHBoxLayout(self._working)
        working.setContentsMargins(PADDING, GRID, PADDING, GRID)
        working.addWidget(TextLabel(theme, self.tr("Comparing all texts…"), role="muted"))
        working.addWidget(self.progress, 1)
        working.addWidget(self.cancel)
        self.panels = [_Panel(theme) for _ in range(AT_ONCE)]
        maps = QWidget()
        beside = QHBoxLayout(maps)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        for panel in self.panels:
            beside.addWidget(panel, 1)
        self.legend = TextLabel(theme, "", size=CAPTION, role="muted", wrap=True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setContentsMargins(PADDING, INSIDE, PADDING, 0)
        self.pair = PairView(theme)
        below = Ground(theme, "top", "canvas")
        under = QVBoxLayout(below)
        under.setContentsMargins(0, 0, 0, 0)
        under.addWidget(self.pair)
        self._full = QWidget()
        full = QVBoxLayout(self._full)
        full.setContentsMargins(0, 0, 0, 0)
        full.setSpacing(0)
        full.addWidget(self.legend)
        full.addWidget(maps, 1)
        full.addWidget(below)
        self.blank = Blank(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.blank)
        self._stack.addWidget(self._full)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (bar, self.remark, self.trouble, self._working):
            whole.addWidget(part)
        whole.addWidget(self._stack, 1)
        self.setFocusProxy(self.panels[0].map)

    def _combo(self, name: str) -> CalmCombo:
        made = CalmCombo()
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToContents)
        follow(made, self._theme, lambda: made.setMaximumWidth(self._theme.px(220)))
        return made

    def _connect(self) -> None:
        model, shared = self.model, self.model.shared
        model.changed.connect(self._show)
        model.pair_changed.connect(self._show_pair)
        for change in (shared.opened, shared.columns_changed, shared.selection_changed):
            change.connect(self._fill)
        self.rows.activated.connect(self._choose_rows)
        self.order.activated.connect(lambda place: model.set_order(self.order.itemData(place)))
        for combo in (self.first, self.second):
            combo.activated.connect(self._choose_columns)
        self.cancel.clicked.connect(model.stop)
        self.trouble.retry_wanted.connect(model.reckon)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._save)
        self.pair.neighbours_wanted.connect(self._want_neighbours)
        for panel in self.panels:
            panel.map.pointed.connect(model.point)
            panel.map.opened.connect(lambda row, _other: self._show_neighbours(row))
        follow(self, self._theme, self._show)
        follow(self, self._theme, lambda: self.pair.fit(self.height()))

    @Slot()
    def _fill(self) -> None:
        """What can be chosen now."""
        if not self.isVisible():
            return
        model = self.model
        words = {
            Which.ALL: self.tr("All texts"),
            Which.SAMPLE: self.tr("A sample of all"),
            Which.SELECTED: self.tr("Those selected"),
        }
        offered: list[tuple[str, tuple[Which, str]]] = [
            (words[which], (which, "")) for which in model.whiches
        ]
        offered += [
            (self.tr("Label: {0}").format(label), (Which.LABEL, label))
            for label in model.labels[:_MOST_LABELS]
        ]
        _fill(self.rows, offered, (model.which, model.label))
        self.order.setCurrentIndex(self.order.findData(model.order))
        columns = [(model.shared.title_of(column), column.key) for column in model.shared.chosen]
        shown = [picture.column.key for picture in model.pictures] or list(model.keys)
        _fill(self.first, columns, shown[0] if shown else columns[0][1] if columns else "")
        beside = [
            (self.tr("Beside: {0}").format(title), key)
            for title, key in columns
            if key != self.first.currentData()
        ]
        others = [(self.tr("Nothing beside it"), _NONE), *beside]
        _fill(self.second, others, model.keys[1] if len(model.keys) > 1 else _NONE)
        self.second.setVisible(len(columns) > 1)

    @Slot()
    def _show(self) -> None:
        model = self.model
        self._working.setVisible(model.working is not None)
        self.progress.setValue(round(100 * (model.working or 0.0)))
        self.trouble.show_trouble(model.trouble)
        pictures = model.pictures
        self._stack.setCurrentWidget(self._full if pictures else self.blank)
        if not pictures:
            self._say_nothing()
        self._say(pictures)
        rows = model.shared.rows
        texts, labels = [row.text for row in rows], [row.label for row in rows]
        names = model.labels
        bands = dict(zip(names, group_colours(self._theme, len(names)), strict=True))
        self.legend.setText(_legend(bands))
        self.legend.setVisible(0 < len(bands) <= _MOST_NAMED)
        for place, panel in enumerate(self.panels):
            picture = pictures[place] if place < len(pictures) else None
            panel.setVisible(picture is not None)
            panel.name.setText(model.shared.title_of(picture.column) if picture else "")
            panel.map.show_picture(picture, texts, labels, bands)
            panel.map.show_pair(model.pair)
        for act in (self.copy, self.save):
            act.setEnabled(bool(pictures))
        self._fill()

    def _say_nothing(self) -> None:
        shared = self.model.shared
        if not shared.columns:
            self.blank.say(
                "grid-3x3",
                "muted",
                self.tr("No vectors yet"),
                self.tr(
                    "Choose models at the right, then press Embed. Then every text is compared with every other."
                ),
            )
        elif not shared.chosen:
            self.blank.say(
                "grid-3x3", "muted", self.tr("No model is compared"), self.tr("Tick one at the right.")
            )
        elif self.model.working is None and not self.model.rows:
            self.blank.say(
                "grid-3x3", "muted", self.tr("No texts to compare"), self.tr("Choose others above.")
            )
        else:
            self.blank.say("grid-3x3", "muted", self.tr("Comparing all texts…"))

    def _say(self, pictures: tuple[Picture, ...]) -> None:
        """What is left out, and what cannot be compared."""
        model, told = self.model, []
        if pictures:
            shown, there = len(pictures[0].rows), len(model.shared.rows)
            if shown < there and model.which is not Which.SELECTED and not model.label:
                told.append(
                    self.tr("{0} of {1} texts, evenly drawn.").format(
                        figures.count(shown), figures.count(there)
                    )
                )
            faulty = max(sum(_is_faulty(picture, place) for place in range(shown)) for picture in pictures)
            if faulty:
                told.append(
                    self.tr("%n texts have no vector that can be compared; they are grey.", "", faulty)
                )
        self.remark.say(" ".join(told))

    @Slot()
    def _show_pair(self) -> None:
        model, rows = self.model, self.model.shared.rows
        pair = model.pair if model.pair is not None and max(model.pair) < len(rows) else None
        self.pair.show_pair(*((rows[pair[0]], rows[pair[1]]) if pair is not None else (None, None)))
        named = [(model.shared.title_of(column), score) for column, score in model.scores]
        self.pair.show_scores(named if pair is not None else [])
        for panel in self.panels:
            panel.map.show_pair(pair)

    @Slot(int)
    def _choose_rows(self, place: int) -> None:
        which, label = self.rows.itemData(place)
        self.model.choose_rows(which, label)

    @Slot()
    def _choose_columns(self) -> None:
        keys = (self.first.currentData(), self.second.currentData())
        self.model.show_columns(dict.fromkeys(key for key in keys if key))

    @Slot(int)
    def _want_neighbours(self, which: int) -> None:
        if self.model.pair is not None:
            self._show_neighbours(self.model.pair[which])

    def _show_neighbours(self, row: int) -> None:
        self.model.shared.select((row,))
        self.model.shared.show_page(PageId.NEIGHBOURS)

    def _picture(self) -> QImage:
        shown = [panel.map.drawn(_SAVED_SIDE) for panel in self.panels if not panel.isHidden()]
        if len(shown) == 1:
            return shown[0]
        whole = QImage(sum(each.width() for each in shown), shown[0].height(), shown[0].format())
        painter, left = QPainter(whole), 0
        for each in shown:
            painter.drawImage(left, 0, each)
            left += each.width()
        painter.end()
        return whole

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setImage(self._picture())

    @Slot()
    def _save(self) -> None:
        self._tasks.start("save", self._save_picture())

    async def _save_picture(self) -> None:
        name = await save_file(
            self, self.tr("Save the picture"), "similarity.png", filters=self.tr("Pictures (*.png)")
        )
        if name:
            try:
                await save(Path(name), encoded(self._picture()))
            except WorkbenchError as error:
                self.trouble.show_trouble(Trouble.of(error), retryable=False)


def _fill(combo: CalmCombo, offered: Sequence[tuple[str, object]], chosen: object) -> None:
    combo.blockSignals(True)
    combo.clear()
    for words, value in offered:
        combo.addItem(words, value)
    place = next((place for place, (_, value) in enumerate(offered) if value == chosen), 0)
    combo.setCurrentIndex(place)
    combo.blockSignals(False)


def _is_faulty(picture: Picture, place: int) -> bool:
    own = picture.matrix.at(place, place)
    return math.isnan(own)


def _legend(bands: Mapping[str, QColor]) -> str:
    return "&ensp; ".join(
        f'<span style="color:{colour.name()}">■</span>&nbsp;{html.escape(label)}'
        for label, colour in bands.items()
    )
