from __future__ import annotations

import pytest

from workbench.domain.chat import Served
from workbench.domain.images.abilities import abilities_of
from workbench.domain.images.costs import cost_of, estimated
from workbench.domain.images.requests import ImageReply
from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import Model, Price
from workbench.storage.catalogue import offline_models

MODELS = {model.short_name: model for model in offline_models()}


def test_flux_schnell_costs_its_tiles_and_steps() -> None:
    model = MODELS["flux-1-schnell"]
    one = estimated(model, ImageSettings("a", steps=8), abilities_of(model))
    assert one == pytest.approx(4 * 5.28e-05 + 8 * 0.0001056)


def test_references_and_steps_multiply_where_the_price_says_so() -> None:
    model = MODELS["flux-2-dev"]
    settings = ImageSettings("a", width=1024, height=1024, steps=10, references=("r",))
    found = estimated(model, settings, abilities_of(model), [(512, 384)])
    assert found == pytest.approx(1 * 10 * 0.00021 + 4 * 10 * 0.00041)


def test_megapixels_after_the_first_are_cheaper() -> None:
    model = MODELS["flux-2-klein-9b"]
    found = estimated(model, ImageSettings("a", width=1024, height=2048), abilities_of(model), [(512, 512)])
    assert found == pytest.approx(0.015 + 0.002 + 0.002)


def test_no_price_or_an_unknown_unit_is_not_free() -> None:
    model = MODELS["dreamshaper-8-lcm"]
    assert estimated(model, ImageSettings("a"), abilities_of(model)) is None
    strange = Model("m", prices=(Price("per sigh", 1.0),))
    assert estimated(strange, ImageSettings("a"), abilities_of(strange)) is None


def test_charged_neurons_win_unless_a_sandbox_says_them() -> None:
    model = MODELS["flux-1-schnell"]
    charged = ImageReply((b"x",), neurons=100)
    cost = cost_of(model, charged, ImageSettings("a"), abilities_of(model))
    assert cost.charged
    assert cost.usd == pytest.approx(0.0011)
    played = ImageReply((b"x", b"y"), neurons=100, served=Served(sandbox=True))
    cost = cost_of(model, played, ImageSettings("a"), abilities_of(model))
    one = estimated(model, ImageSettings("a"), abilities_of(model))
    assert one is not None
    assert cost.usd == pytest.approx(2 * one)
    assert not cost.charged


def test_a_model_priced_by_tokens_costs_its_tokens() -> None:
    model = Model("m", prices=(Price("per M input tokens", 1.0), Price("per M output tokens", 30.0)))
    reply = ImageReply((b"x",), tokens_in=1000, tokens_out=1290)
    assert cost_of(model, reply, ImageSettings("a"), abilities_of(model)).usd == pytest.approx(0.0397)
