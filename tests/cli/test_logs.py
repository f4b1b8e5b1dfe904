"""`workbench logs`: the journal read from its file, and followed live."""

from __future__ import annotations

import csv
import io
import json
import time
from argparse import Namespace
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.gateway.journal.rows import row, trace
from tests.gateway.wire import TOKEN, running
from workbench.cli import main
from workbench.cli.arguments import parser
from workbench.cli.edge import guarded
from workbench.cli.log_lines import CsvLines, JsonLines, Table, cost, took, whole
from workbench.cli.logs import address_in, began, follow, latest, query_of, run
from workbench.client.connection import HttpClient
from workbench.client.gateway_logs import FeedEvent, GatewayLogs, Missed, Warned
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.gateways import GatewaySettings
from workbench.domain.journal import AttemptRow, CostSource, LogRow
from workbench.domain.secret import Secret
from workbench.storage.journal import FILE, Entry, JournalFile
from workbench.storage.journal_queries import Query

NOW = 1_700_000_000.0
ROWS = (
    row(id="0001-aaaaaaaa", created_at=NOW - 7200, model="llama", metadata={"plan": "free"}, cost=0.0123),
    row(id="0002-bbbbbbbb", created_at=NOW - 60, status_code=502, success=False, error="It is\ngone.", gateway="other"),
    row(
        id="0003-cccccccc",
        created_at=NOW,
        upstream="sandbox",
        route="by-plan",
        trace_id="t1",
        tokens_in=10,
        tokens_out=20,
        cached_tokens=4,
        cost=0.5,
        cost_source=CostSource.CUSTOM,
        request_head='{"accept":"*/*"}',
        request_body='{"say":"жук"}'.encode(),
        response_body=b"\x89PNG",
        attempts=(
            AttemptRow("groq", "llama", 500, 0.0, 40.0, 0.0, "m1", "it failed"),
            AttemptRow("openai", "gpt-4o-mini", 200, 1040.0, 1200.0, 1000.0, "m2"),
        ),
    ),
)  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a journal."""
    file = JournalFile(tmp_path / FILE, GatewaySettings)
    file.add([Entry(one, trace("t1") if one.trace_id else None) for one in ROWS])
    file.close()
    return tmp_path


def options(*arguments: str) -> Namespace:
    return parser().parse_args(["logs", *arguments])


def said(data: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command prints."""
    assert main(["logs", "--data-dir", str(data), *arguments]) == 0
    return capsys.readouterr().out


def objects(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_rows_come_newest_last_with_a_head(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(data, capsys=capsys).splitlines()
    assert lines[0].split() == ["TIME", "STATUS", "TOKENS", "COST", "TOOK", "FROM", "ID", "MODEL"]
    assert ["aaaaaaaa" in lines[1], "bbbbbbbb" in lines[2], "cccccccc" in lines[3]] == [True] * 3
    assert lines[2].endswith("openai/gpt-4o-mini · It is gone.")
    assert (
        "10 → 20       $0.50     12 ms  sandbox      cccccccc  openai/gpt-4o-mini via dynamic/by-plan"
        in lines[3]
    )


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--where", "status_code>=400"], "b"),
        (["--where", "status_code<400", "--where", "model~LLAMA"], "a"),
        (["--where", "metadata.plan=free"], "a"),
        (["--gateway", "default"], "ac"),
        (["--limit", "2"], "bc"),
        (["--since", "2023-11-14T22:00:00"], "bc"),
    ],
)
def test_rows_are_chosen(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], ids: str
) -> None:
    assert "".join(one["id"][-1] for one in objects(said(data, "--json", *arguments, capsys=capsys))) == ids


