"""Modes, keys and custom providers, against the real management API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.local_gateway import Here, Local, local_gateway
from workbench.domain.errors import Failure, InvalidFields, Maker, RequestFailed
from workbench.domain.gateways import PROVIDER_SLUGS, Mode, ProviderConfig
from workbench.domain.models import Model
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection
from workbench.services.discovery import FoundServer
from workbench.services.gateway_providers import GatewayProviders, ProviderState, slug_for

KEY = Secret("sk-canary-0123456789-abcd")
CONFIG = ProviderConfig("", "default", "openai")
OLLAMA = FoundServer("Ollama", "http://127.0.0.1:11434/v1")


class Lister:
    def __init__(self, *ids: str) -> None:
        self.ids = ids

    async def models(self, connection: Connection) -> tuple[Model, ...]:
        if not self.ids:
            raise RequestFailed("It does not say.", failure=Failure.NOT_FOUND, maker=Maker.PROVIDER)
        return tuple(Model(one) for one in self.ids)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    with local_gateway(tmp_path) as made:
        yield made


def providers(local: Local, *models: str) -> GatewayProviders:
    async def found() -> Sequence[FoundServer]:
        return (OLLAMA,)

    return GatewayProviders(Here(), local.client, Lister(*models), found)


def state(local: Local, slug: str) -> ProviderState:
    return next(one for one in local.run(providers(local).all("default")) if one.slug == slug)


def test_every_provider_with_a_door_is_there_and_follows(local: Local) -> None:
    found = local.run(providers(local).all("default"))
    assert tuple(one.slug for one in found) == PROVIDER_SLUGS
    assert {one.mode for one in found} == {Mode.FOLLOW}


def test_a_mode_is_set_for_one_and_leaves_the_others(local: Local) -> None:
    desk = providers(local)
    local.run(desk.set_mode("openai", Mode.STORED))
    local.run(desk.set_mode("groq", Mode.SANDBOX))
    local.run(desk.set_mode("openai", Mode.FOLLOW))
    assert (state(local, "openai").mode, state(local, "groq").mode) == (Mode.FOLLOW, Mode.SANDBOX)


def test_following_in_spite_of_a_mode_for_all_is_said_aloud(local: Local) -> None:
    desk = providers(local)
    local.run(desk.set_mode("*", Mode.SANDBOX))
    local.run(desk.set_mode("openai", Mode.FOLLOW))
    assert (state(local, "openai").mode, state(local, "groq").mode) == (Mode.FOLLOW, Mode.SANDBOX)


def test_a_key_is_kept_in_the_keychain_and_told_by_its_end(local: Local) -> None:
    config = replace(CONFIG, rate_limit=10, rate_limit_period_s=60)
    local.run(providers(local).put_key(config, KEY))
    (found,) = state(local, "openai").keys
    assert (found.preview, found.alias, found.rate_limit, found.rate_limit_period_s) == (
        "abcd",
        "default",
        10,
        60,
    )
    assert KEY.reveal() not in repr(found)


def test_a_replaced_key_keeps_its_place(local: Local) -> None:
    desk = providers(local)
    old = local.run(desk.put_key(CONFIG, KEY))
    local.run(desk.put_key(CONFIG, Secret("sk-canary-0123456789-wxyz"), in_place_of=old.id))
    assert [one.preview for one in state(local, "openai").keys] == ["wxyz"]


@pytest.mark.parametrize(
    ("config", "key", "where"),
    [
        (CONFIG, Secret("two words"), "secret"),
        (replace(CONFIG, rate_limit=5), KEY, "rate_limit_period"),
        (replace(CONFIG, rate_limit_period_s=5), KEY, "rate_limit"),
    ],
)
def test_what_cannot_replace_a_key_does_not_cost_the_old_one(
    local: Local, config: ProviderConfig, key: Secret, where: str
) -> None:
    desk = providers(local)
    old = local.run(desk.put_key(CONFIG, KEY))
    with pytest.raises(InvalidFields) as refused:
        local.run(desk.put_key(config, key, in_place_of=old.id))
    assert list(refused.value.problems) == [where]
    assert [one.preview for one in state(local, "openai").keys] == ["abcd"]


def test_a_removed_key_is_gone(local: Local) -> None:
    desk = providers(local)
    local.run(desk.remove_key(local.run(desk.put_key(CONFIG, KEY))))
    assert state(local, "openai").keys == ()


def test_the_gateway_names_the_field_it_refuses(local: Local) -> None:
    with pytest.raises(InvalidFields) as refused:
        local.run(providers(local).put_key(replace(CONFIG, alias="a b"), KEY))
    assert list(refused.value.problems) == ["alias"]


def test_an_added_provider_can_be_called_at_once(local: Local) -> None:
    local.run(providers(local).add("My Ollama", "my-ollama", "http://127.0.0.1:11434/v1"))
    found = state(local, "custom-my-ollama").custom
    assert found is not None
    assert (found.name, found.base_url, found.enable) == ("My Ollama", "http://127.0.0.1:11434/v1", True)


def test_a_provider_is_changed_switched_off_deleted_and_brought_back(local: Local) -> None:
    desk = providers(local)
    made = local.run(desk.add("A", "a", "http://127.0.0.1:1/v1"))
    local.run(desk.set_mode("custom-a", Mode.STORED))
    changed = local.run(desk.change(made, name="B", base_url="http://127.0.0.1:2/v1", enable=False))
    restore = local.run(desk.delete(changed))
    assert "custom-a" not in {one.slug for one in local.run(desk.all("default"))}
    local.run(_awaited(restore()))
    back = state(local, "custom-a")
    assert back.custom is not None
    assert (back.custom.name, back.custom.base_url, back.custom.enable) == (
        "B",
        "http://127.0.0.1:2/v1",
        False,
    )
    assert back.mode is Mode.STORED


async def _awaited(work: object) -> None:
    await work  # type: ignore[misc]  # an Awaitable


def test_an_address_that_cannot_be_one_is_refused_at_its_field(local: Local) -> None:
    with pytest.raises(InvalidFields) as refused:
        local.run(providers(local).add("A", "a", "file:///etc/passwd"))
    assert list(refused.value.problems) == ["base_url"]


def test_servers_on_this_machine_and_their_models_are_told(local: Local) -> None:
    desk = providers(local, "llama3.2", "qwen3")
    assert local.run(_list(desk)) == [OLLAMA]
    assert local.run(desk.models(OLLAMA)) == ("llama3.2", "qwen3")
    assert local.run(providers(local).models(OLLAMA)) == ()


async def _list(desk: GatewayProviders) -> list[FoundServer]:
    return list(await desk.found())


@pytest.mark.parametrize(
    ("name", "slug"), [("LM Studio", "lm-studio-2"), ("Über Größe!", "ber-gr-e"), ("…", "server")]
)
def test_a_name_makes_a_slug_that_is_free(name: str, slug: str) -> None:
    assert slug_for(name, ["lm-studio"]) == slug
