"""A small table of values and how many requests in a hundred have them; a row appears when the one before it is filled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QLocale, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from workbench.services.route_odds import MISSING
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.figures import percent
from workbench.ui.support.theme import CAPTION, GRID, Theme, follow

MOST = 40
_SHARE = 76


def share_of(text: str) -> float | None:
    """What a typed percentage is, from 0 to 1; None where it is none. Both the user's decimal sign and a point are read."""
    told = text.strip().rstrip("%").strip()
    value, ok = QLocale().toDouble(told)
    if not ok:
        try:
            value = float(told)
        except ValueError:
            return None
    return value / 100 if 0 <= value <= 100 else None


def share_text(share: float) -> str:
    value = round(float(share) * 100, 4)
    text = QLocale().toString(value, "f", 4)
    point = QLocale().decimalPoint()
    return text.rstrip("0").removesuffix(point) if point in text else text


class Shares(QWidget):
    """read, write: of a value, as it is typed; read gives None for what cannot be one. rest: whether what is left of 100 %
    is told. Signals: changed (list of value and share).
    """

    changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        name: str,
        read: Callable[[str], Any],
        write: Callable[[Any], str],
        parent: QWidget | None = None,
        *,
        hint: str = "",
        rest: bool = True,
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._read, self._write = theme, name, read, write
        self._hint = hint
        self._told: list[tuple[Any, float]] = []
        self._proposed: tuple[Any, ...] = ()
        self._hidden: list[tuple[Any, float]] = []
        self.rows: list[tuple[QLineEdit, QLineEdit]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(0, 1)
        self.note = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self._rest = rest
        self._grid.addWidget(self.note, MOST + 1, 0, 1, 2)
        self._more()
        self._show_rows()
        follow(self, theme, self._dress)

    def show_shares(self, shares: Sequence[tuple[Any, float]], proposed: Sequence[Any] = ()) -> None:
        """proposed: values that have no share yet, to be filled in. A share of MISSING is not listed, but part of the rest."""
        told = [(value, share) for value, share in shares if value is not MISSING]
        if repr(told) != repr(self._told) or repr(proposed) != repr(self._proposed):
            self._told, self._proposed = told, tuple(proposed)
            self._hidden = told[MOST:]
            have = {repr(value) for value, _ in told}
            more = [(value, None) for value in proposed if repr(value) not in have]
            listed: list[tuple[Any, float | None]] = [*told, *more][:MOST]
            while len(self.rows) < min(len(listed) + 1, MOST):
                self._more()
            for place, (value, share) in enumerate(self.rows):
                said, part = listed[place] if place < len(listed) else (None, None)
                with QSignalBlocker(value), QSignalBlocker(share):
                    value.setText(self._write(said) if place < len(listed) else "")
                    share.setText(share_text(part) if part is not None else "")
        self._show_rows()

    @Slot()
    def _typed(self) -> None:
        self._show_rows()
        found = self._found()
        if found is None:
            return
        told = [*found, *self._hidden]
        if repr(told) != repr(self._told):
            self._told = told
            self.changed.emit(list(told))

    def _found(self) -> list[tuple[Any, float]] | None:
        """None where something cannot be read, which is said."""
        found: list[tuple[Any, float]] = []
        problem = ""
        for value, share in self.rows:
            said, part = value.text().strip(), share.text().strip()
            told = share_of(part) if part else None
            read = self._read(said) if said else None
            wrong = bool(part) and (told is None or (not said))
            odd = bool(said) and read is None
            _mark(share, wrong and told is None)
            _mark(value, odd or (bool(part) and not said))
            if odd:
                problem = problem or self.tr("“{0}” cannot be one.").format(said)
            elif wrong:
                problem = problem or (
                    self.tr("A share is a number from 0 to 100.")
                    if told is None
                    else self.tr("A share needs a value.")
                )
            elif said and told is not None:
                found.append((read, told))
        total = sum(share for _, share in [*found, *self._hidden])
        if not problem and total > 1 + 1e-6:
            problem = self.tr("Together they make {0}, and there are 100 % to share.").format(percent(total))
        self._say(problem, total)
        return None if problem else found

    def _say(self, problem: str, total: float) -> None:
        words = problem
        if not problem and self._rest and total > 0:
            rest = max(0.0, 1.0 - total)
            words = (
                self.tr("{0} without it").format(percent(rest)) if rest > 1e-9 else self.tr("All have it.")
            )
        if not problem and self._hidden:
            words = self.tr("{0} · %n more", "", len(self._hidden)).format(words)
        self.note.setText(words)
        self.note.set_role("bad" if problem else "muted")
        self.note.setVisible(bool(words))

    def _texts(self) -> list[str]:
        return [value.text() or share.text() for value, share in self.rows]

    def _more(self) -> None:
        row = len(self.rows)
        value, share = QLineEdit(self), QLineEdit(self)
        value.setPlaceholderText(self._hint or self.tr("value"))
        share.setPlaceholderText("%")
        value.setAccessibleName(self.tr("{0}: value {1}").format(self._name, row + 1))
        share.setAccessibleName(self.tr("{0}: percentage {1}").format(self._name, row + 1))
        share.setToolTip(self.tr("Of a hundred requests, so many"))
        for column, field in enumerate((value, share)):
            field.textChanged.connect(self._typed)
            self._grid.addWidget(field, row, column)
        self.rows.append((value, share))
        self._dress()

    def _show_rows(self) -> None:
        filled = [bool(text) for text in self._texts()]
        if filled[-1] and len(self.rows) < MOST:
            self._more()
            filled.append(False)
        last = max((place for place, one in enumerate(filled) if one), default=-1)
        for place, fields in enumerate(self.rows):
            for field in fields:
                field.setVisible(place <= last + 1)
        self._found()

    def _dress(self) -> None:
        for _, share in self.rows:
            share.setFixedWidth(self._theme.px(_SHARE))


def _mark(field: QLineEdit, invalid: bool) -> None:
    if bool(field.property("invalid")) != invalid:
        field.setProperty("invalid", invalid)
        field.style().unpolish(field)
        field.style().polish(field)
