"""One check of the doctor, as a row."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.services.doctor import Check, CheckState
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, INSIDE, PADDING, RELATED, SEMIBOLD, Theme, follow

ICONS = {
    CheckState.OK: ("circle-check", "good"),
    CheckState.FAILED: ("circle-x", "bad"),
    CheckState.WARNING: ("triangle-alert", "warn"),
    CheckState.SKIPPED: ("circle-dashed", "muted"),
}


class CheckRow(QWidget):
    """State icon and word, what was looked at, how long it took; why and fix where something is the matter."""

    def __init__(self, theme: Theme, check: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check = check
        name, role = ICONS[check.state]
        icon = QLabel(self)
        follow(icon, theme, lambda: icon.setPixmap(pixmap(theme, name, role)))
        bad = check.state in (CheckState.FAILED, CheckState.WARNING)
        label = TextLabel(theme, check.label, self, weight=SEMIBOLD if bad else 400)
        if check.state is CheckState.SKIPPED:
            label.set_role("muted")
        word = TextLabel(theme, self.word(), self, size=CAPTION + 1, role=role if bad else "muted")
        time = f"{check.ms:.0f} ms" if check.ms is not None else ""
        took = TextLabel(theme, time, self, size=CAPTION, role="muted")
        took.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        follow(took, theme, lambda: took.setMinimumWidth(theme.px(64)))
        head = QHBoxLayout()
        head.setSpacing(INSIDE)
        head.addWidget(label)
        head.addWidget(word)
        head.addStretch(1)
        head.addWidget(took)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        for sentence, its_role in self._sentences(bad):
            text = TextLabel(theme, sentence, self, size=CAPTION + 1, role=its_role, wrap=True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        row.setSpacing(RELATED)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.setAccessibleName(
            ", ".join(part for part in (check.label, self.word(), check.what, time) if part)
        )

    def word(self) -> str:
        match self.check.state:
            case CheckState.OK:
                return self.tr("ok")
            case CheckState.FAILED:
                return self.tr("failed")
            case CheckState.WARNING:
                return self.tr("warning")
            case _:
                return self.tr("skipped")

    def _sentences(self, bad: bool) -> list[tuple[str, str]]:
        check = self.check
        parts = [(check.what, "" if bad else "muted"), (check.why, "muted"), (check.fix, "muted")]
        return [(sentence, role) for sentence, role in parts if sentence]
