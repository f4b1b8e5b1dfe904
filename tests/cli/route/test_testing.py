from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.route.desk import FREE_GETS_SMALL, LARGE, SMALL, FakeSession, document, options, written
from tests.conftest import Run
from workbench.cli import main
from workbench.cli.route.testing import rehearsed, told, tried_live
from workbench.domain.chat import Served
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.routes.codec import read_route

PAID_GETS_SMALL = {"name": "paid", "expect": {"element": "small"}}


def run(*tests: dict[str, Any], as_json: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    given = options("test", "support.json", *(["--json"] if as_json else []))
    return told(rehearsed(read_route(document(*tests)).route), given, out), out.getvalue()


def live(run_async: Run, session: FakeSession, *tests: dict[str, Any]) -> tuple[int, str]:
    out = io.StringIO()
    given = options("test", "support.json", "--live", "local")
    route = read_route(document(*tests)).route
    return run_async(tried_live(given, route, session.open, out)), out.getvalue()


def failed(failure: Failure, status: int | None) -> RequestFailed:
    return RequestFailed("No answer.", failure=failure, maker=Maker.GATEWAY, status=status)


def test_all_that_pass_exit_with_0() -> None:
    assert run(FREE_GETS_SMALL) == (0, "     ok  free\nsupport.json: 1 passed\n")


def test_one_that_fails_exits_with_1_and_shows_its_way() -> None:
    code, text = run(FREE_GETS_SMALL, PAID_GETS_SMALL)
    assert code == 1
    assert f" FAILED  paid\n         “large” answered, expected “small”\n" in text  # noqa: F541
    assert "metadata.plan is missing" in text
    assert text.endswith("support.json: 1 passed, 1 failed\n")


def test_a_file_without_tests_says_where_they_go() -> None:
    code, text = run()
    assert code == 0
    assert "no tests" in text


def test_json_has_each_test_with_its_trace() -> None:
    code, text = run(FREE_GETS_SMALL, PAID_GETS_SMALL, as_json=True)
    document = json.loads(text)
    assert (code, document["ok"]) == (1, False)
    assert [(one["name"], one["passed"], one["answered"]) for one in document["tests"]] == [
        ("free", True, SMALL),
        ("paid", False, LARGE),
    ]
    assert [visit["element"] for visit in document["tests"][0]["visits"]] == ["s", "c", "small", "e"]


def test_the_command_itself_gives_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["route", "test", written(tmp_path / "a.json", document(FREE_GETS_SMALL))]) == 0
    assert main(["route", "test", written(tmp_path / "b.json", document(PAID_GETS_SMALL))]) == 1
    assert main(["route", "test", written(tmp_path / "c.json", document({"name": "x"}))]) == 2
    assert "/workbench/tests/0/expect" in capsys.readouterr().err


def test_live_the_headers_of_the_reply_are_compared(run_async: Run) -> None:
    session = FakeSession(Served("gpt-4o-mini", "openai"), Served("claude-sonnet-4-5", "anthropic"))
    code, text = live(run_async, session, FREE_GETS_SMALL, PAID_GETS_SMALL)
    assert code == 1
    assert f"{LARGE} answered, expected {SMALL}" in text
    target, gateway, route, request = session.asked[0]
    assert (target, gateway, route, request.metadata) == ("local", "", "support", {"plan": "free"})


def test_live_a_model_may_be_told_with_its_day(run_async: Run) -> None:
    session = FakeSession(Served("gpt-4o-mini-2024-07-18", "openai"))
    assert live(run_async, session, FREE_GETS_SMALL)[0] == 0


def test_live_a_reply_that_does_not_say_who_answered_proves_nothing(run_async: Run) -> None:
    code, text = live(run_async, FakeSession(Served()), FREE_GETS_SMALL)
    assert code == 1
    assert "cf-aig-model" in text


@pytest.mark.parametrize("pinned", [{"outcomes": {"small": 429}}, {"dice": 0.5}, {"seed": 1}])
def test_live_what_a_real_gateway_cannot_be_told_is_skipped(run_async: Run, pinned: dict[str, Any]) -> None:
    session = FakeSession()
    code, text = live(run_async, session, {**FREE_GETS_SMALL, **pinned})
    assert (code, session.asked) == (0, [])
    assert text.endswith("1 skipped\n")


def test_live_an_error_may_be_what_is_expected(run_async: Run) -> None:
    session = FakeSession(failed(Failure.SERVER, 400), failed(Failure.SERVER, 400))
    code, text = live(run_async, session, {"name": "none", "expect": {"error": True}}, FREE_GETS_SMALL)
    assert code == 1
    assert "     ok  none" in text
    assert f"nobody answered, expected {SMALL}. No answer." in text


@pytest.mark.parametrize(
    ("failure", "status"), [(Failure.CONNECT, None), (Failure.UNAUTHORIZED, 401), (Failure.NOT_FOUND, 404)]
)
def test_live_a_gateway_that_cannot_be_asked_is_no_result(
    run_async: Run, failure: Failure, status: int | None
) -> None:
    with pytest.raises(RequestFailed):
        live(run_async, FakeSession(failed(failure, status)), {"name": "n", "expect": {"error": True}})


def test_live_tests_are_read_before_anybody_is_asked(run_async: Run) -> None:
    session = FakeSession()
    with pytest.raises(InvalidInput):
        live(run_async, session, FREE_GETS_SMALL, {"name": "no expectation"})
    assert session.asked == []
