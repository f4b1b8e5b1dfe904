"""The end of a request: one row, whatever happened."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.gateway.pipeline.calls import CUT, IDS, Pieces, Script, call
from tests.gateway.pipeline.upstream import FRAMES
from workbench.domain.gateways import GatewaySettings
from workbench.domain.journal import CostSource, LogRow
from workbench.domain.routes.trace import Trace
from workbench.gateway.journal.cost import CustomCost
from workbench.gateway.pipeline import recorder as recording
from workbench.gateway.pipeline.attempts import Attempts
from workbench.gateway.pipeline.limits import Ledger
from workbench.gateway.pipeline.options import Options
from workbench.gateway.pipeline.passage import Passage
from workbench.gateway.pipeline.recorder import CUT_UPSTREAM, STOPPED, Recorder, Tap
from workbench.gateway.protocol import Action, Door, Family, Inference
from workbench.gateway.replies import EVENT_STREAM, Cut, Reply

DOOR = Door(Family.GATEWAY, Action.CHAT, ("POST",), gateway="default", provider="compat")
HEADERS = {"authorization": "Bearer sk-canary", "content-type": "application/json"}


class Rows:
    def __init__(self) -> None:
        self.rows: list[LogRow] = []

    def add(self, row: LogRow, trace: Trace | None = None) -> None:
        self.rows.append(row)


class Desk:
    def __init__(self, *, stopping: bool = False, **options: Any) -> None:
        self.rows = Rows()
        self.recorder = Recorder(self.rows, Ledger(), stopping=lambda: stopping, clock=lambda: 1.0)
        inference = Inference(DOOR, HEADERS, "", b'{"model":"openai/gpt-4o"}', IDS, "POST")
        attempts = Attempts(Script([]), 0.0)
        self.passage = Passage(
            inference, GatewaySettings(), Options(**options), 5.0, 0.0, attempts, call(), "server"
        )

    def tap(self, *pieces: bytes | BaseException) -> Tap:
        stream = Pieces([*pieces])
        return self.recorder.tapped(self.passage, Reply(200, [EVENT_STREAM], stream=stream), stream)

    @property
    def row(self) -> LogRow:
        (row,) = self.rows.rows
        return row


async def read(tap: Tap, pieces: int = 99) -> None:
    """So many pieces, then leave."""
    async for _ in tap:
        pieces -= 1
        if not pieces:
            break
    await tap.aclose()
    await tap.aclose()  # twice is once


def test_a_stream_read_to_its_end_is_a_success_with_its_tokens_and_body(run_async: Run) -> None:
    desk = Desk()
    run_async(read(desk.tap(*FRAMES)))
    assert (desk.row.success, desk.row.client_gone, desk.row.error) == (True, False, "")
    assert (desk.row.tokens_in, desk.row.tokens_out) == (7, 3)
    assert desk.row.response_body == b"".join(FRAMES)
    assert desk.row.response_size == len(b"".join(FRAMES))
    assert "canary" not in str(desk.row.request_head)


@pytest.mark.parametrize("pieces", [0, 1])
def test_a_stream_that_is_left_early_or_never_read_says_that_its_client_is_gone(
    pieces: int, run_async: Run
) -> None:
    desk = Desk()
    tap = desk.tap(*FRAMES)
    run_async(read(tap, pieces) if pieces else tap.aclose())
    assert (desk.row.success, desk.row.client_gone) == (False, True)
    assert desk.row.response_body == b"".join(FRAMES[:pieces])


def test_a_stream_that_is_cut_says_so(run_async: Run) -> None:
    desk = Desk()

    async def scenario() -> None:
        tap = desk.tap(FRAMES[0], CUT)
        with pytest.raises(Cut):
            async for _ in tap:
                pass
        await tap.aclose()

    run_async(scenario())
    assert (desk.row.success, desk.row.client_gone, desk.row.error) == (False, False, CUT_UPSTREAM)


def test_a_stream_that_the_gateways_end_ends_is_not_its_clients_fault(run_async: Run) -> None:
    desk = Desk(stopping=True)
    run_async(read(desk.tap(*FRAMES), 1))
    assert (desk.row.client_gone, desk.row.error) == (False, STOPPED)


def test_a_body_over_the_limit_is_let_go(run_async: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_KEPT_BYTES", 10)
    desk = Desk()
    run_async(read(desk.tap(b"123456", b"789012", b"3")))
    assert (desk.row.response_body, desk.row.response_size) == (None, 13)


def test_without_payloads_there_are_no_bodies_and_no_heads(run_async: Run) -> None:
    desk = Desk(collect_payload=False)
    run_async(read(desk.tap(*FRAMES)))
    row = desk.row
    assert (row.request_head, row.response_head, row.request_body, row.response_body) == (None,) * 4
    assert row.tokens_out == 3


def test_a_request_that_is_not_logged_leaves_nothing(run_async: Run) -> None:
    desk = Desk(collect_log=False)
    run_async(read(desk.tap(*FRAMES)))
    assert desk.rows.rows == []


def test_a_whole_answer_costs_what_its_caller_says(run_async: Run) -> None:
    desk = Desk(custom_cost=CustomCost(total=0.25))

    async def scenario() -> None:
        desk.recorder.whole(desk.passage, Reply(200, [], b"{}"))
        assert desk.rows.rows == [], "it is made beside others, a moment later"
        desk.recorder.flush()

    run_async(scenario())
    assert (desk.row.cost, desk.row.cost_source) == (0.25, CostSource.CUSTOM)


def test_an_error_costs_nothing(run_async: Run) -> None:
    desk = Desk(custom_cost=CustomCost(total=0.25))

    async def scenario() -> None:
        desk.recorder.whole(desk.passage, Reply(500, [], b"{}"))
        desk.recorder.flush()

    run_async(scenario())
    assert (desk.row.cost, desk.row.success) == (None, False)


def test_a_caller_that_left_before_the_answer_has_its_row(run_async: Run) -> None:
    desk = Desk()
    desk.recorder.unanswered(desk.passage)
    assert (desk.row.status_code, desk.row.client_gone, desk.row.success) == (0, True, False)
