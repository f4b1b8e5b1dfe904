from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.domain.chat import ChatReply, Served, Usage
from workbench.domain.conversations import ReplyFacts
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed, StorageFailed, WorkbenchError
from workbench.domain.models import Cost
from workbench.domain.trouble import Trouble

FAST = RequestFailed(
    "Too fast.",
    failure=Failure.RATE_LIMITED,
    maker=Maker.GATEWAY,
    why="w",
    fix="f",
    status=429,
    code=2003,
    retry_after_s=2.5,
    replacement="m2",
)
TOLD = Trouble("Too fast.", "w", "f", "rate-limited", "gateway", 429, 2003, True, 2.5, "m2")


def failed(failure: Failure) -> RequestFailed:
    return RequestFailed("It failed.", failure=failure, maker=Maker.PROVIDER)


@pytest.mark.parametrize("failure", [Failure.CONNECT, Failure.TIMEOUT, Failure.RATE_LIMITED, Failure.SERVER])
def test_what_may_pass_by_itself_can_be_retried(failure: Failure) -> None:
    assert failed(failure).retryable


@pytest.mark.parametrize(
    "failure", [Failure.UNAUTHORIZED, Failure.MODEL_RETIRED, Failure.OUT_OF_NEURONS, Failure.TLS]
)
def test_what_needs_a_change_first_cannot(failure: Failure) -> None:
    assert not failed(failure).retryable


def test_an_error_is_its_first_sentence() -> None:
    assert str(InvalidInput("No such model.", field="model", why="w", fix="f")) == "No such model."


def test_trouble_keeps_all_that_a_failed_request_told() -> None:
    assert Trouble.of(FAST) == TOLD


@pytest.mark.parametrize(
    ("error", "again"),
    [(StorageFailed("Full.", why="w", fix="f"), True), (WorkbenchError("Full.", why="w", fix="f"), False)],
)
def test_trouble_of_another_error_has_its_sentences(error: WorkbenchError, again: bool) -> None:
    assert Trouble.of(error) == Trouble("Full.", "w", "f", retryable=again)


def test_a_failure_in_other_words_keeps_what_callers_act_on() -> None:
    worded = FAST.reworded("Not now.", maker=Maker.PROVIDER)
    assert Trouble.of(worded) == replace(TOLD, what="Not now.", maker="provider")
    assert Trouble.of(FAST.reworded()) == TOLD


def test_facts_name_the_served_model_where_the_provider_told_it() -> None:
    reply = ChatReply(served=Served(model="served", cache="HIT"), usage=Usage(1, 2), ttft_ms=3.0)
    facts = ReplyFacts.of(reply, Cost(0.5), model="asked", target="t")
    assert (facts.model, facts.cache, facts.usage, facts.ttft_ms) == ("served", "HIT", Usage(1, 2), 3.0)
    assert ReplyFacts.of(ChatReply(), Cost(None), model="asked", target="t").model == "asked"


def test_facts_keep_what_was_asked_and_the_way_it_took() -> None:
    reply = ChatReply(served=Served(model="served", trace_id="t1"))
    facts = ReplyFacts.of(reply, Cost(None), model="dynamic/support", target="t")
    assert (facts.asked, facts.model, facts.trace_id) == ("dynamic/support", "served", "t1")
