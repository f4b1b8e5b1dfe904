"""Upstreams that are dead, slow, lying or hostile: every request ends, with an answer or a clear error, and one row."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from tests.bad_days import hostile
from tests.bad_days.gateways import LOGS, THEIRS, UPSTREAM_KEY, code_of, in_front_of, rows, total
from tests.bad_days.hostile import Hostile, Manner
from tests.gateway.wire import COMPAT, TOKEN, Wire

SOON = {"cf-aig-request-timeout": "150"}


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with hostile.hostile() as server:
        yield server


@pytest.fixture(scope="module")
def wire(server: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with in_front_of(server, tmp_path_factory.mktemp("gateway")) as wire:
        yield wire


@pytest.fixture(autouse=True)
def serves_on(server: Hostile, wire: Wire) -> Iterator[None]:
    """Whatever the upstream did: the connection to it is gone, and the next request is served."""
    yield
    if server.manner is not hostile.well:
        server.wait_for(lambda: server.connections == 0)
    server.manner = hostile.well
    answer = wire.chat(path=COMPAT, model=THEIRS)
    assert (answer.status, answer.json["choices"][0]["message"]["content"]) == (200, "All is well.")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("manner", "status", "words"),
    [
        (hostile.hangs_up, 502, "closed the connection without an answer"),
        (hostile.is_silent, 504, "no first byte within 150 ms"),
        (hostile.stops_in_the_head, 504, "no first byte within 150 ms"),
        (hostile.resets_in_the_head, 502, "closed the connection without an answer"),
        (hostile.promises_more_than_it_sends, 502, "ended its answer in the middle"),
        (hostile.contradicts_itself_about_the_length, 502, "not HTTP"),
        (hostile.has_no_last_header, 502, "not HTTP"),
        (hostile.has_a_header_without_end, 502, "not HTTP"),
        (hostile.redirects, 502, "redirect"),
        (hostile.switches_protocols, 502, "status 101"),
        (hostile.has_a_status_of_its_own, 502, "status 999"),
        (hostile.speaks_something_else, 502, "not HTTP"),
        (hostile.sends_json_for_ever, 502, "larger than the gateway takes"),
        (hostile.has_no_content_with_a_body, 502, "not HTTP"),
    ],
)
def test_what_is_no_answer_is_an_error_that_says_so(
    server: Hostile, wire: Wire, manner: Manner, status: int, words: str, stream: bool
) -> None:
    server.manner = manner
    before = total(wire)
    answer = wire.chat(path=COMPAT, model=THEIRS, stream=stream, headers=SOON if status == 504 else None)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/json")
    assert code_of(answer.body) == 2005
    assert words in answer.json["error"][0]["message"]
    row = wire.ask("GET", f"{LOGS}/{answer.headers['cf-aig-log-id']}").json["result"]
    assert (row["status_code"], row["success"], total(wire)) == (status, False, before + 1)


@pytest.mark.parametrize(
    "manner", [hostile.resets_in_the_stream, hostile.ends_the_stream_early, hostile.breaks_its_chunks]
)
def test_a_stream_that_breaks_off_is_cut_after_what_came(server: Hostile, wire: Wire, manner: Manner) -> None:
    server.manner = manner
    server.hold()
    before = total(wire)
    body = {"model": THEIRS, "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    with wire.open("POST", COMPAT, body) as reply:
        came = hostile.frame("All ")
        assert reply.read(len(came)) == came
        server.go_on()
        with pytest.raises(http.client.IncompleteRead):
            reply.read()
    row = rows(wire)[0]
    assert (row["status_code"], row["success"], row["workbench"]["client_gone"]) == (200, False, False)
    assert row["workbench"]["error"] == "The answer broke off in the middle."
    assert total(wire) == before + 1


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "manner", [hostile.well, hostile.says_continue_first, hostile.sends_more_than_it_promises]
)
def test_what_is_odd_and_still_an_answer_is_one(
    server: Hostile, wire: Wire, manner: Manner, stream: bool
) -> None:
    server.manner = manner
    answer = wire.chat(path=COMPAT, model=THEIRS, stream=stream)
    assert answer.status == 200
    assert b"well." in answer.body
    assert b"bad" not in answer.body


@pytest.mark.parametrize("headers", [{}, {"cf-aig-cache-ttl": "60"}])
def test_a_stream_without_an_end_is_read_no_faster_than_it_is_taken(
    server: Hostile, wire: Wire, headers: dict[str, str]
) -> None:
    server.manner = hostile.sends_one_chunk_for_ever
    body = {"model": THEIRS, "stream": True, "messages": [{"role": "user", "content": "Go on"}]}
    server.said = 0
    with wire.open("POST", COMPAT, body, headers) as reply:
        assert reply.read(6) == b"data: "
        server.wait_for_silence()
    server.wait_for(lambda: server.connections == 0)
    assert rows(wire)[0]["workbench"]["client_gone"] is True


def test_a_packed_answer_is_passed_on_as_it_came(server: Hostile, wire: Wire) -> None:
    """It was asked for plain; whoever packs it all the same says so, and the client unpacks it."""
    server.manner = hostile.packs_what_should_come_plain
    answer = wire.chat(path=COMPAT, model=THEIRS)
    assert (answer.status, answer.headers["content-encoding"]) == (200, "gzip")
    assert server.asked[-1].headers["accept-encoding"] == "identity"


def test_a_page_in_place_of_an_answer_keeps_its_status(server: Hostile, wire: Wire) -> None:
    server.manner = hostile.answers_with_a_page
    answer = wire.chat(path=COMPAT, model=THEIRS)
    assert (answer.status, answer.headers["content-type"]) == (503, "text/html")


def test_no_header_of_an_upstream_makes_another_of_ours(server: Hostile, wire: Wire) -> None:
    server.manner = hostile.smuggles_a_line_into_a_header
    assert "set-cookie" not in wire.chat(path=COMPAT, model=THEIRS).headers


def test_nobody_listens(wire: Wire, server: Hostile) -> None:
    server.stop()
    try:
        answer = wire.chat(path=COMPAT, model=THEIRS)
    finally:
        server.start()
    assert (answer.status, code_of(answer.body)) == (502, 2005)
    assert "nothing answers there" in answer.json["error"][0]["message"]


def test_an_upstream_gets_its_key_and_nothing_of_ours(server: Hostile, wire: Wire) -> None:
    headers = {"cf-aig-metadata": '{"team": "canary-team"}', "cf-aig-event-id": "e", "cookie": "canary=1"}
    wire.chat(path=COMPAT, model=THEIRS, headers={**headers, "x-forwarded-for": "10.0.0.1"})
    sent = server.asked[-1].headers
    assert sent["authorization"] == f"Bearer {UPSTREAM_KEY}"
    assert not [name for name in sent if name.startswith(("cf-", "x-workbench", "x-forwarded", "cookie"))]
    assert TOKEN not in str(sent)
