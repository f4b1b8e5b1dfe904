from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.routes.elements import (
    AnyElement,
    Conditional,
    End,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Start,
    Technique,
    Unknown,
)
from workbench.routing.difference import ChangeKind, described, difference, in_words

MODEL = ModelCall(id="m1", provider="openai", model="gpt-4o-mini", retries=2, outputs={"success": "e"})
SPLIT = Percentage(id="p", outputs={"10%": "m1", "else": "e"})
BEFORE = Route("support", (Start(id="s", outputs={"next": "p"}), SPLIT, MODEL, End(id="e")))


def with_elements(*elements: AnyElement) -> Route:
    return replace(BEFORE, elements=elements)


def changed(element: AnyElement) -> Route:
    return with_elements(*(element if one.id == element.id else one for one in BEFORE.elements))


def test_a_route_does_not_differ_from_itself_nor_from_its_elements_in_another_order() -> None:
    assert difference(BEFORE, BEFORE) == ()
    assert difference(BEFORE, with_elements(*reversed(BEFORE.elements))) == ()


def test_a_changed_property_is_told_with_both_values() -> None:
    [change] = difference(BEFORE, changed(replace(MODEL, retries=4)))
    assert (change.kind, change.element, change.part) == (ChangeKind.CHANGED, "m1", "retries")
    assert (change.before, change.after) == (2, 4)
    assert in_words((change,)) == "m1: retries 2 → 4"


def test_an_added_element_is_described_with_where_it_leads() -> None:
    new = ModelCall(id="m2", provider="anthropic", model="claude", outputs={"success": "e"})
    [change] = difference(BEFORE, with_elements(*BEFORE.elements, new))
    assert in_words((change,)) == "m2: added: model anthropic/claude; success to e"


def test_a_removed_element_comes_last() -> None:
    after = with_elements(BEFORE.elements[0], replace(SPLIT, outputs={"else": "e"}), BEFORE.elements[3])
    changes = difference(BEFORE, after)
    assert [(one.kind, one.element) for one in changes] == [(ChangeKind.LED, "p"), (ChangeKind.REMOVED, "m1")]
    assert changes[0].text == "output 10% is gone; it led to m1"


def test_an_output_that_was_attached_elsewhere_names_both_ends() -> None:
    [change] = difference(BEFORE, changed(replace(SPLIT, outputs={"10%": "e", "else": "e"})))
    assert change.text == "output 10% leads to e, before to m1"
    assert (change.kind, change.part, change.before, change.after) == (ChangeKind.LED, "10%", "m1", "e")


def test_a_share_that_changed_is_one_output_gone_and_one_new() -> None:
    changes = difference(BEFORE, changed(replace(SPLIT, outputs={"20%": "m1", "else": "e"})))
    assert [one.text for one in changes] == [
        "output 20% leads to m1, and is new",
        "output 10% is gone; it led to m1",
    ]


def test_a_share_that_leads_nowhere_is_no_link() -> None:
    def led(before: str, after: str) -> str:
        one, other = (Route("r", (Percentage(id="p", outputs={"10%": to}),)) for to in (before, after))
        return in_words(difference(one, other))

    assert led("m1", "") == "p: output 10% leads nowhere, before to m1"
    assert led("", "m1") == "p: output 10% leads to m1, before nowhere"
    open = Percentage(id="p", outputs={"10%": ""})
    assert in_words(difference(Route("r", (replace(open, outputs={}),)), Route("r", (open,)))) == (
        "p: output 10% leads nowhere, and is new"
    )
    assert in_words(difference(Route("r", (open,)), Route("r", (replace(open, outputs={}),)))) == (
        "p: output 10% is gone; it led nowhere"
    )
    assert in_words(difference(Route("r", ()), Route("r", (open,)))) == "p: added: split 10%; 10% to nothing"


def test_an_element_of_an_unknown_type_is_told_by_its_type_and_all_it_holds() -> None:
    geo = Unknown(id="m1", type="geo", properties={"by": "continent"}, outputs={"EU": "e"})
    assert described(geo) == "unknown geo"
    assert difference(BEFORE, changed(geo))[0].text == 'type "model" → "geo"'
    later = replace(geo, type="region", properties={"by": "city"}, unknown={"x": 1})
    assert [one.text for one in difference(changed(geo), changed(later))] == [
        'type "geo" → "region"',
        'by "continent" → "city"',
        "x nothing → 1",
    ]


def test_what_only_the_desk_knows_differs_too() -> None:
    assert difference(BEFORE, changed(replace(SPLIT, sticky="metadata.user_id")))[0].part == "sticky"
    [change] = difference(BEFORE, replace(BEFORE, sidecar={"tests": []}))
    assert change.text == "workbench.tests nothing → []"


def test_name_kind_and_keys_nobody_knows_are_not_overlooked() -> None:
    assert difference(BEFORE, replace(BEFORE, name="help"))[0].text == 'name "support" → "help"'
    assert difference(BEFORE, replace(BEFORE, unknown={"x": 1}))[0].part == "x"
    assert difference(BEFORE, changed(replace(MODEL, unknown={"colour": "red"})))[0].part == "colour"
    assert difference(BEFORE, changed(End(id="m1")))[0].text == 'type "model" → "end"'


def test_every_kind_has_its_words() -> None:
    limit = Rate(id="r", limit_type=LimitType.COUNT, key="metadata.user", limit=5, window_s=60)
    assert described(limit) == "limit of 5 requests in 60 s for each metadata.user"
    assert described(replace(limit, limit_type=LimitType.COST, limit=0.5)).startswith("limit of $0.5 in")
    condition = Conditional(id="c", conditions={"metadata.plan": "free"})
    assert described(condition) == 'condition {"metadata.plan": "free"}'
    assert described(replace(SPLIT, sticky="metadata.user")) == "split 10% / else by metadata.user"
    assert [described(one) for one in (Start(id="s"), End(id="e"))] == ["start", "end"]


def test_a_technique_is_told() -> None:
    limit = Rate(id="m1", limit_type=LimitType.COUNT, key="k", limit=5, window_s=60)
    sliding = changed(replace(limit, technique=Technique.SLIDING))
    assert [one.part for one in difference(changed(limit), sliding)] == ["technique"]


IDS = st.sampled_from(["a", "b", "c"])
ELEMENTS = st.builds(
    lambda id, retries, outputs: ModelCall(id=id, provider="p", model="m", retries=retries, outputs=outputs),
    IDS,
    st.integers(0, 2),
    st.dictionaries(st.sampled_from(["success", "fallback"]), IDS),
)
ROUTES = st.builds(
    lambda elements: Route("r", tuple(elements)),
    st.lists(ELEMENTS, max_size=3, unique_by=lambda element: element.id),
)


@given(ROUTES, ROUTES)
def test_there_is_a_difference_exactly_where_the_elements_differ(before: Route, after: Route) -> None:
    same = {one.id: one for one in before.elements} == {one.id: one for one in after.elements}
    assert (difference(before, after) == ()) is same


@given(ROUTES, ROUTES)
def test_the_way_back_has_as_many_changes(before: Route, after: Route) -> None:
    assert len(difference(before, after)) == len(difference(after, before))
