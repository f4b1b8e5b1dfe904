"""A selection is by id, and outlives every change of the list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.images.gallery.selection import Selection

ORDER = ("a", "b", "c", "d", "e")


def _selected(*ids: str, current: str = "") -> Selection:
    made = Selection()
    made.replace(ids)
    made.current = made.anchor = current
    return made


def test_a_range_goes_from_the_anchor_to_either_side() -> None:
    chosen = Selection()
    chosen.only("c")
    chosen.extend(ORDER, "e")
    assert chosen.ids == {"c", "d", "e"}
    chosen.extend(ORDER, "a")
    assert chosen.ids == {"a", "b", "c"}
    assert chosen.current == "a"


def test_a_range_may_be_added_to_what_is_selected() -> None:
    chosen = _selected("a", current="a")
    chosen.toggle("d")
    chosen.extend(ORDER, "e", keep=True)
    assert chosen.ids == {"a", "d", "e"}


def test_a_range_without_a_beginning_is_one_picture() -> None:
    chosen = Selection()
    chosen.extend(ORDER, "b")
    assert chosen.ids == {"b"}


def test_toggling_takes_away_what_is_there() -> None:
    chosen = _selected("a", "b")
    chosen.toggle("a")
    assert chosen.ids == {"b"}


def test_after_the_current_one_is_gone_its_neighbour_is_selected() -> None:
    chosen = _selected("c", current="c")
    assert chosen.settle(ORDER, ("a", "b", "d", "e"))
    assert (chosen.ids, chosen.current) == ({"d"}, "d")
    chosen = _selected("e", current="e")
    chosen.settle(ORDER, ("a", "b"))
    assert chosen.current == "b"


def test_a_new_order_changes_nothing() -> None:
    chosen = _selected("b", "c", current="c")
    assert not chosen.settle(ORDER, tuple(reversed(ORDER)))
    assert chosen.ids == {"b", "c"}


def test_nothing_is_selected_in_an_empty_list() -> None:
    chosen = _selected("b", current="b")
    assert chosen.settle(ORDER, ())
    assert (chosen.ids, chosen.current, chosen.anchor) == (set(), "", "")


@given(
    st.lists(st.sampled_from(ORDER), unique=True),
    st.sampled_from(ORDER),
    st.lists(st.sampled_from(ORDER), unique=True),
)
def test_only_what_is_there_stays_selected(ids: list[str], current: str, after: list[str]) -> None:
    chosen = _selected(*ids, current=current)
    chosen.settle(ORDER, after)
    assert chosen.ids <= set(after)
    assert chosen.current in {*after, ""}
