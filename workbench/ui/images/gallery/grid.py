"""Where each of many equal cells is: arithmetic, so that ten thousand cost as much as ten."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect


class Grid(NamedTuple):
    """Cells of side × side, in as many columns as there is room for, the rest of the width between them.

    width: of the viewport. mirrored: the first column is at the right.
    """

    cells: int
    width: int
    side: int
    gap: int
    margin: int
    mirrored: bool = False

    @property
    def columns(self) -> int:
        return max(1, (self.width - 2 * self.margin + self.gap) // (self.side + self.gap))

    @property
    def rows(self) -> int:
        return -(-self.cells // self.columns)

    @property
    def pitch(self) -> int:
        """From one row to the next."""
        return self.side + self.gap

    @property
    def height(self) -> int:
        return 2 * self.margin + self.rows * self.pitch - self.gap if self.cells else 0

    def rect(self, index: int) -> QRect:
        """Of a cell, in the contents, whose top is 0."""
        row, column = divmod(index, self.columns)
        return QRect(self._left(column), self.margin + row * self.pitch, self.side, self.side)

    def row_at(self, y: int) -> int:
        """The row at this height, or the nearest."""
        return max(0, min(self.rows - 1, (y - self.margin) // self.pitch))

    def between(self, top: int, bottom: int) -> range:
        """The cells of all rows that reach into this stretch."""
        if not self.cells or bottom < self.margin:
            return range(0)
        first = self.row_at(top)
        last = self.row_at(bottom)
        return range(first * self.columns, min(self.cells, (last + 1) * self.columns))

    def at(self, point: QPoint) -> int:
        """The cell under a point of the contents; -1 for none."""
        row = (point.y() - self.margin) // self.pitch
        if row < 0 or row >= self.rows:
            return -1
        for column in range(self.columns):
            index = row * self.columns + column
            if index < self.cells and self.rect(index).contains(point):
                return index
        return -1

    def within(self, rect: QRect) -> list[int]:
        """The cells that a rectangle touches."""
        return [
            index for index in self.between(rect.top(), rect.bottom()) if self.rect(index).intersects(rect)
        ]

    def moved(self, index: int, columns: int, rows: int) -> int:
        """From a cell some steps on; what would be outside stays at the edge. Down into a short last row means its end."""
        if not self.cells:
            return -1
        target = index + columns + rows * self.columns
        if 0 <= target < self.cells:
            return target
        if rows > 0:
            in_last_row = index // self.columns == self.rows - 1
            return index if in_last_row else self.cells - 1
        if rows < 0:
            return index % self.columns
        return index

    def _left(self, column: int) -> int:
        step = float(self.side + self.gap)
        if self.columns > 1:
            free = self.width - 2 * self.margin - self.columns * self.side
            # Not wider than this: two or three pictures far apart do not look like a row any more.
            step = self.side + min(free / (self.columns - 1), 4 * self.gap)
        left = round(self.margin + column * step)
        return self.width - left - self.side if self.mirrored else left