def test_json_has_every_field_and_leaves_nothing_out(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = objects(said(data, "--json", "--where", "error~gone", capsys=capsys))[0]
    assert found["error"] == "It is\ngone."
    bodies = {"request_head", "response_head", "request_body", "response_body"}
    assert found.keys() == set(LogRow.__slots__) - bodies


def test_csv_can_be_read_back(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = csv.DictReader(io.StringIO(said(data, "--csv", capsys=capsys)))
    assert (first["created_at"], json.loads(first["metadata"])) == (
        "2023-11-14T20:13:20.000Z",
        {"plan": "free"},
    )
    assert (second["error"], second["success"], second["tokens_in"]) == ("It is\ngone.", "false", "")
    assert json.loads(third["attempts"])[1]["waited_ms"] == 1000.0


@pytest.mark.parametrize("log_id", ["0003-cccccccc", "cccc"])
def test_one_row_is_shown_with_everything(
    data: Path, capsys: pytest.CaptureFixture[str], log_id: str
) -> None:
    text = said(data, log_id, capsys=capsys)
    for part in (
        "id           0003-cccccccc\n",
        "tokens       10 → 20, 4 from the prompt cache\n",
        "cost         $0.50 (custom)\n",
        "1. groq/llama (element m1): 500 it failed, 0 ms to 40 ms\n",
        "2. openai/gpt-4o-mini (element m2): 200 answered, 1.04 s to 1.20 s, after a pause of 1.00 s\n",
        "c (conditional) → true: metadata.plan is free\n",
        "Request head\n  accept: */*\n",
        '    "say": "жук"\n',
        "4 bytes that are no text",
    ):
        assert part in text


def test_one_row_as_json_has_its_bodies_and_its_trace(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(data, "cccc", "--json", capsys=capsys))
    assert found["request_body"] == '{"say":"жук"}'
    assert found["response_body"] == {"base64": "iVBORw=="}
    assert found["trace"]["visits"][0]["saw"] == {"metadata.plan": "free"}


@pytest.mark.parametrize(
    ("log_id", "what"), [("nothing", "There is no row nothing"), ("-0", "Several rows' ids end in -0")]
)
def test_a_row_that_is_not_there_or_not_one_is_said(
    data: Path, capsys: pytest.CaptureFixture[str], log_id: str, what: str
) -> None:
    file = JournalFile(data / FILE, GatewaySettings)
    file.add([Entry(row(id="x-0")), Entry(row(id="y-0"))])
    file.close()
    assert main(["logs", "--data-dir", str(data), "--", log_id]) == 2
    assert what in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--where", "status"], "Write FIELD OP VALUE"),
        (["--where", "statu_code=1"], "Did you mean status_code?"),
        (["--where", "cost>cheap"], "cost is a number"),
        (["--since", "yesterday"], "Write --since 1h"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_exit_code_2(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], hint: str
) -> None:
    assert main(["logs", "--data-dir", str(data), *arguments]) == 2
    error = capsys.readouterr().err
    assert hint in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["x", "--follow"], ["x", "--csv"], ["x", "--where", "cost>1"], ["--json", "--csv"], ["--limit", "0"], ["--limit", "x"]],
)  # fmt: skip
def test_what_does_not_go_together_is_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["logs", *arguments])
    assert stop.value.code == 2
    assert "Hint: workbench logs --follow" in capsys.readouterr().err


def test_without_a_journal_it_is_said_how_to_begin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["logs", "--data-dir", str(tmp_path)]) == 1
    assert "No request has been recorded yet" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_that_nothing_fits_is_said_beside_the_output(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", "--data-dir", str(data), "--json", "--where", "cost>9"]) == 0
    out, error = capsys.readouterr()
    assert (out, error) == ("", "workbench: No request fits.\n")


def test_a_file_that_is_no_journal_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / FILE).write_bytes(b"something else entirely" * 100)
    assert main(["logs", "--data-dir", str(tmp_path)]) == 1
    assert "not a readable database" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("since", "seconds"), [("90s", 90), ("15m", 900), ("1h", 3600), ("2d", 172_800), ("1w", 604_800)]
)
def test_a_span_goes_back_from_now(since: str, seconds: int) -> None:
    assert began(since, NOW) == NOW - seconds


def test_a_terminal_line_is_no_wider_than_the_terminal() -> None:
    long = row(model="m" * 300, error="e" * 300)
    assert [len(Table(80).line(long)), len(Table(80).head())] == [81, 81]
    assert Table(80).line(long).endswith("…\n")
    assert "e" * 300 in Table.for_terminal(False).line(long)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"cost": None}, "-"),
        ({"cost": 0.0}, "$0.00"),
        ({"cost": 0.00012345}, "$0.00012"),
        ({"cost": 12.346}, "$12.35"),
        ({"cost": 0.0000071}, "$0.0000071"),
        ({"cost": 0.5, "tokens_estimated": True}, "≈$0.50"),
    ],
)
def test_costs_are_told_as_exactly_as_they_are_known(given: dict[str, Any], text: str) -> None:
    assert cost(row(**given)) == text


