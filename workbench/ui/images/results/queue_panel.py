"""The queue beside the pictures: what runs, what waits, and in which order."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.images.jobs import ImageJob, JobState
from workbench.domain.settings import info_of
from workbench.ui.images.results import words
from workbench.ui.images.results.queue_model import QueueModel
from workbench.ui.images.results.queue_rows import QueueDelegate
from workbench.ui.support import figures
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.sentences import in_words
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.surfaces import Ground, Remark
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    INSIDE,
    PADDING,
    RELATED,
    SECTION,
    SEMIBOLD,
    Theme,
    follow,
)
from workbench.ui.support.ticking import Ticking

_TICK_MS = 1000
_SETTING = "images_at_once"
_AGAIN = (JobState.FAILED, JobState.CANCELLED)


class QueuePanel(Ground):
    """Signals: closed, batch_wanted (batch id), record_wanted (exchange id)."""

    closed = Signal()
    batch_wanted = Signal(str)
    record_wanted = Signal(str)

    def __init__(
        self, theme: Theme, model: QueueModel, settings: SettingsModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "left", "surface", parent)
        self._theme = theme
        self.model = model
        self._settings = settings
        self._make()
        self._lay_out()
        self._tick = Ticking(self, _TICK_MS, lambda: model.ticking, self.list.viewport().update)
        model.changed.connect(self.refresh)
        settings.changed.connect(self._setting_changed)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        model = self.model
        parts = [
            text.format(figures.count(number))
            for number, text in (
                (model.running, self.tr("{0} running")),
                (model.waiting, self.tr("{0} waiting")),
                (model.failures, self.tr("{0} failed")),
            )
            if number
        ]
        if model.paused:
            parts.insert(0, self.tr("Paused"))
        elif model.left_s is not None:
            parts.append(self.tr("about {0} left").format(words.span(model.left_s)))
        self.facts.setText(" · ".join(parts))
        self.facts.setVisible(bool(parts))
        busy = model.running + model.waiting > 0
        self.pause.setVisible(busy or model.paused)
        self.pause.setText(self.tr("Go on") if model.paused else self.tr("Pause"))
        set_icon(self.pause, self._theme, "play" if model.paused else "pause", "muted")
        self.cancel.setVisible(busy)
        self.clear.setVisible(model.over > 0)
        trouble = model.trouble
        self.remark.say(in_words(trouble) if trouble else "")
        self._stack.setCurrentWidget(self.list if model.rowCount() else self.blank)
        self._tick.look()

    def selected_ids(self) -> list[str]:
        """From the top; without a selection the current row's."""
        indexes = self.list.selectionModel().selectedIndexes() or [self.list.currentIndex()]
        indexes.sort(key=lambda index: index.row())
        return [job.id for index in indexes if (job := self.model.job(index)) is not None]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QKeyEvent() if watched is self.list and event.type() is QEvent.Type.KeyPress:
                return self._pressed(event)
            case QMouseEvent() if watched is self.list.viewport():
                return self._clicked(event)
        return super().eventFilter(watched, event)

    def _make(self) -> None:
        theme = self._theme
        self.close_button = IconButton(theme, "x", self.tr("Close the queue"), self)
        self.close_button.clicked.connect(self.closed)
        self.facts = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.pause = button(self.tr("Pause"), "quiet", self)
        self.pause.setToolTip(self.tr("Begin no more calls; those that run go on"))
        self.cancel = button(self.tr("Cancel all"), "quiet", self)
        self.cancel.setToolTip(self.tr("Cut off what runs and give up what waits; it can be asked for again"))
        set_icon(self.cancel, theme, "circle-stop", "muted")
        self.clear = button(self.tr("Clear"), "quiet", self)
        self.clear.setToolTip(self.tr("Leave out of this list what is over"))
        set_icon(self.clear, theme, "check-check", "muted")
        self.pause.clicked.connect(self.model.toggle_pause)
        self.cancel.clicked.connect(self.model.cancel_all)
        self.clear.clicked.connect(self.model.clear_over)
        self.remark = Remark(theme, self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.delegate = QueueDelegate(theme, self.model, self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.setAccessibleName(self.tr("Queue"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.doubleClicked.connect(self._open_batch)
        self.list.installEventFilter(self)
        self.list.viewport().installEventFilter(self)
        self.blank = Blank(theme, self)
        self.blank.say(
            "layers", "muted", self.tr("Nothing waits."), self.tr("Pictures you ask for line up here.")
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.blank)
        self.at_once = QSpinBox(self)
        info = info_of(_SETTING)
        self.at_once.setRange(int(info.minimum or 1), int(info.maximum or 1))
        self.at_once.setAccessibleName(self.tr("Calls at once to each model"))
        self.at_once.setToolTip(self.tr("More come sooner, until the provider says it is too much"))
        self.at_once.setValue(self._settings.value.images_at_once)
        self.at_once.valueChanged.connect(self._set_at_once)
        follow(self.at_once, theme, lambda: self.at_once.setFixedWidth(theme.px(56)))

    def _lay_out(self) -> None:
        theme = self._theme
        head = QHBoxLayout()
        head.addWidget(TextLabel(theme, self.tr("Queue"), self, size=SECTION, weight=SEMIBOLD), 1)
        head.addWidget(self.close_button)
        acts = QHBoxLayout()
        acts.setSpacing(GRID)
        for act in (self.pause, self.cancel, self.clear):
            acts.addWidget(act)
        acts.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(INSIDE)
        label = TextLabel(theme, self.tr("At once to each model"), self, size=CAPTION + 1, role="muted")
        label.setBuddy(self.at_once)
        foot.addWidget(label, 1)
        foot.addWidget(self.at_once)
        top = QVBoxLayout()
        top.setContentsMargins(PADDING, RELATED, RELATED, 0)
        top.setSpacing(GRID)
        top.addLayout(head)
        top.addWidget(self.facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(GRID)
        column.addLayout(top)
        acts.setContentsMargins(INSIDE, 0, INSIDE, 0)
        column.addLayout(acts)
        column.addWidget(self.remark)
        self._stack.setContentsMargins(GRID, 0, GRID, 0)
        column.addWidget(self._stack, 1)
        foot.setContentsMargins(PADDING, GRID, RELATED, RELATED)
        column.addLayout(foot)

    # keys and mouse

    def _pressed(self, event: QKeyEvent) -> bool:
        key, ids = event.key(), self.selected_ids()
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.model.move_by(ids, key == Qt.Key.Key_Down)
        elif key == Qt.Key.Key_Delete and plain:
            self.model.cancel(ids)
        elif key == Qt.Key.Key_R and plain:
            self.model.retry(ids)
        elif key == Qt.Key.Key_D and plain:
            self._show_record()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self._open_batch(self.list.currentIndex())
        else:
            return False
        return True

    def _clicked(self, event: QMouseEvent) -> bool:
        """A click on the painted button at a row's end."""
        if (
            event.type() is not QEvent.Type.MouseButtonPress
            or event.button() is not Qt.MouseButton.LeftButton
        ):
            return False
        pos = event.position().toPoint()
        index = self.list.indexAt(pos)
        job = self.model.job(index)
        place = self.delegate.act_place(self.list.visualRect(index), self.layoutDirection())
        if job is None or not self.delegate.act_icon(job) or not place.contains(pos):
            return False
        if job.state.over:
            self.model.retry((job.id,))
        else:
            self.model.cancel((job.id,))
        return True

    @Slot(QModelIndex)
    def _open_batch(self, index: QModelIndex) -> None:
        if (job := self.model.job(index)) is not None:
            self.batch_wanted.emit(job.batch_id)

    @Slot()
    def _show_record(self) -> None:
        job = self.model.job(self.list.currentIndex())
        if job is not None and job.exchange_id:
            self.record_wanted.emit(job.exchange_id)

    # menu

    @Slot(QPoint)
    def _open_menu(self, at: QPoint) -> None:
        if self.list.indexAt(at).isValid():
            self.menu_of(self.selected_ids()).popup(self.list.viewport().mapToGlobal(at))

    def menu_of(self, ids: list[str]) -> QMenu:
        """What can be done about these calls."""
        menu = QMenu(self.list)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        jobs = [
            job for id in ids if (job := self.model.job(self.model.index(self.model.row_of(id)))) is not None
        ]
        if any(job.state is JobState.WAITING for job in jobs):
            self._add(menu, "arrow-up", self.tr("Sooner"), "Alt+Up").triggered.connect(
                lambda: self.model.move_by(ids, down=False)
            )
            self._add(menu, "arrow-down", self.tr("Later"), "Alt+Down").triggered.connect(
                lambda: self.model.move_by(ids, down=True)
            )
        if any(not job.state.over for job in jobs):
            self._add(menu, "x", self.tr("Cancel"), "Del").triggered.connect(lambda: self.model.cancel(ids))
        if any(job.state in _AGAIN for job in jobs):
            self._add(menu, "rotate-ccw", self.tr("Ask again"), "R").triggered.connect(
                lambda: self.model.retry(ids)
            )
        if len(jobs) == 1:
            self._add_about_one(menu, jobs[0])
        return menu

    def _add_about_one(self, menu: QMenu, job: ImageJob) -> None:
        if menu.actions():
            menu.addSeparator()
        self._add(menu, "image", self.tr("Show its batch"), "Return").triggered.connect(
            lambda: self.batch_wanted.emit(job.batch_id)
        )
        if job.exchange_id:
            self._add(menu, "scroll-text", self.tr("What was sent and came back"), "D").triggered.connect(
                lambda: self.record_wanted.emit(job.exchange_id)
            )

    def _add(self, menu: QMenu, icon: str, text: str, keys: str) -> QAction:
        action = QAction(text, menu)
        set_icon(action, self._theme, icon)
        action.setShortcut(QKeySequence(keys))
        menu.addAction(action)
        return action

    # settings and time

    @Slot(int)
    def _set_at_once(self, value: int) -> None:
        self._settings.set(_SETTING, value)
        self.refresh()

    @Slot(str)
    def _setting_changed(self, name: str) -> None:
        if name == _SETTING:
            with QSignalBlocker(self.at_once):
                self.at_once.setValue(self._settings.value.images_at_once)
