from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conftest import Run
from workbench.domain.errors import Failure, Maker, RequestFailed, StorageFailed
from workbench.domain.images.abilities import Abilities
from workbench.domain.models import TEXT_TO_IMAGE, Model
from workbench.domain.targets import Connection, Target, TargetKind
from workbench.services.images.models import ImageAbilities, ImageModels

CLOUD = Target("cf", "Acme", TargetKind.CLOUDFLARE, account="acme", gateway="default")
BARE = Target("bare", "No gateway", TargetKind.CLOUDFLARE, account="acme")
FLUX = Model("@cf/bfl/flux", TEXT_TO_IMAGE, image=Abilities(seed=True))
NEW = Model("@cf/new/painter", TEXT_TO_IMAGE)
GEMINI = Model("google-ai-studio/gemini-9-image", TEXT_TO_IMAGE)
SCHEMA = {"properties": {"prompt": {"type": "string", "maxLength": 99}}}


class Lists:
    favourites: tuple[str, ...] = ()

    def __init__(self, *models: Model) -> None:
        self.found = models

    def cached(self, target_id: str) -> tuple[Model, ...]:
        return self.found

    async def models(self, target_id: str) -> tuple[Model, ...]:
        return (*self.found, NEW)

    def find(self, model_id: str) -> Model:
        return next((m for m in (*self.found, NEW) if m.id == model_id), Model(model_id, known=False))

    def set_favourite(self, model_id: str, favourite: bool) -> None:
        self.favourites = (model_id,)


class Targets:
    def get(self, target_id: str) -> Target:
        return {"cf": CLOUD, "bare": BARE}[target_id]

    async def connection(self, target_id: str = "") -> Connection:
        return Connection(self.get(target_id or "cf"))


class Schemas:
    def __init__(self, answer: Mapping[str, Any] | RequestFailed | None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def input_schema(self, connection: Connection, model_id: str) -> Mapping[str, Any] | None:
        self.asked.append(model_id)
        if isinstance(self.answer, RequestFailed):
            raise self.answer
        return self.answer


def models(*found: Model) -> ImageModels:
    return ImageModels(Lists(*found), Targets(), lambda: (GEMINI,))


def test_providers_models_are_there_where_a_gateway_is() -> None:
    assert models(FLUX).cached("cf") == (FLUX, GEMINI)
    assert models(FLUX).cached("bare") == (FLUX,)
    assert models(FLUX).find(GEMINI.id) is GEMINI


def test_a_model_that_the_target_lists_itself_is_there_once() -> None:
    assert models(FLUX, GEMINI).cached("cf") == (FLUX, GEMINI)


def test_the_target_s_own_list_gets_them_too(run_async: Run) -> None:
    assert run_async(models(FLUX).models("cf")) == (FLUX, NEW, GEMINI)


def test_a_list_that_cannot_be_read_leaves_the_others() -> None:
    def unreadable() -> tuple[Model, ...]:
        raise StorageFailed("Unreadable.")

    assert ImageModels(Lists(FLUX), Targets(), unreadable).cached("cf") == (FLUX,)


def test_a_model_the_catalogue_knows_is_never_asked_about(run_async: Run) -> None:
    schemas = Schemas(SCHEMA)
    abilities = ImageAbilities(models(FLUX), schemas, Targets())
    assert run_async(abilities.learn(FLUX.id)) == FLUX.image
    assert schemas.asked == []


def test_an_unknown_one_is_asked_for_its_schema_once(run_async: Run) -> None:
    schemas = Schemas(SCHEMA)
    abilities = ImageAbilities(models(FLUX), schemas, Targets())
    assert not abilities.of(NEW.id).known
    assert run_async(abilities.learn(NEW.id)).prompt_limit == 99
    assert run_async(abilities.learn(NEW.id)) == abilities.of(NEW.id)
    assert schemas.asked == [NEW.id]


def test_what_cannot_be_asked_stays_unknown_and_is_asked_again(run_async: Run) -> None:
    failed = RequestFailed("No.", failure=Failure.CONNECT, maker=Maker.NETWORK)
    schemas = Schemas(failed)
    abilities = ImageAbilities(models(FLUX), schemas, Targets())
    assert not run_async(abilities.learn(NEW.id)).known
    schemas.answer = SCHEMA
    assert run_async(abilities.learn(NEW.id)).known
