"""The page Map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSizeF, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QProgressBar,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.embeddings.maps import Bounds, ColourBy, MapKind
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.colouring import MOST_CLUSTERS
from workbench.services.embeddings.maps import save
from workbench.ui.embeddings.map.camera import Camera
from workbench.ui.embeddings.map.canvas import Hand, MapCanvas
from workbench.ui.embeddings.map.caption import Caption
from workbench.ui.embeddings.map.exporting import MapPicture
from workbench.ui.embeddings.map.legend import Legend
from workbench.ui.embeddings.map.model import AT_ONCE, MapModel
from workbench.ui.embeddings.map.selection import Selection
from workbench.ui.embeddings.map.words import group_name, stage, takes, way
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.dialogs import save_file
from workbench.ui.support.figures import count
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.forms import Segments
from workbench.ui.support.own_keys import OwnKeys
from workbench.ui.support.search_field import SearchField
from workbench.ui.support.surfaces import Ground, Remark
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow
from workbench.ui.support.trouble_box import TroubleBox

_SIDE, _NARROW, _NARROW_FOR_TWO = 230, 640, 860
_TYPING_MS = 200


class MapPage(QWidget):
    """Shows a MapModel. What it saves goes to files that the user names."""

    def __init__(self, theme: Theme, model: MapModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(model.failed)
        self._side_wanted: bool | None = None
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self.camera = Camera(self)
        self._make_bar()
        self._make_maps()
        self._make_side()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.canvases[0])
        self.show_model()

    # building

    def _make_bar(self) -> None:
        theme = self._theme
        self.kind = Segments(
            self.tr("Map"),
            [
                (MapKind.COMPONENTS, self.tr("Components")),
                (MapKind.NEIGHBOURS, self.tr("Neighbourhoods")),
            ],
        )
        self.kind.setToolTip(
            self.tr(
                "Components are there at once and show the large differences. Neighbourhoods take longer and keep close what is alike."
            )
        )
        self.anew = IconButton(theme, "dices", self.tr("Lay out anew"))
        self.anew.set_text(
            self.tr("Lay out anew"),
            self.tr("Another layout of the same vectors: what both show is no accident"),
        )
        self.by = self._combo(self.tr("What the colours say"))
        self.many = self._combo(self.tr("How many clusters"))
        self.many.addItem(self.tr("as many as fit"), None)
        for many in range(2, MOST_CLUSTERS + 1):
            self.many.addItem(count(many), many)
        self.first = self._combo(self.tr("Model"))
        self.second = self._combo(self.tr("Model beside it"))
        self.query = QLineEdit()
        self.query.setPlaceholderText(self.tr("Or compare with a text (Enter)"))
        self.query.setAccessibleName(self.tr("Compare with"))
        self.query.setToolTip(
            self.tr("A text whose likeness colours the map. The model is asked for its vector once.")
        )
        self.query.setClearButtonEnabled(True)
        follow(self.query, theme, lambda: self.query.setMinimumWidth(theme.px(230)))

    def _combo(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        follow(made, self._theme, lambda: made.setMaximumWidth(self._theme.px(200)))
        return made

    def _make_maps(self) -> None:
        theme = self._theme
        self.canvases = [MapCanvas(theme, self.model, self.camera, number) for number in range(AT_ONCE)]
        self.captions = [Caption(theme, self.model, number) for number in range(AT_ONCE)]
        self._maps = QSplitter(Qt.Orientation.Horizontal)
        self._maps.setHandleWidth(1)
        self._maps.setChildrenCollapsible(False)
        self._halves: list[QWidget] = []
        for caption, canvas in zip(self.captions, self.canvases, strict=True):
            half = QWidget()
            column = QVBoxLayout(half)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(caption)
            column.addWidget(canvas, 1)
            self._halves.append(half)
            self._maps.addWidget(half)
        self.blank = Blank(theme)
        self.lay_out = self.blank.offer(self.tr("Lay out the map"), self.model.again, "primary")
        self.trouble = TroubleBox(theme)
        self.asking = Remark(theme, icon="info")
        self.asking.act.setText(self.tr("Lay it out"))
        self.asking.act.show()
        self.waiting = QWidget()
        self._waiting_for = TextLabel(theme, "", self.waiting)
        self._progress = QProgressBar(self.waiting)
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self.stop = button(self.tr("Cancel"), "", self.waiting)
        line = QHBoxLayout(self.waiting)
        line.setContentsMargins(INSIDE, GRID, INSIDE, GRID)
        line.setSpacing(INSIDE)
        line.addWidget(self._waiting_for)
        line.addWidget(self._progress, 1)
        line.addWidget(self.stop)

    def _make_side(self) -> None:
        theme = self._theme
        self.search = SearchField(self.tr("Search texts"))
        self.search.setToolTip(
            self.tr("Texts with all of these words stand out (Ctrl+F); Enter goes from one to the next")
        )
        self._matches = TextLabel(theme, "", size=CAPTION, role="muted")
        self.take = button(self.tr("Select them"), "quiet")
        self.legend = Legend(theme, self.model)
        self._legend_title = TextLabel(theme, "", weight=SEMIBOLD)
        self.selection = Selection(theme, self.model.shared)

    def _tools(self) -> QWidget:
        """Zoom, hands, names, the way out."""
        theme = self._theme
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)

        def tool(icon: str, name: str, tip: str, run: Callable[[], object]) -> IconButton:
            one = IconButton(theme, icon, name)
            one.set_text(name, tip)
            one.clicked.connect(lambda: run())
            row.addWidget(one)
            return one

        self.hands = {
            Hand.PAN: tool(
                "hand",
                self.tr("Move the map"),
                self.tr("Dragging moves the map (Shift+Arrows)"),
                lambda: self.set_hand(Hand.PAN),
            ),
            Hand.RECTANGLE: tool(
                "square-dashed",
                self.tr("Select a rectangle"),
                self.tr(
                    "Dragging selects a rectangle; Shift adds to what is selected, Alt takes away."
                    " While the map is moved: Shift+drag. All in sight: Ctrl+A"
                ),
                lambda: self.set_hand(Hand.RECTANGLE),
            ),
            Hand.LASSO: tool(
                "lasso-select",
                self.tr("Select with a lasso"),
                self.tr(
                    "Dragging draws around what is selected; Shift adds to it, Alt takes away."
                    " While the map is moved: Alt+drag"
                ),
                lambda: self.set_hand(Hand.LASSO),
            ),
        }
        for one in self.hands.values():
            one.setCheckable(True)
        row.addSpacing(GRID)
        tool(
            "zoom-out",
            self.tr("Zoom out"),
            self.tr("Zoom out (-)"),
            lambda: self.canvases[0].zoom_step(closer=False),
        )
        tool(
            "zoom-in",
            self.tr("Zoom in"),
            self.tr("Zoom in (+)"),
            lambda: self.canvases[0].zoom_step(closer=True),
        )
        tool("maximize", self.tr("Show all"), self.tr("Show all points (0)"), self.fit)
        row.addSpacing(GRID)
        self.names = tool(
            "tag",
            self.tr("Names on the map"),
            self.tr("Names of groups on the map, and texts where few are in sight"),
            self._toggle_names,
        )
        self.names.setCheckable(True)
        self.names.setChecked(True)
        self.save = tool(
            "file-down", self.tr("Save the map"), self.tr("Save the coordinates or a picture"), lambda: None
        )
        self.save.clicked.disconnect()
        menu = QMenu(self.save)
        menu.addAction(self.tr("Coordinates (CSV)…"), lambda: self._begin_save("csv"))
        menu.addAction(self.tr("Picture (PNG)…"), lambda: self._begin_save("png"))
        menu.addAction(self.tr("Picture (SVG)…"), lambda: self._begin_save("svg"))
        self.save.setMenu(menu)
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.side_button = tool(
            "panel-right",
            self.tr("Legend and selection"),
            self.tr("Show or hide the legend and what is selected"),
            self._toggle_side,
        )
        self.side_button.setCheckable(True)
        self.set_hand(Hand.PAN)
        follow(made, theme, lambda: made.setFixedHeight(self.by.sizeHint().height()))
        return made

    def _lay_out(self) -> None:
        theme = self._theme
        bar = Ground(theme, "bottom", "canvas")
        choices = QWidget()
        flow = FlowLayout(choices, spacing=INSIDE)
        around = QVBoxLayout(bar)
        around.setContentsMargins(INSIDE, GRID, INSIDE, GRID + 1)
        around.addWidget(choices)
        kind = QWidget()
        row = QHBoxLayout(kind)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.kind)
        row.addWidget(self.anew)
        for widget in (kind, self.by, self.many, self.query, self.first, self.second, self._tools()):
            flow.addWidget(widget)
        self._side = Ground(theme, "left")
        column = QVBoxLayout(self._side)
        column.setContentsMargins(RELATED, INSIDE, INSIDE, INSIDE)
        column.setSpacing(INSIDE)
        column.addWidget(self.search)
        matches = QHBoxLayout()
        matches.addWidget(self._matches, 1)
        matches.addWidget(self.take)
        column.addLayout(matches)
        column.addWidget(self._legend_title)
        column.addWidget(self.legend, 3)
        column.addWidget(self.selection, 2)
        middle = QWidget()
        inner = QVBoxLayout(middle)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.asking)
        inner.addWidget(self.waiting)
        inner.addWidget(self.trouble)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._maps)
        self._stack.addWidget(self.blank)
        inner.addWidget(self._stack, 1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(middle, 1)
        body.addWidget(self._side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(bar)
        whole.addLayout(body, 1)
        follow(self._side, theme, lambda: self._side.setFixedWidth(theme.px(_SIDE)))

    def _connect(self) -> None:
        model = self.model
        self.kind.chosen.connect(lambda kind: model.set_kind(MapKind(kind)))
        self.anew.clicked.connect(model.lay_out_anew)
        self.by.activated.connect(
            lambda: model.colour(ColourBy(self.by.currentData()), self.many.currentData())
        )
        self.many.activated.connect(lambda: model.colour(ColourBy.CLUSTER, self.many.currentData()))
        for combo in (self.first, self.second):
            combo.activated.connect(self._choose_columns)
        self.query.returnPressed.connect(lambda: model.compare_with(self.query.text()))
        self.query.textChanged.connect(self._query_changed)
        self.search.textChanged.connect(lambda: self._typing.start())
        self._typing.timeout.connect(lambda: model.search(self.search.text()))
        self.search.returnPressed.connect(self._go_to_found)
        self.take.clicked.connect(model.select_found)
        self.asking.act.clicked.connect(model.agree)
        self.stop.clicked.connect(model.stop)
        self.trouble.retry_wanted.connect(model.again)
        self.selection.show_wanted.connect(self.show_row)
        one, other = self.canvases
        one.resized.connect(self._fit_on)
        for canvas in self.canvases:
            canvas.fit_wanted.connect(self.fit)
            canvas.resized.connect(self._level_captions)
            OwnKeys(canvas, {"Ctrl+F": self._begin_search})
        one.pointed_at.connect(other.mark)
        other.pointed_at.connect(one.mark)
        model.laid_out.connect(self.fit)
        model.arrived.connect(self.show_row)
        model.changed.connect(self.show_model)

    # what the user can do

    def _begin_search(self) -> None:
        self._side_wanted = True
        self._fit_side()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _go_to_found(self) -> None:
        self._typing.stop()
        self.model.go_to_found(self.search.text())

    @Slot()
    def fit(self) -> None:
        """Show all points of all maps."""
        found = [each.made.bounds for each in self.model.shown if each.made.bounds is not None]
        if found:
            whole = Bounds(
                min(one.left for one in found),
                min(one.bottom for one in found),
                max(one.right for one in found),
                max(one.top for one in found),
            )
            self.camera.fit(whole, self.canvases[0].extent)

    @Slot()
    def _fit_on(self) -> None:
        """The room is another one: who looked at all of it goes on to do so."""
        if self.camera.all_of_it:
            self.fit()

    def set_hand(self, hand: Hand) -> None:
        for canvas in self.canvases:
            canvas.set_hand(hand)
        for own, one in self.hands.items():
            one.setChecked(own is hand)

    @Slot(int)
    def show_row(self, row: int) -> None:
        """Bring a text into sight."""
        canvas = self.canvases[0]
        place = canvas.shown.made.place(row) if canvas.shown is not None else None
        if place is not None:
            self.camera.show_place(*place, canvas.extent)
            for each in self.canvases:
                each.mark(row)

    # showing

    @Slot()
    def show_model(self) -> None:
        model = self.model
        self._show_choices()
        self.trouble.show_trouble(model.trouble)
        self.waiting.setVisible(model.working is not None)
        if model.working is not None:
            self._waiting_for.setText(stage(model.stage))
            self._progress.setValue(round(1000 * model.working))
        shown = [each for each in model.shown if each.dots is not None]
        somewhere = any(each.made.bounds is not None for each in shown)
        for number, half in enumerate(self._halves):
            half.setVisible(number < len(shown))
        self._fit_side()
        self._level_captions()
        self.asking.say(takes(model.asking) if model.asking is not None else "")
        self._say_blank()
        self._stack.setCurrentWidget(self._maps if somewhere else self.blank)
        found = bool(model.words)
        self._matches.setText(self.tr("{0} found").format(count(len(model.found))) if found else "")
        self._matches.setVisible(found)
        self.take.setVisible(found and bool(model.found))
        if self.search.text().strip() != model.words and not self._typing.isActive():
            with QSignalBlocker(self.search):
                self.search.setText(model.words)
        self._legend_title.setText("" if model.by is ColourBy.NOTHING else way(model.by))
        self.save.setEnabled(somewhere)

    @Slot()
    def _level_captions(self) -> None:
        """Maps side by side begin at the same height, so that the same place is level in both."""
        shown = [
            caption for caption, half in zip(self.captions, self._halves, strict=True) if not half.isHidden()
        ]
        high = max((caption.needed for caption in shown), default=0)
        for caption in shown:
            caption.setFixedHeight(high)

    def _show_choices(self) -> None:
        model, shared = self.model, self.model.shared
        self.kind.set_value(model.kind)
        self.anew.setVisible(model.kind is MapKind.NEIGHBOURS)
        if [self.by.itemData(place) for place in range(self.by.count())] != list(model.ways):
            self.by.clear()
            for each in model.ways:
                self.by.addItem(self.tr("Colour: {0}").format(way(each)), each)
        self.by.setCurrentIndex(max(0, self.by.findData(model.by)))
        self.many.setVisible(model.by is ColourBy.CLUSTER)
        self.many.setCurrentIndex(0 if model.many is None else model.many - 1)
        self.query.setVisible(model.by is ColourBy.LIKENESS)
        chosen = shared.chosen
        keys = [column.key for column in model.columns]
        for combo, place in ((self.first, 0), (self.second, 1)):
            items = [(shared.title_of(column), column.key) for column in chosen]
            if place:
                items = [(self.tr("Nothing beside it"), "")] + [
                    (self.tr("Beside: {0}").format(title), key) for title, key in items if key != keys[0]
                ]
            now = [(combo.itemText(row), combo.itemData(row)) for row in range(combo.count())]
            if now != items:
                combo.clear()
                for title, key in items:
                    combo.addItem(title, key)
            combo.setCurrentIndex(max(0, combo.findData(keys[place] if place < len(keys) else "")))
            combo.setVisible(len(chosen) > 1)

    def _say_blank(self) -> None:
        model = self.model
        waits = model.working is not None or bool(model.shown)
        asks = model.asking is not None
        self.lay_out.setVisible(bool(model.columns) and not waits and not asks and model.trouble is None)
        if model.trouble is not None:
            self.blank.say("map", "muted", self.tr("There is no map."))
        elif model.shown and model.working is None:
            self.blank.say(
                "map",
                "muted",
                self.tr("No text has a vector that can be compared."),
                self.tr("They are empty, all zeros or not numbers. The page Texts says which."),
            )
        elif waits:
            self.blank.say("map", "muted", stage(model.stage))
        elif model.shared.study is None:
            self.blank.say("map", "muted", self.tr("No texts are open."))
        elif not model.shared.columns:
            self.blank.say(
                "map",
                "muted",
                self.tr("No vectors yet."),
                self.tr(
                    "Choose models at the right, then press Embed. Here you see which texts they find alike."
                ),
            )
        elif not model.columns:
            self.blank.say(
                "map",
                "muted",
                self.tr("No model is chosen."),
                self.tr("Choose at the right which ones are compared."),
            )
        else:
            self.blank.say("map", "muted", self.tr("The map is not laid out."))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.set_seen(True)
        self._fit_side()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.model.set_seen(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()

    def _fit_side(self) -> None:
        """Where there is little room, only on demand."""
        least = _NARROW_FOR_TWO if len(self.model.shown) > 1 else _NARROW
        wide = self.width() >= self._theme.px(least)
        shown = wide if self._side_wanted is None else self._side_wanted
        self._side.setVisible(shown)
        self.side_button.setChecked(shown)

    def _toggle_side(self) -> None:
        self._side_wanted = self._side.isHidden()
        self._fit_side()

    def _toggle_names(self) -> None:
        for canvas in self.canvases:
            canvas.show_names(self.names.isChecked())

    @Slot()
    def _choose_columns(self) -> None:
        keys = [self.first.currentData(), self.second.currentData()]
        self.model.show_columns(key for key in keys if key)

    @Slot(str)
    def _query_changed(self, text: str) -> None:
        if not text and self.model.query:
            self.model.compare_with("")

    # leaving with it

    def _begin_save(self, kind: str) -> None:
        self._tasks.start("save", self._save(kind))

    async def _save(self, kind: str) -> None:
        model = self.model
        texts = model.shared.texts
        name = f"{texts.name if texts is not None else ''} map.{kind}".strip().replace("/", "-")
        title = self.tr("Save the coordinates") if kind == "csv" else self.tr("Save the picture")
        path = await save_file(self, title, name)
        if not path:
            return
        if kind == "csv":
            colours = model.colours
            named = colours is not None and colours.by not in (ColourBy.LIKENESS, ColourBy.NOTHING)
            groups = (
                [group_name(colours, group) for group in range(colours.count)] if named and colours else []
            )
            data = await model.csv(groups)
        else:
            picture = self.picture()
            data = picture.png() if kind == "png" else picture.svg()
        try:
            await save(Path(path), data)
        except WorkbenchError as error:
            self.trouble.show_trouble(Trouble.of(error), retryable=False)

    def picture(self) -> MapPicture:
        """The maps as they are looked at."""
        shown = self.model.shown
        titles = [self.model.shared.title_of(each.column) for each in shown]
        maps = [(title, canvas.painter) for title, canvas in zip(titles, self.canvases, strict=False)]
        return MapPicture(self._theme, maps, self.camera, QSizeF(self.canvases[0].size()))
