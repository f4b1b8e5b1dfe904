"""A canvas with a small route whose places are known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from tests.domain.routes.samples import END, model, route_of, start, to
from tests.ui.routes.canvas.hand import Hand
from workbench.domain.routes.elements import Route
from workbench.ui.routes.document import Linter
from workbench.ui.support.theme import Theme

CONDITION = {
    "id": "c",
    "type": "conditional",
    "properties": {"conditions": {"metadata.plan": {"$eq": "free"}}},
    "outputs": to(true="m1", false="m2"),
}
ROUTE = route_of(start("c"), CONDITION, model("m1", "end", "m2"), model("m2", "end"), END)
PLACES: dict[str, tuple[float, float]] = {
    "start": (0, 160),
    "c": (296, 152),
    "m1": (600, 40),
    "m2": (600, 280),
    "end": (904, 200),
}

MakeHand = Callable[..., Hand]


@pytest.fixture
def make_hand(theme: Theme, qtbot: QtBot) -> MakeHand:
    def make(
        route: Route = ROUTE,
        places: dict[str, tuple[float, float]] | None = None,
        lint: Linter = lambda route: (),
    ) -> Hand:
        hand = Hand(theme, route, PLACES if places is None else places, lint)
        qtbot.addWidget(hand.canvas)
        return hand

    return make


@pytest.fixture
def hand(make_hand: MakeHand) -> Hand:
    return make_hand()
