"""Export, import and reset on the settings page: buttons, a bar while it works, what came of it, what went wrong, in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from workbench.ui.preferences import data_words as words
from workbench.ui.preferences.data_model import DataModel, Job
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.dialogs import open_files, save_file
from workbench.ui.support.file_opener import Open, ltr, open_path
from workbench.ui.support.sentences import in_words
from workbench.ui.support.theme import INSIDE, PADDING, RELATED, SEMIBOLD, Theme


class Card(QFrame):
    """A sentence in bold, one that explains it, and what can be done."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.what = TextLabel(theme, "", self, weight=SEMIBOLD, wrap=True)
        self.why = TextLabel(theme, "", self, role="muted", wrap=True)
        self.acts = QHBoxLayout()
        self.acts.setSpacing(INSIDE)
        self.acts.addStretch(1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        self.column.setSpacing(INSIDE)
        self.column.addWidget(self.what)
        self.column.addWidget(self.why)
        self.column.addLayout(self.acts)
        self.hide()

    def say(self, what: str, why: str) -> None:
        self.what.setText(what)
        self.why.setText(why)
        self.setAccessibleName(what)
        self.setAccessibleDescription(why)

    def add_act(self, text: str, act: Callable[[], object], kind: str = "") -> QPushButton:
        made = button(text, kind, self)
        made.clicked.connect(act)
        self.acts.insertWidget(self.acts.count() - 1, made)
        return made


class JobBox(QWidget):
    """What all three have. Subclasses say what they show in `show_state`."""

    def __init__(self, theme: Theme, model: DataModel, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.job = model, job
        self.title = ""
        self.help_text = ""
        self._acts: list[QPushButton] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(INSIDE)
        self._row.addStretch(1)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.stop = button(self.tr("Cancel"), "quiet", self)
        self.stop.clicked.connect(model.cancel)
        self._working = QWidget(self)
        row = QHBoxLayout(self._working)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        row.addWidget(self.progress, 1)
        row.addWidget(self.stop)
        self.outcome = TextLabel(theme, "", self, role="muted", wrap=True)
        self.problem = TextLabel(theme, "", self, role="bad", wrap=True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(INSIDE)
        self.column.addLayout(self._row)
        self.column.addWidget(self._working)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.outcome)
        model.changed.connect(self.refresh)
        model.progressed.connect(self._show_progress)

    def add_act(self, text: str, act: Callable[[], object], kind: str = "") -> QPushButton:
        made = button(text, kind, self)
        made.clicked.connect(act)
        self._row.insertWidget(self._row.count() - 1, made)
        self._acts.append(made)
        return made

    def name(self, title: str) -> None:
        self.title = title
        self.progress.setAccessibleName(title)

    def say(self, sentence: str) -> None:
        self.outcome.setText(sentence)
        self.outcome.setVisible(bool(sentence))

    def show_state(self) -> None:
        """The model has changed."""

    @Slot()
    def refresh(self) -> None:
        model = self.model
        working = model.running is self.job
        self._working.setVisible(working)
        if not working:
            self.progress.setValue(0)
        busy = self.tr("Wait until the other work with your data is done.") if model.running else ""
        for act in self._acts:
            act.setEnabled(model.running is None)
            act.setToolTip(busy)
        failed = model.problem is not None and model.problem[0] is self.job
        self.problem.setText(in_words(model.problem[1]) if failed and model.problem else "")
        self.problem.setVisible(failed)
        self.show_state()

    @Slot(float)
    def _show_progress(self, share: float) -> None:
        if self.model.running is self.job:
            self.progress.setValue(round(share * 1000))


class PlannedCard(Card):
    """What is done at the next start. Hidden while nothing is planned, or something else (reset: which of the two)."""

    def __init__(self, theme: Theme, model: DataModel, *, reset: bool, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._model, self._reset = model, reset
        self.restart = self.add_act(self.tr("Close and start again"), model.restart, "primary")
        self.call_off = self.add_act(self.tr("Call it off"), model.call_off)

    def refresh(self) -> None:
        planned = self._model.planned
        shown = planned is not None and planned.reset == self._reset
        if shown:
            where = self.tr("What is there now is not deleted; it is moved to {0}").format(
                ltr(self._model.backup)
            )
            what = (
                self.tr("Everything is reset when the program starts the next time.")
                if self._reset
                else self.tr(
                    "The data of the file takes the place of yours when the program starts the next time."
                )
            )
            self.say(what, where)
        self.setVisible(shown)


class ExportBox(JobBox):
    def __init__(
        self, theme: Theme, model: DataModel, parent: QWidget | None = None, *, open_path: Open = open_path
    ) -> None:
        super().__init__(theme, model, Job.EXPORT, parent)
        self.name(self.tr("Export"))
        self.help_text = self.tr(
            "One file with your conversations, pictures, recordings, routes, texts and settings, to keep or to take to "
            "another computer. Tokens and keys are never in it."
        )
        self._open = open_path
        self.export = self.add_act(self.tr("Export all data…"), self._export)
        self.show_it = button(self.tr("Show in folder"), "", self)
        self.show_it.clicked.connect(self._show_folder)
        self.column.addWidget(self.show_it, 0, Qt.AlignmentFlag.AlignLeading)
        self.refresh()

    def show_state(self) -> None:
        written = self.model.written
        self.show_it.setVisible(written is not None)
        if written is None:
            self.say("")
            return
        path, manifest = written
        lines = [
            self.tr("Saved as {0}").format(ltr(path)),
            words.contents(manifest.counts, manifest.size),
            words.elsewhere(manifest.counts),
            words.left_out(len(manifest.left_out)),
        ]
        self.say("\n".join(line for line in lines if line))

    @Slot()
    def _export(self) -> None:
        self.model.ask(self._ask_and_export())

    async def _ask_and_export(self) -> None:
        name = self.model.file_name
        filters = self.tr("Zip files (*.zip)")
        if path := await save_file(self, self.tr("Export all data"), name, filters=filters):
            self.model.export(Path(path).with_suffix(".zip"), self.tr("Exporting all data"))

    @Slot()
    def _show_folder(self) -> None:
        if self.model.written is not None:
            self._open(self.model.written[0].parent)


class ImportBox(JobBox):
    def __init__(self, theme: Theme, model: DataModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, Job.IMPORT, parent)
        self.name(self.tr("Import"))
        self.help_text = self.tr(
            "Takes in a file that was exported here or on another computer. It is checked first, and replaces nothing before "
            "you say so. Connections then ask for their tokens again."
        )
        self.choose = self.add_act(self.tr("Import…"), self._choose)
        self.found = Card(theme, self)
        self.accept = self.found.add_act(self.tr("Replace all my data"), model.accept, "danger")
        self.leave = self.found.add_act(self.tr("Leave everything as it is"), model.leave)
        self.planned = PlannedCard(theme, model, reset=False, parent=self)
        self.column.addWidget(self.found)
        self.column.addWidget(self.planned)
        self.refresh()

    def show_state(self) -> None:
        found = self.model.found
        working = self.model.running is Job.IMPORT
        self.say(self.tr("The file is being checked. Nothing is changed yet.") if working else "")
        if found is not None:
            manifest = found.manifest
            made = self.tr("Exported {0} by version {1}.").format(
                manifest.exported_at.replace("T", " ").rstrip("Z"), manifest.program
            )
            lines = [
                made,
                words.contents(manifest.counts, manifest.size),
                self.tr(
                    "It takes the place of all your data at the next start; yours is moved aside, not deleted."
                ),
            ]
            self.found.say(self.tr("The file is good."), "\n".join(lines))
        self.found.setVisible(found is not None and not working)
        self.planned.refresh()

    @Slot()
    def _choose(self) -> None:
        self.model.ask(self._ask_and_look())

    async def _ask_and_look(self) -> None:
        filters = self.tr("Data of AI Workbench (*.zip)")
        for path in await open_files(self, self.tr("Import all data"), filters=filters):
            self.model.look_into(Path(path), self.tr("Checking {0}").format(Path(path).name))
