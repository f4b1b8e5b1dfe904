"""A cache that is damaged, and a provider that dies again and again."""

from __future__ import annotations

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.gateway.pipeline.desk import MANAGE, TTL, Desk
from tests.gateway.pipeline.upstream import Upstream, completion, stream
from tests.gateway.wire import running


def test_a_damaged_cache_is_put_aside(
    tmp_path: Path, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache.db").write_bytes(b"not a database at all, but long enough to look at" * 100)
    with running(tmp_path, upstream=upstream.behind) as wire:
        desk = Desk(wire, upstream)
        assert [desk.ask(headers=TTL).headers["cf-aig-cache-status"] for _ in range(2)] == ["MISS", "HIT"]
    assert (tmp_path / "cache.db.damaged").exists()
    assert "begins anew" in caplog.text


def test_a_provider_that_dies_again_and_again_costs_no_request_its_answer_or_its_row(desk: Desk) -> None:
    """64 clients, ten deaths: everybody gets an answer or a clear error, and there is exactly one row for each."""
    done = threading.Event()
    desk.upstream.script = lambda asked, nth: stream() if asked.body.get("stream") else completion()
    headers = {"cf-aig-max-attempts": "2", "cf-aig-retry-delay": "1"}

    def client(number: int) -> list[str]:
        ids = []
        while not done.is_set():
            try:
                answer = desk.ask(stream=number % 2 == 0, headers=headers)
            except (http.client.HTTPException, ConnectionError):
                ids.append("")  # cut in mid-stream: its row is there all the same
                continue
            assert answer.status in (200, 502), answer.body
            if answer.status == 502:
                assert answer.json["error"][0]["code"] == 2005
            ids.append(answer.headers["cf-aig-log-id"])
        return ids

    with ThreadPoolExecutor(64) as threads:
        clients = [threads.submit(client, number) for number in range(64)]
        for _ in range(10):
            time.sleep(0.03)
            desk.upstream.kill()
            time.sleep(0.02)
            desk.upstream.start()
        time.sleep(0.05)
        done.set()
        ids = [id for one in clients for id in one.result(30)]
    named = [id for id in ids if id]
    assert len(set(named)) == len(named)
    found = desk.wire.ask("GET", f"{MANAGE}gateways/default/logs?per_page=1").json["result_info"][
        "total_count"
    ]
    assert found == len(ids)
