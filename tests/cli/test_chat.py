"""`workbench chat` against a scripted session."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.conftest import Run
from workbench.cli.arguments import parser
from workbench.cli.chat import answer, connection_to, request_of
from workbench.domain.chat import (
    ChatReply,
    ChatRequest,
    Delta,
    Finished,
    ReasoningDelta,
    Role,
    Served,
    TextDelta,
    Usage,
    UsageDelta,
)
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.models import Cost, Model, Price, cost_of
from workbench.domain.targets import Connection, Target, TargetKind

PRICED = Model(
    "m", prices=(Price("per M input tokens", 1.0), Price("per M output tokens", 2.0)), task="Text Generation"
)
DELTAS: tuple[Delta, ...] = (
    Served(model="m-served", provider="workers-ai", cache="MISS", request_id="r1"),
    ReasoningDelta("hm"),
    TextDelta("Because "),
    TextDelta("of light."),
    UsageDelta(Usage(prompt_tokens=10, completion_tokens=20)),
    Finished("stop"),
)


class FakeSession:
    """Answers with the given deltas; remembers what it was asked."""

    def __init__(self, deltas: tuple[Delta, ...] = DELTAS, error: Exception | None = None) -> None:
        self.deltas = deltas
        self.error = error
        self.asked: list[tuple[Connection, ChatRequest]] = []
        self.targets: list[str] = []
        self.closed = False

    async def connection(self, target: str) -> Connection:
        self.targets.append(target)
        return Connection(Target("local", "Local gateway", TargetKind.LOCAL))

    async def ask(
        self, connection: Connection, request: ChatRequest
    ) -> AsyncGenerator[Delta | ChatReply, None]:
        self.asked.append((connection, request))
        reply = ChatReply()
        for at_ms, delta in enumerate(self.deltas):
            reply.add(delta, at_ms)
            yield delta
        if self.error:
            raise self.error
        reply.settle(100)
        yield reply

    def cost(self, model_id: str, reply: ChatReply) -> Cost:
        return cost_of(PRICED, reply.usage)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[FakeSession]:
        try:
            yield self
        finally:
            self.closed = True


def options(*arguments: str) -> Namespace:
    return parser().parse_args(["chat", "-m", "m", *arguments])


class Flushes(io.StringIO):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def flush(self) -> None:
        self.seen.append(self.getvalue())


def test_the_text_streams_as_it_comes_and_ends_with_a_newline(run_async: Run) -> None:
    out, session = Flushes(), FakeSession()
    assert run_async(answer(options("Why?"), session.open, out)) == 0
    assert out.seen[:2] == ["Because ", "Because of light."]
    assert out.getvalue() == "Because of light.\n"
    assert session.closed


def test_a_newline_the_model_wrote_is_not_doubled(run_async: Run) -> None:
    out = io.StringIO()
    run_async(answer(options("Why?"), FakeSession((TextDelta("x\n"), Finished("stop"))).open, out))
    assert out.getvalue() == "x\n"


def test_json_is_one_object_with_exactly_the_promised_fields(run_async: Run) -> None:
    out = io.StringIO()
    run_async(answer(options("--json", "Why?"), FakeSession().open, out))
    assert out.getvalue().count("\n") == 1
    assert json.loads(out.getvalue()) == {
        "text": "Because of light.",
        "reasoning": "hm",
        "model": "m-served",
        "provider": "workers-ai",
        "finish_reason": "stop",
        "truncated": False,
        "usage": {"prompt_tokens": 10, "completion_tokens": 20},
        "ttft_ms": 1,
        "duration_ms": 100,
        "cost_usd": 0.00005,
        "cache": "MISS",
        "request_id": "r1",
    }


def test_system_prompt_and_question_are_sent_in_order(run_async: Run) -> None:
    session = FakeSession()
    run_async(answer(options("--system", "Be brief.", "Why?"), session.open, io.StringIO()))
    assert [(m.role, m.content) for m in session.asked[0][1].messages] == [
        (Role.SYSTEM, "Be brief."),
        (Role.USER, "Why?"),
    ]
    assert session.targets == [""]


def test_a_base_url_makes_a_target_for_the_call_only(run_async: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_KEY", "sk-1")
    session = FakeSession()
    given = options("--base-url", "http://127.0.0.1:11434/v1/", "--api-key-env", "SERVER_KEY", "Why?")
    run_async(answer(given, session.open, io.StringIO()))
    connection = session.asked[0][0]
    assert session.targets == []
    assert connection.target.kind is TargetKind.OPENAI
    assert connection.target.base_url == "http://127.0.0.1:11434/v1"
    assert connection.credentials.api_token is not None
    assert connection.credentials.api_token.reveal() == "sk-1"


@pytest.mark.parametrize("address", ["localhost:11434/v1", "ftp://host/v1", "http://", "nonsense"])
def test_a_base_url_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput, match="not a web address"):
        connection_to(address, "")


def test_an_unset_key_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(InvalidInput, match="NO_SUCH_KEY"):
        connection_to("http://host/v1", "NO_SUCH_KEY")


def test_an_answer_that_was_cut_is_printed_and_counts_as_failed(
    run_async: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    cut = FakeSession((TextDelta("Half an"), Finished(truncated=True)))
    assert run_async(answer(options("Why?"), cut.open, out)) == 1
    assert out.getvalue() == "Half an\n"
    assert "cut off" in capsys.readouterr().err


def test_a_failure_in_mid_answer_keeps_what_came_and_closes_the_session(run_async: Run) -> None:
    error = RequestFailed("Broken.", failure=Failure.SERVER, maker=Maker.PROVIDER)
    out, session = io.StringIO(), FakeSession((TextDelta("Half"),), error)
    with pytest.raises(RequestFailed):
        run_async(answer(options("Why?"), session.open, out))
    assert out.getvalue() == "Half\n"
    assert session.closed


def test_a_dash_reads_the_question_from_standard_input() -> None:
    request = request_of(options("-"), io.StringIO("From a pipe"))
    assert request.messages[-1].content == "From a pipe"


@pytest.mark.parametrize("prompt", ["", "  \n"])
def test_an_empty_question_is_not_sent(prompt: str) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        request_of(options(prompt), io.StringIO())


def test_unknown_figures_are_null(run_async: Run) -> None:
    out = io.StringIO()
    run_async(answer(options("--json", "Why?"), FakeSession((TextDelta("x"),)).open, out))
    told: dict[str, Any] = json.loads(out.getvalue())
    assert told["cost_usd"] is None
    assert told["usage"] == {"prompt_tokens": None, "completion_tokens": None}
    assert told["model"] == "m"
