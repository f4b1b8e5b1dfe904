"""The shares of a split: sliders that together always make 100 %, and what decides instead of chance."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QRectF, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QWidget

from workbench.domain.routes.edits import with_element
from workbench.domain.routes.elements import ELSE, MAX_SHARES, AnyElement, Percentage
from workbench.domain.routes.shares import has_room, shares_of, with_more_shares, with_share, without_share
from workbench.services.route_suggestions import field_problem
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.fields import SuggestField
from workbench.ui.routes.inspector.properties import Properties, Suggestions, telling
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import column_of, emptied, small
from workbench.ui.support.theme import GRID, INSIDE, SEMIBOLD, Theme

_FINE = 10
"""Steps of a slider in one percent."""
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
"""Of icons beside a field: without it the row would be no higher than they are, whatever the size of the text."""
_ROLES = ("series-2", "series-1", "series-3", "series-7", "series-5", "series-6", "series-8")


class SharesBar(QWidget):
    """How the whole is divided."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shares: tuple[float, ...] = ()
        self.setFixedHeight(8)

    def show_shares(self, shares: tuple[float, ...]) -> None:
        if shares != self._shares:
            self._shares = shares
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = max(100.0, sum(self._shares))
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor(tokens.line))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        begin = 0.0
        for place, share in enumerate(self._shares):
            width = self.width() * share / whole
            left = self.width() - begin - width if rtl else begin
            painter.fillRect(QRectF(left, 0, max(0.0, width - 1), 8), QColor(tokens.colour(role_at(place))))
            begin += width