def test_a_row_without_anything_is_shown_too() -> None:
    assert "status       -, failed\n" in whole(LogRow("id", NOW, "default"), None)
    assert took(None) == "-"


class Feed:
    """Tells the given events once; remembers where it was to begin."""

    def __init__(self, *events: FeedEvent) -> None:
        self.events = events
        self.since: str | None = None

    async def __call__(self, since: str) -> AsyncGenerator[FeedEvent, None]:
        self.since = since
        for event in self.events:
            yield event


def followed(run_async: Run, feed: Feed, first: tuple[LogRow, ...], *arguments: str) -> list[str]:
    out = io.StringIO()
    query = query_of(options("--json", *arguments), time.time())
    assert run_async(follow(feed, first, query, JsonLines(), out)) == 0
    return [one["id"] for one in objects(out.getvalue())]


def test_following_goes_on_after_the_last_row_and_tells_nothing_twice(run_async: Run) -> None:
    new = row(id="new")
    feed = Feed(ROWS[1], new)
    assert followed(run_async, feed, ROWS) == [*(one.id for one in ROWS), "new"]
    assert feed.since == ROWS[-1].id


def test_following_shows_only_what_fits(run_async: Run) -> None:
    feed = Feed(row(id="good"), row(id="bad", status_code=500), row(id="theirs", gateway="other"))
    arguments = ("--where", "status_code<400", "--gateway", "default")
    assert followed(run_async, feed, (), *arguments) == ["good"]
    assert feed.since == ""


def test_following_says_what_is_wrong_beside_the_output(
    run_async: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = Feed(Warned("The disk is full."), Missed(7), Warned(""))
    assert followed(run_async, feed, ()) == []
    assert capsys.readouterr().err.splitlines() == [
        "workbench: The disk is full.",
        "workbench: 7 rows are left out here: they came too fast.",
        "workbench: Requests are recorded again.",
        "workbench: The gateway has stopped.",
    ]


def test_the_running_gateway_is_found_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "gateway.json").write_text('{"port": 8788, "pid": 1, "instance": "i"}')
    assert address_in(tmp_path) == "http://127.0.0.1:8788"


@pytest.mark.parametrize("state", [None, "", "[]", '{"port": "many"}'])
def test_no_running_gateway_is_said_with_what_to_do(tmp_path: Path, state: str | None) -> None:
    if state is not None:
        (tmp_path / "gateway.json").write_text(state)
    with pytest.raises(WorkbenchError, match="is not running") as failed:
        address_in(tmp_path)
    assert "workbench gateway" in failed.value.fix


def test_following_without_a_gateway_fails_in_one_line(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(lambda: run(options("--follow", "--data-dir", str(data)))) == 1
    assert "The local gateway is not running." in capsys.readouterr().err


def test_latest_reads_beside_a_gateway_that_writes(data: Path) -> None:
    file = JournalFile(data / FILE, GatewaySettings)
    file.add([Entry(row(id="new", created_at=NOW + 1))])
    assert [one.id for one in latest(data / FILE, Query(), 1)] == ["new"]
    file.close()


def test_csv_heads_are_the_fields() -> None:
    assert CsvLines().head().startswith("id,created_at,gateway,")


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="is no time"):
        began("soon", NOW)


def test_a_real_gateways_answers_are_listed_and_followed(
    tmp_path: Path, run_async: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    async def next_row(address: str, since: str) -> FeedEvent:
        http = HttpClient()
        try:
            async with aclosing(GatewayLogs(http).feed(address, Secret(TOKEN), since)) as events:
                return await anext(events)
        finally:
            await http.aclose()

    with running(tmp_path) as wire:
        path = "/v1/acc/default/workers-ai/v1/chat/completions"
        answers = [wire.chat(path=path, stream=stream) for stream in (False, True)]
        assert address_in(tmp_path) == wire.address
        ids = [answer.headers["cf-aig-log-id"] for answer in answers]
        followed = run_async(next_row(wire.address, ids[0]))
    assert isinstance(followed, LogRow)
    assert (followed.id, followed.upstream) == (ids[1], "sandbox")
    listed = objects(said(tmp_path, "--json", capsys=capsys))
    assert [one["id"] for one in listed] == ids
    assert listed[0]["tokens_out"] == listed[1]["tokens_out"] > 0
