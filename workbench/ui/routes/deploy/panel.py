"""The deploy panel: where to, what would change, the very calls, who deployed what, and the button that does it."""

from __future__ import annotations

import json

from PySide6.QtCore import QDateTime, QLocale, Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.routes.elements import Route
from workbench.services.deployment_plan import Plan, Step
from workbench.services.deployments import Version
from workbench.ui.routes.deploy.differences import overlay_of
from workbench.ui.routes.deploy.model import DeployModel, Phase
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import NOTHING
from workbench.ui.routes.panel import Panel
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.forms import Segments
from workbench.ui.support.icons import icon
from workbench.ui.support.sentences import in_words
from workbench.ui.support.shortcuts import on_keys
from workbench.ui.support.surfaces import CalmCombo
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, RELATED, Theme, follow
from workbench.ui.support.tooltips import as_tip

_CHANGES, _CALLS, _VERSIONS = "changes", "calls", "versions"
_FORM = 300


class DeployPanel(Panel):
    """Shows a DeployModel."""

    def __init__(
        self, theme: Theme, document: RouteDocument, model: DeployModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, parent)
        self._theme = theme
        self.model = model
        self._compared: Route | None = None
        self.targets = CalmCombo(self)
        self.gateway = QLineEdit(self)
        self.note = QLineEdit(self)
        self.deploy = button("", "primary", self)
        self.insist = button(self.tr("Deploy in spite of errors"), "danger", self)
        self.again = button(self.tr("Compare again"), "quiet", self)
        self.stop = button(self.tr("Stop"), "quiet", self)
        self.state = TextLabel(theme, "", self, wrap=True)
        self.drift = TextLabel(theme, "", self, role="warn", wrap=True)
        self.parts = Segments(
            self.tr("Show"),
            [
                (_CHANGES, self.tr("Changes")),
                (_CALLS, self.tr("Calls")),
                (_VERSIONS, self.tr("Versions")),
            ],
            self,
        )
        self.changes = QListWidget(self)
        self.calls = QPlainTextEdit(self)
        self.versions = QTreeWidget(self)
        self.back = button(self.tr("Let it run"), "", self)
        self.hold = button(self.tr("Compare on the canvas"), "quiet", self)
        self._stack = QStackedWidget(self)
        self._build()
        model.changed.connect(self._refresh)
        model.compared.connect(self._show_compared)

    def opened(self) -> None:
        super().opened()
        self._show_targets()
        self._refresh()
        if not self.model.busy:
            self.model.read()  # somebody else may have deployed since

    def left(self) -> None:
        self.model.left()
        super().left()

    def focus_first(self) -> None:
        (self.deploy if self.deploy.isEnabled() else self.targets).setFocus()

    async def aclose(self) -> None:
        await self.model.aclose()

    def _build(self) -> None:
        form = QWidget(self)
        column = QVBoxLayout(form)
        column.setContentsMargins(PADDING, RELATED, RELATED, RELATED)
        column.setSpacing(GRID)
        for label, field in (
            (self.tr("Where to"), self.targets),
            (self.tr("Gateway"), self.gateway),
            (self.tr("Note"), self.note),
        ):
            name = TextLabel(self._theme, label, form, size=CAPTION, role="muted")
            name.setBuddy(field)
            field.setAccessibleName(label)
            column.addWidget(name)
            column.addWidget(field)
        self.gateway.setPlaceholderText(self.tr("the connection’s own"))
        self.note.setPlaceholderText(self.tr("Why, for whoever looks at the versions"))
        self.note.setMaxLength(500)
        self.deploy.setToolTip(self.tr("Deploy (Ctrl+Enter)"))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):  # of its own: a button loses its shortcut with its text
            on_keys(keys, self, self.deploy.click)
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self.deploy)
        row.addWidget(self.insist)
        row.addStretch(1)
        column.addSpacing(INSIDE)
        column.addLayout(row)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setWidget(form)
        form.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

        self.changes.setAccessibleName(self.tr("What would change"))
        self.changes.setWordWrap(True)
        self.calls.setAccessibleName(self.tr("The calls that deploying makes"))
        self.calls.setReadOnly(True)
        self.calls.setTabChangesFocus(True)
        self.calls.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.calls.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.calls.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.versions.setAccessibleName(self.tr("Versions, newest first"))
        self.versions.setRootIsDecorated(False)
        self.versions.setHeaderLabels(
            [self.tr("Version"), self.tr("Saved"), self.tr("Deployed"), self.tr("By"), self.tr("Note")]
        )
        history = QWidget(self)
        below = QHBoxLayout()
        below.setSpacing(INSIDE)
        below.addWidget(self.back)
        below.addWidget(self.hold)
        below.addStretch(1)
        lines = QVBoxLayout(history)
        lines.setContentsMargins(0, 0, 0, INSIDE)
        lines.addWidget(self.versions, 1)
        lines.addLayout(below)
        for page in (self.changes, self.calls, history):
            self._stack.addWidget(page)
        self.parts.set_value(_CHANGES)

        side = QVBoxLayout()
        side.setContentsMargins(RELATED, RELATED, PADDING, 0)
        side.setSpacing(INSIDE)
        top = QHBoxLayout()
        top.addWidget(self.parts)
        top.addStretch(1)
        top.addWidget(self.again)
        top.addWidget(self.stop)
        side.addLayout(top)
        side.addWidget(self.drift)
        side.addWidget(self.state)
        side.addWidget(self._stack, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll)
        whole.addLayout(side, 1)

        self.targets.activated.connect(self._choose)
        self.gateway.editingFinished.connect(self._choose)
        self.note.textEdited.connect(self._noted)
        self.deploy.clicked.connect(self._deploy)
        self.insist.clicked.connect(self._insist)
        self.again.clicked.connect(self.model.read)
        self.stop.clicked.connect(self.model.stop)
        self.parts.chosen.connect(self._show_part)
        self.changes.itemActivated.connect(self._reveal)
        self.changes.itemClicked.connect(self._reveal)
        self.versions.currentItemChanged.connect(self._version_chosen)
        self.versions.itemActivated.connect(self._hold)
        self.back.clicked.connect(self._roll_back)
        self.hold.clicked.connect(self._hold)

        def dress() -> None:
            scroll.setFixedWidth(self._theme.px(_FORM))
            self.calls.setFont(self._theme.mono())

        follow(self, self._theme, dress)

    def _show_targets(self) -> None:
        wanted = [(target.name, target.id) for target in self.model.targets]
        there = [
            (self.targets.itemText(row), self.targets.itemData(row)) for row in range(self.targets.count())
        ]
        if wanted != there:
            self.targets.clear()
            for name, target_id in wanted:
                self.targets.addItem(name, target_id)
        self.targets.setCurrentIndex(max(0, self.targets.findData(self.model.target_id)))

    @Slot()
    def _refresh(self) -> None:
        model, plan = self.model, self.model.plan
        target = model.target
        name = target.name if target is not None else ""
        errors = len(plan.errors) if plan is not None else 0
        self.deploy.setText(self.tr("Deploy to {0}").format(name))
        self.deploy.setEnabled(model.can_deploy and not errors)
        self.deploy.setVisible(not (errors and model.can_deploy))
        self.insist.setVisible(bool(errors) and model.can_deploy)
        self.again.setVisible(not model.busy)
        self.stop.setVisible(model.busy)
        if self.note.text() != model.note:
            self.note.setText(model.note)
        words, role = self._state_words()
        self.state.setText(words)
        self.state.set_role(role)
        self.drift.setText(self._drift_words(plan))
        self.drift.setVisible(bool(self.drift.text()))
        self._show_changes(plan)
        self._show_calls(plan)
        self._show_versions(model.versions)
        if self.in_front:
            self._show_overlay()

    def _state_words(self) -> tuple[str, str]:
        model, plan = self.model, self.model.plan
        match model.phase:
            case Phase.READING:
                return self.tr("Looking what runs there…"), "muted"
            case Phase.DEPLOYING:
                return self.tr("Deploying…"), "muted"
            case Phase.SMOKING:
                return self.tr("Deployed. Asking it once…"), "muted"
        if model.problem is not None:
            return in_words(model.problem), "bad"
        if model.phase is Phase.STALE:
            return self.tr("The route was edited since it was compared."), "muted"
        if model.done is not None:
            return self._done_words()
        if plan is None:
            return self.tr("What runs there has not been read."), "muted"
        if plan.step is Step.NOTHING:
            return self.tr("It runs like this already."), "good"
        if plan.errors:
            first = plan.errors[0]
            words = self.tr("Errors found by the linter: %n. {0}", "", len(plan.errors))
            return words.format(first.what), "bad"
        if plan.step is Step.CREATE:
            return self.tr("There is no route of this name yet: it will be created."), "muted"
        return self.tr("A new version will be saved, and run from then on."), "muted"

    def _done_words(self) -> tuple[str, str]:
        assert self.model.done is not None
        smoke = self.model.smoke
        if smoke is None:
            return self.tr("It runs now."), "good"
        if not smoke.passed:
            return self.tr("It runs now, but the first request: {0}").format(smoke.why), "bad"
        served = smoke.sent.served
        if served is None:
            return self.tr("It runs now, and as it should nobody answers."), "good"
        words = self.tr("It runs now. {0} answered the first request in {1} ms, as it should.")
        ms = QLocale().toString(round(smoke.sent.took_ms))
        return words.format(f"{served.provider}/{served.model}", ms), "good"

    def _drift_words(self, plan: Plan | None) -> str:
        if plan is None or plan.drift is None:
            return ""
        ours = plan.drift.ours
        when = _moment(ours.at)
        if not plan.drift.live_id:
            return self.tr("The route you deployed on {0} is gone: somebody deleted it.").format(when)
        words = self.tr(
            "Another version runs than the one you deployed on {0}. Somebody else has deployed since, or a deployment from "
            "here was cut off: look at the changes before you go on."
        )
        return words.format(when)

    def _show_changes(self, plan: Plan | None) -> None:
        self.changes.clear()
        if plan is None:
            return
        for sentence in plan.changes:
            item = QListWidgetItem(icon(self._theme, "triangle-alert", "warn"), sentence)
            self.changes.addItem(item)
        for change in plan.differences:
            name = change.element or self.tr("route")
            item = QListWidgetItem(icon(self._theme, "git-compare-arrows", "muted"), f"{name}: {change.text}")
            item.setData(Qt.ItemDataRole.UserRole, change.element)
            self.changes.addItem(item)
        for finding in plan.findings:
            role = {"error": "bad", "warning": "warn"}.get(finding.severity, "muted")
            item = QListWidgetItem(icon(self._theme, "circle-alert", role), finding.what)
            item.setToolTip(as_tip(f"{finding.why} ({finding.code})".strip()))
            item.setData(Qt.ItemDataRole.UserRole, finding.element)
            self.changes.addItem(item)
        if not self.changes.count():
            nothing = (
                self.tr("All of it is new.")
                if plan.step is Step.CREATE
                else self.tr("Nothing differs from what runs.")
            )
            self.changes.addItem(QListWidgetItem(nothing))

    def _show_calls(self, plan: Plan | None) -> None:
        calls = plan.calls if plan is not None else ()
        text = "\n\n".join(
            f"{call.method} {call.url}\n{json.dumps(call.document, indent=2, ensure_ascii=False)}"
            for call in calls
        )
        if text != self.calls.toPlainText():
            self.calls.setPlainText(text)
        self.calls.setPlaceholderText(self.tr("Nothing has to be sent."))

    def _show_versions(self, versions: tuple[Version, ...]) -> None:
        chosen = self._chosen_version()
        self.versions.clear()
        for version in versions:
            last = version.records[-1] if version.records else None
            number = self.tr("{0}, runs").format(version.number) if version.live else str(version.number)
            item = QTreeWidgetItem(
                [
                    number,
                    _moment(version.created_at),
                    _moment(version.deployed_at[-1]) if version.deployed_at else "",
                    last.who if last is not None else "",
                    last.note if last is not None else "",
                ]
            )
            item.setToolTip(0, version.id)
            item.setData(0, Qt.ItemDataRole.UserRole, version)
            self.versions.addTopLevelItem(item)
            if chosen is not None and chosen.id == version.id:
                self.versions.setCurrentItem(item)
        for column in range(4):
            self.versions.resizeColumnToContents(column)
        self._version_chosen()

    def _show_overlay(self) -> None:
        if self._compared is not None:
            self.document.show_overlay(overlay_of(self._compared, self.document.route))
            return
        plan = self.model.plan
        if plan is None or plan.before is None or self.model.phase is Phase.STALE:
            self.document.show_overlay(NOTHING)
            return
        self.document.show_overlay(self.model.overlay)

    @Slot(object)
    def _show_compared(self, route: Route | None) -> None:
        self._compared = route
        if self.in_front:
            self._show_overlay()

    @Slot()
    def _choose(self) -> None:
        self.model.choose(str(self.targets.currentData() or ""), self.gateway.text().strip())

    @Slot(str)
    def _noted(self, text: str) -> None:
        self.model.note = text

    @Slot()
    def _deploy(self) -> None:
        self.model.deploy()

    @Slot()
    def _insist(self) -> None:
        self.model.deploy(in_spite_of_errors=True)

    @Slot(str)
    def _show_part(self, part: str) -> None:
        self._stack.setCurrentIndex((_CHANGES, _CALLS, _VERSIONS).index(part))

    @Slot(QListWidgetItem)
    def _reveal(self, item: QListWidgetItem) -> None:
        if element := item.data(Qt.ItemDataRole.UserRole):
            self.document.reveal(element)

    def _chosen_version(self) -> Version | None:
        item = self.versions.currentItem()
        found = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        return found if isinstance(found, Version) else None

    @Slot()
    def _version_chosen(self) -> None:
        version = self._chosen_version()
        self.back.setEnabled(version is not None and not version.live and not self.model.busy)
        self.hold.setEnabled(version is not None)

    @Slot()
    def _roll_back(self) -> None:
        if (version := self._chosen_version()) is not None:
            self.model.roll_back(version)

    @Slot()
    def _hold(self) -> None:
        self.model.compare_with(None if self._compared is not None else self._chosen_version())


def _moment(seconds: float) -> str:
    if not seconds:
        return ""
    moment = QDateTime.fromMSecsSinceEpoch(round(seconds * 1000))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
