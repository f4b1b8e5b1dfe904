"""The page about the program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QIcon, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.domain.resources import resource
from workbench.ui.about.folders import FolderRows
from workbench.ui.about.model import AboutModel
from workbench.ui.about.notices import NoticeList
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.file_opener import FileOpener, Open, open_path
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.pages import Page
from workbench.ui.support.surfaces import Heading, readable
from workbench.ui.support.theme import (
    GRID,
    GROUPS,
    INSIDE,
    PADDING,
    RELATED,
    SEMIBOLD,
    TITLE,
    Theme,
)
from workbench.ui.support.update_row import UpdateRow
from workbench.ui.support.updates import UpdatesModel

_WIDTH, _MARK = 820, 48


class AboutPage(QWidget):
    """Signals: settings_wanted."""

    settings_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        model: AboutModel,
        updates: UpdatesModel,
        notifier: Notifier,
        parent: QWidget | None = None,
        *,
        open_path: Open = open_path,
    ) -> None:
        super().__init__(parent)
        self._theme, self._model, self._notifier = theme, model, notifier
        self.folders = FolderRows(theme, model, FileOpener(notifier, self, open_path=open_path))
        self.updates = UpdateRow(theme, updates)
        self.notices = NoticeList(theme, model)
        self.copy = button(self.tr("Copy for a bug report"), "primary")
        self.copy.setToolTip(self.tr("Version, build and system. Nothing of you and no paths are in it."))
        self.copy.clicked.connect(self._copy)
        self.copy_all = button(self.tr("Copy with folders"), "quiet")
        self.copy_all.setToolTip(self.tr("The same, and the paths below: your name may be in them."))
        self.copy_all.clicked.connect(self._copy_all)
        self.settings = button(self.tr("Change in settings"), "quiet")
        self.settings.clicked.connect(self.settings_wanted)
        self.licence = button(self.tr("Read the licence"), "quiet")
        set_icon(self.licence, theme, "scroll-text", "muted")
        self.licence.clicked.connect(self._show_licence)
        self._build()
        model.failed.connect(notifier.error)

    def page(self) -> Page:
        """What the window needs of it; closing it closes the model too."""
        return Page(self, focus=self.copy.setFocus, aclose=self._model.aclose)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._model.load()

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(GROUPS, GROUPS, GROUPS, 2 * GROUPS)
        column.setSpacing(GROUPS + INSIDE)
        column.addLayout(self._head())
        column.addWidget(self._facts())
        column.addWidget(
            self._section(
                self.tr("Updates"),
                self.tr("Only a file that names the newest version is read, and only when you want it."),
                self.updates,
                self.settings,
            )
        )
        column.addWidget(self._section(self.tr("Folders and log"), "", self.folders))
        column.addWidget(self._section(self.tr("Licence"), self._terms(), self._libraries(), self.licence))
        parts = (
            self.tr("What comes with the program, in which version, on what terms.")
            if self._model.build.packaged
            else self.tr("This is a checkout: what is listed is what is installed beside it.")
        )
        column.addWidget(self._section(self.tr("Third-party notices"), parts, self.notices))
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(readable(self._theme, inner, _WIDTH, centred=True))

    def _head(self) -> QHBoxLayout:
        mark = QLabel()
        mark.setPixmap(QIcon(str(resource("icons/app.svg"))).pixmap(_MARK, _MARK))
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addWidget(
            TextLabel(self._theme, self.tr("AI Workbench"), size=TITLE, weight=SEMIBOLD, wrap=True)
        )
        lead = self.tr("Explore models on Workers AI and AI Gateway, and design routes between them.")
        words.addWidget(TextLabel(self._theme, lead, role="muted", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(PADDING)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _facts(self) -> QWidget:
        build, host = self._model.build, self._model.host
        facts = (
            (self.tr("Version"), build.version),
            (self.tr("Build"), self._build_words()),
            ("Python", host.python),
            ("Qt", self.tr("{0}, with PySide6 {1}").format(host.qt, host.pyside)),
            (self.tr("System"), f"{host.system} ({host.window_system})"),
        )
        card = QFrame()
        card.setProperty("kind", "card")
        grid = QGridLayout()
        grid.setHorizontalSpacing(PADDING)
        grid.setVerticalSpacing(INSIDE)
        grid.setColumnStretch(1, 1)
        # Names and numbers are read from left to right, and still stand beside what they are.
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        for number, (label, value) in enumerate(facts):
            name = TextLabel(self._theme, label, card, role="muted")
            shown = TextLabel(self._theme, value, card, wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setAccessibleName(f"{label}: {value}")
            shown.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(shown, number, 1)
        column = QVBoxLayout(card)
        column.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        column.setSpacing(RELATED)
        column.addLayout(grid)
        acts = QHBoxLayout()
        acts.setSpacing(INSIDE)
        acts.addWidget(self.copy)
        acts.addWidget(self.copy_all)
        acts.addStretch(1)
        column.addLayout(acts)
        return card

    def _build_words(self) -> str:
        build = self._model.build
        if not build.packaged:
            source = self.tr("from source")
            return f"{source}, {build.commit}" if build.commit else source
        at = QDateTime.fromString(build.built_at, Qt.DateFormat.ISODate)
        when = (
            QLocale().toString(at.date(), QLocale.FormatType.ShortFormat) if at.isValid() else build.built_at
        )
        return ", ".join(part for part in (build.commit, when) if part)

    def _terms(self) -> str:
        return self.tr(
            "AI Workbench is free software under the Apache License 2.0: use it, change it, pass it on."
        )

    def _libraries(self) -> QWidget:
        """What the LGPL asks us to say."""
        words = self.tr(
            "It is made with Qt and PySide6 under the GNU Lesser General Public License, version 3. You may replace them with "
            "versions of your own: they are files by themselves and are found by where they are."
        )
        how = (
            self.tr(
                "Put files of the same names, built from changed sources of the same minor version, over those in {0}. Nothing "
                "checks them, and you may take the program apart to see what is wrong with such a change. Where the sources are "
                "is said under “Qt and PySide6” below."
            ).format(f"\u2066{self._qt_folder()}\u2069")
            if self._model.build.packaged
            else self.tr(
                "In a checkout they are ordinary packages in {0}: install others in their place, or files over them. Their "
                "sources are at {1}."
            ).format(
                f"\u2066{self._qt_folder()}\u2069",
                "\u2066https://download.qt.io/official_releases/QtForPython/\u2069",
            )
        )
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        for text in (words, how):
            label = TextLabel(self._theme, text, box, wrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        return box

    @staticmethod
    def _qt_folder() -> Path:
        import PySide6

        return Path(PySide6.__file__).parent

    def _section(self, title: str, help_text: str, body: QWidget, *acts: QWidget) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(RELATED)
        column.addWidget(Heading(self._theme, title, help_text, box, acts))
        column.addWidget(body)
        return box

    @Slot()
    def _copy(self) -> None:
        self._put_on_clipboard(self._model.report())

    @Slot()
    def _copy_all(self) -> None:
        self._put_on_clipboard(self._model.whole_report())

    def _put_on_clipboard(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._notifier.info(self.tr("It is on the clipboard."), key="about-copy")

    @Slot()
    def _show_licence(self) -> None:
        self.notices.show_notice("AI Workbench")
        self.notices.text.setFocus()
