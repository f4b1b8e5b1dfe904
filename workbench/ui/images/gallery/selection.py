"""Which pictures are selected: by id, so that it outlives every new order of the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class Selection:
    """ids: the selected ones. current: where the keyboard is. anchor: where a range begins. "" for nowhere."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.current = ""
        self.anchor = ""

    def only(self, id: str) -> None:
        """This one and no other; "" for none."""
        self.ids = {id} if id else set()
        self.current = self.anchor = id

    def toggle(self, id: str) -> None:
        self.ids ^= {id}
        self.current = self.anchor = id

    def move(self, id: str) -> None:
        """The keyboard goes there, and what is selected stays."""
        self.current = id

    def extend(self, order: Sequence[str], id: str, *, keep: bool = False) -> None:
        """From the anchor to this one, in place of what was selected, or beside it."""
        places = {self.anchor, id} & set(order)
        if self.anchor not in places or id not in places:
            self.only(id)
            return
        first, last = sorted((order.index(self.anchor), order.index(id)))
        reached = set(order[first : last + 1])
        self.ids = self.ids | reached if keep else reached
        self.current = id

    def replace(self, ids: Iterable[str]) -> None:
        self.ids = set(ids)

    def settle(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """The list is another: forget what is gone, and let the keyboard go on beside it. Whether anything changed."""
        there = set(after)
        was = (frozenset(self.ids), self.current)
        alone = self.ids == {self.current}
        self.ids &= there
        if self.anchor not in there:
            self.anchor = ""
        if self.current and self.current not in there:
            self.current = _beside(self.current, before, there)
            if alone and self.current:
                self.only(self.current)
        return was != (frozenset(self.ids), self.current)


def _beside(id: str, before: Sequence[str], there: set[str]) -> str:
    """The next one after it that is still there, else the last before it."""
    if id not in before:
        return ""
    at = before.index(id)
    after = next((other for other in before[at + 1 :] if other in there), "")
    return after or next((other for other in reversed(before[:at]) if other in there), "")
