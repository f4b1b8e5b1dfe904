"""Messages as the transcript is told about them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.chat.fakes import FACTS, answer, question
from workbench.domain.chat import Usage
from workbench.domain.conversations import MessageState, ReplyFacts
from workbench.domain.errors import Failure
from workbench.domain.models import Cost
from workbench.domain.routes.trace import Trace, Visit
from workbench.domain.trouble import Trouble
from workbench.ui.chat.fixes import fix_of
from workbench.ui.chat.presenter import Presenter


def line(facts: ReplyFacts) -> str:
    return " · ".join(metric.text for metric in Presenter().metrics(facts))


def test_the_line_under_an_answer_says_who_how_fast_and_how_much() -> None:
    assert line(FACTS) == (
        "glm-4.7-flash · workers-ai · 0.42 s to first token · 118 tok/s · 31 → 412 tokens"
        " · ≈ $0.00021 · cache miss · req 0192aaaa…"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert line(ReplyFacts(model="x/y")) == ""
    assert line(ReplyFacts(model="m", usage=Usage(None, 7))) == "m · ? → 7 tokens"


def test_a_charged_cost_is_not_called_an_estimate() -> None:
    charged = replace(FACTS, cost=Cost(0.00021, charged=True))
    assert "≈" not in line(charged)
    assert "≈ $0.00021" in line(FACTS)


def test_the_sandbox_is_named_and_said_to_cost_nothing() -> None:
    metrics = Presenter().metrics(replace(FACTS, sandbox=True))
    assert metrics[1].text == "sandbox"
    assert any("charges nothing" in metric.tooltip for metric in metrics)


ROUTED = replace(FACTS, asked="dynamic/support", model="@cf/meta/llama-4", trace_id="t1")


def test_an_answer_of_a_route_names_the_route_and_who_answered() -> None:
    metric = Presenter().metrics(ROUTED)[0]
    assert metric.text == "dynamic/support → llama-4"
    assert metric.copies == "dynamic/support → @cf/meta/llama-4"
    assert "in the details" in metric.tooltip


def test_the_way_of_an_answer_is_named_once_it_is_known() -> None:
    visits = (Visit("start", "start", "next", ""), Visit("plan", "conditional", "true", ""))
    way = Trace("t1", "support", "v1", 1.0, visits, "small", True)
    assert "start → plan" in Presenter().metrics(ROUTED, way)[0].tooltip
    shown = Presenter().message(answer("c", "A", facts=ROUTED), latest=True, way=way)
    assert "start → plan" in shown.metrics[0].tooltip


def test_a_gateway_that_tells_no_way_is_said_to_tell_none() -> None:
    assert "did not tell" in Presenter().metrics(replace(ROUTED, trace_id=""))[0].tooltip


def test_a_route_that_does_not_say_who_answered_stands_alone() -> None:
    silent = Presenter().metrics(replace(ROUTED, model="dynamic/support"))[0]
    assert (silent.text, "Answered by" in silent.tooltip) == ("dynamic/support", False)


def test_every_metric_explains_itself_and_copies_something() -> None:
    for metric in Presenter().metrics(replace(FACTS, finish_reason="length")):
        assert metric.tooltip
        assert metric.copies


def test_an_answer_that_ran_into_its_limit_says_so() -> None:
    assert "token limit reached" in line(replace(FACTS, finish_reason="length"))


def test_a_streaming_answer_shows_who_answers_and_no_figures() -> None:
    shown = Presenter().message(answer("c", facts=FACTS, state=MessageState.STREAMING), latest=True)
    assert shown.label == "glm-4.7-flash"
    assert shown.streaming
    assert shown.metrics == ()
    assert not shown.can_retry


@pytest.mark.parametrize(
    ("state", "note"),
    [(MessageState.STOPPED, "Stopped"), (MessageState.CUT, "Cut off"), (MessageState.DONE, "")],
)
def test_an_answer_that_is_not_whole_says_so(state: MessageState, note: str) -> None:
    assert Presenter().message(answer("c", "half", state=state), latest=True).note == note


def test_only_the_latest_answer_can_be_asked_again() -> None:
    assert Presenter().message(answer("c", "A"), latest=True).can_retry
    assert not Presenter().message(answer("c", "A"), latest=False).can_retry
    assert not Presenter().message(answer("c", "A", superseded=True), latest=True).can_retry
    assert not Presenter().message(question("c", "Q"), latest=True).can_retry


def test_a_question_that_could_not_be_stored_can_be_asked_again() -> None:
    failed = replace(question("c", "Q"), state=MessageState.FAILED, trouble=Trouble("The disk is full."))
    assert Presenter().message(failed, latest=True).can_retry


def test_a_provider_that_wants_a_pause_gets_it() -> None:
    limited = answer("c", state=MessageState.FAILED, trouble=Trouble("Too many requests.", retry_after_s=12))
    shown = Presenter().message(limited, latest=True, wait_s=11.2)
    assert shown.note == "Can be tried again in 12 s"
    assert not shown.can_retry


@pytest.mark.parametrize(
    ("trouble", "label"),
    [
        (Trouble("", failure=Failure.MODEL_RETIRED, replacement="@cf/a/new"), "Use new"),
        (Trouble("", failure=Failure.MODEL_NOT_FOUND), "Choose a model"),
        (Trouble("", failure=Failure.MODEL_PAID_ONLY), "Choose a model"),
        (Trouble("", failure=Failure.UNAUTHORIZED), "Open the connection"),
        (Trouble("", failure=Failure.NOT_CONFIGURED), "Open the connection"),
        (Trouble("", failure=Failure.DNS, retryable=True), "Run the doctor"),
        (Trouble("", failure=Failure.SERVER, retryable=True), ""),
        (Trouble("", failure="something-new"), ""),
    ],
)
def test_the_button_under_a_failure_does_what_helps(trouble: Trouble, label: str) -> None:
    failed = answer("c", state=MessageState.FAILED, trouble=trouble)
    assert Presenter().message(failed, latest=True, fix=fix_of(trouble)).fix_label == label
    assert Presenter().message(failed, latest=False, fix=fix_of(trouble)).fix_label == ""
