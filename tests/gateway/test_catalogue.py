"""`models/search`, `models/schema` and OpenAI's list."""

from __future__ import annotations

import pytest

from tests.gateway.wire import LEGACY, NEWER, Wire
from workbench.domain.models import Model, Price
from workbench.gateway.catalogue import BadQuery, Catalogue

SEARCH = "/client/v4/accounts/acc/ai/models/search"
MODELS = (
    Model("@cf/a/one", "Text Generation", "a", "fast chat", prices=(Price("per M input tokens", 0.5),)),
    Model("@cf/a/two", "Text Embeddings", "a", "vectors", beta=True),
    Model("@cf/b/three", "Text Generation", "b", "slow chat", deprecated=True),
)


def names(**query: str) -> list[str]:
    return [item["name"] for item in Catalogue(MODELS).search(query)["result"]]


def test_retired_models_are_listed_only_when_asked_for() -> None:
    assert names() == ["@cf/a/one", "@cf/a/two"]
    assert names(include_deprecated="true") == ["@cf/a/one", "@cf/a/two", "@cf/b/three"]


def test_each_option_narrows_the_list() -> None:
    assert names(search="FAST") == ["@cf/a/one"]
    assert names(task="text embeddings") == ["@cf/a/two"]
    assert names(author="b", include_deprecated="1") == ["@cf/b/three"]
    assert names(hide_experimental="true") == ["@cf/a/one"]
    assert names(source="2") == []


def test_pages_add_up_to_the_whole() -> None:
    catalogue = Catalogue(MODELS)
    first, second, third = (catalogue.search({"per_page": "1", "page": page}) for page in "123")
    assert [page["result"][0]["name"] for page in (first, second)] == ["@cf/a/one", "@cf/a/two"]
    assert third["result"] == []
    assert second["result_info"] == {"count": 1, "page": 2, "per_page": 1, "total_count": 2, "total_pages": 2}


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"per_page": "x"}, {"per_page": "99999"}, {"hide_experimental": "?"}]
)
def test_an_option_that_cannot_be_read_is_named(query: dict[str, str]) -> None:
    with pytest.raises(BadQuery, match=next(iter(query))):
        Catalogue(MODELS).search(query)


def test_prices_and_flags_are_properties() -> None:
    item = Catalogue(MODELS).search({})["result"][0]
    properties = {entry["property_id"]: entry["value"] for entry in item["properties"]}
    assert properties["price"] == [{"unit": "per M input tokens", "price": 0.5, "currency": "USD"}]
    assert Catalogue(MODELS).search({})["result"][1]["properties"][0] == {
        "property_id": "beta",
        "value": "true",
    }


def test_the_openrouter_format_prices_a_token() -> None:
    data = Catalogue(MODELS).search({"format": "openrouter"})["data"]
    assert [entry["id"] for entry in data] == ["@cf/a/one"]
    assert data[0]["pricing"] == {"prompt": "0.0000005"}


def test_the_list_is_served_in_pages(shared: Wire) -> None:
    answer = shared.ask("GET", f"{SEARCH}?task=Text%20Generation&per_page=5&page=2").json
    assert len(answer["result"]) == 5
    assert answer["result_info"]["page"] == 2
    assert shared.ask("GET", f"{SEARCH}?page=none").status == 400


def test_openai_lists_have_the_names_of_their_address(shared: Wire) -> None:
    bare = shared.ask("GET", "/client/v4/accounts/acc/ai/v1/models").json["data"]
    compat = shared.ask("GET", "/v1/a/g/compat/models").json["data"]
    assert {f"workers-ai/{entry['id']}" for entry in bare} == {entry["id"] for entry in compat}
    assert NEWER in {entry["id"] for entry in bare}


def test_a_models_schema_is_served_and_an_unknown_ones_is_not(shared: Wire) -> None:
    path = "/client/v4/accounts/acc/ai/models/schema?model="
    assert set(shared.ask("GET", path + LEGACY).json["result"]) == {"input", "output"}
    assert shared.ask("GET", path + "@cf/x/y").json["errors"][0]["code"] == 5007
    assert shared.ask("GET", path).status == 400
