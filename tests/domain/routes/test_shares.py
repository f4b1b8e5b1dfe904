from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.routes.elements import ELSE, MAX_SHARES, Percentage
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.shares import (
    has_room,
    named_sum,
    port_of,
    share_of,
    shares_of,
    with_more_shares,
    with_share,
    without_share,
)


@pytest.mark.parametrize(
    ("port", "share"),
    [("70%", 70.0), ("12.5%", 12.5), ("0%", 0.0), (" 5 %", 5.0), ("100%", 100.0), ("250%", 250.0)],
)
def test_a_share_is_read(port: str, share: float) -> None:
    assert share_of(port) == share


@pytest.mark.parametrize("port", ["else", "", "%", "-5%", "five%", "1e2%", "٥%", "5", "5%%", "99999%"])
def test_what_is_no_share_is_none(port: str) -> None:
    assert share_of(port) is None


def test_the_sum_leaves_out_what_is_no_share() -> None:
    assert named_sum(["0.1%", "0.2%", "else", "other"]) == pytest.approx(0.3)


def test_equal_shares_are_spelled_apart() -> None:
    ports: list[str] = []
    for _ in range(4):
        ports.append(port_of(25.0, ports))
    assert ports == ["25%", "25.0%", "25.00%", "25.000%"]
    assert port_of(4.37, ["4.37%"]) == "4.370%"


@given(st.floats(0, 100).map(lambda percent: round(percent, 4)))
def test_what_is_written_is_read_again(percent: float) -> None:
    assert share_of(port_of(percent)) == pytest.approx(percent, abs=1e-3)


def test_more_equal_shares_than_spellings_are_refused() -> None:
    taken: list[str] = []
    while len(taken) < 42:
        taken.append(port_of(25.0, taken))
    assert {share_of(port) for port in taken} == {25.0}
    with pytest.raises(RouteError):
        port_of(25.0, taken)


def split(**shares: str) -> Percentage:
    """split(_70="m") has a share of 70 % that leads to m."""
    ports = {name if name == ELSE else f"{name[1:].replace('_', '.')}%": to for name, to in shares.items()}
    return Percentage(id="p", outputs=ports)


def ports(element: Percentage) -> list[tuple[str, str]]:
    return list(element.outputs.items())


def test_else_takes_the_rest_written_or_not() -> None:
    assert shares_of(split(_70="a", **{ELSE: "b"})) == {"70%": 70, ELSE: 30}
    assert shares_of(split(_70="a")) == {"70%": 70, ELSE: 30}
    assert shares_of(split(_70="a", _30="b")) == {"70%": 70, "30%": 30}
    assert shares_of(split(**{ELSE: "b"}, _110="a", odd="c")) == {ELSE: 0, "110%": 110}


@pytest.mark.parametrize(
    ("before", "port", "percent", "after"),
    [
        (split(_70="a", **{ELSE: "b"}), "70%", 80, ["80%", ELSE]),
        (split(_70="a", **{ELSE: "b"}), ELSE, 80, ["20%", ELSE]),
        (split(_70="a", _30="b"), "70%", 40, ["40%", "60%"]),
        (split(_50="a", _30="b", _20="c"), "50%", 75, ["75%", "15%", "10%"]),
        (split(_50="a", _30="b", **{ELSE: "c"}), "50%", 75, ["75%", "15%", ELSE]),
        (split(_34="a", _33="b", _33_0="c"), "34%", 33, ["33%", "34%", "33.0%"]),
        (split(_70="a", _30="b"), "70%", 12.345, ["12.35%", "87.65%"]),
        (split(_100="a", _0="b", _0_0="c"), "100%", 40, ["40%", "30%", "30.0%"]),
        (split(_100="a", _0="b", **{ELSE: "c"}), "100%", 40, ["40%", "0%", ELSE]),
        (split(_70="a", _30="b"), "30%", 100, ["0%", "100%"]),
        (split(_70="a", _30="b"), "30%", -5, ["100%", "0%"]),
        (split(_70="a", _30="b"), "30%", -0.0, ["100%", "0%"]),
        (split(_60="a", _60_0="b"), "60%", 50, ["50%", "50.0%"]),
        (split(_40="a"), "40%", 50, ["50%"]),
        (split(_100="a"), "100%", 50, ["100%"]),
    ],
)
def test_a_share_is_given_and_the_others_make_up_the_rest(
    before: Percentage, port: str, percent: float, after: list[str]
) -> None:
    given = with_share(before, port, percent)
    assert list(given.outputs) == after
    assert list(given.outputs.values()) == list(before.outputs.values())


def test_the_same_share_again_or_nobodys_changes_nothing() -> None:
    element = split(_70="a", **{ELSE: "b"})
    assert with_share(element, "70%", 70) is element
    assert with_share(element, "?", 7) is element
    assert with_share(element, "70%", math.nan) is element


