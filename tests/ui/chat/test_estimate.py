"""What a question would cost before it is asked."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.chat.fakes import FACTS, FLASH, answer, question
from workbench.domain.chat import Usage
from workbench.domain.conversations import MessageState
from workbench.domain.models import Model
from workbench.ui.chat.estimate import estimate, is_sent


def test_nothing_to_ask_costs_nothing() -> None:
    assert estimate(FLASH, "be brief", [question("c", "Q")], "  \n") is None


def test_the_system_prompt_and_the_history_count() -> None:
    alone = estimate(FLASH, "", [], "four")
    with_prompt = estimate(FLASH, "x" * 400, [], "four")
    with_history = estimate(FLASH, "", [question("c", "y" * 400)], "four")
    assert alone is not None
    assert with_prompt is not None
    assert with_history is not None
    assert with_prompt.tokens == with_history.tokens == alone.tokens + 104


def test_the_providers_own_count_is_believed() -> None:
    facts = replace(FACTS, usage=Usage(1000, 200))
    told = estimate(FLASH, "x" * 4000, [question("c", "z" * 4000), answer("c", "a", facts=facts)], "four")
    assert told is not None
    assert told.tokens == 1200 + 1 + 4
    assert told.usd == told.tokens * 0.06 / 1_000_000


def test_an_unknown_price_is_not_free() -> None:
    guess = estimate(Model("x/y"), "", [], "four")
    assert guess is not None
    assert guess.usd is None


def test_superseded_and_unsent_messages_do_not_count() -> None:
    assert not is_sent(answer("c", "old", superseded=True))
    assert not is_sent(replace(question("c", "unsent"), state=MessageState.FAILED))
    assert not is_sent(answer("c", " "))
    assert is_sent(answer("c", "half an answer", state=MessageState.CUT))
