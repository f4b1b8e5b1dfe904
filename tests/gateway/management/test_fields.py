from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from workbench.gateway.management.answers import Refused
from workbench.gateway.management.fields import Fields


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def problems(fields: Fields) -> dict[str, str]:
    with pytest.raises(Refused) as caught:
        fields.check()
    return {".".join(map(str, problem.path)): problem.message for problem in caught.value.problems}


def test_what_is_there_is_read_and_what_is_not_has_its_default() -> None:
    body = Fields({"text": "a", "flag": True, "whole": 3.0, "choice": "red", "null": None})
    assert (body.text("text"), body.flag("flag"), body.whole("whole", 1, 5)) == ("a", True, 3)
    assert body.choice("choice", Colour) is Colour.RED
    assert (body.text("null", "d"), body.flag("no", True), body.whole("null", 1, 5, 2)) == ("d", True, 2)
    assert body.choice("null", Colour, Colour.BLUE) is Colour.BLUE
    body.check()


@pytest.mark.parametrize("value", [True, "3", 3.5, 0, 6, -1, [], {}, 10**400])
def test_a_number_has_to_be_whole_and_in_range(value: Any) -> None:
    body = Fields({"whole": value})
    assert body.whole("whole", 1, 5) is None
    assert problems(body) == {"body.whole": "Expected a whole number from 1 to 5"}


def test_all_problems_are_told_at_once_with_their_places_and_once_each() -> None:
    body = Fields({"list": [{"flag": 1}, 7], "object": {"choice": "green"}, "name": "a b"})
    for _ in range(2):
        for one in body.objects("list"):
            one.flag("flag")
    body.object("object").choice("choice", Colour)
    body.name("name", "[a-z]+", "letters")
    body.need("missing")
    assert problems(body) == {
        "body.list.0.flag": "Expected true or false",
        "body.list.1": "Expected an object",
        "body.object.choice": "Expected one of red, blue",
        "body.name": "Expected letters",
        "body.missing": "Required",
    }


def test_a_field_of_another_spelling_is_named() -> None:
    body = Fields({"cacheTTL": 1, "other": 2})
    body.whole("cache_ttl", 1, 5)
    assert problems(body) == {"body.cacheTTL": "Unknown; did you mean cache_ttl?"}
