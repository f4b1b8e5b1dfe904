"""What Cloudflare does not know is rewritten and said; what it is known to fail on is refused."""

from __future__ import annotations

import pytest

from tests.domain.routes.samples import API, END, model, route_of, shares, start, to
from workbench.domain.routes.codec import deployable, read_route
from workbench.domain.routes.errors import RouteError

RATE = {"limitType": "count", "key": "metadata.user_id", "limit": 1, "window": 60}


def test_a_route_of_the_apis_own_goes_as_it_is() -> None:
    sent = deployable(read_route({**API, "workbench": {"positions": {"s": [0, 0]}}}).route)
    assert sent.elements == API["elements"]
    assert sent.changes == ()


def test_a_sticky_split_becomes_dice_and_that_is_said() -> None:
    split = {"id": "p", "type": "percentage", "outputs": shares({"10%": "m", "else": "m"})}
    route = route_of(
        start("p"), split, model("m", "end", "end"), END, workbench={"sticky": {"p": "metadata.user_id"}}
    )
    sent = deployable(route)
    assert sent.elements[1] == split
    assert len(sent.changes) == 1
    assert "metadata.user_id" in sent.changes[0]


def test_a_sliding_window_is_left_behind_and_that_is_said() -> None:
    rate = {"id": "r", "type": "rate", "properties": RATE, "outputs": to(success="m", fallback="end")}
    route = route_of(
        start("r"), rate, model("m", "end", "end"), END, workbench={"technique": {"r": "sliding"}}
    )
    sent = deployable(route)
    assert sent.elements[1] == rate
    assert "“r”" in sent.changes[0]


def test_a_missing_fallback_leads_to_the_end() -> None:
    sent = deployable(route_of(start("m"), model("m", "end"), END))
    assert sent.elements[1]["outputs"] == to(success="end", fallback="end")
    assert len(sent.changes) == 1


def test_an_end_is_added_where_there_is_none() -> None:
    rate = {"id": "end", "type": "rate", "properties": RATE, "outputs": to(success="m")}
    sent = deployable(route_of(start("end"), rate, model("m")))
    assert sent.elements[-1] == {"id": "end1", "type": "end", "outputs": {}}
    assert [element["outputs"].get("fallback") for element in sent.elements[1:3]] == [
        {"elementId": "end1"}
    ] * 2


def test_shares_that_leave_something_out_get_an_else() -> None:
    split = {"id": "p", "type": "percentage", "outputs": shares({"10%": "m", "60%": "m"})}
    sent = deployable(route_of(start("p"), split, model("m", "end", "end"), END))
    assert sent.elements[1]["outputs"]["else"] == {"elementId": "end"}


def test_a_custom_provider_is_refused() -> None:
    with pytest.raises(RouteError) as error:
        deployable(route_of(start("m"), model("m", "end", "end", provider="custom-ollama"), END))
    assert error.value.pointer == "/elements/1/properties/provider"


def test_more_than_five_shares_are_refused() -> None:
    split = {"id": "p", "type": "percentage", "outputs": shares({f"{n}%": "m" for n in range(1, 7)})}
    with pytest.raises(RouteError) as error:
        deployable(route_of(start("p"), split, model("m")))
    assert error.value.pointer == "/elements/1/outputs/6%"


def test_unknown_keys_are_refused_rather_than_lost() -> None:
    with pytest.raises(RouteError) as error:
        deployable(route_of(start("m"), model("m", "end", "end", temperature=1), END))
    assert error.value.pointer == "/elements/1/properties/temperature"


def test_a_share_that_leads_nowhere_is_refused_by_name() -> None:
    split = {"id": "p", "type": "percentage", "outputs": {"70%": {}, "else": {"elementId": "m"}}}
    with pytest.raises(RouteError) as error:
        deployable(route_of(start("p"), split, model("m", "end", "end"), END))
    assert error.value.pointer == "/elements/1/outputs/70%"
    assert "“70%” of “p”" in error.value.what


def test_an_element_of_an_unknown_type_goes_as_it_is_and_that_is_said() -> None:
    geo = {
        "id": "g",
        "type": "geo",
        "by": 1,
        "properties": {"x": []},
        "outputs": {"EU": {"elementId": "m", "y": 1}, "US": {}},
    }
    sent = deployable(route_of(start("g"), geo, model("m", "end", "end"), END))
    assert sent.elements[1] == geo
    assert len(sent.changes) == 1
    assert "“geo”" in sent.changes[0]