class ShareSlider(QSlider):
    """The wheel scrolls the form, and never changes a share."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ShareSpin(QDoubleSpinBox):
    """Percent, as short as it can be told."""

    def textFromValue(self, value: float) -> str:
        return QLocale().toString(value, "g", 6)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ShareRow(QWidget):
    """Signals: wanted (percent); removal_wanted."""

    wanted = Signal(float)
    removal_wanted = Signal()

    def __init__(self, theme: Theme, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dot = IconDot(theme, role_at(place), self)
        self._rest = TextLabel(theme, self.tr("else"), self, role="muted")
        kept = self._rest.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # so that all sliders are equally long
        self._rest.setSizePolicy(kept)
        self.slider = ShareSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, 100 * _FINE)
        self.slider.setSingleStep(_FINE)
        self.slider.setPageStep(10 * _FINE)
        self.spin = ShareSpin(self)
        self.spin.setRange(0, 100)
        self.spin.setDecimals(2)
        self.spin.setSuffix(" %")
        self.spin.setKeyboardTracking(False)
        self.spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.spin.setFixedWidth(theme.px(74))
        self.remove = small(IconButton(theme, "x", self.tr("Remove this share"), self))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        row.addWidget(self._dot, 0, _MIDDLE)
        row.addWidget(self.slider, 1)
        row.addWidget(self._rest)
        row.addWidget(self.spin)
        row.addWidget(self.remove, 0, _MIDDLE)
        self.slider.valueChanged.connect(self._slid)
        self.spin.valueChanged.connect(self.wanted)
        self.remove.clicked.connect(self.removal_wanted)

    def show_share(self, port: str, percent: float, *, removable: bool) -> None:
        with QSignalBlocker(self.slider), QSignalBlocker(self.spin):
            if round(percent * _FINE) != self.slider.value():
                self.slider.setValue(round(percent * _FINE))
            if percent != self.spin.value():
                self.spin.setValue(percent)
        self._rest.setVisible(port == ELSE)
        name = self.tr("Share of “{0}”").format(port)
        self.slider.setAccessibleName(name)
        self.spin.setAccessibleName(self.tr("{0} in percent").format(name))
        self.slider.setToolTip(self.tr("{0}; the others share what is left").format(name))
        self.remove.setEnabled(removable)
        self.remove.set_text(
            self.tr("Remove the share “{0}”").format(port)
            if removable
            else self.tr("The only share cannot be removed")
        )

    @Slot(int)
    def _slid(self, value: int) -> None:
        """In whole percents, as one drags; the field beside takes hundredths."""
        self.wanted.emit(float(round(value / _FINE)))


class IconDot(QWidget):
    """Which part of the bar a row is."""

    def __init__(self, theme: Theme, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._role = theme, role
        self.setFixedSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.colour(self._role)))
        painter.drawRoundedRect(QRectF(1, 1, 8, 8), 2.5, 2.5)


class SplitProperties(Properties):
    """While one share is changed, by drag, keys or typing, the others follow from what they were when that began: so nothing
    drifts, and a way back and forth ends where it began.
    """

    def __init__(self, theme: Theme, document: RouteDocument, suggestions: Suggestions) -> None:
        super().__init__(theme, document, suggestions)
        self.rows: list[ShareRow] = []
        self._element: Percentage | None = None
        self._begin: tuple[int, Percentage] | None = None
        self._made: Percentage | None = None
        self.bar = SharesBar(theme, self)
        self.more = button(self.tr("Add a share"), "quiet", self)
        set_icon(self.more, theme, "plus", "text")
        self._holder = QWidget(self)
        self._list = column_of(self._holder, spacing=GRID)
        self.sticky = SuggestField(
            theme,
            self.tr("Decided by"),
            self.tr(
                "Requests with the same value of this field always go the same way. Left empty, chance decides."
            ),
            lambda: telling(suggestions),
            self._sticky_problem,
        )
        self.sticky.with_default("")
        self.sticky.line.setPlaceholderText(self.tr("chance"))
        shares = column_of(QWidget(self), spacing=INSIDE)
        holder = shares.parentWidget()
        assert holder is not None
        for widget in (
            TextLabel(theme, self.tr("Shares"), self, weight=SEMIBOLD),
            self.bar,
            self._holder,
        ):
            shares.addWidget(widget)
        below = QHBoxLayout()
        below.addWidget(self.more)
        below.addStretch(1)
        shares.addLayout(below)
        self.column.addWidget(holder)
        self.column.addWidget(self.sticky)
        self.more.clicked.connect(self._add)
        self.sticky.edited.connect(self._sticky_edited)

    def begin(self, id: str) -> None:
        super().begin(id)
        self._element = self._begin = self._made = None

    def show_element(self, element: AnyElement) -> None:
        assert isinstance(element, Percentage)
        if element is self._element:
            return
        self._element = element
        if element is not self._made:
            self._begin = None
        shares = shares_of(element)
        if len(shares) != len(self.rows):
            self._make_rows(len(shares))
        for row, (port, percent) in zip(self.rows, shares.items(), strict=True):
            row.show_share(port, percent, removable=len(shares) > 1)
        self.bar.show_shares(tuple(shares.values()))
        self.bar.setAccessibleName(", ".join(f"{port} {percent:g} %" for port, percent in shares.items()))
        room = has_room(element)
        self.more.setEnabled(room)
        self.more.setToolTip(
            ""
            if room
            else self.tr("A split takes {0} shares, and else; put more into a second split.").format(
                MAX_SHARES
            )
        )
        self.sticky.show_value(element.sticky)

    def focus_first(self) -> None:
        if self.rows:
            self.rows[0].slider.setFocus()

    def _make_rows(self, many: int) -> None:
        focused = next(
            (place for place, row in enumerate(self.rows) if row.isAncestorOf(self._focused())), -1
        )
        emptied(self._list)
        self.rows = []
        for place in range(many):
            row = ShareRow(self._theme, place, self._holder)
            row.wanted.connect(lambda percent, place=place: self._share(place, percent))
            row.removal_wanted.connect(lambda place=place: self._remove(place))
            self._list.addWidget(row)
            row.show()
            self.rows.append(row)
        self.rebuilt.emit()
        if focused >= 0 and self.rows:
            self.rows[min(focused, many - 1)].slider.setFocus()

    def _focused(self) -> QWidget:
        return self.window().focusWidget() or self

    def _share(self, place: int, percent: float) -> None:
        if self._element is None:
            return
        if self._begin is None or self._begin[0] != place:
            self._begin = (place, self._element)
        begin = self._begin[1]
        made = with_share(begin, list(shares_of(begin))[place], percent)
        self._made = made
        self._document.edit(
            self.tr("Change the shares"),
            with_element(self._document.route, made),
            merge=f"{self._id}/share-{place}",
        )
        self.show_element(made)

    def _remove(self, place: int) -> None:
        if self._element is not None:
            made = without_share(self._element, list(shares_of(self._element))[place])
            self._document.edit(self.tr("Remove a share"), with_element(self._document.route, made))

    @Slot()
    def _add(self) -> None:
        if self._element is not None:
            made = with_more_shares(self._element)
            self._document.edit(self.tr("Add a share"), with_element(self._document.route, made))

    def _sticky_problem(self, text: str) -> str:
        return field_problem(text) if text else ""

    @Slot(object)
    def _sticky_edited(self, value: str) -> None:
        self._change("sticky", self.tr("Change what decides"), sticky=value)


def role_at(place: int) -> str:
    return _ROLES[place % len(_ROLES)]
