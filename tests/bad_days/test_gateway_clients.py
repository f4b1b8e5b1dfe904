"""Clients that leave, and an upstream that dies and comes back under 64 of them: nothing is left behind, one row each."""

from __future__ import annotations

import asyncio
import gc
import http.client
import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.bad_days import hostile
from tests.bad_days.gateways import THEIRS, code_of, in_front_of, request, rows, total
from tests.bad_days.hostile import Hostile, Peer
from tests.gateway.wire import COMPAT, Answer, Wire

CACHED = "cf-aig-cache-ttl: 60"


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with hostile.hostile() as server:
        yield server


@pytest.fixture(scope="module")
def wire(server: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with in_front_of(server, tmp_path_factory.mktemp("gateway")) as wire:
        yield wire


@pytest.fixture(autouse=True)
def fresh(server: Hostile, wire: Wire) -> None:
    """An upstream nobody is connected to, and a request that has made whatever is made only once."""
    server.manner = hostile.hangs_up
    while wire.chat(path=COMPAT, model=THEIRS).status != 502 or server.connections:
        pass
    server.asked.clear()


def begun(wire: Wire, *headers: str, stream: bool = True, prompt: str = "Hello") -> socket.socket:
    """A request that is on its way; to be closed."""
    body = {"model": THEIRS, "stream": stream, "messages": [{"role": "user", "content": prompt}]}
    sent = json.dumps(body).encode()
    length = f"Content-Length: {len(sent)}"
    connection = socket.create_connection(("127.0.0.1", wire.port), timeout=20)
    connection.sendall(request(wire, "POST", COMPAT, length, *headers, body=sent))
    return connection


def newest(server: Hostile, wire: Wire, before: int) -> dict[str, Any]:
    """The one row that has come, once it has."""
    server.wait_for(lambda: total(wire) > before)
    assert total(wire) == before + 1
    return rows(wire)[0]


def test_a_client_that_leaves_before_its_body_is_here_asks_for_nothing(server: Hostile, wire: Wire) -> None:
    before = total(wire)
    sent = request(wire, "POST", COMPAT, "Content-Length: 100", body=b'{"model":')
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", wire.port), timeout=20) as connection:
            connection.sendall(sent)
    assert wire.ask("GET", "/healthz").status == 200
    assert (server.asked, total(wire)) == ([], before)


@pytest.mark.parametrize(
    "headers", [(), (CACHED,), ("cf-aig-request-timeout: 60000",), ("cf-aig-max-attempts: 3",)]
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_while_it_waits_ends_the_call(
    server: Hostile, wire: Wire, headers: tuple[str, ...], stream: bool
) -> None:
    server.manner = hostile.is_silent
    before = total(wire)
    with begun(wire, *headers, stream=stream):
        server.wait_for(lambda: len(server.asked) == 1)
        assert server.connections == 1
    server.wait_for(lambda: server.connections == 0)
    row = newest(server, wire, before)
    assert (row["workbench"]["client_gone"], row["success"], row["status_code"]) == (True, False, 0)
    assert [attempt["error"] for attempt in row["workbench"]["attempts"]] in ([], ["It was given up."])
    assert len(server.asked) == 1


@pytest.mark.parametrize("headers", [(), (CACHED,)])
def test_a_client_that_leaves_in_mid_stream_ends_the_call(
    server: Hostile, wire: Wire, headers: tuple[str, ...]
) -> None:
    server.manner = hostile.streams_without_an_end
    before = total(wire)
    with begun(wire, *headers) as connection:
        came = b""
        while b"All " not in came:
            came += connection.recv(65536)
        assert server.connections == 1
    server.wait_for(lambda: server.connections == 0)
    row = newest(server, wire, before)
    assert (row["workbench"]["client_gone"], row["success"], row["status_code"]) == (True, False, 200)
    assert row["workbench"]["error"] == ""


def test_a_client_that_leaves_in_a_pause_between_attempts_ends_them(server: Hostile, wire: Wire) -> None:
    before = total(wire)
    with begun(wire, "cf-aig-max-attempts: 5", "cf-aig-retry-delay: 5000"):
        server.wait_for(lambda: len(server.asked) == 1)
        server.wait_for(lambda: server.connections == 0)
    row = newest(server, wire, before)
    assert (row["workbench"]["client_gone"], len(row["workbench"]["attempts"])) == (True, 1)
    assert len(server.asked) == 1


def test_of_two_that_share_a_call_one_may_leave(server: Hostile, wire: Wire) -> None:
    async def waits(peer: Peer) -> None:
        await peer.say(hostile.streaming(), hostile.chunk(hostile.frame("All ")))
        await peer.until_told()
        await peer.say(
            hostile.chunk(hostile.frame("is well.")), hostile.chunk(b"data: [DONE]\n\n"), b"0\r\n\r\n"
        )

    server.manner = waits
    server.hold()
    before = total(wire)
    with begun(wire, CACHED, prompt="Together") as stays:
        assert b"All " in stays.recv(65536)
        with begun(wire, CACHED, prompt="Together") as leaves:
            came = b""
            while b"All " not in came:
                came += leaves.recv(65536)
        server.wait_for(lambda: total(wire) == before + 1)
        assert server.connections == 1
        server.go_on()
        came = b""
        while b"0\r\n\r\n" not in came:
            came += stays.recv(65536)
        assert b"is well." in came
    assert len(server.asked) == 1
    server.wait_for(lambda: total(wire) == before + 2)
    assert sorted(row["workbench"]["client_gone"] for row in rows(wire)[:2]) == [False, True]


def alive() -> Counter[str]:
    """What there is of a request's things, and of running tasks."""
    gc.collect()
    found: Counter[str] = Counter()
    for thing in gc.get_objects():
        kind = type(thing)
        if str(kind.__module__).startswith(("workbench.gateway", "workbench.domain.journal", "aiohttp")):
            found[kind.__qualname__] += 1
        elif isinstance(thing, asyncio.Task) and not thing.done():
            found["Task"] += 1
    return found


def test_a_thousand_cancelled_streams_leave_nothing_behind(server: Hostile, wire: Wire) -> None:
    server.manner = hostile.streams_without_an_end

    def cancelled(number: int) -> None:
        headers = (CACHED,) if number % 2 else ()
        with begun(wire, *headers, prompt=f"Number {number}") as connection:
            connection.recv(65536)

    def settled(many: int) -> Counter[str]:
        server.wait_for(lambda: server.connections == 0)
        server.wait_for(lambda: total(wire) == many)
        return alive()

    before = total(wire)
    for number in range(50):
        cancelled(number)
    at_first = settled(before + 50)
    before = total(wire)
    for number in range(1000):
        cancelled(number)
    in_the_end = settled(before + 1000)
    grown = in_the_end - at_first
    assert {kind: count for kind, count in grown.items() if count > 20} == {}


def test_64_clients_while_the_upstream_dies_ten_times(server: Hostile, wire: Wire) -> None:
    """Every request ends with an answer or a clear error, in the row as at the client, and there is one row for each."""

    async def takes_its_time(peer: Peer) -> None:
        await asyncio.sleep(0.005)
        if peer.asked.streams:
            await peer.say(hostile.streaming(connection="close"), hostile.chunk(hostile.frame("All ")))
            await asyncio.sleep(0.01)
            await peer.say(
                hostile.chunk(hostile.frame("is well.")), hostile.chunk(b"data: [DONE]\n\n"), b"0\r\n\r\n"
            )
        else:
            body = hostile.told("All is well.")
            await peer.say(hostile.head(connection="close", content_length=str(len(body))) + body)

    server.manner = takes_its_time
    clients, each, deaths = 64, 8, 10
    done = threading.Semaphore(0)
    saw: dict[str, str] = {}

    def asks(client: int) -> None:
        for number in range(each):
            name = f"{client}-{number}"
            headers = {"cf-aig-event-id": name, **({"cf-aig-max-attempts": "2"} if number % 3 == 0 else {})}
            try:
                answer = wire.chat(name, path=COMPAT, model=THEIRS, stream=number % 2 == 0, headers=headers)
            except http.client.IncompleteRead:
                saw[name] = "cut"
            else:
                saw[name] = ended(answer)
            finally:
                done.release()

    def dies() -> None:
        for _ in range(deaths):
            for _ in range(clients * each // (deaths + 2)):
                done.acquire()
            server.stop()
            server.start()

    before = total(wire)
    with ThreadPoolExecutor(clients + 1) as pool:
        death = pool.submit(dies)
        for future in [pool.submit(asks, client) for client in range(clients)]:
            future.result()
        death.result()
    assert total(wire) == before + clients * each
    found = {row["event_id"]: row for row in rows(wire)[: clients * each]}
    assert found.keys() == saw.keys()
    assert {name: in_row(row) for name, row in found.items()} == saw
    assert set(saw.values()) >= {"answered", "refused"}
    server.wait_for(lambda: server.connections == 0)


def ended(answer: Answer) -> str:
    if answer.status == 200:
        assert b"well." in answer.body
        return "answered"
    assert (answer.status, code_of(answer.body)) == (502, 2005)
    return "refused"


def in_row(row: dict[str, Any]) -> str:
    assert row["workbench"]["client_gone"] is False
    if row["success"]:
        return "answered"
    return "refused" if row["status_code"] == 502 else "cut"
