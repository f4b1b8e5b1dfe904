"""The parts of a tab next to each other: which of them have room, and how wide they are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from workbench.ui.support.beside import KeptWidth
from workbench.ui.support.theme import Theme


class Panes(QSplitter):
    """main takes what the other parts leave of the width. Signals: room_changed (fit the parts again).

    Tabs are put together from the outside in: each frame has its parent before it is filled. A widget that gets another parent has all
    that is in it dressed again, 0.04 ms for each, and at five frames around 500 widgets that is half of what opening a tab takes.
    """

    room_changed = Signal()

    def __init__(self, *parts: QWidget, main: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        for part in parts:
            self.addWidget(part)
        self.setStretchFactor(self.indexOf(main), 1)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.room_changed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.room_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self.room_changed.emit()


class ListPanes(Panes):
    """A list, the main part, a panel at its side. Where there is too little room for three, the list is away, or on demand the side.

    main_min: the least width of the main part, at a text size of 100 %.
    """

    def __init__(
        self,
        theme: Theme,
        listed: KeptWidth,
        main: QWidget,
        side: KeptWidth,
        *,
        main_min: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(listed.panel, main, side.panel, main=main, parent=parent)
        self._theme = theme
        self._list = listed
        self._side = side
        self._main_min = main_min
        self._wanted = {False: True, True: False}  # the list, by whether there is too little room for three
        self.splitterMoved.connect(listed.keep)
        self.splitterMoved.connect(side.keep)

    @property
    def list_wanted(self) -> bool:
        return self._wanted[self._narrow(*self._widths())]

    def toggle_list(self) -> None:
        """What is wanted is remembered apart for windows with room for three and for narrow ones. Call arrange then."""
        self._wanted[self._narrow(*self._widths())] = self._list.panel.isHidden()

    def want_side(self) -> None:
        """Where there is too little room for three, the list goes. Call arrange then."""
        self._wanted[True] = False

    def arrange(self, *, listed: bool, beside: bool) -> int:
        """Show the list, and the side where there is room. Returns the width of the main part."""
        left, right = self._widths()
        beside = beside and not (listed and self._narrow(left, right))
        self._list.panel.setVisible(listed)
        self._side.panel.setVisible(beside)
        left, right = left if listed else 0, right if beside else 0
        middle = max(1, self.width() - left - right)
        self.setSizes([left, middle, right])
        return middle

    def _widths(self) -> tuple[int, int]:
        return self._list.fit(self.width()), self._side.fit(self.width())

    def _narrow(self, left: int, right: int) -> bool:
        return self.width() < left + self._theme.px(self._main_min) + right
