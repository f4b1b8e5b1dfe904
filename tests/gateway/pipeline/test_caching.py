"""Answers that are given again, and requests that share one, through a real gateway to a provider on loopback."""

from __future__ import annotations

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.gateway.pipeline.desk import TTL, Desk, until
from tests.gateway.pipeline.upstream import FRAMES, Upstream, completion, refusal, stream
from tests.gateway.wire import running


def test_a_second_request_is_answered_from_the_cache(desk: Desk) -> None:
    first, second = desk.ask(headers=TTL), desk.ask(headers={**TTL, "cf-aig-metadata": '{"user":"bob"}'})
    assert [answer.headers["cf-aig-cache-status"] for answer in (first, second)] == ["MISS", "HIT"]
    assert first.body == second.body
    assert second.headers["x-workbench-upstream"] == "cache"
    assert len(desk.upstream.asked) == 1
    row = desk.row(second)
    assert (row["cached"], row["cost"], row["tokens_in"]) == (True, 0, 10)
    assert row["workbench"]["attempts"] == []


def test_without_a_time_nothing_is_cached(desk: Desk) -> None:
    assert [desk.ask().headers["cf-aig-cache-status"] for _ in range(2)] == ["MISS", "MISS"]
    desk.set(cache_ttl=600)
    hits = [desk.ask("other").headers["cf-aig-cache-status"] for _ in range(2)]
    never = [
        desk.ask("other", headers={"cf-aig-cache-ttl": "0"}).headers["cf-aig-cache-status"] for _ in range(2)
    ]
    assert (hits, never) == (["MISS", "HIT"], ["MISS", "MISS"])


def test_a_cached_copy_can_be_passed_over_and_is_then_replaced(desk: Desk) -> None:
    desk.upstream.says(completion("old"), completion("new"))
    desk.ask(headers=TTL)
    fresh = desk.ask(headers={**TTL, "cf-aig-skip-cache": "true"})
    after = desk.ask(headers=TTL)
    assert fresh.headers["cf-aig-cache-status"] == "MISS"
    assert (after.headers["cf-aig-cache-status"], after.body) == ("HIT", fresh.body)


def test_a_custom_key_stands_for_any_request(desk: Desk) -> None:
    mine = {"cf-aig-cache-key": "mine"}
    first, second = desk.ask("one", headers=mine), desk.ask("two", model="groq/llama", headers=mine)
    assert second.headers["cf-aig-cache-status"] == "HIT"
    assert first.body == second.body
    assert desk.row(second)["workbench"]["cache_key"] == "mine"


def test_an_error_is_never_cached(desk: Desk) -> None:
    desk.upstream.says(refusal(400), completion())
    assert [desk.ask(headers=TTL).status for _ in range(2)] == [400, 200]


def test_a_finished_stream_is_replayed_as_a_stream(desk: Desk) -> None:
    desk.upstream.says(stream(), stream(*FRAMES[:1], cut=True))
    first, second = (desk.ask(stream=True, headers=TTL) for _ in range(2))
    assert (second.headers["cf-aig-cache-status"], second.body) == ("HIT", first.body)
    assert second.headers["transfer-encoding"] == "chunked"
    assert second.headers["content-type"] == "text/event-stream"
    assert desk.row(second)["tokens_out"] == 3


def test_a_stream_that_was_cut_is_not_kept(desk: Desk) -> None:
    desk.upstream.says(stream(*FRAMES[:1], cut=True), stream())
    with pytest.raises(http.client.IncompleteRead):
        desk.ask(stream=True, headers=TTL)
    assert desk.ask(stream=True, headers=TTL).headers["cf-aig-cache-status"] == "MISS"


def test_the_cache_outlives_the_gateway(tmp_path: Path, upstream: Upstream) -> None:
    for expected in ("MISS", "HIT"):
        with running(tmp_path, upstream=upstream.behind) as wire:
            answer = Desk(wire, upstream).ask(headers=TTL)
            assert answer.headers["cf-aig-cache-status"] == expected


def test_a_gateway_that_says_so_forgets_its_answers_when_it_is_changed(desk: Desk) -> None:
    desk.ask(headers=TTL)
    desk.set(collect_logs=True)
    assert desk.ask(headers=TTL).headers["cf-aig-cache-status"] == "HIT"
    desk.set(cache_invalidate_on_update=True)
    assert desk.ask(headers=TTL).headers["cf-aig-cache-status"] == "MISS"


def test_the_sandboxs_answers_are_not_taken_for_a_providers(desk: Desk) -> None:
    desk.wire.ask("PUT", "/workbench/providers", {"modes": {"openai": "sandbox"}})
    pretended = desk.ask(headers=TTL)
    assert pretended.headers["x-workbench-upstream"] == "sandbox"
    desk.wire.ask("PUT", "/workbench/providers", {"modes": {}})
    real = desk.ask(headers=TTL)
    assert (real.headers["x-workbench-upstream"], real.headers["cf-aig-cache-status"]) == ("server", "MISS")


def test_the_same_asked_at_once_is_sent_upstream_once(desk: Desk) -> None:
    go = threading.Event()
    desk.upstream.says(completion(before=go))
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(desk.ask, headers=TTL) for _ in range(4)]
        until(lambda: desk.wire.ask("GET", "/workbench/status").json["requests"] == 4)
        go.set()
        bodies = {answer.result().body for answer in answers}
    assert len(bodies) == 1
    assert len(desk.upstream.asked) == 1
    assert sorted(answer.result().headers["cf-aig-cache-status"] for answer in answers) == ["HIT"] * 3 + [
        "MISS"
    ]
    assert len(desk.rows()) == 4


def test_requests_that_may_not_be_cached_are_never_joined(desk: Desk) -> None:
    go = threading.Event()
    desk.upstream.says(completion(before=go))
    with ThreadPoolExecutor(2) as threads:
        answers = [threads.submit(desk.ask) for _ in range(2)]
        until(lambda: len(desk.upstream.asked) == 2)
        go.set()
        assert [answer.result().status for answer in answers] == [200, 200]