def test_what_is_written_beside_a_port_goes_along_with_it_and_away_with_it() -> None:
    element = Percentage(
        id="p", outputs={"70%": "a", ELSE: "b"}, unknown={"x": 1, "outputs": {"70%": {"label": 1}}}
    )
    assert with_share(element, "70%", 60).unknown == {"x": 1, "outputs": {"60%": {"label": 1}}}
    assert without_share(element, "70%").unknown == {"x": 1}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (split(_50="a", **{ELSE: "b"}), [("40%", "a"), ("10%", ""), (ELSE, "b")]),
        (split(_30="a", **{ELSE: "b"}), [("30%", "a"), ("10%", ""), (ELSE, "b")]),
        (split(_100="a"), [("90%", "a"), ("10%", "")]),
        (
            split(_20="a", _20_0="b", _20_00="c", **{ELSE: "d"}),
            [("20%", "a"), ("20.0%", "b"), ("20.00%", "c"), ("10%", ""), (ELSE, "d")],
        ),
        (split(), [("10%", "")]),
        (split(_50="a", _70="b"), [("42%", "a"), ("48%", "b"), ("10%", "")]),
    ],
)
def test_a_new_share_is_open_and_takes_its_part_from_the_largest(
    before: Percentage, after: list[tuple[str, str]]
) -> None:
    assert ports(with_more_shares(before)) == after


def test_there_are_five_shares_at_most_beside_else() -> None:
    element = split(_50="a", **{ELSE: "b"})
    while has_room(element):
        element = with_more_shares(element)
    assert len(element.outputs) == MAX_SHARES + 1
    assert with_more_shares(element) is element


@pytest.mark.parametrize(
    ("before", "port", "after"),
    [
        (split(_50="a", _30="b", _20="c"), "50%", [("60%", "b"), ("40%", "c")]),
        (split(_50="a", _30="b", **{ELSE: "c"}), "30%", [("71%", "a"), (ELSE, "c")]),
        (split(_70="a", **{ELSE: "c"}), "70%", [(ELSE, "c")]),
        (split(_30="a", **{ELSE: "c"}), ELSE, [("100%", "a")]),
        (split(_30="a"), ELSE, [("100%", "a")]),
        (split(_100="a"), "100%", [("100%", "a")]),
    ],
)
def test_a_removed_share_leaves_its_part_to_the_others(
    before: Percentage, port: str, after: list[tuple[str, str]]
) -> None:
    assert ports(without_share(before, port)) == after


_percents = st.integers(0, 100) | st.floats(0, 100).map(lambda percent: round(percent, 2))


@st.composite
def _splits(draw: st.DrawFn) -> Percentage:
    """Splits as they may stand in a file, of any sum, with an else, an output that is none and a share that leads nowhere."""
    outputs: dict[str, str] = {}
    for percent in draw(st.lists(_percents, max_size=6)):
        outputs[port_of(percent, outputs)] = draw(st.sampled_from(["a", "b", ""]))
    for more in draw(st.lists(st.sampled_from([ELSE, "odd"]), unique=True)):
        outputs[more] = "c"
    return Percentage(id="p", outputs=dict(draw(st.permutations(list(outputs.items())))))


def _sound(element: Percentage) -> bool:
    shares = [share_of(port) for port in element.outputs if share_of(port) is not None]
    hundredths = [round(share * 100) for share in shares if share is not None]
    two_decimals = all(
        math.isclose(share * 100, units, abs_tol=1e-6)
        for share, units in zip(shares, hundredths, strict=True)
        if share is not None
    )
    rest = 10_000 - sum(hundredths)
    return two_decimals and min(hundredths, default=0) >= 0 and rest >= 0


def _whole(element: Percentage) -> bool:
    return all(share == int(share) for share in shares_of(element).values())


@given(_splits(), st.data())
def test_after_an_edit_all_make_a_hundred(element: Percentage, data: st.DataObject) -> None:
    port = data.draw(st.sampled_from(list(shares_of(element)) or [ELSE]))
    percent = data.draw(st.floats(-10, 110))
    for after in (
        with_share(element, port, percent),
        with_more_shares(element),
        without_share(element, port),
    ):
        if after is element:
            continue
        assert _sound(after)
        assert math.fsum(shares_of(after).values()) == pytest.approx(100, abs=1e-9)


@given(_splits(), st.data())
def test_a_given_share_keeps_the_order_the_targets_and_what_is_no_share(
    element: Percentage, data: st.DataObject
) -> None:
    port = data.draw(st.sampled_from(list(shares_of(element)) or [ELSE]))
    percent = data.draw(st.floats(0, 100))
    after = with_share(element, port, percent)
    assert list(after.outputs.values()) == list(element.outputs.values())
    assert [one for one in after.outputs if share_of(one) is None] == [
        one for one in element.outputs if share_of(one) is None
    ]
    if port in element.outputs and len(shares_of(element)) > 1:
        name = list(after.outputs)[list(element.outputs).index(port)]
        assert shares_of(after)[name] == pytest.approx(percent, abs=0.0051)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=5), st.integers(0, 100), st.booleans())
def test_whole_shares_stay_whole(percents: list[int], percent: int, rest: bool) -> None:
    outputs: dict[str, str] = {}
    for one in percents:
        outputs[port_of(one, outputs)] = "a"
    element = Percentage(id="p", outputs={**outputs, ELSE: "b"} if rest else outputs)
    assert _whole(with_share(element, next(iter(outputs)), percent))
    assert _whole(with_more_shares(element))
    assert _whole(without_share(element, next(iter(outputs))))
