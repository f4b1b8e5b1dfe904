"""A run: each of its models, and what can be done about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from workbench.domain.embeddings.runs import RunState
from workbench.ui.embeddings.models.model import ModelsModel, RunEntry
from workbench.ui.embeddings.models.run_line import RunLine
from workbench.ui.support.buttons import ElidedLabel, IconButton, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import set_icon
from workbench.ui.support.moments import moment
from workbench.ui.support.surfaces import small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, Theme
from workbench.ui.support.ticking import Ticking

_TICK_MS = 1000


class RunCard(QFrame):
    """While a limit is waited out it counts down. clock: Unix seconds."""

    def __init__(
        self,
        theme: Theme,
        model: ModelsModel,
        entry: RunEntry,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._entry = entry
        self._clock = clock
        self.lines: list[RunLine] = []
        self.setProperty("kind", "card")
        self.head = ElidedLabel(theme, "", self, size=CAPTION, role="muted")
        self.delete = small(IconButton(theme, "trash-2", self.tr("Delete this run"), self))
        self.delete.set_text(
            self.tr("Delete this run"),
            self.tr("Delete this run; its vectors stay kept, nothing is paid twice"),
        )
        self.stop = button(self.tr("Stop"), "", self)
        self.stop.setToolTip(self.tr("What is done stays; it can be resumed"))
        set_icon(self.stop, theme, "circle-stop", "text", 14)
        self.resume = button(self.tr("Resume"), "", self)
        set_icon(self.resume, theme, "play", "text", 14)
        self._lay_out()
        run_id = entry.run.id
        self.delete.clicked.connect(lambda: model.delete(run_id))
        self.stop.clicked.connect(lambda: model.stop(run_id))
        self.resume.clicked.connect(lambda: model.resume(run_id))
        self._tick = Ticking(self, _TICK_MS, self._held, self._show)
        self.show_entry(entry)

    def show_entry(self, entry: RunEntry) -> None:
        """The same run, as it is now."""
        self._entry = entry
        self._show()
        self._tick.look()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.head, 1)
        head.addWidget(self.delete)
        acts = FlowLayout(spacing=INSIDE)
        acts.addWidget(self.stop)
        acts.addWidget(self.resume)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, INSIDE, INSIDE, INSIDE)
        column.setSpacing(INSIDE)
        column.addLayout(head)
        for number in range(len(self._entry.run.models)):
            if number:
                column.addSpacing(INSIDE)
            column.addWidget(self._line(number))
        column.addLayout(acts)

    def _line(self, number: int) -> RunLine:
        line, model = RunLine(self._theme, self), self._model
        line.compare_wanted.connect(lambda on: model.shared.compare(self._entry.columns[number], on))
        line.resume_wanted.connect(lambda: model.resume(self._entry.run.id))
        line.record_wanted.connect(model.shared.show_record)
        line.trouble.connection_wanted.connect(model.shared.connection_wanted)
        line.rows_wanted.connect(model.show_rows)
        self.lines.append(line)
        return line

    def _show(self) -> None:
        run, model, now = self._entry.run, self._model, self._clock()
        elsewhere = self.tr("in another window") if model.is_elsewhere(run) else ""
        told = (moment(run.created_at), model.target_name(run), elsewhere)
        self.head.setText(" · ".join(part for part in told if part))
        self.setAccessibleName(self.tr("Run of {0}").format(self.head.text()))
        for number, (line, one) in enumerate(zip(self.lines, run.models, strict=True)):
            key = self._entry.columns[number]
            line.show_model(
                one,
                model.title_of(run, number),
                column=bool(key),
                compared=bool(key) and model.compared(key),
                hold=model.held(run, number),
                now=now,
            )
        self._show_acts(
            (
                (self.stop, not run.state.over and not elsewhere),
                (self.resume, run.state is RunState.STOPPED),
            )
        )

    def _show_acts(self, shown: Sequence[tuple[QWidget, bool]]) -> None:
        """shown: whether each can be done. The keyboard stays at this card when what it was at goes."""
        leaving = any(not stays and _has_focus(act) for act, stays in shown)
        for act, stays in shown:
            if stays:
                act.show()
                if leaving:
                    act.setFocus()
        if leaving and not any(stays for _, stays in shown):
            self.delete.setFocus()
        for act, stays in shown:
            act.setVisible(stays)

    def _held(self) -> bool:
        run = self._entry.run
        return any(self._model.held(run, number) is not None for number in range(len(run.models)))


def _has_focus(widget: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))
